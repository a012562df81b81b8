"""Street networks: exact against a search that knows no shortcut, by every mode, on drawn and on real streets."""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import Mode, Points, TravelSettings
from matching.errors import Problem
from matching.travel.network import network
from matching.travel.road_files import read_osm, read_tables
from matching.travel.roads import Roads, Use, use_of
from matching.travel.straight_line import straight_metres
from matching.travel.streets import Streets
from tests.travel.given_ways import SHARED, ask, at, minutes, roads

FOOT = int(Use.WALK | Use.ROLL | Use.CYCLE)
UBE = SHARED / "roads/ube"


def test_one_walks_along_the_street_and_not_through_the_block() -> None:
    streets = Streets(roads([(0, 0), (600, 0), (600, 600)], (0, 1), (1, 2)))
    assert minutes(streets, Mode.WALK, (0, 0), (600, 600)) == pytest.approx(1_200 / 60, rel=1e-3)


def test_the_legs_to_and_from_the_street_are_walked_with_a_detour() -> None:
    streets = Streets(roads([(0, 0), (3_000, 0)], (0, 1)))
    trip = ask(streets, Mode.CAR, at((500, 100)), at((1_500, 50)))
    assert trip.minutes[0] == pytest.approx((129 + 64.5) / 60 + 1_000 / 500, rel=1e-3)


def test_a_car_stands_at_the_door_so_that_only_the_way_from_the_street_to_the_place_is_a_walk() -> None:
    streets = Streets(roads([(0, 0), (3_000, 0)], (0, 1)))
    for mode in (Mode.CAR, Mode.BICYCLE):
        assert ask(streets, mode, at((500, 100)), at((1_500, 0))).walking[0] == 0
        assert ask(streets, mode, at((500, 0)), at((1_500, 100))).walking[0] == pytest.approx(129 / 60, rel=1e-3)


def test_two_points_on_one_street_meet_there_and_do_not_go_to_its_ends() -> None:
    streets = Streets(roads([(0, 0), (1_000, 0), (1_000, 500)], (0, 1), (1, 2)))
    assert minutes(streets, Mode.WALK, (400, 0), (520, 0)) == pytest.approx(2, rel=1e-3)


def test_a_wheelchair_never_takes_steps() -> None:
    around = [(0, 0), (100, 0), (0, 400), (100, 400)]
    streets = Streets(roads(around, (0, 1, int(Use.WALK)), (0, 2), (2, 3), (3, 1)))
    assert minutes(streets, Mode.WALK, (0, 0), (100, 0)) == pytest.approx(100 / 60, rel=1e-3)
    assert minutes(streets, Mode.WHEELCHAIR, (0, 0), (100, 0)) == pytest.approx(900 / 60, rel=1e-3)


def test_a_car_goes_one_way_streets_one_way_and_people_both_ways() -> None:
    ring = [(0, 0), (300, 0), (300, 300), (0, 300)]
    one_way = FOOT | int(Use.DRIVE)
    streets = Streets(roads(ring, (0, 1, one_way), (1, 2, one_way), (2, 3, one_way), (3, 0, one_way)))
    assert minutes(streets, Mode.CAR, (0, 0), (300, 0)) == pytest.approx(300 / 500, rel=1e-3)
    assert minutes(streets, Mode.CAR, (300, 0), (0, 0)) == pytest.approx(900 / 500, rel=1e-3)
    assert minutes(streets, Mode.CAR, (200, 0), (100, 0)) == pytest.approx(1_100 / 500, rel=1e-3)
    assert minutes(streets, Mode.BICYCLE, (300, 0), (0, 0)) == pytest.approx(300 / 200, rel=1e-3)


def test_a_car_takes_no_footway() -> None:
    streets = Streets(roads([(0, 0), (500, 0), (250, 600)], (0, 1, FOOT), (0, 2), (2, 1)))
    assert minutes(streets, Mode.CAR, (0, 0), (500, 0)) == pytest.approx(1_300 / 500, rel=1e-3)
    assert minutes(streets, Mode.WALK, (0, 0), (500, 0)) == pytest.approx(500 / 60, rel=1e-3)


def test_faster_roads_are_preferred_by_cars() -> None:
    drawn = roads([(0, 0), (1_000, 0), (500, 200)], (0, 1), (0, 2), (2, 1))
    drawn.speed[:] = [0.35, 1.5, 1.5]
    assert minutes(Streets(drawn), Mode.CAR, (0, 0), (1_000, 0)) == pytest.approx(1_077.03 / 750, rel=1e-3)


def test_the_reach_by_car_is_that_of_the_fastest_road() -> None:
    drawn = roads([(0, 0), (9_000, 0), (9_000, 500)], (0, 1), (1, 2))
    drawn.speed[:] = [1.5, 0.35]
    streets = Streets(drawn)
    assert 9_000 <= streets.reach_metres(Mode.CAR, minutes(streets, Mode.CAR, (0, 0), (9_000, 0)), 60) <= 9_100


def test_a_point_far_from_any_street_has_no_way_and_hurts_nobody() -> None:
    streets = Streets(roads([(0, 0), (1_000, 0)], (0, 1)))
    told = ask(streets, Mode.WALK, at((0, 2_100), (0, 1_900)), at((1_000, 0)))
    assert np.isinf(told.minutes[0])
    assert np.isinf(told.walking[0])
    assert np.isfinite(told.minutes[1])


def test_an_island_of_streets_is_not_where_one_starts() -> None:
    streets = Streets(roads([(0, 0), (1_000, 0), (1_000, 900), (0, 30), (100, 30)], (0, 1), (1, 2), (3, 4)))
    assert minutes(streets, Mode.WALK, (50, 30), (1_000, 0)) == pytest.approx((950 + 30 * 1.29) / 60, rel=1e-3)


def test_a_way_of_more_than_three_hours_is_told_as_no_way() -> None:
    streets = Streets(roads([(0, 0), (11_000, 0)], (0, 1)))
    assert np.isinf(minutes(streets, Mode.WALK, (0, 0), (11_000, 0)))
    assert np.isfinite(minutes(streets, Mode.WALK, (0, 0), (10_500, 0)))


def test_who_runs_is_answered_in_full_after_who_walks() -> None:
    streets = Streets(roads([(0, 0), (30_000, 0)], (0, 1)))
    assert np.isinf(minutes(streets, Mode.WALK, (0, 0), (30_000, 0)))
    assert ask(streets, Mode.WALK, at((0, 0)), at((30_000, 0)), pace=200).minutes[0] == pytest.approx(150, rel=1e-3)


@pytest.mark.parametrize("mode", [Mode.WALK, Mode.CAR])
def test_streets_that_nobody_may_use_give_no_way(mode: Mode) -> None:
    streets = Streets(roads([(0, 0), (10, 0)], (0, 1, int(Use.CYCLE))))
    assert np.isinf(minutes(streets, mode, (0, 0), (10, 0)))
    assert np.isinf(minutes(Streets(roads([(0, 0)])), mode, (0, 0), (10, 0)))


def test_who_lives_on_steps_is_not_faster_on_wheels_than_on_foot() -> None:
    nodes = [(0, 0), (2_000, 0), (2_000, 100), (0, 100)]
    steps = int(Use.WALK)
    streets = Streets(roads(nodes, (0, 1), (1, 2, steps), (2, 3, steps)))
    home, shop = at((0, 95)), at((0, 0))
    assert ask(streets, Mode.WHEELCHAIR, home, shop).minutes[0] >= ask(streets, Mode.WALK, home, shop).minutes[0]


@st.composite
def drawn_roads(draw: st.DrawFn) -> Roads:
    """Few nodes, many chains, parallel edges, loops and one-way streets."""
    n = draw(st.integers(2, 12))
    nodes = draw(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 2_000)), min_size=n, max_size=n, unique=True))
    end = st.integers(0, n - 1)
    use = st.sampled_from([8, 16, 24, 31])
    row = [(i, i + 1, draw(use)) for i in range(n - 1)]
    return roads(nodes, *row, *draw(st.lists(st.tuples(end, end, use), max_size=6)))


@settings(max_examples=150, deadline=None)
@given(drawn_roads(), st.data())
def test_contraction_changes_no_distance(drawn: Roads, data: st.DataObject) -> None:
    on, back = drawn.use & 8 != 0, drawn.use & 16 != 0
    small, whole = (network(drawn, drawn.metres, on, back, contracted) for contracted in (True, False))
    assert small.backwards.shape[0] <= whole.backwards.shape[0]
    usable = np.flatnonzero(whole.chain >= 0)
    assert np.array_equal(usable, np.flatnonzero(small.chain >= 0))
    if not len(usable):
        return
    share = st.sampled_from([0, 0.25, 0.5, 1.0])
    edges = np.array(data.draw(st.lists(st.sampled_from(usable.tolist()), min_size=8, max_size=8)), np.int32)
    shares = np.array(data.draw(st.lists(share, min_size=8, max_size=8)))
    told = [_between(net, edges, shares) for net in (small, whole)]
    assert told[0] == pytest.approx(told[1], rel=1e-5, abs=1e-3)
    assert told[0] == pytest.approx(_slowly(drawn, usable, edges, shares), rel=1e-5, abs=1e-2)


def _between(net, edges, shares) -> np.ndarray:
    spots = net.spots(edges, shares)
    costs = net.costs_to(spots, np.inf)
    n = len(edges)
    row = np.tile(np.arange(n), n)
    return net.between(spots.take(np.repeat(np.arange(n), n)), spots.take(row), costs, row)


def _slowly(drawn: Roads, usable, edges, shares) -> list[float]:
    """The same ways in NetworkX, every place a node of its own."""
    graph = nx.DiGraph()
    places = list(enumerate(zip(edges.tolist(), shares.tolist(), strict=True)))
    for edge in usable.tolist():
        u, v, metres = int(drawn.u[edge]), int(drawn.v[edge]), max(float(drawn.metres[edge]), 1e-6)
        row = [(0.0, u), *sorted((share, f"p{i}") for i, (on, share) in places if on == edge), (1.0, v)]
        for (share_1, one), (share_2, other) in pairwise(row):
            gap = (share_2 - share_1) * metres
            for a, b, may in ((one, other, 8), (other, one, 16)):
                # Two places at one point are one place, whatever the sign says.
                if gap == 0 or drawn.use[edge] & may:
                    known = graph.get_edge_data(a, b, {"weight": np.inf})["weight"]
                    graph.add_edge(a, b, weight=min(gap, known))
    found = dict(nx.all_pairs_dijkstra_path_length(graph))
    return [found[f"p{i}"].get(f"p{j}", np.inf) for i, _ in places for j, _ in places]


def test_several_blocks_of_targets_answer_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    grid = [(100 * x, 100 * y) for x in range(6) for y in range(6)]
    along = [(i, i + 6) for i in range(30)] + [(i, i + 1) for i in range(35) if i % 6 != 5]
    homes, shops = at(*rng.uniform(0, 500, (40, 2))), at(*rng.uniform(0, 500, (30, 2)))
    whole = ask(Streets(roads(grid, *along)), Mode.WALK, homes, shops).minutes
    monkeypatch.setattr("matching.travel.streets._AT_ONCE", 100)
    monkeypatch.setattr("matching.travel.streets._REMEMBERED", 200)
    streets = Streets(roads(grid, *along))
    for _ in range(2):
        assert np.array_equal(ask(streets, Mode.WALK, homes, shops).minutes, whole)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, 31),
        ({"highway": "residential", "oneway": "yes"}, 15),
        ({"highway": "residential", "oneway": "-1"}, 23),
        ({"highway": "tertiary", "junction": "roundabout"}, 15),
        ({"highway": "motorway"}, 8),
        ({"highway": "trunk", "motorroad": "yes"}, 24),
        ({"highway": "steps"}, 1),
        ({"highway": "footway"}, 7),
        ({"highway": "footway,steps"}, 1),
        ({"highway": "path,residential"}, 7),
        ({"highway": "residential;track"}, 31),
        ({"highway": "footway", "wheelchair": "no"}, 5),
        ({"highway": "service", "access": "private"}, 0),
        ({"highway": "service", "access": "no", "foot": "yes"}, 3),
        ({"highway": "service", "motor_vehicle": "no"}, 7),
        ({"highway": "residential", "foot": "no"}, 28),
        ({"highway": "construction"}, 0),
        ({"highway": ""}, 0),
    ],
)
def test_tags_tell_who_may_use_a_way(tags: dict[str, str], expected: int) -> None:
    assert int(use_of(tags)[0]) == expected


def test_a_car_is_as_slow_as_the_slowest_part_of_a_way() -> None:
    assert use_of({"highway": "trunk,service"})[1] == use_of({"highway": "service"})[1]


def write_tables(folder: Path, nodes: str, edges: str) -> tuple[Path, Path]:
    paths = folder / "nodes.csv", folder / "edges.csv"
    for path, text in zip(paths, (nodes, edges), strict=True):
        path.write_text(text, "utf-8")
    return paths


def test_tables_with_tags_and_without_lengths_are_read(tmp_path: Path) -> None:
    problems: list[Problem] = []
    nodes = "\ufeffid,lon,lat\na,135.0,35.0\nb,135.01,35.0\nc,135.02,35.0\n"
    edges = 'u,v,highway,length_m,oneway\na,b,residential,,yes\n\nb,c,"path,residential",2000,\n'
    read = read_tables(*write_tables(tmp_path, nodes, edges), problems)
    assert not problems
    assert read.use.tolist() == [15, 7]
    assert read.metres == pytest.approx([911, 2_000], abs=1)


def test_every_wrong_cell_of_a_street_table_is_told_at_once(tmp_path: Path) -> None:
    problems: list[Problem] = []
    nodes = "id,lon,lat\na,135.0,35.0\na,135.1,35.0\nb,35.0,135.0\nc,x,35.0\nd,135,\n"
    edges = "u,v,highwya,length_m\na,z,residential,-5\na,b,residential,１２\n"
    read_tables(*write_tables(tmp_path, nodes, edges), problems)
    found = {(p.file, p.row, p.column, p.code) for p in problems}
    assert found >= {
        ("nodes.csv", 3, "id", "twice"),
        ("nodes.csv", 4, "lat", "off_earth"),
        ("nodes.csv", 5, "lon", "no_number"),
        ("nodes.csv", 6, "lat", "no_number"),
        ("edges.csv", 1, "highway", "missing_column"),
        ("edges.csv", 2, "v", "unknown_id"),
        ("edges.csv", 2, "length_m", "out_of_range"),
        ("edges.csv", 0, "highway", "no_streets"),
    }
    assert all(p.ja and p.en for p in problems)


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"\xff\xfe\x00", b'"a'])
def test_no_file_makes_the_reader_crash(tmp_path: Path, content: bytes) -> None:
    for name in ("nodes.csv", "edges.csv", "town.osm.pbf"):
        (tmp_path / name).write_bytes(content)
    problems: list[Problem] = []
    read_tables(tmp_path / "nodes.csv", tmp_path / "edges.csv", problems)
    assert problems
    problems.clear()
    read_osm(tmp_path / "town.osm.pbf", problems)
    read_osm(tmp_path / "absent.osm.pbf", problems)
    assert {p.file for p in problems} == {"town.osm.pbf", "absent.osm.pbf"}


def write_pbf(path: Path) -> None:
    """A street with steps beside a one-way loop; one way leads out of the extract."""
    import osmium

    places = {1: (0, 0), 2: (0.002, 0), 3: (0.004, 0), 4: (0.004, 0.003), 5: (0, 0.003)}
    ways = [
        ([1, 2, 3], {"highway": "steps"}),
        ([3, 4], {"highway": "residential", "oneway": "yes"}),
        ([4, 5, 1], {"highway": "tertiary"}),
        ([1, 3], {"highway": "footway", "wheelchair": "no"}),
        ([3, 99, 1], {"highway": "primary"}),
        ([1, 4], {"waterway": "river"}),
    ]
    with osmium.SimpleWriter(str(path)) as writer:
        for ref, (east, north) in places.items():
            writer.add_node(osmium.osm.mutable.Node(id=ref, location=(135 + east, 35 + north)))
        for ref, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=ref, nodes=nodes, tags=tags))


def test_an_openstreetmap_extract_becomes_streets(tmp_path: Path) -> None:
    write_pbf(tmp_path / "town.osm.pbf")
    problems: list[Problem] = []
    streets = Streets(read_osm(tmp_path / "town.osm.pbf", problems))
    assert not problems
    west = Points(np.array([35.0]), np.array([135.0]))
    east = Points(np.array([35.0]), np.array([135.004]))
    straight = float(straight_metres(west, east, *(2 * (np.zeros(1, np.int32),)))[0])
    assert ask(streets, Mode.WALK, west, east).minutes[0] == pytest.approx(straight / 60, rel=1e-3)
    around = (straight + 2 * 333.6) / 60
    assert ask(streets, Mode.WHEELCHAIR, west, east).minutes[0] == pytest.approx(around, rel=1e-3)
    assert ask(streets, Mode.WHEELCHAIR, east, west).minutes[0] == pytest.approx(around, rel=1e-3)


def real_streets() -> Streets:
    if not UBE.exists():
        pytest.skip("the open data folder (roads/ube) is absent")
    return Streets(read_tables(UBE / "nodes.csv", UBE / "edges.csv", []), TravelSettings())


def some_nodes(seed: int, n: int) -> Points:
    nodes = np.genfromtxt(UBE / "nodes.csv", delimiter=",", skip_header=1, encoding="utf-8-sig")
    chosen = np.random.default_rng(seed).choice(len(nodes), n, replace=False)
    return Points(nodes[chosen, 2], nodes[chosen, 1])


def test_detours_of_a_real_town_are_those_of_the_straight_line() -> None:
    streets = real_streets()
    homes, shops = some_nodes(1, 400), some_nodes(2, 150)
    walked = ask(streets, Mode.WALK, homes, shops).minutes * 60
    n, m = len(homes), len(shops)
    straight = straight_metres(homes, shops, np.repeat(np.arange(n), m), np.tile(np.arange(m), n))
    for low, high, factor in ((100, 1_000, 1.29), (1_000, 3_000, 1.22), (3_000, 9_000, 1.20)):
        some = (straight > low) & (straight <= high) & np.isfinite(walked)
        assert np.median(walked[some] / straight[some]) == pytest.approx(factor, abs=0.05)


def test_steps_of_a_real_town_make_wheelchairs_go_around() -> None:
    streets = real_streets()
    homes, shops = some_nodes(3, 300), some_nodes(4, 60)
    walking, rolling = (ask(streets, mode, homes, shops).minutes for mode in (Mode.WALK, Mode.WHEELCHAIR))
    assert np.all(rolling >= walking - 1e-3)
    assert np.mean(rolling > walking + 1e-2) > 0.01


def test_a_real_town_is_answered_as_networkx_answers() -> None:
    streets = real_streets()
    drawn = read_tables(UBE / "nodes.csv", UBE / "edges.csv", [])
    graph = nx.Graph()
    for u, v, metres, use in zip(drawn.u, drawn.v, drawn.metres, drawn.use, strict=True):
        known = graph.get_edge_data(u, v, {"weight": np.inf})["weight"]
        if use & Use.WALK:
            graph.add_edge(int(u), int(v), weight=min(float(metres), known))
    part = sorted(max(nx.connected_components(graph), key=len))
    target, *homes = np.random.default_rng(5).choice(part, 200, replace=False).tolist()
    found = nx.single_source_dijkstra_path_length(graph, target)
    place = [Points(drawn.nodes.latitude[rows], drawn.nodes.longitude[rows]) for rows in (homes, [target])]
    told = ask(streets, Mode.WALK, *place).minutes.astype(np.float64)
    expected = np.array([found[home] for home in homes]) / 60
    assert told == pytest.approx(np.where(expected <= 180, expected, np.inf), rel=1e-4, abs=0.05)

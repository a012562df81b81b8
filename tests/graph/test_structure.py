"""Who brokers, who holds the network together, who stands apart: known answers on drawn networks, and brute force."""

from dataclasses import replace
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings

from matching.domain import Area, Community, Field, Need, Organisation, Placement
from matching.graph import brokers, cases_alone, cut_bodies, islands, tie_share
from matching.graph.bodies import bodies, split_pairs
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, seats, small_towns, ties


def organisations(*ids: str, area: str = "") -> tuple[Organisation, ...]:
    return tuple(Organisation(one, one.upper(), area_id=area) for one in ids)


def areas(count: int) -> tuple[Area, ...]:
    return tuple(Area(f"a{i}") for i in range(count))


def test_one_organisation_in_every_area_brokers_all_pairs() -> None:
    serving = tuple(resource(f"r{i}", run_by="star", area_id=f"a{i}") for i in range(4))
    found = brokers(Community(INFO, areas=areas(4), organisations=organisations("star"), resources=serving))
    (star,) = found.brokers
    assert (star.id, star.share, star.split, star.areas) == ("star", 1.0, 6, ("a0", "a1", "a2", "a3"))
    assert (found.area_pairs, found.exact) == (6, True)


def test_on_a_line_of_areas_the_middle_brokers_most() -> None:
    # a0 - r0 - a1 - r1 - a2 - r2 - a3: r0 lies on 3 of the 6 pairs, r1 on 4, r2 on 3.
    line = tuple(resource(f"r{i}", areas_served=(f"a{i}", f"a{i + 1}")) for i in range(3))
    found = brokers(Community(INFO, areas=areas(4), resources=line))
    assert [(b.id, b.share, b.split) for b in found.brokers] == [
        ("r1", pytest.approx(4 / 6), 4),
        ("r0", pytest.approx(3 / 6), 3),
        ("r2", pytest.approx(3 / 6), 3),
    ]


def test_two_equal_ways_share_a_pair_and_neither_alone_splits_it() -> None:
    both = tuple(resource(f"r{i}", areas_served=("a0", "a1")) for i in range(2))
    found = brokers(Community(INFO, areas=areas(2), resources=both))
    assert [(b.id, b.share, b.split) for b in found.brokers] == [("r0", 0.5, 0), ("r1", 0.5, 0)]


def test_lying_in_the_same_city_connects_nobody() -> None:
    city = (Area("city", tier=1), *(replace(area, parent_id="city") for area in areas(2)))
    town = Community(INFO, areas=city, organisations=organisations("o", area="city"))
    assert brokers(town).brokers == ()


def test_a_sample_of_areas_says_that_it_is_one_and_is_the_same_each_time() -> None:
    serving = tuple(resource(f"r{i}", run_by="star", area_id=f"a{i}") for i in range(12))
    town = Community(INFO, areas=areas(12), organisations=organisations("star"), resources=serving)
    found = brokers(town, exact_nodes=5, sampled_areas=4)
    assert (found.exact, found.sampled_areas) == (False, 4)
    assert found == brokers(town, exact_nodes=5, sampled_areas=4)
    assert found.brokers[0].share == pytest.approx(1.0)


def test_a_council_may_be_what_holds_organisations_together() -> None:
    town = Community(
        INFO,
        areas=areas(1),
        organisations=organisations("o1", "o2", "o3"),
        council_members=seats("o1", "o2", area="a0"),
        ties=ties("o2 o3"),
    )
    assert [(c.kind, c.id, c.pairs) for c in cut_bodies(town)] == [("council", "c", 2), ("organisation", "o2", 1)]


def test_a_tie_to_a_resource_is_a_tie_to_who_runs_it() -> None:
    town = Community(
        INFO, organisations=organisations("o1", "o2"), resources=(resource("r", run_by="o2"),), ties=ties("o1 r")
    )
    assert [island.organisations for island in islands(town)] == [("o1", "o2")]


def test_islands_name_who_stands_apart_though_in_the_same_area() -> None:
    town = Community(INFO, areas=areas(1), organisations=organisations("o1", "o2", "o3", area="a0"), ties=ties("o1 o2"))
    assert [island.organisations for island in islands(town)] == [("o1", "o2"), ("o3",)]


def test_a_person_with_two_needs_and_one_body_is_a_case_left_alone() -> None:
    residents = people("p1", "p2", "p3")
    town = Community(
        INFO,
        areas=(Area("a"),),
        organisations=organisations("alone", "other"),
        residents=residents,
        needs=(*needs_of(residents), Need("m-p1", "p1"), Need("m-p2", "p2")),
        resources=(resource("r1", run_by="alone"), resource("r2", run_by="other")),
        openings=(opening("s1", "r1"), opening("s2", "r2")),
        placements=(Placement("n-p1", "s1"), Placement("n-p2", "s1"), Placement("m-p2", "s2"), Placement("n-p3", "s1")),
    )
    (case,) = cases_alone(town)  # p2 has two bodies, p3 one simple need
    assert (case.id, case.people, case.partners) == ("alone", 1, 0)
    two_fields = tuple(
        replace(need, fields=(Field.ELDERLY, Field.POVERTY)) if need.need_id == "n-p3" else need for need in town.needs
    )
    (case,) = cases_alone(replace(town, needs=two_fields, ties=ties("alone other")))
    assert (case.people, case.partners) == (2, 1)


def test_ties_that_all_meet_in_one_body_are_gathered() -> None:
    star = Community(
        INFO, organisations=organisations("hub", "o1", "o2", "o3"), ties=ties("hub o1", "hub o2", "o3 hub")
    )
    assert (tie_share(star).ends, tie_share(star).half, tie_share(star).bodies) == (6, 1, 4)
    ring = replace(star, ties=ties("hub o1", "o1 o2", "o2 o3", "o3 hub"))
    assert (tie_share(ring).half, tie_share(ring).gini) == (2, 0.0)
    assert tie_share(star).gini == pytest.approx(0.25)


def connected_pairs(graph: nx.Graph, kind: str, without=()) -> set:
    left = graph.subgraph([node for node in graph if node not in without])
    return {
        pair
        for part in nx.connected_components(left)
        for pair in combinations(sorted(node for node in part if node[0] == kind), 2)
    }


@settings(max_examples=100, deadline=None)
@given(small_towns())
def test_split_pairs_are_those_that_removing_the_body_separates(given_town) -> None:
    town, _ = given_town
    for kind, graph in (("organisation", bodies(town)), ("area", bodies(town, areas=True))):
        before = connected_pairs(graph, kind)
        split = split_pairs(graph, kind)
        for node in graph:
            still = connected_pairs(graph, kind, {node})
            assert split[node] == len({pair for pair in before if node not in pair} - still)


@settings(max_examples=100, deadline=None)
@given(small_towns())
def test_shares_are_those_of_all_shortest_ways_written_down(given_town) -> None:
    town, _ = given_town
    graph = bodies(town, areas=True)
    pairs = connected_pairs(graph, "area")
    share: dict = {}
    for a, b in pairs:
        ways = list(nx.all_shortest_paths(graph, a, b))
        for way in ways:
            for node in way[1:-1]:
                share[node] = share.get(node, 0) + 1 / len(ways) / len(pairs)
    found = brokers(town)
    assert found.area_pairs == len(pairs)
    assert {(b.kind, b.id): b.share for b in found.brokers} == pytest.approx(
        {node: value for node, value in share.items() if node[0] != "area"}
    )

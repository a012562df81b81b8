"""Travel times: streets of a real town contracted and not, against NetworkX; straight lines; buses of a real feed."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np

from benchmarks.report import write_section
from matching.domain.place import Points, TravelTimes
from matching.domain.words import Mode
from matching.travel import StraightLine
from matching.travel.gtfs import read_feeds
from matching.travel.network import network
from matching.travel.road_files import read_tables
from matching.travel.roads import Roads
from matching.travel.streets import Streets
from matching.travel.timetable import Timetable

OPEN_DATA = Path(__file__).parents[2] / "shared/data/open"
HOMES = PLACES = 1_000
SOURCES = 10  # for NetworkX, scaled up
PIECE_METRES = 30.0


def main() -> None:
    """Measure and write the section, or say what is absent."""
    if not OPEN_DATA.exists():
        print("travel: the open data folder is absent, nothing measured")
        return
    folder = OPEN_DATA / "roads/ube"
    roads = read_tables(folder / "nodes.csv", folder / "edges.csv", [])
    write_section("travel", "\n\n".join([_ways(roads), _searches(roads), _buses()]))


def cpu(what: Callable[[], object], times: int = 5) -> float:
    """Median CPU seconds."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        what()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def ask(times: TravelTimes, mode: Mode, homes: Points, places: Points, arrive: int = 600) -> float:
    """Share of the ways from every home to every place that there are."""
    n, m = len(homes), len(places)
    columns = (np.full(n * m, value, np.int32) for value in (1, arrive))
    rows = np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)
    told = times.trips(mode, homes, places, *rows, np.full(n * m, 60, np.float32), *columns)
    return float(np.isfinite(told.minutes).mean())


def spread(nodes: Points, n: int, seed: int, metres: float = 30.0) -> Points:
    """Points around some nodes."""
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, len(nodes), n)
    shift = rng.normal(0, metres / 111_000, (2, n))
    return Points(nodes.latitude[rows] + shift[0], nodes.longitude[rows] + shift[1])


def _ways(roads: Roads) -> str:
    homes, places = spread(roads.nodes, HOMES, 1), spread(roads.nodes, PLACES, 2)
    line = StraightLine()
    lines = [
        f"{HOMES} × {PLACES} ways in 宇部市 ({len(roads.nodes)} nodes, {len(roads)} edges), seconds:",
        "",
        "| mode | straight line | streets, first question | same places again | of the ways there are |",
        "|---|---|---|---|---|",
    ]
    for mode in (Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR):
        straight = cpu(lambda mode=mode: ask(line, mode, homes, places))
        streets = Streets(roads)
        first = cpu(lambda mode=mode, streets=streets: ask(streets, mode, homes, places), 1)
        again = cpu(lambda mode=mode, streets=streets: ask(streets, mode, homes, places), 3)
        share = ask(streets, mode, homes, places)
        lines.append(f"| {mode} | {straight:.3f} | {first:.2f} | {again:.2f} | {share:.1%} |")
    return "\n".join(lines)


def _searches(roads: Roads) -> str:
    """The search alone, from 1,000 places; a second time with every edge cut into pieces as an extract has them."""
    lines = [
        "The search alone, on foot, for 1,000 places, seconds (NetworkX: "
        f"{SOURCES} places measured, times {PLACES // SOURCES}); «in pieces» has a node every {PIECE_METRES:.0f} m,",
        "as an OpenStreetMap extract has, while the tables of the town come simplified already:",
        "",
        "| streets | nodes | junctions | contracted, 30 min | contracted | uncontracted | NetworkX |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, drawn in (("as published", roads), ("in pieces", in_pieces(roads))):
        on = drawn.use & 1 != 0
        nets = [network(drawn, drawn.metres, on, on, contracted) for contracted in (True, False)]
        rng = np.random.default_rng(3)
        edges = rng.choice(np.flatnonzero(nets[0].chain >= 0), PLACES).astype(np.int32)
        spots = [net.spots(edges, np.zeros(PLACES)) for net in nets]
        limited = cpu(lambda net=nets[0], at=spots[0]: search(net, at, 1_800.0), 3)
        small, whole = (
            cpu(lambda net=net, at=at: search(net, at, np.inf), 1) for net, at in zip(nets, spots, strict=True)
        )
        graph = nx.Graph()
        graph.add_weighted_edges_from(zip(drawn.u[on].tolist(), drawn.v[on].tolist(), drawn.metres[on], strict=True))
        start = time.process_time()
        for edge in edges[:SOURCES].tolist():
            nx.single_source_dijkstra_path_length(graph, int(drawn.u[edge]))
        plain = (time.process_time() - start) * PLACES / SOURCES
        size = f"{len(drawn.nodes)} | {nets[0].backwards.shape[0]}"
        lines.append(f"| {name} | {size} | {limited:.2f} | {small:.2f} | {whole:.2f} | {plain:.0f} |")
    return "\n".join(lines)


def search(net, spots, limit: float) -> None:
    """In blocks, as the provider does."""
    for first in range(0, PLACES, 100):
        net.costs_to(spots.take(np.arange(first, first + 100)), limit)


def in_pieces(roads: Roads) -> Roads:
    """The same roads with nodes on the way."""
    parts = np.maximum(1, np.ceil(roads.metres / PIECE_METRES)).astype(np.int64)
    edge = np.repeat(np.arange(len(roads)), parts)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(parts) - parts, parts)
    inner = nth > 0
    number = len(roads.nodes) + np.cumsum(inner) - 1
    u = np.where(inner, number, roads.u[edge])
    v = np.where(nth + 1 < parts[edge], np.append(number[1:], 0), roads.v[edge])
    share = (nth / parts[edge])[inner]
    ends = roads.u[edge[inner]], roads.v[edge[inner]]
    nodes = Points(
        *(
            np.concatenate([one, one[ends[0]] + share * (one[ends[1]] - one[ends[0]])])
            for one in (roads.nodes.latitude, roads.nodes.longitude)
        )
    )
    metres = (roads.metres / parts)[edge]
    return Roads(nodes, u.astype(np.int32), v.astype(np.int32), metres, roads.use[edge], roads.speed[edge])


def _buses() -> str:
    lines = [
        "By bus, 1,000 homes near stops, a Tuesday, half past each hour from 9:30 to 16:30; "
        "a scan answers one place, hour and pace for all homes:",
        "",
        "| feed | stops | stop times | reading, s | scans | scans a second | ways a second | of the ways there are |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for path in sorted((OPEN_DATA / "gtfs").glob("*.zip")):
        start = time.process_time()
        feeds = read_feeds(path, [])
        times = Timetable(feeds)
        reading = time.process_time() - start
        if not times.modes:
            lines.append(f"| {path.stem} | only by telephone: no bus is offered | | | | | | |")
            continue
        stops = feeds[0].stops
        homes, places = spread(stops, HOMES, 1, 200), spread(stops, 100, 2, 100)
        ask(times, Mode.BUS, homes, places)
        hours = range(570, 1_000, 60)
        shares: list[float] = []
        taken = cpu(lambda: shares.extend(ask(times, Mode.BUS, homes, places, hour) for hour in hours), 3)  # noqa: B023
        scans, ways = len(hours) * len(places), len(hours) * len(places) * HOMES
        told = f"{reading:.2f} | {scans} | {scans / taken:.0f} | {ways / taken / 1e6:.1f} M | {np.mean(shares):.0%}"
        lines.append(f"| {path.stem} | {len(stops)} | {len(feeds[0].times)} | {told} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

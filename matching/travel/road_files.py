"""Street networks from files: an OpenStreetMap extract, or a table of nodes and a table of edges."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Floats, Ints, Points
from matching.travel.roads import Roads, Use, use_of
from matching.travel.sheets import Problems, sheet_of
from matching.travel.straight_line import straight_metres
from matching.travel.texts import problem

_TAGS = (
    "highway",
    "oneway",
    "junction",
    "motorroad",
    "access",
    "vehicle",
    "motor_vehicle",
    "motorcar",
    "foot",
    "bicycle",
    "wheelchair",
)


def read_tables(nodes: Path, edges: Path, problems: Problems) -> Roads:
    """Nodes `id, lon, lat` and edges `u, v, highway, length_m` (metres; empty = straight), undirected.

    Further columns of the edges may be OpenStreetMap's tags (oneway, access, foot, bicycle, wheelchair …).
    """
    points = sheet_of(nodes, ("id", "lon", "lat"), (), problems)
    known = points.identifiers("id", problems)
    place = Points(points.degrees("lat", 90, problems), points.degrees("lon", 180, problems))
    for column in ("lat", "lon"):
        points.required(column, problems)
    ways = sheet_of(edges, ("u", "v", "highway", "length_m"), _TAGS, problems)
    u, v = (np.array(ways.rows_of(end, known, nodes.name, problems), np.int32) for end in ("u", "v"))
    metres = ways.numbers("length_m", 0, 1_000_000, problems)
    tags = [name for name in _TAGS if name == "highway" or name in ways.columns]
    kinds = _Kinds()
    told = zip(*map(ways.text, tags), strict=True)
    kind = np.array([kinds.of(dict(zip(tags, cells, strict=True))) for cells in told], np.int64)
    whole = (u >= 0) & (v >= 0)
    return _roads(edges.name, place, u[whole], v[whole], metres[whole], kinds, kind[whole], problems)


def read_osm(path: Path, problems: Problems) -> Roads:
    """The highways of an `.osm.pbf` (or `.osm`); nodes outside the extract are left out."""
    kinds, drawn = _Kinds(), _Drawn()
    try:
        for tags, nodes in _highways(path):
            drawn.add(nodes, kinds.of(tags))
    except (RuntimeError, OSError) as error:
        problems.append(problem(path.name, 0, "", "unreadable", {"why": str(error)}))
    place = Points(np.array(drawn.latitude, np.float64), np.array(drawn.longitude, np.float64))
    u, v, kind = np.array(drawn.edges, np.int64).reshape(-1, 3).T
    straight = np.full(len(u), np.nan)
    return _roads(path.name, place, u.astype(np.int32), v.astype(np.int32), straight, kinds, kind, problems)


def _highways(path: Path) -> Iterator[tuple[dict[str, str], list[Any]]]:
    """Tags and nodes of every way of an extract that is a highway."""
    import osmium

    found = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for way in found.with_filter(osmium.filter.KeyFilter("highway")):
        if isinstance(way, osmium.osm.Way):
            yield {tag.k: tag.v for tag in way.tags if tag.k in _TAGS}, list(way.nodes)


class _Drawn:
    """Nodes as they are first met, and the edges between them: (from, to, kind of way)."""

    def __init__(self) -> None:
        self.latitude: list[float] = []
        self.longitude: list[float] = []
        self.edges: list[tuple[int, int, int]] = []
        self._row: dict[int, int] = {}

    def add(self, nodes: list[Any], kind: int) -> None:
        """One way; a node that the extract does not hold breaks it."""
        last = -1
        for node in nodes:
            here = self._row_of(node)
            if here >= 0 and last >= 0:
                self.edges.append((last, here, kind))
            last = here

    def _row_of(self, node: Any) -> int:
        if not node.location.valid():
            return -1
        row = self._row.setdefault(node.ref, len(self._row))
        if row == len(self.latitude):
            self.latitude.append(node.location.lat)
            self.longitude.append(node.location.lon)
        return row


class _Kinds:
    """Every combination of tags is judged once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[tuple[str, str], ...], int] = {}
        self.judged: list[tuple[int, float]] = []

    def of(self, tags: Mapping[str, str]) -> int:
        key = tuple(tags.items())
        if key not in self._seen:
            self._seen[key] = len(self.judged)
            use, speed = use_of(tags)
            self.judged.append((int(use), speed))
        return self._seen[key]


def _roads(
    file: str, nodes: Points, u: Ints, v: Ints, told: Floats, kinds: _Kinds, kind: NDArray[np.int64], problems: Problems
) -> Roads:
    """No edge is shorter than the straight line between its ends: a way never is, and bounds rely on it."""
    straight = straight_metres(nodes, nodes, u, v)
    short = np.count_nonzero(told < 0.9 * straight - 10)
    if short:
        problems.append(problem(file, 0, "length_m", "too_short", {"count": int(short)}, warning=True))
    use = np.array([use for use, _ in kinds.judged] + [0], np.uint8)[kind]
    speed = np.array([speed for _, speed in kinds.judged] + [1], np.float32)[kind]
    known = np.isfinite(straight) & (use > 0)
    if not np.any(use[known] & Use.WALK):
        problems.append(problem(file, 0, "highway", "no_streets", {}))
    metres = np.fmax(told, straight)
    return Roads(nodes, u[known], v[known], metres[known], use[known], speed[known])

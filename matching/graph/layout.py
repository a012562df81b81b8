"""A picture of the resource graph: where to draw areas, councils, bodies and their resources. No person is in it.

Areas stand where they are on the map; what belongs to areas stands around their middle, on the spiral of a sunflower;
then dots that touch push each other apart. Nothing is drawn by chance: the same town gives the same picture.
"""

from collections import Counter
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from matching.domain import Community
from matching.graph.bodies import named
from matching.graph.build import Key, build
from matching.graph.could_go import CouldGo
from matching.graph.kinds import TIES

Floats = NDArray[np.float64]
GOLDEN_ANGLE = pi * (3 - sqrt(5))
KINDS = ("area", "council", "organisation", "resource")
DRAWN = ("in_area", "serves_area", "sits_in", "run_by", *TIES)
RADIUS = {"area": 14.0, "council": 9.0, "organisation": 7.0, "resource": 5.0}
GAP = 3.0
STEPS = 200


@dataclass(frozen=True, slots=True)
class Dot:
    """A node at x, y (to the right, down); `people` live there with needs or hold a place there."""

    kind: str
    id: str
    label: str
    x: float
    y: float
    radius: float
    people: int


@dataclass(frozen=True, slots=True)
class Line:
    """An edge between two dots (their numbers), of a kind of the graph; or `goes`: from an area `people` go there."""

    kind: str
    source: int
    target: int
    people: int


@dataclass(frozen=True, slots=True)
class Picture:
    """All dots and lines on a canvas of width × height, in one unit; `left_out` dots did not fit (`most`)."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    left_out: int


def picture(could: CouldGo, most: int = 300, width: float = 1200.0) -> Picture:
    """Lay the town out, `width` wide; above `most` dots, the resources that fewest people go to are left out."""
    community = could.community
    graph = build(community, kinds=KINDS)
    going, people = _going(could), _people(could)
    kept = sorted(graph, key=lambda key: (KINDS.index(key[0]), -people[key], key[1]))[:most]
    number = {key: i for i, key in enumerate(kept)}
    lines = {(kind, a, b): 0 for a, b, kind in graph.edges(keys=True) if kind in DRAWN}
    lines |= {("goes", area, resource): count for (area, resource), count in going.items()}
    radius = np.array([RADIUS[kind] for kind, _ in kept])
    at = _apart(_around(kept, number, _homes(community, lines), community), radius)
    at, radius, height = _fit(at, radius, width)
    names = named(community)
    return Picture(
        width=width,
        height=height,
        dots=tuple(
            Dot(*key, names[key], round(float(x), 1), round(float(y), 1), round(float(r), 1), people[key])
            for key, (x, y), r in zip(kept, at, radius, strict=True)
        ),
        lines=tuple(
            Line(kind, number[a], number[b], count)
            for (kind, a, b), count in sorted(lines.items())
            if a in number and b in number
        ),
        left_out=len(graph) - len(kept),
    )


def _going(could: CouldGo) -> "Counter[tuple[Key, Key]]":
    """How many people of each area hold a place at each resource."""
    community = could.community
    lives = {row.resident_id: row.area_id for row in community.residents}
    ways = {
        (community.needs[i].resident_id, community.openings[j].resource_id)
        for i, j in zip(could.need[could.held].tolist(), could.opening[could.held].tolist(), strict=True)
    }
    return Counter((("area", lives[who]), ("resource", place)) for who, place in ways if lives[who])


def _people(could: CouldGo) -> "Counter[Key]":
    community = could.community
    lives = {row.resident_id: row.area_id for row in community.residents}
    asking = {need.resident_id for need in community.needs}
    found: Counter[Key] = Counter(("area", lives[who]) for who in asking)
    for (_, resource), count in _going(could).items():
        found[resource] += count
    return found


def _homes(community: Community, lines: dict[tuple[str, Key, Key], int]) -> dict[Key, list[Key]]:
    """The areas around whose middle a node stands: where it is, else those it serves, else those of its other half."""
    homes: dict[Key, list[Key]] = {}
    for wanted in ("in_area", "serves_area"):
        told: dict[Key, list[Key]] = {}
        for kind, a, b in lines:
            if kind == wanted:
                told.setdefault(a, []).append(b)
        homes = told | homes
    for organisation, resources in _runs(community).items():
        theirs = [area for resource in resources for area in homes.get(resource, [])]
        homes.setdefault(organisation, theirs)
        for resource in resources:
            homes.setdefault(resource, homes[organisation])
    return homes


def _runs(community: Community) -> dict[Key, list[Key]]:
    runs: dict[Key, list[Key]] = {}
    for row in sorted(community.resources, key=lambda row: row.resource_id):
        if row.organisation_id:
            runs.setdefault(("organisation", row.organisation_id), []).append(("resource", row.resource_id))
    return runs


def _around(kept: list[Key], number: dict[Key, int], homes: dict[Key, list[Key]], community: Community) -> Floats:
    """First places: areas on the map, everything else on a spiral around the middle of its areas."""
    areas = _map(community, 40.0 * sqrt(len(kept)))
    middle = np.mean(list(areas.values()), axis=0) if areas else np.zeros(2)
    spiral: Counter[tuple[float, float]] = Counter()
    at = np.zeros((len(kept), 2))
    for key in kept:
        if key in areas:
            at[number[key]] = areas[key]
            continue
        home = np.mean([areas[area] for area in sorted(homes.get(key, []))] or [middle], axis=0)
        turn = spiral[float(home[0]), float(home[1])]
        spiral[float(home[0]), float(home[1])] += 1
        away = RADIUS["area"] + 14.0 * sqrt(turn + 1)
        at[number[key]] = home + away * np.array([cos(turn * GOLDEN_ANGLE), sin(turn * GOLDEN_ANGLE)])
    return at


def _map(community: Community, size: float) -> dict[Key, Floats]:
    """Areas by their coordinates in a square of `size`, north up; on a circle if any is unknown or all are one."""
    areas = sorted(community.areas, key=lambda area: area.area_id)
    degrees = [(area.longitude, area.latitude) for area in areas]
    known = np.array([d for d in degrees if None not in d], np.float64).reshape(-1, 2)
    if len(known) < len(areas) or not len(known) or not np.ptp(known, axis=0).any():
        turns = [2 * pi * i / max(len(areas), 1) for i in range(len(areas))]
        points = np.array([(sin(turn) * size / 2, -cos(turn) * size / 2) for turn in turns]).reshape(-1, 2)
    else:
        flat = known * [cos(radians(float(known[:, 1].mean()))), -1.0]
        points = (flat - flat.min(axis=0)) / np.ptp(flat, axis=0).max() * size
    return {("area", area.area_id): point for area, point in zip(areas, points, strict=True)}


def _apart(at: Floats, radius: Floats) -> Floats:
    """Push dots that touch apart, each by half of what is missing, until none touch (or `STEPS` are done)."""
    need = radius[:, None] + radius[None, :] + GAP
    np.fill_diagonal(need, 0.0)
    turn = np.arange(len(at)) * GOLDEN_ANGLE
    same = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    same = same[:, None, :] - same[None, :, :]  # the way out for two dots on one point
    for _ in range(STEPS):
        way = at[:, None, :] - at[None, :, :]
        far = np.hypot(way[..., 0], way[..., 1])
        missing = np.maximum(need - far, 0.0)
        if not (missing > GAP / 2).any():
            break
        unit = np.where(far[..., None] > 1e-9, way / np.maximum(far, 1e-9)[..., None], same)
        at = at + (unit * missing[..., None] / 2).sum(axis=1)
    return at


def _fit(at: Floats, radius: Floats, width: float) -> tuple[Floats, Floats, float]:
    """Moved and scaled so that every dot is inside a canvas of the given width."""
    if not len(at):
        return at, radius, width / 2
    low = (at - radius[:, None]).min(axis=0) - GAP
    size = (at + radius[:, None]).max(axis=0) + GAP - low
    scale = width / float(size[0])
    return (at - low) * scale, radius * scale, round(float(size[1]) * scale, 1)

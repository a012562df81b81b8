"""The k best sites of every need, exact, without looking at all of them: ring after ring of cells around each home.

Each ring gives blocks of pairs, as columns of rows, to a judge, who says which are admissible and what they are worth.
A need stops when nothing in a further ring can be worth as much as its k-th best. The lists are proved by the two
promises that the caller makes: no pair is nearer than on the plane, and no pair is worth more than its bound.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from matching.rules.arrays import F64, I32, I64, Bools

NOBODY = -1
BLOCK = 1_000_000
"""Pairs that a ring of a block of needs may have, about."""
SITES_A_CELL = 2.0

Judge = Callable[[I32, I32], tuple[Bools, I32]]
"""Told rows of needs and sites, says which pairs are admissible, and their points."""
Bound = Callable[[I32, F64], I32]
"""Told rows of needs and metres, says what no pair that is at least so far apart can be worth more than."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres to the north and to the east; no two points are nearer to each other than on the plane."""

    north: F64
    east: F64


@dataclass(frozen=True, slots=True)
class Best:
    """(needs, k): the sites with the most points, the best first (of equals the lower row); NOBODY where too few."""

    site: I32
    points: I32


@dataclass(frozen=True, slots=True)
class _Cells:
    """Sites in the order of their cells, cells numbered row by row."""

    south: float
    west: float
    size: float
    rows: int
    columns: int
    start: I64
    order: I32


def k_best(homes: Plane, sites: Plane, metres: F64, k: int, judge: Judge, bound: Bound) -> Best:
    """The k best sites within each home's `metres`, by the judge's points."""
    needs = len(homes.north)
    best = Best(np.full((needs, k), NOBODY, np.int32), np.zeros((needs, k), np.int32))
    size = np.zeros(needs, np.int32)
    if not len(sites.north):
        return best
    cells = _cells(sites)
    row, column, inset = _where(homes, cells)
    order = np.lexsort((column, row)).astype(np.int32)
    step = max(1, int(BLOCK // (8 * SITES_A_CELL)))
    for begin in range(0, needs, step):
        active = order[begin : begin + step]
        ring = 0
        while len(active):
            pairs = _ring(cells, homes.north, homes.east, sites.north, sites.east, metres, active, row, column, ring)
            fits, points = judge(*pairs)
            _keep(best.site, best.points, size, *pairs, fits, points)
            ring += 1
            active = _still_open(best, size, active, row, column, inset, cells, ring, metres, bound)
    return best


def _cells(sites: Plane) -> _Cells:
    south, west = float(sites.north.min()), float(sites.east.min())
    height, width = float(np.ptp(sites.north)), float(np.ptp(sites.east))
    size = max(np.sqrt((height + 1) * (width + 1) * SITES_A_CELL / len(sites.north)), 1.0)
    rows, columns = int(height // size) + 1, int(width // size) + 1
    number = ((sites.north - south) // size).astype(np.int64) * columns + ((sites.east - west) // size).astype(np.int64)
    start = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=rows * columns))]).astype(np.int64)
    return _Cells(south, west, float(size), rows, columns, start, np.argsort(number, kind="stable").astype(np.int32))


def _where(homes: Plane, cells: _Cells) -> tuple[I32, I32, F64]:
    """The cell of each home (which may lie outside the grid), and metres to the nearest edge of that cell."""
    north, east = (homes.north - cells.south) / cells.size, (homes.east - cells.west) / cells.size
    row, column = np.floor(north), np.floor(east)
    inset = np.minimum.reduce([north - row, row + 1 - north, east - column, column + 1 - east]) * cells.size
    return row.astype(np.int32), column.astype(np.int32), inset


def _still_open(
    best: Best,
    size: I32,
    active: I32,
    row: I32,
    column: I32,
    inset: F64,
    cells: _Cells,
    ring: int,
    metres: F64,
    bound: Bound,
) -> I32:
    """The needs that the next ring might still better."""
    k = best.points.shape[1]
    gap = (ring - 1) * cells.size + inset[active]
    outside = np.maximum.reduce(
        [row[active], cells.rows - 1 - row[active], column[active], cells.columns - 1 - column[active]]
    )
    may = (gap <= metres[active]) & (ring <= outside)
    active, gap = active[may], gap[may]
    full = size[active] == k
    worst = best.points[active, k - 1]
    return np.asarray(active[~full | (bound(active, gap) >= worst)], np.int32)


def _ring(
    cells: _Cells, north: F64, east: F64, site_north: F64, site_east: F64, metres: F64, active: I32, row: I32,
    column: I32, ring: int,
) -> tuple[I32, I32]:  # fmt: skip
    """The pairs of a ring, as rows of needs and sites."""
    shape = cells.rows, cells.columns, cells.start, cells.order
    count = _count(*shape[:3], active, row, column, ring)
    need, site = np.empty(count, np.int32), np.empty(count, np.int32)
    found = _fill(*shape, north, east, site_north, site_east, metres, active, row, column, ring, need, site)
    return need[:found], site[:found]


@njit(cache=True)
def _stretch(rows: int, columns: int, row: int, column: int, ring: int, down: int) -> tuple[int, int, int, int]:
    """Of one row of a ring: the first and last column on the left, and on the right (empty where last < first)."""
    r = row + down
    if r < 0 or r >= rows:
        return 0, -1, 0, -1
    low, high = column - ring, column + ring
    if abs(down) == ring:
        return max(low, 0), min(high, columns - 1), 0, -1
    left = low if 0 <= low < columns else columns
    right = high if 0 <= high < columns else columns
    return left, (left if left < columns else -1), right, (right if right < columns else -1)


@njit(cache=True)
def _count(rows: int, columns: int, start: I64, active: I32, row: I32, column: I32, ring: int) -> int:
    total = 0
    for need in active:
        for down in range(-ring, ring + 1):
            a, b, c, d = _stretch(rows, columns, row[need], column[need], ring, down)
            base = (row[need] + down) * columns
            if b >= a:
                total += start[base + b + 1] - start[base + a]
            if d >= c:
                total += start[base + d + 1] - start[base + c]
    return total


@njit(cache=True)
def _fill(
    rows: int, columns: int, start: I64, order: I32, north: F64, east: F64, site_north: F64, site_east: F64,
    metres: F64, active: I32, row: I32, column: I32, ring: int, out_need: I32, out_site: I32,
) -> int:  # fmt: skip
    at = 0
    for need in active:
        limit = metres[need] * metres[need] * (1 + 1e-9)
        for down in range(-ring, ring + 1):
            a, b, c, d = _stretch(rows, columns, row[need], column[need], ring, down)
            base = (row[need] + down) * columns
            for first, last in ((a, b), (c, d)):
                if last < first:
                    continue
                for k in range(start[base + first], start[base + last + 1]):
                    site = order[k]
                    dn, de = site_north[site] - north[need], site_east[site] - east[need]
                    if dn * dn + de * de <= limit:
                        out_need[at], out_site[at] = need, site
                        at += 1
    return at


@njit(cache=True)
def _keep(best_site: I32, best_points: I32, size: I32, need: I32, site: I32, fits: Bools, points: I32) -> None:
    """Put pairs into the lists, the best first; of equal points the lower row of a site."""
    k = best_site.shape[1]
    for pair in range(len(need)):
        if not fits[pair]:
            continue
        i, s, p = need[pair], site[pair], points[pair]
        at = size[i]
        if at == k:
            worst = best_points[i, k - 1]
            if p < worst or (p == worst and s > best_site[i, k - 1]):
                continue
            at -= 1
        else:
            size[i] += 1
        while at > 0 and (best_points[i, at - 1] < p or (best_points[i, at - 1] == p and best_site[i, at - 1] > s)):
            best_site[i, at], best_points[i, at] = best_site[i, at - 1], best_points[i, at - 1]
            at -= 1
        best_site[i, at], best_points[i, at] = s, p

"""Which of many points lie near which others: cells of a plane on which no way is longer than on Earth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.domain import Points
from matching.rules.arrays import F64, I64, spelt_out

EARTH_METRES = 6_371_008.8
ROWS_TO_A_RADIUS = 3
FEW = 16


@dataclass(frozen=True, slots=True)
class _Plane:
    """Points as metres to the north, and metres to the east where a parallel is as short as the town's shortest."""

    north: F64
    east: F64
    squeeze: float


def near(homes: Points, sites: Points, metres: F64, most: int) -> Iterator[tuple[I64, I64]]:
    """Rows of homes and sites that may be within each home's `metres`: all that are, and some around, in blocks.

    A home without metres (< 0) is near nothing. A block has about `most` pairs.
    """
    rows = np.flatnonzero(metres >= 0)
    if len(sites) <= FEW or _around_the_world(homes, sites):
        for nth, site in every_pair(len(rows), len(sites), most):
            yield rows[nth], site
        return
    plane_of_homes, plane = _planes(homes, sites)
    extent = float(np.ptp(plane.north) + np.ptp(plane.east)) + 1
    # Radii of one power of two share a grid.
    level = np.ceil(np.log2(np.maximum(metres[rows], 250)))
    wide = metres[rows] >= extent
    for nth, site in every_pair(int(wide.sum()), len(sites), most):
        yield rows[wide][nth], site
    for one in np.unique(level[~wide]):
        some = rows[~wide & (level == one)]
        yield from _cells(plane_of_homes, plane, some, metres[some], 2.0**one / ROWS_TO_A_RADIUS, most)


def every_pair(homes: int, sites: int, most: int) -> Iterator[tuple[I64, I64]]:
    """Each of so many homes with each of so many sites, in blocks."""
    step = max(1, most // max(1, sites))
    for start in range(0, homes if sites else 0, step):
        some = np.arange(start, min(start + step, homes))
        yield np.repeat(some, sites), np.tile(np.arange(sites), len(some))


def _around_the_world(homes: Points, sites: Points) -> bool:
    """Whether the points lie on both sides of the date line, where a plane tears."""
    return bool(np.ptp(np.concatenate([homes.longitude, sites.longitude])) > 180)


def _planes(homes: Points, sites: Points) -> tuple[_Plane, _Plane]:
    squeeze = min(float(np.cos(np.radians(np.abs(p.latitude)).max(initial=0))) for p in (homes, sites))
    return tuple(  # type: ignore[return-value]
        _Plane(np.radians(p.latitude) * EARTH_METRES, np.radians(p.longitude) * EARTH_METRES * squeeze, squeeze)
        for p in (homes, sites)
    )


def _cells(homes: _Plane, sites: _Plane, rows: I64, metres: F64, cell: float, most: int) -> Iterator[tuple[I64, I64]]:
    """Sites in order of their cells; every home takes a slice of each row of cells that its circle meets."""
    south, west = sites.north.min(), sites.east.min()
    row, column = (sites.north - south) // cell, (sites.east - west) // cell
    width = int(column.max()) + 2
    key = row.astype(np.int64) * width + column.astype(np.int64)
    order = np.argsort(key, kind="stable")
    key = key[order]
    reach = metres * (1 + 1e-9) + 1e-3
    north = homes.north[rows] - south
    first = np.maximum((north - reach) // cell, 0).astype(np.int64)
    last = np.minimum((north + reach) // cell, row.max()).astype(np.int64)
    which, band = spelt_out(first, last + 1)
    off = np.maximum(np.maximum(band * cell - north[which], north[which] - (band + 1) * cell), 0)
    half = _half_width(reach[which], off, homes.squeeze)
    east = homes.east[rows][which] - west
    low = np.clip((east - half) // cell, 0, width - 1).astype(np.int64)
    high = np.clip((east + half) // cell, -1, width - 2).astype(np.int64)
    start, stop = np.searchsorted(key, band * width + low), np.searchsorted(key, band * width + high + 1)
    for part in _parts(np.maximum(stop - start, 0), most):
        of, at = spelt_out(start[part], np.maximum(stop, start)[part])
        yield rows[which[part][of]], order[at]


def _half_width(reach: F64, off: F64, squeeze: float) -> F64:
    """Metres to the east and west within `reach`, in a row that is `off` metres away: the haversine, turned round."""
    double = 2 * EARTH_METRES
    chord = np.sqrt(np.maximum(np.sin(np.minimum(reach / double, np.pi / 2)) ** 2 - np.sin(off / double) ** 2, 0))
    return np.asarray(np.arcsin(np.minimum(chord / squeeze, 1)) * double * squeeze * (1 + 1e-9) + 1e-3, np.float64)


def _parts(sizes: I64, most: int) -> Iterator[slice]:
    """Slices whose sizes come to about `most` each."""
    total = np.cumsum(sizes)
    at = 0
    while at < len(sizes):
        done = total[at - 1] if at else 0
        end = max(at + 1, int(np.searchsorted(total, done + most, side="right")))
        yield slice(at, end)
        at = end

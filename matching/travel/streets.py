"""Minutes along the streets: from the few places asked about backwards to everybody, by one search a place.

A point walks straight (times the detour factor) to the nearest street that its mode may use, and on from there; a
bicycle or car stands at the door, so that only the way from the street to the place counts as a walk then. On
foot and in a wheelchair one goes at one's own pace; bicycles at the town's speed; cars at the town's speed times that
of the road's class, and one-way streets one way only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Floats, Ints, Points, TravelSettings, Trips
from matching.domain.words import Mode
from matching.travel.network import Network, Spots, network
from matching.travel.roads import Roads, Use
from matching.travel.snapping import Snapper
from matching.travel.straight_line import StraightLine, no_trips

I64 = NDArray[np.int64]
LONGEST_MINUTES = 180.0
"""A way along the streets that takes longer is told as no way; the search ends there."""
_SWIFT = 150.0
"""Metres a minute on foot for which the search provides from the start (9 km/h)."""
_REMEMBERED = 32_000_000
"""Costs (4 bytes each) that are kept for the next question; it usually asks about the same places."""
_AT_ONCE = 4_000_000
"""Costs searched at a time."""
_USES = {Mode.WALK: Use.WALK, Mode.WHEELCHAIR: Use.ROLL, Mode.BICYCLE: Use.CYCLE}


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where points come onto the streets, and the metres that each walks until there (`inf`: nowhere)."""

    spots: Spots
    access: Floats


class _Way:
    """The streets as one mode sees them, and the costs to the places asked about last."""

    def __init__(self, roads: Roads, mode: Mode) -> None:
        use = roads.use
        on = use & (Use.DRIVE if mode is Mode.CAR else _USES[mode]) != 0
        back = use & Use.DRIVE_BACK != 0 if mode is Mode.CAR else on
        cost = roads.metres / roads.speed if mode is Mode.CAR else roads.metres
        self.net: Network = network(roads, cost, on, back)
        usable = np.flatnonzero(self.net.chain >= 0)
        self.snapper = Snapper(roads, usable)
        self.top_speed = float(np.max(roads.speed[usable], initial=1.0)) if mode is Mode.CAR else 1.0
        self._known: dict[tuple[int, float], NDArray[np.float32]] = {}
        self._limit = 0.0

    def costs(self, origins: Spots, targets: Spots, origin: I64, target: I64, limit: float) -> Floats:
        """Cost of each asked way; exact up to `limit`."""
        out = np.full(len(origin), np.inf)
        if not len(self.net.length) - 1:
            return out
        if limit > self._limit:
            self._known.clear()
            self._limit = limit
        for rows, first in self._blocks(targets, target):
            found = self._found(targets, first, int(target[rows].max()) + 1)
            asked = (origins.take(origin[rows]), targets.take(target[rows]))
            out[rows] = self.net.between(*asked, found, target[rows] - first)
        return out

    def _blocks(self, targets: Spots, target: I64) -> Iterator[tuple[I64, int]]:
        step = max(1, _AT_ONCE // (self.net.backwards.shape[0] + 1))
        if len(targets.chain) <= step:
            if len(target):
                yield np.arange(len(target)), 0
            return
        order = np.argsort(target, kind="stable")
        firsts = np.arange(0, len(targets.chain), step)
        for first, rows in zip(firsts, np.split(order, np.searchsorted(target[order], firsts[1:])), strict=True):
            if len(rows):
                yield rows, int(first)

    def _found(self, targets: Spots, first: int, end: int) -> NDArray[np.float32]:
        """Costs to the targets from `first` to `end`; searched for only where nobody has asked before."""
        keys = list(zip(targets.chain[first:end].tolist(), targets.along[first:end].tolist(), strict=True))
        new = [i for i, key in enumerate(keys) if key not in self._known]
        if new:
            rows = self.net.costs_to(targets.take(np.array(new) + first), self._limit)
            fresh = {keys[i]: row for i, row in zip(new, rows, strict=True)}
            old = {key: self._known[key] for key in keys if key in self._known}
            if (len(self._known) + len(fresh)) * self.net.backwards.shape[0] > _REMEMBERED:
                self._known.clear()
            self._known.update(old)
            self._known.update(fresh)
        return np.stack([self._known[key] for key in keys])


class Streets:
    """Answers for WALK, WHEELCHAIR, BICYCLE and CAR on a street network; keeps what it has searched in memory."""

    modes = frozenset({Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR})

    def __init__(self, roads: Roads, settings: TravelSettings | None = None) -> None:
        self._roads = roads
        self._settings = settings or TravelSettings()
        self._off_street = StraightLine(self._settings)
        self._ways: dict[Mode, _Way] = {}

    def trips(
        self,
        mode: Mode,
        origins: Points,
        targets: Points,
        origin: Ints,
        target: Ints,
        pace: NDArray[np.float32],
        weekday: Ints,  # noqa: ARG002
        arrive: Ints,  # noqa: ARG002
    ) -> Trips:
        """Minutes of each asked way; by bicycle and car `walking` is the leg from the street to the place."""
        if mode not in self.modes or not len(origin):
            return no_trips(len(origin))
        homes, homes_row = _used(origins, origin)
        places, places_row = _used(targets, target)
        start, end = self._ends(mode, homes), self._ends(mode, places)
        cost = self._way(mode).costs(start.spots, end.spots, homes_row, places_row, self._limit(mode, pace))
        foot = start.access[homes_row] + end.access[places_row]
        walked = np.where(pace > 0, pace, np.float32(np.nan))
        rides = mode in (Mode.BICYCLE, Mode.CAR)
        minutes = self._minutes(mode, cost) + foot / walked if rides else (cost + foot) / walked
        walking = end.access[places_row] / walked
        same = _same(homes, places, homes_row, places_row)
        minutes[same], walking[same] = 0, 0
        told: NDArray[np.float32] = np.where(minutes <= LONGEST_MINUTES, minutes, np.inf).astype(np.float32)
        on_foot: NDArray[np.float32] = np.where(np.isfinite(told), walking if rides else told, np.inf).astype(
            np.float32
        )
        return Trips(told, on_foot)

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """As far as the top speed of the mode could go straight ahead."""
        if mode not in self.modes:
            return 0.0
        minutes = max(0.0, min(minutes, LONGEST_MINUTES))
        metres = pace * minutes
        if mode is Mode.BICYCLE:
            metres = max(metres, self._settings.bicycle_metres_per_minute * minutes)
        if mode is Mode.CAR:
            speed = self._settings.car_metres_per_minute * self._way(mode).top_speed
            metres = max(pace, speed) * max(0.0, minutes - self._settings.car_extra_minutes)
        # Places on an edge are interpolated between its nodes; that is exact to a few parts in a million.
        return float(metres) * (1 + 1e-4) + 1.0

    def _minutes(self, mode: Mode, cost: Floats) -> Floats:
        if mode is Mode.BICYCLE:
            return cost / self._settings.bicycle_metres_per_minute
        return cost / self._settings.car_metres_per_minute + self._settings.car_extra_minutes

    def _limit(self, mode: Mode, pace: NDArray[np.float32]) -> float:
        """Cost beyond which no way takes 180 minutes or less."""
        if mode is Mode.BICYCLE:
            return LONGEST_MINUTES * self._settings.bicycle_metres_per_minute
        if mode is Mode.CAR:
            return LONGEST_MINUTES * self._settings.car_metres_per_minute
        return LONGEST_MINUTES * max(_SWIFT, float(np.max(pace)))

    def _way(self, mode: Mode) -> _Way:
        if mode not in self._ways:
            self._ways[mode] = _Way(self._roads, mode)
        return self._ways[mode]

    def _ends(self, mode: Mode, points: Points) -> _Ends:
        way = self._way(mode)
        edge, share, straight = way.snapper.snap(points)
        ends = _Ends(way.net.spots(edge, share), self._off_street.way_metres(straight))
        if mode is not Mode.WHEELCHAIR:
            return ends
        return self._rolled(points, edge, share, ends)

    def _rolled(self, points: Points, edge: Ints, share: Floats, ends: _Ends) -> _Ends:
        """Where the nearest street has steps, a wheelchair begins further away, and not nearer than one can walk there.

        Otherwise a straight line over the fence would make wheels faster than feet.
        """
        walk = self._way(Mode.WALK)
        nearest, nearest_share, straight = walk.snapper.snap(points)
        other = np.flatnonzero((edge >= 0) & (edge != nearest))
        if not len(other):
            return ends
        here = walk.net.spots(nearest[other], nearest_share[other])
        there = walk.net.spots(edge[other], share[other])
        every = np.arange(len(other))
        around = walk.costs(here, there, every, every, LONGEST_MINUTES * _SWIFT)
        access = ends.access.copy()
        access[other] = np.maximum(access[other], self._off_street.way_metres(straight[other]) + around)
        return _Ends(ends.spots, access)


def _used(points: Points, index: Ints) -> tuple[Points, I64]:
    """The points that are asked about, and the rows among them."""
    asked = np.bincount(index, minlength=len(points)) > 0
    return Points(points.latitude[asked], points.longitude[asked]), (np.cumsum(asked) - 1)[index]


def _same(origins: Points, targets: Points, origin: I64, target: I64) -> NDArray[np.bool_]:
    """Ways from a point to itself."""
    same = origins.latitude[origin] == targets.latitude[target]
    same &= origins.longitude[origin] == targets.longitude[target]
    return np.asarray(same, np.bool_)

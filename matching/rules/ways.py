"""How each person would get to each place: the best of their own modes, else a ride; or the helper's way, or none."""

from dataclasses import dataclass

import numpy as np

from matching.domain import Mode
from matching.rules.arrays import F32, I8, I32, I64, UNKNOWN, Bools
from matching.rules.rule import Pairs, Way

MODES = ("walk", "bicycle", "bus", "car", "ride", "visit", "online", "phone")
"""What `Ways.mode` counts through; a wheelchair's way is told as a walk."""
RIDE = MODES.index("ride")
NO_WAY = 1_000_000
"""Minutes of a way that is not there."""
OWN_MODES = ((1, Mode.WALK), (2, Mode.BICYCLE), (4, Mode.BUS), (8, Mode.CAR))
"""Bits of `NeedColumns.modes`; in a wheelchair the first is a wheelchair's way."""
_FIRST_MODE = np.array([next((i for i in range(4) if bits >> i & 1), 0) for bits in range(16)], np.int8)
"""The mode told where no way is known: the first of the person's own."""
_AS_TOLD = {Mode.WALK: 0, Mode.WHEELCHAIR: 0, Mode.BICYCLE: 1, Mode.BUS: 2, Mode.CAR: 3}
TOLERANCE = 1e-3
"""Minutes; float32 must not make 20 minutes into 21."""


@dataclass(frozen=True, slots=True)
class Ways:
    """One row a pair: whole minutes rounded up (NO_WAY where none), on foot among them, the mode, and who drives.

    `fits` tells whether the person's limits hold; `known` whether both ends have a point (else minutes are 0).
    `offer` is a row of `Columns.rides`, UNKNOWN where nobody drives.
    """

    minutes: I32
    walking: I32
    mode: I8
    offer: I32
    fits: Bools
    known: Bools
    wants_ride: Bools

    def take(self, index: I32 | I64) -> "Ways":
        """Some of the rows."""
        return Ways(*(getattr(self, name)[index] for name in self.__slots__))


def told(pairs: Pairs) -> list[Way]:
    """The way of every pair as things rather than columns."""
    way, town = ways(pairs), pairs.town
    there = np.where(way.minutes < NO_WAY, way.minutes, 0).tolist()
    walking = np.where(way.walking < NO_WAY, way.walking, 0).tolist()
    names = [town.community.resources[row].name for row in town.rides.resource]
    return [
        Way(minutes, on_foot, MODES[mode], names[offer] if offer != UNKNOWN else "")
        for minutes, on_foot, mode, offer in zip(there, walking, way.mode.tolist(), way.offer.tolist(), strict=True)
    ]


def ways(pairs: Pairs, visits_by: Mode = Mode.CAR) -> Ways:
    """The way of every pair; a visiting helper comes by `visits_by`, and who wants a ride gets one if there is one."""
    n = len(pairs)
    need, where = pairs.need, pairs.opening.where
    known = (need.place != UNKNOWN) & (pairs.opening.place != UNKNOWN)
    out = Ways(
        minutes=np.where(known & (where <= 1), NO_WAY, 0).astype(np.int32),
        walking=np.zeros(n, np.int32),
        mode=np.where(where == 0, _FIRST_MODE[need.modes], where + (len(MODES) - 4)).astype(np.int8),
        offer=np.full(n, UNKNOWN, np.int32),
        fits=~known | (where >= 2),
        known=known,
        wants_ride=np.zeros(n, np.bool_),
    )
    _own_ways(pairs, out)
    _rides(pairs, out)
    _visits(pairs, out, visits_by)
    return out


def _own_ways(pairs: Pairs, out: Ways) -> None:
    """The quickest of the person's own modes that keeps within their limits, else the quickest."""
    there = out.known & (pairs.opening.where == 0)
    for bit, mode in OWN_MODES:
        able = there & ((pairs.need.modes & bit) != 0)
        for rolls in (False, True) if mode is Mode.WALK else (False,):
            some = able & (pairs.need.wheelchair == rolls) if mode is Mode.WALK else able
            _take_better(pairs, out, np.flatnonzero(some), Mode.WHEELCHAIR if rolls else mode)


def _take_better(pairs: Pairs, out: Ways, rows: I64, mode: Mode) -> None:
    if not len(rows) or mode not in pairs.travel.modes:
        return
    minutes, walking = _ask(pairs.take(rows), mode)
    need = pairs.take(rows).need
    fits = (minutes <= need.max_minutes) & (walking <= need.max_walk_minutes) & (minutes < NO_WAY)
    better = (fits & ~out.fits[rows]) | ((fits == out.fits[rows]) & (minutes < out.minutes[rows]))
    chosen = rows[better]
    out.minutes[chosen], out.walking[chosen] = minutes[better], walking[better]
    out.mode[chosen], out.fits[chosen] = _AS_TOLD[mode], fits[better]


def _rides(pairs: Pairs, out: Ways) -> None:
    """Who always wants a ride, or has no way of their own and would take one, is driven where somebody drives."""
    there = out.known & (pairs.opening.where == 0)
    rows = np.flatnonzero(there & ((pairs.need.ride == 2) | ((pairs.need.ride == 1) & ~out.fits)))
    if not len(rows):
        return
    some = pairs.take(rows)
    need = some.need
    offer = pairs.town.rides.choose(need.area, some.opening_row, need.wheelchair, need.escort)
    minutes, _ = _ask(some, Mode.CAR)
    driven = offer != UNKNOWN
    out.wants_ride[rows] = True
    out.offer[rows] = offer
    out.fits[rows] = driven & (minutes <= need.max_minutes) & (minutes < NO_WAY)
    out.minutes[rows] = np.where(driven, minutes, out.minutes[rows])
    out.walking[rows] = np.where(driven, 0, out.walking[rows])
    out.mode[rows] = np.where(driven, RIDE, out.mode[rows])


def a_ride_would_do(pairs: Pairs) -> Bools:
    """Where a car, if there were one, would keep within the minutes that the person can travel.

    Nothing is said of places whose hours, or of people and places whose point, is not known.
    """
    out = np.zeros(len(pairs), np.bool_)
    known = (pairs.need.place != UNKNOWN) & (pairs.opening.place != UNKNOWN)
    rows = np.flatnonzero(known & pairs.opening.timed)
    if len(rows):
        some = pairs.take(rows)
        minutes, _ = _ask(some, Mode.CAR)
        out[rows] = (minutes <= some.need.max_minutes) & (minutes < NO_WAY)
    return out


def by_planned_car(pairs: Pairs) -> Bools:
    """Where the person is driven by a resource whose drivers are known, so that the ride can be planned."""
    rides = pairs.town.rides
    if not rides.planned.any():
        return np.zeros(len(pairs), np.bool_)
    offer = ways(pairs).offer
    return np.asarray((offer != UNKNOWN) & np.append(rides.planned, False)[offer])


def walks_within_limit(pairs: Pairs) -> Bools:
    """Where the best of the person's own ways, however long, has no more minutes on foot than they can walk."""
    return np.asarray(ways(pairs).walking <= pairs.need.max_walk_minutes)


def _visits(pairs: Pairs, out: Ways, visits_by: Mode) -> None:
    rows = np.flatnonzero(out.known & (pairs.opening.where == 1))
    if not len(rows):
        return
    some = pairs.take(rows)
    minutes, _ = _ask(some, visits_by)
    out.minutes[rows] = minutes
    out.fits[rows] = (minutes <= some.opening.max_travel_minutes) & (minutes < NO_WAY)


def _ask(pairs: Pairs, mode: Mode) -> tuple[I32, I32]:
    """Whole minutes, and minutes on foot, of every pair by one mode."""
    need, opening = pairs.need, pairs.opening
    trips = pairs.travel.trips(
        mode,
        pairs.town.homes,
        pairs.town.sites,
        need.place,
        opening.place,
        need.pace,
        opening.weekday.astype(np.int32),
        opening.start.astype(np.int32),
    )
    return _whole(trips.minutes), _whole(trips.walking)


def _whole(minutes: F32) -> I32:
    return np.minimum(np.ceil(np.where(np.isfinite(minutes), minutes, NO_WAY) - TOLERANCE), NO_WAY).astype(np.int32)

"""What the rule of reach tells in advance: which places are surely near enough, and which are surely too far.

Travel times bound a way by its straight line. What they cannot bound is left open, and looked at pair by pair.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from matching.domain import Mode, SureTimes, TravelTimes
from matching.rules.arrays import F64, I32, UNKNOWN, Bools
from matching.rules.columns import Columns, NeedColumns
from matching.rules.screen import Bands, Screen
from matching.rules.ways import NO_WAY, OWN_MODES, TOLERANCE

NOWHERE, EVERYWHERE = -1.0, float("inf")
_VISIT = 1
_MOST_MINUTES = NO_WAY - 1
"""Any way at all takes at most so long."""
ON_FOOT = (Mode.WALK, Mode.WHEELCHAIR)
_METRES_PER_DEGREE = 111_200.0
"""No degree of the round Earth is longer."""


def reach_screen(town: Columns, travel: TravelTimes, codes: Mapping[str, int]) -> Screen:
    """The screen of the rule of reach, whose verdicts are numbered by `codes`.

    Classes of openings: 0 where no way matters, 1 a visiting helper, then one a weekday, hour and weeks (for rides).
    """
    needs, openings = town.needs, town.openings
    bounds = _Bounds(travel, needs.pace.astype(np.float64), _diameter(town))
    known, asked = needs.place != UNKNOWN, (openings.place != UNKNOWN) & (openings.where <= _VISIT)
    visits = asked & (openings.where == _VISIT)
    limits = np.unique(openings.max_travel_minutes[visits])
    there, visit = _to_places(needs, travel, bounds, codes), _of_helpers(limits, bounds, codes)
    when, driven, ride = _rides(town)
    kinds, need_class = np.unique(np.stack([known, there.code, visit.code, ride]), axis=1, return_inverse=True)
    code = np.zeros((kinds.shape[1], 2 + driven.shape[1]), np.uint8)
    code[:, 1] = kinds[2]
    code[:, 2:] = np.where(driven[kinds[3]], kinds[1][:, None], codes["no_ride"])
    code[kinds[0] == 0] = 0
    opening_class = np.where(asked, np.where(visits, 1, 2 + when), 0)
    band = np.where(asked, np.where(visits, 2 + np.searchsorted(limits, openings.max_travel_minutes), 1), 0)
    free = np.full((len(known), 1), EVERYWHERE)
    inner = np.where(known[:, None], np.hstack([free, there.inner, visit.inner]), EVERYWHERE)
    outer = np.where(known[:, None], np.hstack([free, there.outer, visit.outer]), EVERYWHERE)
    return Screen(_i32(need_class), _i32(opening_class), code, Bands(_i32(band), inner, outer))


@dataclass(frozen=True, slots=True)
class _Way:
    """The code of each need beyond `outer`; `inner` and `outer` are (needs, bands)."""

    code: I32
    inner: F64
    outer: F64


class _Bounds:
    """What travel times tell of straight lines for a column of minutes; each distinct question is asked once.

    Only on foot does each person's pace matter; elsewhere the swiftest stands for all that may be reached, and the
    slowest for all that surely is.
    """

    def __init__(self, travel: TravelTimes, pace: F64, diameter: float) -> None:
        self._pace, self._diameter = pace, diameter
        self._reach = travel.reach_metres
        self._sure = travel.sure_metres if isinstance(travel, SureTimes) else _never_sure

    def reach(self, mode: Mode, minutes: F64 | float) -> F64:
        """Whatever is further takes more than so many whole minutes."""
        return self._ask(self._reach, mode, minutes + 2 * TOLERANCE, self._pace.max(initial=0))

    def sure(self, mode: Mode, minutes: F64 | float) -> F64:
        """Whatever is nearer takes at most so many minutes."""
        return self._ask(self._sure, mode, minutes, self._pace.min(initial=NO_WAY))

    def any_way(self, mode: Mode) -> F64:
        """Whatever is further has no way."""
        return self.reach(mode, float(_MOST_MINUTES))

    def always(self, mode: Mode) -> Bools:
        """For whom there is a way between any two points of the town."""
        return np.asarray(self.sure(mode, float(_MOST_MINUTES)) >= self._diameter)

    def _ask(
        self, bound: Callable[[Mode, float, float], float], mode: Mode, minutes: F64 | float, others: float
    ) -> F64:
        pace = self._pace if mode in ON_FOOT else np.full(len(self._pace), float(others))
        asked, of = np.unique(minutes + 1j * pace, return_inverse=True)
        return np.array([bound(mode, float(a.real), float(a.imag)) for a in asked], np.float64)[of]


def _never_sure(_mode: Mode, _minutes: float, _pace: float) -> float:
    return NOWHERE


def _diameter(town: Columns) -> float:
    """No two points of the town are further apart, in metres."""
    north = np.concatenate([town.homes.latitude, town.sites.latitude])
    east = np.concatenate([town.homes.longitude, town.sites.longitude])
    return float(np.ptp(north) + np.ptp(east)) * _METRES_PER_DEGREE if len(north) else 0.0


def _to_places(needs: NeedColumns, travel: TravelTimes, bounds: _Bounds, codes: Mapping[str, int]) -> _Way:
    """The person's own way, or a ride."""
    most = np.minimum(needs.max_minutes, _MOST_MINUTES).astype(np.float64)
    on_foot = np.minimum(most, needs.max_walk_minutes)
    inner, fits, full, any_way = np.full((4, len(most)), NOWHERE)
    usable, always = np.zeros((2, len(most)), np.bool_)
    for mode, theirs in _own_modes(needs, travel):
        limit = on_foot if mode in ON_FOOT else most
        inner = np.where(theirs, np.maximum(inner, bounds.sure(mode, limit)), inner)
        fits = np.where(theirs, np.maximum(fits, bounds.reach(mode, limit)), fits)
        full = np.where(theirs, np.maximum(full, bounds.reach(mode, most)), full)
        any_way = np.where(theirs, np.maximum(any_way, bounds.any_way(mode)), any_way)
        usable |= theirs
        always |= theirs & bounds.always(mode)
    no_limit = most == _MOST_MINUTES
    only_bus = (needs.modes == 4) & (Mode.BUS not in travel.modes)
    car_always = bounds.always(Mode.CAR)
    driven = np.where(car_always, bounds.reach(Mode.CAR, most), bounds.any_way(Mode.CAR))
    own = np.where(always, np.where(no_limit, fits, full), any_way)
    own_code = np.where(always, np.where(no_limit, codes["walk_too_long"], codes["too_far"]), codes["no_way"])
    ride_code = np.where(car_always, codes["too_far"], codes["no_way"])
    code = np.where(only_bus, codes["no_timetable"], np.where(needs.ride == 0, own_code, ride_code))
    outer = np.where(needs.ride == 0, own, np.where(needs.ride == 1, np.maximum(fits, driven), driven))
    inner = np.where(needs.ride == 2, NOWHERE, inner)
    return _Way(_i32(code), inner[:, None], outer[:, None])


def _own_modes(needs: NeedColumns, travel: TravelTimes) -> Iterator[tuple[Mode, Bools]]:
    """Each mode that somebody has and the travel times know, and who has it."""
    for bit, mode in OWN_MODES:
        has = (needs.modes & bit) != 0
        rolls = needs.wheelchair & (mode is Mode.WALK)
        for one, theirs in ((mode, has & ~rolls), (Mode.WHEELCHAIR, has & rolls)):
            if one in travel.modes and theirs.any():
                yield one, theirs


def _of_helpers(limits: I32, bounds: _Bounds, codes: Mapping[str, int]) -> _Way:
    """The way of a helper who comes by car; one band a limit."""
    always, any_way = bounds.always(Mode.CAR), bounds.any_way(Mode.CAR)
    inner, outer = np.zeros((2, len(always), len(limits)))
    for band, limit in enumerate(limits.tolist()):
        most = float(min(limit, _MOST_MINUTES))
        inner[:, band] = bounds.sure(Mode.CAR, most)
        outer[:, band] = np.where(always, bounds.reach(Mode.CAR, most), any_way)
    return _Way(_i32(np.where(always, codes["helper_too_far"], codes["no_way"])), inner, outer)


def _rides(town: Columns) -> tuple[I32, Bools, I32]:
    """The class of each opening's time, whether somebody drives at (row, class), and the row of each need.

    Row 0 is for who asks for no ride.
    """
    openings, needs, rides = town.openings, town.needs, town.rides
    time = (openings.weekday.astype(np.int64) * 1440 + openings.start) * 32 + openings.weeks
    _, first, when = np.unique(time, return_index=True, return_inverse=True)
    asks = np.flatnonzero((needs.ride > 0) & (needs.area != UNKNOWN))
    who = np.stack([needs.area[asks], needs.wheelchair[asks], needs.escort[asks]]).astype(np.int32)
    distinct, who_of = np.unique(who, axis=1, return_inverse=True)
    fits = rides.fits(distinct[0], distinct[1] != 0, distinct[2] != 0)
    driven = fits.astype(np.float32) @ rides.covers[first].T.astype(np.float32) > 0
    nobody, always = np.zeros((1, len(first)), np.bool_), np.ones((1, len(first)), np.bool_)
    rows, row_of = np.unique(np.vstack([nobody, driven]), axis=0, return_inverse=True)
    row = np.where(needs.ride > 0, row_of.ravel()[0], -1)
    row[asks] = row_of.ravel()[1 + who_of.ravel()]
    return _i32(when), np.vstack([always, rows]), _i32(row + 1)


def _i32(values: object) -> I32:
    return np.asarray(values, np.int32).ravel()

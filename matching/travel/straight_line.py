"""The straight line times a detour factor: always there, and close where there are streets everywhere.

The factors (1.29 up to 1 km, 1.22 up to 3 km, 1.20 beyond) are medians measured on a real town's streets. Within a
class the way grows with the distance; at its border it never falls back, so no nearer place is further.
"""

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Floats, Ints, Points, TravelSettings, Trips
from matching.domain.words import Mode

I64 = NDArray[np.int64]
EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
_BORDERS = (1_000.0, 3_000.0)


class StraightLine:
    """Answers for WALK, WHEELCHAIR, BICYCLE and CAR."""

    modes = frozenset({Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR})

    def __init__(self, settings: TravelSettings | None = None) -> None:
        self._settings = settings or TravelSettings()

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
        """Minutes of each asked way; `inf` for a mode it does not know, and from or to an unknown point."""
        if mode not in self.modes:
            return no_trips(len(origin))
        minutes = self.way_metres(straight_metres(origins, targets, origin, target))
        minutes /= self._speed(mode, pace)
        if mode is Mode.CAR:
            minutes += self._settings.car_extra_minutes
        told = minutes.astype(np.float32)
        told[np.isnan(told)] = np.inf
        if mode in (Mode.WALK, Mode.WHEELCHAIR):
            return Trips(told, told)
        return Trips(told, np.where(np.isfinite(told), np.float32(0), told))

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """The longest straight line whose way takes `minutes`; 0 for a mode it does not know."""
        if mode not in self.modes:
            return 0.0
        extra = self._settings.car_extra_minutes if mode is Mode.CAR else 0
        way = max(0.0, minutes - extra) * self._metres_per_minute(mode, pace)
        longest = 0.0
        for factor, end in zip(self._settings.detour_factors, (*_BORDERS, np.inf), strict=True):
            longest = max(longest, min(way / factor, end))
        # A little more, because minutes are told as float32.
        return float(longest) * (1 + 1e-6) + 1e-3

    def sure_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """The straight line within which no way takes more than `minutes`; −1 where there may be none."""
        extra = self._settings.car_extra_minutes if mode is Mode.CAR else 0
        if mode not in self.modes or minutes < extra:
            return -1.0
        way = (minutes - extra) * self._metres_per_minute(mode, pace)
        if not way >= 0:
            return -1.0
        near, middle, far = self._settings.detour_factors
        first = near * _BORDERS[0]
        second = max(middle * _BORDERS[1], first)
        if way < first:
            metres = way / near
        elif way < second:
            metres = min(max(way / middle, _BORDERS[0]), _BORDERS[1])
        else:
            metres = max(way / far, _BORDERS[1])
        # A little less, because minutes are told as float32.
        return metres * (1 - 1e-6) - 1e-3

    def way_metres(self, straight: Floats) -> Floats:
        """Metres along the way for metres as the crow flies; grows with them, NaN stays NaN."""
        near, middle, far = self._settings.detour_factors
        at_first = near * _BORDERS[0]
        at_second = max(middle * _BORDERS[1], at_first)
        nearer, middling = straight <= _BORDERS[0], straight <= _BORDERS[1]
        way = np.where(nearer, near, np.where(middling, middle, far))
        way *= straight
        np.maximum(way, np.where(nearer, 0, np.where(middling, at_first, at_second)), out=way)
        return np.asarray(way, np.float64)

    def _metres_per_minute(self, mode: Mode, pace: float) -> float:
        """As `_speed`, of one person."""
        if mode in (Mode.WALK, Mode.WHEELCHAIR):
            return float(np.float32(pace)) if pace > 0 else float("nan")
        settings = self._settings
        return settings.bicycle_metres_per_minute if mode is Mode.BICYCLE else settings.car_metres_per_minute

    def _speed(self, mode: Mode, pace: NDArray[np.float32]) -> float | NDArray[np.float32]:
        """Metres a minute; NaN for a pace at which nobody gets anywhere."""
        if mode is Mode.BICYCLE:
            return self._settings.bicycle_metres_per_minute
        if mode is Mode.CAR:
            return self._settings.car_metres_per_minute
        return np.where(pace > 0, pace, np.float32(np.nan))


def no_trips(n: int) -> Trips:
    """No way to anywhere, `n` times."""
    return Trips(np.full(n, np.inf, np.float32), np.full(n, np.inf, np.float32))


def straight_metres(origins: Points, targets: Points, origin: Ints | I64, target: Ints | I64) -> Floats:
    """Great-circle metres of each asked pair, by the chord through the sphere; NaN where a point is unknown.

    As exact as the haversine formula, and without a sine or cosine a pair.
    """
    squared = np.zeros(len(origin))
    for one, other in zip(_on_unit_sphere(origins), _on_unit_sphere(targets), strict=True):
        step = one[origin]
        step -= other[target]
        step *= step
        squared += step
    half_chord = np.sqrt(squared, out=squared)
    half_chord /= 2
    np.minimum(half_chord, 1, out=half_chord)
    return np.asarray(2 * EARTH_METRES * np.arcsin(half_chord, out=half_chord), np.float64)


def _on_unit_sphere(points: Points) -> tuple[Floats, Floats, Floats]:
    north, east = np.radians(points.latitude), np.radians(points.longitude)
    out = np.cos(north)
    return out * np.cos(east), out * np.sin(east), np.sin(north)

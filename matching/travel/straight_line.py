"""The straight line times a detour factor: always there, and close where there are streets everywhere.

The factors (1.29 up to 1 km, 1.22 up to 3 km, 1.20 beyond) are medians measured on a real town's streets. Within a
class the way grows with the distance; at its border it never falls back, so no nearer place is further.
"""

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Floats, Ints, Points, TravelSettings, Trips
from matching.domain.words import Mode

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
            never = np.full(len(origin), np.inf, np.float32)
            return Trips(never, never)
        metres = self.way_metres(straight_metres(origins, targets, origin, target))
        minutes = metres / self._speed(mode, pace) + (self._settings.car_extra_minutes if mode is Mode.CAR else 0)
        told: NDArray[np.float32] = np.where(np.isfinite(minutes), minutes, np.inf).astype(np.float32)
        if mode in (Mode.WALK, Mode.WHEELCHAIR):
            return Trips(told, told)
        return Trips(told, np.where(np.isfinite(told), 0, np.inf).astype(np.float32))

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """The longest straight line whose way takes `minutes`."""
        if mode not in self.modes:
            return 0.0
        extra = self._settings.car_extra_minutes if mode is Mode.CAR else 0
        way = max(0.0, minutes - extra) * float(self._speed(mode, np.array([pace], np.float32))[0])
        longest = 0.0
        for factor, end in zip(self._settings.detour_factors, (*_BORDERS, np.inf), strict=True):
            longest = max(longest, min(way / factor, end))
        return float(longest) * (1 + 1e-6) + 1e-3

    def way_metres(self, straight: Floats) -> Floats:
        """Metres along the way for metres as the crow flies."""
        near, middle, far = self._settings.detour_factors
        way = np.where(straight <= _BORDERS[0], near, np.where(straight <= _BORDERS[1], middle, far)) * straight
        at_first = near * _BORDERS[0]
        at_second = max(middle * _BORDERS[1], at_first)
        floor = np.where(straight > _BORDERS[1], at_second, np.where(straight > _BORDERS[0], at_first, 0))
        return np.asarray(np.maximum(way, floor), np.float64)

    def _speed(self, mode: Mode, pace: NDArray[np.float32]) -> Floats:
        fixed = {Mode.BICYCLE: self._settings.bicycle_metres_per_minute, Mode.CAR: self._settings.car_metres_per_minute}
        return np.full(len(pace), fixed[mode]) if mode in fixed else pace.astype(np.float64)


def straight_metres(origins: Points, targets: Points, origin: Ints, target: Ints) -> Floats:
    """Great-circle metres (haversine) of each asked pair; NaN where a point is unknown."""
    north_1, east_1 = np.radians(origins.latitude)[origin], np.radians(origins.longitude)[origin]
    north_2, east_2 = np.radians(targets.latitude)[target], np.radians(targets.longitude)[target]
    half = np.sin((north_2 - north_1) / 2) ** 2
    half += np.cos(north_1) * np.cos(north_2) * np.sin((east_2 - east_1) / 2) ** 2
    return np.asarray(2 * EARTH_METRES * np.arcsin(np.sqrt(np.minimum(half, 1))), np.float64)

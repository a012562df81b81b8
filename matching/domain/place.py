"""Points, areas, and the protocol of whoever says how many minutes a way takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.domain.words import Mode

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def within_degrees(latitude: float | None, longitude: float | None) -> None:
    """Refuse half a point, and a point that is not on Earth.

    Raises:
        ValueError: naming the value, and the likely slip.
    """
    if (latitude is None) != (longitude is None):
        raise ValueError(f"half a point: latitude {latitude}, longitude {longitude}")
    if latitude is None or longitude is None:
        return
    if not -90 <= latitude <= 90:
        raise ValueError(f"latitude {latitude} is not on Earth. Maybe latitude and longitude are swapped?")
    if not -180 <= longitude <= 180:
        raise ValueError(f"longitude {longitude} is not on Earth")


@dataclass(frozen=True, slots=True)
class Area:
    """日常生活圏域: a municipality (tier 1) or a daily-life area in it (tier 2), with its people."""

    area_id: str
    name: str = ""
    tier: int = 2
    parent_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None
    population_65plus: int | None = None
    population_75plus: int | None = None

    def __post_init__(self) -> None:
        if self.tier not in (1, 2):
            raise ValueError(f"tier {self.tier} is neither 1 (municipality) nor 2 (daily-life area)")
        within_degrees(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Points:
    """Columns of WGS84 degrees, NaN where unknown; both float64 of one length."""

    latitude: Floats
    longitude: Floats

    def __len__(self) -> int:
        return len(self.latitude)


@dataclass(frozen=True, slots=True)
class Trips:
    """Answers to a column of questions, float32 minutes each, `inf` where there is no way.

    `minutes` is door to door; `walking` the part on foot (all of it for WALK and WHEELCHAIR).
    """

    minutes: NDArray[np.float32]
    walking: NDArray[np.float32]


class TravelTimes(Protocol):
    """Who says how many minutes. Every array is aligned with the questions, one a row.

    `origin` and `target` index into `origins` and `targets`, because people and places repeat.
    `pace` is metres a minute on foot or in a wheelchair; `weekday` (0 Monday) and `arrive` (minute of day) say by when
    one must be there, and matter to buses only. A point of NaN has no way to anywhere: `inf`.
    """

    @property
    def modes(self) -> frozenset[Mode]:
        """The modes it can answer for; BUS only where it has a timetable."""
        ...

    def trips(
        self,
        mode: Mode,
        origins: Points,
        targets: Points,
        origin: Ints,
        target: Ints,
        pace: NDArray[np.float32],
        weekday: Ints,
        arrive: Ints,
    ) -> Trips:
        """Minutes of each asked way by one mode."""
        ...

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """No place further than this in a straight line can be reached in `minutes`; `inf` if it cannot say."""
        ...


@runtime_checkable
class SureTimes(Protocol):
    """Travel times that also tell what is surely near enough, so that not every way must be asked for."""

    def sure_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """Every place nearer than this in a straight line is reached in `minutes`, on foot only by WALK and WHEELCHAIR.

        −1 if it cannot say.
        """
        ...


@runtime_checkable
class BusLines(Protocol):
    """Travel times that know the lines of their timetable, and can tell how it would be without some of them."""

    @property
    def lines(self) -> frozenset[str]:
        """The lines (`route_id` of GTFS)."""
        ...

    def without_lines(self, lines: frozenset[str]) -> TravelTimes:
        """The same where these lines no longer run."""
        ...


@dataclass(frozen=True, slots=True)
class TravelSettings:
    """`[travel]` of town.toml: which provider, and the speeds it uses.

    `detour_factors` multiply the straight line up to 1 km, up to 3 km and beyond (measured on a real town). Files are
    named relative to the town folder.
    """

    provider: str = "straight_line"
    detour_factors: tuple[float, float, float] = (1.29, 1.22, 1.20)
    walk_metres_per_minute: float = 60.0
    wheelchair_metres_per_minute: float = 50.0
    bicycle_metres_per_minute: float = 200.0
    car_metres_per_minute: float = 500.0
    car_extra_minutes: float = 0.0
    streets: str = ""
    nodes: str = ""
    edges: str = ""

    def __post_init__(self) -> None:
        speeds: Mapping[str, float] = {
            name: getattr(self, name) for name in self.__slots__ if name.endswith("_metres_per_minute")
        }
        for name, value in speeds.items():
            if not 0 < value < 10_000:
                raise ValueError(f"{name} = {value} is no speed in metres a minute")
        if not 0 <= self.car_extra_minutes < 1_000:
            raise ValueError(f"car_extra_minutes = {self.car_extra_minutes} is no time before and after a drive")
        if any(not 1 <= factor < 10 for factor in self.detour_factors):
            raise ValueError(f"detour_factors = {self.detour_factors}: a way is never shorter than the straight line")

"""運行: what one driver does with one car on one day, stop by stop, and who stays behind."""

from dataclasses import dataclass
from enum import StrEnum

from matching.domain.proposal import Change
from matching.errors import Facts


class StopKind(StrEnum):
    """What happens at a stop."""

    LEAVE = "leave"
    BOARD = "board"
    ALIGHT = "alight"
    PAUSE = "pause"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: minutes of the day of arriving and of beginning, and who is on board when the car goes on.

    `ride_id` and `resident_id` are empty where nobody gets on or off.
    """

    kind: StopKind
    arrive: float
    start: float
    latitude: float | None = None
    longitude: float | None = None
    ride_id: str = ""
    resident_id: str = ""
    seats: int = 0
    wheelchairs: int = 0


@dataclass(frozen=True, slots=True)
class Tour:
    """運行: one car, one driver; `minutes` are driven, from the first stop (LEAVE) to the last (BACK)."""

    driver_id: str
    vehicle_id: str
    stops: tuple[Stop, ...]
    minutes: float

    @property
    def rides(self) -> tuple[str, ...]:
        """The rides it carries, in the order of boarding."""
        return tuple(stop.ride_id for stop in self.stops if stop.kind is StopKind.BOARD)


@dataclass(frozen=True, slots=True)
class Unserved:
    """A ride that nobody drives that day, why, and which small changes would help: each proved by solving again."""

    ride_id: str
    code: str
    facts: Facts
    helps: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class RideTier:
    """An aim of the day, its value, and what no plan can better."""

    name: str
    value: float
    bound: float

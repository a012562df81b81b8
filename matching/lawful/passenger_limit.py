"""乗車定員: welfare rides use cars for fewer than 11 people; from 11 on another driving licence is needed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class PassengerLimit:
    """Seats, wheelchair places and the driver, counted together: the most that the car can be built for."""

    fewer_than: int

    told: ClassVar[Mapping[str, Told]] = {
        "large_car": Told(
            Standing.ASK,
            Text(
                ja="車{vehicle}は運転者を含めて{people}人まで乗れます。乗車定員が{limit}人未満か、運転者の免許で運転できるか"
                "確かめてください",
                en="car {vehicle} takes {people} people with its driver; ask whether it is built for fewer than "
                "{limit}, and whether the driver's licence covers it",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """A wheelchair place may take the room of seats, so a large sum is asked about, not refused."""
        people = run.vehicle.seats + run.vehicle.wheelchair_places + 1
        if people >= self.fewer_than:
            yield "large_car", {"vehicle": run.vehicle.vehicle_id, "people": people, "limit": self.fewer_than}

"""保険: the compulsory insurance of every car, and of a registered one the cover for damages beyond it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class Insured:
    """Which insurance the date means is not told: a registered car needs both kinds, for others it is asked."""

    told: ClassVar[Mapping[str, Told]] = {
        "insurance_past": Told(
            Standing.UNFIT,
            Text(
                ja="登録の車{vehicle}の保険は{until}までです。この日には切れています",
                en="the insurance of the registered car {vehicle} ended on {until}",
            ),
        ),
        "insurance_ask": Told(
            Standing.ASK,
            Text(
                ja="車{vehicle}の保険（{until}まで）がこの日にあるか確かめてください",
                en="ask whether car {vehicle} is insured on that day (until: {until})",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """By the day until which the car is insured."""
        car, until = run.vehicle, run.vehicle.insured_until
        if until is None:
            yield "insurance_ask", {"vehicle": car.vehicle_id, "until": "–"}
        elif until < run.date:
            code = "insurance_past" if car.scheme is Scheme.REGISTERED else "insurance_ask"
            yield code, {"vehicle": car.vehicle_id, "until": until.isoformat()}

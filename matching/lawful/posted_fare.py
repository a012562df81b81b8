"""対価の掲示: a registered service posts what it charges in the office, in the car and on the web."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Charge, Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class PostedFare:
    """Whether it is posted is not in the data, so it is asked."""

    told: ClassVar[Mapping[str, Told]] = {
        "posting": Told(
            Standing.ASK,
            Text(
                ja="車{vehicle}の対価が、事務所・車内・ウェブサイトに掲示されているか確かめてください",
                en="ask whether the charge of car {vehicle} is posted in the office, in the car and on the web",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """Registered cars that charge something."""
        if run.vehicle.scheme is Scheme.REGISTERED and run.vehicle.charge is not Charge.NONE:
            yield "posting", {"vehicle": run.vehicle.vehicle_id}

"""台数: from five cars at one place on, somebody qualified answers for how they run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class QualifiedManager:
    """Who that person is stands in no table, so it is asked."""

    cars: int

    told: ClassVar[Mapping[str, Told]] = {
        "manager": Told(
            Standing.ASK,
            Text(
                ja="{resource}は車が{fleet}台（{limit}台以上）です。資格のある運行管理の責任者（安全運転管理者など）が"
                "選任されているか確かめてください",
                en="{resource} has {fleet} cars ({limit} or more); ask whether a qualified manager is appointed",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """By the number of cars of the resource."""
        if run.fleet >= self.cars:
            yield "manager", {"resource": run.vehicle.resource_id, "fleet": run.fleet, "limit": self.cars}

"""実費: fuel, toll, parking, insurance and vehicle hire may be charged without a permit, and no more than they cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Charge, Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class OnlyActualCost:
    """A set amount is not known to be the actual cost; somebody has to be able to show it."""

    told: ClassVar[Mapping[str, Told]] = {
        "set_amount": Told(
            Standing.ASK,
            Text(
                ja="車{vehicle}の{yen}円が実費（燃料・通行料・駐車料・保険料・車両借料）を超えないか、内訳を確かめてください",
                en="ask for the breakdown: are the {yen} yen of car {vehicle} no more than fuel, toll, parking, "
                "insurance and hire?",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """Only where something is charged as actual cost by a car that is not registered."""
        car = run.vehicle
        if car.scheme is not Scheme.REGISTERED and car.charge is Charge.ACTUAL_COST and car.charge_yen:
            yield "set_amount", {"vehicle": car.vehicle_id, "yen": car.charge_yen}

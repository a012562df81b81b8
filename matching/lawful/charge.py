"""有償と無償: a private car carries people for a fare only where it is registered or permitted (道路運送法 第78条)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Charge, Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class NoFareUnregistered:
    """Without registration: nothing or actual cost may be charged, never a fare."""

    told: ClassVar[Mapping[str, Told]] = {
        "fare_unregistered": Told(
            Standing.UNFIT,
            Text(
                ja="車{vehicle}は許可・登録のいらない運送なのに、運賃（対価）を受け取ることになっています",
                en="car {vehicle} is free of permit and registration, yet a fare is charged",
            ),
        ),
        "tenant_fare": Told(
            Standing.ASK,
            Text(
                ja="借りた車{vehicle}で運賃（対価）を受け取るには、運送する団体の登録が要ります。登録があるか確かめてください",
                en="a fare in the lent car {vehicle} needs the group's registration; ask whether there is one",
            ),
        ),
        "charge_unclear": Told(
            Standing.ASK,
            Text(
                ja="車{vehicle}は「負担なし」ですが、{yen}円と書かれています。どちらが正しいか確かめてください",
                en="car {vehicle} is said to charge nothing, yet {yen} yen are written; ask which is right",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """By the scheme of the car and what is charged."""
        car = run.vehicle
        if car.charge is Charge.FARE and car.scheme is Scheme.FREE:
            yield "fare_unregistered", {"vehicle": car.vehicle_id}
        if car.charge is Charge.FARE and car.scheme is Scheme.TENANT:
            yield "tenant_fare", {"vehicle": car.vehicle_id}
        if car.charge is Charge.NONE and car.charge_yen:
            yield "charge_unclear", {"vehicle": car.vehicle_id, "yen": car.charge_yen}

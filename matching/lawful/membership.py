"""会員: a registered welfare ride carries its members (要介護・要支援・身体障害・その他) and who escorts them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class Members:
    """A service for areas without transport has no such classes, so a missing one is asked about."""

    told: ClassVar[Mapping[str, Told]] = {
        "not_a_member": Told(
            Standing.ASK,
            Text(
                ja="登録の車{vehicle}に乗る{riders}の会員区分が分かりません。会員名簿を確かめてください",
                en="the membership of {riders} in the registered car {vehicle} is not known; see the list of members",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """Riders of a registered car without a class."""
        unknown = [one.resident_id for one in run.riders if one.ride_membership is None]
        if run.vehicle.scheme is Scheme.REGISTERED and unknown:
            yield "not_a_member", {"vehicle": run.vehicle.vehicle_id, "riders": ", ".join(unknown)}

"""講習: who drives a registered car has a second-class licence, or has taken the course that the minister approves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.domain import Scheme
from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class Course:
    """The class of the licence is not in the data, so a missing or past course is asked about."""

    told: ClassVar[Mapping[str, Told]] = {
        "course": Told(
            Standing.ASK,
            Text(
                ja="{driver}さんの講習（期限: {until}）が分からないか、過ぎています。"
                "第二種免許または講習の修了を確かめてください",
                en="the course of {driver} is not known or past (until: {until}); "
                "ask for a second-class licence or the course",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """Drivers of registered cars."""
        until = run.driver.course_until
        if run.vehicle.scheme is Scheme.REGISTERED and (until is None or until < run.date):
            yield "course", {"driver": run.driver.driver_id, "until": "–" if until is None else until.isoformat()}

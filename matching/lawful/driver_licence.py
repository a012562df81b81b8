"""運転免許: somebody has seen the driver's licence, and not long ago."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class LicenceSeen:
    """Nobody drives without a licence; that it was not looked at for long does not say that there is none."""

    days: int

    told: ClassVar[Mapping[str, Told]] = {
        "licence": Told(
            Standing.ASK,
            Text(
                ja="{driver}さんの運転免許を確かめた日（{seen}）が分からないか、{days}日より前です。免許証を見せてもらってください",
                en="the licence of {driver} was not seen within {days} days (last: {seen}); ask to see it",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """By the day on which it was last seen."""
        seen = run.driver.licence_checked_on
        if seen is None or seen < run.date - dt.timedelta(self.days):
            day = "–" if seen is None else seen.isoformat()
            yield "licence", {"driver": run.driver.driver_id, "seen": day, "days": self.days}

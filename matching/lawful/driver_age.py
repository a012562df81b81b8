"""年齢: nobody under 18 may drive a car; a group may have an upper age of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Text
from matching.lawful.rule import Finding, Run, Standing, Told


@dataclass(frozen=True, slots=True)
class DriverAge:
    """Age reached within the year: only the year of birth is known. From `ask_from` on the group's rule is asked."""

    least: int
    ask_from: int

    told: ClassVar[Mapping[str, Told]] = {
        "too_young": Told(
            Standing.UNFIT,
            Text(
                ja="{driver}さんは{year}年生まれで、この年のうちに{limit}歳になりません",
                en="{driver}, born in {year}, does not reach {limit} within the year",
            ),
        ),
        "ask_age": Told(
            Standing.ASK,
            Text(
                ja="{driver}さんは{year}年生まれ（この年に{limit}歳以上）です。団体の決まりと体調を確かめてください",
                en="{driver}, born in {year}, is {limit} or older this year; ask the group's rule and how they feel",
            ),
        ),
    }

    def judge(self, run: Run) -> Iterator[Finding]:
        """An unknown year of birth says nothing."""
        born = run.driver.birth_year
        if born is None:
            return
        age = run.date.year - born
        if age < self.least:
            yield "too_young", {"driver": run.driver.driver_id, "year": str(born), "limit": self.least}
        if age >= self.ask_from:
            yield "ask_age", {"driver": run.driver.driver_id, "year": str(born), "limit": self.ask_from}

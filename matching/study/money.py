"""費用と基準額: what a scenario costs beside the dated standard amounts of the national programme."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from matching.domain import Community
from matching.errors import Text
from matching.scenario.reading import Scenario
from matching.shipped import FIXTURES


@dataclass(frozen=True, slots=True)
class Amount:
    """A standard amount: yen a year for each unit, a municipality or a daily-life area."""

    code: str
    yen: int
    unit: str
    text: Text


@dataclass(frozen=True, slots=True)
class Amounts:
    """The standard amounts of a year, with their source."""

    as_of: str
    source: str
    every: Mapping[str, Amount]


@dataclass(frozen=True, slots=True)
class Money:
    """What a scenario costs a year, what its grants come to, and what is left to the municipality (None: unknown)."""

    cost: int | None
    grants: Mapping[str, int]

    @property
    def own(self) -> int | None:
        """Cost less grants; not below 0, since no grant is more than what it pays for."""
        return None if self.cost is None else max(0, self.cost - sum(self.grants.values()))


@lru_cache(maxsize=1)
def amounts() -> Amounts:
    """The standard amounts that the house keeps."""
    told = tomllib.loads((FIXTURES / "rates" / "standard_amounts.toml").read_text(encoding="utf-8"))
    every = {
        code: Amount(code, row["yen"], row["unit"], Text(row["ja"], row["en"]))
        for code, row in told.items()
        if isinstance(row, dict)
    }
    return Amounts(told["as_of"], told["source"], every)


def units(town: Community, amount: Amount) -> int:
    """For how many units a town has the amount: itself, or each of its daily-life areas (itself, where it has none)."""
    if amount.unit == "municipality":
        return 1
    return sum(area.tier == 2 for area in town.areas) or 1


def money(scenario: Scenario) -> Money:
    """Cost and grants of a scenario; a grant is so many units of a standard amount."""
    known = amounts().every
    return Money(scenario.yen_per_year, {code: count * known[code].yen for code, count in scenario.grants})

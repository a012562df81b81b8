"""What an import hands back: a community, every repair, and the count of every row."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching.domain import Community
from matching.exchange.open_data.repairs import Repair


@dataclass(frozen=True, slots=True)
class ListCount:
    """What became of the rows of one file: rows = imported + places + all that was skipped, by reason."""

    file: str
    ja: str
    en: str
    becomes: str
    rows: int
    imported: int
    places: int
    skipped: tuple[tuple[str, int], ...] = ()

    @property
    def balanced(self) -> bool:
        """No row is lost silently."""
        return self.rows == self.imported + self.places + sum(count for _, count in self.skipped)


@dataclass(frozen=True, slots=True)
class Imported:
    """The published lists of a town as a community, with the account of how they were read."""

    community: Community
    repairs: tuple[Repair, ...]
    counts: tuple[ListCount, ...]
    newest: date | None = None

    def of(self, code: str) -> Sequence[Repair]:
        """The repairs of one code."""
        return [one for one in self.repairs if one.code == code]

    @property
    def by_code(self) -> Counter[str]:
        """How many repairs of each code."""
        return Counter(one.code for one in self.repairs)

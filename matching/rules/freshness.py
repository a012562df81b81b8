"""情報の新しさ: an entry that nobody confirmed for long is asked before a person is sent there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.arrays import UNKNOWN
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Freshness:
    """Older than `stale_weeks`, or never confirmed: asked first, and a little less."""

    stale_weeks: int = 52
    stale_points: int = -10

    texts: ClassVar[Mapping[str, Text]] = {
        "never_confirmed": Text(
            ja="{place}の情報は確認日が分かりません。先に確認してください",
            en="it is not known when {place} was last confirmed; please confirm first",
        ),
        "stale": Text(
            ja="{place}の情報は{confirmed_on}のものです。先に確認してください",
            en="{place} was last confirmed on {confirmed_on}; please confirm first",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Ask where the entry is old."""
        weeks = pairs.opening.weeks_confirmed
        fresh = pairs.held
        return (
            Saying.of(self, pairs)
            .tell("never_confirmed", (weeks == UNKNOWN) & ~fresh, self.stale_points, asks=True)
            .tell("stale", (weeks > self.stale_weeks) & ~fresh, self.stale_points, asks=True)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place and when it was confirmed."""
        on = case.resource.confirmed_on
        return {"place": case.resource.name, "confirmed_on": "" if on is None else on.isoformat()}

"""回数: a place that meets less often than asked counts a little less."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import EVERY_WEEK, I8, I32
from matching.rules.rule import Case, Pairs, Saying, Verdict

USUAL_WEEKS = 4
"""A weekly opening meets at least four times a month (a fifth week comes now and then)."""


@dataclass(frozen=True, slots=True)
class Frequency:
    """Occurrences a month against the times asked for."""

    points_per_missing: int = -10

    texts: ClassVar[Mapping[str, Text]] = {
        "seldom": Text(
            ja="月{times}回の希望に対し、{place}は月{occurs}回です",
            en="{times} times a month are wished for, {place} meets {occurs}",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Fewer points for each occurrence that is missing."""
        asked = pairs.need.times_per_month
        missing = np.maximum(asked - occurrences(pairs.opening.weeks), 0)
        return Saying.of(self, pairs).tell("seldom", missing > 0, missing * np.int32(self.points_per_missing)).verdict

    def facts(self, case: Case) -> Facts:
        """The place, how often it meets, and how often is wished for."""
        weeks = case.opening.weeks_of_month
        return {
            "place": case.resource.name,
            "times": case.need.times_per_month or 0,
            "occurs": len(set(weeks)) if weeks else USUAL_WEEKS,
        }


def occurrences(weeks: I8) -> I32:
    """Times a month of a column of week bits, int32; every week counts as four."""
    return np.where(weeks == EVERY_WEEK, USUAL_WEEKS, np.bitwise_count(weeks)).astype(np.int32)

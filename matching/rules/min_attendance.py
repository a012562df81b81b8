"""最少人数: a place that is not running yet opens with enough people or not at all; one that runs is never closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import grouped
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict


@dataclass(frozen=True, slots=True)
class MinAttendance:
    """It runs where somebody attends or holds a place; then a number below the minimum is only warned about."""

    texts: ClassVar[Mapping[str, Text]] = {
        "min_attendance": Text(
            ja="{place}は{least}人集まれば始められます", en="{place} begins once {least} people come"
        ),
        "below_minimum": Text(
            ja="{place}（{weekday} {start}）は{people}人で、最少人数{least}人に足りません。声かけを検討してください",
            en="{place} ({weekday} {start}) has {people} people, fewer than its minimum of {least}",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:
        """The place and its minimum."""
        return {"place": case.resource.name, "least": case.opening.min_attendance or 0}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """At least the minimum or nobody, for every opening that does not run yet."""
        openings = pairs.town.openings
        held = np.bincount(pairs.town.needs.held[pairs.town.needs.held >= 0], minlength=len(openings.attending))
        starting = (openings.min_attendance > 1) & (openings.attending == 0) & (held == 0)
        new = np.flatnonzero(starting[pairs.opening_row])
        for opening, rows in grouped(new, pairs.opening_row[new]).items():
            least = int(openings.min_attendance[opening])
            name = pairs.town.community.resources[openings.resource[opening]].name
            yield Quota(
                "min_attendance",
                rows.astype(np.int32),
                np.ones(len(rows), np.int64),
                least,
                len(rows),
                True,
                {"place": name, "least": least},
            )

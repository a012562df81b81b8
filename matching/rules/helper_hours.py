"""担い手の時間: a visiting helper's hours a month are not exceeded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I64, UNKNOWN, grouped
from matching.rules.frequency import occurrences
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict

VISIT = 1
"""`where` of a helper who comes to the person."""
UNTOLD_MINUTES = 60
"""How long a visit is counted whose hours are not known (an assumption: it is asked first anyway)."""


@dataclass(frozen=True, slots=True)
class HelperHours:
    """Each person visited takes the shortest stay (or the whole opening), as often as asked, out of the hours left."""

    texts: ClassVar[Mapping[str, Text]] = {
        "hours_used_up": Text(
            ja="{place}の今月の時間（残り{hours_left}時間）では足りません",
            en="{place} has {hours_left} hours left this month, too few",
        ),
        "helper_hours": Text(
            ja="{place}の時間は月{hours_left}時間までです", en="{place} has {hours_left} hours a month to give"
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block who alone would need more hours than are left."""
        left = np.floor(pairs.opening.hours_left * 60)
        over = (monthly_minutes(pairs) > left) & (pairs.opening.where == VISIT) & ~pairs.held
        return Saying.of(self, pairs).block("hours_used_up", over).verdict

    def facts(self, case: Case) -> Facts:
        """The helper and the hours left."""
        limit = case.resource.max_hours_per_month or 0
        return {"place": case.resource.name, "hours_left": max(0.0, limit - (case.resource.hours_this_month or 0))}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """One row for each helper whose new people might need more than the hours left."""
        opening, weight = pairs.opening, monthly_minutes(pairs)
        limited = np.flatnonzero(np.isfinite(opening.hours_left) & (opening.where == VISIT) & ~pairs.held)
        for resource, rows in grouped(limited, opening.resource[limited]).items():
            left = int(np.floor(opening.hours_left[rows[0]] * 60))
            if weight[rows].sum() > left:
                name = pairs.town.community.resources[resource].name
                yield Quota(
                    "helper_hours",
                    rows.astype(np.int32),
                    weight[rows],
                    0,
                    left,
                    facts={"place": name, "hours_left": left / 60},
                )


def monthly_minutes(pairs: Pairs) -> I64:
    """Minutes a month that each pair takes of its helper."""
    opening = pairs.opening
    whole = np.where(opening.timed, opening.end - opening.start, UNTOLD_MINUTES).astype(np.int64)
    each = np.where(opening.stay_minutes == UNKNOWN, whole, np.minimum(opening.stay_minutes, whole))
    times = occurrences(opening.weeks)
    asked = pairs.need.times_per_month
    return np.asarray(each * np.where(asked == UNKNOWN, times, np.minimum(asked, times)), np.int64)

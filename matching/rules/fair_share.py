"""担い手の間の公平: the more of their offered hours a helper already gives, the less a further person counts there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I32
from matching.rules.columns import Columns
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class FairShare:
    """Relative to what each helper offered: the share of hours given, in tenths, and each further person."""

    points_per_tenth_used: int = -3
    points_per_further_person: int = -6
    leaned_on_percent: int = 80

    texts: ClassVar[Mapping[str, Text]] = {
        "leaned_on": Text(
            ja="{place}は申し出の時間の{percent}％まで引き受けています。頼りすぎないよう、様子を伺ってください",
            en="{place} gives {percent} % of the hours offered; please see how they are",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:
        """The helper, and the share of the offered hours given this month."""
        limit, given = case.resource.max_hours_per_month or 0, case.resource.hours_this_month or 0
        return {"place": case.resource.name, "percent": round(100 * given / limit) if limit else 0}

    def place_points(self, town: Columns, opening: I32, nth: I32) -> I32:
        """Negative, falling with each further person, for helpers whose hours are limited."""
        columns = town.openings
        tenths = np.round(columns.hours_used[opening] * 10).astype(np.int32)
        points = tenths * self.points_per_tenth_used + (nth - 1) * self.points_per_further_person
        return np.where(np.isfinite(columns.hours_left[opening]), points, 0).astype(np.int32)

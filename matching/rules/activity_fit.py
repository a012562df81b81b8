"""やりたいこと: the more of the wanted activities a place has, the better; none of them is no match."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict, common_bits, no_bit


@dataclass(frozen=True, slots=True)
class ActivityFit:
    """Any one of the wanted activities suffices; a place that names none fits any wish, with 0 points."""

    points_per_activity: int = 40

    texts: ClassVar[Mapping[str, Text]] = {
        "activity": Text(
            ja="{place}では「{wanted}」ができません（{offered}の場です）",
            en="{place} has none of what is wanted ({wanted}); it offers {offered}",
        ),
        "activity_fits": Text(ja="「{common}」ができます", en="offers {common}, as wanted"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block where nothing wanted is offered; points for each activity in common."""
        wanted, offered = pairs.need.activities, pairs.opening.activities
        common = common_bits(wanted, offered)
        return (
            Saying.of(self, pairs)
            .block("activity", (common == 0) & ~no_bit(wanted) & ~no_bit(offered))
            .tell("activity_fits", common > 0, common * np.int32(self.points_per_activity))
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place, what is wanted, offered, and common to both."""
        wanted, offered = case.need.activities, case.resource.activities
        return {
            "place": case.resource.name,
            "wanted": ";".join(wanted),
            "offered": ";".join(offered),
            "common": ";".join(a for a in wanted if a in offered),
        }

"""本人の意向: the person's own wishes come first, from «never» to «wishes for it»."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class OwnWishes:
    """−2 and below never; −1 costs points; n >= 1 counts n times the points of one liking."""

    points_per_liking: int = 100
    rather_not_points: int = -60

    texts: ClassVar[Mapping[str, Text]] = {
        "never": Text(ja="本人が「行きたくない」と話しています", en="the person has said never"),
        "rather_not": Text(ja="本人はあまり気が進みません", en="the person would rather not"),
        "wished": Text(ja="本人の希望です", en="the person wishes for it"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block the nevers, and give points by liking."""
        liking = pairs.town.wishes.of(pairs.need_row, pairs.opening_row, len(pairs.town.community.openings))
        return (
            Saying.of(self, pairs)
            .block("never", liking <= -2)
            .tell("rather_not", liking == -1, self.rather_not_points)
            .tell("wished", liking >= 1, (liking * np.int32(self.points_per_liking)).astype(np.int32))
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place."""
        return {"place": case.resource.name}

"""受け入れ先の疲れ: a tired host is spared; nobody new is sent where it is too much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class HostFatigue:
    """At `too_tired` nobody new comes; below, each step costs points. An old word (`forget_weeks`) no longer counts."""

    too_tired: int = 3
    points_per_step: int = -15
    forget_weeks: int = 26

    texts: ClassVar[Mapping[str, Text]] = {
        "host_tired": Text(
            ja="{place}は今お疲れです（疲れ{fatigue}）。新しい方はお休みにします",
            en="{place} is too tired at present (fatigue {fatigue}); nobody new is sent",
        ),
        "host_somewhat_tired": Text(
            ja="{place}は少しお疲れです（疲れ{fatigue}）", en="{place} is somewhat tired (fatigue {fatigue})"
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block new people where the host is too tired, spare the others."""
        opening = pairs.opening
        tired = np.where((opening.fatigue_weeks <= self.forget_weeks) & ~pairs.held, opening.fatigue, 0)
        return (
            Saying.of(self, pairs)
            .block("host_tired", tired >= self.too_tired)
            .tell("host_somewhat_tired", tired > 0, (tired * self.points_per_step).astype(np.int32))
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place and its fatigue."""
        return {"place": case.resource.name, "fatigue": case.resource.fatigue or 0}

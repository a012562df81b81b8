"""継続: what has been agreed goes on; a placement that settled weighs more than a trial."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Continuity:
    """Points for the opening at which the need holds its place."""

    trial_points: int = 30
    settled_points: int = 60

    texts: ClassVar[Mapping[str, Text]] = {
        "continues": Text(ja="今のつなぎ先を続けます", en="goes on where the person already goes"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Points by the state of the placement (0 trial, 1 settled, 2 fixed)."""
        points = np.where(pairs.need.held_state == 0, self.trial_points, self.settled_points).astype(np.int32)
        return Saying.of(self, pairs).tell("continues", pairs.held, points).verdict

    def facts(self, case: Case) -> Facts:
        """The place."""
        return {"place": case.resource.name}

"""一歩ずつ: first an hour, then more: a host that allows a short first visit suits a person who needs one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import UNKNOWN
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The shortest stay against the first step; a host that names none expects the whole opening."""

    fits_points: int = 20
    too_long_points: int = -30

    texts: ClassVar[Mapping[str, Text]] = {
        "step_fits": Text(ja="まず{first_minutes}分から始められます", en="one can begin with {first_minutes} minutes"),
        "step_long": Text(
            ja="本人は{first_minutes}分から始めたいのですが、{place}は{stay_minutes}分からです",
            en="the person would begin with {first_minutes} minutes, {place} asks for {stay_minutes}",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Points for a first step that the host allows."""
        need, opening = pairs.need, pairs.opening
        whole = (opening.end - opening.start).astype(np.int32)
        stay = np.where(opening.stay_minutes == UNKNOWN, whole, opening.stay_minutes)
        asked = (need.first_minutes > 0) & (stay > 0)
        return (
            Saying.of(self, pairs)
            .tell("step_fits", asked & (stay <= need.first_minutes), self.fits_points)
            .tell("step_long", asked & (stay > need.first_minutes), self.too_long_points)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place, its shortest stay, and the first step."""
        opening = case.opening
        whole = 0 if opening.hours is None else opening.hours.minutes
        return {
            "place": case.resource.name,
            "first_minutes": case.need.first_minutes or 0,
            "stay_minutes": whole if opening.stay_minutes is None else opening.stay_minutes,
        }

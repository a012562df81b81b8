"""無理のない人数: beyond the host's comfortable load each further person counts less, and an お宝 takes none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I32, UNKNOWN
from matching.rules.columns import Columns
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class ComfortableLoad:
    """Points for each person beyond the comfortable load, who already attend counted in."""

    points_per_person_beyond: int = -25

    texts: ClassVar[Mapping[str, Text]] = {
        "beyond_comfort": Text(
            ja="{place}（{weekday} {start}）は無理のない人数{comfortable}人を超えて{people}人になります",
            en="{place} ({weekday} {start}) would have {people} people, more than is comfortable ({comfortable})",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:
        """The place and its comfortable load."""
        return {"place": case.resource.name, "comfortable": case.opening.comfortable_load or 0}

    def place_points(self, town: Columns, opening: I32, nth: I32) -> I32:
        """Negative from the first place beyond the comfortable load."""
        load = town.openings.comfortable_load[opening]
        beyond = (load != UNKNOWN) & (town.openings.attending[opening] + nth > load)
        return np.where(beyond, self.points_per_person_beyond, 0).astype(np.int32)

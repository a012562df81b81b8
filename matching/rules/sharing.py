"""共有の根拠: nothing is done with data a person has not agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.domain import TravelTimes
from matching.errors import Facts, Text
from matching.rules.columns import Columns
from matching.rules.rule import Case, Pairs, Saying, Verdict
from matching.rules.screen import Screen, screen_of


@dataclass(frozen=True, slots=True)
class SharingBasis:
    """Only who consented is matched; in the room of the support conference, also what is shared there (106条の6)."""

    texts: ClassVar[Mapping[str, Text]] = {
        "sharing": Text(ja="本人の同意がまだありません", en="the person has not agreed yet"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block whose basis is lower than what the room may match."""
        return Saying.of(self, pairs).block("sharing", pairs.need.sharing < pairs.town.basis).verdict

    def screen(self, town: Columns, travel: TravelTimes) -> Screen:  # noqa: ARG002
        """By the basis alone."""
        basis = town.needs.sharing.astype(np.int32)
        return screen_of(basis, np.zeros_like(town.openings.resource), 1, lambda need, _: need < town.basis)

    def facts(self, case: Case) -> Facts:  # noqa: ARG002
        """None: nothing of the person is told."""
        return {}

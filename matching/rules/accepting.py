"""受入状況: open, to be asked first, or closed; an informal お宝 is always asked, never booked."""

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
class Accepting:
    """Closed takes nobody new; who already comes may go on coming, and costs no points for asking."""

    ask_first_points: int = -5

    texts: ClassVar[Mapping[str, Text]] = {
        "closed": Text(ja="{place}は今、新しい方を受け入れていません", en="{place} takes nobody new at present"),
        "informal": Text(
            ja="{place}は地域のお宝です。予約ではなく、まずご都合を伺います",
            en="{place} is an informal treasure: it is asked gently, never booked",
        ),
        "ask_first": Text(ja="{place}には先に確認が必要です", en="{place} is to be asked first"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block the closed, and mark who must be asked; a treasure is asked again for whoever already comes."""
        opening = pairs.opening
        points = np.where(pairs.held, 0, self.ask_first_points).astype(np.int32)
        return (
            Saying.of(self, pairs)
            .block("closed", (opening.accepting == 0) & ~pairs.held)
            .tell("informal", opening.informal, points, asks=True)
            .tell("ask_first", opening.accepting == 1, points, asks=True)
            .verdict
        )

    def screen(self, town: Columns, travel: TravelTimes) -> Screen:  # noqa: ARG002
        """The closed places."""
        closed = (town.openings.accepting == 0).astype(np.int32)
        return screen_of(np.zeros_like(town.needs.resident), closed, 1, lambda _, opening: opening)

    def facts(self, case: Case) -> Facts:
        """The place."""
        return {"place": case.resource.name}

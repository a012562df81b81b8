"""曜日と時間: the opening falls into the time that suits the person, or enough of it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Hours:
    """One span holds the whole opening; or overlaps it for the shortest stay or the first step, whichever is longer.

    An opening whose hours are not known blocks nobody: whoever would go there is told to ask first.
    """

    texts: ClassVar[Mapping[str, Text]] = {
        "hours": Text(
            ja="{place}（{weekday} {start}–{end}）は本人の都合のよい時間と合いません",
            en="{place} ({weekday} {start}–{end}) is not at a time that suits",
        ),
        "hours_unknown": Text(
            ja="{place}の曜日・時間がまだ分からないので、先に確かめます",
            en="{place}: its day and hours are not known yet, they are asked first",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block where no span fits; ask first where the hours are not known."""
        need, opening = pairs.need, pairs.opening
        day = opening.weekday.astype(np.int64)
        table = pairs.town.needs
        start = table.span_start[pairs.need_row, day].astype(np.int32)
        end = table.span_end[pairs.need_row, day].astype(np.int32)
        opens, closes = opening.start[:, None].astype(np.int32), opening.end[:, None].astype(np.int32)
        overlap = np.minimum(end, closes) - np.maximum(start, opens)
        enough = np.maximum(opening.stay_minutes, need.first_minutes)[:, None]
        fits = (start >= 0) & ((overlap == closes - opens) | ((enough >= 0) & (overlap >= np.maximum(enough, 1))))
        return (
            Saying.of(self, pairs)
            .block("hours", opening.timed & ~need.any_time & ~fits.any(axis=1))
            .tell("hours_unknown", ~opening.timed & ~pairs.held, asks=True)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place, and when it opens."""
        return {"place": case.resource.name, **case.opening.when()}

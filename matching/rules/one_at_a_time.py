"""重なり: nobody can be at two places at one hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I32
from matching.rules.overlaps import cliques
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """Of several needs of one person, at most one goes to openings that meet in time."""

    texts: ClassVar[Mapping[str, Text]] = {
        "clash": Text(ja="本人の別の予定と時間が重なります", en="at the same hour as another place of the person"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:  # noqa: ARG002
        """None."""
        return {}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """At most one chosen pair of a person among openings that meet, wherever two of their needs could clash."""
        resident = pairs.need.resident
        order = np.argsort(resident, kind="stable").astype(np.int32)
        for rows in np.split(order, np.flatnonzero(np.diff(resident[order])) + 1):
            if len(rows) and np.ptp(pairs.need_row[rows]) > 0:
                yield from self._of_one_person(pairs, rows)

    @staticmethod
    def _of_one_person(pairs: Pairs, rows: I32) -> Iterable[Quota]:
        opening = pairs.opening_row[rows]
        for members in cliques(pairs.town.openings, np.unique(opening)):
            inside = rows[np.isin(opening, members)]
            if len(np.unique(pairs.need_row[inside])) > 1:
                yield Quota("clash", np.sort(inside), np.ones(len(inside), np.int64), 0, 1)

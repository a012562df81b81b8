"""重なり: nobody can be at two places at one hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I32, I64, spelt_out
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
        rows, resident = _of_several_needs(pairs)
        key = resident * np.int64(len(pairs.town.openings.resource)) + pairs.opening_row[rows]
        order = np.argsort(key, kind="stable")
        rows, key = rows[order], key[order]
        start = np.flatnonzero(np.diff(key, prepend=-1))
        stop = np.append(start[1:], len(key))
        found, entry = cliques(pairs.town.openings, resident[order][start], pairs.opening_row[rows[start]])
        of, at = spelt_out(start[entry], stop[entry])
        for part in _sorted_parts(found[of], rows[at]):
            if (pairs.need_row[part] != pairs.need_row[part[0]]).any():
                yield Quota("clash", part, np.ones(len(part), np.int64), 0, 1)


def _of_several_needs(pairs: Pairs) -> tuple[I32, I32]:
    """The pairs of people with more than one need among the pairs, and whose they are."""
    resident = pairs.need.resident
    needs = np.unique(pairs.need_row)
    several = np.bincount(pairs.town.needs.resident[needs], minlength=len(pairs.town.community.residents)) > 1
    rows = np.flatnonzero(several[resident]).astype(np.int32)
    return rows, resident[rows]


def _sorted_parts(part: I64, rows: I32) -> list[I32]:
    """The rows of each part, ascending."""
    order = np.lexsort((rows, part))
    return np.split(rows[order], np.flatnonzero(np.diff(part[order])) + 1) if len(rows) else []

"""一緒に／別々に: two people who want to go together do, and two who must be kept apart are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.domain import Community, Relation
from matching.errors import Facts, Text
from matching.rules.arrays import I32, grouped
from matching.rules.overlaps import clash
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Companions:
    """Together: their needs of one kind, paired in order of their ids, go to the same opening or neither goes.

    Apart: never at one resource at one hour; «never» as a wish about a person keeps apart as well.
    """

    texts: ClassVar[Mapping[str, Text]] = {
        "together": Text(ja="一緒に行きたい方と同じ場を選びます", en="goes together with somebody, or not at all"),
        "apart": Text(ja="同じ時間に会わないようにしたい方がいます", en="somebody is kept apart from the person there"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:  # noqa: ARG002
        """None: nothing is told of the other person."""
        return {}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """Rows for every couple, over the openings that either could go to."""
        town = pairs.town.community
        rows_of = _rows_of_people(pairs, _people_with_company(town))
        for one, other in sorted(_couples(town, Relation.TOGETHER)):
            yield from _together(pairs, rows_of[one], rows_of[other])
        for one, other in sorted(_couples(town, Relation.APART)):
            yield from _apart(pairs, rows_of[one], rows_of[other])


_RowsOf = dict[int, I32]


def _couples(town: Community, relation: Relation) -> set[tuple[str, str]]:
    couples = {
        (min(c.resident_id, c.other_id), max(c.resident_id, c.other_id))
        for c in town.companions
        if c.relation == relation
    }
    if relation == Relation.APART:
        people = {p.resident_id for p in town.residents}
        couples |= {
            (min(w.resident_id, w.target), max(w.resident_id, w.target))
            for w in town.wishes
            if w.liking <= -2 and w.target in people and w.target != w.resident_id
        }
    return couples


def _people_with_company(town: Community) -> set[str]:
    return {p for relation in Relation for couple in _couples(town, relation) for p in couple}


def _rows_of_people(pairs: Pairs, people: set[str]) -> dict[str, _RowsOf]:
    """For each such person, the pairs of each of their needs that is matched in this room (none where nothing fits)."""
    town = pairs.town
    out: dict[str, _RowsOf] = {p: {} for p in people}
    theirs = [
        need
        for need, thing in enumerate(town.community.needs)
        if thing.resident_id in people and town.needs.sharing[need] >= town.basis
    ]
    wanted = np.zeros(len(town.community.needs), np.bool_)
    wanted[theirs] = True
    rows = np.flatnonzero(wanted[pairs.need_row])
    rows_of = grouped(rows, pairs.need_row[rows])
    none = np.zeros(0, np.int32)
    for need in theirs:
        out[town.community.needs[need].resident_id][need] = rows_of.get(need, none).astype(np.int32)
    return out


def _together(pairs: Pairs, one: _RowsOf, other: _RowsOf) -> Iterable[Quota]:
    needs = pairs.town.community.needs
    for kind in dict.fromkeys(needs[n].kind for n in one):
        mine, theirs = (
            sorted((n for n in side if needs[n].kind == kind), key=lambda n: needs[n].need_id) for side in (one, other)
        )
        for a, b in zip(mine, theirs, strict=False):
            both = np.concatenate([one[a], other[b]])
            sign = np.concatenate([np.ones(len(one[a]), np.int64), -np.ones(len(other[b]), np.int64)])
            for _, here in sorted(grouped(np.arange(len(both)), pairs.opening_row[both]).items()):
                yield Quota("together", both[here], sign[here], 0, 0)


def _apart(pairs: Pairs, one: _RowsOf, other: _RowsOf) -> Iterable[Quota]:
    if not one or not other:
        return
    openings = pairs.town.openings
    mine, theirs = np.concatenate(list(one.values())), np.concatenate(list(other.values()))
    mine = mine[np.isin(openings.resource[pairs.opening_row[mine]], openings.resource[pairs.opening_row[theirs]])]
    for opening in np.unique(pairs.opening_row[mine]):
        at = pairs.opening_row[theirs]
        same = (openings.resource[at] == openings.resource[opening]) & clash(
            openings, at, np.full(len(at), opening, np.int32)
        )
        if same.any():
            rows = np.concatenate([mine[pairs.opening_row[mine] == opening], theirs[same]])
            yield Quota("apart", rows, np.ones(len(rows), np.int64), 0, 1)

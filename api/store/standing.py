"""How a town's people stand: who waits, who has no place yet, what is proposed; worked out once, and kept.

Today asks it of a whole town each morning. It holds identifiers and states alone; each reader is shown those of the
persons whom they see: that is kept too, for as long as no person and no access to one has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, select

from api.store.database import seeing_everybody
from api.store.kept import Kept, of_eyes
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, table_of, visible
from api.store.tables import ProposalRow, Round

_PEOPLE, _NEEDS, _PLACEMENTS, _TIES = (NOUNS[name].table for name in ("residents", "needs", "placements", "ties"))
_PROPOSALS, _ROUNDS = table_of(ProposalRow), table_of(Round)
OPEN = ("proposed", "discussed")


class Waiting(NamedTuple):
    """Somebody with a need that holds no place; `waiting_since` as the register keeps it."""

    resident_id: str
    area_id: str
    waiting_since: str


class Held(NamedTuple):
    """Somebody at a place, as a trial or settled; `since` as the register keeps it, None where it is not known."""

    resident_id: str
    need_id: str
    opening_id: str
    since: str | None
    state: str


class Proposed(NamedTuple):
    """A proposal of a place that nobody has decided about yet."""

    need_id: str
    resident_id: str
    kind: str
    state: str


READERS = 200
"""Of so many scopes it is kept whom they see, as identifiers."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """All of a town, in the order in which it is told: the longest waiting first, proposals as they were made, who is
    at a place by the day since when.

    The same value as long as nothing of it changes, so that what is made of it can be kept by it.
    """

    waiting: Sequence[Waiting]
    unplaced: Sequence[str]
    ties: Sequence[tuple[str | None, str | None]]
    proposed: Sequence[Proposed]
    held: Sequence[Held] = ()


class Mine(NamedTuple):
    """What of it is told to who sees some persons, in the same order."""

    waiting: Sequence[Waiting]
    unplaced: Sequence[str]
    proposed: Sequence[Proposed]


@lru_cache(READERS)
def mine_of(standing: Standing, seen: frozenset[str]) -> Mine:
    """How the persons of `seen` stand."""
    return Mine(
        [one for one in standing.waiting if one.resident_id in seen],
        [one for one in standing.unplaced if one in seen],
        [one for one in standing.proposed if one.resident_id in seen],
    )


@lru_cache(READERS)
def tied(standing: Standing, seen: frozenset[str]) -> frozenset[str]:
    """Persons of `seen` with a tie that is seen: one that names nobody else than them."""
    ends = (pair for pair in standing.ties if all(one is None or one in seen for one in pair))
    return frozenset(one for pair in ends for one in pair if one is not None)


def standing_of(connection: Connection, scope: Scope) -> Standing:
    """How the people of a scope's town stand now; whom the scope sees is `seen_by`."""
    return _KEPT.of(connection, scope)


def seen_by(connection: Connection, scope: Scope) -> frozenset[str]:
    """Every person whom a scope sees at this moment."""
    return _SEEN.of(connection, scope)


def _see(connection: Connection, scope: Scope) -> frozenset[str]:
    return frozenset(connection.execute(_seen(scope)).scalars().all())


@for_scope
def _seen(scope: Scope) -> Select[str]:
    return select(_PEOPLE.c.resident_id).where(visible(_PEOPLE, scope))


def _work_out(connection: Connection, scope: Scope) -> Standing:
    with seeing_everybody(connection, scope) as everybody:
        wanted = (made(everybody) for made in (_waiting, _in_order, _placed, _ties, _proposed))
        waiting, people, placed, ties, proposed = (connection.execute(one).all() for one in wanted)
    held = {row[0] for row in placed}
    return Standing(
        waiting=[Waiting(*row) for row in waiting],
        unplaced=[row[0] for row in people if row[0] not in held],
        ties=[(row[0], row[1]) for row in ties],
        proposed=[Proposed(*row) for row in proposed],
        held=[Held(*row) for row in placed],
    )


def _in_order(scope: Scope) -> Select[Any]:
    """Everybody, the longest waiting first."""
    return select(_PEOPLE.c.resident_id).where(visible(_PEOPLE, scope)).order_by(*_LONGEST_FIRST)


_LONGEST_FIRST = (_PEOPLE.c.waiting_since.nulls_last(), _PEOPLE.c.position)


def _placed(scope: Scope) -> Select[Any]:
    """Everybody with a placement, the longest ago first."""
    told = (_NEEDS.c.resident_id, *(_PLACEMENTS.c[name] for name in Held._fields[1:]))
    joined = select(*told).join(_PLACEMENTS, _same_need(_PLACEMENTS)).where(visible(_NEEDS, scope))
    return joined.order_by(_PLACEMENTS.c.since, _PLACEMENTS.c.position)


def _waiting(scope: Scope) -> Select[Any]:
    held = select(_PLACEMENTS.c.need_id).where(visible(_PLACEMENTS, scope))
    open_needs = select(_NEEDS.c.resident_id).where(visible(_NEEDS, scope), _NEEDS.c.need_id.not_in(held))
    wanted = select(*(_PEOPLE.c[name] for name in Waiting._fields)).where(
        visible(_PEOPLE, scope), _PEOPLE.c.waiting_since.is_not(None), _PEOPLE.c.resident_id.in_(open_needs)
    )
    return wanted.order_by(*_LONGEST_FIRST)


def _ties(scope: Scope) -> Select[Any]:
    """The persons at the ends of each tie that has one."""
    ends = (_TIES.c.from_resident, _TIES.c.to_resident)
    return select(*ends).where(visible(_TIES, scope), ends[0].is_not(None) | ends[1].is_not(None))


def _proposed(scope: Scope) -> Select[Any]:
    """Of each need the latest proposal, where it stands in the latest round of its room and is not decided about."""
    newer, later = _ROUNDS.alias(), _PROPOSALS.alias()
    again = select(newer.c.round_id).where(
        newer.c.municipality_id == _ROUNDS.c.municipality_id, newer.c.room == _ROUNDS.c.room,
        newer.c.meeting_id == _ROUNDS.c.meeting_id, newer.c.position > _ROUNDS.c.position, newer.c.alone.is_(False),
    )  # fmt: skip
    latest = select(_ROUNDS.c.round_id).where(visible(_ROUNDS, scope), _ROUNDS.c.alone | ~again.exists())
    since = select(later.c.need_id).where(
        later.c.municipality_id == _PROPOSALS.c.municipality_id, later.c.need_id == _PROPOSALS.c.need_id,
        later.c.position > _PROPOSALS.c.position,
    )  # fmt: skip
    wanted = (
        select(_PROPOSALS.c.need_id, _NEEDS.c.resident_id, _NEEDS.c.kind, _PROPOSALS.c.state)
        .join(_NEEDS, _same_need(_PROPOSALS))
        .where(visible(_PROPOSALS, scope), _PROPOSALS.c.round_id.in_(latest), _PROPOSALS.c.opening_id != "")
        .where(_PROPOSALS.c.state.in_(OPEN), ~since.exists())
    )
    return wanted.order_by(_PROPOSALS.c.position)


def _same_need(table: Table) -> ColumnElement[bool]:
    return (_NEEDS.c.municipality_id == table.c.municipality_id) & (_NEEDS.c.need_id == table.c.need_id)


_KEPT = Kept("standing", _work_out)
_SEEN = Kept("standing", _see, of_eyes, READERS)

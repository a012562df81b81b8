"""Changes of the register, row by row, with what must hold around them: references, places, persons and their keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from api.bodies import thing_of
from api.conventions import first_version, next_position
from api.problems import FieldError, ProblemError
from api.service import Work
from api.store.database import new_id, now, seeing_everybody
from api.store.places import clashes, free_slot, opening_of
from api.store.references import dangling, goes_round, pointing_to
from api.store.register import NAMES, NOUNS, WHOSE, Noun
from api.store.scope import table_of, visible
from api.store.tables import Access, Case, Decision, Meeting, ProposalRow, TourRide
from api.store.town import hold
from api.store.vault import pseudonyms
from matching.domain import Placement, PlacementState, Sharing

_ACCESS, _CASES, _MEETINGS = table_of(Access), table_of(Case), table_of(Meeting)
_PEOPLE = NOUNS["residents"].table
_HOLD = insert(NOUNS["placements"].table)
HELPED = "resources"
"""The noun that is not about a person and may still name one: who helps there."""
Row = dict[str, Any]


def add(work: Work, noun: Noun, values: Mapping[str, Any]) -> Row:
    """A new row.

    Raises:
        ProblemError: `invalid` with every field that is wrong, `exists`, `full` or `clash`.
    """
    values = dict(values)
    if noun.of.key and noun.name != "placements":
        values[noun.of.key] = values[noun.of.key] or new_id()
    thing = thing_of(noun, values)
    _check(work, noun, thing, None)
    position = next_position(work)
    row = {
        **noun.stored(thing),
        **_named(work, noun, thing),
        "municipality_id": work.scope.municipality_id,
        "position": position,
        "version": first_version(position),
        "changed_at": now(),
    }
    if not noun.of.key:
        row["row_id"] = new_id()
    _refuse_double(work, noun, row[noun.key])
    if noun.name == "placements":
        row["slot"] = _slot(work, thing.need_id, thing.opening_id)
    if noun.name == "residents" and ((not work.scope.areas and work.scope.areas is not None) or _apart(thing)):
        hold(work.connection, work.scope, [thing.resident_id])
    work.connection.execute(insert(noun.table), row)
    if noun.name == "residents":
        work.vault.add_people(work.connection, work.scope, [thing.resident_id])
    filled = sorted(name for name, value in noun.stored(thing).items() if value not in (None, "", []))
    work.tell(subjects(work, noun, [row]), {"fields": filled})
    return row


def hold_place(work: Work, need_id: str, opening_id: str, position: int) -> None:
    """A place for a need that one sees and that has none: what an accept does; `position` is of this transaction.

    Raises:
        ProblemError: `full`, `clash`, or `invalid` where there is no such opening any more.
    """
    noun = NOUNS["placements"]
    held = noun.stored(Placement(need_id, opening_id, state=PlacementState.TRIAL))
    mine = {"municipality_id": work.scope.municipality_id, "slot": _slot(work, need_id, opening_id)}
    begun = {"position": position, "version": first_version(position), "changed_at": now()}
    work.connection.execute(_HOLD, {**held, **mine, **begun})


def change(work: Work, noun: Noun, before: Row, values: Mapping[str, Any]) -> Row:
    """A row with new values, one version on; the audit tells which fields, not what they hold.

    Raises:
        ProblemError: as for `add`; `fixed` for the identifier.
    """
    if noun.of.key and values[noun.of.key] not in (None, before[noun.of.key]):
        raise ProblemError("invalid", [FieldError(f"/{noun.of.key}", "fixed")])
    thing = thing_of(noun, {**values, noun.of.key: before[noun.of.key]} if noun.of.key else values)
    _check(work, noun, thing, before)
    stored = {**noun.stored(thing), **_named(work, noun, thing)}
    if noun.name == HELPED and not stored["resident_id"] and not seen_people(work, [before["resident_id"]]):
        stored["resident_id"] = before["resident_id"]  # who was not told of a helper does not take them away
    fields = sorted(name for name, value in stored.items() if before[name] != value)
    row = {**before, **stored, "version": before["version"] + 1, "changed_at": now()}
    if noun.name == "placements" and "opening_id" in fields:
        row["slot"] = _slot(work, thing.need_id, thing.opening_id)
    told = list(subjects(work, noun, [before]))
    if noun.name == "residents" and "sharing" in fields:
        _basis_changed(work, thing)
    where = (noun.table.c.municipality_id == work.scope.municipality_id, noun.table.c[noun.key] == before[noun.key])
    new = {name: row[name] for name in (*stored, "version", "changed_at", *(["slot"] if "slot" in row else []))}
    done = work.connection.execute(
        update(noun.table).where(*where, noun.table.c.version == before["version"]).values(new)
    )
    if not done.rowcount:
        raise ProblemError("stale")
    work.tell(told, {"fields": fields})
    return row


def remove(work: Work, noun: Noun, row: Row) -> None:
    """Take a row away.

    Raises:
        ProblemError: `referenced`, with how many rows of each table still point to it.
    """
    if noun.of.key:
        counts = pointing_to(work.connection, work.scope, noun, row[noun.key])
        if noun.name == "needs":
            counts.pop("placements", None)
        if counts:
            raise ProblemError("referenced", more={"referenced_by": counts})
    told = list(subjects(work, noun, [row]))
    if noun.name == "needs":
        forget_need(work, row["need_id"])
    if noun.name == "ride_requests":
        forget_tours(work, "ride_id", row["ride_id"])
    table = noun.table
    work.connection.execute(
        delete(table).where(table.c.municipality_id == work.scope.municipality_id, table.c[noun.key] == row[noun.key])
    )
    work.tell(told)


def forget_need(work: Work, need_id: str) -> None:
    """Everything that hangs on a need: its placement, proposals and decisions."""
    for table in (NOUNS["placements"].table, table_of(ProposalRow), table_of(Decision)):
        work.connection.execute(
            delete(table).where(table.c.municipality_id == work.scope.municipality_id, table.c.need_id == need_id)
        )


def forget_tours(work: Work, column: str, value: str) -> None:
    """What plans of tours say of rides, by the `ride_id`, or by the `resident_id` or `need_id` whose they are."""
    told, rides = table_of(TourRide), NOUNS["ride_requests"].table
    town = work.scope.municipality_id
    mine = select(rides.c.ride_id).where(rides.c.municipality_id == town, rides.c[column] == value)
    work.connection.execute(delete(told).where(told.c.municipality_id == town, told.c.ride_id.in_(mine)))


def forget_placement(work: Work, need_id: str) -> None:
    """A place is free again."""
    table = NOUNS["placements"].table
    mine = (table.c.municipality_id == work.scope.municipality_id, table.c.need_id == need_id)
    work.connection.execute(delete(table).where(*mine))


def subjects(work: Work, noun: Noun, rows: list[Row]) -> list[str]:
    """What the audit calls these rows: a person's pseudonym, else the row's identifier."""
    if not noun.personal:
        return [str(row[noun.key]) for row in rows]
    return list(pseudonyms(work.connection, work.scope, people_of(work, noun, rows)).values())


def people_of(work: Work, noun: Noun, rows: list[Row]) -> list[str]:
    """Whose rows these are."""
    column, target = WHOSE[noun.name]
    ids = [row[column] for row in rows]
    if target == "residents":
        return ids
    table = NOUNS[target].table
    found = select(table.c.resident_id).where(visible(table, work.scope), table.c[column].in_(ids))
    return list(work.connection.execute(found).scalars())


def seen_people(work: Work, resident_ids: Iterable[str | None]) -> frozenset[str]:
    """Those of these people whom one sees."""
    wanted = sorted({one for one in resident_ids if one})
    if not wanted:
        return frozenset()
    found = select(_PEOPLE.c.resident_id).where(visible(_PEOPLE, work.scope), _PEOPLE.c.resident_id.in_(wanted))
    return frozenset(work.connection.execute(found).scalars())


def _named(work: Work, noun: Noun, thing: Any) -> dict[str, str | None]:
    """Which ends of a row are persons; those that one may name are those that one sees."""
    ends = [getattr(thing, column) for column in NAMES.get(noun.name, {})]
    return noun.named(thing, seen_people(work, ends)) if ends else {}


def _check(work: Work, noun: Noun, thing: Any, before: Row | None) -> None:
    errors = [FieldError(f"/{c}", "reference") for c in dangling(work.connection, work.scope, noun, thing)]
    if noun.name == "areas" and goes_round(work.connection, work.scope, thing.area_id, thing.parent_id):
        errors.append(FieldError("/parent_id", "cycle"))
    if (
        noun.name == "residents"
        and work.scope.areas
        and thing.area_id not in work.scope.areas
        and (before is None or before["area_id"] != thing.area_id)
    ):
        errors.append(FieldError("/area_id", "not_yours"))
    if errors:
        raise ProblemError("invalid", errors)


def _refuse_double(work: Work, noun: Noun, row_id: str) -> None:
    with seeing_everybody(work.connection, work.scope) as everything:
        found = select(noun.table.c.version).where(visible(noun.table, everything), noun.table.c[noun.key] == row_id)
        if work.connection.execute(found).first() is not None:
            raise ProblemError("exists", [FieldError(f"/{noun.key}", "taken")])


def _slot(work: Work, need_id: str, opening_id: str) -> int:
    try:
        opening = opening_of(work.connection, work.scope, opening_id)
    except LookupError:
        raise ProblemError("invalid", [FieldError("/opening_id", "reference")]) from None
    if clashes(work.connection, work.scope, need_id, opening):
        raise ProblemError("clash", [FieldError("/opening_id", "same_time")])
    slot = free_slot(work.connection, work.scope, opening, but=need_id)
    if slot is None:
        raise ProblemError("full")
    return slot


def _apart(thing: Any) -> bool:
    return bool(thing.sharing == Sharing.SUPPORT_CONFERENCE)


def _basis_changed(work: Work, thing: Any) -> None:
    """Whoever saw the person on a basis that no longer holds sees them no more, from now on; nor do plans name them."""
    town, person = work.scope.municipality_id, thing.resident_id
    mine = (_ACCESS.c.municipality_id == town, _ACCESS.c.resident_id == person)
    if _apart(thing):
        me = (_ACCESS.c.user_id == work.scope.user_id, _ACCESS.c.basis == "holds")
        if work.connection.execute(select(_ACCESS.c.user_id).where(*mine, *me)).first() is None:
            hold(work.connection, work.scope, [person])
    if thing.sharing != Sharing.CONSENT:
        with seeing_everybody(work.connection, work.scope):  # also meetings in which one does not sit
            _end_cases(work, person, _apart(thing))
        forget_tours(work, "resident_id", person)
    proposals, needs = table_of(ProposalRow), NOUNS["needs"].table
    own = select(needs.c.need_id).where(needs.c.municipality_id == town, needs.c.resident_id == person)
    open_still = (proposals.c.need_id.in_(own), proposals.c.state.in_(("proposed", "discussed")))
    work.connection.execute(delete(proposals).where(proposals.c.municipality_id == town, *open_still))


def _end_cases(work: Work, resident_id: str, conferences_go_on: bool) -> None:
    """Without consent nobody has the case and no meeting talks about the person, but for support conferences."""
    town = work.scope.municipality_id
    conferences = select(_MEETINGS.c.meeting_id).where(
        _MEETINGS.c.municipality_id == town, _MEETINGS.c.kind == "support_conference"
    )
    for table in (_ACCESS, _CASES):
        ends = [table.c.municipality_id == town, table.c.resident_id == resident_id]
        ends += [table.c.basis != "holds"] if table is _ACCESS else []
        ends += [table.c.meeting_id.not_in(conferences)] if conferences_go_on else []
        work.connection.execute(delete(table).where(*ends))

"""What is kept about a person's way, sealed with their own key: contacts, plans and follow-ups share one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, delete, insert, select, update

from api.bodies import whole_of
from api.changes import change, seen_people
from api.conventions import Row, next_position, read_one, row_of
from api.problems import FieldError, ProblemError
from api.service import Work
from api.store.database import new_id, now
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, of, table_of, visible
from api.store.tables import PersonNote
from api.store.vault import open_with, seal_with

NOTES = table_of(PersonNote)
Told = TypeVar("Told")


def add_note(work: Work, noun: str, resident_id: str, on_day: str, content: Mapping[str, Any]) -> Row:
    """A new note about a person that one sees; how tired a host is also stands with the host, for whoever proposes.

    Raises:
        ProblemError: `invalid`, there is no such person.
    """
    row = {
        "municipality_id": work.scope.municipality_id, "noun": noun, "row_id": new_id(), "resident_id": resident_id,
        "meeting_id": "", "on_day": on_day, "user_id": work.scope.user_id, "version": 1, "changed_at": now(),
        "position": next_position(work), "sealed": _sealed(work, resident_id, content),
    }  # fmt: skip
    work.connection.execute(insert(NOTES).values(**row))
    work.tell_people([resident_id])
    _host_heard(work, noun, row, content)
    return row


def one_note(work: Work, noun: str, row_id: str) -> Row:
    """A note about a person that one sees.

    Raises:
        ProblemError: `not_found`.
    """
    return read_one(work, NOTES, NOTES.c.noun == noun, NOTES.c.row_id == row_id)


def replace_note(work: Work, row: Row, on_day: str, content: Mapping[str, Any]) -> Row:
    """The same note with another content, one version on."""
    new = {"on_day": on_day, "sealed": _sealed(work, row["resident_id"], content), "version": row["version"] + 1}
    new["changed_at"] = now()
    work.connection.execute(update(NOTES).where(*_is(work, row)).values(new))
    work.tell_people([row["resident_id"]])
    _host_heard(work, row["noun"], {**row, **new}, content)
    return {**row, **new}


def _host_heard(work: Work, noun: str, row: Row, content: Mapping[str, Any]) -> None:
    """A host's tiredness becomes the resource's own, unless it was asked there on a later day.

    It is the host of the need that is named; where none is, of the one place that the person has.
    """
    if noun != "follow_ups" or content["of"] != "host" or content["tiredness"] is None:
        return
    needs, held, openings = (NOUNS[name].table for name in ("needs", "placements", "openings"))
    same = (held.c.municipality_id == needs.c.municipality_id) & (held.c.need_id == needs.c.need_id)
    at = (openings.c.municipality_id == held.c.municipality_id) & (openings.c.opening_id == held.c.opening_id)
    mine = [visible(needs, work.scope), needs.c.resident_id == row["resident_id"]]
    mine += [needs.c.need_id == content["need_id"]] if content["need_id"] else []
    found = select(openings.c.resource_id).join(held, at).join(needs, same).where(*mine).distinct()
    hosts = list(work.connection.execute(found).scalars())
    if len(hosts) != 1:
        return
    resources = NOUNS["resources"]
    host = row_of(work, resources.table.c.resource_id, hosts[0])
    if host["fatigue_on"] is None or host["fatigue_on"] <= row["on_day"]:
        new = {"fatigue": content["tiredness"], "fatigue_on": row["on_day"]}
        helper = host["resident_id"] if seen_people(work, [host["resident_id"]]) else ""
        change(work, resources, host, {**whole_of(resources, host), "resident_id": helper, **new})


def remove_note(work: Work, row: Row) -> None:
    """Take a note away."""
    work.connection.execute(delete(NOTES).where(*_is(work, row)))
    work.tell_people([row["resident_id"]])


def content_of(work: Work, row: Row) -> dict[str, Any]:
    """What a note says."""
    told: dict[str, Any] = open_with(work.vault.key_of(work.connection, work.scope, row["resident_id"]), row["sealed"])
    return told


def contents_of(work: Work, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What many notes say, in their order; the keys are asked for at once."""
    keys = work.vault.keys_of(work.connection, work.scope, {row["resident_id"] for row in rows})
    return [open_with(keys[row["resident_id"]], row["sealed"]) for row in rows]


class Fact(Generic[Told]):
    """One fact of the notes of a noun, such as whom one asked, that lists of a whole town need.

    A note is opened once for it: of each version the fact alone is remembered, under the note's own identifier.
    """

    def __init__(self, noun: str, pick: Callable[[Mapping[str, Any]], Told]) -> None:
        self._noun, self._pick = noun, pick
        self._known: dict[tuple[str, str, int], Told] = {}

    def since(self, work: Work, day: str) -> "list[Known[Told]]":
        """Of each note that one sees, from a day on, the fact; by the day, then as they were written."""
        notes = work.connection.execute(_without_words(work.scope), {"noun": self._noun, "since": day}).all()
        known = {(town, row_id, version): self._known.get((town, row_id, version), _UNKNOWN)
                 for town, row_id, version, _, _ in notes}  # fmt: skip
        if _UNKNOWN in known.values():
            known |= self._open(work, [key[1] for key, fact in known.items() if fact is _UNKNOWN])
        found = [
            Known(row_id, who, on_day, known[town, row_id, version]) for town, row_id, version, who, on_day in notes
        ]
        return [one for one in found if one.fact is not _UNKNOWN]

    def _open(self, work: Work, row_ids: Sequence[str]) -> dict[tuple[str, str, int], Told]:
        """What was not known of these notes; it is remembered."""
        asked = {"noun": self._noun, "ids": row_ids}
        rows = [dict(row) for row in work.connection.execute(_with_words(work.scope), asked).mappings()]
        new = {
            (row["municipality_id"], row["row_id"], row["version"]): self._pick(said)
            for row, said in zip(rows, contents_of(work, rows), strict=True)
        }
        self._known |= new
        for oldest in list(self._known)[:-MOST_KNOWN]:
            self._known.pop(oldest, None)
        return new


_UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class Known(Generic[Told]):
    """What is known of one note: about whom it is, of which day, and the fact."""

    row_id: str
    resident_id: str
    on_day: str
    fact: Told


MOST_KNOWN = 200_000
"""So many notes' facts are remembered by a process."""


@for_scope
def _without_words(scope: Scope) -> Select[Any]:
    told = (NOTES.c[name] for name in ("municipality_id", "row_id", "version", "resident_id", "on_day"))
    mine = (visible(NOTES, scope), NOTES.c.noun == bindparam("noun"), NOTES.c.on_day >= bindparam("since"))
    return select(*told).where(*mine).order_by(NOTES.c.on_day, NOTES.c.position)


@for_scope
def _with_words(scope: Scope) -> Select[Any]:
    ids: BindParameter[Any] = bindparam("ids", expanding=True)
    return of(NOTES, scope).where(NOTES.c.noun == bindparam("noun"), NOTES.c.row_id.in_(ids))


def _sealed(work: Work, resident_id: str, content: Mapping[str, Any]) -> str:
    try:
        key = work.vault.key_of(work.connection, work.scope, resident_id)
    except LookupError:
        raise ProblemError("invalid", [FieldError("/resident_id", "reference")]) from None
    return seal_with(key, dict(content))


def _is(work: Work, row: Row) -> tuple[Any, ...]:
    return (visible(NOTES, work.scope), NOTES.c.noun == row["noun"], NOTES.c.row_id == row["row_id"])

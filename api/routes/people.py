"""What belongs to one person: name and contacts (opened one at a time), who has their case, who has seen them."""

import re
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy import String, and_, cast, delete, func, insert, or_, select, update

from api.bodies import Id, Line, Moment, Short, Strict, Version, told_of
from api.changes import change
from api.conventions import IfMatch, Limit, RowId, answer, etag, must_match, row_of
from api.guard import Asking, Operation, TheService
from api.notes import Fact
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.security.policy import sight
from api.security.sign_in import USERS, ago
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import of, table_of, visible
from api.store.standing import mine_of, seen_by, standing_of, tied
from api.store.tables import Access, Entry, Identity
from api.store.vault import open_with, pseudonyms, seal_with

router = NounRouter(prefix="/v1", tags=["people"])
PEOPLE = NOUNS["residents"].table
ACCESS, ENTRIES, IDENTITIES = table_of(Access), table_of(Entry), table_of(Identity)


NO_DAY = "9999-12-31"
"""In the order of waiting: after all whose day is known."""
WAITING = r"w([0-9]{4}-[0-9]{2}-[0-9]{2})p([0-9]{1,15})"
Waiting = Annotated[
    str,
    StringConstraints(pattern=f"^({WAITING})?$", max_length=27),
    Query(description="前の頁の next / `next` of the page before"),
]


class Purpose(Strict):
    """Why a name is opened; the audit keeps it."""

    purpose: Literal["contact", "visit", "ride", "emergency", "correction"]


class IdentityIn(Strict):
    """Name and ways to reach a person."""

    name: Line = Field(examples=["見本 花子"])
    kana: Line = ""
    phone: Line = ""
    address: Line = ""
    emergency_contact: Line = ""


class IdentityOut(IdentityIn):
    """The same, opened."""

    resident_id: Id
    version: Version


class AccessRow(Strict):
    """Who sees a person, and on what basis."""

    user_id: Id
    basis: Literal["holds", "case", "conference"]
    meeting_id: Short = ""


class AccessPage(Strict):
    """All of them."""

    items: Annotated[list[AccessRow], Field(max_length=1000)]


class NewCase(Strict):
    """Who is to have the case."""

    user_id: Id


class Reader(Strict):
    """Who has seen a person, how often and when last."""

    user_id: Id
    times: Version
    last: Moment


class Readers(Strict):
    """Everybody who has seen a person's data."""

    items: Annotated[list[Reader], Field(max_length=10_000)]


class NotReached(Strict):
    """People for whom nothing was found yet, the longest waiting first."""

    items: Annotated[list[Id], Field(max_length=500)]
    next: Short | None


@router.post("/residents/{row_id}/identity/openings", name="identities.open", operation_id="identities.open",
             response_model=IdentityOut, summary="名前と連絡先を開く / open name and contacts")  # fmt: skip
def open_identity(row_id: RowId, body: Purpose, caller: Asking, service: TheService, operation: Operation) -> Response:
    """One person at a time; the purpose is noted."""
    with service.change(caller, operation) as work:
        _person(work, row_id)
        row = row_of(work, IDENTITIES.c.resident_id, row_id)
        work.tell_people([row_id], {"purpose": body.purpose})
        key = work.vault.key_of(work.connection, work.scope, row_id)
        told = {"resident_id": row_id, **open_with(key, row["sealed"]), "version": row["version"]}
        return answer(told, headers=etag(row["version"]))


@router.put("/residents/{row_id}/identity", name="identities.replace", operation_id="identities.replace",
            status_code=204, summary="名前と連絡先を書く / write name and contacts")  # fmt: skip
def put_identity(
    row_id: RowId, body: IdentityIn, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
) -> Response:
    """Sealed with the person's own key; If-Match once there is one."""
    with service.change(caller, operation) as work:
        _person(work, row_id)
        sealed = seal_with(work.vault.key_of(work.connection, work.scope, row_id), body.model_dump())
        mine = (IDENTITIES.c.municipality_id == caller.municipality_id, IDENTITIES.c.resident_id == row_id)
        row = work.connection.execute(select(IDENTITIES.c.version).where(*mine)).mappings().one_or_none()
        if row is None:
            new = {"municipality_id": caller.municipality_id, "resident_id": row_id, "sealed": sealed, "version": 1}
            work.connection.execute(insert(IDENTITIES).values(**new))
        else:
            must_match(if_match, dict(row))
            work.connection.execute(update(IDENTITIES).where(*mine).values(sealed=sealed, version=row["version"] + 1))
        work.tell_people([row_id])
        return Response(status_code=204, headers=etag(1 if row is None else row["version"] + 1))


@router.get("/residents/{row_id}/access", name="residents.list_access", operation_id="residents.list_access",
            response_model=AccessPage, summary="だれが見られるか / who sees this person")  # fmt: skip
def list_access(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """Beyond those who hold for the area."""
    with service.look(caller, operation) as work:
        _person(work, row_id)
        rows = work.connection.execute(of(ACCESS, work.scope).where(ACCESS.c.resident_id == row_id)).mappings()
        return answer({"items": [{name: row[name] for name in AccessRow.model_fields} for row in rows]})


@router.post("/residents/{row_id}/access", name="residents.give_access", operation_id="residents.give_access",
             status_code=201, response_model=AccessRow, summary="担当にする / give the case to somebody")  # fmt: skip
def give_access(row_id: RowId, body: NewCase, caller: Asking, service: TheService, operation: Operation) -> Response:
    """With the person's consent alone; under the support conference, the meeting decides who sees."""
    with service.change(caller, operation) as work:
        if _person(work, row_id)["sharing"] != "consent":
            raise ProblemError("wrong_state", [FieldError("/sharing", "differs")])
        known = (USERS.c.municipality_id == caller.municipality_id, USERS.c.user_id == body.user_id,
                 USERS.c.role.in_(sight().with_persons))  # fmt: skip
        if work.connection.execute(select(USERS.c.user_id).where(*known)).first() is None:
            raise ProblemError("invalid", [FieldError("/user_id", "reference")])
        row = {"resident_id": row_id, "user_id": body.user_id, "basis": "case", "meeting_id": ""}
        there = [ACCESS.c.municipality_id == caller.municipality_id, *(ACCESS.c[n] == v for n, v in row.items())]
        if work.connection.execute(select(ACCESS.c.user_id).where(*there)).first() is None:
            work.connection.execute(insert(ACCESS).values(municipality_id=caller.municipality_id, **row))
        work.tell_people([row_id], {"user": body.user_id})
        return answer({"user_id": body.user_id, "basis": "case", "meeting_id": ""}, 201)


@router.delete("/residents/{row_id}/access/{other_id}", name="residents.end_access", status_code=204,
               operation_id="residents.end_access", summary="担当を終える / end a case")  # fmt: skip
def end_access(row_id: RowId, other_id: Id, caller: Asking, service: TheService, operation: Operation) -> Response:
    """From the next request on."""
    with service.change(caller, operation) as work:
        _person(work, row_id)
        mine = (ACCESS.c.municipality_id == caller.municipality_id, ACCESS.c.resident_id == row_id)
        case = (ACCESS.c.user_id == other_id, ACCESS.c.basis == "case")
        told = pseudonyms(work.connection, work.scope, [row_id]).values()
        if not work.connection.execute(delete(ACCESS).where(*mine, *case)).rowcount:
            raise ProblemError("not_found")
        work.tell(told, {"user": other_id})
    return Response(status_code=204)


@router.get("/residents/{row_id}/readers", name="residents.readers", operation_id="residents.readers",
            response_model=Readers, summary="だれが見たか / who has seen this person")  # fmt: skip
def readers(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """From the audit."""
    with service.read(caller, operation) as work:
        _person(work, row_id)
        told = _readers(work, row_id)
        work.tell_people([row_id])
        return answer({"items": told})


@router.post("/residents/{row_id}/withdrawals", name="residents.withdraw", operation_id="residents.withdraw",
             status_code=201, response_model=Readers, summary="同意を取り下げる / withdraw consent")  # fmt: skip
def withdraw(
    row_id: RowId, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
) -> Response:
    """From the next request on nobody else sees the person; the answer says who has already."""
    noun = NOUNS["residents"]
    with service.change(caller, operation) as work:
        row = _person(work, row_id)
        must_match(if_match, row)
        told = _readers(work, row_id)
        present = told_of(noun, row)
        change(work, noun, row, {**{c.name: present[c.name] for c in noun.of.columns}, "sharing": "none"})
        return answer({"items": told}, 201)


@router.get("/outreach", name="outreach.list", operation_id="outreach.list", response_model=NotReached,
            summary="まだ届いていない方 / not yet reached")  # fmt: skip
def outreach(
    caller: Asking, service: TheService, operation: Operation,
    weeks: Annotated[int, Field(ge=1, le=520)] = 8, limit: Limit = 50, cursor: Waiting = "",
) -> Response:  # fmt: skip
    """アウトリーチ: no placement, no tie, and no contact in which they were reached for so many weeks."""
    with service.read(caller, operation) as work:
        people, following = not_reached_page(work, weeks, limit, cursor)
        work.tell_people(people, {"rows": len(people)})
        return answer({"items": people, "next": following})


def not_reached_page(work: Work, weeks: int, limit: int, cursor: str) -> tuple[list[str], str | None]:
    """So many of them after a cursor, and the cursor of the next.

    Raises:
        ProblemError: `bad_request`, the cursor is none of ours.
    """
    everybody = unreached(work, seen_by(work.connection, work.scope), weeks)
    later = _after(work, cursor) if cursor else None
    people = [one for one in everybody if later is None or one in later]
    if len(people) <= limit:
        return people, None
    last = row_of(work, PEOPLE.c.resident_id, people[limit - 1])
    return people[:limit], f"w{last['waiting_since'] or NO_DAY}p{last['position']}"


def _after(work: Work, cursor: str) -> frozenset[str]:
    """Who comes after a cursor in the order of waiting."""
    told = re.fullmatch(WAITING, cursor)
    if told is None:
        raise ProblemError("bad_request")
    waits, since, at = func.coalesce(PEOPLE.c.waiting_since, NO_DAY), told[1], int(told[2])
    later = or_(waits > since, and_(waits == since, PEOPLE.c.position > at))
    found = select(PEOPLE.c.resident_id).where(visible(PEOPLE, work.scope), later)
    return frozenset(work.connection.execute(found).scalars())


def unreached(work: Work, seen: frozenset[str], weeks: int) -> list[str]:
    """All of them, of persons that are seen."""
    standing = standing_of(work.connection, work.scope)
    others = tied(standing, seen) | met_since(work, weeks)
    return [one for one in mine_of(standing, seen).unplaced if one not in others]


REACHED = Fact("contacts", lambda said: bool(said["reached"]))


def met_since(work: Work, weeks: int) -> frozenset[str]:
    """Who was reached in so many weeks; a visit to a closed door reaches nobody."""
    return frozenset(one.resident_id for one in REACHED.since(work, ago(weeks * 7 * 86_400)[:10]) if one.fact)


def _person(work: Work, resident_id: str) -> dict[str, Any]:
    return row_of(work, PEOPLE.c.resident_id, resident_id)


def _readers(work: Work, resident_id: str) -> list[dict[str, Any]]:
    pseudonym = pseudonyms(work.connection, work.scope, [resident_id])[resident_id]
    told = (ENTRIES.c.user_id, func.count().label("times"), func.max(ENTRIES.c.at).label("last"))
    named = (visible(ENTRIES, work.scope), cast(ENTRIES.c.subjects, String).contains(pseudonym))
    wanted = select(*told).where(*named).group_by(ENTRIES.c.user_id).order_by(func.min(ENTRIES.c.seq))
    return [dict(row) for row in work.connection.execute(wanted).mappings()]

"""会議: support conferences, plan meetings, community care meetings, councils; membership decides who sees whom."""

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field
from sqlalchemy import delete, insert, select, update

from api.bodies import Clock, Day, Id, Moment, Note, Short, Strict, Version
from api.conventions import After, IfMatch, Limit, RowId, answer, etag, must_match, next_position, page, row_of
from api.guard import Asking, Operation, TheService
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.security.policy import sight
from api.security.sign_in import USERS
from api.service import Work
from api.store.database import new_id, now
from api.store.register import NOUNS
from api.store.scope import of, table_of, visible
from api.store.tables import Access, Case, Meeting, Member
from api.store.vault import pseudonyms
from matching.domain import Sharing

router = NounRouter(prefix="/v1", tags=["meetings"])
MEETINGS, MEMBERS, CASES, ACCESS = (table_of(one) for one in (Meeting, Member, Case, Access))
SEALED = ("starts", "place", "agenda", "outcome")
"""What is said of a meeting under the town's key; a meeting of an older version knows less."""
PEOPLE = NOUNS["residents"].table
Ids = Annotated[list[Id], Field(max_length=200)]


class MeetingIn(Strict):
    """A meeting, an interview or a course: when and where, who sits in it, whom it is about, and what came of it."""

    kind: Literal["support_conference", "plan_meeting", "care_meeting", "council", "interview", "course"] = Field(
        description="支援会議・重層的支援会議・地域ケア会議・協議体・取材・講座"
    )
    on_day: Day
    starts: Clock = Field("", description="始まる時刻 / when it begins")
    place: Short = Field("", description="場所 / where")
    members: Ids = Field([], description="利用者の番号。開く人は必ず入る / user ids; who holds it is always in")
    cases: Ids = Field([], description="本人の番号 / resident ids")
    agenda: Note = ""
    outcome: Note = ""


class MeetingOut(MeetingIn):
    """The same, as it is kept."""

    meeting_id: Id
    version: Version
    changed_at: Moment


class MeetingsPage(Strict):
    """Meetings that one sits in."""

    items: Annotated[list[MeetingOut], Field(max_length=500)]
    next: Short | None


@router.get("/meetings", name="meetings.list", operation_id="meetings.list", response_model=MeetingsPage,
            summary="会議の一覧 / meetings")  # fmt: skip
def list_meetings(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """Those that one sits in."""
    with service.read(caller, operation) as work:
        rows, following = page(work, of(MEETINGS, work.scope), MEETINGS.c.position, limit, cursor)
        told = [_told(work, row) for row in rows]
        work.tell_people({one for row in told for one in row["cases"]}, {"rows": len(rows)})
        return answer({"items": told, "next": following})


@router.post("/meetings", name="meetings.create", operation_id="meetings.create", status_code=201,
             response_model=MeetingOut, summary="会議を開く / hold a meeting")  # fmt: skip
def create(body: MeetingIn, caller: Asking, service: TheService, operation: Operation) -> Response:
    """From now on its members see its cases, as long as it stands."""
    with service.change(caller, operation) as work:
        _check(work, body)
        meeting_id = new_id()
        row = {"municipality_id": caller.municipality_id, "meeting_id": meeting_id, "kind": body.kind, "version": 1}
        row |= {"on_day": body.on_day, "position": next_position(work), "changed_at": now()}
        row["sealed"] = _sealed(work, body)
        _sit(work, meeting_id, body)
        work.connection.execute(insert(MEETINGS).values(**row))
        told = _told(work, _meeting(work, meeting_id))
        work.tell_people(told["cases"], {"meeting": meeting_id})
        return answer(told, 201, {"Location": f"/v1/meetings/{meeting_id}", **etag(1)})


@router.get("/meetings/{row_id}", name="meetings.read", operation_id="meetings.read", response_model=MeetingOut,
            summary="会議を見る / one meeting")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """For its members."""
    with service.read(caller, operation) as work:
        row = _meeting(work, row_id)
        told = _told(work, row)
        work.tell_people(told["cases"], {"meeting": row_id})
        return answer(told, headers=etag(row["version"]))


@router.put("/meetings/{row_id}", name="meetings.replace", operation_id="meetings.replace", response_model=MeetingOut,
            summary="会議を書き換える / change a meeting")  # fmt: skip
def replace(
    row_id: RowId, body: MeetingIn, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
) -> Response:
    """Who leaves it no longer sees its cases, from the next request on."""
    with service.change(caller, operation) as work:
        row = _meeting(work, row_id)
        must_match(if_match, row, body.model_dump(), _told(work, row))
        told = [*_cases(work, row_id), *body.cases]
        subjects = pseudonyms(work.connection, work.scope, told).values()
        _check(work, body)
        _end(work, row_id)
        _sit(work, row_id, body)
        new: dict[str, Any] = {
            "kind": body.kind,
            "on_day": body.on_day,
            "sealed": _sealed(work, body),
            "changed_at": now(),
        }
        new["version"] = row["version"] + 1
        work.connection.execute(update(MEETINGS).where(*_is(work, row_id)).values(new))
        work.tell(subjects, {"meeting": row_id})
        return answer(_told(work, _meeting(work, row_id)), headers=etag(new["version"]))


@router.delete("/meetings/{row_id}", name="meetings.delete", operation_id="meetings.delete", status_code=204,
               summary="会議を消す / end a meeting")  # fmt: skip
def remove(
    row_id: RowId, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
) -> Response:
    """With it, what its members saw through it."""
    with service.change(caller, operation) as work:
        row = _meeting(work, row_id)
        must_match(if_match, row)
        subjects = pseudonyms(work.connection, work.scope, _cases(work, row_id)).values()
        work.connection.execute(delete(MEETINGS).where(*_is(work, row_id)))
        _end(work, row_id)
        work.tell(subjects, {"meeting": row_id})
    return Response(status_code=204)


def _meeting(work: Work, meeting_id: str) -> dict[str, Any]:
    return row_of(work, MEETINGS.c.meeting_id, meeting_id)


def _is(work: Work, meeting_id: str) -> tuple[Any, ...]:
    return (MEETINGS.c.municipality_id == work.scope.municipality_id, MEETINGS.c.meeting_id == meeting_id)


def _sealed(work: Work, body: MeetingIn) -> str:
    return work.vault.seal({name: getattr(body, name) for name in SEALED})


def _told(work: Work, row: dict[str, Any]) -> dict[str, Any]:
    members = select(MEMBERS.c.user_id).where(visible(MEMBERS, work.scope), MEMBERS.c.meeting_id == row["meeting_id"])
    names = ("meeting_id", "kind", "on_day", "version", "changed_at")
    return {
        **{name: row[name] for name in names}, **dict.fromkeys(SEALED, ""), **work.vault.opened(row["sealed"]),
        "members": sorted(work.connection.execute(members).scalars()), "cases": _cases(work, row["meeting_id"]),
    }  # fmt: skip


def _cases(work: Work, meeting_id: str) -> list[str]:
    found = select(CASES.c.resident_id).where(visible(CASES, work.scope), CASES.c.meeting_id == meeting_id)
    return sorted(work.connection.execute(found).scalars())


def _check(work: Work, body: MeetingIn) -> None:
    """Members are users of the town; cases are persons whom the one who adds them sees."""
    errors = []
    for at, user in enumerate(body.members):
        known = (USERS.c.municipality_id == work.scope.municipality_id, USERS.c.user_id == user)
        if work.connection.execute(select(USERS.c.user_id).where(*known)).first() is None:
            errors.append(FieldError(f"/members/{at}", "reference"))
    for at, person in enumerate(body.cases):
        found = select(PEOPLE.c.sharing).where(visible(PEOPLE, work.scope), PEOPLE.c.resident_id == person)
        sharing = work.connection.execute(found).scalar_one_or_none()
        if sharing is None:
            errors.append(FieldError(f"/cases/{at}", "reference"))
        elif not _may_be_met_about(body.kind, sharing):
            errors.append(FieldError(f"/cases/{at}", "not_yours"))
    if errors:
        raise ProblemError("invalid", errors)


def _may_be_met_about(kind: str, sharing: str | None) -> bool:
    """A support conference may share without consent (its members keep silence); any other meeting needs consent."""
    return kind == "support_conference" or sharing == Sharing.CONSENT


def _sit(work: Work, meeting_id: str, body: MeetingIn) -> None:
    mine = {"municipality_id": work.scope.municipality_id, "meeting_id": meeting_id}
    members = sorted({*body.members, work.scope.user_id})
    work.connection.execute(insert(MEMBERS), [{**mine, "user_id": user} for user in members])
    cases = sorted(set(body.cases))
    if cases:
        work.connection.execute(insert(CASES), [{**mine, "resident_id": one} for one in cases])
        sees = {**mine, "basis": "conference"}
        rows = [{**sees, "resident_id": one, "user_id": user} for one in cases for user in _with_persons(work, members)]
        work.connection.execute(insert(ACCESS), rows)


def _with_persons(work: Work, members: list[str]) -> list[str]:
    """Those whose role works with persons: a planner may sit in a council, and still sees nobody."""
    known = (USERS.c.municipality_id == work.scope.municipality_id, USERS.c.user_id.in_(members))
    found = select(USERS.c.user_id).where(*known, USERS.c.role.in_(sight().with_persons))
    return list(work.connection.execute(found).scalars())


def _end(work: Work, meeting_id: str) -> None:
    for table in (CASES, MEMBERS, ACCESS):
        work.connection.execute(
            delete(table).where(table.c.municipality_id == work.scope.municipality_id, table.c.meeting_id == meeting_id)
        )

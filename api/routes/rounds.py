"""Rounds of matching: asked for, followed, stopped, revised; their proposals, and what was decided with the person."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field
from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from starlette.concurrency import run_in_threadpool

from api.bodies import Id, Moment, Short, Strict, Version
from api.conventions import After, Limit, OnceKey, RowId, answer, next_position, once, page, read_one, row_of
from api.guard import Asking, Operation, TheService, guard
from api.jobs.queue import ENDED, JOBS, ask, cancel
from api.jobs.rounds import ALONE, PROPOSALS, ROUNDS, ROWS_AT_ONCE
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, of, table_of, visible
from api.store.tables import Case, Entry, Member
from matching.domain import Sharing

router = NounRouter(prefix="/v1")
MEMBERS, CASES, ENTRIES = table_of(Member), table_of(Case), table_of(Entry)
NEEDS, PEOPLE = NOUNS["needs"].table, NOUNS["residents"].table
Lang = Annotated[Literal["ja", "en"], Query(description="言語 / language of texts")]
ROUND_KINDS = ("round", ALONE)
"""Kinds of jobs that are told as a round; only those of the whole town are listed, and made again."""
WAIT_SECONDS = 0.25
LONGEST_SECONDS = 3600


class NewRound(Strict):
    """For which room, and how long to think."""

    room: Literal["consent", "support_conference"] = "consent"
    meeting_id: Id | None = Field(None, description="支援会議のとき、その番号 / of the support conference")
    seconds: float | None = Field(None, ge=0.1, le=3600, allow_inf_nan=False, description="CPU秒の上限 / CPU seconds")


class Pin(Strict):
    """A need that is to keep an opening."""

    need_id: Id
    opening_id: Id


class Revision(Strict):
    """What is to stay as it is."""

    pins: Annotated[list[Pin], Field(max_length=2000)] = Field([])
    most_changed: int | None = Field(
        None,
        ge=0,
        le=2000,
        description="前の案から変えてよい件数 / so many may have another place than before, or none",
    )
    seconds: float | None = Field(None, ge=0.1, le=3600, allow_inf_nan=False)


class RoundOut(Strict):
    """A round: its state, how far it is, and its summary when there is one."""

    round_id: Id
    state: Literal["waiting", "running", "done", "cancelled", "failed", "interrupted"]
    room: Short
    progress: dict[Annotated[str, Field(max_length=50)], Any]
    reason: Short
    made_at: Moment
    began_at: Moment
    ended_at: Moment
    summary: dict[Annotated[str, Field(max_length=50)], Any] | None


class RoundsPage(Strict):
    """Rounds, the oldest first."""

    items: Annotated[list[RoundOut], Field(max_length=500)]
    next: Short | None


class ProposalOut(Strict):
    """One proposal, as docs/answers.md tells it, and how far the talk is."""

    proposal_id: Id
    round_id: Id
    need_id: Id
    state: Short
    stale: bool
    version: Version
    proposal: dict[Annotated[str, Field(max_length=50)], Any]


class ProposalsPage(Strict):
    """Proposals of a round, those of persons one sees."""

    items: Annotated[list[ProposalOut], Field(max_length=500)]
    next: Short | None


@router.post("/rounds", name="rounds.create", operation_id="rounds.create", status_code=202, response_model=RoundOut,
             tags=["rounds"], summary="案作りを頼む / ask for a round")  # fmt: skip
def create(body: NewRound, caller: Asking, service: TheService, operation: Operation, key: OnceKey = "") -> Response:
    """Answers at once; the solving happens elsewhere. A support conference matches its own cases, for its members."""
    with service.change(caller, operation) as work:
        return once(work, key, body.model_dump(), lambda: _asked(work, body.model_dump()))


@router.post("/rounds/{row_id}:revise", name="rounds.revise", operation_id="rounds.revise", status_code=202,
             response_model=RoundOut, tags=["rounds"], summary="一部を決めて、もう一度 / again, with pins")  # fmt: skip
def revise(
    row_id: RowId, body: Revision, caller: Asking, service: TheService, operation: Operation, key: OnceKey = ""
) -> Response:
    """A new round in the same room: the pinned needs keep their openings, and of the others few may change."""
    with service.change(caller, operation) as work:
        job = round_of(work, row_id)
        return once(work, key, [row_id, body.model_dump()], lambda: _revised(work, job, body))


@router.get("/rounds", name="rounds.list", operation_id="rounds.list", response_model=RoundsPage, tags=["rounds"],
            summary="案作りの一覧 / rounds")  # fmt: skip
def list_rounds(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """All rounds of the town but those of conferences that one does not sit in."""
    with service.look(caller, operation) as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind == "round", my_room(work.scope))
        rows, following = page(work, wanted, JOBS.c.position, limit, cursor)
        return answer({"items": [_told(work, row) for row in rows], "next": following})


@router.get("/rounds/{row_id}", name="rounds.read", operation_id="rounds.read", response_model=RoundOut,
            tags=["rounds"], summary="案作りを見る / one round")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """Its state and how far it is."""
    with service.look(caller, operation) as work:
        return answer(_told(work, round_of(work, row_id)))


@router.delete("/rounds/{row_id}", name="rounds.cancel", operation_id="rounds.cancel", status_code=202,
               response_model=RoundOut, tags=["rounds"], summary="止める / stop")  # fmt: skip
def stop(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """It stops soon; the best plan so far is kept."""
    with service.change(caller, operation) as work:
        round_of(work, row_id)
        cancel(work, row_id)
        work.tell([row_id])
        return answer(_told(work, round_of(work, row_id)), 202)


def followed(row_id: RowId, request: Request, service: TheService) -> tuple[int, dict[str, Any]]:
    """How far a round is, for whoever may see it at this moment.

    Raises:
        ProblemError: as the guard's, and `not_found`.
    """
    with service.look(guard(request), "rounds.events") as work:
        job = round_of(work, row_id)
        return job["seq"], _told(work, job)


@router.get("/rounds/{row_id}/events", name="rounds.events", operation_id="rounds.events", tags=["rounds"],
            response_class=EventSourceResponse, summary="進み具合 / progress as it happens (SSE)")  # fmt: skip
async def events(
    row_id: RowId, request: Request, service: TheService, _there: Annotated[object, Depends(followed)],
    last: Annotated[str, Header(alias="Last-Event-ID", max_length=20)] = "",
) -> AsyncIterator[ServerSentEvent]:  # fmt: skip
    """Each change of a round until it ends, or until one may see it no more; Last-Event-ID goes on where it was."""
    seen = int(last) if last.isascii() and last.isdigit() else -1
    for _ in range(int(LONGEST_SECONDS / WAIT_SECONDS)):
        try:
            seq, told = await run_in_threadpool(followed, row_id, request, service)
        except ProblemError:  # signed out meanwhile, another role, no longer in the meeting
            return
        if seq > seen:
            seen = seq
            yield ServerSentEvent(data=told, event="round", id=str(seq))
        if told["state"] in ENDED or await request.is_disconnected():
            return
        await asyncio.sleep(WAIT_SECONDS)


@router.get("/rounds/{row_id}/proposals", name="rounds.proposals", operation_id="rounds.proposals",
            response_model=ProposalsPage, tags=["rounds"], summary="案 / the proposals of a round")  # fmt: skip
def proposals(
    row_id: RowId, caller: Asking, service: TheService, operation: Operation,
    limit: Limit = 50, cursor: After = "", lang: Lang = "ja",
) -> Response:  # fmt: skip
    """Of the persons that one sees, each noted in the audit."""
    with service.read(caller, operation) as work:
        round_of(work, row_id)
        wanted = of(PROPOSALS, work.scope).where(PROPOSALS.c.round_id == row_id)
        rows, following = page(work, wanted, PROPOSALS.c.position, limit, cursor)
        tell_needs(work, [row["need_id"] for row in rows])
        stale = is_stale(work, row_id)
        return answer({"items": [told_proposal(row, lang, stale) for row in rows], "next": following})


def _revised(work: Work, job: Mapping[str, Any], body: Revision) -> tuple[int, dict[str, Any], dict[str, str]]:
    if job["kind"] == ALONE or (body.most_changed is not None and job["state"] != "done"):
        raise ProblemError("wrong_state", more={"state": job["state"]})
    kept = {"pins": _pins(work, body.pins), "seconds": body.seconds, "most_changed": body.most_changed}
    return _asked(work, {**job["asked"], **kept, "revises": job["job_id"]})


def _asked(work: Work, wanted: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
    wanted = {name: value for name, value in wanted.items() if value is not None}
    meeting = wanted.get("meeting_id", "")
    if (wanted["room"] == Sharing.SUPPORT_CONFERENCE) != bool(meeting):
        raise ProblemError("invalid", [FieldError("/meeting_id", "missing" if not meeting else "unknown")])
    if meeting:
        wanted["cases"] = _cases(work, meeting)
    round_id = ask(work, "round", wanted, next_position(work))
    work.tell([round_id], {"room": wanted["room"]})
    return 202, _told(work, round_of(work, round_id)), {"Location": f"/v1/rounds/{round_id}"}


def asked_alone(work: Work, need: Mapping[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Ask for the options of one need, beside the last round of all who consent.

    Raises:
        ProblemError: `wrong_state`, the person does not: they are matched where they are talked about.
    """
    person = row_of(work, PEOPLE.c.resident_id, need["resident_id"])
    if person["sharing"] != Sharing.CONSENT:
        raise ProblemError("wrong_state", more={"state": person["sharing"]})
    made = (ROUNDS.c.room == str(Sharing.CONSENT), ROUNDS.c.alone.is_(False))
    last = select(ROUNDS.c.round_id).where(visible(ROUNDS, work.scope), *made).order_by(ROUNDS.c.position.desc())
    revises = work.connection.execute(last.limit(1)).scalar_one_or_none()
    wanted = {"room": str(Sharing.CONSENT), "need_id": need["need_id"], "revises": revises or ""}
    round_id = ask(work, ALONE, wanted, next_position(work))
    tell_needs(work, [need["need_id"]])
    return 202, _told(work, round_of(work, round_id)), {"Location": f"/v1/rounds/{round_id}"}


def _cases(work: Work, meeting_id: str) -> list[str]:
    """The cases of a conference that one sits in."""
    sits = select(MEMBERS.c.user_id).where(
        visible(MEMBERS, work.scope), MEMBERS.c.meeting_id == meeting_id, MEMBERS.c.user_id == work.scope.user_id
    )
    if work.connection.execute(sits).first() is None:
        raise ProblemError("invalid", [FieldError("/meeting_id", "reference")])
    found = select(CASES.c.resident_id).where(visible(CASES, work.scope), CASES.c.meeting_id == meeting_id)
    return sorted(work.connection.execute(found).scalars())


def _pins(work: Work, pins: list[Pin]) -> dict[str, str]:
    """Pins of needs that one sees, at openings that are there."""
    openings = NOUNS["openings"].table
    errors = []
    for at, pin in enumerate(pins):
        for table, column, value in ((NEEDS, "need_id", pin.need_id), (openings, "opening_id", pin.opening_id)):
            found = select(table.c[column]).where(visible(table, work.scope), table.c[column] == value)
            if work.connection.execute(found).first() is None:
                errors.append(FieldError(f"/pins/{at}/{column}", "reference"))
    if errors:
        raise ProblemError("invalid", errors)
    return {pin.need_id: pin.opening_id for pin in pins}


@lru_cache(1000)
def my_room(scope: Scope) -> ColumnElement[bool]:
    """Rounds of a conference are for those who sit in it."""
    sits = select(MEMBERS.c.meeting_id).where(
        MEMBERS.c.municipality_id == scope.municipality_id, MEMBERS.c.user_id == scope.user_id
    )
    meeting = JOBS.c.asked["meeting_id"].as_string()
    return or_(meeting.is_(None), meeting.in_(sits))


def round_of(work: Work, job_id: str) -> dict[str, Any]:
    """The job of a round that one may see.

    Raises:
        ProblemError: `not_found`.
    """
    return read_one(work, JOBS, JOBS.c.job_id == job_id, JOBS.c.kind.in_(ROUND_KINDS), my_room(work.scope))


def _told(work: Work, job: dict[str, Any]) -> dict[str, Any]:
    found = select(ROUNDS.c.summary).where(visible(ROUNDS, work.scope), ROUNDS.c.round_id == job["job_id"])
    names = ("state", "progress", "reason", "made_at", "began_at", "ended_at")
    return {"round_id": job["job_id"], "room": job["asked"]["room"], **{name: job[name] for name in names},
            "summary": work.connection.execute(found).scalar_one_or_none()}  # fmt: skip


def tell_needs(work: Work, need_ids: list[str]) -> None:
    """Note in the audit whose needs were read."""
    people = select(NEEDS.c.resident_id).where(visible(NEEDS, work.scope), NEEDS.c.need_id.in_(need_ids))
    if need_ids:
        work.tell_people(work.connection.execute(people).scalars(), {"rows": len(need_ids)})


CHANGES_OF_THE_TOWN = tuple(f"{noun}.{how}" for noun in NOUNS for how in ("create", "replace", "patch", "delete"))


def is_stale(work: Work, round_id: str) -> bool:
    """Whether the register changed since the round was solved; decisions about the round itself do not count."""
    return work.connection.execute(_changed_since(work.scope), {"round": round_id}).first() is not None


@for_scope
def _changed_since(scope: Scope) -> Select[Any]:
    """A change of the register behind the entry with which a round was kept: its position counts with the audit."""
    kept = select(ROUNDS.c.position // ROWS_AT_ONCE).where(
        visible(ROUNDS, scope), ROUNDS.c.round_id == bindparam("round")
    )
    changes = ENTRIES.c.operation.in_((*CHANGES_OF_THE_TOWN, "town.import"))
    return (
        select(ENTRIES.c.seq).where(visible(ENTRIES, scope), ENTRIES.c.seq > kept.scalar_subquery(), changes).limit(1)
    )


def told_proposal(row: dict[str, Any], lang: str, stale: bool) -> dict[str, Any]:
    """A proposal as it is answered."""
    names = ("proposal_id", "round_id", "need_id", "state", "version")
    return {**{name: row[name] for name in names}, "stale": stale, "proposal": row["body"][lang]}

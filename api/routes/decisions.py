"""Proposals one by one: their options, why, and what was decided with the person; an accept holds a place, once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field
from sqlalchemy import Select, bindparam, insert, select, update

from api.bodies import Id, Moment, Short, Strict
from api.changes import forget_placement, hold_place
from api.conventions import After, Limit, OnceKey, RowId, answer, etag, next_position, once, page, row_of
from api.days import today
from api.guard import Asking, Operation, TheService
from api.jobs.queue import JOBS
from api.jobs.rounds import PROPOSALS, ROUNDS
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.routes.rounds import (
    NEEDS,
    PEOPLE,
    ROUND_KINDS,
    Lang,
    ProposalOut,
    RoundOut,
    asked_alone,
    is_stale,
    my_room,
    tell_needs,
    told_proposal,
)
from api.service import Work
from api.store.database import new_id, now
from api.store.places import free_slot, opening_of
from api.store.register import NOUNS
from api.store.scope import Scope, by, of, table_of, visible
from api.store.tables import Decision, PersonKey

router = NounRouter(prefix="/v1")
DECISIONS, KEYS = table_of(Decision), table_of(PersonKey)

_DECIDE = insert(DECISIONS)
_STEP = (
    update(PROPOSALS)
    .where(PROPOSALS.c.municipality_id == bindparam("town"), PROPOSALS.c.proposal_id == bindparam("proposal"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "version")})
)
"""Made once, as all that an accept asks and writes: making a statement takes longer than the database does."""

STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "discussed": (("proposed",), "discussed"),
    "accept": (("proposed", "discussed"), "accepted"),
    "trial": (("accepted",), "trial"),
    "settle": (("accepted", "trial"), "settled"),
    "decline": (("proposed", "discussed", "accepted", "trial"), "declined"),
    "withdraw": (("proposed", "discussed", "accepted", "trial", "settled"), "withdrawn"),
}
"""Each decision: from which states, and to which."""
REASONS = ("not_now", "too_far", "time", "cost", "ride", "people_there", "activity", "health", "other_found", "family",
           "host_declined", "no_answer", "other")  # fmt: skip


class NewDecision(Strict):
    """One step with the person: what, where to (accept), and why not (decline)."""

    kind: Literal["discussed", "accept", "trial", "settle", "decline", "withdraw"]
    opening_id: Id | None = Field(
        None, description="accept: どの枠か。空 = 案のもの / which opening; empty = as proposed"
    )
    reason_code: Literal[REASONS] | None = None  # type: ignore[valid-type]


class DecisionOut(Strict):
    """A decision."""

    decision_id: Id
    proposal_id: Id
    need_id: Id
    kind: Short
    opening_id: Short
    reason_code: Short
    user_id: Id
    at: Moment


class OptionsOut(ProposalOut):
    """The options of a need, and what they rest on."""

    rests_on: Literal["round", "need"] = Field(
        description="round = 町全体の案、need = この方だけ（ほかの方はそのまま） / the whole town, or this need alone"
    )
    made_at: Moment
    need_changed: bool = Field(description="そのあとで本人か希望が変わった / the person or the need changed since")


class DecisionsPage(Strict):
    """Decisions, the oldest first."""

    items: Annotated[list[DecisionOut], Field(max_length=500)]
    next: Short | None


@router.get("/proposals/{row_id}", name="proposals.read", operation_id="proposals.read", response_model=ProposalOut,
            tags=["proposals"], summary="一つの案 / one proposal")  # fmt: skip
def proposal(row_id: RowId, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja") -> Response:
    """One proposal with its options and reasons."""
    with service.read(caller, operation) as work:
        row = _visible_proposal(work, row_id)
        tell_needs(work, [row["need_id"]])
        return answer(told_proposal(row, lang, is_stale(work, row["round_id"])), headers=etag(row["version"]))


@router.get("/needs/{row_id}/options", name="need_options.read", operation_id="need_options.read",
            response_model=OptionsOut, tags=["needs"], summary="ほかにどこが / the options of a need")  # fmt: skip
def options(row_id: RowId, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja") -> Response:
    """The best options with what each would cost everybody else, as they were last told, and what that rests on."""
    with service.read(caller, operation) as work:
        row = _latest(work, row_id)
        tell_needs(work, [row_id])
        told = told_proposal(row, lang, is_stale(work, row["round_id"]))
        return answer({**told, **_rests_on(work, row)}, headers=etag(row["version"]))


@router.post("/needs/{row_id}/options", name="need_options.create", operation_id="need_options.create",
             status_code=202, response_model=RoundOut, tags=["needs"],
             summary="今の町で選択肢を頼む / ask for options as the town is now")  # fmt: skip
def ask_for_options(
    row_id: RowId, caller: Asking, service: TheService, operation: Operation, key: OnceKey = ""
) -> Response:
    """For a need that came or changed after the last round: the others stay where they hold a place or were told one.

    It is solved elsewhere; the answer tells where to follow it, and the options are then read as always.
    """
    with service.change(caller, operation) as work:
        need = row_of(work, NEEDS.c.need_id, row_id)
        return once(work, key, [row_id], lambda: asked_alone(work, need))


@router.get("/needs/{row_id}/explanation", name="need_explanation.read", operation_id="need_explanation.read",
            tags=["needs"], summary="なぜ / why, why not, and what would help")  # fmt: skip
def explanation(
    row_id: RowId, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja"
) -> Response:
    """The account of every opening of the town, what is full, and the smallest changes that were proved to help."""
    with service.read(caller, operation) as work:
        row = _latest(work, row_id)
        told = row["body"][lang]
        found = select(ROUNDS).where(visible(ROUNDS, work.scope), ROUNDS.c.round_id == row["round_id"])
        kept = work.connection.execute(found).one()
        tell_needs(work, [row_id])
        account = told["account"] or {}
        return answer({
            "need_id": row_id, "status": told["state"], "proof": kept.summary["status"], "account": account,
            "options": told["options"], "unplaced": told["unplaced"], "inputs_digest": kept.inputs_digest,
            "stale": is_stale(work, row["round_id"]),
        })  # fmt: skip


@router.post("/proposals/{row_id}/decisions", name="decisions.create", operation_id="decisions.create", status_code=201,
             response_model=DecisionOut, tags=["proposals"], summary="採否 / decide with the person")  # fmt: skip
def decide(
    row_id: RowId, body: NewDecision, caller: Asking, service: TheService, operation: Operation, key: OnceKey = ""
) -> Response:
    """An accept holds a place, once; 409 `full` tells the other options that have room."""
    with service.change(caller, operation) as work:
        return once(work, key, [row_id, body.model_dump()], lambda: _decided(work, row_id, body))


@router.get("/decisions", name="decisions.list", operation_id="decisions.list", response_model=DecisionsPage,
            tags=["proposals"], summary="採否の一覧 / decisions")  # fmt: skip
def decisions(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """Decisions about persons that one sees."""
    with service.read(caller, operation) as work:
        rows, following = page(work, of(DECISIONS, work.scope), DECISIONS.c.position, limit, cursor)
        tell_needs(work, [row["need_id"] for row in rows])
        return answer({"items": [{name: row[name] for name in DecisionOut.model_fields} for row in rows],
                       "next": following})  # fmt: skip


def _rests_on(work: Work, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """When and how options were told, and whether what is known of the person has changed since."""
    made = select(ROUNDS.c.alone, ROUNDS.c.made_at).where(ROUNDS.c.round_id == proposal["round_id"])
    told = work.connection.execute(made.where(visible(ROUNDS, work.scope))).one()
    need = row_of(work, NEEDS.c.need_id, proposal["need_id"])
    person = row_of(work, PEOPLE.c.resident_id, need["resident_id"])
    changed = max(need["changed_at"], person["changed_at"]) > told.made_at
    return {"rests_on": "need" if told.alone else "round", "made_at": told.made_at, "need_changed": changed}


def _visible_proposal(work: Work, proposal_id: str) -> dict[str, Any]:
    row = work.connection.execute(_in_my_rooms(work.scope), {"wanted": proposal_id}).mappings().one_or_none()
    if row is None:
        raise ProblemError("not_found")
    return dict(row)


@lru_cache(1000)
def _in_my_rooms(scope: Scope) -> Select[Any]:
    """The proposal `wanted`, of a round that one may see."""
    same = (JOBS.c.municipality_id == PROPOSALS.c.municipality_id, JOBS.c.job_id == PROPOSALS.c.round_id)
    mine = select(JOBS.c.job_id).where(*same, JOBS.c.kind.in_(ROUND_KINDS), visible(JOBS, scope), my_room(scope))
    return by(PROPOSALS.c.proposal_id, scope).where(mine.exists())


def _latest(work: Work, need_id: str) -> dict[str, Any]:
    """What was last told of a need.

    Raises:
        ProblemError: `not_found`, it is not there or not to be seen; `not_told`, no round told anything yet.
    """
    wanted = of(PROPOSALS, work.scope).where(PROPOSALS.c.need_id == need_id).order_by(PROPOSALS.c.position.desc())
    for row in work.connection.execute(wanted.limit(20)).mappings().all():
        found = of(JOBS, work.scope).where(JOBS.c.job_id == row["round_id"], my_room(work.scope))
        if work.connection.execute(found).first() is not None:
            return dict(row)
    row_of(work, NEEDS.c.need_id, need_id)
    raise ProblemError("not_told")


def _decided(work: Work, proposal_id: str, body: NewDecision) -> tuple[int, dict[str, Any], dict[str, str]]:
    row = _visible_proposal(work, proposal_id)
    allowed, state = STEPS[body.kind]
    if row["state"] not in allowed:
        raise ProblemError("wrong_state", more={"state": row["state"]})
    if body.kind == "decline" and body.reason_code is None:
        raise ProblemError("invalid", [FieldError("/reason_code", "missing")])
    position = next_position(work)
    opening = _act(work, row, body, position)
    told = {"decision_id": new_id(), "proposal_id": proposal_id, "need_id": row["need_id"], "kind": body.kind,
            "opening_id": opening, "reason_code": body.reason_code or "", "user_id": work.scope.user_id,
            "at": now()}  # fmt: skip
    town = work.scope.municipality_id
    work.connection.execute(_DECIDE, {**told, "municipality_id": town, "position": position})
    step = {"town": town, "proposal": proposal_id, "new_state": state, "new_version": row["version"] + 1}
    work.connection.execute(_STEP, step)
    _tell_person(work, row["need_id"], {"kind": body.kind, "reason": body.reason_code or ""})
    return 201, told, {}


def _act(work: Work, row: dict[str, Any], body: NewDecision, position: int) -> str:
    """What a decision does to the placement; returns the opening it is about.

    Raises:
        ProblemError: as for an accept; `wrong_state`, the place to try or settle at is no longer held by this proposal.
    """
    placements = NOUNS["placements"].table
    mine = (placements.c.municipality_id == work.scope.municipality_id, placements.c.need_id == row["need_id"])
    if body.kind == "accept":
        return _accept(work, row, body.opening_id, position)
    held = work.connection.execute(select(placements.c.opening_id).where(*mine)).scalar_one_or_none()
    if held is not None and _accepted_elsewhere(work, row):
        held = None  # the place that the need holds now is another proposal's
    if body.kind in ("decline", "withdraw") and row["state"] in ("accepted", "trial", "settled") and held is not None:
        forget_placement(work, row["need_id"])
    if body.kind in ("trial", "settle"):
        if held is None:
            raise ProblemError("wrong_state", more={"state": row["state"]})
        new = {"trial": {"state": "trial", "since": today().isoformat()}, "settle": {"state": "settled"}}[body.kind]
        again = {**new, "version": placements.c.version + 1, "changed_at": now()}
        work.connection.execute(update(placements).where(*mine).values(again))
    return held or ""


def _accepted_elsewhere(work: Work, row: dict[str, Any]) -> bool:
    """Whether the last accept about the need was of another proposal, of a later round say."""
    mine = (visible(DECISIONS, work.scope), DECISIONS.c.need_id == row["need_id"], DECISIONS.c.kind == "accept")
    last = select(DECISIONS.c.proposal_id).where(*mine).order_by(DECISIONS.c.position.desc()).limit(1)
    return work.connection.execute(last).scalar_one_or_none() not in (None, row["proposal_id"])


def _accept(work: Work, row: dict[str, Any], wanted: str | None, position: int) -> str:
    """Hold a place at one of the options."""
    options = row["body"]["ja"]["options"]
    known = [option["opening"] for option in options]
    opening = wanted or (known[0] if known else "")
    if opening not in known:
        raise ProblemError("invalid", [FieldError("/opening_id", "reference")])
    placements = NOUNS["placements"].table
    held = work.connection.execute(by(placements.c.need_id, work.scope), {"wanted": row["need_id"]}).one_or_none()
    present = None if held is None else held.opening_id
    if present == opening:
        return str(opening)
    if present is not None:
        forget_placement(work, row["need_id"])
    try:
        hold_place(work, row["need_id"], opening, position)
    except ProblemError as problem:
        if problem.code != "full":
            raise
        free = [one for one in known if one != opening and _has_room(work, one)]
        offers = [{"rank": option["rank"], "opening_id": option["opening"]} for option in options
                  if option["opening"] in free]  # fmt: skip
        raise ProblemError("full", problem.errors, more={"next_best": offers}) from None
    return str(opening)


def _has_room(work: Work, opening_id: str) -> bool:
    try:
        opening = opening_of(work.connection, work.scope, opening_id)
    except LookupError:
        return False
    return free_slot(work.connection, work.scope, opening) is not None


def _tell_person(work: Work, need_id: str, detail: dict[str, Any]) -> None:
    work.tell(work.connection.execute(_pseudonym(work.scope), {"need": need_id}).scalars(), detail)


@lru_cache(1000)
def _pseudonym(scope: Scope) -> Select[str]:
    same = (KEYS.c.municipality_id == NEEDS.c.municipality_id) & (KEYS.c.resident_id == NEEDS.c.resident_id)
    mine = (visible(NEEDS, scope), NEEDS.c.need_id == bindparam("need"))
    return select(KEYS.c.pseudonym).join(NEEDS, same).where(*mine)

"""Studies of the whole town, without persons: asked for, solved elsewhere, read by who plans."""

from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import Field

from api.bodies import Id, Moment, Note, Short, Strict
from api.conventions import After, Limit, OnceKey, RowId, answer, next_position, once, page, read_one
from api.guard import Asking, Operation, TheService
from api.jobs.queue import JOBS, ask, cancel
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.service import Work
from api.store.documents import body_of
from api.store.scope import of
from matching.errors import InputError
from matching.scenario.reading import Scenarios, read_scenarios

router = NounRouter(prefix="/v1", tags=["studies"])
KINDS = ("graph", "gaps", "indicators", "develop", "study")
MOST_TASKS = 2000
"""So many scenarios times demands one study tries; more is for `tsunagu study`, on several cores."""
Kind = Literal["graph", "gaps", "indicators", "develop", "study"]
Lang = Annotated[Literal["ja", "en"], Query(description="言語 / language of texts")]


class Budget(Strict):
    """What may be spent."""

    amount: int = Field(ge=0, le=10**15)
    unit: Literal["hours", "yen"]


class NewStudy(Strict):
    """What is to be studied."""

    kind: Kind = Field(
        "graph", description="つながり・足りないもの・指標・資源開発・想定 / ties, gaps, indicators, develop, scenarios"
    )
    steps: int | None = Field(None, ge=1, le=10, description="資源開発: 何歩まで / so many steps at most (5)")
    budget: Budget | None = Field(None, description="資源開発: 月の時間か、年の円 / hours a month or yen a year")
    scenarios: Note | None = Field(None, description="想定の TOML / the scenarios (docs/study.md)")


class StudyOut(Strict):
    """A study: its state, how far it is, and what it told when it is done (docs/graph.md, gaps, indicators, …)."""

    study_id: Id
    kind: Kind
    state: Literal["waiting", "running", "done", "cancelled", "failed", "interrupted"]
    progress: dict[Annotated[str, Field(max_length=50)], Any]
    reason: Short
    made_at: Moment
    ended_at: Moment
    document: dict[Annotated[str, Field(max_length=50)], Any] | None


class StudiesPage(Strict):
    """Studies, the oldest first."""

    items: Annotated[list[StudyOut], Field(max_length=500)]
    next: Short | None


@router.post("/studies", name="studies.create", operation_id="studies.create", status_code=202, response_model=StudyOut,
             summary="調べを頼む / ask for a study")  # fmt: skip
def create(body: NewStudy, caller: Asking, service: TheService, operation: Operation, key: OnceKey = "") -> Response:
    """Answers at once; the work happens elsewhere."""
    with service.change(caller, operation) as work:
        return once(work, key, body.model_dump(), lambda: _made(work, body))


@router.get("/studies", name="studies.list", operation_id="studies.list", response_model=StudiesPage,
            summary="調べの一覧 / studies")  # fmt: skip
def list_studies(
    caller: Asking, service: TheService, operation: Operation,
    kind: Annotated[Kind | None, Query(description="この種類だけ / of one kind")] = None,
    limit: Limit = 50, cursor: After = "", lang: Lang = "ja",
) -> Response:  # fmt: skip
    """All studies of the town, or those of one kind."""
    with service.look(caller, operation) as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind.in_((kind,) if kind else KINDS))
        rows, following = page(work, wanted, JOBS.c.position, limit, cursor)
        return answer({"items": [told_study(work, row, lang) for row in rows], "next": following})


@router.get("/studies/{row_id}", name="studies.read", operation_id="studies.read", response_model=StudyOut,
            summary="調べを見る / one study")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation, lang: Lang = "ja") -> Response:
    """Its state, and what it told."""
    with service.look(caller, operation) as work:
        return answer(told_study(work, study_of(work, row_id), lang))


@router.delete("/studies/{row_id}", name="studies.cancel", operation_id="studies.cancel", status_code=202,
               response_model=StudyOut, summary="止める / stop")  # fmt: skip
def stop(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """It stops soon."""
    with service.change(caller, operation) as work:
        study_of(work, row_id)
        cancel(work, row_id)
        work.tell([row_id])
        return answer(told_study(work, study_of(work, row_id)), 202)


def _made(work: Work, body: NewStudy) -> tuple[int, dict[str, Any], dict[str, str]]:
    told = told_study(work, study_of(work, ask_study(work, body)))
    return 202, told, {"Location": f"/v1/studies/{told['study_id']}"}


def ask_study(work: Work, body: NewStudy) -> str:
    """Ask for a study; returns its identifier.

    Raises:
        ProblemError: `invalid`, what does not belong to the kind; `bad_scenarios`, with every problem of the text.
    """
    fits = {"develop": {"steps", "budget"}, "study": {"scenarios"}}.get(body.kind, set())
    given = body.model_dump(exclude_none=True, exclude={"kind"})
    errors = [FieldError(f"/{name}", "unknown") for name in sorted(given.keys() - fits)]
    if body.kind == "study" and body.scenarios is None:
        errors.append(FieldError("/scenarios", "missing"))
    if errors:
        raise ProblemError("invalid", errors)
    if body.scenarios is not None:
        readable(body.scenarios)
    asked = {"steps": 5, **given} if body.kind == "develop" else given
    study_id = ask(work, body.kind, asked, next_position(work))
    work.tell([study_id], {"kind": body.kind})
    return study_id


def readable(text: str) -> Scenarios:
    """What a text of scenarios says, where it is not too much for one study.

    Raises:
        ProblemError: `bad_scenarios`, with every problem of the text; `invalid`, it is too much.
    """
    try:
        found = read_scenarios(text, "scenarios")
    except InputError as error:
        told = [{"where": p.column, "ja": p.ja[:500], "en": p.en[:500]} for p in error.problems[:200]]
        raise ProblemError("bad_scenarios", more={"problems": told, "count": len(error.problems)}) from None
    if (len(found.scenarios) + 1) * (found.draws + 1) > MOST_TASKS:
        raise ProblemError("invalid", [FieldError("/scenarios", "length")])
    return found


def study_of(work: Work, job_id: str) -> dict[str, Any]:
    """The job of a study.

    Raises:
        ProblemError: `not_found`.
    """
    return read_one(work, JOBS, JOBS.c.job_id == job_id, JOBS.c.kind.in_(KINDS))


def told_study(work: Work, job: dict[str, Any], lang: str = "ja") -> dict[str, Any]:
    """A study as it is answered, with its document in one language where it has two."""
    names = ("kind", "state", "progress", "reason", "made_at", "ended_at")
    document = body_of(work.connection, work.scope, job["job_id"])
    told = None if document is None else document.get(lang, document)
    return {"study_id": job["job_id"], **{name: job[name] for name in names}, "document": told}

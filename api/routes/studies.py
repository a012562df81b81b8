"""Studies of the whole town, without persons: asked for, solved elsewhere, read by who plans."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import select

from api.bodies import Id, Moment, Short, Strict
from api.conventions import After, Limit, OnceKey, RowId, answer, next_position, once, page, read_one
from api.guard import Asking, Operation, TheService
from api.jobs.queue import JOBS, ask, cancel
from api.jobs.rounds import DOCUMENTS
from api.service import Work
from api.store.scope import of, visible

router = APIRouter(prefix="/v1", tags=["studies"])
KINDS = ("graph",)


class NewStudy(Strict):
    """What is to be studied."""

    kind: Literal["graph"] = Field("graph", description="つながり / the graph of ties")


class StudyOut(Strict):
    """A study: its state, and what it told when it is done (docs/graph.md)."""

    study_id: Id
    kind: Short
    state: Literal["waiting", "running", "done", "cancelled", "failed", "interrupted"]
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
        return once(work, key, body.model_dump(), lambda: _asked(work, body.kind))


@router.get("/studies", name="studies.list", operation_id="studies.list", response_model=StudiesPage,
            summary="調べの一覧 / studies")  # fmt: skip
def list_studies(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """All studies of the town."""
    with service.look(caller, operation) as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind.in_(KINDS))
        rows, following = page(work, wanted, JOBS.c.position, limit, cursor)
        return answer({"items": [_told(work, row) for row in rows], "next": following})


@router.get("/studies/{row_id}", name="studies.read", operation_id="studies.read", response_model=StudyOut,
            summary="調べを見る / one study")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """Its state, and what it told."""
    with service.look(caller, operation) as work:
        return answer(_told(work, _job(work, row_id)))


@router.delete("/studies/{row_id}", name="studies.cancel", operation_id="studies.cancel", status_code=202,
               response_model=StudyOut, summary="止める / stop")  # fmt: skip
def stop(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """It stops soon."""
    with service.change(caller, operation) as work:
        _job(work, row_id)
        cancel(work, row_id)
        work.tell([row_id])
        return answer(_told(work, _job(work, row_id)), 202)


def _asked(work: Work, kind: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    study_id = ask(work, kind, {}, next_position(work))
    work.tell([study_id], {"kind": kind})
    return 202, _told(work, _job(work, study_id)), {"Location": f"/v1/studies/{study_id}"}


def _job(work: Work, job_id: str) -> dict[str, Any]:
    return read_one(work, JOBS, JOBS.c.job_id == job_id, JOBS.c.kind.in_(KINDS))


def _told(work: Work, job: dict[str, Any]) -> dict[str, Any]:
    found = select(DOCUMENTS.c.body).where(visible(DOCUMENTS, work.scope), DOCUMENTS.c.document_id == job["job_id"])
    names = ("kind", "state", "reason", "made_at", "ended_at")
    document = work.connection.execute(found).scalar_one_or_none()
    return {"study_id": job["job_id"], **{name: job[name] for name in names}, "document": document}

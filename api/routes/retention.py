"""保存期間: what is kept for how long, when it was last tidied, and doing it now for one's own town."""

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from api.bodies import Moment, Strict, Version
from api.conventions import answer
from api.days import today
from api.guard import Asking, Operation, TheService
from api.retention import DAYS, retain_town
from api.routers import NounRouter
from api.service import Work
from api.store.scope import of, table_of
from api.store.tables import Entry

router = NounRouter(prefix="/v1", tags=["retention"])
ENTRIES = table_of(Entry)
Amounts = dict[Annotated[str, Field(max_length=50)], Version]


class Retention(Strict):
    """Days that each thing is kept, and when what was past its time last went; empty = never."""

    days: Amounts
    last_run: Moment


class Gone(Strict):
    """How much of what went."""

    gone: Amounts


@router.get("/retention", name="retention.read", operation_id="retention.read", response_model=Retention,
            summary="保存期間 / how long things are kept")  # fmt: skip
def read(caller: Asking, service: TheService, operation: Operation) -> Response:
    """The table, and the last run of this town."""
    with service.look(caller, operation) as work:
        return answer({"days": dict(DAYS), "last_run": _last_run(work)})


@router.post("/retention/runs", name="retention.run", operation_id="retention.run", status_code=201,
             response_model=Gone, summary="期間を過ぎたものを消す / delete what is past its time")  # fmt: skip
def run(caller: Asking, service: TheService) -> Response:
    """Of one's own town, as `tsunagu retention run` does it every day for all."""
    gone: dict[str, Any] = dict(retain_town(service, caller.municipality_id, today(), caller.user_id))
    return answer({"gone": gone}, 201)


def _last_run(work: Work) -> str:
    found = of(ENTRIES, work.scope).with_only_columns(ENTRIES.c.at).where(ENTRIES.c.operation == "retention.run")
    last: str | None = work.connection.execute(found.order_by(ENTRIES.c.seq.desc()).limit(1)).scalar_one_or_none()
    return last or ""

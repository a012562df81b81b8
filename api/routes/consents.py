"""本人同意の台帳: on what basis each person's data are shared, since when, and who noted it, from the audit."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import Response
from pydantic import Field
from sqlalchemy import Select, select

from api.bodies import Id, Moment, Short, Strict
from api.conventions import After, Limit, answer, page
from api.guard import Asking, Operation, TheService
from api.routers import NounRouter
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, table_of, visible
from api.store.tables import Entry
from api.store.vault import pseudonyms
from matching.domain import Sharing

router = NounRouter(prefix="/v1", tags=["people"])
PEOPLE, ENTRIES = NOUNS["residents"].table, table_of(Entry)
NOTED = ("residents.create", "residents.replace", "residents.patch", "residents.withdraw")
"""Operations that may set the basis; their entries name the fields that were set."""


class Consent(Strict):
    """The basis of one person: `since` and `user_id` empty where it came with a whole town."""

    resident_id: Id
    sharing: Short
    since: Moment
    user_id: Short


class Consents(Strict):
    """One row a person."""

    items: Annotated[list[Consent], Field(max_length=500)]
    next: Short | None


@router.get("/consents", name="consents.list", operation_id="consents.list", response_model=Consents,
            summary="本人同意の台帳 / the consent register")  # fmt: skip
def list_consents(
    caller: Asking, service: TheService, operation: Operation, limit: Limit = 50, cursor: After = ""
) -> Response:
    """Of the persons whom one sees."""
    with service.read(caller, operation) as work:
        rows, following = consents(work, limit, cursor)
        work.tell_people([row["resident_id"] for row in rows], {"rows": len(rows)})
        return answer({"items": rows, "next": following})


def consents(work: Work, limit: int, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """One page of the register, and the cursor of the next."""
    rows, following = page(work, _listed(work.scope), PEOPLE.c.position, limit, cursor)
    noted = _noted(work, [row["resident_id"] for row in rows])
    return [
        {"resident_id": row["resident_id"], "sharing": row["sharing"] or str(Sharing.NONE),
         **noted.get(row["resident_id"], {"since": "", "user_id": ""})}
        for row in rows
    ], following  # fmt: skip


@for_scope
def _listed(scope: Scope) -> Select[Any]:
    return select(PEOPLE.c.resident_id, PEOPLE.c.sharing, PEOPLE.c.position).where(visible(PEOPLE, scope))


def _noted(work: Work, resident_ids: Collection[str]) -> Mapping[str, dict[str, str]]:
    """Of each person the last entry that set the basis."""
    known = {pseudonym: one for one, pseudonym in pseudonyms(work.connection, work.scope, resident_ids).items()}
    mine = ENTRIES.c.municipality_id == work.scope.municipality_id
    wanted = select(ENTRIES.c.at, ENTRIES.c.user_id, ENTRIES.c.subjects, ENTRIES.c.detail)
    out: dict[str, dict[str, str]] = {}
    for row in work.connection.execute(wanted.where(mine, ENTRIES.c.operation.in_(NOTED)).order_by(ENTRIES.c.seq)):
        if "sharing" in row.detail.get("fields", ()):
            named = (known[one] for one in row.subjects if one in known)
            out.update((one, {"since": row.at, "user_id": row.user_id}) for one in named)
    return out

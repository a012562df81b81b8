"""The audit, read and verified; and counts without persons, in which small cells are hidden."""

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement, String, cast, select

from api.bodies import Moment, Short, Strict, Version
from api.conventions import Cursor, answer
from api.guard import Asking, Operation, TheService
from api.service import Work
from api.store.audit import FAULTS, verify
from api.store.database import seeing_everybody
from api.store.register import NOUNS
from api.store.scope import of, table_of, visible
from api.store.tables import Entry
from api.store.vault import pseudonyms

router = APIRouter(prefix="/v1", tags=["audit"])
ENTRIES = table_of(Entry)


def _day_or_empty(text: str) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


MaybeDay = Annotated[str, StringConstraints(max_length=10, pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"),
                     AfterValidator(_day_or_empty)]  # fmt: skip
FEWEST = 5
"""Counts below this are not told, nor what would tell them."""


class EntryOut(Strict):
    """One entry: who did what to what; persons stand under their pseudonyms."""

    seq: Version
    at: Moment
    user_id: Short
    operation: Short
    subjects: Annotated[list[Short], Field(max_length=1_000_000)]
    detail: dict[Annotated[str, Field(max_length=100)], Any]
    digest: Short


class Search(BaseModel):
    """Which entries are looked for; empty = any."""

    limit: Annotated[int, Field(ge=1, le=500, description="一度に何件 / how many at once")] = 50
    cursor: Cursor = ""
    newest_first: bool = False
    by: Annotated[Short, Field(description="だれが（利用者の番号）/ by whom, a user id")] = ""
    did: Annotated[Short, Field(description="何を（操作、または名詞）/ an operation, or its noun")] = ""
    about: Annotated[Short, Field(description="だれ・何について（番号）/ about whom or what")] = ""
    since: Annotated[MaybeDay, Field(description="この日から / from this day")] = ""
    until: Annotated[MaybeDay, Field(description="この日まで / to this day")] = ""


class Entries(Strict):
    """Entries in their order."""

    items: Annotated[list[EntryOut], Field(max_length=500)]
    next: Short | None


class FaultOut(Strict):
    """What is wrong, and at which entry."""

    seq: Version
    code: Short
    ja: Short
    en: Short


class Verified(Strict):
    """Whether the chain is whole."""

    whole: bool
    faults: Annotated[list[FaultOut], Field(max_length=1000)]


class Cell(Strict):
    """A count; None where fewer than five, or where it would tell such a one."""

    area_id: Short
    kind: Short
    needs: Version | None
    placed: Version | None


class Counts(Strict):
    """Needs by area and kind."""

    fewest: Version
    items: Annotated[list[Cell], Field(max_length=100_000)]


@router.get("/audit", name="audit.list", operation_id="audit.list", response_model=Entries, summary="記録 / the audit")
def entries(caller: Asking, service: TheService, operation: Operation, search: Annotated[Search, Query()]) -> Response:
    """In order; `cursor` is the last entry that was read."""
    with service.look(caller, operation) as work:
        rows, following = found_entries(work, search)
        names = EntryOut.model_fields
        return answer({"items": [{n: row[n] for n in names} for row in rows], "next": following})


def found_entries(work: Work, search: Search) -> tuple[list[dict[str, Any]], str | None]:
    """Entries that fit, in order, and the cursor of those that follow."""
    order = ENTRIES.c.seq.desc() if search.newest_first else ENTRIES.c.seq
    wanted = of(ENTRIES, work.scope).where(*_fitting(work, search)).order_by(order).limit(search.limit + 1)
    if search.cursor:
        last = int(search.cursor[1:])
        wanted = wanted.where(ENTRIES.c.seq < last if search.newest_first else ENTRIES.c.seq > last)
    rows = [dict(row) for row in work.connection.execute(wanted).mappings()]
    return rows[: search.limit], f"p{rows[search.limit - 1]['seq']}" if len(rows) > search.limit else None


def _fitting(work: Work, search: Search) -> list[ColumnElement[bool]]:
    out: list[ColumnElement[bool]] = []
    if search.by:
        out.append(ENTRIES.c.user_id == search.by)
    if search.did:
        named = ENTRIES.c.operation.startswith(f"{search.did}.", autoescape=True)
        out.append((ENTRIES.c.operation == search.did) | named)
    if search.since:
        out.append(ENTRIES.c.at >= search.since)
    if search.until:
        out.append(ENTRIES.c.at < (date.fromisoformat(search.until) + timedelta(days=1)).isoformat())
    if search.about:
        known = pseudonyms(work.connection, work.scope, [search.about]).get(search.about, search.about)
        out.append(cast(ENTRIES.c.subjects, String).contains(f'"{known}"', autoescape=True))
    return out


@router.post("/audit/verifications", name="audit.verify", operation_id="audit.verify", response_model=Verified,
             summary="記録を確かめる / verify the audit")  # fmt: skip
def verification(caller: Asking, service: TheService, operation: Operation) -> Response:
    """Every edit, deletion, move and cut, with its place."""
    with service.look(caller, operation) as work:
        found = verify(work.connection, caller.municipality_id, work.vault.keys)
        faults = [{"seq": f.seq, "code": f.code, "ja": FAULTS[f.code][0], "en": FAULTS[f.code][1]} for f in found]
        return answer({"whole": not faults, "faults": faults[:1000]})


@router.get("/counts", name="counts.list", operation_id="counts.list", response_model=Counts, summary="集計 / counts")
def counts(caller: Asking, service: TheService, operation: Operation) -> Response:
    """Needs and placements by area and kind, of persons who consented; cells of fewer than five are hidden."""
    with service.look(caller, operation) as work, seeing_everybody(work.connection, work.scope) as everybody:
        needs, people, held = (NOUNS[name].table for name in ("needs", "residents", "placements"))
        rows = work.connection.execute(
            select(people.c.area_id, needs.c.kind, held.c.need_id)
            .select_from(needs)
            .join(people, (people.c.municipality_id == needs.c.municipality_id)
                  & (people.c.resident_id == needs.c.resident_id))
            .outerjoin(held, (held.c.municipality_id == needs.c.municipality_id) & (held.c.need_id == needs.c.need_id))
            .where(visible(needs, everybody), people.c.sharing == "consent")
        ).all()  # fmt: skip
    all_of = Counter((row.area_id, row.kind) for row in rows)
    placed = Counter((row.area_id, row.kind) for row in rows if row.need_id is not None)
    cells = [_cell(area, kind, count, placed[area, kind]) for (area, kind), count in sorted(all_of.items())]
    return answer({"fewest": FEWEST, "items": cells})


def _cell(area_id: str, kind: str, needs: int, placed: int) -> dict[str, Any]:
    enough = needs >= FEWEST
    both = enough and (placed == 0 or placed >= FEWEST) and (needs == placed or needs - placed >= FEWEST)
    return {"area_id": area_id, "kind": kind, "needs": needs if enough else None, "placed": placed if both else None}

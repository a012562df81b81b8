"""The audit, read and verified; and counts without persons, in which small cells are hidden."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from typing import Annotated, Any

import numpy as np
from fastapi import Query, Response
from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement, Connection, String, cast, select

from api.bodies import Moment, Short, Strict, Version
from api.conventions import Cursor, answer
from api.guard import Asking, Operation, TheService
from api.routers import NounRouter
from api.service import Work
from api.store.audit import FAULTS, verify
from api.store.database import seeing_everybody
from api.store.kept import Kept
from api.store.register import NOUNS
from api.store.scope import Scope, of, table_of, visible
from api.store.tables import Entry
from api.store.vault import pseudonyms
from matching.small_cells import SMALL, hidden_cells, is_small, with_totals

router = NounRouter(prefix="/v1", tags=["audit"])
ENTRIES = table_of(Entry)


def _day_or_empty(text: str) -> str:
    return date.fromisoformat(text).isoformat() if text else ""


MaybeDay = Annotated[str, StringConstraints(max_length=10, pattern="^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"),
                     AfterValidator(_day_or_empty)]  # fmt: skip


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
    """A count; None where it is of fewer than five people, or where it would tell such a one."""

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
        rows, following = found_entries(work, search, search.limit)
        names = EntryOut.model_fields
        return answer({"items": [{n: row[n] for n in names} for row in rows], "next": following})


def found_entries(work: Work, search: Search, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """So many entries that fit, in order, and the cursor of those that follow."""
    order = ENTRIES.c.seq.desc() if search.newest_first else ENTRIES.c.seq
    wanted = of(ENTRIES, work.scope).where(*_fitting(work, search)).order_by(order).limit(limit + 1)
    if search.cursor:
        last = int(search.cursor[1:])
        wanted = wanted.where(ENTRIES.c.seq < last if search.newest_first else ENTRIES.c.seq > last)
    rows = [dict(row) for row in work.connection.execute(wanted).mappings()]
    return rows[:limit], f"p{rows[limit - 1]['seq']}" if len(rows) > limit else None


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
    with service.look(caller, operation) as work:
        return answer({"fewest": SMALL, "items": _COUNTED.of(work.connection, work.scope)})


def _count(connection: Connection, scope: Scope) -> list[dict[str, Any]]:
    """The same for every reader: worked out anew where how the town stands has changed."""
    needs, people, held = (NOUNS[name].table for name in ("needs", "residents", "placements"))
    with seeing_everybody(connection, scope) as everybody:
        rows = connection.execute(
            select(people.c.area_id, needs.c.kind, held.c.need_id.is_not(None).label("placed"), people.c.resident_id)
            .select_from(needs)
            .join(people, (people.c.municipality_id == needs.c.municipality_id)
                  & (people.c.resident_id == needs.c.resident_id))
            .outerjoin(held, (held.c.municipality_id == needs.c.municipality_id) & (held.c.need_id == needs.c.need_id))
            .where(visible(needs, everybody), people.c.sharing == "consent")
        ).all()  # fmt: skip
    return _cells([tuple(row) for row in rows])


def _cells(rows: Sequence[tuple[str, str, bool, str]]) -> list[dict[str, Any]]:
    """Needs by area, kind and whether they hold a place, as if every total were told elsewhere (gaps tell some)."""
    areas, kinds = sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
    counts = np.zeros((len(areas), len(kinds), 2), np.int64)
    people: dict[tuple[int, ...], set[str]] = {}
    for area, kind, placed, resident in rows:
        at = (areas.index(area), kinds.index(kind), int(placed))
        counts[at] += 1
        for cell in product(*((one, size) for one, size in zip(at, counts.shape, strict=True))):
            people.setdefault(cell, set()).add(resident)
    small = np.zeros([size + 1 for size in counts.shape], np.bool_)
    for cell, who in people.items():
        small[cell] = is_small(len(who))
    table = with_totals(counts)
    shown = np.where(hidden_cells(table, small), -1, table)
    return [
        {"area_id": area, "kind": kind, "needs": _or_none(shown[a, k, -1]), "placed": _or_none(shown[a, k, 1])}
        for (a, area), (k, kind) in product(enumerate(areas), enumerate(kinds)) if counts[a, k].any()
    ]  # fmt: skip


def _or_none(count: int) -> int | None:
    return None if count < 0 else int(count)


_COUNTED = Kept("standing", _count)

"""A file looked at before it is taken in: what would be new, changed and gone, every repair and every refused row."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy import delete, insert

from api.bodies import Id, Line, Moment, Short, Strict, Version
from api.conventions import RowId, answer, row_of
from api.folders import TownFolder
from api.guard import Asking, Operation, TheService
from api.incoming import Brought, differences, with_lists
from api.parsing import brought_of
from api.problems import ProblemError
from api.routers import NounRouter
from api.routes.town import Imported, problems_told, raw, take_in
from api.service import Work
from api.store.database import new_id, now, seeing_everybody
from api.store.scope import table_of
from api.store.tables import Upload
from api.store.town import load, refuse_to_drop, town_info
from api.store.unseen import with_unseen
from matching.domain import Community
from matching.errors import InputError

router = NounRouter(prefix="/v1/town/uploads", tags=["town"])
UPLOADS = table_of(Upload)
MOST_REPAIRS = 1000
"""Repairs that are told of one file; all are counted by their code."""
BYTES = "application/octet-stream"
_IN = {"requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}}
Form = Annotated[Literal["zip", "xlsx", "csv", "tsv"], Query(description="zip = フォルダー / a folder")]
Stem = Annotated[
    str,
    Query(description="一覧の名前 / the list's name"),
    StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f/\\:.]*$"),
]


class ProblemRow(Strict):
    """One thing that is wrong or odd, and where."""

    file: Line
    row: Version
    column: Line
    code: Short
    ja: Line
    en: Line


class WarningRow(ProblemRow):
    """The same, and whether it is only odd."""

    warning: bool


class RepairRow(ProblemRow):
    """One cell that was read differently from how it stands."""

    before: Line
    after: Line


class Changes(Strict):
    """Rows of one file beside those of the town."""

    new: Version
    changed: Version
    same: Version
    gone: Version


class ListRow(Strict):
    """What became of the rows of one list."""

    file: Line
    ja: Line
    en: Line
    becomes: Short
    rows: Version
    imported: Version
    places: Version
    skipped: dict[Annotated[str, Field(max_length=100)], Version]


class UploadOut(Strict):
    """What taking it in would do; `fits` false where it is refused, with every reason."""

    upload_id: Id
    kind: Literal["town", "lists"]
    at: Moment
    fits: bool
    changes: dict[Annotated[str, Field(max_length=50)], Changes]
    problems: Annotated[list[WarningRow], Field(max_length=MOST_REPAIRS)]
    problem_count: Version
    repairs: Annotated[list[RepairRow], Field(max_length=MOST_REPAIRS)]
    repairs_by_code: dict[Annotated[str, Field(max_length=100)], Version]
    lists: Annotated[list[ListRow], Field(max_length=500)]


@router.post("", name="uploads.create", operation_id="uploads.create", status_code=201, response_model=UploadOut,
             openapi_extra=_IN, summary="取り込む前に確かめる / look at a file first")  # fmt: skip
def create(
    data: Annotated[bytes, Depends(raw)], caller: Asking, service: TheService, operation: Operation,
    form: Form = "zip", stem: Stem = "",
) -> Response:  # fmt: skip
    """Nothing is changed; the file is kept for a day, sealed, for its bringer alone."""
    with service.look(caller, operation) as work:
        week_of = town_info(work.connection, work.scope).week_of
    found = _read(data, form, stem, week_of)
    with service.change(caller, operation) as work:
        told = _told(work, found) | {"upload_id": new_id(), "at": now()}
        row = {"municipality_id": caller.municipality_id, "upload_id": told["upload_id"], "user_id": caller.user_id,
               "at": told["at"], "form": f"{form}:{stem}", "sealed": work.vault.seal_file(data),
               "told_sealed": work.vault.seal(told)}  # fmt: skip
        work.connection.execute(insert(UPLOADS).values(**row))
        work.tell([told["upload_id"]], {"fits": told["fits"], "problems": told["problem_count"]})
    return answer(told, 201, {"Location": f"/v1/town/uploads/{told['upload_id']}"})


@router.get("/{row_id}", name="uploads.read", operation_id="uploads.read", response_model=UploadOut,
            summary="確かめたもの / what was looked at")  # fmt: skip
def read(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """As it was when it was brought."""
    with service.look(caller, operation) as work:
        return answer(work.vault.opened(_upload(work, row_id)["told_sealed"]))


@router.post("/{row_id}/imports", name="uploads.take", operation_id="uploads.take", status_code=201,
             response_model=Imported, summary="取り込む / take it in")  # fmt: skip
def take(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """All of it, or nothing; the kept file goes, so that it happens once."""
    with service.look(caller, operation) as work:
        row = _upload(work, row_id)
        data = work.vault.opened_file(row["sealed"])
        week_of = town_info(work.connection, work.scope).week_of
    form, _, stem = row["form"].partition(":")
    found = _read(data, form, stem, week_of)
    with service.change(caller, operation) as work:
        _upload(work, row_id)
        work.connection.execute(delete(UPLOADS).where(*_is(work, row_id)))
        try:
            after = _after(work, found)
            if after is None:
                raise InputError(found.problems)
            return answer(take_in(work, after), 201)
        except InputError as error:
            told = problems_told(error.problems)
            raise ProblemError("bad_town", more={"problems": told, "count": len(error.problems)}) from None


@router.delete("/{row_id}", name="uploads.delete", operation_id="uploads.delete", status_code=204,
               summary="やめる / throw it away")  # fmt: skip
def remove(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
    """Nothing of it stays."""
    with service.change(caller, operation) as work:
        _upload(work, row_id)
        work.connection.execute(delete(UPLOADS).where(*_is(work, row_id)))
        work.tell([row_id])
    return Response(status_code=204)


def _read(data: bytes, form: str, stem: str, week_of: date) -> Brought:
    try:
        return brought_of(data, form, stem, week_of)
    except InputError as error:
        return Brought(None, error.problems)


def _after(work: Work, found: Brought) -> TownFolder | None:
    """The town as it would be for the caller."""
    if found.folder is None or found.lists is None:
        return found.folder
    present = load(work.connection, work.scope)
    return TownFolder(with_lists(present.community, found.folder.community), present.files)


def _told(work: Work, found: Brought) -> dict[str, Any]:
    present, after = load(work.connection, work.scope).community, _after(work, found)
    problems = list(found.problems)
    if after is not None:
        problems += _refused(work, after, present)
    fits = after is not None and all(one.warning for one in problems)
    changes = {name: asdict(one) for name, one in differences(present, after.community).items()} if after else {}
    lists: Mapping[str, Any] = found.lists or {"repairs": [], "by_code": {}, "lists": []}
    shown = sorted(problems, key=lambda one: one.warning)
    rows = [{**told, "warning": one.warning} for told, one in zip(problems_told(shown), shown, strict=False)]
    return {
        "kind": "town" if found.lists is None else "lists", "fits": fits, "changes": changes, "problems": rows,
        "problem_count": len(problems), "repairs": lists["repairs"][:MOST_REPAIRS],
        "repairs_by_code": lists["by_code"],
        "lists": [{name: one[name] for name in ListRow.model_fields} for one in lists["lists"]],
    }  # fmt: skip


def _refused(work: Work, after: TownFolder, seen: Community) -> list[Any]:
    """What would stop it when it is taken in: persons who would be dropped or changed unseen."""
    with seeing_everybody(work.connection, work.scope) as whole:
        present = load(work.connection, whole).community
    try:
        told = with_unseen(after.community, seen, present)
        refuse_to_drop({one.resident_id for one in present.residents}, told)
    except InputError as error:
        return list(error.problems)
    return []


def _upload(work: Work, upload_id: str) -> dict[str, Any]:
    return row_of(work, UPLOADS.c.upload_id, upload_id)


def _is(work: Work, upload_id: str) -> tuple[Any, ...]:
    return (UPLOADS.c.municipality_id == work.scope.municipality_id, UPLOADS.c.upload_id == upload_id)

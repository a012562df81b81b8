"""A whole town in and out as a zip of its folder, in one transaction; its name and week."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import Field

from api.bodies import Day, Line, Short, Strict, Version
from api.conventions import OnceKey, answer, once
from api.folders import TownFolder, to_zip
from api.guard import Asking, Operation, TheService
from api.parsing import folder_of
from api.problems import ProblemError
from api.routers import NounRouter
from api.service import Work
from api.store.database import seeing_everybody
from api.store.town import load, replace_town, town_info
from api.store.unseen import with_unseen
from matching.errors import InputError, Problem

router = NounRouter(prefix="/v1", tags=["town"])
ZIP = "application/zip"
MOST_PROBLEMS = 200
"""Problems that are told of one file; the rest is counted."""
_IN = {"requestBody": {"required": True, "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}}
_OUT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
        "description": "町フォルダー / the folder",
    }
}


class TownOut(Strict):
    """The town's name, the Monday that it is as of, and where its data come from."""

    name: Line
    week_of: Day
    provenance: Line
    rulebook: Short


class Imported(Strict):
    """How many rows of each file are in the register now."""

    rows: dict[Annotated[str, Field(max_length=50)], Version]
    digest: Short


async def raw(request: Request) -> bytes:
    """The body as it came; its size was counted at the edge."""
    return await request.body()


@router.get("/town", name="town.read", operation_id="town.read", response_model=TownOut, summary="町 / the town")
def read(caller: Asking, service: TheService, operation: Operation) -> Response:
    """What `town.toml` says."""
    with service.look(caller, operation) as work:
        info = town_info(work.connection, work.scope)
        return answer({"name": info.name, "week_of": info.week_of.isoformat(), "provenance": info.provenance,
                       "rulebook": info.rulebook})  # fmt: skip


@router.post("/town/imports", name="town.import", operation_id="town.import", status_code=201, response_model=Imported,
             openapi_extra=_IN, summary="町フォルダーを取り込む / take in a whole folder")  # fmt: skip
def import_town(
    data: Annotated[bytes, Depends(raw)], caller: Asking, service: TheService, operation: Operation, key: OnceKey = ""
) -> Response:
    """All of it, or nothing; every problem of every file is told, as `tsunagu check` tells it.

    Persons whom one does not see stay as they are: what one exports may be brought back.
    """
    try:
        folder = folder_of(data)
    except InputError as error:
        raise _bad(error) from None
    with service.change(caller, operation) as work:
        return once(work, key, hashlib.sha256(data).hexdigest(), lambda: _taken(work, folder))


@router.get("/town/export", name="town.export", operation_id="town.export", responses=_OUT,
            response_class=Response, summary="町フォルダーを出す / the whole folder")  # fmt: skip
def export_town(caller: Asking, service: TheService, operation: Operation) -> Response:
    """What one sees of the town; whoever is shared under a support conference alone is not in it."""
    with service.read(caller, operation) as work:
        folder = load(work.connection, work.scope)
        try:
            data = to_zip(folder)
        except InputError as error:
            raise _bad(error) from None
        work.tell_people([one.resident_id for one in folder.community.residents], {"export": True})
    return Response(data, media_type=ZIP, headers={"Content-Disposition": 'attachment; filename="town.zip"'})


def _taken(work: Work, folder: TownFolder) -> tuple[int, dict[str, Any], dict[str, str]]:
    try:
        return 201, take_in(work, folder), {}
    except InputError as error:
        raise _bad(error) from None


def take_in(work: Work, folder: TownFolder) -> dict[str, Any]:
    """Put a folder in the place of the town, but for persons whom the caller does not see; what is there now.

    Raises:
        InputError: persons would be dropped, or one whom the caller does not see would be changed.
    """
    seen = load(work.connection, work.scope).community
    with seeing_everybody(work.connection, work.scope) as whole:
        town = with_unseen(folder.community, seen, load(work.connection, whole).community)
        rows = replace_town(work.connection, whole, TownFolder(town, folder.files), work.vault)
    work.tell([work.scope.municipality_id], {"rows": dict(rows)})
    return {"rows": dict(rows), "digest": folder.community.digest}


def _bad(error: InputError) -> ProblemError:
    """Every problem with its place."""
    return ProblemError("bad_town", more={"problems": problems_told(error.problems), "count": len(error.problems)})


def problems_told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as they are answered; their texts name cells of the caller's own file."""
    return [{"file": p.file, "row": p.row, "column": p.column, "code": p.code, "ja": p.ja[:500], "en": p.en[:500]}
            for p in problems[:MOST_PROBLEMS]]  # fmt: skip

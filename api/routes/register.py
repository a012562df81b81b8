"""The register's routes: the same six for every noun, made from what the noun is."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Response
from sqlalchemy import false

from api.bodies import BODIES, Moment
from api.changes import HELPED, add, change, people_of, remove, seen_people
from api.conventions import After, IfMatch, Limit, RowId, answer, etag, must_match, page, row_of
from api.erase import erase, forget
from api.guard import Asking, Operation, TheService
from api.problems import FieldError, ProblemError
from api.routers import NounRouter
from api.service import Caller, Work
from api.store.register import NOUNS, SINGLE, Noun
from api.store.scope import of
from api.told import known_rows, told_rows
from matching.exchange.meanings import FILES_JA

router = NounRouter(prefix="/v1")
Where = Annotated[
    str, Query(max_length=300, pattern=r"^([a-z_]{1,40}:[\w-]{1,200})?$", description="例 / like area_id:a1")
]


def _list(noun: Noun) -> Callable[..., Response]:
    references = sorted(column for table, column in SINGLE if table == noun.name)

    def route(
        caller: Asking, service: TheService, operation: Operation,
        limit: Limit = 50, cursor: After = "", modified_after: Annotated[Moment, Query()] = "",
        where: Where = "",
    ) -> Response:  # fmt: skip
        opened = service.change if noun.personal else service.look
        with opened(caller, operation) as work:
            table = noun.table
            wanted = of(table, work.scope)
            if modified_after:
                wanted = wanted.where(table.c.changed_at > modified_after)
            column, _, value = where.partition(":")
            if column and column not in references:
                raise ProblemError("invalid", [FieldError("/query/where", "word")])
            if column:
                wanted = wanted.where(table.c[column] == value)
            if (noun.name, column) == (HELPED, "resident_id") and not seen_people(work, [value]):
                wanted = wanted.where(false())
            rows, following = page(work, wanted, table.c.position, limit, cursor)
            if noun.personal and rows:
                work.tell_people(people_of(work, noun, rows), {"rows": len(rows)})
            return answer({"items": told_rows(work, noun, caller.role, rows), "next": following})

    return route


def _read(noun: Noun) -> Callable[..., Response]:
    def route(row_id: RowId, caller: Asking, service: TheService, operation: Operation) -> Response:
        opened = service.change if noun.personal else service.look
        with opened(caller, operation) as work:
            row = row_of(work, noun.table.c[noun.key], row_id)
            if noun.personal:
                work.tell_people(people_of(work, noun, [row]))
            return answer(told_rows(work, noun, caller.role, [row])[0], headers=etag(row["version"]))

    return route


def _create(noun: Noun) -> Callable[..., Response]:
    def route(body: Any, caller: Asking, service: TheService, operation: Operation) -> Response:
        with service.change(caller, operation) as work:
            row = add(work, noun, body.model_dump())
            place = f"/v1/{noun.name}/{row[noun.key]}"
            return answer(
                told_rows(work, noun, caller.role, [row])[0], 201, {"Location": place, **etag(row["version"])}
            )

    route.__annotations__["body"] = BODIES[noun.name].whole
    return route


def _replace(noun: Noun) -> Callable[..., Response]:
    def route(
        row_id: RowId, body: Any, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
    ) -> Response:
        with service.change(caller, operation) as work:
            return _changed(work, noun, caller, row_id, if_match, body.model_dump())

    route.__annotations__["body"] = BODIES[noun.name].whole
    return route


def _patch(noun: Noun) -> Callable[..., Response]:
    def route(
        row_id: RowId, body: Any, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
    ) -> Response:
        with service.change(caller, operation) as work:
            return _changed(work, noun, caller, row_id, if_match, body.model_dump(exclude_unset=True))

    route.__annotations__["body"] = BODIES[noun.name].part
    return route


def _changed(work: Work, noun: Noun, caller: Caller, row_id: str, if_match: str, sent: dict[str, Any]) -> Response:
    row = row_of(work, noun.table.c[noun.key], row_id)
    present = known_rows(work, noun, [row])[0]
    must_match(if_match, row, sent, told_rows(work, noun, caller.role, [row])[0])
    after = change(work, noun, row, {**{c.name: present[c.name] for c in noun.of.columns}, **sent})
    return answer(told_rows(work, noun, caller.role, [after])[0], headers=etag(after["version"]))


def _delete(noun: Noun) -> Callable[..., Response]:
    def route(
        row_id: RowId, caller: Asking, service: TheService, operation: Operation, if_match: IfMatch = ""
    ) -> Response:
        with service.change(caller, operation) as work:
            row = row_of(work, noun.table.c[noun.key], row_id)
            must_match(if_match, row)
            if noun.name == "residents":
                erase(work, row_id)
            else:
                remove(work, noun, row)
        if noun.name == "residents":
            forget(service.database)
        return Response(status_code=204)

    return route


def _add_routes(noun: Noun) -> None:
    models, path = BODIES[noun.name], f"/{noun.name}"
    ja = FILES_JA[noun.name]
    for operation, method, where, make, status, out, told in (
        ("list", "GET", path, _list, 200, models.page, "一覧 / list"),
        ("create", "POST", path, _create, 201, models.out, "足す / create"),
        ("read", "GET", f"{path}/{{row_id}}", _read, 200, models.out, "読む / read"),
        ("replace", "PUT", f"{path}/{{row_id}}", _replace, 200, models.out, "置き換える / replace"),
        ("patch", "PATCH", f"{path}/{{row_id}}", _patch, 200, models.out, "一部を変える / change in part"),
        ("delete", "DELETE", f"{path}/{{row_id}}", _delete, 204, None, "消す / delete"),
    ):
        name = f"{noun.name}.{operation}"
        router.add_api_route(
            where, make(noun), methods=[method], name=name, operation_id=name, status_code=status,
            response_model=out, summary=f"{ja}: {told}", tags=[noun.name],
        )  # fmt: skip


for _noun in NOUNS.values():
    _add_routes(_noun)

"""名簿を書く: every row of the register listed, added, changed and taken away, by forms made from its columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.bodies import BODIES
from api.changes import add, change, people_of, remove
from api.conventions import must_match, page, row_of
from api.problems import ProblemError
from api.service import Work
from api.store.register import NOUNS, Noun
from api.store.scope import of
from api.told import known_rows, told_rows
from api.web.desk import Desk, Page
from api.web.fields import Field, choices_of, field_of, sent_by, told_cell
from api.web.render import render
from api.web.rows import things
from matching.exchange.columns import Column

AT_ONCE = 100
IN_A_LIST = 6
"""Columns of a row that the list shows."""
NAMED = ("areas", "organisations", "resources", "openings", "vehicles", "drivers")
"""Nouns that are chosen by their names in the forms of others."""


def register(desk: Desk) -> Response:
    """Every noun that one may read."""
    return render(desk, "register.html.j2", nouns=[name for name in NOUNS if desk.may(f"{name}.list")])


def noun_rows(desk: Desk, noun: str) -> Response:
    """The rows of one noun, a hundred at once."""
    one = _noun(desk, noun, "list")
    with _opened(desk, one, "list") as work:
        rows, following = page(
            work, of(one.table, work.scope), one.table.c.position, desk.at_once(AT_ONCE), desk.cursor()
        )
        if one.personal and rows:
            work.tell_people(people_of(work, one, rows), {"rows": len(rows)})
        rows = told_rows(work, one, desk.caller.role, rows)
        names = _names(work, desk, one)
    columns = [column for column in one.of.columns if column.name != one.key][:IN_A_LIST]
    told = [
        {"id": row[one.key], "cells": [told_cell(noun, c, row[c.name], desk, names) for c in columns]} for row in rows
    ]
    heads = [field_of(noun, column, desk, None, names).label for column in columns]
    return render(desk, "register_rows.html.j2", noun=noun, rows=told, heads=heads, following=following,
                  may_add=desk.may(f"{noun}.create"))  # fmt: skip


def new_row(desk: Desk, noun: str) -> Response:
    """The empty form; what the address names is filled in."""
    one = _noun(desk, noun, "create")
    query = desk.request.query_params
    with desk.look(f"{noun}.create") as work:
        names = _names(work, desk, one)
    values = {c.name: query.get(c.name, None) if c.cell.kind == "identifier" else None for c in one.of.columns}
    return _form(desk, one, values, names, None)


def row(desk: Desk, noun: str, row_id: str) -> Response:
    """One row as a form."""
    one = _noun(desk, noun, "read")
    with _opened(desk, one, "read") as work:
        found = row_of(work, one.table.c[one.key], row_id)
        if one.personal:
            work.tell_people(people_of(work, one, [found]))
        told = told_rows(work, one, desk.caller.role, [found])[0]
        names = _names(work, desk, one)
    return _form(desk, one, told, names, found["version"])


def created(desk: Desk, noun: str) -> Response:
    """A new row."""
    one = _noun(desk, noun, "create")
    body = desk.body(BODIES[noun].whole, _sent(desk, one)).model_dump()
    with desk.change(f"{noun}.create") as work:
        made = add(work, one, body)
    return desk.back(f"/register/{noun}/rows/{made[one.key]}")


def replaced(desk: Desk, noun: str, row_id: str) -> Response:
    """The row as the form says, if nobody changed it meanwhile."""
    one = _noun(desk, noun, "replace")
    body = desk.body(BODIES[noun].whole, {**_sent(desk, one), **({one.of.key: row_id} if one.of.key else {})})
    with desk.change(f"{noun}.replace") as work:
        found = row_of(work, one.table.c[one.key], row_id)
        present = known_rows(work, one, [found])[0]
        must_match(desk.match(), found, body.model_dump(), present)
        change(work, one, found, body.model_dump())
    return desk.back(f"/register/{noun}/rows/{row_id}")


def removed(desk: Desk, noun: str, row_id: str) -> Response:
    """The row is gone; a person is erased on their own page instead."""
    one = _noun(desk, noun, "delete")
    if noun == "residents":
        return RedirectResponse(f"/people/{row_id}/erasure", 303)
    with desk.change(f"{noun}.delete") as work:
        found = row_of(work, one.table.c[one.key], row_id)
        must_match(desk.match(), found)
        remove(work, one, found)
    return RedirectResponse(f"/register/{noun}", 303)


def _noun(desk: Desk, name: str, operation: str) -> Noun:
    """The noun, where one may do that with it.

    Raises:
        ProblemError: there is none, or one may not.
    """
    if name not in NOUNS or not desk.may(f"{name}.read"):
        raise ProblemError("not_found")
    if not desk.may(f"{name}.{operation}"):
        raise ProblemError("not_allowed")
    return NOUNS[name]


def _opened(desk: Desk, one: Noun, operation: str) -> Any:
    """Reading about persons is noted."""
    opened = desk.change if one.personal else desk.look
    return opened(f"{one.name}.{operation}")


Names = Mapping[str, Mapping[str, str]]


def _names(work: Work, desk: Desk, one: Noun) -> Names:
    """The names of everything that a row of this noun may be chosen to point at."""
    wanted = {target for column in one.of.columns for target in choices_of(one.name, column.name)} & {*NAMED}
    return {noun: _named(work, desk, noun) for noun in wanted}


def _named(work: Work, desk: Desk, noun: str) -> Mapping[str, str]:
    from api.web.rows import all_places

    if noun == "openings":
        places = all_places(work, desk.lang)
        return {one: places.opening(one) for one in places.openings}
    key = NOUNS[noun].key
    return {getattr(one, key): getattr(one, "name", "") or getattr(one, key) for one in things(work, noun)}


def _form(desk: Desk, one: Noun, values: Mapping[str, Any], names: Names, version: int | None) -> Response:
    columns: Sequence[Column] = [c for c in one.of.columns if c.name != one.of.key or version is None]
    fields: list[Field] = [field_of(one.name, column, desk, values[column.name], names) for column in columns]
    row_id = "" if version is None else str(values[one.key] if one.of.key else values["row_id"])
    return render(desk, "register_row.html.j2", noun=one.name, fields=fields, version=version, row_id=row_id,
                  may_change=desk.may(f"{one.name}.replace"), may_remove=desk.may(f"{one.name}.delete"))  # fmt: skip


def _sent(desk: Desk, one: Noun) -> dict[str, Any]:
    return {column.name: sent_by(column, desk) for column in one.of.columns}


PAGES = (
    Page("GET", "/register", "me.read", register),
    Page("GET", "/register/{noun}", "me.read", noun_rows),
    Page("POST", "/register/{noun}/more", "me.read", noun_rows),
    Page("GET", "/register/{noun}/new", "me.read", new_row),
    Page("POST", "/register/{noun}", "me.read", created),
    Page("GET", "/register/{noun}/rows/{row_id}", "me.read", row),
    Page("POST", "/register/{noun}/rows/{row_id}", "me.read", replaced),
    Page("POST", "/register/{noun}/rows/{row_id}/end", "me.read", removed),
)
"""The pages of this file; each asks for the noun's own operation itself."""

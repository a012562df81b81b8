"""やってみたい: what residents, groups and shops would like to try, and what became of it."""

from starlette.responses import RedirectResponse, Response

from api.bodies import BODIES, whole_of
from api.changes import add, change
from api.conventions import must_match, row_of
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import of
from api.web.desk import Desk, Page
from api.web.fields import field_of, sent_by
from api.web.render import part, render
from api.web.rows import all_areas

IDEAS = NOUNS["ideas"]


def ideas(desk: Desk) -> Response:
    """Every idea with how far it is, and the form for a new one."""
    with desk.look() as work:
        rows = list(work.connection.execute(of(IDEAS.table, work.scope).order_by(IDEAS.table.c.position)).mappings())
        areas = all_areas(work)
    columns = [column for column in IDEAS.of.columns if column.name != IDEAS.key]
    names = {"areas": {key: one.name or key for key, one in areas.items()}}
    fields = [field_of("ideas", column, desk, None, names) for column in columns]
    states = next(one.choices for one in fields if one.name == "state")
    choices = {
        state: part(desk, "options.html.j2", (tuple(states), state), choices=states, chosen=state)
        for state in {row["state"] for row in rows}
    }
    return render(desk, "ideas.html.j2", rows=rows, areas=areas, fields=fields, choices=choices)


def idea_heard(desk: Desk) -> Response:
    """A new idea."""
    values = {column.name: sent_by(column, desk) for column in IDEAS.of.columns}
    body = desk.body(BODIES["ideas"].whole, values).model_dump()
    with desk.change() as work:
        add(work, IDEAS, body)
    return RedirectResponse("/ideas", 303)


def idea_moved(desk: Desk, row_id: str) -> Response:
    """How far it is now."""
    body = desk.body(BODIES["ideas"].part, {"state": desk.sent("state")})
    with desk.change() as work:
        _moved(work, desk, row_id, body.model_dump(exclude_unset=True))
    return RedirectResponse("/ideas", 303)


def _moved(work: Work, desk: Desk, row_id: str, sent: dict[str, object]) -> None:
    row = row_of(work, IDEAS.table.c.idea_id, row_id)
    must_match(desk.match(), row)
    change(work, IDEAS, row, {**whole_of(IDEAS, row), **sent})


PAGES = (
    Page("GET", "/ideas", "ideas.list", ideas),
    Page("POST", "/ideas", "ideas.create", idea_heard),
    Page("POST", "/ideas/{row_id}", "ideas.patch", idea_moved),
)
"""The pages of this file."""

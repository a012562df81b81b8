"""送迎: a day's tours asked for, read as a timetable with the law's questions, and made anew after a call."""

from datetime import timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.jobs.queue import ENDED, JOBS
from api.routes import tours as routes
from api.routes.tours import NewTours, PhoneCall, tell_tours, tours_of
from api.store.scope import of
from api.web import times
from api.web.desk import Desk, Page, told
from api.web.render import render

SHOWN = 40


def rides(desk: Desk) -> Response:
    """The latest plans, and the form for a new one."""
    with desk.look() as work:
        wanted = of(JOBS, work.scope).where(JOBS.c.kind == "tours").order_by(JOBS.c.position.desc()).limit(SHOWN)
        rows = [dict(row) for row in work.connection.execute(wanted).mappings()]
    return render(desk, "rides.html.j2", rows=rows, tomorrow=(times.today() + timedelta(days=1)).isoformat())


def tours_asked(desk: Desk) -> Response:
    """Ask for a day or for weeks, as `POST /v1/tours` does."""
    weeks = desk.sent("weeks")
    values: dict[str, Any] = {"date": desk.sent("date"), "weeks": weeks}
    made = told(routes.create(desk.body(NewTours, values), desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rides/{made['tours_id']}", 303)


def tours_again(desk: Desk, row_id: str) -> Response:
    """After a call: what has happened stays, and few are told another time."""
    values: dict[str, Any] = {
        "date": desk.sent("date"), "now": desk.sent("now"), "most_moved": desk.sent("most_moved"),
        "without": desk.form.get("without", []), "without_drivers": desk.form.get("without_drivers", []),
    }  # fmt: skip
    body = desk.body(PhoneCall, values)
    made = told(routes.revise(row_id, body, desk.caller, desk.service, desk.needs, desk.sent("key")))
    return RedirectResponse(f"/rides/{made['tours_id']}", 303)


def tours_stopped(desk: Desk, row_id: str) -> Response:
    """It stops soon."""
    routes.stop(row_id, desk.caller, desk.service, desk.needs)
    return RedirectResponse(f"/rides/{row_id}", 303)


def tours(desk: Desk, row_id: str) -> Response:
    """One plan: every stop of every car, who is not carried and what would help, and what the law asks."""
    with desk.change() as work:
        job = tours_of(work, row_id)
        plan = tell_tours(work, job, desk.lang)
    return render(desk, "tours.html.j2", job=job, document=plan["document"], ended=job["state"] in ENDED,
                  revises=plan["revises"])  # fmt: skip


PAGES = (
    Page("GET", "/rides", "tours.list", rides),
    Page("POST", "/rides", "tours.create", tours_asked),
    Page("GET", "/rides/{row_id}", "tours.read", tours),
    Page("POST", "/rides/{row_id}/revisions", "tours.revise", tours_again),
    Page("POST", "/rides/{row_id}/cancel", "tours.cancel", tours_stopped),
)
"""The pages of this file."""

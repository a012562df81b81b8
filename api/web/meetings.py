"""会議: when and with whom one meets about whom, what was agreed; also 取材 and 講座, which are about nobody."""

import re
from typing import Any

from starlette.responses import RedirectResponse, Response

from api.routes import meetings as routes
from api.routes.meetings import MEETINGS, MeetingIn
from api.routes.users import accounts, colleagues, shown_names
from api.store.scope import of
from api.web import times
from api.web.desk import Desk, Page, told
from api.web.render import render

KINDS = ("support_conference", "plan_meeting", "care_meeting", "council", "interview", "course")
SHOWN = 100


def meetings(desk: Desk) -> Response:
    """Those to come and those that were, and the form for a new one."""
    day = times.today().isoformat()
    with desk.look() as work:
        wanted = of(MEETINGS, work.scope).order_by(MEETINGS.c.on_day.desc(), MEETINGS.c.position.desc()).limit(SHOWN)
        rows = []
        for row in work.connection.execute(wanted).mappings():
            said = work.vault.opened(row["sealed"])
            rows.append({**row, "starts": said.get("starts", ""), "place": said.get("place", "")})
        people = colleagues(accounts(work))
    return render(desk, "meetings.html.j2", coming=[row for row in reversed(rows) if row["on_day"] >= day],
                  past=[row for row in rows if row["on_day"] < day], kinds=KINDS, people=people, day=day)  # fmt: skip


def meeting_held(desk: Desk) -> Response:
    """A new meeting; from now on its members see its cases."""
    made = told(routes.create(_body(desk), desk.caller, desk.service, desk.needs))
    return RedirectResponse(f"/meetings/{made['meeting_id']}", 303)


def meeting(desk: Desk, row_id: str) -> Response:
    """One meeting, for its members."""
    response = routes.read(row_id, desk.caller, desk.service, desk.needs)
    with desk.look("colleagues.list") as work:
        everybody = accounts(work)
        people, names = colleagues(everybody), shown_names(everybody)
    return render(desk, "meeting.html.j2", one=told(response), kinds=KINDS, people=people, names=names)


def meeting_changed(desk: Desk, row_id: str) -> Response:
    """Another day, other members or cases, what was agreed."""
    routes.replace(row_id, _body(desk), desk.caller, desk.service, desk.needs, desk.match())
    return RedirectResponse(f"/meetings/{row_id}", 303)


def meeting_ended(desk: Desk, row_id: str) -> Response:
    """The meeting is gone, and what its members saw through it."""
    routes.remove(row_id, desk.caller, desk.service, desk.needs, desk.match())
    return RedirectResponse("/meetings", 303)


def _body(desk: Desk) -> MeetingIn:
    names = ("kind", "on_day", "starts", "place", "agenda", "outcome")
    values: dict[str, Any] = {name: desk.sent(name) for name in names}
    cases = [one for one in re.split(r"[\s,、]+", desk.sent("cases")) if one]
    return desk.body(MeetingIn, {**values, "members": desk.form.get("members", []), "cases": cases})


PAGES = (
    Page("GET", "/meetings", "meetings.list", meetings),
    Page("POST", "/meetings", "meetings.create", meeting_held),
    Page("GET", "/meetings/{row_id}", "meetings.read", meeting),
    Page("POST", "/meetings/{row_id}", "meetings.replace", meeting_changed),
    Page("POST", "/meetings/{row_id}/end", "meetings.delete", meeting_ended),
)
"""The pages of this file."""

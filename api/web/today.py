"""きょう: what waits for somebody today, each a way to the work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Table, bindparam, select
from starlette.responses import Response

from api.notes import NOTES
from api.routes.meetings import MEETINGS
from api.routes.people import unreached
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, visible
from api.store.standing import seen_by, standing_of
from api.web import times
from api.web.desk import Desk, Page
from api.web.render import render
from api.web.rooms import rooms
from api.web.rows import Few, Places, all_places, few, few_of, first_of, names_of_users, same_need, same_person

NOT_REACHED_WEEKS = 8
TRIAL_DAYS = 28
CONFIRMED_DAYS = 365
PEOPLE, NEEDS, PLACEMENTS, RIDES = (NOUNS[name].table for name in ("residents", "needs", "placements", "ride_requests"))


def today(desk: Desk) -> Response:
    """For who works with people: whom to see and what to decide; for everybody: places, rides and what is old."""
    day = times.today()
    with desk.change("pages.today") as work:
        places = all_places(work, desk.lang) if desk.may("resources.list") else None
        told: dict[str, Any] = {"persons": desk.may("residents.list"), "places": places, "day": day,
                                "weeks_since": weeks_since}  # fmt: skip
        if told["persons"]:
            told |= _people(work, day)
            told |= {"coming": _coming(work, told["unreached"].rows, day), "names": names_of_users(work)}
        if places is not None:
            told |= _town(work, places, day)
        lists = ("waiting", "proposed", "trials", "rides")
        shown = {one.resident_id for key in lists if key in told for one in told[key].rows}
        shown |= set(told["unreached"].rows) if "unreached" in told else set()
        if shown:
            work.tell_people(shown, {"rows": len(shown)})
    return render(desk, "today.html.j2", **told)


def _people(work: Work, day: date) -> dict[str, Few]:
    since, until = (day - timedelta(days=TRIAL_DAYS)).isoformat(), (day + timedelta(days=31)).isoformat()
    standing, seen = standing_of(work.connection, work.scope), seen_by(work.connection, work.scope)
    return {
        "meetings": few_of(work, _meetings(work.scope), day=day.isoformat(), until=until),
        "unreached": few(unreached(work, seen, NOT_REACHED_WEEKS)),
        "waiting": few([one for one in standing.waiting if one.resident_id in seen]),
        "proposed": few([one for one in standing.proposed if one.resident_id in seen]),
        "trials": few_of(work, _trials(work.scope), since=since),
    }


def _coming(work: Work, resident_ids: Sequence[str], day: date) -> Mapping[str, Any]:
    """Who visits these people next."""
    from api.web.plans import next_visits

    return next_visits(work, resident_ids, day.isoformat())


@for_scope
def _meetings(scope: Scope) -> Select[Any]:
    """Those between a day and another in which one sits."""
    told = select(MEETINGS.c.meeting_id, MEETINGS.c.kind, MEETINGS.c.on_day)
    mine = (visible(MEETINGS, scope), MEETINGS.c.on_day.between(bindparam("day"), bindparam("until")))
    return first_of(told.where(*mine).order_by(MEETINGS.c.on_day, MEETINGS.c.position))


@for_scope
def _trials(scope: Scope) -> Select[Any]:
    """Trials from before a day about which nobody has asked since."""
    since: BindParameter[str] = bindparam("since")
    asked = select(NOTES.c.resident_id).where(
        NOTES.c.municipality_id == scope.municipality_id, NOTES.c.noun == "follow_ups", NOTES.c.on_day >= since
    )
    told = (PLACEMENTS.c.need_id, PLACEMENTS.c.opening_id, PLACEMENTS.c.since, NEEDS.c.resident_id)
    wanted = _of_people(scope, PLACEMENTS, *told).where(
        PLACEMENTS.c.state == "trial", PLACEMENTS.c.since.is_(None) | (PLACEMENTS.c.since <= since),
        NEEDS.c.resident_id.not_in(asked),
    )  # fmt: skip
    return first_of(wanted.order_by(PLACEMENTS.c.since, PLACEMENTS.c.position))


@for_scope
def _without_driver(scope: Scope) -> Select[Any]:
    told = (RIDES.c[name] for name in ("ride_id", "resident_id", "date", "weekday", "latest_arrival", "ready_from"))
    return first_of(select(*told).where(visible(RIDES, scope), RIDES.c.driver_id.is_(None)).order_by(RIDES.c.position))


def _of_people(scope: Scope, table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Rows of a table that names needs, of persons whom one sees: each person is looked at once."""
    joined = select(*columns).select_from(table).join(NEEDS, same_need(table)).join(PEOPLE, same_person(NEEDS))
    return joined.where(table.c.municipality_id == scope.municipality_id, visible(PEOPLE, scope))


def _town(work: Work, places: Places, day: date) -> dict[str, Few]:
    free = rooms(work, places).free()
    old = day - timedelta(days=CONFIRMED_DAYS)
    stale = [one for one in places.resources.values() if one.confirmed_on is None or one.confirmed_on < old]
    most = few(sorted(free, key=free.__getitem__, reverse=True))
    return {
        "free": replace(most, rows=[(places.openings[key], free[key]) for key in most.rows]),
        "stale": few(sorted(stale, key=lambda one: (one.confirmed_on or date.min, one.resource_id))),
        "rides": few_of(work, _without_driver(work.scope)),
    }


def weeks_since(told: str | None, day: date) -> int | None:
    """Whole weeks since a day as the register keeps it."""
    return None if not told else max(0, (day - date.fromisoformat(told)).days // 7)


PAGES = (Page("GET", "/", "me.read", today),)
"""The pages of this file."""

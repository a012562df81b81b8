"""きょう: what waits for somebody today, each a way to the work."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from starlette.responses import Response

from api.routes.meetings import MEETINGS
from api.routes.people import unreached
from api.service import Work
from api.store.offers import Offers
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, visible
from api.store.standing import mine_of, seen_by, standing_of
from api.web import times
from api.web.desk import Desk, Page
from api.web.follow_ups import due
from api.web.planning import planning
from api.web.render import render
from api.web.rooms import rooms
from api.web.rows import Few, Places, all_places, few, few_of, first_of, names_of_users
from matching.causes import causes_in
from matching.domain import Opening, Resource

NOT_REACHED_WEEKS = 8
CONFIRMED_DAYS = 365
RIDES = NOUNS["ride_requests"].table


def today(desk: Desk) -> Response:
    """For who works with people: whom to see and what to decide; for who plans: what is missing and what was found of
    it; for everybody: places, and what is old.
    """
    day = times.today()
    with desk.read("pages.today") as work:
        places = all_places(work, desk.lang) if desk.may("resources.list") else None
        told: dict[str, Any] = {"persons": desk.may("residents.list"), "places": places, "day": day,
                                "weeks_since": weeks_since}  # fmt: skip
        if told["persons"]:
            seen = seen_by(work.connection, work.scope)
            told |= _people(work, day, seen)
            told |= {"coming": _coming(work, day), "names": names_of_users(work)}
        told["plans"] = planning(work, desk) if not told["persons"] and desk.may("studies.list") else None
        if places is not None:
            told |= _town(work, places, day)
        if told["persons"] and places is not None:
            told |= _to_ask(work, places, day, seen)
        lists = ("waiting", "proposed", "trials", "rides")
        shown = {one.resident_id for key in lists if key in told for one in told[key].rows}
        shown |= set(told["unreached"].rows) if "unreached" in told else set()
        shown |= {one.resident_id for _, one in told["hosts"].rows} if "hosts" in told else set()
        if shown:
            work.tell_people(shown, {"rows": len(shown)})
    return render(desk, "today.html.j2", causes=causes_in(desk.lang), **told)


def _people(work: Work, day: date, seen: frozenset[str]) -> dict[str, Few]:
    until = (day + timedelta(days=31)).isoformat()
    mine = mine_of(standing_of(work.connection, work.scope), seen)
    return {
        "meetings": few_of(work, _meetings(work.scope), day=day.isoformat(), until=until),
        "unreached": few(unreached(work, seen, NOT_REACHED_WEEKS)),
        "rides": few_of(work, _without_driver(work.scope), day=day.isoformat()),
        "waiting": few(mine.waiting),
        "proposed": few(mine.proposed),
    }


def _to_ask(work: Work, places: Places, day: date, seen: frozenset[str]) -> dict[str, Few]:
    """Whom to ask how it goes: persons, and hosts with a person about whom they are asked."""
    persons, hosts = due(work, places, day, seen)
    return {"trials": few(persons), "hosts": few([(host, those[0]) for host, those in hosts.items()])}


def _coming(work: Work, day: date) -> Mapping[str, Any]:
    """Who visits each person next."""
    from api.web.plans import next_visits

    return next_visits(work, day.isoformat())


@for_scope
def _meetings(scope: Scope) -> Select[Any]:
    """Those between a day and another in which one sits."""
    told = select(MEETINGS.c.meeting_id, MEETINGS.c.kind, MEETINGS.c.on_day)
    mine = (visible(MEETINGS, scope), MEETINGS.c.on_day.between(bindparam("day"), bindparam("until")))
    return first_of(told.where(*mine).order_by(MEETINGS.c.on_day, MEETINGS.c.position))


@for_scope
def _without_driver(scope: Scope) -> Select[Any]:
    """Rides that are still to come and have no driver."""
    told = (RIDES.c[name] for name in ("ride_id", "resident_id", "date", "weekday", "latest_arrival", "ready_from"))
    to_come = RIDES.c.date.is_(None) | (RIDES.c.date >= bindparam("day"))
    mine = (visible(RIDES, scope), RIDES.c.driver_id.is_(None), to_come)
    return first_of(select(*told).where(*mine).order_by(RIDES.c.position))


def _town(work: Work, places: Places, day: date) -> dict[str, Few]:
    soon = _within_a_week(places.offers, day)
    free = {key: n for key, n in rooms(work, places).free.items() if key in soon}
    most = few(sorted(free, key=free.__getitem__, reverse=True))
    return {
        "free": replace(most, rows=[(places.openings[key], free[key]) for key in most.rows]),
        "stale": few(_stale(places.offers, day)),
    }


@lru_cache(64)
def _within_a_week(offers: Offers, day: date) -> frozenset[str]:
    """Openings that are held within a week, as long as the town offers the same."""
    return frozenset(key for key, one in offers.openings.items() if _soon(one, day))


@lru_cache(64)
def _stale(offers: Offers, day: date) -> Sequence[Resource]:
    """What nobody has confirmed for a year, the oldest first."""
    old = day - timedelta(days=CONFIRMED_DAYS)
    stale = [one for one in offers.resources.values() if one.confirmed_on is None or one.confirmed_on < old]
    return sorted(stale, key=lambda one: (one.confirmed_on or date.min, one.resource_id))


def _soon(opening: Opening, day: date) -> bool:
    """Whether an opening is held within a week; where its hours are not known it may be."""
    return opening.hours is None or times.first_day(opening.hours, opening.weeks_of_month, day) < day + timedelta(
        days=7
    )


def weeks_since(told: str | None, day: date) -> int | None:
    """Whole weeks since a day as the register keeps it."""
    return None if not told else max(0, (day - date.fromisoformat(told)).days // 7)


PAGES = (Page("GET", "/", "me.read", today),)
"""The pages of this file."""

"""きょう: what waits for somebody today, each a way to the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from starlette.responses import Response

from api.jobs.rounds import PROPOSALS
from api.notes import NOTES
from api.routes.meetings import MEETINGS
from api.routes.people import not_reached
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import of, visible
from api.web import times
from api.web.desk import Desk, Page
from api.web.render import render
from api.web.rooms import rooms
from api.web.rows import Places, all_places, names_of_users, same_need

SHOWN = 8
"""Rows of each list; the rest is counted."""
NOT_REACHED_WEEKS = 8
TRIAL_DAYS = 28
CONFIRMED_DAYS = 365
PEOPLE, NEEDS, PLACEMENTS = (NOUNS[name].table for name in ("residents", "needs", "placements"))


@dataclass(frozen=True, slots=True)
class Few:
    """The first rows of a list, and how many there are."""

    rows: Sequence[Any]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def today(desk: Desk) -> Response:
    """For who works with people: whom to see and what to decide; for everybody: places, rides and what is old."""
    day = times.today()
    with desk.change("pages.today") as work:
        places = all_places(work, desk.lang) if desk.may("resources.list") else None
        told: dict[str, Any] = {"persons": desk.may("residents.list"), "places": places, "day": day}
        if told["persons"]:
            told |= _people(work, day)
            told |= {"coming": _coming(work, told["unreached"].rows, day), "names": names_of_users(work)}
        if places is not None:
            told |= _town(work, places, day)
        lists = ("waiting", "proposed", "trials", "rides")
        shown = {one["resident_id"] for key in lists if key in told for one in told[key].rows}
        shown |= set(told["unreached"].rows) if "unreached" in told else set()
        if shown:
            work.tell_people(shown, {"rows": len(shown)})
    return render(desk, "today.html.j2", **told)


def _people(work: Work, day: date) -> dict[str, Few]:
    unreached = not_reached(work, NOT_REACHED_WEEKS, 500)
    return {
        "meetings": _few(_meetings(work, day)),
        "unreached": _few(unreached),
        "waiting": _few(_waiting(work, day)),
        "proposed": _few(_proposed(work)),
        "trials": _few(_trials(work, day)),
    }


def _coming(work: Work, resident_ids: Sequence[str], day: date) -> Mapping[str, Any]:
    """Who visits these people next."""
    from api.web.plans import next_visits

    return next_visits(work, resident_ids, day.isoformat())


def _meetings(work: Work, day: date) -> list[Any]:
    """Those of the next month in which one sits."""
    until = (day + timedelta(days=31)).isoformat()
    wanted = of(MEETINGS, work.scope).where(MEETINGS.c.on_day.between(day.isoformat(), until))
    return [dict(row) for row in work.connection.execute(wanted.order_by(MEETINGS.c.on_day)).mappings()]


def _waiting(work: Work, day: date) -> list[dict[str, Any]]:
    """People with a need that holds no place, the longest waiting first."""
    held = select(PLACEMENTS.c.need_id).where(visible(PLACEMENTS, work.scope))
    wanted = (
        select(PEOPLE.c.resident_id, PEOPLE.c.area_id, PEOPLE.c.waiting_since)
        .where(visible(PEOPLE, work.scope), PEOPLE.c.waiting_since.is_not(None))
        .where(PEOPLE.c.resident_id.in_(select(NEEDS.c.resident_id).where(
            NEEDS.c.municipality_id == work.scope.municipality_id, NEEDS.c.need_id.not_in(held))))
        .order_by(PEOPLE.c.waiting_since, PEOPLE.c.position)
    )  # fmt: skip
    return [{**row, "weeks": weeks_since(row["waiting_since"], day)}
            for row in work.connection.execute(wanted).mappings()]  # fmt: skip


def _proposed(work: Work) -> list[dict[str, Any]]:
    """Proposals of a place that nobody has decided about yet, of each need the latest."""
    mine = PROPOSALS.c.municipality_id == work.scope.municipality_id
    latest = select(func.max(PROPOSALS.c.position)).where(mine).group_by(PROPOSALS.c.need_id)
    wanted = (
        select(PROPOSALS.c.need_id, NEEDS.c.resident_id, NEEDS.c.kind, PROPOSALS.c.state)
        .join(NEEDS, same_need(PROPOSALS))
        .where(visible(PROPOSALS, work.scope), PROPOSALS.c.opening_id != "")
        .where(PROPOSALS.c.position.in_(latest), PROPOSALS.c.state.in_(("proposed", "discussed")))
        .order_by(PROPOSALS.c.position)
    )
    return [dict(row) for row in work.connection.execute(wanted).mappings()]


def _trials(work: Work, day: date) -> list[dict[str, Any]]:
    """Trials of four weeks and more about which nobody has asked since."""
    since = (day - timedelta(days=TRIAL_DAYS)).isoformat()
    asked = select(NOTES.c.resident_id).where(
        visible(NOTES, work.scope), NOTES.c.noun == "follow_ups", NOTES.c.on_day >= since
    )
    wanted = (
        select(PLACEMENTS.c.need_id, PLACEMENTS.c.opening_id, PLACEMENTS.c.since, NEEDS.c.resident_id)
        .join(NEEDS, same_need(PLACEMENTS))
        .where(visible(PLACEMENTS, work.scope), PLACEMENTS.c.state == "trial")
        .where((PLACEMENTS.c.since.is_(None)) | (PLACEMENTS.c.since <= since), NEEDS.c.resident_id.not_in(asked))
        .order_by(PLACEMENTS.c.since, PLACEMENTS.c.position)
    )
    return [dict(row) for row in work.connection.execute(wanted).mappings()]


def _town(work: Work, places: Places, day: date) -> dict[str, Any]:
    room = rooms(work)
    free = [(one, room[key].free) for key, one in places.openings.items() if room[key].free > 0]
    old = (day - timedelta(days=CONFIRMED_DAYS)).isoformat()
    stale = [one for one in places.resources.values() if one.confirmed_on is None or one.confirmed_on.isoformat() < old]
    rides = NOUNS["ride_requests"].table
    alone = of(rides, work.scope).where(rides.c.driver_id.is_(None)).order_by(rides.c.position)
    seen = [dict(row) for row in work.connection.execute(alone).mappings()]
    return {
        "free": _few(sorted(free, key=lambda one: -one[1])),
        "stale": _few(sorted(stale, key=lambda one: (one.confirmed_on or date.min, one.resource_id))),
        "rides": _few(seen),
    }


def weeks_since(told: str | None, day: date) -> int | None:
    """Whole weeks since a day as the register keeps it."""
    return None if not told else max(0, (day - date.fromisoformat(told)).days // 7)


def _few(rows: Sequence[Any]) -> Few:
    return Few(rows[:SHOWN], len(rows))


PAGES = (Page("GET", "/", "me.read", today),)
"""The pages of this file."""

"""What volunteers drive by the plans that are kept: of each day the latest, so that a day planned again counts once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from api.days import today
from api.jobs.queue import JOBS
from api.store.documents import bodies_of
from api.store.scope import Scope, visible
from matching.rides.duties import Driven

Day = Mapping[str, Any]
"""A day of `tsunagu.day/1`."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one driver gives: rides, and minutes from leaving to being back."""

    rides: int = 0
    minutes: float = 0.0


def days_planned(connection: Connection, scope: Scope, since: date, until: date) -> Mapping[date, Day]:
    """The latest plan of each day from `since` to `until`, both counted; a day without a plan is not there."""
    wanted = (JOBS.c.kind == "tours", JOBS.c.state == "done")
    found = select(JOBS.c.job_id, JOBS.c.asked).where(visible(JOBS, scope), *wanted).order_by(JOBS.c.position)
    latest = {day: row.job_id for row in connection.execute(found) for day in _covered(row.asked)}
    of_day = {day: plan for day, plan in latest.items() if since <= day <= until}
    bodies = bodies_of(connection, scope, of_day.values())
    told = {(plan, day["date"]): day for plan, body in bodies.items() for day in body["ja"]["days"]}
    return {day: told[plan, day.isoformat()] for day, plan in sorted(of_day.items()) if (plan, day.isoformat()) in told}


def _covered(asked: Mapping[str, Any]) -> Iterator[date]:
    """The days that a plan was asked for."""
    first = date.fromisoformat(asked["date"])
    for n in range(max(1, 7 * asked["weeks"])):
        yield first + timedelta(days=n)


def given_by(days: Iterable[Day]) -> Mapping[str, Given]:
    """What each driver gives on these days, in the order in which they first drive."""
    found: dict[str, Given] = {}
    for tour in (tour for day in days for tour in day["tours"]):
        rides = sum(stop["kind"] == "board" for stop in tour["stops"])
        before, minutes = found.get(tour["driver"], Given()), tour["stops"][-1]["start"] - tour["stops"][0]["start"]
        found[tour["driver"]] = Given(before.rides + rides, before.minutes + minutes)
    return found


def driven_besides(connection: Connection, scope: Scope, asked: Mapping[str, Any]) -> Driven:
    """Rides by driver on other days than those asked for: in the week of the first, and in its month from today on.

    The town's own count of the month is of what has been driven; plans of days that are over would count twice.
    """
    own = frozenset(_covered(asked))
    day = min(own)
    monday, first = day - timedelta(days=day.weekday()), max(day.replace(day=1), today())
    sunday, last = monday + timedelta(days=6), (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    days = days_planned(connection, scope, min(monday, day.replace(day=1)), max(sunday, last))
    others = {on: plan for on, plan in days.items() if on not in own}
    week = given_by(plan for on, plan in others.items() if monday <= on <= sunday)
    month = given_by(plan for on, plan in others.items() if first <= on < last)
    return Driven(
        Counter({driver: one.rides for driver, one in week.items()}),
        Counter({driver: one.rides for driver, one in month.items()}),
    )

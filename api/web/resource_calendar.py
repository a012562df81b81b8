"""開催日: the openings of one resource as iCalendar, to be handed on: it names nobody who goes there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from api.problems import ProblemError
from api.web import times
from api.web.desk import Desk, Page
from api.web.month import CALENDAR
from api.web.rows import all_places
from matching.domain import Opening, Span, Weekday

if TYPE_CHECKING:
    from icalendar import Event

DAYS = {day: f"{day.value[:2].upper()}" for day in Weekday}
"""Weekdays as iCalendar writes them (RFC 5545)."""


def resource_calendar(desk: Desk, row_id: str) -> Response:
    """Every opening from this week on, as it comes again."""
    with desk.look() as work:
        places = all_places(work, desk.lang)
    if row_id not in places.resources:
        raise ProblemError("not_found")
    openings = [one for one in places.openings.values() if one.resource_id == row_id]
    content = as_calendar(openings, places.resource(row_id), times.today())
    return Response(
        content, media_type=CALENDAR, headers={"content-disposition": 'attachment; filename="openings.ics"'}
    )


def as_calendar(openings: Sequence[Opening], name: str, day: date) -> bytes:
    """Each opening whose hours are known as one recurring event, the first on or after a day."""
    from icalendar import Calendar

    out = Calendar()
    out.add("prodid", "-//tsunagu//openings//JA")
    out.add("version", "2.0")
    for one in openings:
        if one.hours is not None:
            out.add_component(_event(one, one.hours, name, day))
    out.add_missing_timezones()
    return bytes(out.to_ical())


def _event(one: Opening, held: Span, name: str, day: date) -> "Event":
    from icalendar import Event

    first, event = times.first_day(held, one.weeks_of_month, day), Event()
    event.add("uid", f"{one.opening_id}@tsunagu")
    event.add("dtstamp", datetime.combine(day, datetime.min.time(), times.JAPAN))
    event.add("summary", name)
    event.add("dtstart", datetime.combine(first, held.start, times.TOKYO))
    event.add("dtend", datetime.combine(first, held.end, times.TOKYO))
    event.add("rrule", rule_of(held, one.weeks_of_month))
    return event


def rule_of(held: Span, weeks_of_month: Sequence[int]) -> dict[str, Any]:
    """How an opening comes again: every week, or on some weeks of the month."""
    day = DAYS[held.weekday]
    if not weeks_of_month:
        return {"freq": "weekly", "byday": day}
    return {"freq": "monthly", "byday": [f"{nth}{day}" for nth in weeks_of_month]}


PAGES = (Page("GET", "/resources/{row_id}/calendar.ics", "resources.read", resource_calendar),)
"""The pages of this file."""

"""わたしの月: one's own meetings, visits, reviews and trials of a month, on paper and as iCalendar; no person in it."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from starlette.responses import Response

from api.problems import ProblemError
from api.routes.meetings import MEETINGS
from api.service import Work
from api.store.register import NOUNS
from api.store.scope import of
from api.web import times
from api.web.desk import Desk, Page
from api.web.follow_ups import TRIAL_DAYS
from api.web.plans import REVIEWS, VISITS
from api.web.render import render
from api.web.rows import things
from api.web.texts import Say

if TYPE_CHECKING:
    from icalendar import Event

PLACEMENTS = NOUNS["placements"].table
CALENDAR = "text/calendar; charset=utf-8"
WEEKS_AHEAD = 26
"""How far the calendar looks ahead of its month."""
SOME_MINUTES = timedelta(minutes=60)
"""How long an entry with a time of its own stands in the calendar; how long it takes is not known."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something of one day: `key` is its text, `starts` empty = all day, `href` the way to the work."""

    day: str
    starts: str
    key: str
    place: str
    href: str
    uid: str


def month(desk: Desk) -> Response:
    """One month by its days."""
    first = _first(desk)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    with desk.read() as work:
        due = _due(work, desk, first, last)
    days = [(first + timedelta(days=n)).isoformat() for n in range(last.day)]
    weeks = [[""] * first.weekday() + days[: 7 - first.weekday()]]
    rest = days[7 - first.weekday() :]
    weeks += [[*rest[at : at + 7], *[""] * (at + 7 - len(rest))] for at in range(0, len(rest), 7)]
    by_day = {day: [one for one in due if one.day == day] for day in days}
    return render(desk, "month.html.j2", first=first, weeks=weeks, by_day=by_day, day=times.today().isoformat(),
                  before=(first - timedelta(days=1)).strftime("%Y-%m"),
                  after=(last + timedelta(days=1)).strftime("%Y-%m"))  # fmt: skip


def month_calendar(desk: Desk) -> Response:
    """The same from the beginning of a month on as iCalendar."""
    first = _first(desk)
    with desk.read() as work:
        due = _due(work, desk, first, first + timedelta(weeks=WEEKS_AHEAD))
    headers = {"content-disposition": 'attachment; filename="tsunagu.ics"'}
    return Response(as_calendar(due, desk.say), media_type=CALENDAR, headers=headers)


def _first(desk: Desk) -> date:
    """The first day of the month that is asked for, by default of this one."""
    asked = desk.request.query_params.get("of", "")
    if not asked:
        return times.today().replace(day=1)
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", asked):
        raise ProblemError("bad_request")
    return date.fromisoformat(f"{asked}-01")


def _due(work: Work, desk: Desk, first: date, last: date) -> Sequence[Due]:
    since, until = first.isoformat(), last.isoformat()
    found = [*_meetings(work, since, until)]
    people: set[str] = set()
    if desk.may("visits.list"):
        visits = [one for one in VISITS.since(work, since)
                  if one.on_day <= until and one.fact.by == work.scope.user_id]  # fmt: skip
        reviews = [one for one in REVIEWS.since(work, "") if since <= one.fact <= until]
        people = {*(one.resident_id for one in visits), *(one.resident_id for one in reviews)}
        found += [Due(one.on_day, one.fact.starts, "month.visit", "", f"/people/{one.resident_id}", one.row_id)
                  for one in visits]  # fmt: skip
        found += [Due(one.fact, "", "month.review", "", f"/plans/{one.row_id}", f"r{one.row_id}") for one in reviews]
        found += _trials(work, first, last)
    if people:
        work.tell_people(people, {"rows": len(people)})
    return sorted(found, key=lambda one: (one.day, one.starts, one.key))


def _meetings(work: Work, since: str, until: str) -> list[Due]:
    out = []
    for row in work.connection.execute(of(MEETINGS, work.scope).where(MEETINGS.c.on_day.between(since, until))):
        said = work.vault.opened(row.sealed)
        out.append(Due(row.on_day, said.get("starts", ""), f"meeting.{row.kind}", said.get("place", ""),
                       f"/meetings/{row.meeting_id}", row.meeting_id))  # fmt: skip
    return out


def _trials(work: Work, first: date, last: date) -> list[Due]:
    """Trials that are four weeks old on a day of these."""
    since, until = ((day - timedelta(days=TRIAL_DAYS)).isoformat() for day in (first, last))
    conditions = (PLACEMENTS.c.state == "trial", PLACEMENTS.c.since.between(since, until))
    return [
        Due((one.since + timedelta(days=TRIAL_DAYS)).isoformat(), "", "month.trial", "", "/", f"t{one.need_id}")
        for one in things(work, "placements", *conditions)
        if one.since is not None
    ]


def as_calendar(due: Sequence[Due], say: Say) -> bytes:
    """Entries as iCalendar; they name no person, since calendars are carried about."""
    from icalendar import Calendar

    out = Calendar()
    out.add("prodid", "-//tsunagu//month//JA")
    out.add("version", "2.0")
    for one in due:
        out.add_component(_event(one, say))
    out.add_missing_timezones()
    return bytes(out.to_ical())


def _event(one: Due, say: Say) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", f"{one.uid}@tsunagu")
    event.add("dtstamp", datetime.combine(date.fromisoformat(one.day), datetime.min.time(), UTC))
    event.add("summary", say(one.key))
    if one.place:
        event.add("location", one.place)
    if one.starts:
        begins = datetime.fromisoformat(f"{one.day}T{one.starts}").replace(tzinfo=times.TOKYO)
        event.add("dtstart", begins)
        event.add("dtend", begins + SOME_MINUTES)
    else:
        event.add("dtstart", date.fromisoformat(one.day))
    return event


PAGES = (
    Page("GET", "/month", "meetings.list", month),
    Page("GET", "/month.ics", "meetings.list", month_calendar),
)
"""The pages of this file."""

"""iCalendar of a day: one event a ride; a standing ride comes again every week, and holidays are told, not decided."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from api.rides.words import Known, clock, holiday
from matching.domain.tour import StopKind

if TYPE_CHECKING:
    from icalendar import Event

    from matching.domain.tour import Stop, Tour
    from matching.plan_rides import DayPlan

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKS_LOOKED_AT = 26
"""How far ahead holidays are told of a weekly ride."""


def calendar(plan: "DayPlan", said: Known) -> str:
    """The day's rides as iCalendar text; the same plan gives the same bytes."""
    from icalendar import Calendar

    out = Calendar()
    out.add("prodid", "-//tsunagu//rides//JA")
    out.add("version", "2.0")
    for tour in plan.tours:
        for ride_id in tour.rides:
            out.add_component(_event(plan, tour, ride_id, said))
    out.add_missing_timezones()
    return str(out.to_ical(), "utf-8")


def _event(plan: "DayPlan", tour: "Tour", ride_id: str, said: Known) -> "Event":
    from icalendar import Event

    board, alight = (_stop(tour, ride_id, kind) for kind in (StopKind.BOARD, StopKind.ALIGHT))
    event = Event()
    event.add("uid", f"{ride_id}-{plan.date:%Y%m%d}-{plan.inputs_digest[:12]}@tsunagu")
    event.add("dtstamp", datetime.combine(plan.date, time(), ZoneInfo("UTC")))
    event.add("dtstart", _moment(plan.date, board.start))
    event.add("dtend", _moment(plan.date, alight.start))
    places = {"start": said.place(board, tour), "end": said.place(alight, tour)}
    event.add("summary", said.say("ride", ride=ride_id, **places))
    about = [said.say("event", driver=tour.driver_id, vehicle=tour.vehicle_id)]
    if said.rides[ride_id].weekday is not None:
        event.add("rrule", {"freq": "weekly"})
        about += _holidays(plan.date, said)
    event.add("description", "\n".join(about))
    return event


def _holidays(first: date, said: Known) -> list[str]:
    days = [first + timedelta(weeks=n) for n in range(WEEKS_LOOKED_AT)]
    told = [f"{day.isoformat()} {holiday(day)}" for day in days if holiday(day)]
    return [said.say("event.holidays", days=", ".join(told))] if told else []


def _stop(tour: "Tour", ride_id: str, kind: StopKind) -> "Stop":
    return next(stop for stop in tour.stops if stop.ride_id == ride_id and stop.kind is kind)


def _moment(day: date, minute: float) -> datetime:
    hours, minutes = clock(minute).split(":")
    return datetime.combine(day, time(), JAPAN) + timedelta(hours=int(hours), minutes=int(minutes))

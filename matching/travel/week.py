"""The week of a feed that stands for all: the one whose services recur most often."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from matching.travel.sheets import Problems, Sheet

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CALENDAR = ("service_id", *_DAYS, "start_date", "end_date")
DATES = ("service_id", "date", "exception_type")
_MOST_WEEKS = 160
"""About three years: some feeds say that they are valid until 2099."""


@dataclass(frozen=True, slots=True)
class Week:
    """`runs[weekday, service]` in the week of `monday` (None: no service ever runs)."""

    monday: date | None
    runs: NDArray[np.bool_]


def typical_week(
    calendar: Sheet, dates: Sheet, services: Mapping[str, int], trips: NDArray[np.int64], problems: Problems
) -> Week:
    """The most recurring week; of equals the one with the most trips, then the first.

    Feeds are seldom of the year that a town plans for, and a plan is standing: so the timetable is that of a usual
    week, not of a date with its holidays. `trips` counts those of each service; one without trips changes nothing.
    """
    weeks: dict[date, list[frozenset[int]]] = defaultdict(lambda: [frozenset()] * 7)
    for day, running in _days(calendar, dates, services, problems).items():
        weeks[day - timedelta(days=day.weekday())][day.weekday()] = frozenset(one for one in running if trips[one])
    seen: dict[tuple[frozenset[int], ...], list[date]] = defaultdict(list)
    for monday in sorted(weeks):
        seen[tuple(weeks[monday])].append(monday)
    runs = np.zeros((7, len(services)), np.bool_)
    driven = {week: sum(int(trips[one]) for day in week for one in day) for week in seen}
    usual = max(
        seen, key=lambda week: (driven[week] > 0, len(seen[week]), driven[week], -seen[week][0].toordinal()), default=()
    )
    for weekday, those in enumerate(usual):
        runs[weekday, list(those)] = True
    return Week(seen[usual][0] if runs.any() else None, runs)


def _days(calendar: Sheet, dates: Sheet, services: Mapping[str, int], problems: Problems) -> dict[date, set[int]]:
    """Which services run on each day: their weekdays within their time, and their exceptions."""
    days: dict[date, set[int]] = defaultdict(set)
    starts, ends = (_dates(calendar, column, problems) for column in ("start_date", "end_date"))
    on = [calendar.text(day) for day in _DAYS]
    for at, name in enumerate(calendar.text("service_id")):
        start, end, service = starts[at], ends[at], services.get(name)
        if start is None or end is None or service is None:
            continue
        for nth in range(min((end - start).days + 1, 7 * _MOST_WEEKS)):
            day = start + timedelta(days=nth)
            if on[day.weekday()][at] == "1":
                days[day].add(service)
    when = _dates(dates, "date", problems)
    for on_day, name, kind in zip(when, dates.text("service_id"), dates.text("exception_type"), strict=True):
        service = services.get(name)
        if on_day is not None and service is not None:
            (days[on_day].add if kind == "1" else days[on_day].discard)(service)
    return days


def _dates(sheet: Sheet, column: str, problems: Problems) -> list[date | None]:
    return [_date(sheet, at, column, problems) for at in range(len(sheet))]


def _date(sheet: Sheet, at: int, column: str, problems: Problems) -> date | None:
    cell = sheet.text(column)[at]
    try:
        return datetime.strptime(cell, "%Y%m%d").date()
    except ValueError:
        sheet.tell(at, column, "no_date", problems, value=cell)
        return None

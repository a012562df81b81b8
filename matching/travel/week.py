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
    days = _days(calendar, dates, services, problems)
    if not days:
        return Week(None, np.zeros((7, len(services)), np.bool_))
    first = min(days) - timedelta(days=min(days).weekday())
    weeks = min((max(days) - first).days // 7 + 1, _MOST_WEEKS)
    runs = np.zeros((weeks, 7, len(services)), np.bool_)
    for day, running in days.items():
        nth, weekday = divmod((day - first).days, 7)
        if nth < weeks:
            runs[nth, weekday, list(running)] = True
    runs &= trips > 0
    seen: dict[bytes, list[int]] = defaultdict(list)
    for nth, week in enumerate(runs):
        seen[week.tobytes()].append(nth)
    driven = (runs * trips).sum(axis=(1, 2))
    nth = max((found for found in seen.values()), key=lambda f: (driven[f[0]] > 0, len(f), driven[f[0]], -f[0]))[0]
    return Week(first + timedelta(days=7 * nth) if driven[nth] else None, runs[nth])


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

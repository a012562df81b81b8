"""担い手の分担: what each driver gives in a month beside what they offered, and what is left of their quotas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.jobs.driven import Given, days_planned, given_by
from api.service import Work
from api.store.fleet import fleet_of
from api.web import times


@dataclass(frozen=True, slots=True)
class DriverMonth:
    """A driver in one month: hours planned and offered, rides planned and at most, and the fullest week.

    `rides` are those of the plans; of days that are over, as many as the town's own count of this month says, if more.
    """

    driver_id: str
    hours: float
    offered: float | None
    rides: int
    most_rides: int | None
    week_rides: int
    most_week_rides: int | None

    @property
    def share(self) -> float | None:
        """What they give of what they offered."""
        return self.hours / self.offered if self.offered else None

    @property
    def too_much(self) -> bool:
        """Whether more is planned than was offered."""
        pairs = ((self.hours, self.offered), (self.rides, self.most_rides), (self.week_rides, self.most_week_rides))
        return any(most is not None and planned > most for planned, most in pairs)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of all who drive or offered to, those first who give most of what they offered."""

    first: date
    drivers: tuple[DriverMonth, ...]

    @property
    def spread(self) -> tuple[int, int] | None:
        """The least and the largest share in per cent, where two or more offered hours."""
        shares = [round(100 * one.share) for one in self.drivers if one.share is not None]
        return (min(shares), max(shares)) if len(shares) > 1 else None


def months_of(work: Work, days: Iterable[date]) -> Sequence[Month]:
    """The months of these days, by the latest plan of each day."""
    return [_month(work, first) for first in sorted({day.replace(day=1) for day in days})]


def _month(work: Work, first: date) -> Month:
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    days = days_planned(work.connection, work.scope, first, last)
    whole, today = given_by(days.values()), times.today()
    counted = (today.year, today.month) == (first.year, first.month)
    ahead = given_by(plan for day, plan in days.items() if not counted or day >= today)
    behind = given_by(plan for day, plan in days.items() if counted and day < today)
    weeks = [given_by(plan for day, plan in days.items() if day.isocalendar()[:2] == week)
             for week in sorted({day.isocalendar()[:2] for day in days})]  # fmt: skip
    nothing = Given()
    told = [
        DriverMonth(
            one.driver_id, whole.get(one.driver_id, nothing).minutes / 60, one.offered_hours_per_month,
            ahead.get(one.driver_id, nothing).rides
            + max(behind.get(one.driver_id, nothing).rides, one.trips_this_month or 0 if counted else 0),
            one.max_trips_per_month,
            max((week.get(one.driver_id, nothing).rides for week in weeks), default=0), one.max_trips_per_week,
        )
        for one in fleet_of(work.connection, work.scope).drivers.values()
        if one.driver_id in whole or one.offered_hours_per_month
    ]  # fmt: skip
    return Month(first, tuple(sorted(told, key=lambda one: (-(one.share or 0), one.driver_id))))

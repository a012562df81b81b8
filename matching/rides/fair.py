"""Some weeks of tours evened out between volunteers: each measured by what they offered, nobody leaned on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from matching.domain import Community, Driver
from matching.domain.tour import Tour
from matching.lawful import Law
from matching.rides.duties import NO_QUOTA, Offer, offers_on
from matching.rostering.roster import Bools, Ints, Roster, wrong_with
from matching.rostering.solvers.even import even
from matching.rules.ride_habits import RideHabits

WEEKS_A_MONTH = 52 / 12
MINUTES_A_DAY = 24 * 60
Day = tuple[date, tuple[Tour, ...]]


@dataclass(frozen=True, slots=True)
class Share:
    """What a volunteer drives of what they offered in these weeks, as the days were planned and evened out."""

    driver_id: str
    offered_minutes: float
    planned_minutes: float
    evened_minutes: float


@dataclass(frozen=True, slots=True)
class Evened:
    """The same tours with the fairest drivers, day by day; whether nothing is fairer; and the shares."""

    days: tuple[tuple[Tour, ...], ...]
    proven: bool
    shares: tuple[Share, ...]


def even_out(days: Sequence[Day], town: Community, law: Law, habits: RideHabits) -> Evened:
    """Give each tour of the days to whom it is fairest to; its stops, car and times stay as they are.

    Whoever offers no hours a month is measured by the hours in which they can drive; where quotas and rest leave no
    other way, everybody keeps what was planned.
    """
    tours = [(n, tour) for n, (_, of_day) in enumerate(days) for tour in of_day]
    drivers = [one for one in town.drivers if _offered(one, days) > 0]
    if not tours or not drivers:
        return Evened(tuple(of_day for _, of_day in days), True, ())
    row = {one.driver_id: i for i, one in enumerate(drivers)}
    planned = np.array([row[tour.driver_id] for _, tour in tours], np.int64)
    roster = _roster(days, tours, drivers, planned, town, law, habits)
    try:
        chosen, proven = even(roster)
    except ValueError:
        chosen, proven = planned, False
    if wrong_with(roster, chosen):
        chosen, proven = planned, False
    out: list[list[Tour]] = [[] for _ in days]
    for (n, tour), d in zip(tours, chosen.tolist(), strict=True):
        out[n].append(replace(tour, driver_id=drivers[d].driver_id))
    before, after = (roster.shares(one) * roster.offered for one in (planned, chosen))
    shares = tuple(
        Share(one.driver_id, float(roster.offered[i]), float(before[i]), float(after[i]))
        for i, one in enumerate(drivers)
    )
    return Evened(tuple(map(tuple, out)), proven, shares)


def _roster(
    days: Sequence[Day],
    tours: Sequence[tuple[int, Tour]],
    drivers: Sequence[Driver],
    planned: Ints,
    town: Community,
    law: Law,
    habits: RideHabits,
) -> Roster:
    dates = [days[n][0] for n, _ in tours]
    first, months = days[0][0], sorted({(one.year, one.month) for one, _ in days})
    begin = np.array([n * MINUTES_A_DAY + tour.stops[0].start for n, tour in tours])
    end = np.array([n * MINUTES_A_DAY + tour.stops[-1].start for n, tour in tours])
    monday = first.toordinal() - first.weekday()
    day, week = np.array([n for n, _ in tours]), np.array([(one.toordinal() - monday) // 7 for one in dates])
    rides = np.array([len(tour.rides) for _, tour in tours], np.int64)
    return Roster(
        minutes=end - begin,
        rides=rides,
        begin=begin,
        end=end,
        day=day,
        week=week,
        month=np.array([months.index((one.year, one.month)) for one in dates]),
        may=_may(days, tours, drivers, planned, town, law),
        offered=np.array([_offered(one, days) for one in drivers]),
        before=np.zeros(len(drivers)),
        most_rides_week=np.array([_most(one.max_trips_per_week) for one in drivers]),
        most_rides_month=np.array([_monthly(one, len(months)) for one in drivers]),
        most_days=np.array([max(habits.days_a_week, _busiest(week, day, planned == d)) for d in range(len(drivers))]),
    )


def _busiest(week: Ints, day: Ints, mine: Bools) -> int:
    """Days driven in the fullest week, as it was planned."""
    days = {(w, d) for w, d in zip(week[mine].tolist(), day[mine].tolist(), strict=True)}
    return max((sum(w == one for w, _ in days) for one, _ in days), default=0)


def _may(
    days: Sequence[Day],
    tours: Sequence[tuple[int, Tour]],
    drivers: Sequence[Driver],
    planned: Ints,
    town: Community,
    law: Law,
) -> Bools:
    """(T, D): whom each tour would suit as it stands; always its present driver."""
    offers = [offers_on(one, town, law).offers for one, _ in days]
    fixed = {one.ride_id: one.driver_id for one in town.ride_requests if one.driver_id}
    may = np.zeros((len(tours), len(drivers)), np.bool_)
    for t, (n, tour) in enumerate(tours):
        bound = {fixed[ride] for ride in tour.rides if ride in fixed}
        able = {one.driver.driver_id for one in offers[n] if _suits(one, tour)}
        may[t] = [one.driver_id in able and bound <= {one.driver_id} for one in drivers]
        may[t, planned[t]] = True
    return may


def _suits(offer: Offer, tour: Tour) -> bool:
    """The car, the place to begin, the hours, the day's limit, and no break in between."""
    leave, back = tour.stops[0], tour.stops[-1]
    return (
        offer.vehicle.vehicle_id == tour.vehicle_id
        and (offer.latitude, offer.longitude) == (leave.latitude, leave.longitude)
        and offer.span[0] <= leave.start
        and back.start <= offer.span[1]
        and back.start - leave.start <= offer.most_minutes
        and len(tour.rides) <= offer.most_rides
        and all(end <= leave.start or back.start <= start for start, end in offer.pauses)
    )


def _offered(driver: Driver, days: Sequence[Day]) -> float:
    """Minutes that a volunteer offers in these days."""
    if driver.offered_hours_per_month is not None:
        return driver.offered_hours_per_month * 60 * len(days) / 7 / WEEKS_A_MONTH
    hours: Mapping[int, float] = {
        number: sum(
            (one.end.hour - one.start.hour) * 60 + one.end.minute - one.start.minute
            for one in driver.available
            if one.weekday.number == number
        )
        for number in range(7)
    }
    return float(sum(hours[one.weekday()] for one, _ in days))


def _most(quota: int | None) -> int:
    return NO_QUOTA if quota is None else quota


def _monthly(driver: Driver, months: int) -> list[int]:
    """What is left of the first month, and the whole of those after it."""
    whole = _most(driver.max_trips_per_month)
    return [max(0, whole - (driver.trips_this_month or 0)), *[whole] * (months - 1)]

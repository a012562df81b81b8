"""The day's rides: a town and a date go in; tours with their proof come out, and why anybody is not driven.

Read `plan_rides` like a recipe; each step is one room of the house.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from matching.domain import Community, Sharing, TravelTimes, Warned
from matching.domain.tour import RideTier, Tour, Unserved
from matching.lawful import Law, LawFinding, Run, check_law
from matching.rides.alone import alone
from matching.rides.duties import Driven, Offers, offers_on, without_driver
from matching.rides.fair import Share, even_out
from matching.rides.helps import Hoped
from matching.rides.leftover import hoped_of, left_behind, with_helps
from matching.rides.problem_of_day import pose, ways_of
from matching.rides.requests import PROMISED, Asked, Wanted, asked_on
from matching.rides.solved import Solved, solve
from matching.rules import Rulebook
from matching.rules.ride_habits import RideHabits

LEAST = 1.0
"""CPU seconds for the search itself, where getting ready takes all that was given."""
AFTER, AFTER_SHARE = 4.0, 0.15
"""CPU seconds, or the share of those given, whichever is more, for why anybody stays behind and what would help."""
Progress = Callable[[float, float], None]
"""Told the best value and the bound of the tier at hand, as they move."""


@dataclass(frozen=True, slots=True)
class WantedDay:
    """How a day is asked for: the day, the room, how long to think (CPU seconds), and what was driven before it."""

    date: date
    room: Sharing = Sharing.CONSENT
    seconds: float = 30.0
    driven: Driven = field(default_factory=lambda: Driven({}, {}))


@dataclass(frozen=True, slots=True)
class DayPlan:
    """運行の計画: the tours of one day, who is not driven and why, and how good that is proven to be.

    `status` is `optimal` (proven best), `feasible`, `replanned` (after a call) or `by_hand` (in an order of people's).
    `law` is aligned with `tours`: what the law check has to say of each. `refused` counts the rides of people whose
    data this room may not look at; nothing else is told of them.
    """

    town: str
    inputs_digest: str
    date: date
    room: Sharing
    status: str
    tiers: tuple[RideTier, ...]
    tours: tuple[Tour, ...]
    law: tuple[tuple[LawFinding, ...], ...]
    unserved: tuple[Unserved, ...]
    refused: int
    warnings: tuple[Warned, ...]


def plan_rides(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    law: Law,
    wanted: WantedDay,
    progress: Progress = lambda _best, _bound: None,
) -> DayPlan:
    """The best plan of one day, with its proof, its law check, and why anybody stays behind.

    Raises:
        NoAnswerError: no plan was found within the time.
        RefusedPlanError: the plan did not pass the judge.
    """
    began, digest = time.process_time(), _digest(town, rulebook, wanted)
    asked = asked_on(wanted.date, town, rulebook.rides, wanted.room)
    offers = offers_on(wanted.date, town, law, wanted.driven)
    able, unable = _able(asked, offers, travel, wanted.date, rulebook.rides)
    posed = pose(able, offers, ways_of(able, offers.offers, travel, wanted.date), rulebook.rides)
    solved = solve(posed, max(LEAST, wanted.seconds - (time.process_time() - began)), progress)
    until = time.process_time() + max(AFTER, AFTER_SHARE * wanted.seconds)
    left = (*unable, *left_behind(posed, solved, until))
    helped, unhelped = left, 0
    try:
        if left:
            hoped = _hoped(town, rulebook, travel, law, wanted.date, asked, offers, solved)
            helped, unhelped = with_helps(left, hoped, until)
    except KeyboardInterrupt:  # who interrupts wants to see the plan
        unhelped = len(left)
    unserved = (*asked.senseless, *helped)
    return DayPlan(
        town=town.info.name,
        inputs_digest=digest,
        date=wanted.date,
        room=wanted.room,
        status=solved.status,
        tiers=solved.tiers,
        tours=solved.tours,
        law=checked(solved.tours, town, law, wanted.date),
        unserved=_in_order(unserved, town),
        refused=asked.refused,
        warnings=tuple(_warnings(asked, offers, solved, unserved, unhelped, rulebook.rides)),
    )


def _hoped(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    law: Law,
    day: date,
    asked: Asked,
    offers: Offers,
    solved: Solved,
) -> Hoped:
    """The whole day with every car that the law allows, for what would help those who stay behind."""
    every = replace(offers, offers=(*offers.offers, *without_driver(day, town, law)))
    whole = pose(asked.rides, every, ways_of(asked.rides, every.offers, travel, day), rulebook.rides)
    return hoped_of(whole, offers, solved)


@dataclass(frozen=True, slots=True)
class WeeksPlan:
    """The plans of some weeks with the fairest drivers, whether nothing is fairer, and what each volunteer gives."""

    days: tuple[DayPlan, ...]
    fairest: bool
    shares: tuple[Share, ...]


def plan_weeks(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    law: Law,
    wanted: WantedDay,
    weeks: int = 1,
    progress: Progress = lambda _best, _bound: None,
    days_done: Callable[[int, int], None] = lambda _done, _of: None,
) -> WeeksPlan:
    """Seven days a week from the day on, one after the other, then evened out between volunteers.

    What a volunteer drives on one day is gone from their quota of the week and month. `days_done` is told how many of
    how many days are planned.

    Raises:
        NoAnswerError: no plan of a day was found within the time.
        RefusedPlanError: a plan did not pass the judge.
    """
    plans: list[DayPlan] = []
    for n in range(7 * weeks):
        day = wanted.date + timedelta(days=n)
        days_done(n, 7 * weeks)
        driven = _driven(plans, day, wanted.driven)
        plans.append(plan_rides(town, rulebook, travel, law, replace(wanted, date=day, driven=driven), progress))
    evened = even_out([(plan.date, plan.tours) for plan in plans], town, law, rulebook.rides)
    days = [_with(plan, tours, town, law) for plan, tours in zip(plans, evened.days, strict=True)]
    return WeeksPlan(tuple(days), evened.proven, evened.shares)


def _with(plan: DayPlan, tours: tuple[Tour, ...], town: Community, law: Law) -> DayPlan:
    """The day with other drivers, and what the law check says of them."""
    return replace(plan, tours=tours, law=checked(tours, town, law, plan.date))


def _able(
    asked: Asked, offers: Offers, travel: TravelTimes, day: date, habits: RideHabits
) -> tuple[tuple[Wanted, ...], list[Unserved]]:
    """The rides that somebody could drive, and why the others cannot be; nobody is driven one way only."""
    ways = ways_of(asked.rides, offers.offers, travel, day)
    told = [alone(row, ride, offers, ways, habits) for row, ride in enumerate(asked.rides)]
    unable = {one.ride_id: one for one in (*asked.senseless, *(t for t in told if t is not None))}
    asked_for = {ride.ride_id: ride.request.returns for ride in asked.rides}
    outs = {home: out for home, out in asked_for.items() if out in asked_for or out in unable}
    for home, out in outs.items():
        for one, other in ((home, out), (out, home)):
            if other in unable and one not in unable:
                unable[one] = Unserved(one, "other_half", {"other": other})
    able = tuple(ride for ride in asked.rides if ride.ride_id not in unable)
    return able, [one for ride, one in unable.items() if ride in asked_for]


def checked(tours: Sequence[Tour], town: Community, law: Law, day: date) -> tuple[tuple[LawFinding, ...], ...]:
    """What the law check has to say of each tour."""
    return tuple(check_law(_run(town, tour, day), law) for tour in tours)


def _run(town: Community, tour: Tour, day: date) -> Run:
    """What the law check looks at: the car, the driver, who rides, and how many cars the group has."""
    vehicle = next(one for one in town.vehicles if one.vehicle_id == tour.vehicle_id)
    driver = next(one for one in town.drivers if one.driver_id == tour.driver_id)
    riders = {stop.resident_id for stop in tour.stops if stop.resident_id}
    fleet = sum(one.resource_id == vehicle.resource_id for one in town.vehicles)
    return Run(day, vehicle, driver, tuple(one for one in town.residents if one.resident_id in riders), fleet)


def _warnings(
    asked: Asked, offers: Offers, solved: Solved, unserved: Sequence[Unserved], unhelped: int, habits: RideHabits
) -> Iterator[Warned]:
    promised = {ride.ride_id for ride in asked.rides if ride.priority > PROMISED}
    for one in unserved:
        if one.ride_id in promised:
            yield Warned("promise_broken", {"ride": one.ride_id})
    for driver, vehicle, why in offers.unfit:
        whom = {"driver": driver.driver_id, "vehicle": vehicle.vehicle_id}
        yield Warned("unfit", {**whom, "why_ja": why.text("ja"), "why_en": why.text("en")})
    for driver_id in offers.one_span:
        yield Warned("one_span", {"driver": driver_id})
    served = {ride for tour in solved.tours for ride in tour.rides}
    uncertain = sum(ride.uncertain and ride.ride_id in served for ride in asked.rides)
    if uncertain:
        yield Warned("ends_uncertain", {"rides": uncertain, "minutes": habits.ready_slack})
    untold = sum(not ride.times_told and ride.ride_id in served for ride in asked.rides)
    if unhelped:
        yield Warned("unhelped", {"rides": unhelped})
    if untold:
        yield Warned("window_assumed", {"rides": untold})


def _in_order(unserved: Sequence[Unserved], town: Community) -> tuple[Unserved, ...]:
    row = {request.ride_id: i for i, request in enumerate(town.ride_requests)}
    return tuple(sorted(unserved, key=lambda one: row[one.ride_id]))


def _driven(plans: Sequence[DayPlan], day: date, before: Driven) -> Driven:
    """What was driven before a day, as rides: in its week (from Monday on) and in its month."""
    week: Counter[str] = Counter()
    month: Counter[str] = Counter()
    for plan in plans:
        for tour in plan.tours:
            if plan.date.isocalendar()[:2] == day.isocalendar()[:2]:
                week[tour.driver_id] += len(tour.rides)
            if (plan.date.year, plan.date.month) == (day.year, day.month):
                month[tour.driver_id] += len(tour.rides)
    return Driven(_sum(before.this_week, week), _sum(before.this_month, month))


def _sum(one: Mapping[str, int], other: "Counter[str]") -> "Counter[str]":
    return Counter(one) + other


def _digest(town: Community, rulebook: Rulebook, wanted: WantedDay) -> str:
    """The same town, rulebook and wish give the same text; the time for thinking is no part of it."""
    asked = (
        wanted.date,
        wanted.room,
        sorted(wanted.driven.this_week.items()),
        sorted(wanted.driven.this_month.items()),
    )
    return digest_of(town, rulebook, asked)


def digest_of(town: Community, rulebook: Rulebook, asked: object) -> str:
    """The same town, rulebook and question give the same text."""
    return hashlib.sha256(f"{town.digest}{rulebook!r}{asked!r}".encode()).hexdigest()

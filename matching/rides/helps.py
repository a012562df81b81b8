"""What would help somebody who is left behind: one rule eased, solved again with everybody else still driven.

Each time the plan that is known is gone on from. Rules that help nobody even when they are all eased at once are not
looked at one by one.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil, floor, inf

import numpy as np

from matching.domain import Change
from matching.errors import Facts
from matching.rides.alone import clock, who_could
from matching.rides.best import asked_exactly, plan_for_all
from matching.rides.duties import Offer
from matching.rides.part import Orders, Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.rides.requests import Wanted
from matching.routing.problem import Plan, Route, RoutingProblem
from matching.rules.arrays import Bools

MOST_LATER, MOST_LONGER = 60, 30
"""Minutes by which a time, or the time on board, is eased at most: the smallest that helps is told."""
HOURS = 5.0
"""Minutes by which somebody might be out for less than is told."""
USUAL = 25
"""Rides of a day that is solved again at the cost of one time."""
STEPS, BRIEF = 250, 40
"""Of the search for a plan that serves everybody; and of two promises alone."""
EPS = 1e-6


@dataclass(slots=True)
class Effort:
    """How many steps of the search may still be taken, those of a large day counting more: a count, so that the same
    day gives the same answer. In any case it ends at a time (`process_time`).
    """

    steps: int
    until: float = inf

    @property
    def over(self) -> bool:
        """Whether nothing more may be looked at."""
        return self.steps <= 0 or time.process_time() > self.until

    def serves(self, problem: RoutingProblem, known: Orders, kept: Bools, steps: int = STEPS) -> Plan | None:
        """A plan that serves everybody in `kept`, if one is found."""
        if self.over:
            return None
        self.steps -= steps * max(1, int(kept.sum()) // USUAL)
        return plan_for_all(only(problem, np.flatnonzero(kept).tolist()), known, steps)


@dataclass(frozen=True, slots=True)
class Hoped:
    """All rides of a day that can be looked at, and its offers; behind the first `real` stand cars without a driver.

    `served` (R,) are driven as it is planned, in these `orders`.
    """

    posed: Posed
    real: int
    served: Bools
    orders: Orders

    @property
    def today(self) -> RoutingProblem:
        """The day as it is: the cars without a driver stay."""
        allowed = self.posed.problem.who_may()
        allowed[:, self.real :] = False
        return replace(self.posed.problem, allowed=allowed)

    def with_driver(self, duty: int) -> RoutingProblem:
        """The day with a driver for one of those cars; who else has it stays at home."""
        problem = self.with_drivers([duty])
        allowed = problem.who_may()
        allowed[:, self.of_car(duty)] = False
        return replace(problem, allowed=allowed)

    def with_drivers(self, duties: Sequence[int]) -> RoutingProblem:
        """The day with a driver for each of those cars, as if who else has them went out with other ones."""
        allowed = self.posed.problem.who_may()
        allowed[:, [d for d in range(self.real, self.posed.problem.duties) if d not in duties]] = False
        return replace(self.posed.problem, allowed=allowed)

    def of_car(self, duty: int) -> list[int]:
        """Who else drives the same car that day."""
        offers = self.posed.offers.offers
        return [d for d in range(self.real) if offers[d].vehicle.vehicle_id == offers[duty].vehicle.vehicle_id]

    def with_car(self, duty: int, unit: Unit) -> RoutingProblem:
        """The day with one more car like this, where it stands, and its driver, for anybody."""
        problem = self.posed.problem
        allowed, capacity = self.today.who_may(), problem.capacity.copy()
        allowed[:, duty] = True
        capacity[duty] = np.maximum(capacity[duty], problem.load[list(unit)].max(axis=0))
        return replace(problem, allowed=allowed, capacity=capacity)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom it is about, who else is to be driven with them, and how much may be looked at for it."""

    hoped: Hoped
    unit: Unit
    kept: Bools
    effort: Effort

    def plan(self, eased: RoutingProblem, known: Orders | None = None) -> Plan | None:
        """A plan of the eased day for everybody, if one is found from the day's orders, or those `known`, on."""
        return self.effort.serves(eased, self.hoped.orders if known is None else known, self.kept)


def helps(hoped: Hoped, unit: Unit, effort: Effort) -> tuple[Change, ...]:
    """The smallest change of each sort with which the ride (or pair) is driven and nobody loses theirs."""
    kept = hoped.served.copy()
    kept[list(unit)] = True
    asked = _Asked(hoped, unit, kept, effort)
    tries: list[Callable[[_Asked], Change | None]] = [_other_time]
    if asked.plan(_all_rules_eased(hoped, unit)) is not None:
        tries += [_longer_ride, _one_more_place, _one_more_trip, _area_too]
    told = [one for one in (attempt(asked) for attempt in tries) if one is not None]
    driven = _one_more_driver(asked) or _one_more_car(asked)
    return (*told, driven) if driven is not None else tuple(told)


def _all_rules_eased(hoped: Hoped, unit: Unit) -> RoutingProblem:
    """The day with all that is eased one by one, but for times, drivers and cars, eased at once."""
    problem, offers = hoped.today, hoped.posed.offers.offers
    limit, room, allowed = problem.max_ride.copy(), problem.capacity.copy(), problem.who_may()
    limit[list(unit)] += MOST_LONGER
    room[: hoped.real] += problem.load[list(unit)].any(axis=0)
    for ride in unit:
        one = replace(hoped.posed.rides[ride], seats=0, wheelchairs=0)
        allowed[ride, : hoped.real] |= _could(one, [_anywhere(offer) for offer in offers[: hoped.real]])
    return replace(problem, max_ride=limit, capacity=room, max_rides=problem.max_rides + len(unit), allowed=allowed)


def _could(ride: Wanted, offers: Sequence[Offer]) -> Bools:
    return np.array(who_could(ride, offers), np.bool_)


def _anywhere(offer: Offer) -> Offer:
    return replace(offer, resource=replace(offer.resource, areas_served=()))


def _smallest(tells: Callable[[int], tuple[float, Change] | None], most: int) -> tuple[int, Change] | None:
    """The fewest minutes up to `most` with which something is told, and what; told with more whenever with fewer.

    `tells` says how many of its minutes were needed, and what is then told.
    """
    least, best = 0, tells(most) if most > 0 else None
    if best is None:
        return None
    while (most := min(most, ceil(best[0] - EPS))) - least > 1:
        half = (least + most) // 2
        found = tells(half)
        if found is None:
            least = half
        else:
            best, most = found, half
    return most, best[1]


def _other_time(asked: _Asked) -> Change | None:
    """One time of one stop, a little earlier or later: the smallest such change, and when it then is."""
    problem, most, told = asked.hoped.today, MOST_LATER + 1, None
    if asked.plan(_eased(problem, _ends(problem, asked.unit), -MOST_LATER, MOST_LATER)) is None:
        return None
    for ride in asked.unit:
        for node in _ends(problem, (ride,)):
            for sign in (-1, 1):

                def moved(
                    minutes: int, ride: int = ride, node: int = node, sign: int = sign
                ) -> tuple[float, Change] | None:
                    plan = asked.plan(_eased(problem, [node], min(0, sign * minutes), max(0, sign * minutes)))
                    return None if plan is None else _moved(asked.hoped, ride, node, plan)

                found = _smallest(moved, most - 1)
                most, told = (most, told) if found is None else found
    return told


def _ends(problem: RoutingProblem, unit: Unit) -> list[int]:
    return [int(node) for ride in unit for node in (problem.pickup[ride], problem.drop[ride])]


def _eased(problem: RoutingProblem, nodes: Sequence[int], early: float, late: float) -> RoutingProblem:
    opens, closes = problem.open.copy(), problem.close.copy()
    opens[list(nodes)] += early
    closes[list(nodes)] += late
    return replace(problem, open=opens, close=closes)


def _moved(hoped: Hoped, ride: int, node: int, plan: Plan) -> tuple[float, Change] | None:
    """By how much the stop has moved, and when it then is, rounded so that what is told fits; None where it has not."""
    problem = hoped.posed.problem
    begins = {n: at for route in plan.routes for n, at in zip(route.nodes, route.begins, strict=True)}
    at, first, last = begins[node], float(problem.open[node]), float(problem.close[node])
    if first - EPS <= at <= last + EPS:
        return None
    asked, fits = (first, floor(at + EPS)) if at < first else (last, ceil(at - EPS))
    code = "board_at" if node == problem.pickup[ride] else "arrive_at"
    facts: Facts = {"ride": hoped.posed.rides[ride].ride_id, "asked": clock(asked), "fits": clock(fits)}
    return abs(at - asked), Change(code, facts, True)


def _longer_ride(asked: _Asked) -> Change | None:
    hoped = asked.hoped
    for ride in asked.unit:
        before = float(hoped.today.max_ride[ride])

        def longer(minutes: int, ride: int = ride, before: float = before) -> tuple[float, Change] | None:
            limit = hoped.today.max_ride.copy()
            limit[ride] += minutes
            plan = asked.plan(replace(hoped.today, max_ride=limit))
            told = 0 if plan is None else ceil(_on_board(hoped.posed.problem, ride, plan) - EPS)
            facts: Facts = {"ride": hoped.posed.rides[ride].ride_id, "limit": int(before), "minutes": told}
            return (told - before, Change("longer_ride", facts, True)) if told > before else None

        found = _smallest(longer, MOST_LONGER)
        if found is not None:
            return found[1]
    return None


def _on_board(problem: RoutingProblem, ride: int, plan: Plan) -> float:
    """How long the ride is on board in a plan that drives it."""
    begins = {n: at for route in plan.routes for n, at in zip(route.nodes, route.begins, strict=True)}
    up, down = int(problem.pickup[ride]), int(problem.drop[ride])
    return begins[down] - begins[up] - float(problem.service[up])


def _one_more_place(asked: _Asked) -> Change | None:
    """One place more in one car."""
    problem, offers = asked.hoped.today, asked.hoped.posed.offers.offers[: asked.hoped.real]
    vehicles = list(dict.fromkeys(one.vehicle.vehicle_id for one in offers))
    for kind, code in ((1, "one_more_wheelchair"), (0, "one_more_seat")):
        if not problem.load[list(asked.unit), kind].any() or asked.plan(_roomier(asked, vehicles, kind)) is None:
            continue
        for vehicle in vehicles:
            if asked.plan(_roomier(asked, [vehicle], kind)) is not None:
                return Change(code, {"vehicle": vehicle}, True)
    return None


def _roomier(asked: _Asked, vehicles: Sequence[str], kind: int) -> RoutingProblem:
    """The day with one place more in each of these cars, for whoever it keeps out."""
    problem, offers = asked.hoped.today, asked.hoped.posed.offers.offers
    room, allowed = problem.capacity.copy(), problem.who_may()
    mine = [d for d in range(asked.hoped.real) if offers[d].vehicle.vehicle_id in vehicles]
    room[mine, kind] += 1
    for ride in asked.unit:
        one = replace(asked.hoped.posed.rides[ride], seats=0, wheelchairs=0)
        allowed[ride, mine] |= _could(one, [offers[d] for d in mine])
    return replace(problem, capacity=room, allowed=allowed)


def _one_more_trip(asked: _Asked) -> Change | None:
    problem = asked.hoped.today
    if (problem.max_rides >= asked.kept.sum()).all():
        return None
    for trips in range(1, len(asked.unit) + 1):
        if asked.plan(replace(problem, max_rides=problem.max_rides + trips)) is not None:
            return Change("one_more_trip", {"trips": trips}, True)
    return None


def _area_too(asked: _Asked) -> Change | None:
    """A car that serves other areas, if it served this one, too."""
    problem, real = asked.hoped.today, asked.hoped.real
    offers, rides = asked.hoped.posed.offers.offers[:real], [asked.hoped.posed.rides[ride] for ride in asked.unit]
    if all(any(who_could(one, offers)) for one in rides):
        return None
    for resource in dict.fromkeys(one.resource.resource_id for one in offers):
        allowed, mine = problem.who_may(), [d for d in range(real) if offers[d].resource.resource_id == resource]
        for ride, one in zip(asked.unit, rides, strict=True):
            allowed[ride, mine] |= _could(one, [_anywhere(offers[d]) for d in mine])
        if asked.plan(replace(problem, allowed=allowed)) is not None:
            return Change("area_too", {"resource": resource}, True)
    return None


def _one_more_driver(asked: _Asked) -> Change | None:
    """A driver for a car, instead of who has it, for as long as needed."""
    hoped, needs = asked.hoped, asked.hoped.posed.problem.load[list(asked.unit)].max(axis=0)
    cars = [duty for duty in _cars(hoped) if (hoped.posed.problem.capacity[duty] >= needs).all()]
    if not cars or asked.plan(hoped.with_drivers(cars)) is None:
        return None
    for duty in cars:
        others = {d: order for d, order in hoped.orders.items() if d not in hoped.of_car(duty)}
        route = _shortest(asked, hoped.with_driver(duty), duty, others)
        if route is not None:
            vehicle = hoped.posed.offers.offers[duty].vehicle.vehicle_id
            return Change("one_more_driver", {**_hours(route), "vehicle": vehicle}, True)
    return None


def _one_more_car(asked: _Asked) -> Change | None:
    """A car and a driver for as long as needed, where one of the cars stands."""
    hoped = asked.hoped
    for _, alike in groupby(_cars(hoped), key=lambda d: hoped.posed.problem.capacity[d].tolist()):
        duty = next(alike)
        problem = hoped.with_car(duty, asked.unit)
        route = _shortest(asked, problem, duty, hoped.orders)
        if route is not None:
            seats, chairs = problem.capacity[duty].tolist()
            return Change("one_more_car", {**_hours(route), "seats": seats, "wheelchairs": chairs}, True)
    return None


def _shortest(asked: _Asked, problem: RoutingProblem, duty: int, known: Orders) -> Route | None:
    """What the duty drives in a plan for everybody, out for as short as can be (to some minutes)."""
    least, most, best = 0.0, inf, None
    while most - least > HOURS:
        limit = problem.max_minutes.copy()
        limit[duty] = most if best is None else (least + most) / 2
        found = _of(asked.plan(replace(problem, max_minutes=limit), known), duty)
        if found is None and best is None:
            return None
        if found is None:
            least = float(limit[duty])
        else:
            most, best = found.begins[-1] - found.begins[0], found
    return best


def _hours(route: Route) -> Facts:
    return {"start": clock(floor(route.begins[0])), "end": clock(ceil(route.begins[-1]))}


def _cars(hoped: Hoped) -> list[int]:
    """The cars without a driver, the smallest first."""
    capacity = hoped.posed.problem.capacity
    return sorted(range(hoped.real, hoped.posed.problem.duties), key=lambda d: (int(capacity[d].sum()), d))


def _of(plan: Plan | None, duty: int) -> Route | None:
    return None if plan is None else next((one for one in plan.routes if one.duty == duty), None)


def with_one_more(problem: RoutingProblem, like: int) -> RoutingProblem:
    """The day with one duty more, at the end: any hour, no limit, no clash, everybody allowed."""

    def again(column: np.ndarray, value: object = None) -> np.ndarray:
        return np.concatenate([column, column[like : like + 1] if value is None else np.array([value], column.dtype)])

    allowed = None
    if problem.allowed is not None:
        allowed = np.hstack([problem.allowed, np.ones((problem.rides, 1), np.bool_)])
    return replace(
        problem,
        start=again(problem.start),
        end=again(problem.end),
        leave=again(problem.leave, 0.0),
        back=again(problem.back, 24 * 60.0),
        max_minutes=again(problem.max_minutes, np.inf),
        capacity=again(problem.capacity),
        fixed_cost=again(problem.fixed_cost),
        max_rides=again(problem.max_rides, problem.rides),
        allowed=allowed,
    )


def excluded(hoped: Hoped, unit: Unit, effort: Effort) -> Iterator[Change]:
    """Served rides with which this one can never be driven, even with all cars free for the two of them."""
    problem = hoped.today
    for other in units(problem):
        if other == unit or not hoped.served[list(other)].all() or not _could_clash(problem, unit, other):
            continue
        both = np.isin(np.arange(problem.rides), [*unit, *other])
        if effort.serves(problem, {}, both, BRIEF) is not None:
            continue
        if effort.over:
            return
        plan = asked_exactly(only(problem, (*unit, *other)))
        if plan.status == "optimal" and plan.unserved:
            yield Change("excludes", {"other": hoped.posed.rides[other[0]].ride_id}, True)


def _could_clash(problem: RoutingProblem, one: Unit, other: Unit) -> bool:
    """Only rides that may be on the way within an hour of each other are worth looking at."""
    return any(
        problem.open[problem.pickup[a]] <= problem.close[problem.drop[b]] + 60
        and problem.open[problem.pickup[b]] <= problem.close[problem.drop[a]] + 60
        for a in one
        for b in other
    )

"""What would help somebody who is left behind: one rule eased, solved again with everybody else still driven."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil, floor

import numpy as np

from matching.domain import Change
from matching.rides.alone import clock, who_could
from matching.rides.best import asked_exactly, plan_for_all
from matching.rides.part import Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.routing.problem import Plan, Route, RoutingProblem
from matching.rules.arrays import Bools

BY = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0)
"""Minutes by which a time is eased: the smallest that helps is told."""
USUAL = 25
"""Rides of a day that is solved again at the cost of one time."""
LONGER = (5.0, 10.0, 15.0, 20.0, 30.0)
EPS = 1e-6


@dataclass(slots=True)
class Effort:
    """How many times a day may still be solved again, a large one fewer times; a count, so that the same day gives the
    same answer.
    """

    left: int

    def serves(self, problem: RoutingProblem, kept: Bools) -> Plan | None:
        """A plan that serves everybody in `kept`, if one is found."""
        if self.left <= 0:
            return None
        self.left -= max(1, int(kept.sum()) // USUAL)
        return plan_for_all(only(problem, np.flatnonzero(kept).tolist()))


@dataclass(frozen=True, slots=True)
class Hoped:
    """All rides of a day that can be looked at, and its offers; behind the first `real` stand cars without a driver.

    `served` (R,) are driven as it is planned.
    """

    posed: Posed
    real: int
    served: Bools

    @property
    def today(self) -> RoutingProblem:
        """The day as it is: the cars without a driver stay."""
        allowed = self.posed.problem.who_may()
        allowed[:, self.real :] = False
        return replace(self.posed.problem, allowed=allowed)

    def with_driver(self, duty: int, car_too: bool, unit: Unit) -> RoutingProblem:
        """The day with a driver for one of those cars, or with one more car like it for anybody."""
        problem, allowed = self.posed.problem, self.posed.problem.who_may()
        others = [d for d in range(self.real, problem.duties) if d != duty]
        allowed[:, others] = False
        offers = self.posed.offers.offers
        same = [d for d in range(self.real) if offers[d].vehicle.vehicle_id == offers[duty].vehicle.vehicle_id]
        exclusive, capacity = problem.exclusive, problem.capacity.copy()
        if car_too:
            allowed[:, duty] = True
            capacity[duty] = np.maximum(capacity[duty], problem.load[list(unit)].max(axis=0))
        else:
            exclusive = (*exclusive, *((duty, d) for d in same))
        return replace(problem, allowed=allowed, exclusive=exclusive, capacity=capacity)


def helps(hoped: Hoped, unit: Unit, effort: Effort) -> tuple[Change, ...]:
    """The smallest change of each sort with which the ride (or pair) is driven and nobody loses theirs."""
    kept = hoped.served.copy()
    kept[list(unit)] = True
    tries: tuple[Callable[[Hoped, Unit, Bools, Effort], Change | None], ...] = (
        _other_time, _longer_ride, _one_more_place, _one_more_trip, _area_too, _one_more_driver, _one_more_car,
    )  # fmt: skip
    found = (attempt(hoped, unit, kept, effort) for attempt in tries)
    told = [one for one in found if one is not None]
    codes = {one.code for one in told}
    return tuple(one for one in told if one.code != "one_more_car" or "one_more_driver" not in codes)


def _other_time(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    """One time of one stop, a little earlier or later: the smallest such change, and when it then is."""
    problem, best, told = hoped.today, len(BY), None
    if effort.serves(_eased(problem, _ends(problem, unit), BY[-1], BY[-1]), kept) is None:
        return None
    for ride in unit:
        for node in _ends(problem, (ride,)):
            for sign in (-1, 1):
                at = best - 1
                while at >= 0:
                    early, late = (BY[at], 0.0) if sign < 0 else (0.0, BY[at])
                    plan = effort.serves(_eased(problem, [node], early, late), kept)
                    moved = None if plan is None else _moved(hoped, ride, node, plan)
                    if moved is None:
                        break
                    best, told, at = at, moved, at - 1
    return told


def _ends(problem: RoutingProblem, unit: Unit) -> list[int]:
    return [int(node) for ride in unit for node in (problem.pickup[ride], problem.drop[ride])]


def _eased(problem: RoutingProblem, nodes: Sequence[int], early: float, late: float) -> RoutingProblem:
    opens, closes = problem.open.copy(), problem.close.copy()
    opens[list(nodes)] -= early
    closes[list(nodes)] += late
    return replace(problem, open=opens, close=closes)


def _moved(hoped: Hoped, ride: int, node: int, plan: Plan) -> Change | None:
    """When the stop is then, rounded so that what is told fits; None where it has not moved."""
    problem = hoped.posed.problem
    begins = {n: at for route in plan.routes for n, at in zip(route.nodes, route.begins, strict=True)}
    at, first, last = begins[node], float(problem.open[node]), float(problem.close[node])
    if first - EPS <= at <= last + EPS:
        return None
    asked, fits = (first, floor(at + EPS)) if at < first else (last, ceil(at - EPS))
    code = "board_at" if node == problem.pickup[ride] else "arrive_at"
    return Change(code, {"ride": hoped.posed.rides[ride].ride_id, "asked": clock(asked), "fits": clock(fits)}, True)


def _longer_ride(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    for ride in unit:
        told, before = None, float(hoped.today.max_ride[ride])
        for minutes in reversed(LONGER):
            limit = hoped.today.max_ride.copy()
            limit[ride] += minutes
            plan = effort.serves(replace(hoped.today, max_ride=limit), kept)
            longer = None if plan is None else ceil(_on_board(hoped.posed.problem, ride, plan) - EPS)
            if longer is None or longer <= before:
                break
            told = longer
        if told is not None:
            minutes_told = {"limit": int(before), "minutes": told}
            return Change("longer_ride", {"ride": hoped.posed.rides[ride].ride_id, **minutes_told}, True)
    return None


def _on_board(problem: RoutingProblem, ride: int, plan: Plan) -> float:
    """How long the ride is on board in a plan that drives it."""
    begins = {n: at for route in plan.routes for n, at in zip(route.nodes, route.begins, strict=True)}
    up, down = int(problem.pickup[ride]), int(problem.drop[ride])
    return begins[down] - begins[up] - float(problem.service[up])


def _one_more_place(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    """One place more in one car."""
    problem, offers = hoped.today, hoped.posed.offers.offers[: hoped.real]
    for kind, code in ((1, "one_more_wheelchair"), (0, "one_more_seat")):
        if not problem.load[list(unit), kind].any():
            continue
        cars = dict.fromkeys(one.vehicle.vehicle_id for one in offers)
        for vehicle in cars:
            room = problem.capacity.copy()
            mine = [d for d, one in enumerate(offers) if one.vehicle.vehicle_id == vehicle]
            room[mine, kind] += 1
            allowed = hoped.today.allowed
            assert allowed is not None
            allowed = allowed.copy()
            for ride in unit:
                allowed[ride, mine] |= _but_for_room(hoped, ride)[mine]
            if effort.serves(replace(problem, capacity=room, allowed=allowed), kept) is not None:
                return Change(code, {"vehicle": vehicle}, True)
    return None


def _but_for_room(hoped: Hoped, ride: int) -> Bools:
    """The offers that a ride may have whatever the room of their cars."""
    one = hoped.posed.rides[ride]
    return np.array(who_could(replace(one, seats=0, wheelchairs=0), hoped.posed.offers.offers), np.bool_)


def _one_more_trip(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    for trips in range(1, len(unit) + 1):
        more = hoped.today.max_rides + trips
        if effort.serves(replace(hoped.today, max_rides=more), kept) is not None:
            return Change("one_more_trip", {"trips": trips}, True)
    return None


def _area_too(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    """A car that serves other areas, if it served this one, too."""
    problem, offers = hoped.today, hoped.posed.offers.offers[: hoped.real]
    rides = [hoped.posed.rides[ride] for ride in unit]
    if all(any(who_could(one, offers)) for one in rides) or not offers:
        return None
    for resource in dict.fromkeys(one.resource.resource_id for one in offers):
        allowed = problem.allowed
        assert allowed is not None
        allowed = allowed.copy()
        for ride, one in zip(unit, rides, strict=True):
            anywhere = [replace(o, resource=replace(o.resource, areas_served=())) for o in offers]
            mine = np.array([o.resource.resource_id == resource for o in offers])
            allowed[ride, : hoped.real] |= np.array(who_could(one, anywhere)) & mine
        if effort.serves(replace(problem, allowed=allowed), kept) is not None:
            return Change("area_too", {"resource": resource}, True)
    return None


def _one_more_driver(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    """A driver for a car that stands, for as long as needed."""
    problem = hoped.posed.problem
    needs = problem.load[list(unit)].max(axis=0)
    for duty in _cars(hoped):
        if not (problem.capacity[duty] >= needs).all():
            continue
        plan = effort.serves(hoped.with_driver(duty, False, unit), kept)
        route = _of(plan, duty)
        if route is not None:
            vehicle = hoped.posed.offers.offers[duty].vehicle.vehicle_id
            start, end = clock(floor(route.begins[0])), clock(ceil(route.begins[-1]))
            return Change("one_more_driver", {"start": start, "end": end, "vehicle": vehicle}, True)
    return None


def _one_more_car(hoped: Hoped, unit: Unit, kept: Bools, effort: Effort) -> Change | None:
    """A car and a driver for as long as needed, where one of the cars stands."""
    for _, alike in groupby(_cars(hoped), key=lambda d: hoped.posed.problem.capacity[d].tolist()):
        duty = next(alike)
        problem = hoped.with_driver(duty, True, unit)
        route = _of(effort.serves(problem, kept), duty)
        if route is not None:
            seats, chairs = problem.capacity[duty].tolist()
            start, end = clock(floor(route.begins[0])), clock(ceil(route.begins[-1]))
            return Change("one_more_car", {"start": start, "end": end, "seats": seats, "wheelchairs": chairs}, True)
    return None


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
        if effort.left <= 0:
            return
        effort.left -= 1
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

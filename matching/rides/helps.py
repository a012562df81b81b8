"""What would help somebody who is left behind: one rule eased, solved again with everybody else still driven."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from matching.domain import Change
from matching.rides.alone import clock
from matching.rides.best import asked_exactly, plan_for_all
from matching.rides.part import Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.rides.solved import Solved
from matching.routing.problem import Plan, RoutingProblem
from matching.rules.arrays import Bools

EARLIER_OR_LATER = (15.0, 30.0, 60.0)
LONGER = (10.0, 20.0, 30.0)


def helps(posed: Posed, solved: Solved, unit: Unit, alone: bool) -> tuple[Change, ...]:
    """The smallest change of each sort with which the ride (or pair) is driven and nobody loses theirs.

    Where it could be driven `alone`, the rides with which it never can be are told, too.
    """
    kept = np.ones(posed.problem.rides, np.bool_)
    kept[list(solved.plan.unserved)] = False
    kept[list(unit)] = True
    tries: tuple[Callable[[Posed, Unit, Bools], Change | None], ...] = (
        _other_time, _longer_ride, _one_more_seat, _one_more_trip, _one_more_car,
    )  # fmt: skip
    found = [one for attempt in tries if (one := attempt(posed, unit, kept)) is not None]
    return (*found, *(_excluded(posed, solved, unit) if alone else ()))


def _serves(problem: RoutingProblem, kept: Bools) -> Plan | None:
    """A plan that serves everybody in `kept`, if there is one."""
    return plan_for_all(only(problem, np.flatnonzero(kept).tolist()))


def _other_time(posed: Posed, unit: Unit, kept: Bools) -> Change | None:
    """The windows of the ride a little wider; told is what then fits."""
    problem = posed.problem
    nodes = [node for ride in unit for node in (problem.pickup[ride], problem.drop[ride])]
    for minutes in EARLIER_OR_LATER:
        opens, closes = problem.open.copy(), problem.close.copy()
        opens[nodes] -= minutes
        closes[nodes] += minutes
        plan = _serves(replace(problem, open=opens, close=closes), kept)
        if plan is not None:
            return _told_time(posed, unit, plan)
    return None


def _told_time(posed: Posed, unit: Unit, plan: Plan) -> Change | None:
    """The first stop of the unit that is outside its own window, and when it is then served."""
    begins = {node: at for route in plan.routes for node, at in zip(route.nodes, route.begins, strict=True)}
    problem = posed.problem
    for ride in unit:
        for node in (int(problem.pickup[ride]), int(problem.drop[ride])):
            at, first, last = begins[node], float(problem.open[node]), float(problem.close[node])
            if at < first - 1e-6 or at > last + 1e-6:
                asked = clock(first if at < first else last)
                facts = {"ride": posed.rides[ride].ride_id, "asked": asked, "fits": clock(at)}
                return Change("other_time", facts, True)
    return None


def _longer_ride(posed: Posed, unit: Unit, kept: Bools) -> Change | None:
    for minutes in LONGER:
        limit = posed.problem.max_ride.copy()
        limit[list(unit)] += minutes
        if _serves(replace(posed.problem, max_ride=limit), kept) is not None:
            least = int(posed.problem.max_ride[list(unit)].min())
            return Change("longer_ride", {"limit": least, "minutes": least + int(minutes)}, True)
    return None


def _one_more_seat(posed: Posed, unit: Unit, kept: Bools) -> Change | None:
    for kind, code in ((1, "one_more_wheelchair"), (0, "one_more_seat")):
        if not posed.problem.load[list(unit), kind].any():
            continue
        room = posed.problem.capacity.copy()
        room[:, kind] += 1
        if _serves(replace(posed.problem, capacity=room), kept) is not None:
            return Change(code, {}, True)
    return None


def _one_more_trip(posed: Posed, unit: Unit, kept: Bools) -> Change | None:
    more = posed.problem.max_rides + len(unit)
    if _serves(replace(posed.problem, max_rides=more), kept) is None:
        return None
    return Change("one_more_trip", {"trips": len(unit)}, True)


def _one_more_car(posed: Posed, unit: Unit, kept: Bools) -> Change | None:
    """A car like the smallest one that takes them, with a driver for as long as needed, where that car stands."""
    problem = posed.problem
    needs = problem.load[list(unit)].max(axis=0)
    able = [d for d in range(problem.duties) if bool((problem.capacity[d] >= needs).all())]
    if not able:
        return None
    like = min(able, key=lambda d: (int(problem.capacity[d].sum()), d))
    plan = _serves(with_one_more(problem, like), kept)
    if plan is None:
        return None
    route = next((one for one in plan.routes if one.duty == problem.duties), None)
    if route is None:
        return None
    seats, chairs = problem.capacity[like].tolist()
    start, end = clock(route.begins[0]), clock(route.begins[-1])
    return Change("one_more_car", {"start": start, "end": end, "seats": seats, "wheelchairs": chairs}, True)


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


def _excluded(posed: Posed, solved: Solved, unit: Unit) -> Iterator[Change]:
    """Served rides with which this one can never be driven, even with all cars free for the two of them."""
    served: Sequence[Unit] = [
        other for other in units(posed.problem) if other != unit and not set(other) & set(solved.plan.unserved)
    ]
    for other in served:
        if not _could_clash(posed.problem, unit, other):
            continue
        plan = asked_exactly(only(posed.problem, (*unit, *other)))
        if plan.status == "optimal" and plan.unserved:
            yield Change("excludes", {"other": posed.rides[other[0]].ride_id}, True)


def _could_clash(problem: RoutingProblem, one: Unit, other: Unit) -> bool:
    """Only rides that may be on the way within an hour of each other are worth looking at."""
    return any(
        problem.open[problem.pickup[a]] <= problem.close[problem.drop[b]] + 60
        and problem.open[problem.pickup[b]] <= problem.close[problem.drop[a]] + 60
        for a in one
        for b in other
    )

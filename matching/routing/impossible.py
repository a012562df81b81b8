"""Rides that nobody can drive, even alone: told one by one before any search, so that they never empty the plan."""

from dataclasses import replace
from typing import Literal

import numpy as np

from matching.routing.problem import Floats, RoutingProblem
from matching.routing.schedule import route_of

Why = Literal["numbers", "no_duty", "too_many", "no_way", "times"]
"""NaN or negative times; no duty may take it; none of these has room for so many; no road; no time that fits."""


def impossible(problem: RoutingProblem) -> dict[int, Why]:
    """Why each ride that cannot be had alone cannot; `problem` as `sound` gives it."""
    kinds = _kinds(problem)
    return {ride: why for ride in range(problem.rides) if (why := _why(problem, ride, kinds)) is not None}


def sound(problem: RoutingProblem) -> RoutingProblem:
    """The same day: no way where minutes or cost are no number or negative, no duty whose hours are none."""
    bad = ~((problem.minutes >= 0) & (problem.cost >= 0))
    hours = np.stack([problem.leave, problem.back, problem.max_minutes, problem.fixed_cost])
    idle = np.isnan(hours).any(axis=0)
    if idle.any():
        hours[:, idle] = 0.0
        allowed = problem.who_may() & ~idle
        leave, back, most, fixed = hours
        problem = replace(problem, leave=leave, back=back, max_minutes=most, fixed_cost=fixed, allowed=allowed)
    if bad.any():
        minutes, cost = np.where(bad, np.inf, problem.minutes), np.where(bad, np.inf, problem.cost)
        problem = replace(problem, minutes=minutes, cost=cost)
    return problem


def without(problem: RoutingProblem, rides: set[int]) -> RoutingProblem:
    """The same day in which these rides, and those promised with them, are nobody's to drive."""
    if not rides:
        return problem
    gone = rides | {one for pair in problem.pairs for one in (pair.out, pair.home) if {pair.out, pair.home} & rides}
    at = sorted(gone)
    allowed, must = problem.who_may(), problem.must.copy()
    allowed[at], must[at] = False, False
    nodes = np.concatenate([problem.pickup[at], problem.drop[at]])
    opens, closes, service = problem.open.copy(), problem.close.copy(), problem.service.copy()
    load = problem.load.copy()
    opens[nodes], closes[nodes], service[nodes], load[at] = 0.0, 0.0, 0.0, 0
    return replace(problem, allowed=allowed, must=must, open=opens, close=closes, service=service, load=load)


def _why(problem: RoutingProblem, ride: int, kinds: list[int]) -> Why | None:
    """Why this ride cannot be had alone, or None."""
    ends = problem.pickup[ride], problem.drop[ride]
    told = [*problem.open[[*ends]], *problem.close[[*ends]], *problem.service[[*ends]], problem.max_ride[ride]]
    if np.isnan(told).any() or problem.service[[*ends]].min() < 0 or problem.load[ride].min(initial=0) < 0:
        return "numbers"
    duties = [d for d in kinds if problem.who_may()[ride, d] and problem.max_rides[d] > 0]
    if not duties:
        return "no_duty"
    roomy = [d for d in duties if (problem.load[ride] <= problem.capacity[d]).all()]
    if not roomy:
        return "too_many"
    orders = {d: (int(problem.start[d]), int(ends[0]), int(ends[1]), int(problem.end[d])) for d in roomy}
    there = [d for d in roomy if np.isfinite(_ways(problem.minutes, orders[d])).all()]
    if not there:
        return "no_way"
    return None if any(route_of(problem, d, orders[d], (ride,)) for d in there) else "times"


def _ways(minutes: Floats, nodes: tuple[int, ...]) -> Floats:
    return minutes[nodes[:-1], nodes[1:]]


def _kinds(problem: RoutingProblem) -> list[int]:
    """One duty of each kind."""
    columns = (problem.start, problem.end, problem.leave, problem.back, problem.max_minutes, problem.max_rides)
    rests = {
        d: tuple((b.earliest, b.latest, b.length) for b in problem.breaks if b.duty == d) for d in range(problem.duties)
    }
    seen: dict[tuple[object, ...], int] = {}
    for d in range(problem.duties):
        numbers = tuple(float(column[d]) for column in columns)
        seen.setdefault((*numbers, problem.capacity[d].tobytes(), problem.who_may()[:, d].tobytes(), rests[d]), d)
    return list(seen.values())

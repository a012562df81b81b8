"""Rides that nobody can drive, even alone: told one by one before any search, so that they never empty the plan."""

from dataclasses import replace
from typing import Literal

import numpy as np

from matching.routing.problem import Bools, Floats, Ints, RoutingProblem
from matching.routing.schedule import route_of

EPS = 1e-6
"""Minutes, more than what an order of stops may miss a window by."""

Why = Literal["numbers", "no_duty", "too_many", "no_way", "times"]
"""NaN or negative times; no duty may take it; none of these has room for so many; no road; no time that fits."""


def impossible(problem: RoutingProblem) -> dict[int, Why]:
    """Why each ride that cannot be had alone cannot; `problem` as `sound` gives it."""
    found: dict[int, Why] = {}
    kinds = _kinds(problem)
    may = problem.who_may()[:, kinds] & (problem.max_rides[kinds] > 0)
    roomy = may & (problem.load[:, None] <= problem.capacity[kinds]).all(axis=2)
    there = roomy & _has_ways(problem, kinds)
    in_time = there & ~surely_late(problem, kinds)
    for ride in range(problem.rides):
        if not may[ride].any():
            found[ride] = "no_duty"
        elif not roomy[ride].any():
            found[ride] = "too_many"
        elif not there[ride].any():
            found[ride] = "no_way"
        elif not any(_drives(problem, int(kinds[k]), ride) for k in np.flatnonzero(in_time[ride])):
            found[ride] = "times"
    for ride in _no_numbers(problem):
        found[ride] = "numbers"
    return found


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


def _no_numbers(problem: RoutingProblem) -> list[int]:
    """The rides with a number that is none, or that is negative and may not be."""
    ends = np.stack([problem.pickup, problem.drop])
    told = np.concatenate([problem.open[ends], problem.close[ends], problem.service[ends], problem.max_ride[None]])
    bad = np.isnan(told).any(axis=0) | (problem.service[ends].min(axis=0) < 0) | (problem.load < 0).any(axis=1)
    return np.flatnonzero(bad).tolist()


def _has_ways(problem: RoutingProblem, duties: Ints) -> Bools:
    """Shape (R, duties): whether there is a way from the base to the pick-up, to the drop, and back."""
    there, direct, back = _ways(problem, duties)
    return np.asarray(np.isfinite(there) & np.isfinite(direct) & np.isfinite(back))


def surely_late(problem: RoutingProblem, duties: Ints) -> Bools:
    """Shape (R, duties): where a ride alone surely has no times in a duty, known without looking for them."""
    (there, direct, back), (pick, drop) = _ways(problem, duties), (problem.pickup, problem.drop)
    begin = problem.start[duties]
    up = np.maximum(problem.leave[duties], problem.open[begin]) + problem.service[begin] + there
    up = np.maximum(problem.open[pick, None], up)
    ride, home = problem.service[pick, None] + direct, problem.service[drop, None] + back
    down = np.maximum(problem.open[drop, None], up + ride)
    late = (
        (up > problem.close[pick, None] + EPS)
        | (down > problem.close[drop, None] + EPS)
        | (down + home > np.minimum(problem.back[duties], problem.close[problem.end[duties]]) + EPS)
        | (direct > problem.max_ride[:, None] + EPS)
        | (problem.service[begin] + there + ride + home > problem.max_minutes[duties] + EPS)
    )
    column = {duty: at for at, duty in enumerate(duties.tolist())}
    for pause in problem.breaks:  # on board before it, or after it
        if pause.duty in column:
            at = column[pause.duty]
            before = up[:, at] + ride[:, 0] <= pause.latest + EPS
            late[:, at] |= ~before & (problem.close[pick] < pause.earliest + pause.length - EPS)
    return np.asarray(late)


def _ways(problem: RoutingProblem, duties: Ints) -> tuple[Floats, Floats, Floats]:
    """Minutes from the bases to the pick-ups (R, duties), from there to the drops (R, 1), and back (R, duties)."""
    there = problem.minutes[np.ix_(problem.start[duties], problem.pickup)].T
    direct = problem.minutes[problem.pickup, problem.drop][:, None]
    return there, direct, problem.minutes[np.ix_(problem.drop, problem.end[duties])]


def _drives(problem: RoutingProblem, duty: int, ride: int) -> bool:
    """Whether a duty has times for this ride alone."""
    ends = int(problem.start[duty]), int(problem.pickup[ride]), int(problem.drop[ride]), int(problem.end[duty])
    return route_of(problem, duty, ends, (ride,)) is not None


def _kinds(problem: RoutingProblem) -> Ints:
    """One duty of each kind."""
    columns = (problem.start, problem.end, problem.leave, problem.back, problem.max_minutes, problem.max_rides)
    rests: dict[int, list[tuple[float, float, float]]] = {}
    for one in problem.breaks:
        rests.setdefault(one.duty, []).append((one.earliest, one.latest, one.length))
    seen: dict[tuple[object, ...], int] = {}
    allowed = np.packbits(problem.who_may(), axis=0).T
    for d in range(problem.duties):
        numbers = tuple(float(column[d]) for column in columns)
        rest = tuple(rests.get(d, ()))
        seen.setdefault((*numbers, problem.capacity[d].tobytes(), allowed[d].tobytes(), rest), d)
    return np.array(list(seen.values()), np.int64)

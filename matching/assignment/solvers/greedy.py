"""What people do by hand, as baselines: the best saving first, and first come, first served. Not optimal, and honest
about it: the bound is what everybody would cost alone.
"""

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64, Budget, Choice, Problem
from matching.assignment.solvers.places import completed, cost_of, need_starts


def supports(problem: Problem) -> bool:
    """Pure flows only: no rows."""
    return len(problem.rows) == 0


def solve(problem: Problem, budget: Budget) -> Choice:  # noqa: ARG001 - it takes one pass
    """The best saving first: pairs in order of what they save their need against its dearest pair.

    Raises:
        NoAnswerError: not every need can have a place.
    """
    if problem.needs == 0:
        return _told(problem, np.zeros(0, np.int32))
    start = need_starts(problem)
    _refuse_if_homeless(problem, start)
    cost = problem.cost + _first_place(problem)[problem.site]
    saving = np.maximum.reduceat(cost, start[:-1])[problem.need] - cost
    order = np.argsort(-saving, kind="stable")
    taken = _in_order(order, problem.need, problem.site, np.diff(problem.slot_start), problem.needs)
    return _told(problem, completed(problem, start, taken))


def first_come(problem: Problem) -> Choice:
    """First come, first served: every need in its turn takes the cheapest pair that still has a place.

    Raises:
        NoAnswerError: not every need can have a place.
    """
    if problem.needs == 0:
        return _told(problem, np.zeros(0, np.int32))
    start = need_starts(problem)
    _refuse_if_homeless(problem, start)
    taken = _one_by_one(start, problem.site, problem.cost, problem.slot_start, problem.slot_cost)
    return _told(problem, completed(problem, start, taken))


def _told(problem: Problem, chosen: I32) -> Choice:
    """The plan with its cost, bounded by everybody taking their cheapest pair as if alone."""
    if problem.needs == 0:
        return Choice(chosen, np.zeros(1, np.int64), np.zeros(1, np.int64))
    alone = problem.cost + _first_place(problem)[problem.site]
    bound = np.minimum.reduceat(alone, need_starts(problem)[:-1]).sum()
    return Choice(chosen, np.asarray([cost_of(problem, chosen)]), np.asarray([bound], np.int64))


def _first_place(problem: Problem) -> I64:
    """What the cheapest place of each site costs, 0 where it has none: (sites,)."""
    cost, has = np.zeros(problem.sites, np.int64), np.diff(problem.slot_start) > 0
    cost[has] = problem.slot_cost[problem.slot_start[:-1][has]]
    return cost


def _refuse_if_homeless(problem: Problem, start: I64) -> None:
    """Raise where a need has no pair (sums by need would go wrong silently)."""
    if np.any(np.diff(start) == 0):
        completed(problem, start, np.full(problem.needs, -1, np.int32))


@njit(cache=True)
def _in_order(order: I64, need: I32, site: I32, places: I64, needs: int) -> I32:
    """Take pairs in this order while their need and a place are free; -1 where nothing was."""
    chosen, left = np.full(needs, -1, np.int32), places.copy()
    for p in order:
        if chosen[need[p]] < 0 and left[site[p]] > 0:
            chosen[need[p]] = p
            left[site[p]] -= 1
    return chosen


@njit(cache=True)
def _one_by_one(start: I64, site: I32, cost: I64, slot_start: I64, slot_cost: I64) -> I32:
    """Each need in turn takes its cheapest open place; -1 where none is open."""
    chosen, load = np.full(len(start) - 1, -1, np.int32), np.zeros(len(slot_start) - 1, np.int64)
    for i in range(len(chosen)):
        least = np.int64(0)
        for p in range(start[i], start[i + 1]):
            place = slot_start[site[p]] + load[site[p]]
            if place < slot_start[site[p] + 1] and (chosen[i] < 0 or cost[p] + slot_cost[place] < least):
                chosen[i], least = p, cost[p] + slot_cost[place]
        if chosen[i] >= 0:
            load[site[chosen[i]]] += 1
    return chosen

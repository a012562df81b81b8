"""Small days, proven: every set of rides that a duty could drive is looked at, then the best choice among them all.

1. A good plan of the anytime solver, in a fixed number of steps.
2. For each duty, all sets of rides with the least cost of any order; what would be hard to know at once (ride limits,
   breaks, the exact length of the duty) is left out, so that no set is missed and no cost is too high.
3. How many of each priority can be served, by the LP; what the plan of 1 already reaches is proven. Sets whose reduced
   cost is beyond that plan go.
4. The best choice of one set a duty, by the LP with the groups that it breaks, and the MIP; the sets chosen get the
   cost of the cheapest order that really has times, or go; then 4 again. What stays chosen is the best of all, since
   all else was judged by a cost never too high.
"""

import time
from dataclasses import replace

import numpy as np

from matching.routing.answer import StoppedError, plan_of
from matching.routing.problem import Budget, Floats, Ints, Plan, RoutingProblem
from matching.routing.solvers import Progress, anytime
from matching.routing.solvers.chosen_sets import Pool, Served, cheapest, most_hoped, most_served, within
from matching.routing.solvers.conflicts import Conflicts
from matching.routing.solvers.set_orders import Order, TooManyError, best_order
from matching.routing.solvers.sets_of_duty import Windows, alike, narrowed, sets_of

MOST_RIDES = 40
MOST_STATES = 400_000
MOST_SETS = 100_000
STEPS, A_RIDE = 4_000, 400
"""Of the anytime solver, for the plan to be bettered or proven: in all, and for each ride."""


def supports(problem: RoutingProblem) -> bool:
    """Days of at most so many rides, each at nodes of its own."""
    ends = np.concatenate([problem.pickup, problem.drop])
    return problem.rides <= MOST_RIDES and len(np.unique(ends)) == 2 * problem.rides


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
    """The best plan, proven, or the good one to begin with where that would take too long."""
    until = time.process_time() + budget.seconds
    good = anytime.solve(problem, Budget(budget.seconds, min(STEPS, A_RIDE * problem.rides)), seed, progress)
    try:
        return _proof(problem, good, until, progress) or good
    except TooManyError:
        return good
    except KeyboardInterrupt:
        raise StoppedError(good) from None


def _proof(problem: RoutingProblem, good: Plan, until: float, progress: Progress) -> Plan | None:
    windows = narrowed(problem)
    pool = every_set(problem, windows, until)
    if pool is None:
        return None
    if not len(pool.mask):
        return _proven(plan_of(problem, [()] * problem.duties))
    return _best(problem, pool, windows, good, until, progress)


def _best(
    problem: RoutingProblem, pool: Pool, windows: Windows, good: Plan, until: float, progress: Progress
) -> Plan | None:
    served, found = most_hoped(problem, pool), _served(good)
    if served is None:
        return None
    if good.status != "infeasible" and served == found:
        pool = within(problem, pool, served, good.tiers[-1].value)
    orders: dict[int, Order] = {}
    conflicts = Conflicts(problem, windows)
    exact, choice = served == found, None
    while time.process_time() < until:
        choice = cheapest(problem, pool, served, choice)
        if choice is None:
            if exact:
                return None
            served, exact = most_served(problem, pool), True
            if served is None:
                return None
            continue
        progress(good.tiers[-1].value, choice.cost)
        true = _priced(problem, pool, choice.rows, windows, orders, conflicts)
        if true is None:
            return _plan(problem, pool, choice.rows, orders)
        pool, exact = true, served == found
    return None


def every_set(problem: RoutingProblem, windows: Windows, until: float) -> Pool | None:
    """All sets of all duties; duties that are alike are looked at once. None where there are too many."""
    known: dict[bytes, tuple[Ints, Floats] | None] = {}
    duty, mask, cost, total = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)], 0
    for d in range(problem.duties):
        key = alike(problem, d)
        if key not in known:
            known[key] = sets_of(problem, d, windows, MOST_STATES)
        found = known[key]
        if found is None or (total := total + len(found[0])) > MOST_SETS or time.process_time() > until:
            return None
        duty.append(np.full(len(found[0]), d, np.int64))
        mask.append(found[0])
        cost.append(found[1])
    return Pool(np.concatenate(duty), np.concatenate(mask), np.concatenate(cost))


def _priced(
    problem: RoutingProblem, pool: Pool, rows: Ints, windows: Windows, orders: dict[int, Order], conflicts: Conflicts
) -> Pool | None:
    """The pool with the true cost of the sets that were chosen; None where all of them were true already.

    `orders` remembers, for each set of a duty that has been looked at, its best order. With a set that has none go all
    that hold what makes it impossible.
    """
    cost, changed, stays = pool.cost.copy(), False, np.ones(len(pool.cost), np.bool_)
    for row in rows.tolist():
        key = _key(pool, row)
        if key in orders:
            continue
        duty, mask = int(pool.duty[row]), int(pool.mask[row])
        part = conflicts.within(duty, mask)
        found = best_order(problem, duty, mask, windows) if part is None else None
        if found is None:
            part = mask if part is None else part
            same = conflicts.kind[pool.duty] == conflicts.kind[duty]
            stays &= ~(same & ((pool.mask & part) == part) if part != mask else same & (pool.mask == mask))
            continue
        orders[key] = found[1]
        true = found[0] + float(problem.fixed_cost[pool.duty[row]])
        if true > cost[row] + 1e-9:
            cost[row], changed = true, True
    if not changed and bool(stays.all()):
        return None
    return replace(pool, cost=cost).take(stays)


def _key(pool: Pool, row: int) -> int:
    return int(pool.duty[row]) << 64 | int(pool.mask[row])


def _served(plan: Plan) -> Served:
    return tuple(round(tier.value) for tier in plan.tiers[:-1])


def _plan(problem: RoutingProblem, pool: Pool, rows: Ints, orders: dict[int, Order]) -> Plan:
    nodes: list[Order] = [()] * problem.duties
    for row in rows.tolist():
        nodes[int(pool.duty[row])] = orders[_key(pool, row)]
    return _proven(plan_of(problem, nodes))


def _proven(plan: Plan) -> Plan:
    """Nothing is better: every bound is the value."""
    told = tuple(replace(tier, bound=tier.value) for tier in plan.tiers)
    return replace(plan, status="infeasible" if plan.status == "infeasible" else "optimal", tiers=told)

"""Small days, proven: every set of rides that a duty could drive is looked at, then the best choice among them all.

1. For each duty, all sets of rides with the least cost of any order that keeps windows, room, pairing, waiting drivers
   and what is certain about the length of the duty. Ride limits, breaks and the exact length are left out at first, so
   no order is missed and no cost is too high. Orders grow stop by stop, all at once as columns; of two with the same
   rides served and on board at the same place, one that is later and dearer is dropped.
2. The best choice of one set a duty, tier by tier, by the MIP; in the last tier only sets whose reduced cost fits
   between the LP's bound and the best plan known.
3. The sets chosen are scheduled exactly; a set that has no order at that cost gets its true cost, or goes, and 2 is done
   again. What stays chosen is best of all, since everything else was judged by a cost that is never too high.

The idea of relaxed sets that are made exact only where chosen is that of logic-based Benders cuts.
"""

import time
from collections.abc import Sequence

import numpy as np

from matching.routing.answer import plan_of
from matching.routing.problem import Bools, Budget, Floats, Ints, Plan, RoutingProblem
from matching.routing.solvers.chosen_sets import Choice, Pool, choose
from matching.routing.solvers.set_orders import best_order
from matching.routing.solvers.sets_of_duty import sets_of

MOST_RIDES = 40
MOST_STATES = 3_000_000
MOST_ROUNDS = 200


def supports(problem: RoutingProblem) -> bool:
    """Days of at most so many rides, each at nodes of its own."""
    ends = np.concatenate([problem.pickup, problem.drop])
    return problem.rides <= MOST_RIDES and len(np.unique(ends)) == 2 * problem.rides


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: object) -> Plan | None:
    """The best plan, proven; None where there are too many sets, or where the time is over before the proof."""
    del seed, progress
    until = time.process_time() + budget.seconds
    pool = every_set(problem)
    if pool is None:
        return None
    exact: dict[tuple[int, int], tuple[int, ...]] = {}
    for _ in range(MOST_ROUNDS):
        if time.process_time() > until:
            return None
        choice = choose(problem, pool, until)
        if choice is None:
            return None
        unsure = [row for row in choice.rows.tolist() if row not in exact]
        if not unsure:
            return _plan(problem, pool, choice, exact)
        ...
    return None

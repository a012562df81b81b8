"""A plan again after something changed: from the plan and the prices of before, mended where they no longer hold.

Only for plans that no row couples. What changed may be anything, pairs, needs, places or points: whoever the old prices
no longer prove to be in the right place is let go, gaps are filled, and those who wait are let in, each by one shortest
path. The new prices prove the result. Where much changed, an auction from the old prices is faster.
"""

import numpy as np

from matching.assignment.problem import I32, I64, Budget, Choice, Problem

FEW = 8
"""Paths up to which mending is faster than an auction, measured from a hundred needs to ten thousand."""


def again(problem: Problem, held: I32, price: I64, budget: Budget) -> Choice:
    """The cheapest plan, from the plan and prices of one that is near it: mended, or by an auction from those prices.

    Args:
        problem, held, price: as `mended`.
        budget: CPU seconds for the auction, which tells its bound when they end.

    Raises:
        NoAnswerError: not every need can have a place.
    """
    from matching.assignment.solvers import auction

    return mended(problem, held, price) or auction.solve(problem, budget, price, beginning(problem, held))


def beginning(problem: Problem, held: I32) -> int:
    """What an auction from the old prices begins with (`part`), by how many have no place of theirs any more.

    Found by trying: few need to move only near by, for small differences; where many do, bids had better be bold.
    """
    load = np.bincount(problem.site[held[held >= 0]], minlength=problem.sites)
    moves = np.count_nonzero(held < 0) + np.maximum(load - np.diff(problem.slot_start), 0).sum()
    return int(np.clip(10 * (problem.needs / max(1, moves)) ** 1.5, 16, 1_000_000))


def mended(problem: Problem, held: I32, price: I64) -> Choice | None:
    """The cheapest plan, from another that is near it; None where too much changed, or no plan is left.

    Args:
        problem: a pure flow; its rows are not looked at.
        held: (needs,) the pair of each need in the plan of before, -1 where it had none or its pair is gone.
        price: (sites,) the exact prices of before; any number for a new site.
    """
    from matching.assignment.solvers import repair
    from matching.assignment.solvers.places import cost_of, need_starts

    ground = repair.Ground(
        need_starts(problem), problem.site, problem.cost[:, None], problem.slot_start, problem.slot_cost[:, None]
    )
    at, search = repair.opened(ground, held.copy(), price[:, None].copy())
    if repair.release(ground, at) + repair.gaps(ground, at) > FEW:
        return None
    if not (repair.mend(ground, at, search) and repair.proves(ground, at)):
        return None
    value = np.asarray([cost_of(problem, at.chosen)])
    return Choice(at.chosen, value, value, at.price[:, 0])

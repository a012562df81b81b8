"""A plan near the best made the best again: whoever is still in the right place stays, the others go by shortest paths.

Prices prove a plan optimal for the needs that it holds: everybody is where cost and price are least, no filled place
costs more than the price of its site, and no open one less. From any plan and prices, first those leave who would
rather be elsewhere, or are too many. Each comes in again by the cheapest way to an open place; then each site that asks
too much for an open place comes down to what that costs, or to what draws somebody, whose place another takes. All this
keeps the proof (successive shortest paths with potentials, forwards and backwards; Ahuja, Magnanti & Orlin 1993), so
the work is in step with what changed: for small changes far less than an auction's, from nothing far more in a large
town. The dual is counted on the problem's own columns, so every answer carries its proof.
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.problem import I32, I64, Budget, Choice, Problem
from matching.assignment.solvers import auction, mend_kernel as kernel
from matching.assignment.solvers.places import completed, need_starts


@dataclass(frozen=True, slots=True)
class Near:
    """The answer to a similar problem.

    Attributes:
        price: (sites,), exact; any number for a new site.
        held: (needs,), the pair of each need in this problem, -1 where it had none, or its pair is gone.
    """

    price: I64
    held: I32


def nothing_known(problem: Problem) -> Near:
    """To begin with where there is room for nearly everybody."""
    return Near(np.zeros(problem.sites, np.int64), np.full(problem.needs, -1, np.int32))


def solve(problem: Problem, budget: Budget, near: Near) -> Choice:
    """The cheapest plan with the site prices that prove it; rows are ignored.

    Costs that might outgrow the integers go to the auction, which alone looks at the budget.

    Raises:
        NoAnswerError: not every need can have a place.
        ValueError: costs beyond what any solver here computes exactly.
    """
    p, chosen, price, cost = problem, near.held.copy(), near.price.copy(), np.ascontiguousarray(problem.cost)
    most = max(kernel.largest(cost), kernel.largest(p.slot_cost), kernel.largest(price))
    if most * min(p.needs, p.sites) > kernel.LIMIT // 16:
        return auction.solve(p, budget)
    everybody, value, bound = kernel.mend(
        p.need, p.site.view(np.uint32), cost, p.slot_start, p.slot_cost, chosen, price
    )
    if not everybody:
        completed(p, need_starts(p), np.full(p.needs, -1, np.int32))
    return Choice(chosen, np.asarray([value]), np.asarray([bound]), price)

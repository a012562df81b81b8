"""The independent judge: is a plan one at all, what is it worth, and is its proof sound. It knows no solver.

Everything is recomputed here from the columns alone, on purpose not with the methods of `problem.py`, so that a mistake
there or in a solver does not hide itself.
"""

import numpy as np

from matching.assignment.problem import I32, I64, Choice, Problem, TieredProblem


def verify(problem: Problem | TieredProblem, chosen: I32) -> list[str]:
    """What is wrong with a plan: one sentence for each need, site and row that is not as it must be.

    An empty list: it is sound.

    Args:
        problem: the columns that the plan answers.
        chosen: shape (needs,), the chosen pair of every need.
    """
    if chosen.shape != (problem.needs,):
        return [f"{chosen.shape} pairs are chosen for {problem.needs} needs"]
    if problem.needs and (chosen.min() < 0 or chosen.max() >= len(problem.need)):
        return ["a chosen pair is not one of the problem's"]
    strangers = np.flatnonzero(problem.need[chosen] != np.arange(problem.needs))
    return [f"need {need} is given the pair of another" for need in strangers] or [
        *_overfull(problem, chosen),
        *_broken_rows(problem, chosen),
    ]


def verify_choice(problem: Problem | TieredProblem, choice: Choice) -> list[str]:
    """What is wrong with a whole answer: its plan, its told value, and a bound on the wrong side of it."""
    wrong = verify(problem, choice.chosen)
    if wrong:
        return wrong
    told, counted = choice.value.tolist(), recount(problem, choice.chosen)
    if told != counted:
        wrong.append(f"the value is told as {told}, it is {counted}")
    bound = choice.bound.tolist()
    beaten = counted < bound if isinstance(problem, Problem) else counted > bound
    if beaten:
        wrong.append(f"the value {counted} is better than its bound {bound}")
    return wrong


def recount(problem: Problem | TieredProblem, chosen: I32) -> list[int]:
    """The value of a plan, counted anew: one number a tier (one cost for a `Problem`)."""
    load = np.bincount(problem.site[chosen], minlength=problem.sites)
    stretches = zip(problem.slot_start[:-1].tolist(), load.tolist(), strict=True)
    filled = np.asarray([place for first, n in stretches for place in range(first, first + n)], np.int64)
    if isinstance(problem, Problem):
        return [int(problem.cost[chosen].sum()) + int(problem.slot_cost[filled].sum())]
    return [
        int(problem.constant[tier])
        + int(problem.points[tier, chosen].sum())
        + int(problem.slot_points[tier, filled].sum())
        for tier in range(problem.tiers)
    ]


def certify(problem: Problem, choice: Choice) -> bool:
    """Whether the site prices prove a pure flow optimal: the dual they give equals the cost of the plan.

    For any prices, every need pays at least its cheapest (cost + price) and the owner of a place gains at most
    (price − cost): the sum of the former less the latter is below the cost of every plan (weak duality).
    """
    if choice.site_price is None or len(problem.rows) or verify(problem, choice.chosen):
        return False
    return dual_cost(problem, choice.site_price) == recount(problem, choice.chosen)[0] == int(choice.value[0])


def dual_cost(problem: Problem, site_price: I64) -> int:
    """What no plan can cost less than, by these prices of the sites."""
    if problem.needs == 0:
        return 0
    offer = problem.cost + site_price[problem.site]
    least = np.minimum.reduceat(offer, np.searchsorted(problem.need, np.arange(problem.needs)))
    gain = np.maximum(0, np.repeat(site_price, np.diff(problem.slot_start)) - problem.slot_cost)
    return int(least.sum()) - int(gain.sum())


def _overfull(problem: Problem | TieredProblem, chosen: I32) -> list[str]:
    load = np.bincount(problem.site[chosen], minlength=problem.sites)
    places = problem.slot_start[1:] - problem.slot_start[:-1]
    return [f"site {site} has {places[site]} places and holds {load[site]}" for site in np.flatnonzero(load > places)]


def _broken_rows(problem: Problem | TieredProblem, chosen: I32) -> list[str]:
    rows, taken = problem.rows, set(chosen.tolist())
    wrong = []
    for row in range(len(rows.lower)):
        span = slice(int(rows.start[row]), int(rows.start[row + 1]))
        total = sum(w for p, w in zip(rows.pair[span].tolist(), rows.weight[span].tolist(), strict=True) if p in taken)
        lower, upper = int(rows.lower[row]), int(rows.upper[row])
        if not lower <= total <= upper and not (rows.or_none[row] and total == 0):
            wrong.append(
                f"row {row} sums to {total}, outside {lower} to {upper}" + (" or none" * bool(rows.or_none[row]))
            )
    return wrong

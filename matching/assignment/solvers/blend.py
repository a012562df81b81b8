"""All tiers blended into one objective: what a good plan of all of them, and the prices of their rows, are sought with.

The weights are nearly lexicographic, and only steer the search; what is told as proven never rests on them.
"""

from dataclasses import replace

import numpy as np

from matching.assignment.face import whole
from matching.assignment.problem import I32, I64, Guide, Problem, TieredProblem
from matching.assignment.solvers.master import charges, view_of
from matching.assignment.tiers import best_flow

LARGEST = 2**40  # what a need can gain in the first tier, weighted: floating point and exact sums still hold it


def weights(problem: TieredProblem) -> I64:
    """What a point of each tier weighs, shape (tiers,): more than what one need can gain or lose in all later tiers."""
    start = problem.need_start[:-1]
    spread = np.maximum.reduceat(problem.points, start, axis=1) - np.minimum.reduceat(problem.points, start, axis=1)
    reach = spread.max(axis=1)
    if problem.slot_points.shape[1]:
        reach = reach + problem.slot_points.max(axis=1) - problem.slot_points.min(axis=1)
    out = np.ones(problem.tiers)
    for tier in range(problem.tiers - 2, -1, -1):
        out[tier] = 1 + (out[tier + 1 :] * reach[tier + 1 :]).sum()
    return np.asarray(np.round(out * min(1.0, LARGEST / (out * np.maximum(reach, 1)).max())), np.int64)


def blended(problem: TieredProblem, weight: I64) -> TieredProblem:
    """The same problem with one tier: the weighted sum of all."""
    return replace(
        problem,
        points=(weight @ problem.points)[None, :],
        slot_points=(weight @ problem.slot_points)[None, :],
        constant=(weight @ problem.constant)[None],
    )


def charged_flow(one: TieredProblem, coupling: I64, deadline: float) -> tuple[I32, int, I64]:
    """The cheapest plan of a one-tier problem, its rows ignored, with these additions to the cost of each pair.

    Returns:
        The plan, its cost, and what each pair costs beyond its need's best (pairs,), by exact prices of the places.
    """
    flow = Problem(
        one.needs, one.sites, one.need, one.site, coupling - one.points[0], one.slot_start, -one.slot_points[0]
    )
    chosen, price = best_flow(flow, False, deadline)
    offer = flow.cost + price[flow.site]
    least = np.minimum.reduceat(offer, one.need_start[:-1])
    load = one.load(chosen)
    place = np.arange(one.slot_start[-1]) - np.repeat(one.slot_start[:-1], np.diff(one.slot_start))
    held = place < np.repeat(load, np.diff(one.slot_start))
    return chosen, int(flow.cost[chosen].sum() + flow.slot_cost[held].sum()), offer - least[one.need]


def tier_bounds(problem: TieredProblem, guide: Guide, value: I64, deadline: float) -> list[int]:
    """What no plan exceeds in a tier that is as good as `value` (tiers,) in those before it, by the rows' prices.

    For each tier in turn the later ones count nothing (Lagrange). It ends with the first tier in which `value` falls
    short, since plans that are better there need be no good in the later ones; a tier without weight is not bounded.
    """
    out: list[int] = []
    coupling, held = charges(view_of(problem, whole(problem), guide.weight, {}), guide.prices)
    for tier in range(int((guide.weight > 0).sum())):
        counted = np.where(np.arange(problem.tiers) <= tier, guide.weight, 0)
        least = charged_flow(blended(problem, counted), coupling, deadline)[1] + held
        before = int((guide.weight * (value - problem.constant))[:tier].sum())
        out.append(int(problem.constant[tier]) + (-least - before) // int(guide.weight[tier]))
        if out[-1] > value[tier]:
            break
    return out

"""What a pair costs where somebody gives way in a full row or site: a plan is found, so it is an upper bound."""

import numpy as np

from matching.assignment.part import Standing
from matching.assignment.problem import I32, I64, Bools, TieredProblem


def loss_of_giving_way(problem: TieredProblem, chosen: I32, pairs: I32, barred: Bools, far: bool = True) -> I64:
    """The plan less the best plan that was found with each of `pairs`, in which a few others move: (tiers, n).

    Some leave what is overfull then, one after the other, and others take what came free; every row is obeyed.
    `IMPOSSIBLE` in every tier where no such plan was found, which does not say that there is none.

    Args:
        problem: the columns and their rows.
        chosen: shape (needs,), a plan that obeys them.
        pairs: what is asked.
        barred: shape (pairs of the problem,), pairs that nobody may change to in order to give way.
        far: whether to look at longer ways too, which takes a few times as long.
    """
    from matching.assignment.solvers import giving_way

    plan, rows = Standing(problem, chosen), problem.rows
    by_site = np.argsort(problem.site, kind="stable").astype(np.int32)
    ground = giving_way.Ground(
        problem.need, problem.site, np.ascontiguousarray(problem.points.T), plan.need_start, problem.slot_start,
        np.ascontiguousarray(problem.slot_points.T), rows.start, rows.pair, rows.weight, rows.lower, rows.upper,
        rows.or_none, plan.entry_start, plan.row_of[plan.entry], rows.weight[plan.entry],
        np.searchsorted(problem.site[by_site], np.arange(problem.sites + 1)), by_site, barred,
    )  # fmt: skip
    return np.ascontiguousarray(giving_way.give_way(ground, plan.chosen, plan.sums, plan.load, pairs, far).T)

"""A matching decided again with fewer pairs than before: what is known of it is kept, what is lost is mended."""

import time
from dataclasses import replace

import numpy as np

from matching.assignment.coupled import lexicographic_bound
from matching.assignment.part import entries_of, restricted
from matching.assignment.problem import I32, Budget, Choice, Guide, TieredProblem
from matching.assignment.rows import homes, possible_pairs
from matching.assignment.solvers.good_plan import Effort, fixed_work, good_again
from matching.assignment.tiers import solve_tiers
from matching.assignment.untied import bettered


def solve_with_fewer(problem: TieredProblem, before: Choice, pairs: I32, budget: Budget) -> Choice:
    """The answer to a matching with these pairs only (ascending), when `before` answered it with all of them.

    Its bounds are those of the answer before, as far as they hold: no plan with fewer pairs exceeds them.

    Raises:
        NoAnswerError: no plan of these pairs obeys the rows, or none was found in time.
    """
    part = restricted(problem, pairs)
    inside = possible_pairs(part)
    possible, kept = restricted(part, inside), pairs[inside]
    chosen = None if before.guide is None else _mended(problem, possible, before, before.guide, kept, budget)
    plan = inside[solve_tiers(possible, budget).chosen if chosen is None else chosen]
    value = part.value(plan)
    found = bettered(part, Choice(plan, value, lexicographic_bound(part, before, value)), budget)
    return replace(found, chosen=pairs[found.chosen], bound=lexicographic_bound(problem, before, found.value))


def _mended(
    problem: TieredProblem, possible: TieredProblem, before: Choice, guide: Guide, kept: I32, budget: Budget
) -> I32 | None:
    """The plan before, mended where its pairs are gone, and bettered by what led to it."""
    at = np.full(len(problem.need), -1, np.int32)
    at[kept] = np.arange(len(kept))
    plan = at[before.chosen]
    plan = np.where(plan >= 0, plan, homes(possible, np.ones(len(kept), np.bool_)))
    if (plan < 0).any():
        return None
    link = guide.prices.link[entries_of(problem.rows, kept, len(problem.need))]
    deadline = time.process_time() + budget.seconds
    effort = fixed_work(deadline, problem.needs) if budget.brisk else Effort(deadline)
    return good_again(possible, replace(guide, prices=replace(guide.prices, link=link)), plan, effort)

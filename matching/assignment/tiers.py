"""Tier after tier, exactly: the whole matching as a few flows, each on the optimal face of the one before.

Rows are ignored at first: the flow bounds every tier, and where its plan obeys the rows it is the answer. Where it does
not, `coupled.py` settles the tiers with the rows, starting from these flows.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.assignment.face import Face, optimal_face, stage, whole
from matching.assignment.prices import site_prices
from matching.assignment.problem import I32, Budget, Choice, Problem, TieredProblem
from matching.assignment.rows import holds, possible_pairs, row_sums
from matching.errors import NoAnswerError

FlowSolver = Callable[[Problem, Budget], Choice]


@dataclass(frozen=True, slots=True)
class Settled:
    """Where the flows got to: the tiers before `tier` are optimal on the whole of `face`, as in the plan `chosen`."""

    tier: int
    face: Face
    chosen: I32


def solve_tiers(problem: TieredProblem, budget: Budget) -> Choice:
    """The best plan, one tier after the other, with the proven bound of each tier.

    A tier's bound holds for all plans that are as good in the tiers before it. When the budget (CPU seconds) runs out,
    the plan still obeys every row, and the bounds tell how far from the best it may be.

    Raises:
        NoAnswerError: no plan obeys the places and the rows.
    """
    deadline = time.process_time() + budget.seconds
    if problem.needs == 0:
        nobody = np.zeros(0, np.int32)
        return Choice(nobody, problem.value(nobody), problem.value(nobody))
    face = whole(problem).limited(possible_pairs(problem))
    flows = flow_stages(problem, face, deadline)
    chosen = flows[-1].chosen
    if holds(problem.rows, row_sums(problem.rows, chosen, len(problem.need))).all():
        return Choice(chosen, problem.value(chosen), problem.value(chosen))
    from matching.assignment.coupled import solve_coupled

    return solve_coupled(problem, flows, deadline)


def flow_stages(problem: TieredProblem, face: Face, deadline: float, together: int = 64) -> list[Settled]:
    """The plans and faces after each flow, the rows ignored; the first is the start, with tier 0 still open.

    Args:
        problem, face: what is solved, and on which of its plans.
        deadline: in `time.process_time()`.
        together: how many tiers one flow may settle at once.

    Raises:
        NoAnswerError: some need has no pair, or the places do not suffice.
    """
    homeless = np.flatnonzero(np.bincount(problem.need[face.pair], minlength=problem.needs) == 0)
    if len(homeless):
        raise NoAnswerError(f"need {homeless[0]} has no place it could take, not even a waiting list")
    solve, settled = flow_solver(), [Settled(0, face, np.zeros(0, np.int32))]
    while settled[-1].tier < problem.tiers:
        last = settled[-1]
        flow, upto = stage(problem, last.face, last.tier, together)
        answer = solve(flow, Budget(max(1.0, deadline - time.process_time())))
        face = optimal_face(last.face, flow, site_prices(flow, answer.chosen))
        settled.append(Settled(upto, face, last.face.pair[answer.chosen]))
    return settled


def flow_solver() -> FlowSolver:
    """The fastest flow solver of the house."""
    from matching.assignment.solvers.min_cost_flow import solve

    return solve

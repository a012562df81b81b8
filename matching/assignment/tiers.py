"""Tier after tier, exactly: the whole matching as a few flows, each on the optimal face of the one before.

Rows are ignored at first: the flow bounds every tier, and where its plan obeys the rows it is the answer. Where it does
not, `coupled.py` settles the tiers with the rows, starting from these flows.
"""

import time
from dataclasses import dataclass

import numpy as np

from matching.assignment.face import Face, optimal_face, stage, whole
from matching.assignment.prices import site_prices
from matching.assignment.problem import I32, I64, PROVABLE, Budget, Choice, Problem, TieredProblem
from matching.assignment.rows import holds, possible_pairs, row_sums
from matching.errors import NoAnswerError

LARGE = 30_000  # pairs from which on the auction is worth the loading of its compiled parts


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
    if flows[-1].tier == problem.tiers and _obeyed(problem, chosen):
        return Choice(chosen, problem.value(chosen), problem.value(chosen))
    from matching.assignment.coupled import solve_coupled

    return solve_coupled(problem, flows, deadline, budget)


def _obeyed(problem: TieredProblem, chosen: I32) -> bool:
    return bool(holds(problem.rows, row_sums(problem.rows, chosen, len(problem.need))).all())


def flow_stages(problem: TieredProblem, face: Face, deadline: float, together: int = 64) -> list[Settled]:
    """The plans and faces after each flow, the rows ignored; the first is the start, with tier 0 still open.

    Args:
        problem, face: what is solved, and on which of its plans.
        deadline: in `time.process_time()`.
        together: how many tiers one flow may settle at once.

    A matching too large to be proven goes no further than to the first plan that breaks a row.

    Raises:
        NoAnswerError: some need has no pair, or the places do not suffice.
    """
    homeless = np.flatnonzero(np.bincount(problem.need[face.pair], minlength=problem.needs) == 0)
    if len(homeless):
        raise NoAnswerError(f"need {homeless[0]} has no place it could take, not even a waiting list")
    settled = [Settled(0, face, np.zeros(0, np.int32))]
    while settled[-1].tier < problem.tiers:
        last = settled[-1]
        flow, upto = stage(problem, last.face, last.tier, together)
        chosen, price = best_flow(flow, bool(last.face.floor.any()), deadline)
        settled.append(Settled(upto, optimal_face(last.face, flow, price), last.face.pair[chosen]))
        if problem.needs > PROVABLE and not _obeyed(problem, settled[-1].chosen):
            break
    return settled


def best_flow(flow: Problem, forced: bool, deadline: float) -> tuple[I32, I64]:
    """The optimal plan of one flow and exact prices that prove it, by the solver that is fastest for it.

    The auction is, where much is to be solved and no place is forced; it stalls where a huge cost forces places.
    """
    budget = Budget(max(1.0, deadline - time.process_time()))
    if len(flow.need) >= LARGE and not forced:
        from matching.assignment.solvers import auction

        answer = auction.solve(flow, budget)
        if answer.site_price is not None and answer.proven.all():
            return answer.chosen, answer.site_price
    from matching.assignment.solvers import min_cost_flow

    chosen = min_cost_flow.solve(flow, budget).chosen
    return chosen, site_prices(flow, chosen)

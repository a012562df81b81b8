"""The tiers settled with the rows, once the flows alone have broken some."""

import numpy as np

from matching.assignment.problem import I64, Choice, TieredProblem
from matching.assignment.rows import repair
from matching.assignment.tiers import Settled
from matching.errors import NoAnswerError


def solve_coupled(problem: TieredProblem, flows: list[Settled], deadline: float) -> Choice:
    """The best plan that obeys the rows, with the proven bound of each tier."""
    start = repair(problem, flows[0].face.pair, flows[-1].chosen)
    if start is None:
        raise NoAnswerError("no plan obeys all rows")
    return _unproven(problem, flows, start)


def _unproven(problem: TieredProblem, flows, chosen) -> Choice:
    value, flow = problem.value(chosen), problem.value(flows[-1].chosen)
    bound = _apart(problem)
    bound[0] = flow[0]
    for tier in range(1, problem.tiers):
        if value[tier - 1] != flow[tier - 1]:
            break
        bound[tier] = flow[tier]
    return Choice(chosen, value, np.maximum(value, bound))


def _apart(problem: TieredProblem) -> I64:
    first = problem.need_start[:-1]
    best = np.maximum.reduceat(problem.points, first, axis=1).sum(axis=1)
    places = np.sort(problem.slot_points, axis=1)[:, ::-1][:, : problem.needs].sum(axis=1)
    return np.asarray(best + places + problem.constant, np.int64)

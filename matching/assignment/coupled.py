"""The tiers settled with the rows, once the flows alone have broken some.

The flows bound every tier from above. Where a plan on the face of their first tiers obeys the rows, those tiers are
proven at once; the others follow one by one, each on what the one before leaves.
"""

import time

import numpy as np

from matching.assignment.face import Face
from matching.assignment.problem import I32, I64, Choice, TieredProblem
from matching.assignment.rows import repair
from matching.assignment.solvers.lp_first import Outcome, settle
from matching.assignment.tiers import Settled, flow_stages
from matching.errors import NoAnswerError


def solve_coupled(problem: TieredProblem, flows: list[Settled], deadline: float) -> Choice:
    """The best plan that obeys the rows, with the proven bound of each tier.

    Args:
        problem: the columns and their rows.
        flows: what the tiers come to without rows, from the whole problem to the last face.
        deadline: in `time.process_time()`.

    Raises:
        NoAnswerError: no plan obeys the rows, or none was found in time.
    """
    _check(problem)
    flow = problem.value(flows[-1].chosen)
    flows = flow_stages(problem, flows[0].face, deadline, together=1)
    rank = _rank(problem, flows)
    plan = repair(problem, flows[0].face.pair, flows[-1].chosen)
    tier, face, outcome = _first(problem, flows, plan, rank, deadline)
    bounds, keeps = flow[:tier].tolist(), dict[int, int]()
    while outcome is not None:
        plan, face = outcome.chosen, outcome.face
        bounds += outcome.bound
        value = problem.value(plan)
        keeps |= {t: int(value[t]) for t in range(tier, len(bounds))}
        tier = len(bounds)
        if tier == problem.tiers or time.process_time() > deadline:
            break
        outcome = settle(problem, face, tier, keeps, plan, rank, deadline)
    if plan is None:
        raise NoAnswerError("すべての決まりを守る案が見つかりません / no plan was found that obeys all rows")
    return _told(problem, plan, flow, bounds)


def _first(
    problem: TieredProblem, flows: list[Settled], plan: I32 | None, rank: I64, deadline: float
) -> tuple[int, Face, Outcome | None]:
    """The first tier that the rows touch, settled on the face of the flow tiers before it."""
    for settled in [*flows[-2:0:-1], flows[0]]:
        start = plan if settled.tier == 0 else None
        outcome = settle(problem, settled.face, settled.tier, {}, start, rank, deadline)
        if outcome is not None:
            return settled.tier, settled.face, outcome
    return 0, flows[0].face, None


def _told(problem: TieredProblem, plan: I32, flow: I64, found: list[int]) -> Choice:
    """The answer; each tier bounded by what the search found, by the flow while it is met, and by itself alone."""
    value, bound = problem.value(plan), _apart(problem)
    bound[: len(found)] = np.minimum(bound[: len(found)], found)
    met = int(np.append(value != flow, True).argmax())
    bound[: met + 1] = np.minimum(bound[: met + 1], flow[: met + 1])
    return Choice(plan, value, bound)


def _apart(problem: TieredProblem) -> I64:
    """What no plan exceeds in a tier, whatever the others: everybody's best pair, and the best places."""
    best = np.maximum.reduceat(problem.points, problem.need_start[:-1], axis=1).sum(axis=1)
    places = np.sort(problem.slot_points, axis=1)[:, ::-1][:, : problem.needs].sum(axis=1)
    return np.asarray(best + places + problem.constant, np.int64)


def _rank(problem: TieredProblem, flows: list[Settled]) -> I64:
    """How soon a pair should be in play: first those on the later faces, then by points."""
    depth = np.zeros(len(problem.need), np.int64)
    for settled in flows[1:]:
        depth[settled.face.pair] += 1
    order = np.lexsort([*-problem.points[::-1], -depth])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _check(problem: TieredProblem) -> None:
    """Refuse or-none rows whose weights could cancel.

    Raises:
        ValueError: naming the row.
    """
    rows, row = problem.rows, np.repeat(np.arange(len(problem.rows)), np.diff(problem.rows.start))
    rises = np.bincount(row[rows.weight > 0], minlength=len(rows)) > 0
    falls = np.bincount(row[rows.weight < 0], minlength=len(rows)) > 0
    mixed = np.flatnonzero(rows.or_none & rises & falls)
    if len(mixed):
        raise ValueError(f"row {mixed[0]} is «so many or none» but has weights of both signs")

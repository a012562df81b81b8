"""The tiers settled with the rows, once the flows alone have broken some.

Up to a size the plan is proven: the flows bound every tier from above; where a plan on the face of their first tiers
obeys the rows, those tiers are proven at once, and the others follow one by one, each on what the one before leaves.
Where that takes long, it is begun anew from a good plan. Beyond that size a good plan is bettered for as long as it
pays, and the prices of the rows bound it.
"""

import time
from contextlib import suppress
from dataclasses import replace
from itertools import chain, repeat

import numpy as np

from matching.assignment.face import Face
from matching.assignment.part import entries_of, restricted
from matching.assignment.problem import I32, I64, PROVABLE, Budget, Choice, Guide, TieredProblem
from matching.assignment.rows import repair
from matching.assignment.solvers.blend import tier_bounds
from matching.assignment.solvers.good_plan import Effort, Good, fixed_work, good_plan
from matching.assignment.solvers.lp_first import Outcome, settle
from matching.assignment.tiers import Settled, flow_stages
from matching.errors import NoAnswerError

SHARE, BRIEF, BROAD = 0.3, 4, 3  # of the time, tries, and tiers, for a first plan that is then proven and bettered
DIRECT, ENOUGH = 0.2, 3.0  # of the time, if that many seconds are left: most towns are proven from any plan


def solve_coupled(problem: TieredProblem, flows: list[Settled], deadline: float, budget: Budget) -> Choice:
    """The best plan that obeys the rows, with the proven bound of each tier.

    Args:
        problem: the columns and their rows.
        flows: what the tiers come to without rows, from the whole problem to the last face.
        deadline: in `time.process_time()`.
        budget: whether brisk, and how many proofs are asked for.

    Raises:
        NoAnswerError: no plan obeys the rows, or none was found in time.
    """
    _check(problem)
    pairs = flows[0].face.pair
    possible = restricted(problem, pairs)
    if problem.needs <= PROVABLE:
        return _small(problem, flows, possible, deadline, budget.proofs)
    good = good_plan(possible, fixed_work(deadline, problem.needs) if budget.brisk else Effort(deadline, thorough=True))
    if good is None:
        return _proven(problem, flows, repair(problem, pairs, flows[-1].chosen), deadline)
    return _bounded(problem, flows, possible, good, deadline)


def _small(
    problem: TieredProblem, flows: list[Settled], possible: TieredProblem, deadline: float, proofs: int | None
) -> Choice:
    """Proven from the flow's plan, repaired; where that takes too long, from a good plan."""
    pairs, begin = flows[0].face.pair, time.process_time()
    plan = repair(problem, pairs, flows[-1].chosen)
    first, left = None, deadline - begin
    with suppress(NoAnswerError):
        first = _proven(problem, flows, plan, begin + left * DIRECT, proofs) if left > ENOUGH else None
    if first is not None and (proofs is not None or bool(first.proven.all())):
        return first
    now = time.process_time()
    good = good_plan(possible, Effort(now + (deadline - now) * SHARE, tries=BRIEF, tiers=BROAD))
    known = None if first is None else first.chosen
    second = _proven(problem, flows, known if good is None else pairs[good.chosen], deadline)
    return second if first is None or tuple(second.value) >= tuple(first.value) else first


def _bounded(
    problem: TieredProblem, flows: list[Settled], possible: TieredProblem, good: Good, deadline: float
) -> Choice:
    """The good plan, bounded by the prices of the rows."""
    plan = flows[0].face.pair[good.chosen]
    found = tier_bounds(possible, good.guide, problem.value(plan), deadline)
    told = _told(problem, plan, problem.value(flows[-1].chosen)[: flows[-1].tier], found)
    link = np.zeros(len(problem.rows.pair), np.int64)
    link[entries_of(problem.rows, flows[0].face.pair, len(problem.need))] = good.guide.prices.link
    return replace(told, guide=Guide(good.guide.weight, replace(good.guide.prices, link=link)))


def _proven(
    problem: TieredProblem, flows: list[Settled], plan: I32 | None, deadline: float, proofs: int | None = None
) -> Choice:
    """The best plan, tier after tier, starting from one that obeys the rows."""
    closes = chain(repeat(True, problem.tiers if proofs is None else proofs), repeat(False))
    flow = problem.value(flows[-1].chosen)
    flows = flow_stages(problem, flows[0].face, deadline, together=1)
    rank = _rank(problem, flows)
    tier, face, outcome = _first(problem, flows, plan, rank, deadline, next(closes))
    bounds, keeps = flow[:tier].tolist(), dict[int, int]()
    while outcome is not None:
        plan, face = outcome.chosen, outcome.face
        bounds += outcome.bound
        value = problem.value(plan)
        keeps |= {t: int(value[t]) for t in range(tier, len(bounds))}
        tier = len(bounds)
        if tier == problem.tiers or time.process_time() > deadline:
            break
        outcome = settle(problem, face, tier, keeps, plan, rank, deadline, next(closes))
    if plan is None:
        raise NoAnswerError("すべての決まりを守る案が見つかりません / no plan was found that obeys all rows")
    return _told(problem, plan, flow, bounds)


def _first(
    problem: TieredProblem, flows: list[Settled], plan: I32 | None, rank: I64, deadline: float, closes: bool
) -> tuple[int, Face, Outcome | None]:
    """The first tier that the rows touch, settled on the face of the flow tiers before it."""
    for settled in [*flows[-2:0:-1], flows[0]]:
        outcome = settle(problem, settled.face, settled.tier, {}, plan, rank, deadline, closes)
        if outcome is not None:
            return settled.tier, settled.face, outcome
    return 0, flows[0].face, None


def _told(problem: TieredProblem, plan: I32, flow: I64, found: list[int]) -> Choice:
    """The answer; each tier bounded by what the search found, by the flow while it is met, and by itself alone."""
    value, bound = problem.value(plan), _apart(problem)
    bound[: len(found)] = np.minimum(bound[: len(found)], found)
    met = int(np.append(value[: len(flow)] != flow, True).argmax())
    bound[: met + 1] = np.minimum(bound[: met + 1], np.append(flow, bound[len(flow) :])[: met + 1])
    return Choice(plan, value, bound)


def lexicographic_bound(problem: TieredProblem, relaxed: Choice, value: I64) -> I64:
    """What bounds a plan of this value in every tier, by the answer to a problem that leaves out some of its rows.

    A bound holds among plans that are as good in the tiers before; after the first tier in which the plan falls short,
    only what no plan exceeds, whatever the other tiers.
    """
    met = int(np.append(value != relaxed.bound, True).argmax())
    bound = _apart(problem)
    bound[: met + 1] = np.minimum(bound, relaxed.bound)[: met + 1]
    return np.asarray(np.maximum(bound, value), np.int64)


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

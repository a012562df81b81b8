"""Coupled matchings: the LP first, then a MIP on what stays fractional, with a bound in whole numbers.

The LP is nearly tight here (a flow with side rows), so a full MIP would be waste: start with few pairs of each need,
price the others in, open or-none rows only when broken, fix what came out whole, and search the rest. What the bound's
reduced costs leave in question is small then, and a MIP on that closes the gap. The LP's bound is exact; where only
branching closes a gap, the bound is HiGHS's own, less a margin for its floating point.
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.face import Face, reach_of
from matching.assignment.packing import packing
from matching.assignment.problem import I32, I64, Budget, Choice, Problem, TieredProblem
from matching.assignment.solvers.search import Search

TELLING = 2**28  # costs up to this are told apart by the LP's and the MIP's floating point


@dataclass(frozen=True, slots=True)
class Outcome:
    """Some tiers settled: the plan, the bound of each of them, and the face that the next tier may move on."""

    chosen: I32
    bound: list[int]
    face: Face


def solve(problem: Problem, budget: Budget) -> Choice:
    """The cheapest plan that obeys the rows, with its proven bound.

    Raises:
        NoAnswerError: no plan was found.
    """
    from matching.assignment.tiers import solve_tiers

    tiered = TieredProblem(
        problem.needs, problem.sites, problem.need, problem.site, -problem.cost[None, :],
        problem.slot_start, -problem.slot_cost[None, :], np.zeros(1, np.int64), problem.rows,
    )  # fmt: skip
    choice = solve_tiers(tiered, budget)
    return Choice(choice.chosen, -choice.value, -choice.bound)


def settle(
    problem: TieredProblem,
    face: Face,
    first: int,
    keeps: dict[int, int],
    start: I32 | None,
    rank: I64,
    deadline: float,
    closes: bool = True,
) -> Outcome | None:
    """The best plan, on the face, of tier `first` and as many more as one LP can tell apart; rows obeyed.

    Args:
        problem, face: the columns and rows, and the plans still in question.
        first: the tier.
        keeps: earlier tiers, and the values that they may not fall below.
        start: a plan that does so already, if one is known.
        rank: shape (pairs,), smaller = the sooner a pair of its need should be in play.
        deadline: in `time.process_time()`.
        closes: whether to search for the proof, too; else the plan is what the LP leads to.

    Returns:
        None where the face holds no such plan, or none was found in time.
    """
    factor = _factors(problem, face, first)
    search = Search(problem, face, factor, keeps, deadline)
    if start is not None and np.isin(start, face.pair).all():
        search.offer(np.searchsorted(face.pair, start))
    if not search.relax(rank[face.pair]):
        return None
    search.round_off()
    if closes:
        search.close()
    if search.best is None or search.bound is None:
        return None
    chosen = face.pair[search.best]
    return Outcome(chosen, _told(problem, chosen, factor, search.cost - search.proven), search.narrowed())


def _factors(problem: TieredProblem, face: Face, first: int) -> I64:
    """What each tier counts: more than all after it together could make up for; 0 where it must wait."""
    spread = [reach_of(problem, face, tier) for tier in range(first, problem.tiers)]
    words = packing(spread, max(TELLING, 2 * spread[0] + 2))
    factor = np.zeros(problem.tiers, np.int64)
    factor[first:] = np.where(words.word == 0, words.factor, 0)
    return factor


def _told(problem: TieredProblem, chosen: I32, factor: I64, gap: int) -> list[int]:
    """The bounds of the tiers with a factor, when their sum can rise by no more than `gap`.

    Any plan as good in the tiers before is worse or better in the later ones by less than one unit of this one, so a
    tier may rise by gap / factor, and one more where the later ones fall.
    """
    value = problem.value(chosen)
    tiers = np.flatnonzero(factor)
    rises = [gap // int(factor[t]) + (1 if gap and t != tiers[-1] else 0) for t in tiers]
    return [int(value[t]) + rise for t, rise in zip(tiers, rises, strict=True)]

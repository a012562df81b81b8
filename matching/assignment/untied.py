"""The part of a plan that no row can hold together: a pure flow, in which the plan can be bettered and priced."""

import time
from dataclasses import replace

import numpy as np

from matching.assignment.problem import I32, PROVABLE, Bools, Budget, Choice, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers

GONE = -1


def untied(problem: TieredProblem, chosen: I32) -> tuple[TieredProblem, I32]:
    """The same problem with only those pairs that cannot break a row whoever moves, and where each pair went.

    A pair in no row stays. A chosen pair stays; who stands in a row that asks for a minimum, or binds people together,
    stays where they are. Any other pair of a row is left out (`GONE`). So every plan of it obeys the rows.
    """
    rows = problem.rows
    in_row = np.zeros(len(problem.need), np.bool_)
    in_row[rows.pair] = True
    stays = _who_stays(problem, chosen)
    kept = np.flatnonzero(_marked(problem, chosen) | (~in_row & ~stays[problem.need]))
    at = np.full(len(problem.need), GONE, np.int32)
    at[kept] = np.arange(len(kept))
    free = replace(
        problem, need=problem.need[kept], site=problem.site[kept], points=problem.points[:, kept], rows=Rows()
    )
    return free, at


def may_join_alone(problem: TieredProblem, chosen: I32) -> Bools:
    """Which pairs keep every row if their need alone changes to them, while all others stay or leave rows: (pairs,)."""
    rows = problem.rows
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    planned = np.where(_marked(problem, chosen)[rows.pair], rows.weight, 0)
    total = np.bincount(row_of, planned, len(rows)).astype(np.int64)
    _, who = np.unique(row_of * problem.needs + problem.need[rows.pair], return_inverse=True)
    own = np.bincount(who, planned).astype(np.int64)[who]
    then = total[row_of] - own + rows.weight
    low = np.where(rows.or_none[row_of] & (then == 0), 0, rows.lower[row_of])
    breaks = (then < low) | (then > rows.upper[row_of])
    joins = ~_who_stays(problem, chosen)[problem.need]
    joins[rows.pair[breaks]] = False
    return np.asarray(joins)


def bettered(problem: TieredProblem, choice: Choice, budget: Budget) -> Choice:
    """The plan with its untied part made the best there is: never worse, and the rows are obeyed as before."""
    if not len(problem.rows) or bool(choice.proven.all()):
        return choice
    free, at = untied(problem, choice.chosen)
    again = solve_tiers(free, budget).chosen if problem.needs <= PROVABLE else _blended_best(free, budget)
    chosen = np.flatnonzero(at != GONE)[again].astype(np.int32)
    value = problem.value(chosen)
    return replace(choice, chosen=chosen, value=value) if tuple(value) > tuple(choice.value) else choice


def _blended_best(free: TieredProblem, budget: Budget) -> I32:
    """The best plan by one flow of all tiers together: nearly lexicographic, and one flow instead of one a tier."""
    from matching.assignment.solvers.blend import blended, charged_flow, weights

    one = blended(free, weights(free))
    return charged_flow(one, np.zeros(len(one.need), np.int64), time.process_time() + budget.seconds)[0]


def _marked(problem: TieredProblem, chosen: I32) -> Bools:
    """The chosen pairs as a mask."""
    marked = np.zeros(len(problem.need), np.bool_)
    marked[chosen] = True
    return marked


def _who_stays(problem: TieredProblem, chosen: I32) -> Bools:
    """Needs whose chosen pair stands in a row that could break if it left: one with a minimum, or one that binds."""
    rows = problem.rows
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    binds = (rows.lower > 0) | rows.or_none | (rows.lower == rows.upper)
    binds[row_of[rows.weight < 0]] = True
    pairs = rows.pair[binds[row_of]]
    stays = np.zeros(problem.needs, np.bool_)
    stays[problem.need[pairs[_marked(problem, chosen)[pairs]]]] = True
    return stays

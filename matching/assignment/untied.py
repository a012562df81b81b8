"""The part of a plan that no row can hold together: a pure flow, in which the plan can be bettered and priced."""

from dataclasses import replace

import numpy as np

from matching.assignment.problem import I32, Bools, Budget, Choice, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers

GONE = -1


def untied(problem: TieredProblem, chosen: I32) -> tuple[TieredProblem, I32]:
    """The same problem with only those pairs that cannot break a row whoever moves, and where each pair went.

    A pair in no row stays. A chosen pair stays; who stands in a row that asks for a minimum, or binds people together,
    stays where they are. Any other pair of a row is left out (`GONE`). So every plan of it obeys the rows.
    """
    rows = problem.rows
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    in_row = np.zeros(len(problem.need), np.bool_)
    in_row[rows.pair] = True
    binding = (rows.lower > 0) | rows.or_none | (rows.lower == rows.upper) | _has_negative(problem)
    is_chosen = np.zeros(len(problem.need), np.bool_)
    is_chosen[chosen] = True
    bound = rows.pair[binding[row_of]]
    stays = np.zeros(problem.needs, np.bool_)
    stays[problem.need[bound[is_chosen[bound]]]] = True
    kept = np.flatnonzero(is_chosen | (~in_row & ~stays[problem.need]))
    at = np.full(len(problem.need), GONE, np.int32)
    at[kept] = np.arange(len(kept))
    free = replace(
        problem, need=problem.need[kept], site=problem.site[kept], points=problem.points[:, kept], rows=Rows()
    )
    return free, at


def bettered(problem: TieredProblem, choice: Choice, budget: Budget) -> Choice:
    """The plan with its untied part made the best there is: never worse, and the rows are obeyed as before."""
    if not len(problem.rows) or bool(choice.proven.all()):
        return choice
    free, at = untied(problem, choice.chosen)
    again = solve_tiers(free, budget)
    chosen = np.flatnonzero(at != GONE)[again.chosen].astype(np.int32)
    value = problem.value(chosen)
    return replace(choice, chosen=chosen, value=value) if tuple(value) > tuple(choice.value) else choice


def _has_negative(problem: TieredProblem) -> Bools:
    """Rows in which leaving could raise the sum."""
    rows = problem.rows
    out = np.zeros(len(rows), np.bool_)
    out[np.repeat(np.arange(len(rows)), np.diff(rows.start))[rows.weight < 0]] = True
    return out

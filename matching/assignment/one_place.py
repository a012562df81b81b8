"""One place more or fewer at every site of a plan with rows: exact wherever it can be seen without solving anew.

Rows only take plans away. Where a plan is optimal even without them, what one more place could gain without rows bounds
what it gains with them; and where the plan that gains so much obeys the rows, it gains exactly that. The same holds for
what one place fewer costs. Elsewhere only solving anew can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.assignment.part import Standing
from matching.assignment.prices import Residual, residual_graph, worth_in
from matching.assignment.problem import I32, I64, Bools, TieredProblem
from matching.assignment.rows import holds
from matching.assignment.whatif import way_back, way_out


@dataclass(frozen=True, slots=True)
class OnePlace:
    """What one more place gains and one fewer costs, as `prices.worth` tells it, and at which sites that is exact.

    Attributes:
        plus, minus: (tiers, sites), a bound where it is not exact.
        plus_exact, minus_exact: (sites,).
    """

    plus: I64
    minus: I64
    plus_exact: Bools
    minus_exact: Bools


def one_place(problem: TieredProblem, chosen: I32) -> OnePlace | None:
    """The worth of one place at every site; None where the rows hold the plan back, so that nothing is known.

    Args:
        problem: the columns, with their rows.
        chosen: shape (needs,), an optimal plan that obeys the rows.
    """
    try:
        residual = residual_graph(problem, chosen)
    except ValueError:
        return None  # without the rows a better plan would be there
    plus, minus = worth_in(residual, problem)
    standing = Standing(problem, chosen)
    stays = (plus == 0).all(axis=0), (minus == 0).all(axis=0) & (standing.load < np.diff(problem.slot_start))
    return OnePlace(
        plus,
        minus,
        _exact(standing, residual, plus, stays[0], way_back),
        _exact(standing, residual, minus, stays[1], way_out),
    )


def _exact(
    standing: Standing,
    residual: Residual,
    worth: I64,
    stays: Bools,
    way: Callable[[TieredProblem, Residual, int], list[int]],
) -> Bools:
    """Sites at which the plan `stays`, no plan is left, or the changed plan obeys the rows."""
    problem, exact = standing.problem, np.ones(worth.shape[1], np.bool_)
    if not len(problem.rows):
        return exact
    some = ~stays & (worth[0] != np.iinfo(np.int64).max)
    for site in np.flatnonzero(some).tolist():
        pair = np.array(way(problem, residual, site), np.int32)
        exact[site] = _obeys(standing, residual.chosen, pair)
    return exact


def _obeys(standing: Standing, chosen: I32, pair: I32) -> bool:
    """Whether all rows hold when the needs of these pairs change to them."""
    need = standing.problem.need[pair].astype(np.int64)
    if not len(standing.entries(pair)) and not len(standing.entries(chosen[need])):
        return True
    standing.move(need, pair)
    obeys = bool(holds(standing.problem.rows, standing.sums).all())
    standing.move(need, chosen[need])
    return obeys

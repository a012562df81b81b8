"""HiGHS through SciPy: a programme's LP with its duals, and its MIP with its bound."""

from typing import Any, cast

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.assignment.solvers.master import Floats, Programme

LEAST_SECONDS = 0.05


def solve_lp(made: Programme, seconds: float) -> tuple[Floats, Floats, float] | None:
    """The LP's plan, one dual a row, and its value; None where there is none (or no time)."""
    equal = made.low == made.high
    upper, lower = ~equal & np.isfinite(made.high), ~equal & np.isfinite(made.low)
    inequality = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    sign = np.concatenate([np.ones(int(upper.sum())), -np.ones(int(lower.sum()))])
    matrix = made.matrix[inequality]
    matrix.data *= np.repeat(sign, np.diff(matrix.indptr))
    right = np.concatenate([made.high[upper], -made.low[lower]])
    answer = linprog(
        made.cost.astype(float),
        A_ub=cast("Any", matrix if len(right) else None),
        b_ub=right if len(right) else None,
        A_eq=cast("Any", made.matrix[equal]),
        b_eq=made.low[equal],
        bounds=cast("Any", np.stack([made.least, made.most], axis=1)),
        method="highs-ds",
        options={"time_limit": max(LEAST_SECONDS, seconds)},
    )
    if answer.status != 0 or answer.x is None or answer.fun is None:
        return None
    dual = np.zeros(len(made.low))
    dual[equal] = answer.eqlin.marginals
    if len(right):
        np.add.at(dual, inequality, sign * answer.ineqlin.marginals)
    return answer.x, dual, float(answer.fun)


def solve_mip(made: Programme, whole: int, groups: int, seconds: float, gap: float) -> tuple[Floats | None, float]:
    """The MIP's best plan, if any, and what no plan of the programme costs less than, as floating point tells it.

    Args:
        made: the programme.
        whole, groups: its first `whole` columns are whole numbers, and all after the next `groups`.
        seconds: the time limit.
        gap: the relative gap at which to stop.
    """
    integrality = np.ones(len(made.cost), np.int8)
    integrality[whole : whole + groups] = 0
    answer = milp(
        made.cost.astype(float),
        integrality=integrality,
        bounds=Bounds(made.least, made.most),
        constraints=LinearConstraint(made.matrix, made.low, made.high),
        options={"time_limit": max(LEAST_SECONDS, seconds), "mip_rel_gap": gap},
    )
    bound = -np.inf if answer.mip_dual_bound is None else float(answer.mip_dual_bound)
    return answer.x, bound - 1e-3 - 1e-9 * abs(bound) if np.isfinite(bound) else -np.inf

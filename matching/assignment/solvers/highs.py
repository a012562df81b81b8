"""A programme's MIP by HiGHS through SciPy, with its bound."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.assignment.solvers.master import Floats, Programme

LEAST_SECONDS = 0.05


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

"""A programme's LP with its duals: by OR-Tools' GLOP, and by HiGHS where GLOP does not soon get there.

On the programmes of towns GLOP is three times as fast; on some others four times as slow.
"""

from typing import Any, cast

import numpy as np
from ortools.linear_solver.python import model_builder_helper as glop
from scipy.optimize import linprog

from matching.assignment.solvers.master import Floats, Programme

LEAST_SECONDS = 0.05
SOON = 1e-5  # of GLOP's deterministic time units for each column; towns take half of that

Solved = tuple[Floats, Floats, float]


def solve_lp(made: Programme, seconds: float) -> Solved | None:
    """The LP's plan, one dual a row, and its value; None where there is none (or no time)."""
    status, solved = _by_glop(made, seconds)
    if solved is not None or status in {glop.SolveStatus.INFEASIBLE, glop.SolveStatus.MODEL_INVALID}:
        return solved
    return _by_highs(made, seconds)


def _by_glop(made: Programme, seconds: float) -> tuple[glop.SolveStatus, Solved | None]:
    model, solver = glop.ModelBuilderHelper(), glop.ModelSolverHelper("glop")
    least, most, low, high = made.least, made.most, made.low, made.high
    columns: list[Any] = [column.astype(float) for column in (least, most, made.cost, low, high)]
    fill: Any = model.fill_model_from_sparse_data
    fill(*columns, made.matrix)
    solver.set_solver_specific_parameters(f"max_deterministic_time: {SOON * len(made.cost) + 0.05}")
    solver.set_time_limit_in_seconds(max(LEAST_SECONDS, seconds))
    solver.solve(model)
    if solver.status() != glop.SolveStatus.OPTIMAL:
        return solver.status(), None
    plan, dual = np.array(solver.variable_values()), np.array(solver.dual_values())
    return solver.status(), (plan, dual, float(solver.objective_value()))


def _by_highs(made: Programme, seconds: float) -> Solved | None:
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

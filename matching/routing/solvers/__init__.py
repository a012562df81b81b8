"""Solvers of a day of rides behind one protocol, the one explicit list of them, and the planner that picks.

A solver is a module with two functions. Modules are loaded when they are asked for, so that nobody waits for compiled
kernels or for OR-Tools where they are not needed.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, cast

from matching.routing.problem import Budget, Plan, RoutingProblem

Progress = Callable[[float, float], None]
"""Told at times: the cost of the best plan so far, and what no plan can better."""

# the first that supports the problem is asked; `exact` proves what it can within the budget
SOLVERS = ("exact", "anytime", "ortools_routing")


class Solver(Protocol):
    """What every module in `SOLVERS` offers."""

    def supports(self, problem: RoutingProblem) -> bool:
        """Whether this solver may be asked for a plan of `problem`."""

    def solve(self, problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
        """The best plan found within the budget, with its bounds."""


def solver(name: str) -> Solver:
    """The solver of that name in `SOLVERS`.

    Raises:
        ValueError: there is none.
    """
    if name not in SOLVERS:
        raise ValueError(f"no solver is called {name}; there are {', '.join(SOLVERS)}")
    return cast("Solver", import_module(f"{__name__}.{name}"))

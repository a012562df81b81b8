"""Solvers of the assignment behind one protocol, and the one explicit list of them.

A solver is a module with two functions. Modules are loaded when they are asked for, so that nobody waits for OR-Tools
or for compiled kernels that are not needed.
"""

from importlib import import_module
from typing import Protocol, cast

from matching.assignment.problem import Budget, Choice, Problem

# fastest first; each is exact except greedy, the baseline
SOLVERS = ("auction", "min_cost_flow", "greedy")


class Solver(Protocol):
    """What every module in `SOLVERS` offers."""

    def supports(self, problem: Problem) -> bool:
        """Whether this solver may be asked for an answer to `problem`."""

    def solve(self, problem: Problem, budget: Budget) -> Choice:
        """The chosen pair of every need, with its cost and a proven bound.

        Raises:
            NoAnswerError: not every need can have a place.
            ValueError: costs beyond what the solver can compute exactly.
        """


def solver(name: str) -> Solver:
    """The solver of that name in `SOLVERS`.

    Raises:
        ValueError: there is none.
    """
    if name not in SOLVERS:
        raise ValueError(f"no solver is called {name}; there are {', '.join(SOLVERS)}")
    return cast("Solver", import_module(f"{__name__}.{name}"))

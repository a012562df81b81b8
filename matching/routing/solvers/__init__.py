"""Solvers of a day of rides behind one protocol, the one explicit list of them, and the planner that picks.

A solver is a module with two functions. Modules are loaded when they are asked for, so that nobody waits for compiled
kernels or for OR-Tools where they are not needed.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Protocol, cast

import numpy as np

from matching.errors import NoAnswerError, RefusedPlanError
from matching.routing.answer import StoppedError
from matching.routing.impossible import impossible, sound, without
from matching.routing.problem import Budget, Plan, RideTier, RoutingProblem
from matching.routing.verify import verify_plan

Progress = Callable[[float, float], None]
"""Told at times: the cost of the best plan so far, and what no plan can better."""

# asked in this order, each for what is left of the time, until a plan is proven
SOLVERS = ("fragments", "every_set", "anytime", "ortools_routing")

GOOD_AT_ONCE = ("fragments", "anytime")  # these always have a good plan, or say at once that they have none
COMPILING = 3.0  # seconds: loading what is compiled takes less
AT_ONCE = 60  # steps a ride of the anytime solver, where somebody interrupts a proof
PROOF = 0.6  # of the time that is left goes to each solver that may end without a plan


class Solver(Protocol):
    """What every module in `SOLVERS` offers."""

    def supports(self, problem: RoutingProblem) -> bool:
        """Whether this solver may be asked for a plan of `problem`."""

    def solve(self, problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
        """The best plan found within the budget, with its bounds.

        Raises:
            NoAnswerError: this solver finds none.
        """


def solver(name: str) -> Solver:
    """The solver of that name in `SOLVERS`.

    Raises:
        ValueError: there is none.
    """
    if name not in SOLVERS:
        raise ValueError(f"no solver is called {name}; there are {', '.join(SOLVERS)}")
    return cast("Solver", import_module(f"{__name__}.{name}"))


def solve_rides(
    problem: RoutingProblem, seconds: float = 60.0, progress: Progress = lambda _cost, _bound: None, seed: int = 0
) -> Plan:
    """The best plan of a day within so many CPU seconds, judged; who cannot be driven at all is left out beforehand.

    Who interrupts (Ctrl-C) gets the best plan so far.

    Raises:
        RefusedPlanError: the judge refuses the plan; a fault of ours.
    """
    until = time.process_time() + seconds
    clean = sound(problem)
    possible = without(clean, set(impossible(clean)))
    best: Plan | None = None
    for name in SOLVERS:
        left = until - time.process_time()
        if best is not None and (left <= 0 or best.status == "optimal"):
            break
        one, share = solver(name), 1.0 if name in GOOD_AT_ONCE else PROOF
        if one.supports(possible):
            started = time.process_time()
            ready(name)
            took = time.process_time() - started
            until += took if took > COMPILING else 0.0
            try:
                with suppress(NoAnswerError):
                    best = better(best, one.solve(possible, Budget(share * max(0.0, left)), seed, progress))
            except StoppedError as stopped:
                best = better(best, stopped.plan)
                break
            except KeyboardInterrupt:
                best = best or _at_once(possible, seed)
                break
    assert best is not None, "the anytime solver has a plan for every day"
    wrong = verify_plan(replace(possible, must=possible.must & (best.status != "infeasible")), best)
    if wrong:
        raise RefusedPlanError("; ".join(wrong[:10]))
    return _told(problem, possible, _bounded(possible, best))


def _bounded(problem: RoutingProblem, plan: Plan) -> Plan:
    """The plan with a bound of its cost, where everybody who can be driven is and no better bound is known."""
    able = np.arange(problem.rides) if problem.allowed is None else np.flatnonzero(problem.allowed.any(axis=1))
    cost = plan.tiers[-1]
    if plan.status == "optimal" or cost.bound > 0 or not set(plan.unserved).isdisjoint(able.tolist()):
        return plan
    from matching.routing.solvers.least_ways import least_ways

    least = min(cost.value, least_ways(problem, able))
    return replace(plan, tiers=(*plan.tiers[:-1], replace(cost, bound=max(cost.bound, least))))


def _at_once(problem: RoutingProblem, seed: int) -> Plan:
    """A good plan without much thought."""
    return solver("anytime").solve(problem, Budget(steps=AT_ONCE * problem.rides), seed, lambda _cost, _bound: None)


@cache
def ready(name: str) -> None:
    """Load the compiled loops of a solver. They are compiled once an installation: no time for thinking is for that."""
    nobody = np.zeros(4)
    way = np.array([[0.0, 2, 3, 2], [2, 0, 2, 3], [3, 2, 0, 2], [2, 3, 2, 0]])
    tiny = RoutingProblem(
        open=nobody, close=nobody + 99, service=nobody + 1, minutes=way, cost=way, pickup=np.array([0, 1]),
        drop=np.array([2, 3]), load=np.ones((2, 1), np.int64), max_ride=np.full(2, 50.0), priority=np.ones(2, np.int64),
        must=np.zeros(2, np.bool_), start=np.zeros(2, np.int64), end=np.zeros(2, np.int64), leave=np.zeros(2),
        back=np.full(2, 99.0), max_minutes=np.full(2, 99.0), capacity=np.ones((2, 1), np.int64), fixed_cost=np.zeros(2),
        max_rides=np.full(2, 9),
    )  # fmt: skip
    solver(name).solve(tiny, Budget(5.0, steps=200), 0, lambda _cost, _bound: None)


def better(one: Plan | None, other: Plan) -> Plan:
    """The plan that serves more by priority, or costs less; with the tighter bounds of both."""
    if one is None:
        return other
    tiers = [
        RideTier(a.name, a.value, max(a.bound, b.bound) if a.name == "cost" else min(a.bound, b.bound))
        for a, b in zip(one.tiers, other.tiers, strict=True)
    ]
    best = max((one, other), key=_goodness)
    tiers = [replace(tier, bound=b.bound) for tier, b in zip(best.tiers, tiers, strict=True)]
    return replace(best, tiers=tuple(tiers))


def _goodness(plan: Plan) -> tuple[float, ...]:
    """The more the better; of equal plans the proven one."""
    return (*(tier.value for tier in plan.tiers[:-1]), -plan.tiers[-1].value, float(plan.status == "optimal"))


def _told(problem: RoutingProblem, possible: RoutingProblem, plan: Plan) -> Plan:
    """The plan as one of the whole day: nobody can serve who cannot be driven."""
    nobody = [] if possible.allowed is None else [r for r in range(problem.rides) if not possible.allowed[r].any()]
    missed = {f"served:{p}": sum(int(problem.priority[r]) == p for r in nobody) for p in set(problem.priority.tolist())}
    wanted = {f"served:{p}": int((problem.priority == p).sum()) for p in set(problem.priority.tolist())}
    tiers = tuple(
        replace(t, bound=min(t.bound, float(wanted[t.name] - missed[t.name]))) if t.name in missed else t
        for t in plan.tiers
    )
    broken = any(problem.must[ride] for ride in plan.unserved)
    return replace(plan, tiers=tiers, status="infeasible" if broken else plan.status)

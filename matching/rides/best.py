"""Questions to the solvers about a part of a day, each in a fixed number of steps or proven."""

from matching.rides.part import Orders, lean
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.verify import verify_plan

SECONDS = 2.0
"""For a proof; what is not proven within it is told as not known."""
QUICK = 600
"""Steps of the search while somebody is on the phone."""


def can_be_driven(problem: RoutingProblem) -> bool:
    """Whether one promise, a ride or out and home, can be driven with all cars free; exact."""
    from matching.routing.solvers import promise

    return promise.can_be_driven(lean(problem).problem)


def asked_exactly(problem: RoutingProblem) -> Plan:
    """The plan of a few rides: `optimal` where it is proven, and then by no chance."""
    from matching.routing.solvers import every_set

    small = lean(problem)
    return small.told(every_set.solve(small.problem, Budget(SECONDS), 1, lambda _best, _bound: None))


def plan_for_all(problem: RoutingProblem, known: Orders, steps: int) -> Plan | None:
    """A sound plan that leaves nobody behind, where one is found from the `known` orders of a plan on.

    To find one is the proof that there is one.
    """
    from matching.routing.solvers import everybody

    small = lean(problem)
    plan = everybody.with_everybody(small.problem, small.orders(known), steps)
    return small.told(plan) if plan is not None and not verify_plan(small.problem, plan) else None


def quick_plan(problem: RoutingProblem) -> Plan:
    """A good plan in well under a second: the same problem gives the same plan."""
    from matching.routing.solvers import anytime

    return anytime.solve(problem, Budget(60.0, QUICK), 1, lambda _best, _bound: None)

"""Questions to the solvers about a part of a day, each in a fixed number of steps or proven."""

from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.verify import verify_plan

SECONDS = 2.0
"""For a proof; what is not proven within it is told as not known."""
STEPS = 1_500
"""Of the search, for a plan that serves everybody: to find one is the proof that there is one."""

QUICK = 600
"""Steps of the search while somebody is on the phone."""


def asked_exactly(problem: RoutingProblem) -> Plan:
    """The plan of a few rides: `optimal` where it is proven, and then by no chance."""
    from matching.routing.solvers import every_set

    return every_set.solve(problem, Budget(SECONDS), 1, lambda _best, _bound: None)


def plan_for_all(problem: RoutingProblem) -> Plan | None:
    """A sound plan that leaves nobody behind, where one is found."""
    from matching.routing.solvers import anytime

    for steps in (QUICK // 3, STEPS):  # most are found at once
        plan = anytime.solve(problem, Budget(60.0, steps), 1, lambda _best, _bound: None)
        if not plan.unserved and not verify_plan(problem, plan):
            return plan
    return None


def quick_plan(problem: RoutingProblem) -> Plan:
    """A good plan in well under a second: the same problem gives the same plan."""
    from matching.routing.solvers import anytime

    return anytime.solve(problem, Budget(60.0, QUICK), 1, lambda _best, _bound: None)

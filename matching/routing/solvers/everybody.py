"""A plan in which everybody rides, looked for from a known one on: who is missing is pressed in, step by step.

The same day, plan and steps give the same answer. What is not found is not proven not to be there.
"""

from collections.abc import Mapping, Sequence

from matching.routing.answer import plan_of
from matching.routing.problem import Plan, RoutingProblem
from matching.routing.solvers.anytime import HOT, orders_of
from matching.routing.solvers.begin import begin
from matching.routing.solvers.day import day_of
from matching.routing.solvers.search import OUT, resume, run
from matching.routing.solvers.tours import NOW

SEED = 1


def with_everybody(problem: RoutingProblem, orders: Mapping[int, Sequence[int]], steps: int) -> Plan | None:
    """A plan that leaves nobody behind, or None where none is found in so many steps.

    `orders` are the nodes that each duty visits in the known plan, without its bases; each has times in `problem`.
    """
    if not problem.duties:
        return None
    day = day_of(problem)
    desk, search = begin(day, SEED)
    stop = dict(zip(problem.pickup.tolist(), range(0, 2 * problem.rides, 2), strict=True))
    stop |= dict(zip(problem.drop.tolist(), range(1, 2 * problem.rides, 2), strict=True))
    for duty, order in orders.items():
        search.tours.size[NOW, duty] = len(order) + 2
        search.tours.line["stop"][NOW, duty, 1 : len(order) + 1] = [stop[node] for node in order]
        search.tours.line["stop"][NOW, duty, len(order) + 1] = day.duties["last"][duty]
    resume(day, desk, search, False)
    served = max(1, problem.rides - int(search.counts[OUT]))
    heat = HOT * max(float(search.cost[0]), 1e-6) / served
    run(day, desk, search, steps, heat, heat, True)
    return None if search.counts[OUT] else plan_of(problem, orders_of(problem, search))

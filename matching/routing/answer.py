"""From who rides with whom, in which order, to a plan: times, tiers, and what no plan can better."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from matching.errors import RefusedPlanError
from matching.routing.problem import Plan, RideTier, Route, RoutingProblem, Status
from matching.routing.schedule import route_of
from matching.routing.verify import plan_cost


class StoppedError(KeyboardInterrupt):
    """Somebody interrupts; `plan` is the best so far."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("stopped with the best plan so far")


def plan_of(problem: RoutingProblem, orders: Sequence[Iterable[int]], bound: float | None = None) -> Plan:
    """The plan in which duty d visits the nodes `orders[d]` (without its bases), and nobody else is served.

    `bound` is the least cost of any plan that serves as many, where that has been proven.

    Raises:
        RefusedPlanError: an order has no times; a fault of the solver.
    """
    visits = [tuple(map(int, order)) for order in orders]
    routes = tuple(_routed(problem, duty, order) for duty, order in enumerate(visits) if order)
    seen = {node for route in routes for node in route.nodes[1:-1]}
    left = tuple(ride for ride in range(problem.rides) if int(problem.pickup[ride]) not in seen)
    tiers = _tiers(problem, routes, left, bound)
    proven = all(np.isclose(tier.value, tier.bound) for tier in tiers)
    broken = any(problem.must[ride] for ride in left)
    status: Status = "infeasible" if broken else "optimal" if proven else "feasible"
    return Plan(status, routes, left, tiers)


def _routed(problem: RoutingProblem, duty: int, order: tuple[int, ...]) -> Route:
    """The route of a duty with its times."""
    inside = set(order)
    rides = tuple(ride for ride in range(problem.rides) if int(problem.pickup[ride]) in inside)
    nodes = (int(problem.start[duty]), *order, int(problem.end[duty]))
    route = route_of(problem, duty, nodes, rides)
    if route is None:
        raise RefusedPlanError(f"duty {duty} has no times for the order {nodes}")
    return route


def _tiers(
    problem: RoutingProblem, routes: tuple[Route, ...], left: tuple[int, ...], bound: float | None
) -> tuple[RideTier, ...]:
    """Rides served by priority from the highest down, then the cost; a bound of the cost only where all are served."""
    wanted = Counter(problem.priority.tolist())
    missed = Counter(int(problem.priority[ride]) for ride in left)
    served = [RideTier(f"served:{p}", float(wanted[p] - missed[p]), float(wanted[p])) for p in sorted(wanted)[::-1]]
    cost = plan_cost(problem, Plan("feasible", routes, left, ()))
    known = bound if bound is not None and not left else 0.0
    return (*served, RideTier("cost", cost, min(cost, known)))

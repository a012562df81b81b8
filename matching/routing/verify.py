"""The judge of a day's plan: knows no solver, looks at every rule, and names all that is wrong."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from matching.routing.problem import Break, PairMode, Plan, Route, RoutingProblem

EPS = 1e-6
"""Minutes by which floating point may be off."""


def verify_plan(problem: RoutingProblem, plan: Plan) -> list[str]:
    """Everything that is wrong with a plan; nothing where it is sound. Rides have nodes of their own."""
    nonsense = list(_shape(problem, plan))
    if nonsense:
        return nonsense
    return [
        *_everybody_once(problem, plan),
        *_duties(problem, plan),
        *_promises(problem, plan),
        *_values(problem, plan),
    ]


def _shape(problem: RoutingProblem, plan: Plan) -> Iterator[str]:
    """What makes no plan at all: duties, nodes or rides that are not there, not one time a node, rides left twice."""
    nodes = len(problem.open)
    for route in plan.routes:
        if not 0 <= route.duty < problem.duties:
            yield f"there is no duty {route.duty}"
        for node in route.nodes:
            if not 0 <= node < nodes:
                yield f"there is no node {node}"
        if not len(route.nodes) == len(route.begins) == len(route.arrives):
            yield f"duty {route.duty}: has not one time a node"
    for ride, times in Counter(plan.unserved).items():
        if not 0 <= ride < problem.rides or times > 1:
            yield f"ride {ride} is left behind {times} times of {problem.rides} rides"


def _everybody_once(problem: RoutingProblem, plan: Plan) -> Iterator[str]:
    seen = Counter(node for route in plan.routes for node in route.nodes[1:-1])
    known = {*problem.pickup.tolist(), *problem.drop.tolist()}
    for node, times in seen.items():
        if node not in known:
            yield f"node {node} is nobody's"
        elif times > 1:
            yield f"node {node} is visited {times} times"
    left = set(plan.unserved)
    for ride in range(problem.rides):
        at = seen[int(problem.pickup[ride])], seen[int(problem.drop[ride])]
        if at != ((0, 0) if ride in left else (1, 1)):
            yield f"ride {ride} is {'left behind' if ride in left else 'served'}, yet visited {at}"
        if ride in left and problem.must[ride]:
            yield f"ride {ride} must be served"


def _duties(problem: RoutingProblem, plan: Plan) -> Iterator[str]:
    used = Counter(route.duty for route in plan.routes)
    for duty, times in used.items():
        if times > 1:
            yield f"duty {duty} has {times} routes"
    for group in problem.exclusive:
        if sum(used[duty] > 0 for duty in group) > 1:
            yield f"of the duties {group} more than one is used"
    for route in plan.routes:
        for what in (*_route(problem, route), *_on_board(problem, route), *_times(problem, route)):
            yield f"duty {route.duty}: {what}"


def _route(problem: RoutingProblem, route: Route) -> Iterator[str]:
    duty, nodes = route.duty, route.nodes
    if len(nodes) < 2 or (nodes[0], nodes[-1]) != (problem.start[duty], problem.end[duty]):
        yield "does not begin and end where it has to"
    rides = [ride for ride in range(problem.rides) if int(problem.pickup[ride]) in nodes]
    if len(rides) > problem.max_rides[duty]:
        yield f"{len(rides)} rides, more than {problem.max_rides[duty]}"
    for ride in rides:
        if problem.allowed is not None and not problem.allowed[ride, duty]:
            yield f"ride {ride} is not for it"


def _on_board(problem: RoutingProblem, route: Route) -> Iterator[str]:
    """Pairing, room and ride limits."""
    place = {node: i for i, node in enumerate(route.nodes)}
    on = np.zeros((len(route.nodes), problem.load.shape[1]), np.int64)
    heads = np.zeros(len(route.nodes), np.int64)
    for ride, (pick, drop) in enumerate(zip(problem.pickup.tolist(), problem.drop.tolist(), strict=True)):
        if pick not in place or drop not in place:
            continue
        first, last = place[pick], place[drop]
        if last <= first:
            yield f"ride {ride} is dropped before it is picked up"
        on[first:last] += problem.load[ride]
        heads[first:last] += 1
        aboard = route.begins[last] - route.begins[first] - float(problem.service[pick])
        if aboard > problem.max_ride[ride] + EPS:
            yield f"ride {ride} is on board for {aboard:g} minutes, more than {problem.max_ride[ride]:g}"
    for i in np.flatnonzero((on > problem.capacity[route.duty]).any(axis=1)).tolist():
        yield f"too many on board after node {route.nodes[i]}"
    empty = np.flatnonzero(heads[:-1] == 0).tolist()
    for pause in problem.breaks:
        if pause.duty == route.duty and not _rests(problem, route, pause, empty):
            yield f"no room for the break at {pause.earliest:g}"


def _times(problem: RoutingProblem, route: Route) -> Iterator[str]:
    nodes, begins = route.nodes, route.begins
    duty = route.duty
    for node, begin in zip(nodes, begins, strict=True):
        if not problem.open[node] - EPS <= begin <= problem.close[node] + EPS:
            yield f"node {node} begins at {begin:g}, outside {problem.open[node]:g}–{problem.close[node]:g}"
    for i in range(1, len(nodes)):
        arrive = begins[i - 1] + problem.service[nodes[i - 1]] + problem.minutes[nodes[i - 1], nodes[i]]
        if not begins[i] >= arrive - EPS:
            yield f"node {nodes[i]} begins at {begins[i]:g}, before it is reached at {arrive:g}"
        if not abs(route.arrives[i] - arrive) <= EPS and not arrive - EPS <= route.arrives[i] <= begins[i] + EPS:
            yield f"node {nodes[i]} is told to be reached at {route.arrives[i]:g}, and is at {arrive:g}"
    if begins[0] < problem.leave[duty] - EPS or begins[-1] > problem.back[duty] + EPS:
        yield "leaves too early or is back too late"
    if begins[-1] - begins[0] > problem.max_minutes[duty] + EPS:
        yield f"takes {begins[-1] - begins[0]:g} minutes, more than {problem.max_minutes[duty]:g}"


def _rests(problem: RoutingProblem, route: Route, pause: Break, empty: list[int]) -> bool:
    """Whether the break fits before, after, or between two stops with nobody on board."""
    begins, nodes = route.begins, route.nodes
    if pause.earliest + pause.length <= begins[0] + EPS or begins[-1] <= pause.latest + EPS:
        return True
    for i in empty:
        done = begins[i] + float(problem.service[nodes[i]])
        way, reached = float(problem.minutes[nodes[i], nodes[i + 1]]), begins[i + 1]
        start = max(done, pause.earliest)
        if (
            start <= pause.latest + EPS
            and start + pause.length <= reached + EPS
            and done + way + pause.length <= reached + EPS
        ):
            return True
    return False


def _promises(problem: RoutingProblem, plan: Plan) -> Iterator[str]:
    of = {node: route for route in plan.routes for node in route.nodes[1:-1]}
    left = set(plan.unserved)
    for pair in problem.pairs:
        if (pair.out in left) != (pair.home in left):
            yield f"of the rides {pair.out} and {pair.home} only one is served"
        if pair.mode is PairMode.FREE or pair.out in left or pair.home in left:
            continue
        drop, pick = int(problem.drop[pair.out]), int(problem.pickup[pair.home])
        route = of.get(drop)
        if route is None or of.get(pick) is not route:
            yield f"the rides {pair.out} and {pair.home} are not in the same car"
        elif pair.mode is PairMode.DRIVER_WAITS and route.nodes.index(pick) != route.nodes.index(drop) + 1:
            yield f"nobody waits between the rides {pair.out} and {pair.home}"


def _values(problem: RoutingProblem, plan: Plan) -> Iterator[str]:
    """The tiers are what the routes say: rides by priority from the highest down, then the cost."""
    left = set(plan.unserved)
    served = Counter(int(problem.priority[ride]) for ride in range(problem.rides) if ride not in left)
    values = [float(served[one]) for one in sorted(set(problem.priority.tolist()), reverse=True)]
    values.append(plan_cost(problem, plan))
    told = [tier.value for tier in plan.tiers]
    if len(told) != len(values) or any(abs(a - b) > 1e-5 * max(1, abs(b)) for a, b in zip(told, values, strict=True)):
        yield f"the tiers are told as {told} and are {values}"


def plan_cost(problem: RoutingProblem, plan: Plan) -> float:
    """The cost of the ways of all routes that carry somebody, and of their duties."""
    routes = [route for route in plan.routes if len(route.nodes) > 2]
    ways = sum(
        float(problem.cost[a, b]) for route in routes for a, b in zip(route.nodes, route.nodes[1:], strict=False)
    )
    return ways + sum(float(problem.fixed_cost[route.duty]) for route in routes)

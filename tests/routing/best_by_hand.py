"""The best plan of a tiny day by trying everything: every assignment of rides to duties, every order of stops."""

from collections.abc import Iterator
from itertools import pairwise, permutations, product

from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.schedule import route_of


def best_value(problem: RoutingProblem) -> tuple[float, ...]:
    """Served by priority from the highest down, then minus the cost."""
    ways = {(d, s): _cheapest(problem, d, s) for d in range(problem.duties) for s in _sets(problem.rides)}
    best: tuple[float, ...] | None = None
    for duty in product(range(-1, problem.duties), repeat=problem.rides):
        sets = [tuple(r for r in range(problem.rides) if duty[r] == d) for d in range(problem.duties)]
        if not _lawful(problem, duty, sets):
            continue
        costs = [ways[d, one] for d, one in enumerate(sets) if one]
        if any(cost is None for cost in costs):
            continue
        classes = sorted(set(problem.priority.tolist()), reverse=True)
        served = [sum(d >= 0 and problem.priority[r] == p for r, d in enumerate(duty)) for p in classes]
        value = (*map(float, served), -sum(cost for cost in costs if cost is not None))
        best = value if best is None or value > best else best
    assert best is not None
    return best


def _sets(rides: int) -> Iterator[tuple[int, ...]]:
    for chosen in product((False, True), repeat=rides):
        if any(chosen):
            yield tuple(r for r in range(rides) if chosen[r])


def _lawful(problem: RoutingProblem, duty: tuple[int, ...], sets: list[tuple[int, ...]]) -> bool:
    """What couples duties and rides beyond one route."""
    if any(sum(bool(sets[d]) for d in group) > 1 for group in problem.exclusive):
        return False
    for pair in problem.pairs:
        if (duty[pair.out] < 0) != (duty[pair.home] < 0):
            return False
        if pair.mode is not PairMode.FREE and duty[pair.out] != duty[pair.home]:
            return False
    return True


def _cheapest(problem: RoutingProblem, duty: int, rides: tuple[int, ...]) -> float | None:
    """The least cost of serving these rides with this duty, over all orders, or None."""
    if len(rides) > problem.max_rides[duty]:
        return None
    if problem.allowed is not None and not all(problem.allowed[r, duty] for r in rides):
        return None
    costs = [
        problem.fixed_cost[duty] + sum(problem.cost[a, b] for a, b in pairwise(nodes))
        for order in _orders(problem, rides)
        for nodes in [(int(problem.start[duty]), *order, int(problem.end[duty]))]
        if _roomy(problem, duty, order) and route_of(problem, duty, nodes, rides) is not None
    ]
    return min(costs, default=None)


def _orders(problem: RoutingProblem, rides: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every order in which each is picked up before being dropped, with the driver waiting where promised."""
    pick, drop = {int(problem.pickup[r]): r for r in rides}, {r: int(problem.drop[r]) for r in rides}
    waits = [(drop[p.out], int(problem.pickup[p.home])) for p in problem.pairs
             if p.mode is PairMode.DRIVER_WAITS and p.out in rides and p.home in rides]  # fmt: skip
    for order in permutations([*pick, *drop.values()]):
        at = {node: k for k, node in enumerate(order)}
        if all(at[p] < at[drop[r]] for p, r in pick.items()) and all(at[b] == at[a] + 1 for a, b in waits):
            yield order


def _roomy(problem: RoutingProblem, duty: int, order: tuple[int, ...]) -> bool:
    """Whether nobody is too many on board."""
    on = problem.load[0] * 0
    up, down = problem.pickup.tolist(), problem.drop.tolist()
    for node in order:
        on = on + problem.load[up.index(node)] if node in up else on - problem.load[down.index(node)]
        if (on > problem.capacity[duty]).any():
            return False
    return True

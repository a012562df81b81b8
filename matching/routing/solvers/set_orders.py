"""The cheapest order in which one duty can really drive a set of rides, everything counted."""

import heapq
from collections.abc import Iterator

from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.schedule import route_of
from matching.routing.solvers.sets_of_duty import EPS, Windows

Order = tuple[int, ...]
MOST_LOOKED_AT = 20_000


class TooManyError(Exception):
    """More orders than can be looked at."""


def best_order(problem: RoutingProblem, duty: int, mask: int, windows: Windows) -> tuple[float, Order] | None:
    """Its ways' cost and its nodes without the bases; None where no order has times.

    Orders are looked at from the cheapest on (A* with what is left by the ways alone), so the first that has times is
    the cheapest.

    Raises:
        TooManyError: none of the first `MOST_LOOKED_AT` has times.
    """
    rides = tuple(ride for ride in range(problem.rides) if mask >> ride & 1)
    rest = _Rest(problem, duty, rides)
    start, end = int(problem.start[duty]), int(problem.end[duty])
    heap: list[tuple[float, Order, float, int, int]] = [(rest(start, 0, 0), (), float(problem.leave[duty]), 0, 0)]
    looked = 0
    while heap:
        bound, order, at, on, served = heapq.heappop(heap)
        if served == mask and not on:
            looked += 1
            if route_of(problem, duty, (start, *order, end), rides) is not None:
                return bound, order
            if looked > MOST_LOOKED_AT:
                raise TooManyError
            continue
        node = order[-1] if order else start
        paid = bound - rest(node, on, served)
        for ride, stop in _next(problem, rides, node, on, served):
            then = max(at + float(problem.service[node] + problem.minutes[node, stop]), float(windows.opens[stop]))
            if then > windows.closes[stop] + EPS:
                continue
            bit = 1 << ride
            boards = not on & bit
            now_on, now_served = on ^ bit, served | bit
            if boards and not _room(problem, duty, rides, now_on):
                continue
            total = paid + float(problem.cost[node, stop]) + rest(stop, now_on, now_served)
            if len(heap) > 50 * MOST_LOOKED_AT:
                raise TooManyError
            heapq.heappush(heap, (total, (*order, stop), then, now_on, now_served))
    return None


def _next(problem: RoutingProblem, rides: Order, node: int, on: int, served: int) -> Iterator[tuple[int, int]]:
    """Who may get on or off next, and where."""
    waits = [pair for pair in problem.pairs if pair.mode is PairMode.DRIVER_WAITS]
    for pair in waits:
        if node == problem.drop[pair.out]:
            yield pair.home, int(problem.pickup[pair.home])
            return
    waited = {pair.home for pair in waits}
    for ride in rides:
        if on >> ride & 1:
            yield ride, int(problem.drop[ride])
        elif not served >> ride & 1 and ride not in waited:
            yield ride, int(problem.pickup[ride])


def _room(problem: RoutingProblem, duty: int, rides: Order, on: int) -> bool:
    aboard = [ride for ride in rides if on >> ride & 1]
    return bool((problem.load[aboard].sum(axis=0) <= problem.capacity[duty]).all())


class _Rest:
    """What the rest of an order costs at least, by its ways alone; remembered for each state."""

    def __init__(self, problem: RoutingProblem, duty: int, rides: Order) -> None:
        self._problem, self._rides = problem, rides
        self._end = int(problem.end[duty])
        self._mask = sum(1 << ride for ride in rides)
        self._known: dict[tuple[int, int, int], float] = {}

    def __call__(self, node: int, on: int, served: int) -> float:
        if served == self._mask and not on:
            return float(self._problem.cost[node, self._end])
        key = node, on, served
        if key not in self._known:
            best = float("inf")
            for ride, stop in _next(self._problem, self._rides, node, on, served):
                way = float(self._problem.cost[node, stop])
                best = min(best, way + self(stop, on ^ (1 << ride), served | (1 << ride)))
            self._known[key] = best
        return self._known[key]

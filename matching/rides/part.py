"""A part of a day: which rides are one promise, and the same day with some of its rides alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.routing.problem import Ints, Plan, RoutingProblem

Unit = tuple[int, ...]


def units(problem: RoutingProblem) -> list[Unit]:
    """What is served or left as one: a pair of out and home, or a single ride; in the order of rides."""
    pairs = {pair.out: (pair.out, pair.home) for pair in problem.pairs}
    homes = {pair.home for pair in problem.pairs}
    return [pairs.get(ride, (ride,)) for ride in range(problem.rides) if ride not in homes]


def only(problem: RoutingProblem, rides: Sequence[int]) -> RoutingProblem:
    """The same day with these rides alone, numbered from 0 in the order given."""
    at = np.array(rides, np.int64)
    row = {ride: i for i, ride in enumerate(rides)}
    return replace(
        problem,
        pickup=problem.pickup[at],
        drop=problem.drop[at],
        load=problem.load[at],
        max_ride=problem.max_ride[at],
        priority=problem.priority[at],
        must=problem.must[at],
        allowed=None if problem.allowed is None else problem.allowed[at],
        pairs=tuple(
            replace(pair, out=row[pair.out], home=row[pair.home])
            for pair in problem.pairs
            if pair.out in row and pair.home in row
        ),
    )


Orders = Mapping[int, tuple[int, ...]]
"""For each duty that is out the nodes that it visits, without its bases."""


@dataclass(frozen=True, slots=True)
class Lean:
    """A day without the nodes and duties that none of its rides can use, and which of the day they are."""

    problem: RoutingProblem
    nodes: Ints
    duties: Ints

    def orders(self, orders: Orders) -> Orders:
        """The same orders in its numbers; only of its duties, and of the rides that it has."""
        node, duty = _rows(self.nodes), _rows(self.duties)
        here = {duty[d]: tuple(node[n] for n in order if n in node) for d, order in orders.items() if d in duty}
        return {d: order for d, order in here.items() if order}

    def told(self, plan: Plan) -> Plan:
        """A plan of it in the numbers of the day; rides keep theirs."""
        routes = (
            replace(one, duty=int(self.duties[one.duty]), nodes=tuple(self.nodes[list(one.nodes)].tolist()))
            for one in plan.routes
        )
        return replace(plan, routes=tuple(routes))


def lean(problem: RoutingProblem) -> Lean:
    """The day without what none of its rides can use: a large day asked about a few people is a small one."""
    allowed = problem.who_may()
    duties = np.flatnonzero(allowed.any(axis=0) & (problem.max_rides > 0))
    ends = problem.pickup, problem.drop, problem.start[duties], problem.end[duties]
    nodes, row = np.unique(np.concatenate(ends)), _rows(duties)
    pickup, drop, start, end = (np.searchsorted(nodes, one) for one in ends)
    ways = np.ix_(nodes, nodes)
    groups = (tuple(row[d] for d in group if d in row) for group in problem.exclusive)
    small = replace(
        problem,
        open=problem.open[nodes], close=problem.close[nodes], service=problem.service[nodes],
        minutes=problem.minutes[ways], cost=problem.cost[ways], pickup=pickup, drop=drop, start=start, end=end,
        leave=problem.leave[duties], back=problem.back[duties], max_minutes=problem.max_minutes[duties],
        capacity=problem.capacity[duties], fixed_cost=problem.fixed_cost[duties], max_rides=problem.max_rides[duties],
        breaks=tuple(replace(one, duty=row[one.duty]) for one in problem.breaks if one.duty in row),
        allowed=allowed[:, duties],
        exclusive=tuple(group for group in groups if len(group) > 1),
    )  # fmt: skip
    return Lean(small, nodes, duties)


def _rows(numbers: Ints) -> dict[int, int]:
    return {number: row for row, number in enumerate(numbers.tolist())}

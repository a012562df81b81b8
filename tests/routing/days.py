"""Small random days of rides for tests, with every rule that a day can have."""

from dataclasses import replace

import numpy as np

from matching.routing.problem import Break, Pair, PairMode, RoutingProblem


def day(seed: int, rides: int = 5, duties: int = 2) -> RoutingProblem:
    """A day with windows, ride limits, two kinds of places, priorities, duties of their own base and hours."""
    random = np.random.default_rng(seed)
    nodes = 2 * rides + duties
    xy = random.uniform(0, 20, (nodes, 2))
    way = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)).round(3)
    opens = np.zeros(nodes)
    opens[:rides] = random.integers(0, 200, rides)
    closes = np.full(nodes, 400.0)
    closes[:rides] = opens[:rides] + random.integers(10, 60, rides)
    service = np.zeros(nodes)
    service[: 2 * rides] = random.integers(1, 4, 2 * rides)
    up, down = np.arange(rides), np.arange(rides, 2 * rides)
    leave = random.integers(0, 60, duties).astype(float)
    return RoutingProblem(
        open=opens, close=closes, service=service, minutes=way, cost=way, pickup=up, drop=down,
        load=np.stack([random.integers(1, 3, rides), random.integers(0, 2, rides)], 1),
        max_ride=way[up, down] * 1.5 + 10, priority=random.integers(1, 3, rides), must=np.zeros(rides, np.bool_),
        start=np.arange(2 * rides, nodes), end=np.arange(2 * rides, nodes), leave=leave, back=leave + 250,
        max_minutes=random.integers(80, 230, duties).astype(float), capacity=np.tile([[3, 1]], (duties, 1)),
        fixed_cost=np.full(duties, 5.0), max_rides=np.full(duties, 4),
    )  # fmt: skip


def full_day(seed: int, rides: int = 6, duties: int = 3) -> RoutingProblem:
    """As `day`, with promises of all modes, a pause, duties that exclude each other, and who may drive whom."""
    random = np.random.default_rng(seed)
    base = day(seed, rides, duties)
    modes = list(PairMode)
    order = random.permutation(rides)
    pairs = tuple(
        Pair(int(order[2 * i]), int(order[2 * i + 1]), modes[int(random.integers(3))]) for i in range(rides // 3)
    )
    opens, closes = base.open.copy(), base.close.copy()
    for pair in pairs:  # one comes home after one has been out
        opens[pair.home] = opens[pair.out] + 30
        closes[pair.home] = opens[pair.home] + 120
    return replace(
        base, open=opens, close=closes, pairs=pairs, breaks=(Break(0, 100.0, 140.0, 30.0),),
        exclusive=((1, 2),) if duties > 2 else (), allowed=random.random((rides, duties)) < 0.8,
    )  # fmt: skip

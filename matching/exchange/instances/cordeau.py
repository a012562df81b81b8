"""Cordeau's dial-a-ride instances: equal cars, one base, everybody is to be driven, and nobody for too long.

The first row is `cars nodes route_minutes capacity ride_minutes`, then one a node: `id x y service load open close`.
Node 0 is the base, 1..n are pick-ups and n+1..2n the drops in the same order; some files end with the base once more.
Way = time = straight line in full precision.
"""

from pathlib import Path

import numpy as np

from matching.errors import InputError, Problem
from matching.exchange.instances.numbers import MOST, not_whole, numbers
from matching.routing.problem import RoutingProblem


def read_cordeau(path: Path) -> RoutingProblem:
    """The instance of a file; node numbers are its own, and every car begins and ends at node 0.

    Raises:
        InputError: every row that cannot be read, every count that is none, or a drop is missing.
    """
    first, rows = numbers(path, 5, 7)
    wrong = not_whole(path, [("台数 (cars)", first[0], 0), ("定員 (capacity)", first[3], 0)])
    wrong += not_whole(path, [(f"{row[0]:g}番の人数 (load)", row[4], -MOST) for row in rows])
    if wrong:
        raise InputError(wrong)
    cars, minutes, capacity, ride = int(first[0]), first[2], int(first[3]), first[4]
    n = (len(rows) - 1) // 2
    if not np.array_equal(rows[: 2 * n + 1, 0], np.arange(2 * n + 1)) or not np.array_equal(
        rows[1 : n + 1, 4], -rows[n + 1 : 2 * n + 1, 4]
    ):
        ja = f"{2 * n}個の乗降のうち、番号または人数が乗車と降車で合わないものがあります。行が欠けていませんか"
        en = f"of {2 * n} stops some numbers, or the loads of pick-ups and drops, do not match. Maybe a row is missing"
        raise InputError([Problem(path.name, 0, "", "stops", ja, en)])
    rows = rows[: 2 * n + 1]
    xy, each = rows[:, 1:3], np.ones(n)
    way = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    return RoutingProblem(
        open=rows[:, 5],
        close=rows[:, 6],
        service=rows[:, 3],
        minutes=way,
        cost=way,
        pickup=np.arange(1, n + 1),
        drop=np.arange(n + 1, 2 * n + 1),
        load=rows[1 : n + 1, 4:5].astype(np.int64),
        max_ride=each * ride,
        priority=each.astype(np.int64),
        must=each > 0,
        start=np.zeros(cars, np.int64),
        end=np.zeros(cars, np.int64),
        leave=np.full(cars, rows[0, 5]),
        back=np.full(cars, rows[0, 6]),
        max_minutes=np.full(cars, minutes),
        capacity=np.full((cars, 1), capacity),
        fixed_cost=np.zeros(cars),
        max_rides=np.full(cars, n),
    )

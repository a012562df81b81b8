"""Li and Lim's pick-up and delivery instances: goods with windows, equal cars, and no limit on a ride.

The first row is `cars capacity speed`; then one row a task: `task x y demand open close service pickup delivery`, where
task 0 is the base and of each pair the pick-up names its delivery. Way = time = straight line in full precision.
Fewest cars come first: every car costs more than all ways together could.
"""

from pathlib import Path

import numpy as np

from matching.exchange.instances.numbers import numbers
from matching.routing.problem import RoutingProblem


def read_lilim(path: Path) -> RoutingProblem:
    """The instance of a file; node numbers are its task numbers.

    Raises:
        InputError: every row that cannot be read.
    """
    (cars, capacity, _), rows = numbers(path, 3, 9)
    cars, capacity = int(cars), int(capacity)
    xy, demand = rows[:, 1:3], rows[:, 3]
    way = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    pickup = np.flatnonzero(rows[:, 8] > 0)
    each = np.ones(len(pickup))
    return RoutingProblem(
        open=rows[:, 4],
        close=rows[:, 5],
        service=rows[:, 6],
        minutes=way,
        cost=way,
        pickup=pickup,
        drop=rows[pickup, 8].astype(np.int64),
        load=demand[pickup, None].astype(np.int64),
        max_ride=each * np.inf,
        priority=each.astype(np.int64),
        must=each > 0,
        start=np.zeros(cars, np.int64),
        end=np.zeros(cars, np.int64),
        leave=np.full(cars, rows[0, 4]),
        back=np.full(cars, rows[0, 5]),
        max_minutes=np.full(cars, np.inf),
        capacity=np.full((cars, 1), capacity),
        fixed_cost=np.full(cars, 1.0 + 2.0 * float(way.max(axis=1).sum())),
        max_rides=np.full(cars, len(pickup)),
    )

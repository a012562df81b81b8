"""Li and Lim's pick-up and delivery instances: goods with windows, equal cars, and no limit on a ride.

The first row is `cars capacity speed`; then one row a task: `task x y demand open close service pickup delivery`, where
task 0 is the base and of each pair the pick-up names its delivery. Way = time = straight line in full precision.
Fewest cars come first: every car costs more than all ways together could.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.errors import InputError, Problem
from matching.exchange.instances.numbers import MOST, not_whole, numbers
from matching.routing.problem import RoutingProblem


def read_lilim(path: Path) -> RoutingProblem:
    """The instance of a file; node numbers are its task numbers.

    Raises:
        InputError: every row that cannot be read, every count that is none, or tasks that do not match.
    """
    (cars, capacity, _), rows = numbers(path, 3, 9)
    wrong = not_whole(path, [("台数 (cars)", cars, 0), ("定員 (capacity)", capacity, 0)])
    wrong += not_whole(path, [(f"{row[0]:g}番の量 (demand)", row[3], -MOST) for row in rows])
    wrong = wrong or _unmatched(path, rows)
    if wrong:
        raise InputError(wrong)
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


def _unmatched(path: Path, rows: NDArray[np.float64]) -> list[Problem]:
    """What is wrong with the numbers of the tasks: each names its other half, and that names it."""
    n, at, other = len(rows), np.arange(len(rows)), rows[:, 7] + rows[:, 8]
    inside = (other > 0) & (other < n) & (other == np.floor(other))
    back = rows[np.where(inside, other, 0).astype(np.int64)]
    fits = inside & (np.minimum(rows[:, 7], rows[:, 8]) == 0) & (back[:, 7] + back[:, 8] == at)
    fits &= (back[:, 3] == -rows[:, 3]) & ((rows[:, 8] > 0) == (back[:, 7] > 0))
    fits[0] = True
    return [
        Problem(
            path.name, 0, "", "stops",
            f"{row[0]:g}番の番号、相手の番号か量が、集荷と配達で合いません。行が欠けていませんか",
            f"task {row[0]:g}: its number, its other half or its load does not match. Maybe a row is missing",
        )
        for row in rows[~(fits & (rows[:, 0] == at))]
    ]  # fmt: skip

"""A day of rides as columns: nodes with windows, rides between them, duties that drive them; and the plan of it.

Minutes are float64 from any zero; `inf` means no limit or no way. Nothing here knows a town or a solver.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Status = Literal["optimal", "feasible", "infeasible"]


class PairMode(IntEnum):
    """How a ride home belongs to its ride out; both or neither in every mode."""

    FREE = 1
    SAME_CAR = 2
    DRIVER_WAITS = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rides of one promise: `out` and `home`."""

    out: int
    home: int
    mode: PairMode = PairMode.FREE


@dataclass(frozen=True, slots=True)
class Break:
    """A pause of a duty with nobody on board: it begins within [earliest, latest] and lasts `length` minutes."""

    duty: int
    earliest: float
    latest: float
    length: float


@dataclass(frozen=True, slots=True)
class RoutingProblem:
    """n nodes, R rides, D duties, K kinds of places (seats, wheelchair places).

    Nodes: `open`, `close` (n,) window on the start of service, `service` (n,) minutes; `minutes`, `cost` (n, n).
    Rides: `pickup`, `drop` (R,) nodes; `load` (R, K); `max_ride` (R,) from the end of service at the pick-up to the
    start at the drop; `priority` (R,) ≥ 1, higher is served first; `must` (R,) has to be served.
    Duties: `start`, `end` (D,) nodes; `leave` (earliest), `back` (latest), `max_minutes` (leave → return), `capacity`
    (D, K), `fixed_cost`, `max_rides` (D,); `breaks`; `allowed` (R, D), None = all. Of every group in `exclusive` at
    most one duty is used. `pairs` are promises of out and home.

    Aims, one after the other: rides served by priority, from the highest down; then cost.
    """

    open: Floats
    close: Floats
    service: Floats
    minutes: Floats
    cost: Floats
    pickup: Ints
    drop: Ints
    load: Ints
    max_ride: Floats
    priority: Ints
    must: Bools
    start: Ints
    end: Ints
    leave: Floats
    back: Floats
    max_minutes: Floats
    capacity: Ints
    fixed_cost: Floats
    max_rides: Ints
    breaks: tuple[Break, ...] = ()
    allowed: Bools | None = None
    exclusive: tuple[tuple[int, ...], ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def rides(self) -> int:
        """R."""
        return len(self.pickup)

    @property
    def duties(self) -> int:
        """D."""
        return len(self.start)

    def who_may(self) -> Bools:
        """(R, D): who may drive whom, `allowed` spelt out; a copy, to be written into."""
        return np.ones((self.rides, self.duties), np.bool_) if self.allowed is None else self.allowed.copy()


@dataclass(frozen=True, slots=True)
class Route:
    """What a duty drives: its nodes from `start` to `end`, when each begins, and when the car arrives there."""

    duty: int
    nodes: tuple[int, ...]
    begins: tuple[float, ...]
    arrives: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RideTier:
    """One aim: its value and what no plan can better."""

    name: str
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The answer: routes in the order of duties, who is not served, and the tiers with their bounds."""

    status: Status
    routes: tuple[Route, ...]
    unserved: tuple[int, ...]
    tiers: tuple[RideTier, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a solver may go on: CPU seconds from now, or a number of its steps, which gives the same plan again."""

    seconds: float = 60.0
    steps: int | None = None

"""A day of equal duties as the arrays of the loops: every end of a ride a stop, the base before and behind them all.

Ride r boards at stop 2r and alights at stop 2r + 1; the base is left at stop 2R and reached at stop 2R + 1. Sets of
rides are two words of 64 bits.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.routing.problem import Bools, Floats, Ints, RoutingProblem
from matching.routing.solvers.day import day_of

Words = NDArray[np.uint64]
Structs = NDArray[Any]
Record = Any
"""One entry of Structs, its fields as attributes: what compiled loops see."""

MOST_RIDES = 128
MOST_ON_BOARD = 8
CELLS = 1_000
MOST_CELLS = 10_000
SHORTEST = 0.99  # a cell of the clock is shorter than any ride
EPS = 1e-7  # minutes; the judge allows ten times as much


class Loops(NamedTuple):
    """`way` (2R + 2, 2R + 2) minutes from the start at a stop to the arrival at another, `cost` of it; `opens` and
    `closes` (2R,), as tight as one ride and the base make them; `limit` (R,) from the start at a pick-up to that at its
    drop; `load` (R, K), `room` (K,); what each duty costs, how many there are, and how long one may last.

    The clock of the bounds: `zero`, minutes a `cell`, how many `cells`; `alive` (cells, 2) is who may still board then,
    `alive_until` (R,) the last cell of each.
    """

    way: Floats
    cost: Floats
    opens: Floats
    closes: Floats
    limit: Floats
    load: Ints
    room: Ints
    fixed: float
    cars: int
    span: float
    zero: float
    cell: float
    cells: int
    alive: Words
    alive_until: Ints


def loops_of(problem: RoutingProblem) -> Loops | None:
    """The day for the loops; None where its duties differ, or something binds that the loops do not know."""
    day, rides = day_of(problem), problem.rides
    duty, plain = day.duties[0], problem.allowed is None or bool(problem.allowed.all())
    odd = problem.pairs or problem.breaks or problem.exclusive or not plain or int(problem.max_rides.min()) < rides
    if not 0 < rides <= MOST_RIDES or bool((day.duties["kind"] != duty["kind"]).any()) or odd:
        return None
    at = np.concatenate([np.arange(2 * rides), [duty["first"], duty["last"]]])
    way, cost = day.minutes[np.ix_(at, at)], day.cost[np.ix_(at, at)]
    opens, closes = _windows(day.stops, way, float(duty["leave"]), float(duty["back"]))
    shortest = float(way[np.arange(0, 2 * rides, 2), np.arange(1, 2 * rides, 2)].min())
    zero, end = float(opens.min()), float(closes.max())
    cell = min((end - zero) / CELLS, SHORTEST * shortest)
    if bool((opens > closes + EPS).any()) or cell <= 0 or (end - zero) / cell > MOST_CELLS or not _straight(way):
        return None
    if _most_on_board(problem.load, problem.capacity[0]) > MOST_ON_BOARD:
        return None
    cells = int((end - zero) / cell) + 2
    boards = closes[0::2, None] >= zero + cell * np.arange(cells)
    return Loops(
        way, cost, opens, closes, day.stops["limit"][: 2 * rides : 2].copy(), day.load, day.room[0].copy(),
        float(duty["fixed"]), problem.duties, float(duty["span"]), zero, cell, cells, words(boards.T),
        boards.sum(axis=1) - 1,
    )  # fmt: skip


def words(member: Bools) -> Words:
    """Sets as words: (n, R) bools to (n, 2)."""
    wide = np.zeros((len(member), MOST_RIDES), np.bool_)
    wide[:, : member.shape[1]] = member
    return np.packbits(wide, axis=1, bitorder="little").view(np.uint64)


def members(sets: Words, rides: int) -> Bools:
    """Words as sets: (n, 2) to (n, R) bools."""
    bits = np.unpackbits(np.ascontiguousarray(sets).view(np.uint8).reshape(len(sets), 16), axis=1, bitorder="little")
    return bits[:, :rides].astype(np.bool_)


def _windows(stops: Structs, way: Floats, leave: float, back: float) -> tuple[Floats, Floats]:
    """The windows once more, now that the base is known: nobody is reached before, or brought after, a car can be."""
    n = len(way) - 2
    opens, closes = stops["opens"][:n].copy(), stops["closes"][:n].copy()
    limit = stops["limit"][:n:2]
    opens[0::2] = np.maximum(opens[0::2], leave + way[n, 0:n:2])
    closes[1::2] = np.minimum(closes[1::2], back - way[1:n:2, n + 1])
    direct = way[np.arange(0, n, 2), np.arange(1, n, 2)]
    for _ in range(2):
        opens[1::2] = np.maximum(opens[1::2], opens[0::2] + direct)
        closes[0::2] = np.minimum(closes[0::2], closes[1::2] - direct)
        opens[0::2] = np.maximum(opens[0::2], opens[1::2] - limit)
        closes[1::2] = np.minimum(closes[1::2], closes[0::2] + limit)
    return opens, closes


def _straight(way: Floats) -> bool:
    """Whether no stop on the way makes it shorter: then who cannot be brought directly cannot be brought at all."""
    return all(bool((way <= via[:, None] + way[stop][None, :] + EPS).all()) for stop, via in enumerate(way.T))


def _most_on_board(load: Ints, room: Ints) -> int:
    """At most so many rides are on board at once, by the kind of place that binds most."""
    most = len(load)
    for k, places in enumerate(room.tolist()):
        if len(load) and int(load[:, k].min()) > 0:
            sizes = np.cumsum(np.sort(load[:, k]))
            most = min(most, int((sizes <= places).sum()))
    total = np.cumsum(np.sort(load.sum(axis=1)))
    return min(most, int((total <= int(room.sum())).sum()))

"""The stops of a stretch, which only knows its people and its times: found again as it was made, with nobody else."""

import numpy as np

from matching.routing.problem import Ints
from matching.routing.solvers.fragments.day import EPS, Loops, Record, Structs
from matching.routing.solvers.fragments.hashed import HEAD
from matching.routing.solvers.fragments.situations import Situations, nothing_paid
from matching.routing.solvers.fragments.stretches import (
    FULL,
    FULL_PARTS,
    PART,
    STRETCH,
    Wanted,
    begin,
    longer,
    one_stop_more,
    step,
)
from matching.routing.solvers.tours import entry, inlined


def order_of(day: Loops, here: Situations, stretch: Structs) -> Ints:
    """The stops of a stretch in an order that has its cost and its times, or better ones.

    Raises:
        ArithmeticError: there is none; a fault of ours.
    """
    low, high = np.uint64(stretch["low"]), np.uint64(stretch["high"])
    rides = int(low).bit_count() + int(high).bit_count()
    wanted = Wanted(nothing_paid(day, here), np.inf, rides, low, high)
    parts = [np.zeros(1, PART)]
    begin(day, parts[0], int(stretch["first"]))
    while len(parts) < 2 * rides - 1:
        parts.append(_one_more(day, here, wanted, parts[-1], int(stretch["first"])))
    stops, q = [2 * int(stretch["last"]) + 1], _end_of(stretch)
    for some in parts[::-1]:
        at = came_from(day, some, q, np.zeros(1, PART))
        if at < 0:
            raise ArithmeticError("a stretch has no order")
        q = some[at : at + 1].copy()
        stops.append(int(q["stop"][0]))
    return np.array(stops[::-1], np.int64)


def _one_more(day: Loops, here: Situations, wanted: Wanted, now: Structs, first: int) -> Structs:
    """The parts with one stop more."""
    then, out, head, spare = (np.zeros(1 << 8, PART), np.zeros(1 << 8, STRETCH), np.empty(1 << HEAD, np.int64),
                              np.zeros(1, PART))  # fmt: skip
    while True:
        size, _ = one_stop_more(first, day, here, wanted, now, len(now), then, out, 0, head, spare)
        if size >= 0:
            return then[:size].copy()
        then, out = longer(then, size == FULL_PARTS), longer(out, size == FULL)


def _end_of(stretch: Structs) -> Structs:
    """The part that a stretch was in the end."""
    q = np.zeros(1, PART)
    for name in ("low", "high", "cost"):
        q[name] = stretch[name]
    q["time"], q["a0"], q["b0"] = stretch["soonest"], stretch["latest"], -stretch["minutes"]
    q["stop"] = 2 * stretch["last"] + 1
    return q


@entry
def came_from(day: Loops, some: Structs, wanted: Structs, spare: Structs) -> int:
    """Which of some parts becomes as good as the wanted one at its stop; -1 where none does."""
    q, r = wanted[0], spare[0]
    for i in range(len(some)):
        p, ride, alights = some[i], q.stop >> 1, q.stop & 1
        if p.alive and _on_board(p, ride) == alights and step(day, p, ride, alights, r) and _no_worse(r, q):
            return i
    return -1


@inlined
def _on_board(p: Record, ride: int) -> int:
    """1 if a ride is on board."""
    for k in range(p.size):
        if p.on[k] == ride:
            return 1
    return 0


@inlined
def _no_worse(r: Record, q: Record) -> bool:
    """Whether r has the same people, alike on board, and is as good in all that counts."""
    if r.low != q.low or r.high != q.high or r.size != q.size or r.cost > q.cost + EPS or r.time > q.time + EPS:
        return False
    good = r.a0 >= q.a0 - EPS and r.b0 >= q.b0 - EPS
    for k in range(q.size):
        good = good and r.on[k] == q.on[k] and r.a[k] >= q.a[k] - EPS and r.b[k] >= q.b[k] - EPS
    return bool(good)

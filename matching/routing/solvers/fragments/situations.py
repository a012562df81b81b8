"""Where a car can be and with whom on board, whoever has been brought before; and what a tour costs through it.

A *situation* is a stop and the people on board behind it. Of these there are few even where stretches are millions, as
a stretch is a way through them. Two sweeps over a clock tell for each what any tour costs before and behind it at
least: who has been brought before is left aside, so that somebody may be taken twice, and so is how long people have
been on board beyond what windows say; a moment stands for its whole cell. So no bound is too high (compiled).
"""

from typing import NamedTuple

import numpy as np

from matching.routing.problem import Floats, Ints
from matching.routing.solvers.fragments.bounds import NEVER, Prices
from matching.routing.solvers.fragments.day import EPS, MOST_ON_BOARD, SHORTEST, Loops, Record, Structs
from matching.routing.solvers.fragments.hashed import HEAD, cleared, slot
from matching.routing.solvers.tours import entry, inlined

SITUATION = np.dtype(
    [("on", "u8"), ("soonest", "f8"), ("latest", "f8"), ("stop", "i4"), ("next", "i4"), ("cell", "i4"),
     ("known", "i4")],
    align=True,
)  # fmt: skip
"""`on` are the people on board, sorted, a byte each: ride + 1."""
MOST, MOST_ENTRIES = 1 << 17, 1 << 22  # situations, and their cells
MOST_CELLS = 1 << 16
FULL = -1


class Situations(NamedTuple):
    """Situation r is the pick-up of ride r with nobody else on board, R + r its drop with nobody on board.

    `stop` (n,); those that may follow situation i are `to[begin[i] : end[i]]`. The clock: minutes a `cell`; the cells
    of situation i, from `first[i]` on, are the entries `offset[i] : offset[i + 1]` of any bound; `of` and `at` are the
    situation and the cell of each entry, `order` are the entries by cell.
    """

    stop: Ints
    begin: Ints
    end: Ints
    to: Ints
    cell: float
    first: Ints
    offset: Ints
    of: Ints
    at: Ints
    order: Ints


class Least(NamedTuple):
    """At least so much costs a tour at the prices, by entries: `into` a situation by then (its own ride is paid for),
    `onward` from there on; and as a `whole`, at most 0, as a duty may stay at home. `ride` are the prices.
    """

    ride: Floats
    into: Floats
    onward: Floats
    whole: float


def situations_of(day: Loops) -> Situations | None:
    """All situations of a day; None where they are too many, or two stops so near that no clock tells them apart."""
    n = 2 * len(day.limit)
    cell = min(day.cell, SHORTEST * float((day.way[:n, :n] + np.diag(np.full(n, NEVER))).min()))
    cells = (float(day.closes.max()) - day.zero) / cell + 2 if cell > 0 else MOST_CELLS
    if cells >= MOST_CELLS:
        return None
    queue, head, room = np.empty(int(cells), np.int64), np.empty(1 << HEAD, np.int64), 1 << 13
    while room <= MOST:
        table, begin, end = np.zeros(room, SITUATION), np.zeros(room, np.int64), np.zeros(room, np.int64)
        to, waiting = np.zeros(8 * room, np.int64), np.zeros((8 * room, 2), np.int64)
        size = explore(day, cell, table, begin, end, to, queue, waiting, head)
        if size != FULL:
            wide = (table["latest"] - table["soonest"])[:size] / cell
            return (
                None if wide.sum() > MOST_ENTRIES else _clocked(day, cell, table[:size], begin[:size], end[:size], to)
            )
        room *= 4
    return None


def _clocked(day: Loops, cell: float, table: Structs, begin: Ints, end: Ints, to: Ints) -> Situations:
    """The situations with the cells of each."""
    first = ((table["soonest"] - day.zero) / cell).astype(np.int64)
    last = np.maximum(first, ((table["latest"] + EPS - day.zero) / cell).astype(np.int64))
    wide = last - first + 1
    offset = np.concatenate([[0], np.cumsum(wide)]).astype(np.int64)
    of = np.repeat(np.arange(len(table)), wide)
    at = np.arange(len(of)) - offset[of] + first[of]
    order = np.argsort(at, kind="stable")
    return Situations(table["stop"].astype(np.int64), begin, end, to, cell, first, offset, of, at, order)


@entry
def explore(
    day: Loops, cell: float, table: Structs, begin: Ints, end: Ints, to: Ints, queue: Ints, waiting: Ints, head: Ints
) -> int:
    """Fill in every situation, and what may follow it, in the order of soonest times: how many there are, or FULL.

    `queue` (cells,) begins for each cell a list in `waiting` (n, 2) of situations that are to be looked at then.
    """
    rides, bits = len(day.limit), cleared(head, len(table))
    size, edges, asked = 2 * rides, 0, 0
    queue[:] = -1
    for r in range(rides):
        p, q = table[r], table[rides + r]
        p.on, p.stop, p.soonest, p.latest = r + 1, 2 * r, day.opens[2 * r], day.closes[2 * r]
        q.on, q.stop, q.soonest, q.latest = 0, 2 * r + 1, NEVER, day.closes[2 * r + 1]
        q.cell = -1
        for i in (r, rides + r):
            h = slot(table[i].on, np.uint64(0), table[i].stop, np.uint64(0), bits)
            table[i].next, head[h] = head[h], i
        asked = _wait(day, cell, table, r, queue, waiting, asked)
    for k in range(len(queue)):
        while queue[k] >= 0:
            x, queue[k] = waiting[queue[k], 0], waiting[queue[k], 1]
            if table[x].known or table[x].cell != k:
                continue
            table[x].known, begin[x] = 1, edges
            for ride in range(rides):
                if size >= len(table) or edges >= len(to) or asked >= len(waiting):
                    return FULL
                y = _follow(day, table, x, ride, size, head, bits)
                if y < 0:
                    continue
                size, to[edges] = max(size, y + 1), y
                edges += 1
                if int((table[y].soonest - day.zero) / cell) != table[y].cell:
                    asked = _wait(day, cell, table, y, queue, waiting, asked)
            end[x] = edges
    return size


@inlined
def _wait(day: Loops, cell: float, table: Structs, x: int, queue: Ints, waiting: Ints, asked: int) -> int:
    """Put a situation on the list of its cell; how many have been."""
    k = int((table[x].soonest - day.zero) / cell)
    table[x].cell = k
    waiting[asked, 0], waiting[asked, 1] = x, queue[k]
    queue[k] = asked
    return asked + 1


@inlined
def _rider(on: np.uint64, k: int) -> int:
    """The k-th on board; -1 behind the last."""
    return int((on >> np.uint64(8 * k)) & np.uint64(255)) - 1


@inlined
def _follow(day: Loops, table: Structs, x: int, ride: int, size: int, head: Ints, bits: int) -> int:
    """The situation behind one stop more of a ride, written if it is new (as number `size`); -1 where it cannot be."""
    p = table[x]
    alights = 0
    for k in range(MOST_ON_BOARD):
        alights += _rider(p.on, k) == ride
    to = 2 * ride + alights
    arrives = max(p.soonest + day.way[p.stop, to], day.opens[to])
    if (p.stop & 1 and to == p.stop - 1) or arrives > day.closes[to] + EPS or not (alights or _fits(day, p.on, ride)):
        return -1
    on = _without(p.on, ride) if alights else _with(p.on, ride)
    if not _in_turn(day, p, on, to, arrives):
        return -1
    h = slot(on, np.uint64(0), to, np.uint64(0), bits)
    y = head[h]
    while y >= 0 and not (table[y].on == on and table[y].stop == to):
        y = np.int64(table[y].next)
    if y < 0:
        y = np.int64(size)
        q = table[y]
        q.on, q.stop, q.soonest, q.latest, q.next, q.cell, q.known = on, to, NEVER, day.closes[to], head[h], -1, 0
        head[h] = y
        for k in range(MOST_ON_BOARD):
            other = _rider(on, k)
            if other >= 0:
                q.latest = min(q.latest, day.closes[2 * other + 1] - day.way[to, 2 * other + 1])
    table[y].soonest = min(table[y].soonest, arrives)
    return int(y)


@inlined
def _fits(day: Loops, on: np.uint64, ride: int) -> bool:
    """Whether one more finds room."""
    fits = _rider(on, MOST_ON_BOARD - 1) < 0
    for kind in range(len(day.room)):
        taken = day.load[ride, kind]
        for k in range(MOST_ON_BOARD):
            if _rider(on, k) >= 0:
                taken += day.load[_rider(on, k), kind]
        fits = fits and bool(taken <= day.room[kind])
    return fits


@inlined
def _with(on: np.uint64, ride: int) -> np.uint64:
    """With one more on board."""
    out, at, put = np.uint64(0), np.uint64(0), False
    for k in range(MOST_ON_BOARD):
        other = _rider(on, k)
        if not put and (other < 0 or other > ride):
            out |= np.uint64(ride + 1) << at
            at, put = at + np.uint64(8), True
        if other >= 0:
            out |= np.uint64(other + 1) << at
            at += np.uint64(8)
    return out


@inlined
def _without(on: np.uint64, ride: int) -> np.uint64:
    """With one fewer on board."""
    out, at = np.uint64(0), np.uint64(0)
    for k in range(MOST_ON_BOARD):
        other = _rider(on, k)
        if other >= 0 and other != ride:
            out |= np.uint64(other + 1) << at
            at += np.uint64(8)
    return out


@inlined
def _in_turn(day: Loops, p: Record, on: np.uint64, to: int, arrives: float) -> bool:
    """Whether each on board behind a stop, and each two in some order, can still be brought in time."""
    for k in range(MOST_ON_BOARD):
        one = 2 * _rider(on, k) + 1
        if one < 0:
            return True
        at = max(arrives + day.way[to, one], day.opens[one])
        long = day.way[one - 1, p.stop] + day.way[p.stop, to] + day.way[to, one] if p.stop != one - 1 != to else 0.0
        if at > day.closes[one] + EPS or long > day.limit[one >> 1] + EPS:
            return False
        for j in range(k):
            two = 2 * _rider(on, j) + 1
            first = max(arrives + day.way[to, two], day.opens[two])
            after_one = max(at + day.way[one, two], day.opens[two]) <= day.closes[two] + EPS
            if not after_one and max(first + day.way[two, one], day.opens[one]) > day.closes[one] + EPS:
                return False
    return True


def least_of(day: Loops, here: Situations, prices: Prices) -> Least:
    """What tours cost at least through every situation; groups are left aside, which must not be paid for yet."""
    rides, base = len(day.limit), 2 * len(day.limit)
    into, onward = np.full(len(here.of), NEVER), np.full(len(here.of), NEVER)
    first = here.offset[:rides]
    into[first] = day.fixed - prices.duty + day.cost[base, 0:base:2] - prices.ride
    alone = into[first].copy()
    sweep(day, here, prices.ride, into, onward)
    return Least(prices.ride, into, onward, min(0.0, float((alone + onward[first]).min())))


def nothing_paid(day: Loops, here: Situations) -> Least:
    """As if nobody's ride were paid for and no way cost anything: bounds that leave out nothing."""
    nothing = np.zeros(len(here.of))
    return Least(np.zeros(len(day.limit)), nothing, nothing, 0.0)


@entry
def sweep(day: Loops, here: Situations, price: Floats, into: Floats, onward: Floats) -> None:
    """Forth over the clock for `into`, which holds what the first stops cost, and back for `onward`."""
    home = 2 * len(price) + 1
    for i in here.order:
        x, now = here.of[i], day.zero + here.at[i] * here.cell
        if i > here.offset[x] and into[i - 1] <= into[i]:
            into[i] = into[i - 1]  # nothing new: whoever was here before has gone on at less
            continue
        for e in range(here.begin[x], here.end[x] if into[i] < NEVER else here.begin[x]):
            j, paid = _onward(day, here, price, x, now, e)
            if j >= 0:
                into[j] = min(into[j], into[i] + paid)
    for n in range(len(here.order) - 1, -1, -1):
        i = here.order[n]
        x, now = here.of[i], day.zero + here.at[i] * here.cell
        least = day.cost[here.stop[x], home] if len(price) <= x < 2 * len(price) else NEVER
        for e in range(here.begin[x], here.end[x]):
            j, paid = _onward(day, here, price, x, now, e)
            if j >= 0:
                least = min(least, paid + onward[j])
        onward[i] = least


@inlined
def _onward(day: Loops, here: Situations, price: Floats, x: int, now: float, e: int) -> tuple[int, float]:
    """The entry reached from situation x by its way e, -1 where it is too late; and what that costs."""
    y = here.to[e]
    stop, to = here.stop[x], here.stop[y]
    arrives = max(now + day.way[stop, to], day.opens[to])
    j = here.offset[y] + max(0, int((arrives - day.zero) / here.cell) - here.first[y])
    paid = day.cost[stop, to] - (0.0 if to & 1 else price[to >> 1])
    return (j if j < here.offset[y + 1] else -1), paid

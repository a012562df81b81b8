"""Every stretch that a car can drive from empty to empty (a *fragment*), its times exact (compiled).

A stretch is four numbers besides what it costs: entered at time t ≤ `latest`, it ends at max(`soonest`, t + `minutes`).
Its ride limits are inside those numbers: for a stop reached at time τ, whoever is on board has to alight by
min(a, τ + b), and a and b are all that has to be known of the past (dynamic time windows: Gschwind and Irnich 2015).
The first stop is carried along as one more such pair; at the end, a is the latest start and -b the minutes.

Unfinished stretches from one first stop grow stop by stop, from situation to situation; of two with the same people,
the same stop and the same people on board, one that is nowhere better goes. What no tour below a limit could be part
of, by the bounds of the situations, goes at once: there may be millions of stretches, but few that matter.
"""

from typing import NamedTuple

import numpy as np

from matching.routing.problem import Ints
from matching.routing.solvers.fragments.day import EPS, MOST_ON_BOARD, Loops, Record, Structs
from matching.routing.solvers.fragments.hashed import HEAD, bit_of, cleared, slot
from matching.routing.solvers.fragments.situations import Least, Situations
from matching.routing.solvers.tours import entry, inlined

SAME = 1e-9
FULL, FULL_PARTS = -1, -2

STRETCH = np.dtype(
    [("low", "u8"), ("high", "u8"), ("cost", "f8"), ("latest", "f8"), ("soonest", "f8"), ("minutes", "f8"),
     ("first", "i4"), ("last", "i4"), ("next", "i4")],
    align=True,
)  # fmt: skip
PART = np.dtype(
    [("low", "u8"), ("high", "u8"), ("cost", "f8"), ("paid", "f8"), ("time", "f8"), ("a0", "f8"), ("b0", "f8"),
     ("stop", "i4"), ("at", "i4"), ("size", "i4"), ("on", "i2", MOST_ON_BOARD), ("a", "f8", MOST_ON_BOARD),
     ("b", "f8", MOST_ON_BOARD), ("next", "i4"), ("alive", "i4")],
    align=True,
)  # fmt: skip


class Wanted(NamedTuple):
    """Stretches of at most so many `people` of a set (two words of bits), with which a tour may cost less than `limit`
    at the prices of `least`.
    """

    least: Least
    limit: float
    people: int
    low: np.uint64
    high: np.uint64


def wanted_of(least: Least, limit: float, people: int) -> Wanted:
    """Whoever they are."""
    everybody = np.uint64(2**64 - 1)
    return Wanted(least, float(limit), people, everybody, everybody)


def stretches_of(day: Loops, here: Situations, wanted: Wanted, most: int) -> Structs | None:
    """All stretches that are wanted, sorted by first ride, dtype STRETCH; None where more than `most` parts are."""
    now, then, spare = np.zeros(1 << 12, PART), np.zeros(1 << 12, PART), np.zeros(1, PART)
    out, head, found = np.zeros(1 << 12, STRETCH), np.empty(1 << HEAD, np.int64), 0
    for first in range(len(day.limit)):
        before, size = found, 1
        begin(day, now, first)
        while size > 0:
            fresh, more = one_stop_more(first, day, here, wanted, now, size, then, out, found, head, spare)
            if fresh < 0:
                then, out = longer(then, fresh == FULL_PARTS), longer(out, fresh == FULL)
                continue
            now, then, size, found = then, now, fresh, more
            most -= size
            if most <= 0:
                return None
        found = best_of(out, before, found, head)
    return out[:found]


def longer(table: Structs, needed: bool) -> Structs:
    """The table with twice the room, where that is needed."""
    return np.concatenate([table, np.zeros_like(table)]) if needed else table


@entry
def begin(day: Loops, parts: Structs, first: int) -> None:
    """Write the part in which nobody but the first has boarded."""
    p, up = parts[0], 2 * first
    p.low, p.high = bit_of(first, 0), bit_of(first, 1)
    p.cost, p.time, p.a0, p.b0, p.stop, p.size, p.alive = 0.0, day.opens[up], day.closes[up], 0.0, up, 1, 1
    p.paid, p.at = 0.0, first
    p.on[0], p.a[0], p.b[0] = first, day.closes[up] + day.limit[first], day.limit[first]


@inlined
def step(day: Loops, p: Record, ride: int, alights: int, q: Record) -> bool:
    """Write into q what becomes of p behind one more stop; False where that cannot be."""
    to = 2 * ride + alights
    gone = day.way[p.stop, to]
    time, close = max(p.time + gone, day.opens[to]), day.closes[to]
    for k in range(p.size):
        if p.on[k] == ride:
            if p.b[k] - gone < -EPS:
                return False
            close = min(close, p.a[k])
    if time > close + EPS:
        return False
    size, put = 0, alights == 1
    for k in range(p.size):
        if p.on[k] == ride:
            continue
        if not put and p.on[k] > ride:
            q.on[size], q.a[size], q.b[size] = ride, close + day.limit[ride], day.limit[ride]
            size, put = size + 1, True
        b = p.b[k] - gone
        q.on[size], q.a[size], q.b[size] = p.on[k], min(p.a[k], close + b), b
        size += 1
    if not put:
        q.on[size], q.a[size], q.b[size] = ride, close + day.limit[ride], day.limit[ride]
        size += 1
    q.b0 = p.b0 - gone
    q.a0 = min(p.a0, close + q.b0)
    q.size, q.stop, q.time, q.cost = size, to, time, p.cost + day.cost[p.stop, to]
    q.low, q.high = p.low | bit_of(ride, 0), p.high | bit_of(ride, 1)
    return True


@inlined
def _hopeful(day: Loops, q: Record) -> bool:
    """Whether each on board, and each two in some order, can still be brought in time."""
    for k in range(q.size):
        to = 2 * q.on[k] + 1
        gone = day.way[q.stop, to]
        if q.b[k] < gone - EPS or max(q.time + gone, day.opens[to]) > min(day.closes[to], q.a[k]) + EPS:
            return False
    for k in range(q.size):
        for j in range(k + 1, q.size):
            if not (_in_turn(day, q, k, j) or _in_turn(day, q, j, k)):
                return False
    return True


@inlined
def _in_turn(day: Loops, q: Record, x: int, y: int) -> bool:
    """Whether y can be brought directly after x."""
    one, two = 2 * q.on[x] + 1, 2 * q.on[y] + 1
    gone = day.way[q.stop, one]
    both = gone + day.way[one, two]
    if q.b[y] < both - EPS:
        return False
    time = max(max(q.time + gone, day.opens[one]) + day.way[one, two], day.opens[two])
    a = min(q.a[y], min(day.closes[one], q.a[x]) + q.b[y] - gone)
    return bool(time <= min(day.closes[two], a) + EPS)


@inlined
def _in_time(day: Loops, p: Record, ride: int, due: float, people: int) -> bool:
    """Whether a ride is new and one of so many, and each on board can still be brought in time.

    `due` is when the first has to be.
    """
    if (p.low & bit_of(ride, 0)) | (p.high & bit_of(ride, 1)) or not _fewer(p, people):
        return False
    to = 2 * ride
    gone = day.way[p.stop, to]
    time = max(p.time + gone, day.opens[to])
    if day.opens[to] > due or time > day.closes[to] + EPS:
        return False
    for k in range(p.size):
        down = 2 * p.on[k] + 1
        onward = day.way[to, down]
        if time + onward > min(p.a[k], day.closes[down]) + EPS or p.b[k] < gone + onward - EPS:
            return False
    return True


@inlined
def _fewer(p: Record, people: int) -> bool:
    """Whether fewer than so many people are in a part."""
    many, low, high = 0, p.low, p.high
    while low and many < people:
        low &= low - np.uint64(1)
        many += 1
    while high and many < people:
        high &= high - np.uint64(1)
        many += 1
    return many < people


@inlined
def _no_worse(p: Record, q: Record) -> bool:
    """Whether p, which has the same people, can do all that q can, at no more cost."""
    if p.cost > q.cost + SAME or p.time > q.time + SAME or p.a0 < q.a0 - SAME or p.b0 < q.b0 - SAME:
        return False
    no_worse = True
    for k in range(p.size):
        no_worse = no_worse and p.a[k] >= q.a[k] - SAME and p.b[k] >= q.b[k] - SAME
    return no_worse


@inlined
def _alike(p: Record, q: Record) -> bool:
    if p.low != q.low or p.high != q.high or p.stop != q.stop or p.size != q.size:
        return False
    alike = True
    for k in range(p.size):
        alike = alike and p.on[k] == q.on[k]
    return alike


@entry
def one_stop_more(
    first: int, day: Loops, here: Situations, wanted: Wanted, now: Structs, size: int, then: Structs, out: Structs,
    found: int, head: Ints, spare: Structs,
) -> tuple[int, int]:  # fmt: skip
    """Every part with one stop more: how many parts are in `then`, and how many stretches in `out`.

    FULL_PARTS or FULL instead of the first where a table has no room.
    """
    bits, fresh, q = cleared(head, 4 * size), 0, spare[0]
    for i in range(size):
        p = now[i]
        due = day.closes[2 * p.on[0] + 1]
        for k in range(p.size):
            due = min(due, p.a[k])
        for e in range(here.begin[p.at], here.end[p.at] if p.alive else here.begin[p.at]):
            if not _goes_on(first, day, here, wanted, p, here.to[e], due, q):
                continue
            if found >= len(out):
                return FULL, found
            if fresh >= len(then):
                return FULL_PARTS, found
            if q.size == 0:
                _end(out[found], q, first, q.stop >> 1)
                found += 1
            elif _hopeful(day, q):
                fresh += _keep(then, fresh, q, head, bits)
    return fresh, found


@inlined
def _goes_on(
    first: int, day: Loops, here: Situations, wanted: Wanted, p: Record, y: int, due: float, q: Record
) -> bool:
    """Write into q what becomes of p on its way to situation y; False where that cannot be, or is not wanted."""
    ride, alights = here.stop[y] >> 1, here.stop[y] & 1
    among = (wanted.low & bit_of(ride, 0)) | (wanted.high & bit_of(ride, 1))
    if alights == 0 and not (among and _in_time(day, p, ride, due, wanted.people)):
        return False
    if not step(day, p, ride, alights, q):
        return False
    q.at = y
    q.paid = p.paid + q.cost - p.cost - (0.0 if alights else wanted.least.ride[ride])
    return bool(q.paid + _around(day, here, wanted.least, first, q) < wanted.limit)


@inlined
def _around(day: Loops, here: Situations, least: Least, first: int, q: Record) -> float:
    """What a tour costs at least before and behind a part that begins with ride `first`."""
    begun = here.offset[first] + int((q.a0 - day.zero) / here.cell) - here.first[first]
    begun = min(max(begun, here.offset[first]), here.offset[first + 1] - 1)
    ended = here.offset[q.at] + int((q.time - day.zero) / here.cell) - here.first[q.at]
    ended = min(max(ended, here.offset[q.at]), here.offset[q.at + 1] - 1)
    return float(least.into[begun] + least.onward[ended])


@inlined
def _end(f: Record, q: Record, first: int, last: int) -> None:
    """Write a part with nobody on board as a stretch."""
    f.low, f.high, f.cost, f.latest, f.soonest, f.minutes = q.low, q.high, q.cost, q.a0, q.time, -q.b0
    f.first, f.last = first, last


@inlined
def _keep(then: Structs, fresh: int, q: Record, head: Ints, bits: int) -> int:
    """Keep a part unless another is as good; those to which it is as good go. 1 if it was kept."""
    on = np.uint64(0)
    for k in range(q.size):
        on = on * np.uint64(131) + np.uint64(q.on[k] + 1)
    h = slot(q.low, q.high, q.stop, on, bits)
    j = head[h]
    while j >= 0:
        o = then[j]
        if o.alive and _alike(o, q):
            if _no_worse(o, q):
                return 0
            if _no_worse(q, o):
                o.alive = 0
        j = o.next
    then[fresh] = q
    then[fresh].alive, then[fresh].next = 1, head[h]
    head[h] = fresh
    return 1


@entry
def best_of(out: Structs, begin: int, found: int, head: Ints) -> int:
    """Drop every stretch that another with the same people and the same last stop can stand for."""
    bits, kept = cleared(head, found - begin), begin
    for i in range(begin, found):
        f = out[i]
        h = slot(f.low, f.high, f.last, np.uint64(0), bits)
        j, worse = head[h], False
        while j >= 0 and not worse:
            o = out[j]
            worse = (
                o.low == f.low and o.high == f.high and o.last == f.last and o.cost <= f.cost + SAME
                and o.latest >= f.latest - SAME and o.soonest <= f.soonest + SAME and o.minutes <= f.minutes + SAME
            )  # fmt: skip
            j = o.next
        if not worse:
            out[kept] = f
            out[kept].next = head[h]
            head[h] = kept
            kept += 1
    return kept

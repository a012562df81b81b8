"""Tours as chains of stretches that take nobody twice, by labels in the order of time (compiled).

A label is a chain so far: when and where it ends, at what reduced cost, who has been taken, and of which groups it has
an odd number. Of two labels at one stop the later and dearer one goes, if the other has taken nobody more who could
still board. Labels that cannot end below the limit, by the bounds of the sweeps, are never made.
"""

import time
from typing import NamedTuple

import numpy as np

from matching.routing.problem import Floats, Ints
from matching.routing.solvers.fragments.bounds import Priced, Prices, Sweeps
from matching.routing.solvers.fragments.day import EPS, Loops, Record, Structs, Words, members, words
from matching.routing.solvers.fragments.hashed import bit_of, mixed
from matching.routing.solvers.fragments.stretches import SAME
from matching.routing.solvers.tours import entry, inlined

LABEL = np.dtype(
    [("time", "f8"), ("cost", "f8"), ("low", "u8"), ("high", "u8"), ("odd0", "u8"), ("odd1", "u8"), ("last", "i4"),
     ("stretch", "i4"), ("before", "i4"), ("next", "i4"), ("queue", "i4"), ("alive", "i4")],
    align=True,
)  # fmt: skip
QUICK, EXACT, ALL = 0, 1, 2
"""How labels are compared: as if nobody had been taken (finds tours fast, proves nothing), exactly, or only with those
that have taken the same people (keeps every set of people at its best)."""
ROOM = 1 << 15  # labels at first
AT_ONCE = 1_000  # labels between two looks at the clock


class Chains(NamedTuple):
    """Labels (LABEL), those from which going home ends below the limit, and whether all were looked at."""

    labels: Structs
    done: Ints
    complete: bool


class View(NamedTuple):
    """The stretches at prices: `table` sorted by first ride, those of each from `starts` on, `cost` and `odd` groups of
    each, what completing a pair of each `group` costs, the sweeps, and which groups are `live` in each cell.
    """

    table: Structs
    starts: Ints
    cost: Floats
    odd: Words
    group: Floats
    onward: Floats
    after: Floats
    live: Words
    empty: float
    limit: float


def chains(
    day: Loops, table: Structs, starts: Ints, at_prices: Priced, sweeps: Sweeps, prices: Prices, limit: float,
    compare: int, most: int, until: float,
) -> Chains:  # fmt: skip
    """Chains of stretches that end below `limit` at the prices, until there are `most` labels or time is up."""
    view = View(
        table, starts, at_prices.cost, at_prices.odd, prices.group, sweeps.onward, sweeps.after, _live(day, prices),
        float(day.fixed - prices.duty), float(limit),
    )  # fmt: skip
    room = min(ROOM, most)
    while True:
        labels, done = np.empty(room + 1, LABEL), np.empty(room + 1, np.int64)
        queue = np.full(day.cells, -1, np.int64)
        heads = np.full(2 * 1 << (room.bit_length() - 1) if compare == ALL else len(starts) - 1, -1, np.int64)
        so_far = np.array([0, 0, 0, AT_BASE])
        while not grow(day, view, compare, labels, done, queue, heads, so_far):
            if time.process_time() > until:
                return Chains(labels[: so_far[SIZE]], done[: so_far[ENDED]], False)
        size, ended = so_far[[SIZE, ENDED]].tolist()
        if size <= room or room >= most:
            return Chains(labels[: min(size, room)], done[:ended], size <= room)
        room = min(16 * room, most)


def _live(day: Loops, prices: Prices) -> Words:
    """Of which groups somebody may still board in each cell, words (cells, 2)."""
    last = day.alive_until[None, :] * members(prices.groups, len(day.limit))
    return words(np.arange(day.cells)[:, None] <= last.max(axis=1)[None, :])


@inlined
def _charge(odd0: np.uint64, odd1: np.uint64, group: Floats) -> float:
    """What completing pairs of these groups costs (their prices are at most 0)."""
    out, c = 0.0, 0
    while odd0:
        if odd0 & np.uint64(1):
            out -= group[c]
        odd0 >>= np.uint64(1)
        c += 1
    c = 64
    while odd1:
        if odd1 & np.uint64(1):
            out -= group[c]
        odd1 >>= np.uint64(1)
        c += 1
    return out


SIZE, ENDED, CELL, NEXT = 0, 1, 2, 3
"""What `grow` keeps in `so_far`: labels, those that can end, the cell it has come to, and the label that is next."""
NONE, AT_BASE = -1, -2  # no label is next; nothing has been done yet


@entry
def grow(
    day: Loops, view: View, compare: int, out: Structs, done: Ints, queue: Ints, heads: Ints, so_far: Ints
) -> bool:
    """Extend some labels in the order of time: whether there is no more to do. One label more than room: not all."""
    base, size, ended, k, now = 2 * (len(view.starts) - 1), so_far[SIZE], so_far[ENDED], so_far[CELL], so_far[NEXT]
    looked = 0
    if now == AT_BASE:
        size, now = extend(day, view, compare, out, size, -1, queue, heads), np.int64(NONE)
    while size < len(out) and k < len(queue) and looked < AT_ONCE:
        if now < 0:
            now, queue[k] = queue[k], -1
            k += now < 0
            continue
        before, now = now, np.int64(out[now].queue)
        if out[before].alive:
            looked += 1
            if out[before].cost + day.cost[2 * out[before].last + 1, base + 1] < view.limit:
                done[ended] = before
                ended += 1
            size = extend(day, view, compare, out, size, int(before), queue, heads)
    so_far[SIZE], so_far[ENDED], so_far[CELL], so_far[NEXT] = size, ended, k, now
    return bool(size >= len(out) or k >= len(queue))


@inlined
def extend(day: Loops, view: View, compare: int, out: Structs, size: int, before: int, queue: Ints, heads: Ints) -> int:
    """Add the labels that follow a label (-1: from the base); how many there are then."""
    rides, none = len(view.starts) - 1, np.uint64(0)
    p = out[max(before, 0)]
    stop, paid = (2 * p.last + 1, p.cost) if before >= 0 else (2 * rides, view.empty)
    low, high = (p.low, p.high) if before >= 0 else (none, none)
    for s in range(rides):
        arrives = max(p.time + day.way[stop, 2 * s], day.opens[2 * s]) if before >= 0 else day.opens[2 * s]
        here = paid + day.cost[stop, 2 * s]
        if arrives > day.closes[2 * s] + EPS or (low & bit_of(s, 0)) | (high & bit_of(s, 1)):
            continue
        if here + view.onward[s, int((arrives - day.zero) / day.cell)] >= view.limit:
            continue
        for i in range(view.starts[s], view.starts[s + 1]):
            f = view.table[i]
            if arrives > f.latest + EPS or f.low & low or f.high & high:
                continue
            time, cost = max(f.soonest, arrives + f.minutes), here + view.cost[i]
            at = int((time - day.zero) / day.cell)
            if cost + view.after[f.last, at] >= view.limit:
                continue
            if size >= len(out):
                return size
            if _write(day, view, compare, out, size, before, i, time, cost, at, heads):
                if size + 1 >= len(out):
                    return size + 1
                out[size].queue, queue[at] = queue[at], size
                size += 1
    return size


@inlined
def _write(
    day: Loops, view: View, compare: int, out: Structs, size: int, before: int, i: int, time: float, cost: float,
    at: int, heads: Ints,
) -> bool:  # fmt: skip
    """Write the label that follows `before` by stretch i, unless it cannot end below the limit or another beats it."""
    f, q = view.table[i], out[size]
    q.low, q.high, q.odd0, q.odd1 = f.low, f.high, view.odd[i, 0], view.odd[i, 1]
    if before >= 0:
        p = out[before]
        cost += _charge(p.odd0 & q.odd0, p.odd1 & q.odd1, view.group)
        q.low, q.high, q.odd0, q.odd1 = p.low | q.low, p.high | q.high, p.odd0 ^ q.odd0, p.odd1 ^ q.odd1
    if cost + view.after[f.last, at] >= view.limit:
        return False
    q.time, q.cost, q.last, q.stretch, q.before, q.alive = time, cost, f.last, i, before, 1
    q.odd0, q.odd1 = q.odd0 & view.live[at, 0], q.odd1 & view.live[at, 1]
    if compare != ALL:
        q.low, q.high = q.low & day.alive[at, 0], q.high & day.alive[at, 1]
    h = _home(q, heads) if compare == ALL else np.int64(f.last)
    j, last = heads[h], np.int64(-1)
    while j >= 0:
        o = out[j]
        if _beats(day, view, compare, o, q):
            return False
        following = np.int64(o.next)
        if not _beats(day, view, compare, q, o):
            last = j
        else:
            o.alive = 0
            if last < 0:
                heads[h] = following
            else:
                out[last].next = following
        j = following
    q.next = heads[h]
    heads[h] = size
    return True


@inlined
def _home(q: Record, heads: Ints) -> np.int64:
    """Where labels that have taken these people and stop there belong in the hash table."""
    word = mixed(q.low ^ mixed(q.high + np.uint64(q.last) * np.uint64(0x9E3779B97F4A7C15)))
    return np.int64(word & np.uint64(len(heads) - 1))


@inlined
def _beats(day: Loops, view: View, compare: int, o: Record, q: Record) -> bool:
    """Whether label o, at the same stop, is as good as q in every way that counts."""
    if o.time > q.time + SAME or o.cost > q.cost + SAME:
        return False
    if compare == QUICK:
        return True
    if compare == ALL:
        return bool(o.low == q.low and o.high == q.high and o.last == q.last)
    at = int((q.time - day.zero) / day.cell)
    if (o.low & ~q.low & day.alive[at, 0]) | (o.high & ~q.high & day.alive[at, 1]):
        return False
    odd0, odd1 = o.odd0 & ~q.odd0 & view.live[at, 0], o.odd1 & ~q.odd1 & view.live[at, 1]
    return not (odd0 | odd1) or bool(o.cost + _charge(odd0, odd1, view.group) <= q.cost + SAME)


def chain_of(labels: Structs, label: int) -> Ints:
    """The stretches of a chain in order, as rows of the table."""
    out = []
    while label >= 0:
        out.append(int(labels["stretch"][label]))
        label = int(labels["before"][label])
    return np.array(out[::-1], np.int64)

"""What a tour through a stretch costs at least at the prices of the rides, by a clock of cells (compiled).

Tours are chains of stretches that may, here, take somebody twice, and a moment stands for its whole cell: so the bounds
are never too high, and two sweeps over the clock give them for all stretches at once.
"""

from typing import NamedTuple

import numpy as np

from matching.routing.problem import Floats, Ints
from matching.routing.solvers.fragments.day import Loops, Structs, Words
from matching.routing.solvers.tours import entry, inlined

NEVER = 1e18


class Prices(NamedTuple):
    """What is paid for a ride (R,), for a duty, and for each pair of a group on a tour (C,); groups as words (C, 2)."""

    ride: Floats
    duty: float
    group: Floats
    groups: Words


class Links(NamedTuple):
    """For each cell the ends from which a next pick-up is reached within its window then: `to` is -1 for the base."""

    begin: Ints
    end: Ints
    to: Ints


class Sweeps(NamedTuple):
    """At least: `into` (R, cells) to reach a first stop by then, `onward` (R, cells + 1) from there on, `after` (R,
    cells) from an end on; at the prices.
    """

    into: Floats
    onward: Floats
    after: Floats


class Priced(NamedTuple):
    """The reduced cost of each stretch by itself, and of which groups it has an odd number (words)."""

    cost: Floats
    odd: Words


def links_of(day: Loops) -> Links:
    """The links of a day; they do not depend on prices."""
    rides = len(day.limit)
    ends, firsts = 2 * np.arange(rides) + 1, 2 * np.arange(rides)
    lowest = np.maximum(0, ((day.opens[ends] - day.zero) / day.cell).astype(np.int64))
    highest = np.minimum(day.cells - 1, ((day.closes[ends] - day.zero) / day.cell).astype(np.int64))
    gone = day.way[np.ix_(ends, firsts)] + day.zero
    last = np.minimum(np.floor((day.closes[firsts] - gone) / day.cell), highest[:, None]).astype(np.int64)
    begin = np.floor((day.opens[firsts] - gone) / day.cell).astype(np.int64)
    begin = np.maximum(np.minimum(begin, highest[:, None]), lowest[:, None])
    np.fill_diagonal(last, -1)
    long = np.maximum(0, last - begin + 1).ravel()
    pair = np.repeat(np.arange(rides * rides), long)
    cell = np.arange(len(pair)) - np.repeat(np.cumsum(long) - long, long) + np.repeat(begin.ravel(), long)
    cell = np.concatenate([cell, highest])
    end, to = np.concatenate([pair // rides, np.arange(rides)]), np.concatenate([pair % rides, np.full(rides, -1)])
    order = np.argsort(cell, kind="stable")
    return Links(np.searchsorted(cell[order], np.arange(day.cells + 1)), end[order], to[order])


def starts_of(table: Structs, rides: int) -> Ints:
    """Where the stretches of each first ride begin in a table sorted by it, shape (R + 1,)."""
    return np.searchsorted(table["first"], np.arange(rides + 1)).astype(np.int64)


def priced(table: Structs, prices: Prices) -> Priced:
    """Every stretch at the prices."""
    wide = np.zeros(128)
    wide[: len(prices.ride)] = prices.ride
    bits = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(np.float64)
    by_byte = np.ascontiguousarray((wide.reshape(16, 8) @ bits.T).ravel())
    cost, odd = np.empty(len(table)), np.zeros((len(table), 2), np.uint64)
    fill_prices(table, by_byte, prices.group, prices.groups, cost, odd)
    return Priced(cost, odd)


@entry
def fill_prices(table: Structs, by_byte: Floats, group: Floats, groups: Words, cost: Floats, odd: Words) -> None:
    """Fill `cost` and `odd`; `by_byte` is what is paid for the rides of each value of each byte of a set."""
    byte = np.uint64(255)
    for i in range(len(table)):
        f = table[i]
        paid = 0.0
        for k in range(8):
            paid += by_byte[256 * k + np.int64((f.low >> np.uint64(8 * k)) & byte)]
            paid += by_byte[256 * (k + 8) + np.int64((f.high >> np.uint64(8 * k)) & byte)]
        for c in range(len(group)):
            many = _count(f.low & groups[c, 0]) + _count(f.high & groups[c, 1])
            paid += (many >> 1) * group[c]
            if many & 1:
                odd[i, c >> 6] |= np.uint64(1) << np.uint64(c & 63)
        cost[i] = f.cost - paid


@inlined
def _count(word: np.uint64) -> int:
    many = 0
    while word:
        word &= word - np.uint64(1)
        many += 1
    return many


@entry
def sweep_into(
    day: Loops, table: Structs, starts: Ints, cost: Floats, reached: Floats, least: Floats, into: Floats
) -> None:
    """Forth over the clock: fill `into` (R, cells); `reached` (R, cells) and `least` (R,) are room to work in."""
    rides = len(starts) - 1
    for k in range(day.cells):
        now = day.zero + k * day.cell
        for r in range(rides):
            if reached[r, k] < least[r]:
                least[r] = reached[r, k]
                _pass_on(day, r, now, least[r], into)
        for s in range(rides):
            before = into[s, k - 1] if k > 0 else NEVER
            if before <= into[s, k]:
                into[s, k] = before
                continue
            for i in range(starts[s], starts[s + 1]):
                f = table[i]
                if now <= f.latest:
                    at = int((max(f.soonest, now + f.minutes) - day.zero) / day.cell)
                    reached[f.last, at] = min(reached[f.last, at], into[s, k] + cost[i])


@inlined
def _pass_on(day: Loops, r: int, now: float, paid: float, into: Floats) -> None:
    """From the end of ride r to every pick-up that can be reached, but its own."""
    stop = 2 * r + 1
    for s in range(len(into)):
        arrives = now + day.way[stop, 2 * s]
        if s != r and arrives <= day.closes[2 * s]:
            at = int((max(arrives, day.opens[2 * s]) - day.zero) / day.cell)
            into[s, at] = min(into[s, at], paid + day.cost[stop, 2 * s])


@entry
def sweep_back(
    day: Loops, table: Structs, starts: Ints, cost: Floats, links: Links, onward: Floats, after: Floats
) -> None:
    """Back over the clock: fill `onward` (R, cells + 1) and `after` (R, cells)."""
    rides = len(starts) - 1
    for k in range(day.cells - 1, -1, -1):
        now = day.zero + k * day.cell
        for s in range(rides):
            onward[s, k] = onward[s, k + 1]
            if now <= day.closes[2 * s] and now + day.cell > day.opens[2 * s]:
                for i in range(starts[s], starts[s + 1]):
                    f = table[i]
                    later = now + day.cell <= f.soonest - f.minutes and now + day.cell <= f.latest
                    if now <= f.latest and not later:
                        at = int((max(f.soonest, now + f.minutes) - day.zero) / day.cell)
                        onward[s, k] = min(onward[s, k], cost[i] + after[f.last, at])
        for q in range(links.begin[k], links.begin[k + 1]):
            _look_on(day, links, q, k, onward, after)
        for r in range(rides if k > 0 else 0):
            after[r, k - 1] = after[r, k]


@inlined
def _look_on(day: Loops, links: Links, q: int, k: int, onward: Floats, after: Floats) -> None:
    """What follows an end by one link."""
    r, s = links.end[q], links.to[q]
    stop, base = 2 * r + 1, 2 * len(after)
    if s < 0:
        after[r, k] = min(after[r, k], day.cost[stop, base + 1])
    else:
        arrives = max(day.zero + k * day.cell + day.way[stop, 2 * s], day.opens[2 * s])
        paid = day.cost[stop, 2 * s] + onward[s, int((arrives - day.zero) / day.cell)]
        after[r, k] = min(after[r, k], paid)


@entry
def least_through(day: Loops, table: Structs, cost: Floats, into: Floats, after: Floats, out: Floats) -> None:
    """At least so much costs every tour through each stretch: fill `out`, which holds NEVER."""
    for i in range(len(table)):
        f = table[i]
        k = max(0, int((min(f.soonest - f.minutes, f.latest) - day.zero) / day.cell))
        while k < day.cells and day.zero + k * day.cell <= f.latest:
            at = int((max(f.soonest, day.zero + k * day.cell + f.minutes) - day.zero) / day.cell)
            out[i] = min(out[i], into[f.first, k] + cost[i] + after[f.last, at])
            k += 1


def sweeps_of(day: Loops, table: Structs, starts: Ints, cost: Floats, links: Links, prices: Prices) -> Sweeps:
    """Both sweeps over a table of stretches at these prices."""
    rides, base = len(day.limit), 2 * len(day.limit)
    into, onward = np.full((rides, day.cells), NEVER), np.full((rides, day.cells + 1), NEVER)
    first = ((day.opens[0::2] - day.zero) / day.cell).astype(np.int64)
    into[np.arange(rides), first] = day.fixed - prices.duty + day.cost[base, 0:base:2]
    after = np.full((rides, day.cells), NEVER)
    sweep_into(day, table, starts, cost, np.full((rides, day.cells), NEVER), np.full(rides, NEVER), into)
    sweep_back(day, table, starts, cost, links, onward, after)
    return Sweeps(into, onward, after)


def through(day: Loops, table: Structs, cost: Floats, sweeps: Sweeps) -> Floats:
    """At least so much costs every tour through each stretch."""
    out = np.full(len(table), NEVER)
    least_through(day, table, cost, sweeps.into, sweeps.after, out)
    return out


def least_tour(day: Loops, sweeps: Sweeps, prices: Prices) -> float:
    """At least so much costs any tour; at most 0, as a duty may stay at home."""
    rides = len(day.limit)
    at = ((day.opens[0::2] - day.zero) / day.cell).astype(np.int64)
    whole = day.fixed - prices.duty + day.cost[2 * rides, 0 : 2 * rides : 2] + sweeps.onward[np.arange(rides), at]
    return min(0.0, float(whole.min(initial=0.0)))

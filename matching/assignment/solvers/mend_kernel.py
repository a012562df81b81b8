"""The loops that mend a plan, compiled: who stays, the cheapest way in, and coming down to draw somebody.

A way goes from site to site: somebody of the one moves to the other, and so on to an open place. See mend.py for the
idea, `repair.py` for ways in costs of several words. Pairs are looked through with unsigned indices, which is twice as
fast; never mix them with signed integers in arithmetic: the sum would be a float.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.auction_kernel import Unsigned, dual
from matching.assignment.solvers.places import starts

LIMIT, NO_WAY = 2**59, 2**58  # what a site without an open place costs, and what no way to another does
UNSEEN, DONE = -1, -2  # where a site stands beside the heap
KEPT = 2  # room for moves that are known, beside the pairs

Int = int | np.int64


class Ground(NamedTuple):
    """What stays as it is: the pairs by need, and the places by site, with their costs."""

    start: Unsigned
    site: NDArray[np.uint32]
    cost: I64
    first: I64
    place: I64


class Standing(NamedTuple):
    """What moves, in place: each need's pair (-1 while it waits), its site and cost; the price and load of each site.

    `head` (sites,), `after` and `before` (needs,) list the needs of a site.
    """

    chosen: I32
    where: NDArray[np.uint32]
    pays: I64
    price: I64
    load: I64
    head: I32
    after: I32
    before: I32


class Search(NamedTuple):
    """Room for a search from site to site: labels (`LIMIT`: none), where each stands in the heap, the heap, who was
    touched, and who came there by which pair (-1: the way begins there).
    """

    label: I64
    slot: I32
    heap: I32
    touched: I32
    who: I32
    via: I32


class Moves(NamedTuple):
    """The cheapest move from a site to each other, kept until somebody comes or goes there.

    Those of site s are `begin[s]:end[s]` (`end` 0: not known) of the head, cost, need and pair; `used[0]` are taken.
    `seen` tells where a site stands among those that are looked for.
    """

    begin: Unsigned
    end: Unsigned
    head: NDArray[np.uint32]
    cost: I64
    need: I32
    pair: I32
    used: I64
    seen: I64


class Turned(NamedTuple):
    """The pairs by site: those of site s are `start[s]:start[s + 1]`."""

    start: Unsigned
    need: NDArray[np.uint32]
    pair: I32
    cost: I64


@njit(cache=True)
def largest(some: I64) -> Int:
    """The largest absolute value."""
    most = np.int64(0)
    for one in some:
        most = max(most, abs(one))
    return most


@njit(cache=True)
def mend(
    need: I32, site: NDArray[np.uint32], cost: I64, first: I64, place: I64, chosen: I32, price: I64
) -> tuple[bool, Int, Int]:
    """Mend a plan and its prices in place: whether everybody has a place, what it costs, and what no plan costs less.

    Args:
        need, site, cost, first, place: the columns of the problem (`slot_start` and `slot_cost` are the last two).
        chosen, price: the plan and the prices.
    """
    start = starts(need, len(chosen)).view(np.uint64)
    g = Ground(start, site, cost, first, place)
    at, se, mo = _begun(g, chosen, price)
    waiting = _stay(g, at)
    for s in range(len(price)):
        while _has_too_many(g, at, s):
            at.load[s] -= 1
            if not _out(g, at, se, mo, s):
                return False, np.int64(0), np.int64(0)
    for i in waiting:
        if not _in(g, at, se, mo, i):
            return False, np.int64(0), np.int64(0)
    _come_down(g, at, se)
    value = np.int64(0)
    for i in range(len(chosen)):
        value += at.pays[i]
    for s in range(len(price)):
        for k in range(first[s], first[s] + at.load[s]):
            value += place[k]
    return True, value, dual(start, site, cost, first, place, price)


@njit(cache=True)
def _begun(g: Ground, chosen: I32, price: I64) -> tuple[Standing, Search, Moves]:
    """Nobody is anywhere yet; no site asks less than its cheapest place costs."""
    needs, sites, room = len(chosen), len(price), KEPT * len(g.site)
    for s in range(sites):
        if g.first[s] < g.first[s + 1]:
            price[s] = max(price[s], g.place[g.first[s]])
    at = Standing(
        chosen, np.empty(needs, np.uint32), np.empty(needs, np.int64), price, np.zeros(sites, np.int64),
        np.full(sites, -1, np.int32), np.empty(needs, np.int32), np.empty(needs, np.int32),
    )  # fmt: skip
    se = Search(
        np.full(sites, LIMIT, np.int64), np.full(sites, UNSEEN, np.int32), np.empty(sites, np.int32),
        np.empty(sites, np.int32), np.empty(sites, np.int32), np.empty(sites, np.int32),
    )  # fmt: skip
    mo = Moves(
        np.zeros(sites, np.uint64), np.zeros(sites, np.uint64), np.empty(room, np.uint32), np.empty(room, np.int64),
        np.empty(room, np.int32), np.empty(room, np.int32), np.zeros(1, np.int64), np.full(sites, -1, np.int64),
    )  # fmt: skip
    return at, se, mo


@njit(cache=True)
def _stay(g: Ground, at: Standing) -> I32:
    """Everybody who is where cost and price are least stays there; the others."""
    waiting, count = np.empty(len(at.chosen), np.int32), 0
    for i in range(len(at.chosen)):
        own, least = at.chosen[i], np.int64(LIMIT)
        if own >= 0:
            for p in range(g.start[i], g.start[i + 1]):
                least = min(least, g.cost[p] + at.price[g.site[p]])
        if own >= 0 and g.cost[own] + at.price[g.site[own]] == least:
            s = np.int64(g.site[own])
            _enter(g, at, i, s, own)
            at.load[s] += 1
        else:
            at.chosen[i] = -1
            waiting[count] = i
            count += 1
    return waiting[:count]


@njit(cache=True)
def _has_too_many(g: Ground, at: Standing, s: Int) -> bool:
    """Whether more are at a site than it has places, or than its price pays for."""
    last = g.first[s] + at.load[s]
    return bool(last > g.first[s + 1] or (at.load[s] and g.place[last - 1] > at.price[s]))


@njit(cache=True)
def _asks_too_much(g: Ground, at: Standing, s: Int) -> bool:
    """Whether an open place costs less than the price of its site."""
    k = g.first[s] + at.load[s]
    return bool(k < g.first[s + 1] and g.place[k] < at.price[s])


@njit(cache=True)
def _out(g: Ground, at: Standing, se: Search, mo: Moves, s: Int) -> bool:
    """One need too many at a site, whose place is no longer counted, goes the cheapest way."""
    se.label[s], se.who[s], se.slot[s], se.heap[0], se.touched[0] = 0, -1, 0, s, s
    return _go(g, at, se, mo, 1)


@njit(cache=True)
def _in(g: Ground, at: Standing, se: Search, mo: Moves, i: Int) -> bool:
    """A need that waits comes in the cheapest way; at once, where the best place is open at its price."""
    best, count = np.int64(NO_WAY), 0
    for p in range(g.start[i], g.start[i + 1]):
        t = np.int64(g.site[p])
        best = min(best, g.cost[p] + at.price[t] + _next(g, at, t))
    for p in range(g.start[i], g.start[i + 1]):
        label = g.cost[p] + at.price[g.site[p]]
        if label <= best:
            t = np.int64(g.site[p])
            se.label[t], se.who[t], se.via[t], se.touched[count] = label, i, p, t
            _rise(se, count, t)
            count += 1
    return _go(g, at, se, mo, count)


@njit(cache=True)
def _go(g: Ground, at: Standing, se: Search, mo: Moves, count: Int) -> bool:
    """From the sites of the heap the cheapest way to an open place (Dijkstra): prices rise, everybody on it moves.

    Whether there is one.
    """
    best, end, size = np.int64(NO_WAY), np.int64(-1), count
    for k in range(count):
        t = np.int64(se.touched[k])
        ends = se.label[t] + _next(g, at, t)
        if ends < best:
            best, end = ends, t
    while size:
        u = _pop(se, size)
        size -= 1
        if se.label[u] >= best:
            break
        if mo.end[u] == 0:
            _find_moves(g, at, mo, u)
        less = se.label[u] - at.price[u]
        for m in range(mo.begin[u], mo.end[u]):
            label = less + mo.cost[m] + at.price[mo.head[m]]
            if label < min(best, se.label[mo.head[m]]):
                t = np.int64(mo.head[m])
                size, count = _touch(se, t, label, mo.need[m], mo.pair[m], size, count)
                ends = label + _next(g, at, t)
                if ends < best:
                    best, end = ends, t
    _raise(at, se, count, best if end >= 0 else np.int64(-LIMIT))
    if end >= 0:
        _walk(g, at, se, mo, end)
    return bool(end >= 0)


@njit(cache=True)
def _raise(at: Standing, se: Search, count: Int, best: Int) -> None:
    """Who is nearer than the end asks for so much more; and the search is forgotten."""
    for k in range(count):
        t = np.int64(se.touched[k])
        at.price[t] += max(np.int64(0), best - se.label[t])
        se.slot[t], se.label[t] = UNSEEN, LIMIT


@njit(cache=True)
def _walk(g: Ground, at: Standing, se: Search, mo: Moves, end: Int) -> None:
    """Everybody on the way to the end moves."""
    at.load[end] += 1
    while end >= 0 and se.who[end] >= 0:
        i = se.who[end]
        left = np.int64(at.where[i]) if at.chosen[i] >= 0 else np.int64(-1)
        if left >= 0:
            _leave(at, i)
            mo.end[left] = 0
        _enter(g, at, i, end, se.via[end])
        mo.end[end] = 0
        end = left


@njit(cache=True)
def _next(g: Ground, at: Standing, t: Int) -> Int:
    """What the next open place of a site costs beyond its price; nothing where it asks too much."""
    k = g.first[t] + at.load[t]
    return max(np.int64(0), g.place[k] - at.price[t]) if k < g.first[t + 1] else np.int64(LIMIT)


@njit(cache=True)
def _come_down(g: Ground, at: Standing, se: Search) -> None:
    """Every site that asks too much comes down."""
    sites = len(at.price)
    too_much = [s for s in range(sites) if _asks_too_much(g, at, s)]
    if len(too_much) == 0:
        return
    turned = _turn(g, sites)
    for s in too_much:
        while _asks_too_much(g, at, s):
            _draw(g, at, se, turned, s)


@njit(cache=True)
def _draw(g: Ground, at: Standing, se: Search, turned: Turned, s: Int) -> None:
    """A site that asks too much comes down to what its place costs, or to what draws somebody (Dijkstra, backwards)."""
    se.label[s], se.slot[s], se.heap[0], se.touched[0] = 0, 0, s, s
    best, end = np.int64(_above(g, at, s)), np.int64(-1)
    size: Int = 1
    count: Int = 1
    while size:
        v = _pop(se, size)
        size -= 1
        if se.label[v] >= best:
            break
        more = se.label[v] + at.price[v]
        for k in range(turned.start[v], turned.start[v + 1]):
            i = turned.need[k]
            label = more + turned.cost[k] - at.pays[i] - at.price[at.where[i]]
            if label < min(best, se.label[at.where[i]]):
                u = np.int64(at.where[i])
                size, count = _touch(se, u, label, i, turned.pair[k], size, count)
                ends = np.int64(label + _above(g, at, u))
                if ends < best:
                    best, end = ends, u
    for k in range(count):
        t = np.int64(se.touched[k])
        at.price[t] -= max(np.int64(0), best - se.label[t])
        se.slot[t], se.label[t] = UNSEEN, LIMIT
    if end < 0:
        return
    at.load[end] -= 1
    at.load[s] += 1
    while end != s:
        i, p = se.who[end], se.via[end]
        _leave(at, i)
        end = np.int64(g.site[p])
        _enter(g, at, i, end, p)


@njit(cache=True)
def _above(g: Ground, at: Standing, t: Int) -> Int:
    """What the price of a site is above the dearest place that it pays for."""
    k = g.first[t] + at.load[t]
    while k < g.first[t + 1] and g.place[k] < at.price[t]:
        k += 1
    return np.int64(at.price[t] - g.place[k - 1])


@njit(cache=True)
def _turn(g: Ground, sites: Int) -> Turned:
    """The pairs by site."""
    begin = np.zeros(sites + 1, np.int64)
    for p in range(len(g.site)):
        begin[np.int64(g.site[p]) + 1] += 1
    for s in range(sites):
        begin[s + 1] += begin[s]
    fill, size = begin[:-1].copy(), len(g.site)
    need, pair, cost = np.empty(size, np.uint32), np.empty(size, np.int32), np.empty(size, np.int64)
    for i in range(len(g.start) - 1):
        for p in range(g.start[i], g.start[i + 1]):
            k = fill[g.site[p]]
            need[k], pair[k], cost[k] = i, p, g.cost[p]
            fill[g.site[p]] = k + 1
    return Turned(begin.view(np.uint64), need, pair, cost)


@njit(cache=True)
def _find_moves(g: Ground, at: Standing, mo: Moves, u: Int) -> None:
    """The cheapest move from a site to each other; where there is no more room, all that was known is forgotten."""
    begin = end = mo.used[0]
    i = at.head[u]
    while i >= 0:
        if end + np.int64(g.start[i + 1] - g.start[i]) > len(mo.head):
            mo.end[:] = 0
            mo.seen[:] = -1
            begin = end = 0
            i = at.head[u]
        for p in range(g.start[i], g.start[i + 1]):
            cost, k = g.cost[p] - at.pays[i], mo.seen[g.site[p]]
            if k < begin:
                k, end = end, end + 1
                mo.seen[g.site[p]], mo.head[k] = k, g.site[p]
            elif mo.cost[k] <= cost:
                continue
            mo.cost[k], mo.need[k], mo.pair[k] = cost, i, p
        i = at.after[i]
    mo.begin[u], mo.end[u], mo.used[0] = begin, end, end


@njit(cache=True)
def _enter(g: Ground, at: Standing, i: Int, s: Int, pair: Int) -> None:
    """The need comes to the site by this pair."""
    at.chosen[i], at.where[i], at.pays[i] = pair, s, g.cost[pair]
    at.before[i], at.after[i] = -1, at.head[s]
    if at.head[s] >= 0:
        at.before[at.head[s]] = i
    at.head[s] = i


@njit(cache=True)
def _leave(at: Standing, i: Int) -> None:
    """The need leaves its site."""
    if at.before[i] >= 0:
        at.after[at.before[i]] = at.after[i]
    else:
        at.head[at.where[i]] = at.after[i]
    if at.after[i] >= 0:
        at.before[at.after[i]] = at.before[i]


@njit(cache=True)
def _touch(se: Search, t: Int, label: Int, who: Int, via: Int, size: Int, count: Int) -> tuple[Int, Int]:
    """Note a cheaper way to a site: the sizes of the heap and of what was touched."""
    k = np.int64(se.slot[t])
    if k == UNSEEN:
        se.touched[count] = t
        k, size, count = np.int64(size), size + 1, count + 1
    se.label[t], se.who[t], se.via[t] = label, who, via
    _rise(se, k, t)
    return size, count


@njit(cache=True)
def _rise(se: Search, k: Int, node: Int) -> None:
    """Put a site into the heap at k, or further up."""
    while k and se.label[node] < se.label[se.heap[(k - 1) >> 1]]:
        se.heap[k] = se.heap[(k - 1) >> 1]
        se.slot[se.heap[k]] = k
        k = (k - 1) >> 1
    se.heap[k], se.slot[node] = node, k


@njit(cache=True)
def _pop(se: Search, size: Int) -> Int:
    """Take the site of the lowest label from a heap of so many."""
    top, node, k = np.int64(se.heap[0]), se.heap[size - 1], 0
    size -= 1
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and se.label[se.heap[child + 1]] < se.label[se.heap[child]]:
            child += 1
        if se.label[se.heap[child]] >= se.label[node]:
            break
        se.heap[k] = se.heap[child]
        se.slot[se.heap[k]] = k
        k = child
    if size:
        se.heap[k], se.slot[node] = node, k
    se.slot[top] = DONE
    return top

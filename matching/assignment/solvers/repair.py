"""A site closed and its needs let in elsewhere, compiled: each by one shortest path.

Prices prove a plan optimal for the needs that it holds: everybody is where costs and price are least, no open place
costs less than its site's price and no filled one more. `insert` lets one more need in and keeps the proof (successive
shortest paths with potentials; Ahuja, Magnanti & Orlin 1993). Costs are words, compared one after the other (see
packing.py).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.residual import _less, _pop, _rise

UNSEEN, DONE = -1, -2  # where a site stands beside the heap


class Ground(NamedTuple):
    """What stays as it is: pairs by need, places by site, their costs in words."""

    need_start: I64
    site: I32
    cost: I64
    place_start: I64
    place_cost: I64


class Standing(NamedTuple):
    """What moves, in place: each need's pair (-1 while it waits), the price and load of each site, and who is there."""

    chosen: I32
    price: I64
    load: I64
    first: I64
    after: I64
    before: I64


class Search(NamedTuple):
    """Room for a search from site to site: labels, where in the heap, the heap, what was touched, and by which pair."""

    label: I64
    slot: I64
    heap: I64
    touched: I64
    via: I64


@njit(cache=True)
def opened(g: Ground, chosen: I32, price: I64) -> tuple[Standing, Search]:
    """A plan and prices as they stand, with the needs of every site listed; both are changed in place later."""
    sites, words = price.shape
    first, load = np.full(sites, -1, np.int64), np.zeros(sites, np.int64)
    after, before = np.full(len(chosen), -1, np.int64), np.full(len(chosen), -1, np.int64)
    at = Standing(chosen, price, load, first, after, before)
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            _enter(i, g.site[chosen[i]], at)
    return at, Search(
        np.empty((sites, words), np.int64), np.full(sites, UNSEEN, np.int64), np.empty(sites, np.int64),
        np.empty(sites, np.int64), np.empty(sites, np.int64),
    )  # fmt: skip


@njit(cache=True)
def evict(closed: int, g: Ground, at: Standing, search: Search) -> bool:
    """Close a site: everybody there moves to where it costs all the least; whether everybody has a place."""
    while at.first[closed] >= 0:
        i = at.first[closed]
        _leave(i, closed, at)
        if not insert(i, closed, g, at, search):
            return False
    return True


@njit(cache=True)
def insert(mover: int, closed: int, g: Ground, at: Standing, search: Search) -> bool:
    """Let in one need that waits, by the cheapest way to an open place that does not enter the `closed` site."""
    if closed >= 0:
        search.slot[closed] = DONE
    count = 0
    for p in range(g.need_start[mover], g.need_start[mover + 1]):
        t = g.site[p]
        if t != closed:
            search.label[t] = g.cost[p] + at.price[t]
            search.via[t], search.touched[count], search.heap[count] = p, t, t
            count += 1
            _rise(search.heap, search.slot, search.label, count - 1)
    best = np.empty(at.price.shape[1], np.int64)
    end, count = _reach(count, g, at, search, best)
    for j in range(count):
        t = search.touched[j]
        if end >= 0 and search.slot[t] == DONE and _less(search.label[t], best):
            at.price[t] += best - search.label[t]
        search.slot[t] = UNSEEN
    if closed >= 0:
        search.slot[closed] = UNSEEN
    while end >= 0:
        p = search.via[end]
        i = np.searchsorted(g.need_start, p, side="right") - 1
        left = g.site[at.chosen[i]] if at.chosen[i] >= 0 else -1
        if left >= 0:
            _leave(i, left, at)
        at.chosen[i] = p
        _enter(i, end, at)
        if i == mover:
            return True
        end = left
    return False


@njit(cache=True)
def _reach(size: int, g: Ground, at: Standing, search: Search, best: I64) -> tuple[int, int]:
    """Dijkstra from the heap's sites to the cheapest open place: (its site, how many were touched); `best` its cost."""
    end, count, trial = -1, size, np.empty(len(best), np.int64)
    while size:
        u = _pop(search.heap, search.slot, search.label, size)
        size -= 1
        if end >= 0 and not _less(search.label[u], best):
            break
        k = g.place_start[u] + at.load[u]
        if k < g.place_start[u + 1]:
            _add(trial, search.label[u], g.place_cost[k], at.price[u])
            if end < 0 or _less(trial, best):
                best[:] = trial
                end = u
        i = at.first[u]
        while i >= 0:
            for p in range(g.need_start[i], g.need_start[i + 1]):
                if search.slot[g.site[p]] != DONE:
                    _move(trial, search.label[u], p, i, g, at)
                    size, count = _lower(g.site[p], p, trial, size, count, search)
            i = at.after[i]
    return end, count


@njit(cache=True)
def _add(total: I64, label: I64, plus: I64, less: I64) -> None:
    for w in range(len(total)):
        total[w] = label[w] + plus[w] - less[w]


@njit(cache=True)
def _move(total: I64, label: I64, p: int, i: int, g: Ground, at: Standing) -> None:
    """A label, and what a need's move to another pair costs beside the prices (never less than nothing)."""
    own = at.chosen[i]
    for w in range(len(total)):
        total[w] = label[w] + g.cost[p, w] - g.cost[own, w] + at.price[g.site[p], w] - at.price[g.site[own], w]


@njit(cache=True)
def _lower(t: int, p: int, trial: I64, size: int, count: int, search: Search) -> tuple[int, int]:
    """Note a way to a site if it is the cheapest so far: the sizes of the heap and of what was touched."""
    if search.slot[t] == UNSEEN:
        search.touched[count], search.heap[size], search.slot[t] = t, t, size
        size, count = size + 1, count + 1
    elif not _less(trial, search.label[t]):
        return size, count
    search.label[t], search.via[t] = trial, p
    _rise(search.heap, search.slot, search.label, search.slot[t])
    return size, count


@njit(cache=True)
def _enter(i: int, s: int, at: Standing) -> None:
    """The need is listed at the site."""
    at.before[i], at.after[i] = -1, at.first[s]
    if at.first[s] >= 0:
        at.before[at.first[s]] = i
    at.first[s] = i
    at.load[s] += 1


@njit(cache=True)
def _leave(i: int, s: int, at: Standing) -> None:
    """The need leaves the site and waits."""
    if at.before[i] >= 0:
        at.after[at.before[i]] = at.after[i]
    else:
        at.first[s] = at.after[i]
    if at.after[i] >= 0:
        at.before[at.after[i]] = at.before[i]
    at.chosen[i] = -1
    at.load[s] -= 1

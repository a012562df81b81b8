"""A plan mended where something changed, compiled: gaps are filled and needs let in, each by one shortest path.

Prices prove a plan optimal for the needs that it holds: everybody is where costs and price are least, no open place
costs less than its site's price and no filled one more. `release` lets go whoever spoils that; `fill` brings a gap's
price down, or somebody into it; `insert` lets one more need in. Each keeps the proof (successive shortest paths with
potentials; Ahuja, Magnanti & Orlin 1993). Costs are words, compared one after the other (see packing.py).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.residual import _less, _pop, _rise, members

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
def release(g: Ground, at: Standing) -> int:
    """Let go who would rather be elsewhere, or holds a place that is gone or above its price; how many wait."""
    words, waiting = at.price.shape[1], 0
    own, other = np.empty(words, np.int64), np.empty(words, np.int64)
    for i in range(len(at.chosen)):
        if at.chosen[i] >= 0 and _would_rather(i, g, at, own, other):
            _leave(i, g.site[at.chosen[i]], at)
    for s in range(len(at.load)):
        room = g.place_start[s + 1] - g.place_start[s]
        while at.load[s] > room or (at.load[s] and _less(at.price[s], g.place_cost[g.place_start[s] + at.load[s] - 1])):
            _leave(at.first[s], s, at)
    for i in range(len(at.chosen)):
        waiting += at.chosen[i] < 0
    return waiting


@njit(cache=True)
def gaps(g: Ground, at: Standing) -> int:
    """How many open places cost less than the price of their site, as far as somebody could fill them."""
    count = 0
    for s in range(len(at.load)):
        for k in range(g.place_start[s] + at.load[s], g.place_start[s + 1]):
            if not _less(g.place_cost[k], at.price[s]):
                break
            count += 1
    return count


@njit(cache=True)
def mend(g: Ground, at: Standing, search: Search) -> bool:
    """Fill every gap, then let in whoever waits: the optimum and its prices; whether everybody has a place."""
    if gaps(g, at):
        begin, pair = members(g.site, len(at.load))
        need = np.repeat(np.arange(len(at.chosen)), g.need_start[1:] - g.need_start[:-1])
        for s in range(len(at.load)):
            while _has_gap(s, g, at):
                _fill(s, g, at, search, begin, pair, need)
    left = 0
    for i in range(len(at.chosen)):
        if at.chosen[i] < 0 and not insert(i, -1, g, at, search):
            left += 1
    return left == 0


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
def _has_gap(s: int, g: Ground, at: Standing) -> bool:
    k = g.place_start[s] + at.load[s]
    return bool(k < g.place_start[s + 1] and _less(g.place_cost[k], at.price[s]))


@njit(cache=True)
def _fill(goal: int, g: Ground, at: Standing, search: Search, begin: I64, pair: I32, need: I64) -> None:
    """Bring into the open place of a site who gains most by it, over others' moves, and prices down to what is left."""
    best = at.price[goal] - g.place_cost[g.place_start[goal] + at.load[goal]]
    end, count = _reach_back(goal, g, at, search, begin, pair, need, best)
    for j in range(count):
        t = search.touched[j]
        if search.slot[t] == DONE and _less(search.label[t], best):
            at.price[t] -= best - search.label[t]
        search.slot[t] = UNSEEN
    while end >= 0 and end != goal:
        p = search.via[end]
        _leave(need[p], end, at)
        at.chosen[need[p]] = p
        end = g.site[p]
        _enter(need[p], end, at)


@njit(cache=True)
def _reach_back(
    goal: int, g: Ground, at: Standing, search: Search, begin: I64, pair: I32, need: I64, best: I64
) -> tuple[int, int]:
    """Dijkstra against the moves, for whom to bring: (the site that gives its last place up, how many were touched).

    It goes no further than `best`, what the goal's price stands above its open place, and lowers that to what is found.
    """
    end, size, count, trial = -1, 1, 1, np.empty(len(best), np.int64)
    search.heap[0], search.slot[goal], search.touched[0] = goal, 0, goal
    search.label[goal] = 0
    while size:
        v = _pop(search.heap, search.slot, search.label, size)
        size -= 1
        if not _less(search.label[v], best):
            break
        if v != goal and at.load[v]:
            _add(trial, search.label[v], at.price[v], g.place_cost[g.place_start[v] + at.load[v] - 1])
            if _less(trial, best):
                best[:] = trial
                end = v
        for k in range(begin[v], begin[v + 1]):
            i = need[pair[k]]
            u = g.site[at.chosen[i]] if at.chosen[i] >= 0 else v
            if search.slot[u] != DONE:
                _move(trial, search.label[v], pair[k], i, g, at)
                if _less(trial, best):
                    size, count = _lower(u, pair[k], trial, size, count, search)
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
def proves(g: Ground, at: Standing) -> bool:
    """Whether the prices prove the plan optimal, counted anew: everybody where it is best for them, no place wrong."""
    words = at.price.shape[1]
    own, other, load = np.empty(words, np.int64), np.empty(words, np.int64), np.zeros(len(at.load), np.int64)
    for i in range(len(at.chosen)):
        if at.chosen[i] < 0:
            return False
        load[g.site[at.chosen[i]]] += 1
        if _would_rather(i, g, at, own, other):
            return False
    for s in range(len(load)):
        k = g.place_start[s] + load[s]
        if k > g.place_start[s + 1] or (load[s] and _less(at.price[s], g.place_cost[k - 1])):
            return False
        if k < g.place_start[s + 1] and _less(g.place_cost[k], at.price[s]):
            return False
    return True


@njit(cache=True)
def _would_rather(i: int, g: Ground, at: Standing, own: I64, other: I64) -> bool:
    """Whether a need with a place would be better off at another site that has any; `own`, `other` are room for it."""
    for w in range(len(own)):
        own[w] = g.cost[at.chosen[i], w] + at.price[g.site[at.chosen[i]], w]
    for p in range(g.need_start[i], g.need_start[i + 1]):
        for w in range(len(own)):
            other[w] = g.cost[p, w] + at.price[g.site[p], w]
        if _less(other, own) and g.place_start[g.site[p] + 1] > g.place_start[g.site[p]]:
            return True
    return False


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

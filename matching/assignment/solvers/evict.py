"""Successive shortest paths, compiled: everybody at a site that closes finds the place that costs all the least."""

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.residual import _less, _pop, _rise, members

UNSEEN, DONE = -1, -2  # where a site stands beside the heap


@njit(cache=True)
def evict(
    closed: int,
    need_start: I64,
    site: I32,
    cost: I64,
    chosen: I32,
    place_start: I64,
    place_cost: I64,
    none: I64,
    out: I64,
) -> bool:
    """Close a site, in place: `chosen` becomes the new optimum, `out` its potentials; whether everybody has a place.

    Args:
        closed: the site.
        need_start, site, cost: the pairs, cost in words.
        chosen: (needs,), an optimal plan.
        place_start, place_cost: the places of every site, cost in words.
        none: (words,), the cost of a place that is not there.
        out: (sites, words), what a need too many at each site costs.
    """
    sites, words = out.shape
    begin, listed = members(site[chosen], sites)
    load = begin[1:] - begin[:-1]
    first, after, before = _lists(begin, listed)
    label, slot = np.empty((sites, words), np.int64), np.full(sites, UNSEEN, np.int64)
    heap, touched, via = np.empty(sites, np.int64), np.empty(sites, np.int64), np.empty(sites, np.int64)
    place, best = np.empty((sites, words), np.int64), np.empty(words, np.int64)
    for s in range(sites):
        _next_place(s, load, place_start, place_cost, none, place)
    slot[closed] = DONE  # nobody enters it
    for k in range(begin[closed], begin[closed + 1]):
        mover, count = listed[k], 0
        for p in range(need_start[mover], need_start[mover + 1]):
            t = site[p]
            if t != closed:
                label[t] = cost[p] + out[t]
                via[t], touched[count], heap[count] = p, t, t
                count += 1
                _rise(heap, slot, label, count - 1)
        end, count = _reach(
            count, need_start, site, cost, chosen, first, after, place, out, label, slot, heap, touched, via, best
        )
        if end < 0 or best[0] - cost[chosen[mover], 0] > none[0] // 2:  # rounds to a place that is not there
            return False
        for j in range(count):
            t = touched[j]
            if slot[t] == DONE and _less(label[t], best):
                out[t] += best - label[t]
            slot[t] = UNSEEN
        load[end] += 1
        _next_place(end, load, place_start, place_cost, none, place)
        _shift(mover, end, need_start, site, chosen, via, first, after, before)
    return True


@njit(cache=True)
def _lists(begin: I64, listed: I32) -> tuple[I64, I64, I64]:
    """The needs of every site as doubly linked lists: the first of each site, the one after and before each need."""
    sites = len(begin) - 1
    first, after = np.full(sites, -1, np.int64), np.full(len(listed), -1, np.int64)
    before = np.full(len(listed), -1, np.int64)
    for s in range(sites):
        for k in range(begin[s], begin[s + 1]):
            _enter(listed[k], s, first, after, before)
    return first, after, before


@njit(cache=True)
def _enter(i: int, s: int, first: I64, after: I64, before: I64) -> None:
    before[i], after[i] = -1, first[s]
    if first[s] >= 0:
        before[first[s]] = i
    first[s] = i


@njit(cache=True)
def _leave(i: int, s: int, first: I64, after: I64, before: I64) -> None:
    if before[i] >= 0:
        after[before[i]] = after[i]
    else:
        first[s] = after[i]
    if after[i] >= 0:
        before[after[i]] = before[i]


@njit(cache=True)
def _next_place(s: int, load: I64, place_start: I64, place_cost: I64, none: I64, place: I64) -> None:
    """Note what the next place of a site costs."""
    at = place_start[s] + load[s]
    place[s] = place_cost[at] if at < place_start[s + 1] else none


@njit(cache=True)
def _reach(
    size: int,
    need_start: I64,
    site: I32,
    cost: I64,
    chosen: I32,
    first: I64,
    after: I64,
    place: I64,
    out: I64,
    label: I64,
    slot: I64,
    heap: I64,
    touched: I64,
    via: I64,
    best: I64,
) -> tuple[int, int]:
    """Dijkstra from the heap's sites to the cheapest open place: (its site, how many were touched); `best` its cost."""
    end, count, trial = -1, size, np.empty(len(best), np.int64)
    while size:
        u = _pop(heap, slot, label, size)
        size -= 1
        if end >= 0 and not _less(label[u], best):
            break
        trial[:] = label[u] - out[u] + place[u]
        if end < 0 or _less(trial, best):
            best[:] = trial
            end = u
        i = first[u]
        while i >= 0:
            for p in range(need_start[i], need_start[i + 1]):
                t = site[p]
                if slot[t] == DONE:
                    continue
                for w in range(len(best)):
                    trial[w] = label[u, w] + cost[p, w] - cost[chosen[i], w] + out[t, w] - out[u, w]
                if slot[t] == UNSEEN:
                    touched[count], heap[size], slot[t] = t, t, size
                    count, size = count + 1, size + 1
                elif not _less(trial, label[t]):
                    continue
                label[t], via[t] = trial, p
                _rise(heap, slot, label, slot[t])
            i = after[i]
    return end, count


@njit(cache=True)
def _shift(
    mover: int,
    end: int,
    need_start: I64,
    site: I32,
    chosen: I32,
    via: I64,
    first: I64,
    after: I64,
    before: I64,
) -> None:
    """Everybody on the way moves one on, back from its end to the need that had to leave."""
    i = -1
    while i != mover:
        p = via[end]
        i = np.searchsorted(need_start, p, side="right") - 1
        left = site[chosen[i]]
        _leave(i, left, first, after, before)
        chosen[i] = p
        _enter(i, end, first, after, before)
        end = left

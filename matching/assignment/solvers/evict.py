"""Successive shortest paths, compiled: everybody at a site that closes finds the place that costs all the least."""

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.residual import _less, _pop, _rise, members


@njit(cache=True)
def evict(
    closed: int, need_start: I64, site: I32, cost: I64, chosen: I32, place_start: I64, place_cost: I64, none: I64, out: I64
) -> I64:
    """Close a site, in place: `chosen` becomes the new optimum, `out` its potentials; the words it costs.

    Args:
        closed: the site.
        need_start, site, cost: the pairs, cost in words.
        chosen: (needs,), an optimal plan.
        place_start, place_cost: the places of every site, cost in words.
        none: (words,), the cost of a place that is not there.
        out: (sites, words), what a need too many at each site costs.
    """
    sites, words = out.shape
    total = np.zeros(words, np.int64)
    begin, listed = members(site[chosen], sites)
    load = begin[1:] - begin[:-1]
    first, after = np.full(sites, -1, np.int64), np.full(len(chosen), -1, np.int64)
    before = np.full(len(chosen), -1, np.int64)
    for s in range(sites):
        for k in range(begin[s], begin[s + 1]):
            i = listed[k]
            after[i] = first[s]
            if first[s] >= 0:
                before[first[s]] = i
            first[s] = i
    label, slot = np.empty((sites, words), np.int64), np.full(sites, -1, np.int64)
    heap, touched = np.empty(sites, np.int64), np.empty(sites, np.int64)
    via, trial, best = np.empty(sites, np.int64), np.empty(words, np.int64), np.empty(words, np.int64)
    for k in range(begin[closed], begin[closed + 1]):
        mover, size, count, end = listed[k], 0, 0, -1
        for w in range(words):
            total[w] -= cost[chosen[mover], w]
            total[w] -= place_cost[place_start[closed] + k - begin[closed], w]
        for p in range(need_start[mover], need_start[mover + 1]):
            t = site[p]
            if t == closed:
                continue
            label[t] = cost[p] + out[t]
            via[t], touched[count], heap[size] = p, t, t
            count, size = count + 1, size + 1
            _rise(heap, slot, label, size - 1)
        while size:
            u = _pop(heap, slot, label, size)
            size -= 1
            if end >= 0 and not _less(label[u], best):
                slot[u] = -3
                break
            for w in range(words):
                place = place_start[u] + load[u]
                trial[w] = label[u, w] - out[u, w] + (place_cost[place, w] if place < place_start[u + 1] else none[w])
            if end < 0 or _less(trial, best):
                best[:], end = trial, u
            i = first[u]
            while i >= 0:
                for p in range(need_start[i], need_start[i + 1]):
                    t = site[p]
                    if t == u or t == closed or slot[t] == -2:
                        continue
                    for w in range(words):
                        trial[w] = label[u, w] + cost[p, w] - cost[chosen[i], w] + out[t, w] - out[u, w]
                    if slot[t] == -1:
                        touched[count], heap[size] = t, t
                        count, size = count + 1, size + 1
                        label[t], via[t] = trial, p
                        _rise(heap, slot, label, size - 1)
                    elif _less(trial, label[t]):
                        label[t], via[t] = trial, p
                        _rise(heap, slot, label, slot[t])
                i = after[i]
        if end < 0:
            total[0] += none[0]
            continue
        for w in range(words):
            total[w] += best[w]
        for j in range(count):
            t = touched[j]
            if slot[t] == -2 and _less(label[t], best):
                for w in range(words):
                    out[t, w] += best[w] - label[t, w]
        for j in range(count):
            slot[touched[j]] = -1
        load[end] += 1
        t = end
        while True:  # back along the way: everybody on it moves one on
            p = via[t]
            i = np.searchsorted(need_start, p, side="right") - 1
            u = site[chosen[i]]
            if i != mover:
                if before[i] >= 0:
                    after[before[i]] = after[i]
                else:
                    first[u] = after[i]
                if after[i] >= 0:
                    before[after[i]] = before[i]
            chosen[i] = p
            before[i], after[i] = -1, first[t]
            if first[t] >= 0:
                before[first[t]] = i
            first[t] = i
            if i == mover:
                break
            t = u
    return total

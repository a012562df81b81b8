"""Shortest paths in the residual graph of a plan, folded onto its sites, in compiled loops.

A node is a site that holds one need too many. An arc u -> v moves one need of u that also fits v; it costs the
difference of its two pairs. «Out» ends the path: the need too many takes the next place of the site. Costs are words
(see packing.py) and are compared one word after the other, so that all tiers are exact at once.
"""

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64, Bools


@njit(cache=True)
def _less(a: I64, b: I64) -> bool:
    for w in range(len(a)):
        if a[w] != b[w]:
            return bool(a[w] < b[w])
    return False


@njit(cache=True)
def members(site_of: I32, sites: int) -> tuple[I64, I32]:
    """The needs of every site in CSR form: start (sites + 1,), need (needs,)."""
    start = np.zeros(sites + 1, np.int64)
    for i in range(len(site_of)):
        start[site_of[i] + 1] += 1
    for s in range(sites):
        start[s + 1] += start[s]
    fill, need = start[:-1].copy(), np.empty(len(site_of), np.int32)
    for i in range(len(site_of)):
        need[fill[site_of[i]]] = i
        fill[site_of[i]] += 1
    return start, need


@njit(cache=True)
def arcs(need_start: I64, site: I32, cost: I64, chosen: I32, sites: int) -> tuple[I64, I32, I64, I32]:
    """The cheapest move between any two sites: CSR by the site it leaves (start, head, cost, pair moved to)."""
    begin, listed = members(site[chosen], sites)
    words = cost.shape[1]
    start = _arc_starts(need_start, site, begin, listed)
    head, pair = np.empty(start[sites], np.int32), np.empty(start[sites], np.int32)
    least, move = np.empty((start[sites], words), np.int64), np.empty(words, np.int64)
    where = np.full(sites, -1, np.int64)
    for s in range(sites):
        last = start[s]
        for k in range(begin[s], begin[s + 1]):
            i = listed[k]
            for p in range(need_start[i], need_start[i + 1]):
                t = site[p]
                if t == s:
                    continue
                for w in range(words):
                    move[w] = cost[p, w] - cost[chosen[i], w]
                if where[t] < start[s]:
                    where[t], head[last] = last, t
                    last += 1
                elif not _less(move, least[where[t]]):
                    continue
                least[where[t]], pair[where[t]] = move, p
    return start, head, least, pair


@njit(cache=True)
def _arc_starts(need_start: I64, site: I32, begin: I64, listed: I32) -> I64:
    """How many sites each site can move to, added up: (sites + 1,)."""
    sites = len(begin) - 1
    start, seen = np.zeros(sites + 1, np.int64), np.full(sites, -1, np.int32)
    for s in range(sites):
        seen[s] = s
        for k in range(begin[s], begin[s + 1]):
            for p in range(need_start[listed[k]], need_start[listed[k] + 1]):
                if seen[site[p]] != s:
                    seen[site[p]] = s
                    start[s + 1] += 1
        start[s + 1] += start[s]
    return start


@njit(cache=True)
def turned(start: I64, head: I32) -> tuple[I64, I32, I64]:
    """The same arcs by the site they enter: CSR (start, tail, number of the arc)."""
    sites = len(start) - 1
    into = np.zeros(sites + 1, np.int64)
    for a in range(len(head)):
        into[head[a] + 1] += 1
    for s in range(sites):
        into[s + 1] += into[s]
    fill, tail, number = into[:-1].copy(), np.empty(len(head), np.int32), np.empty(len(head), np.int64)
    for s in range(sites):
        for a in range(start[s], start[s + 1]):
            tail[fill[head[a]]], number[fill[head[a]]] = s, a
            fill[head[a]] += 1
    return into, tail, number


@njit(cache=True)
def sweep(label: I64, via: I64, start: I64, end: I32, number: I64, cost: I64) -> int:
    """Lower the labels along the arcs until none falls any more (in place); -1, or a site on a falling cycle.

    Bellman-Ford with a queue; `via` gets the arc that a label came by. Where labels came by each other in a circle they
    would fall for ever: that is looked for after every so many steps as there are sites.
    """
    sites, words = label.shape
    queue, queued = np.empty(sites + 1, np.int64), np.ones(sites, np.bool_)
    parent, steps, trial = np.full(sites, -1, np.int64), 0, np.empty(words, np.int64)
    for s in range(sites):
        queue[s] = s
    first, last = 0, sites
    while first != last:
        s = queue[first]
        first = first + 1 if first < sites else 0
        queued[s] = False
        for k in range(start[s], start[s + 1]):
            t, a = end[k], number[k]
            for w in range(words):
                trial[w] = label[s, w] + cost[a, w]
            if _less(trial, label[t]):
                label[t], via[t], parent[t] = trial, a, s
                steps += 1
                if not queued[t]:
                    queued[t] = True
                    queue[last] = t
                    last = last + 1 if last < sites else 0
        if steps >= sites:
            steps, round_of = 0, _in_a_round(parent)
            if round_of >= 0:
                return round_of
    return -1


@njit(cache=True)
def _in_a_round(parent: I64) -> int:
    """A site that comes by itself, or -1."""
    seen = np.zeros(len(parent), np.int64)
    for begin in range(len(parent)):
        at = begin
        while at >= 0 and seen[at] == 0:
            seen[at] = begin + 1
            at = parent[at]
        if at >= 0 and seen[at] == begin + 1:
            return at
    return -1


@njit(cache=True)
def _rise(heap: I64, slot: I64, label: I64, k: int) -> None:
    node = heap[k]
    while k and _less(label[node], label[heap[(k - 1) // 2]]):
        heap[k] = heap[(k - 1) // 2]
        slot[heap[k]] = k
        k = (k - 1) // 2
    heap[k], slot[node] = node, k


@njit(cache=True)
def _pop(heap: I64, slot: I64, label: I64, size: int) -> int:
    top, node, k = heap[0], heap[size - 1], 0
    size -= 1
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and _less(label[heap[child + 1]], label[heap[child]]):
            child += 1
        if not _less(label[heap[child]], label[node]):
            break
        heap[k] = heap[child]
        slot[heap[k]] = k
        k = child
    heap[k], slot[node] = node, k
    slot[top] = -2
    return int(top)


@njit(cache=True)
def between(
    origin: I32, target: I32, order: I64, into: I64, tail: I32, number: I64, cost: I64, out: I64, back: I64
) -> I64:
    """The shortest way from each `origin` to each `target`, shape (asked, words).

    Backwards from each target (`order` sorts the questions by it), on costs made nonnegative by `out`; no way is longer
    than through «out» and `back` in, so the search ends where it reaches that far.
    """
    sites, words = out.shape
    answer, label = np.empty((len(origin), words), np.int64), np.empty((sites, words), np.int64)
    slot, asked = np.full(sites, -1, np.int64), np.zeros(sites, np.bool_)
    heap, touched = np.empty(sites, np.int64), np.empty(sites, np.int64)
    k = 0
    while k < len(order):
        goal, stop, open_questions = target[order[k]], k, 0
        while stop < len(order) and target[order[stop]] == goal:
            open_questions += 0 if asked[origin[order[stop]]] else 1
            asked[origin[order[stop]]] = True
            stop += 1
        radius = out[goal] + back[goal]
        count = _backwards(
            goal, radius, open_questions, asked, into, tail, number, cost, out, label, slot, heap, touched
        )
        for q in range(k, stop):
            u = origin[order[q]]
            asked[u] = False
            for w in range(words):
                reduced = label[u, w] if slot[u] == -2 else radius[w]
                answer[order[q], w] = reduced + out[u, w] - out[goal, w]
        for j in range(count):
            slot[touched[j]] = -1
        k = stop
    return answer


@njit(cache=True)
def _backwards(
    goal: int,
    radius: I64,
    open_questions: int,
    asked: Bools,
    into: I64,
    tail: I32,
    number: I64,
    cost: I64,
    out: I64,
    label: I64,
    slot: I64,
    heap: I64,
    touched: I64,
) -> int:
    """Dijkstra against the arcs, within the radius, until all questions are answered; how many sites were touched."""
    heap[0], slot[goal], touched[0], size, count = goal, 0, goal, 1, 1
    label[goal] = 0
    trial = np.empty(len(radius), np.int64)
    while size and open_questions:
        v = _pop(heap, slot, label, size)
        size -= 1
        open_questions -= 1 if asked[v] else 0
        for j in range(into[v], into[v + 1]):
            u, a = tail[j], number[j]
            if slot[u] == -2:
                continue
            for w in range(len(radius)):
                trial[w] = label[v, w] + cost[a, w] + out[v, w] - out[u, w]
            if not _less(trial, radius if slot[u] == -1 else label[u]):
                continue
            if slot[u] == -1:
                touched[count], heap[size], slot[u] = u, u, size
                count, size = count + 1, size + 1
            label[u] = trial
            _rise(heap, slot, label, slot[u])
    return count

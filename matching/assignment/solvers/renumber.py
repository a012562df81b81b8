"""Neighbours in the problem as neighbours in memory: sites in breadth-first order, needs by their cheapest site.

Two sites are neighbours when some need likes them best, so no coordinates are asked for. It halves the time of the
auction at a million needs, where waiting for memory is most of the work.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.assignment.problem import I32, I64, Bools


@dataclass(frozen=True, slots=True)
class Order:
    """New numbers: `rank[site]` of each site, and `need[k]`, the need that comes k-th."""

    rank: I32
    need: I32


def neighbours_first(start: I64, site: I32, cost: NDArray[Any], ignored: Bools) -> Order:
    """An order in which who competes stands close together; `ignored` sites (waiting lists) tie nobody."""
    best, second = _best_two(start, site, cost, ignored)
    rank = _breadth_first(best, second, len(ignored))
    return Order(rank, _by_site(best, rank))


@njit(cache=True)
def gathered(start: I64, site: I32, cost: I64, rank: I32, need: I32, out: NDArray[Any]) -> tuple[I64, I32]:
    """The pairs in the new order: (start, site), and their costs in `out`; within a need they keep their order."""
    begin, place, k = np.empty(len(start), np.int64), np.empty(len(site), np.int32), 0
    begin[0] = 0
    for n in range(len(need)):
        for p in range(start[need[n]], start[need[n] + 1]):
            place[k], out[k] = rank[site[p]], cost[p]
            k += 1
        begin[n + 1] = k
    return begin, place


@njit(cache=True)
def _best_two(start: I64, site: I32, cost: I64, ignored: Bools) -> tuple[I32, I32]:
    """The cheapest and second-cheapest site of each need, -1 where there is none."""
    best, second = np.full(len(start) - 1, -1, np.int32), np.full(len(start) - 1, -1, np.int32)
    for i in range(len(best)):
        low, next_low = np.int64(0), np.int64(0)
        for p in range(start[i], start[i + 1]):
            if ignored[site[p]]:
                continue
            if best[i] < 0 or cost[p] < low:
                second[i], next_low = best[i], low
                best[i], low = site[p], cost[p]
            elif second[i] < 0 or cost[p] < next_low:
                second[i], next_low = site[p], cost[p]
    return best, second


@njit(cache=True)
def _ties(one: I32, other: I32, sites: int) -> tuple[I64, I32]:
    """The sites that each site is tied to: those of s are `start[s]:start[s + 1]`."""
    start = np.zeros(sites + 1, np.int64)
    for i in range(len(one)):
        if other[i] >= 0:
            start[one[i] + 1] += 1
            start[other[i] + 1] += 1
    for s in range(sites):
        start[s + 1] += start[s]
    fill, tied = start[:-1].copy(), np.empty(start[sites], np.int32)
    for i in range(len(one)):
        if other[i] >= 0:
            tied[fill[one[i]]], tied[fill[other[i]]] = other[i], one[i]
            fill[one[i]] += 1
            fill[other[i]] += 1
    return start, tied


@njit(cache=True)
def _breadth_first(one: I32, other: I32, sites: int) -> I32:
    """The rank of each site in breadth-first order over the ties between `one` and `other`."""
    start, tied = _ties(one, other, sites)
    rank, queue, seen, done = np.full(sites, -1, np.int32), np.empty(sites, np.int32), 0, 0
    for s in range(sites):
        if rank[s] < 0:
            rank[s], queue[seen] = seen, s
            seen += 1
        while done < seen:
            for k in range(start[queue[done]], start[queue[done] + 1]):
                if rank[tied[k]] < 0:
                    rank[tied[k]], queue[seen] = seen, tied[k]
                    seen += 1
            done += 1
    return rank


@njit(cache=True)
def _by_site(best: I32, rank: I32) -> I32:
    """The needs in the order of their cheapest site; those without one come last."""
    sites = len(rank)
    start = np.zeros(sites + 2, np.int64)
    for i in range(len(best)):
        start[(rank[best[i]] if best[i] >= 0 else sites) + 1] += 1
    for s in range(sites + 1):
        start[s + 1] += start[s]
    order = np.empty(len(best), np.int32)
    for i in range(len(best)):
        s = rank[best[i]] if best[i] >= 0 else sites
        order[start[s]] = i
        start[s] += 1
    return order

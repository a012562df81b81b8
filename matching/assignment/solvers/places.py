"""Does everybody find a place at all: plans completed by paths of moves, counted, and refused with a reason.

Shared by the flow solvers. A path of moves gives a need without a place one by moving others (Hopcroft and Karp 1973,
here one search a need, with sites that hold many).
"""

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64, Problem
from matching.errors import NoAnswerError


def need_starts(problem: Problem) -> I64:
    """Shape (needs + 1,): the pairs of need i are `start[i]:start[i + 1]`."""
    return np.asarray(starts(problem.need, problem.needs))


def cost_of(problem: Problem, chosen: I32) -> int:
    """What a plan costs: its pairs, and the places that they fill, the cheapest of each site first."""
    load = np.bincount(problem.site[chosen], minlength=problem.sites)
    first = np.concatenate([[0], np.cumsum(problem.slot_cost)])
    start = problem.slot_start[:-1]
    return int(problem.cost[chosen].sum()) + int((first[start + load] - first[start]).sum())


def completed(problem: Problem, start: I64, chosen: I32) -> I32:
    """The plan with a pair for every need that has none (-1 in `chosen`), moving others where that is the only way.

    Raises:
        NoAnswerError: naming the needs that compete for too few places.
    """
    plan = chosen.astype(np.int32, copy=True)
    places = np.diff(problem.slot_start)
    stuck = _complete(start, problem.site, places, plan)
    if len(stuck):
        raise _shortage(problem, start, stuck)
    return plan


def _shortage(problem: Problem, start: I64, stuck: I32) -> NoAnswerError:
    """The error for needs that together fit fewer places than they are many (Hall's condition)."""
    need = int(stuck[0])
    if start[need] == start[need + 1]:
        return NoAnswerError(
            f"ニーズ{need}の行き先がありません（待機の枠もありません） / "
            f"need {need} has no pair at all. Maybe its waiting list is missing"
        )
    sites = np.unique(np.concatenate([problem.site[start[i] : start[i + 1]] for i in stuck]))
    places = int(np.diff(problem.slot_start)[sites].sum())
    told = ", ".join(str(i) for i in sorted(stuck)[:5]) + (", …" if len(stuck) > 5 else "")
    return NoAnswerError(
        f"{len(stuck)}件のニーズ（{told}）に対し、行き先{len(sites)}か所の空きは合わせて{places}です / "
        f"{len(stuck)} needs ({told}) fit {len(sites)} sites only, which have {places} places together. "
        "Maybe their waiting list is too short"
    )


@njit(cache=True)
def starts(need: I32, needs: int) -> I64:
    """Where the pairs of each need begin, when `need` ascends."""
    start, k = np.empty(needs + 1, np.int64), 0
    for p in range(len(need)):
        while k <= need[p]:
            start[k] = p
            k += 1
    start[k:] = len(need)
    return start


@njit(cache=True)
def _complete(start: I64, site: I32, places: I64, chosen: I32) -> I32:
    """Complete the plan in place; returns the needs that cannot all have a place (one without leads), or none."""
    needs, sites = len(start) - 1, len(places)
    load = np.zeros(sites, np.int64)
    free = _take_open(start, site, places, chosen, load)
    if len(free) == 0:
        return free
    first, after = np.full(sites, -1, np.int32), np.full(needs, -1, np.int32)  # the needs of each site, as lists
    for i in range(needs):
        if chosen[i] >= 0:
            after[i] = first[site[chosen[i]]]
            first[site[chosen[i]]] = i
    seen, via, mover = np.full(sites, -1, np.int32), np.empty(sites, np.int64), np.empty(sites, np.int32)
    queue = np.empty(needs, np.int32)
    for k in range(len(free)):
        end, size = _open_site(free[k], k, start, site, places, load, first, after, seen, via, mover, queue)
        if end < 0:
            return queue[:size]
        load[end] += 1
        while end >= 0:
            end = _move(mover[end], via[end], site, chosen, first, after)
    return free[:0]


@njit(cache=True)
def _take_open(start: I64, site: I32, places: I64, chosen: I32, load: I64) -> I32:
    """Let each need without a pair take its first one with an open place; those that find none."""
    free, count = np.empty(len(chosen), np.int32), 0
    for i in range(len(chosen)):
        if chosen[i] >= 0:
            load[site[chosen[i]]] += 1
    for i in range(len(chosen)):
        p = start[i]
        while chosen[i] < 0 and p < start[i + 1]:
            if load[site[p]] < places[site[p]]:
                chosen[i] = p
                load[site[p]] += 1
            p += 1
        if chosen[i] < 0:
            free[count] = i
            count += 1
    return free[:count]


@njit(cache=True)
def _open_site(
    need: int,
    stamp: int,
    start: I64,
    site: I32,
    places: I64,
    load: I64,
    first: I32,
    after: I32,
    seen: I32,
    via: I64,
    mover: I32,
    queue: I32,
) -> tuple[int, int]:
    """The nearest site with an open place, over moves of others, and how many needs were asked (-1: there is none)."""
    queue[0], size, k = need, 1, 0
    while k < size:
        i = queue[k]
        k += 1
        for p in range(start[i], start[i + 1]):
            s = site[p]
            if seen[s] == stamp:
                continue
            seen[s], via[s], mover[s] = stamp, p, i
            if load[s] < places[s]:
                return s, size
            other = first[s]
            while other >= 0:
                queue[size] = other
                size += 1
                other = after[other]
    return -1, size


@njit(cache=True)
def _move(i: int, pair: int, site: I32, chosen: I32, first: I32, after: I32) -> int:
    """Let need i take `pair`; the site that it leaves, or -1."""
    left = np.int64(-1)
    if chosen[i] >= 0:
        left = np.int64(site[chosen[i]])
        if first[left] == i:
            first[left] = after[i]
        else:
            before = first[left]
            while after[before] != i:
                before = after[before]
            after[before] = after[i]
    after[i] = first[site[pair]]
    first[site[pair]] = i
    chosen[i] = pair
    return int(left)

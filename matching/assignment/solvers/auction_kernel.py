"""The loops of the auction, compiled: bidding, lowering asks, freeing who overpays, and exact prices at the end.

All prices and values here are costs times `Columns.scale`. A site holds its needs in a heap by their bids; its price is
what a newcomer has to beat: the lowest bid, or what it asks for its next open place. See auction.py for the idea.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.assignment.problem import I32, I64, Bools

NEVER = 2**61  # the price of a site without a place
LIMIT = 2**59  # what no scaled cost and no price may exceed
DONE, PAUSED, HOMELESS, TOO_LARGE = 0, 1, 2, 3


# Unsigned indices and branchless minima make a scan of twenty pairs four times as fast (no check for negative indices,
# no mispredicted jumps). Never mix them with signed integers in arithmetic: the sum would be a float.
Unsigned = NDArray[np.uint64]


class Columns(NamedTuple):
    """What stays as it is; sites and needs may be renumbered.

    `room` (sites,) is how many places of a site can matter, 0 where its price never moves; those of site s stand in
    `reserve[base[s]:base[s] + room[s]]`, with what they cost at least.
    """

    scale: int
    start: Unsigned
    site: NDArray[np.uint32]
    cost: NDArray[Any]  # int32 where that is enough
    fixed: Bools
    base: I64
    room: I32
    reserve: I64


class Market(NamedTuple):
    """What the auction moves, in place: prices and asks of sites, who is where, and who waits for a turn (a stack).

    `bid` and `holder` hold the heaps, site after site as in `Columns.reserve`; `held` (sites,) their sizes. `chosen`
    is the pair of each need, -1 while it waits.
    """

    price: I64
    ask: I64
    held: I32
    bid: I64
    holder: I32
    chosen: I32
    waiting: I32


class Turned(NamedTuple):
    """The pairs by site: those of site s are `start[s]:start[s + 1]` of `need` and `cost`."""

    start: Unsigned
    need: I32
    cost: NDArray[Any]


@njit(cache=True)
def forward(c: Columns, m: Market, waiting: int, eps: int, span: int, limit: int) -> tuple[int, int]:
    """Let everybody who waits bid, at most `limit` bids: (what it ended with, how many still wait).

    A need takes its cheapest site and bids up to where its second-best would be as good, and `eps` more (`span` where
    there is no second).
    """
    for _ in range(limit):
        if waiting == 0:
            return DONE, 0
        i = m.waiting[waiting - 1]
        least, second, pair = np.int64(NEVER // 2), np.int64(NEVER // 2), c.start[i]
        for p in range(c.start[i], c.start[i + 1]):
            value = np.int64(c.cost[p]) * c.scale + m.price[c.site[p]]
            second = min(second, max(least, value))
            pair = p if value < least else pair
            least = min(least, value)
        if least == NEVER // 2:
            return HOMELESS, waiting
        waiting -= 1
        m.chosen[i] = pair
        s = c.site[pair]
        if c.fixed[s]:
            continue
        bid = m.price[s] + min(second - least, span) + eps
        if bid > LIMIT:
            return TOO_LARGE, waiting
        loser = _place(c, m, s, bid, i)
        if loser >= 0:
            m.chosen[loser] = -1
            m.waiting[waiting] = loser
            waiting += 1
    return PAUSED if waiting else DONE, waiting


@njit(cache=True)
def restart(c: Columns, m: Market, down: int) -> int:
    """Send everybody back to bid, prices `down` lower, but at their reserve at least; how many wait."""
    for s in range(len(m.price)):
        if c.room[s]:
            m.held[s] = 0
            m.ask[s] = max(m.price[s] - down, c.reserve[c.base[s]])
            m.price[s] = m.ask[s]
    for i in range(len(m.chosen)):
        m.chosen[i] = -1
        m.waiting[i] = len(m.chosen) - 1 - i
    return len(m.chosen)


@njit(cache=True)
def unhappy(c: Columns, m: Market, eps: int, flag: Bools) -> int:
    """Flag the needs that pay more than `eps` above their cheapest; how many."""
    count = 0
    for i in range(len(m.chosen)):
        least = np.int64(NEVER)
        for p in range(c.start[i], c.start[i + 1]):
            least = min(least, np.int64(c.cost[p]) * c.scale + m.price[c.site[p]])
        own = m.chosen[i]
        flag[i] = np.int64(c.cost[own]) * c.scale + m.price[c.site[own]] > least + eps
        count += flag[i]
    return count


@njit(cache=True)
def free(c: Columns, m: Market, flag: Bools) -> int:
    """Let the flagged needs go; those who stay hold at the price of their site, which also asks it. How many wait."""
    for s in range(len(m.price)):
        kept = 0
        for k in range(c.base[s], c.base[s] + m.held[s]):
            if not flag[m.holder[k]]:
                m.holder[c.base[s] + kept] = m.holder[k]
                m.bid[c.base[s] + kept] = m.price[s]
                kept += 1
        if kept < m.held[s]:
            m.held[s] = kept
            m.ask[s] = max(m.price[s], c.reserve[c.base[s] + kept])
            m.price[s] = _price(c, m, s)
    waiting = 0
    for i in range(len(flag) - 1, -1, -1):
        if flag[i]:
            m.chosen[i] = -1
            m.waiting[waiting] = i
            waiting += 1
    return waiting


@njit(cache=True)
def reverse(c: Columns, m: Market, turned: Turned, eps: int) -> int:
    """Let open places that ask more than their reserve come down to what attracts somebody; how many steps it took."""
    sites, steps = len(m.price), 0
    todo, count, listed = np.empty(sites, np.int32), 0, np.zeros(sites, np.bool_)
    for s in range(sites - 1, -1, -1):
        if _overpriced(c, m, s):
            todo[count], listed[s] = s, True
            count += 1
    if count == 0:
        return 0
    at, fee = np.empty(len(m.chosen), np.int32), np.empty(len(m.chosen), c.cost.dtype)
    for i in range(len(m.chosen)):
        at[i], fee[i] = c.site[m.chosen[i]], c.cost[m.chosen[i]]
    while count:
        count -= 1
        s = todo[count]
        listed[s] = False
        while _overpriced(c, m, s):
            steps += 1
            left = _attract(c, m, turned, s, eps, at, fee)
            if left >= 0 and not listed[left] and _overpriced(c, m, left):
                todo[count], listed[left] = left, True
                count += 1
    return steps


@njit(cache=True)
def settle(c: Columns, m: Market, turned: Turned, least: I64, price: I64, limit: int) -> bool:
    """Lower whole prices (unscaled, in place) until no need would rather move: the exact proof, if the plan has one.

    Bellman-Ford with a stack on the moves between sites. It ends, without, where a price would fall below `least`,
    what the last filled place of the site costs (then a round of moves gains), or after `limit` pairs.
    """
    sites, needs = len(price), len(m.chosen)
    todo, count, listed = np.empty(sites, np.int32), 0, np.zeros(sites, np.bool_)
    at, fee = np.empty(needs, np.int32), np.empty(needs, c.cost.dtype)
    for i in range(needs):
        own = m.chosen[i]
        s = np.int64(c.site[own])
        at[i], fee[i] = s, c.cost[own]
        low = price[s] + c.cost[own]
        for p in range(c.start[i], c.start[i + 1]):
            low = min(low, np.int64(c.cost[p]) + price[c.site[p]])
        low -= c.cost[own]
        if low < price[s]:
            price[s] = low
            if not listed[s]:
                todo[count], listed[s] = s, True
                count += 1
    while count and limit > 0:
        count -= 1
        s = np.int64(todo[count])
        listed[s] = False
        if price[s] < least[s]:
            return False
        limit -= int(turned.start[s + 1] - turned.start[s])
        for k in range(turned.start[s], turned.start[s + 1]):
            u, low = at[turned.need[k]], price[s] + turned.cost[k] - fee[turned.need[k]]
            if low < price[u]:
                price[u] = low
                if not listed[u]:
                    todo[count], listed[u] = u, True
                    count += 1
    return count == 0


@njit(cache=True)
def counted(start: Unsigned, site: NDArray[np.uint32], cost: I64, sites: int) -> tuple[I64, np.int64]:
    """How many pairs each site has, and the widest range of costs that one need has."""
    pairs, spread = np.zeros(sites, np.int64), np.int64(0)
    for i in range(len(start) - 1):
        low = high = cost[start[i]]
        for p in range(start[i], start[i + 1]):
            pairs[site[p]] += 1
            low, high = min(low, cost[p]), max(high, cost[p])
        spread = max(spread, high - low)
    return pairs, spread


@njit(cache=True)
def dual(start: Unsigned, site: NDArray[np.uint32], cost: I64, slot_start: I64, slot_cost: I64, price: I64) -> np.int64:
    """What no plan costs less than, by these prices (unscaled): everybody's cheapest, less what places would gain."""
    total = np.int64(0)
    for i in range(len(start) - 1):
        least = np.int64(NEVER)
        for p in range(start[i], start[i + 1]):
            least = min(least, cost[p] + price[site[p]])
        total += least
    for s in range(len(price)):
        k = slot_start[s]
        while k < slot_start[s + 1] and slot_cost[k] < price[s]:
            total -= price[s] - slot_cost[k]
            k += 1
    return total


@njit(cache=True)
def turn(start: Unsigned, site: NDArray[np.uint32], cost: NDArray[Any], sites: int) -> Turned:
    """The pairs by site."""
    begin, one = np.zeros(sites + 1, np.uint64), np.uint64(1)
    for p in range(len(site)):
        begin[np.int64(site[p]) + 1] += one
    for s in range(sites):
        begin[s + 1] += begin[s]
    fill, need, fee = begin[:-1].copy(), np.empty(len(site), np.int32), np.empty_like(cost)
    for i in range(len(start) - 1):
        for p in range(start[i], start[i + 1]):
            need[fill[site[p]]], fee[fill[site[p]]] = i, cost[p]
            fill[site[p]] += one
    return Turned(begin, need, fee)


@njit(cache=True, inline="always")
def _place(c: Columns, m: Market, s: int, bid: int, need: int) -> np.int64:
    """Give the need the next open place of the site, or that of the lowest bid, whose holder is returned (else -1)."""
    base, held, loser = c.base[s], m.held[s], np.int64(-1)
    if held < c.room[s] and (held == 0 or m.ask[s] <= m.bid[base]):
        _rise(m.bid[base:], m.holder[base:], held, bid, need)
        held += 1
        m.held[s] = held
        if held < c.room[s]:
            m.ask[s] = max(m.ask[s], c.reserve[base + held])
    else:
        loser = np.int64(m.holder[base])
        _sink(m.bid[base:], m.holder[base:], held, bid, need)
    m.price[s] = _price(c, m, s)
    return loser


@njit(cache=True, inline="always")
def _price(c: Columns, m: Market, s: int) -> np.int64:
    """What a newcomer has to beat."""
    price = m.ask[s] if m.held[s] < c.room[s] else m.bid[c.base[s]]
    return min(price, m.bid[c.base[s]]) if m.held[s] else price


@njit(cache=True)
def _overpriced(c: Columns, m: Market, s: int) -> bool:
    """Whether an open place asks more than it costs."""
    return bool(m.held[s] < c.room[s] and m.ask[s] > c.reserve[c.base[s] + m.held[s]])


@njit(cache=True)
def _attract(c: Columns, m: Market, turned: Turned, s: int, eps: int, at: I32, fee: NDArray[Any]) -> int:
    """One step of an open place: it asks what the second-best offer is, and takes the best; the site that loses it.

    Where no offer beats the reserve, it asks that (-1).
    """
    reserve = c.reserve[c.base[s] + m.held[s]]
    best, second, need = np.int64(-NEVER), np.int64(-NEVER), np.int32(-1)
    for k in range(turned.start[s], turned.start[s + 1]):
        i = turned.need[k]
        offer = (np.int64(fee[i]) - turned.cost[k]) * c.scale + m.price[at[i]]
        offer = np.int64(-NEVER) if at[i] == s else offer
        second = max(second, min(best, offer))
        need = i if offer > best else need
        best = max(best, offer)
    if best <= reserve + eps:
        m.ask[s] = reserve
        m.price[s] = _price(c, m, s)
        return -1
    m.ask[s] = min(m.ask[s], max(reserve, second - eps))
    left = at[need]
    for p in range(c.start[need], c.start[need + 1]):
        if c.site[p] == s:
            m.chosen[need], at[need], fee[need] = p, s, c.cost[p]
    _take_out(c, m, int(left), need)
    held, base = m.held[s], c.base[s]
    _rise(m.bid[base:], m.holder[base:], held, m.ask[s], need)
    m.held[s] = held + 1
    if held + 1 < c.room[s]:
        m.ask[s] = max(m.ask[s], c.reserve[base + held + 1])
    m.price[s] = _price(c, m, s)
    return int(left)


@njit(cache=True)
def _take_out(c: Columns, m: Market, s: int, need: int | np.int32) -> None:
    """The need leaves the site, which asks its price for the open place."""
    if c.fixed[s]:
        return
    base, last, k = c.base[s], m.held[s] - 1, 0
    while m.holder[base + k] != need:
        k += 1
    m.held[s] = last
    m.ask[s] = max(m.price[s], c.reserve[base + last])
    m.bid[base + k], m.holder[base + k] = m.bid[base + last], m.holder[base + last]
    for j in range(k, last):
        _rise(m.bid[base:], m.holder[base:], j, m.bid[base + j], m.holder[base + j])
    m.price[s] = _price(c, m, s)


@njit(cache=True, inline="always")
def _rise(bid: I64, holder: I32, k: int | np.int32, new: int | np.int64, need: int | np.int32) -> None:
    """Put (new, need) into the heap at its end k."""
    while k > 0 and bid[(k - 1) >> 1] > new:
        bid[k], holder[k] = bid[(k - 1) >> 1], holder[(k - 1) >> 1]
        k = (k - 1) >> 1
    bid[k], holder[k] = new, need


@njit(cache=True, inline="always")
def _sink(bid: I64, holder: I32, size: int | np.int32, new: int | np.int64, need: int | np.int32) -> None:
    """Put (new, need) into the heap in place of its top."""
    k = 0
    while 2 * k + 1 < size:
        child = 2 * k + 1
        if child + 1 < size and bid[child + 1] < bid[child]:
            child += 1
        if bid[child] >= new:
            break
        bid[k], holder[k] = bid[child], holder[child]
        k = child
    bid[k], holder[k] = new, need

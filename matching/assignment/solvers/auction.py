"""The assignment as an auction: needs bid for places, and the prices that result prove the plan optimal.

Forward/reverse auction with epsilon scaling for sites with many places (Bertsekas and Castañón 1989, 1992). *Forward*:
a need takes its cheapest site and bids to where its second-best would be as good, and epsilon more; whoever bid least
there has to bid anew. *Reverse*: a place left open by somebody comes down to what attracts another, at last to its
reserve (its own cost). First come rough rounds: all bid anew from lowered prices with a quarter of epsilon. When few
would still move, only they do. Once epsilon is below one, prices are rounded up and lowered where a need would rather
move (Bellman-Ford): whole prices whose dual equals the cost of the plan. That equality is counted on the problem's own
columns, so every answer carries its proof. Costs are scaled by needs + 1, so that a last round with epsilon 1 is exact.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.assignment.problem import I32, I64, Bools, Budget, Choice, Problem
from matching.assignment.solvers import auction_kernel as kernel, min_cost_flow
from matching.assignment.solvers.auction_kernel import Columns, Market, Turned
from matching.assignment.solvers.places import completed, cost_of, need_starts
from matching.assignment.solvers.renumber import Order, gathered, neighbours_first

ROUGH, FINE = 12, 32  # what epsilon is divided by between rounds, when all bid anew and when few do
FEW = 0.08  # the share of needs that may still move for a fine round
FAR = 500_000  # pairs from which on renumbering pays
PATIENCE = 2_000_000  # bids between two looks at the clock


@dataclass(frozen=True, slots=True)
class _Auction:
    """One run: the problem, its columns and market (perhaps renumbered), the range of its costs, and the deadline."""

    problem: Problem
    start: I64
    order: Order | None
    columns: Columns
    market: Market
    turned: Turned
    spread: int
    deadline: float


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where the auction stood at the end of a round, in its own numbers."""

    chosen: I32
    price: I64


def supports(problem: Problem) -> bool:
    """Pure flows only: no rows."""
    return len(problem.rows) == 0


def solve(problem: Problem, budget: Budget) -> Choice:
    """The cheapest plan with the site prices that prove it; rows are ignored, which gives the bound they cannot beat.

    When the budget ends, the best plan found and its bound. Costs beyond what the auction holds exactly go to
    `min_cost_flow`, and come back without prices.

    Args:
        problem: the columns.
        budget: CPU seconds.

    Raises:
        NoAnswerError: not every need can have a place.
        ValueError: costs beyond what any solver here computes exactly.
    """
    deadline = time.process_time() + budget.seconds
    start = need_starts(problem)
    if problem.needs == 0:
        cheapest = _at(problem.slot_cost, problem.slot_start[:-1], np.diff(problem.slot_start) > 0)
        return Choice(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64), cheapest)
    if np.any(start[1:] == start[:-1]):
        completed(problem, start, np.full(problem.needs, -1, np.int32))
    auction = _opened(problem, start, deadline, far=len(problem.need) >= FAR)
    choice = None if auction is None else _held(auction)
    return min_cost_flow.solve(problem, budget) if choice is None else choice


def _held(auction: _Auction) -> Choice | None:
    """Round after round with ever smaller epsilon; None where prices outgrow the integers."""
    c, m, needs = auction.columns, auction.market, auction.problem.needs
    waiting = kernel.restart(c, m, 0)
    eps = max(1, auction.spread * c.scale // ROUGH)
    flag, last = np.zeros(needs, np.bool_), None
    while True:
        ended = _bid(auction, waiting, eps)
        if ended == kernel.PAUSED:
            return _unfinished(auction, last)
        if ended == kernel.TOO_LARGE:
            return None
        kernel.reverse(c, m, auction.turned, eps)
        proven = _proven(auction, eps) if eps <= c.scale else None
        if proven is not None or eps == 1:
            return proven
        last = _standing(auction)
        if time.process_time() > auction.deadline:
            return _unfinished(auction, None)
        finer = max(1, eps // FINE)
        if kernel.unhappy(c, m, finer, flag) > FEW * needs:
            waiting = kernel.restart(c, m, eps)
            eps = max(1, eps // ROUGH)
        else:
            waiting = kernel.free(c, m, flag)
            eps = finer


def _bid(auction: _Auction, waiting: int, eps: int) -> int:
    """Bids until nobody waits; `PAUSED` when the time is over.

    Raises:
        NoAnswerError: not every need can have a place (asked once bids go on for long, since then they would for ever).
    """
    needs, span = auction.problem.needs, auction.spread * auction.columns.scale
    turns, long = 0, 20 * needs + 1_000
    while True:
        step = min(PATIENCE, long)
        ended, waiting = kernel.forward(auction.columns, auction.market, waiting, eps, span, step)
        if ended in {kernel.DONE, kernel.TOO_LARGE}:
            return int(ended)
        if ended == kernel.HOMELESS or turns < long <= turns + step:
            completed(auction.problem, auction.start, np.full(needs, -1, np.int32))
        turns += step
        if time.process_time() > auction.deadline:
            return kernel.PAUSED


def _proven(auction: _Auction, eps: int) -> Choice | None:
    """The answer, if whole prices prove the plan optimal."""
    c, m, problem = auction.columns, auction.market, auction.problem
    price = -(-m.price // c.scale)
    least = np.where(c.fixed, price, -kernel.NEVER)
    busy = np.flatnonzero(m.held)
    least[busy] = c.reserve[c.base[busy] + m.held[busy] - 1] // c.scale
    work = 2 * len(problem.need) if eps > 1 else kernel.NEVER
    if not kernel.settle(c, m, auction.turned, least, price, work):
        return None
    chosen, price = _plan(auction, m.chosen), _site_prices(auction, price)
    value, bound = cost_of(problem, chosen), _dual(auction, price)
    return Choice(chosen, np.asarray([value]), np.asarray([bound]), price) if value == bound else None


def _unfinished(auction: _Auction, last: _Standing | None) -> Choice:
    """The better of the plan at hand, completed, and that of the last round; the same for the bound."""
    standings = [_standing(auction)] + ([last] if last else [])
    plans = [completed(auction.problem, auction.start, _plan(auction, s.chosen)) for s in standings]
    prices = [_site_prices(auction, s.price // auction.columns.scale) for s in standings]
    value, nth = min((cost_of(auction.problem, plan), nth) for nth, plan in enumerate(plans))
    bound, best = max((_dual(auction, price), nth) for nth, price in enumerate(prices))
    return Choice(plans[nth], np.asarray([value]), np.asarray([bound]), prices[best])


def _standing(auction: _Auction) -> _Standing:
    return _Standing(auction.market.chosen.copy(), auction.market.price.copy())


def _plan(auction: _Auction, chosen: I32) -> I32:
    """The chosen pairs in the problem's own numbers, -1 where a need waits."""
    if auction.order is None:
        return chosen.copy()
    plan, need = np.empty_like(chosen), auction.order.need
    moved = chosen - auction.columns.start.view(np.int64)[:-1] + auction.start[need]
    plan[need] = np.where(chosen < 0, -1, moved)
    return plan


def _site_prices(auction: _Auction, price: I64) -> I64:
    """Whole prices in the problem's own numbers; a site without a place is too dear for everybody."""
    none = auction.market.price == kernel.NEVER
    price[none] = price[~none].max(initial=0) + auction.spread + 1
    return price if auction.order is None else price[auction.order.rank]


def _dual(auction: _Auction, price: I64) -> int:
    """What no plan costs less than, counted on the problem's own columns."""
    p = auction.problem
    return int(kernel.dual(auction.start.view(np.uint64), _sites(p), p.cost, p.slot_start, p.slot_cost, price))


def _opened(problem: Problem, start: I64, deadline: float, *, far: bool) -> _Auction | None:
    """The auction before the first bid; None where its integers would be too large."""
    pairs, spread = kernel.counted(start.view(np.uint64), _sites(problem), problem.cost, problem.sites)
    places = np.diff(problem.slot_start)
    usable = np.minimum(pairs + 1, places)  # one more than can be filled, whose cost bounds the price
    first, final = problem.slot_start[:-1], problem.slot_start[:-1] + np.maximum(usable, 1) - 1
    cheapest, dearest = _at(problem.slot_cost, first, places > 0), _at(problem.slot_cost, final, places > 0)
    fixed = (places > 0) & (places >= pairs) & (cheapest == dearest)
    largest = max(_size(problem.cost), _size(problem.slot_cost), 1)
    scale = min(problem.needs + 1, kernel.LIMIT // (4 * largest))
    if scale < 1 or largest * problem.needs > kernel.NEVER:
        return None
    order = neighbours_first(start, problem.site, problem.cost, fixed) if far else None
    by_rank = np.arange(problem.sites) if order is None else np.argsort(order.rank)
    room = np.where(fixed, 0, usable)[by_rank].astype(np.int32)
    base = np.cumsum(room) - room
    nth = np.arange(room.sum()) - np.repeat(base, room)
    reserve = np.append(problem.slot_cost[np.repeat(first[by_rank], room) + nth] * scale, 0)
    columns = _columns(problem, start, order, scale, fixed[by_rank], base, room, reserve)
    price = np.where(places > 0, cheapest * scale, kernel.NEVER)[by_rank]
    market = Market(
        price, price.copy(), np.zeros(problem.sites, np.int32), np.zeros(len(reserve), np.int64),
        np.zeros(len(reserve), np.int32), np.full(problem.needs, -1, np.int32), np.zeros(problem.needs, np.int32),
    )  # fmt: skip
    turned = kernel.turn(columns.start, columns.site, columns.cost, problem.sites)
    spread += int(dearest.max(initial=0) - cheapest.min(initial=0))
    return _Auction(problem, start, order, columns, market, turned, int(spread), deadline)


def _columns(
    problem: Problem, start: I64, order: Order | None, scale: int, fixed: Bools, base: I64, room: I32, reserve: I64
) -> Columns:
    """The pairs in the auction's order; where they are many, costs in 32 bits if that is enough."""
    if order is None:
        return Columns(scale, start.view(np.uint64), _sites(problem), problem.cost, fixed, base, room, reserve)
    moved = np.empty(len(problem.cost), np.int32 if _size(problem.cost) < 2**31 else np.int64)
    begin, site = gathered(start, problem.site, problem.cost, order.rank, order.need, moved)
    return Columns(scale, begin.view(np.uint64), site.view(np.uint32), moved, fixed, base, room, reserve)


def _sites(problem: Problem) -> NDArray[np.uint32]:
    """The sites of the pairs, unsigned as the kernel wants them; no copy where they are 32 bits."""
    return np.asarray(problem.site, np.int32).view(np.uint32)


def _at(cost: I64, place: I64, there: Bools) -> I64:
    """The cost of these places, 0 for those that are not there."""
    told = np.zeros(len(place), np.int64)
    told[there] = cost[place[there]]
    return told


def _size(cost: I64) -> int:
    """The largest absolute value."""
    return max(int(cost.max(initial=0)), -int(cost.min(initial=0)))

"""A good plan of a coupled matching, fast: all tiers blended, the rows priced, the plan bettered where it is worst.

A large problem is priced and placed stretch by stretch, neighbours together, each in what the others leave, so that the
time grows with its size and no faster; the last step knows no stretches.
"""

import time
from dataclasses import dataclass

import numpy as np

from matching.assignment.face import whole
from matching.assignment.part import Part, Standing
from matching.assignment.problem import I32, I64, Guide, RowPrices, TieredProblem
from matching.assignment.rows import holds, homes, repair, row_sums
from matching.assignment.solvers.blend import blended, charged_flow, weights
from matching.assignment.solvers.master import EPS, View, charges, view_of
from matching.assignment.solvers.neighbourhoods import Neighbourhoods
from matching.assignment.solvers.row_prices import Priced, nothing, price_rows, split_needs

STRETCH = 12_000  # needs that are priced at once
CROWD = 1_000  # a site that more needs could take ties nobody together
PRICING = 0.4  # share of the time for the first steps
WAVES = 5  # of moving people to where they wait
SETTLING = 30.0  # seconds for those whom the LP splits
THOROUGH = 0.001  # seconds left for each need, from which on all are settled at once,
FEW_PRICINGS, NEEDS_A_TRY, UNHURRIED = 2, 400, 30.0  # of a fixed amount of work; a MIP takes a fraction of a second
THIN, COARSE = 2, 1e-4  # with that many pairs of each besides those that the LP takes, as closely as that


@dataclass(frozen=True, slots=True)
class Good:
    """A plan that obeys the rows, and what led to it."""

    chosen: I32
    guide: Guide


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done for a good plan.

    Attributes:
        deadline: in `time.process_time()`, whatever else.
        pricings: LPs for each stretch.
        tries: of bettering the plan where it is worst.
        patience: after how many fruitless ones in a row to stop.
        tiers: how many of them it need be good in.
        thorough: settle everybody at once first, where there is time.
        seconds: for one MIP, by the clock on the wall.
    """

    deadline: float
    pricings: int = 12
    tries: int = 10**9
    patience: int = 12
    tiers: int = 10**9
    thorough: bool = False
    seconds: float = 2.0


def fixed_work(deadline: float, needs: int) -> Effort:
    """A fixed amount of work in step with the needs, so that a busy machine gives the same plan as an idle one."""
    return Effort(deadline, pricings=FEW_PRICINGS, tries=1 + needs // NEEDS_A_TRY, seconds=UNHURRIED)


def good_plan(problem: TieredProblem, effort: Effort) -> Good | None:
    """A good plan, None where none was found that obeys the rows.

    Args:
        problem: all its pairs may be taken.
        effort: how much is done for it.
    """
    weight, deadline = weights(problem), effort.deadline
    everything = np.arange(len(problem.need), dtype=np.int32)
    one = blended(problem, weight)
    flow, _, reduced = charged_flow(one, np.zeros(len(everything), np.int64), deadline)
    home = homes(one, np.ones(len(everything), np.bool_))
    plan = _start(one, flow, home)
    if plan is None:
        return None
    view = view_of(one, whole(one), np.ones(1, np.int64), {})
    prices, standing, likely = nothing(view), Standing(one, plan), np.zeros(len(everything), np.bool_)
    stretches, begin = _stretches(one, reduced), time.process_time()
    for nth, needs in enumerate(stretches):
        until = begin + (deadline - begin) * PRICING * (nth + 1) / len(stretches)
        part = standing.part(needs, np.ones(len(everything), np.bool_))
        own = _inside(part, standing.chosen, needs), _inside(part, home, needs)
        priced = price_rows(part.problem, *own, until, effort.pricings)
        _write(prices, priced.prices, part)
        likely[part.pair] = priced.taken > EPS
        standing.move(needs, part.pair[_placed(part.problem, *own, priced, deadline)].astype(np.int32))
    prices = _gated(view, prices)
    reduced = charged_flow(one, charges(view, prices)[0], deadline)[2]
    plan, pairs = standing.chosen, np.flatnonzero(likely)
    if effort.thorough and deadline - time.process_time() > THOROUGH * one.needs:
        everybody = Neighbourhoods(one, plan, home, reduced, pairs, THIN)
        everybody.settle(np.arange(one.needs), (deadline - time.process_time()) / 2, COARSE)
        plan = everybody.plan
    last = Neighbourhoods(one, plan, home, reduced, pairs)
    worth = int(weight[min(effort.tiers, problem.tiers) - 1])
    last.improve(deadline, effort.tries, effort.patience, worth, effort.seconds)
    return Good(last.plan, Guide(weight, prices))


def good_again(problem: TieredProblem, guide: Guide, plan: I32, effort: Effort) -> I32 | None:
    """A good plan of nearly the same matching as one that led to `guide`; None where none was found.

    Args:
        problem: all its pairs may be taken.
        guide: weights of its tiers, and prices of its rows.
        plan: what to begin with; it need not obey the rows. It is bettered where it is worst, and priced no more.
        effort: how much is done for it.
    """
    one = blended(problem, guide.weight)
    home = homes(one, np.ones(len(one.need), np.bool_))
    start = _start(one, plan, home)
    if start is None:
        return None
    coupling = charges(view_of(one, whole(one), np.ones(1, np.int64), {}), guide.prices)[0]
    reduced = charged_flow(one, coupling, effort.deadline)[2]
    around = Neighbourhoods(one, start, home, reduced, np.zeros(0, np.int64))
    around.improve(effort.deadline, effort.tries, effort.patience, int(guide.weight[-1]), effort.seconds)
    return around.plan


def _start(one: TieredProblem, flow: I32, home: I32) -> I32 | None:
    """A plan that obeys the rows: who stands in a broken one waits; where that is not enough, moved one by one."""
    rows, plan = one.rows, flow.copy()
    row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    for _ in range(WAVES):
        broken = ~holds(rows, row_sums(rows, plan, len(one.need)))
        if not broken.any():
            return plan
        chosen = np.zeros(len(one.need), np.bool_)
        chosen[plan] = True
        needs = one.need[rows.pair[broken[row] & chosen[rows.pair]]]
        plan[needs] = np.where(home[needs] >= 0, home[needs], plan[needs])
    return repair(one, np.arange(len(one.need), dtype=np.int32), flow)


def _placed(one: TieredProblem, plan: I32, home: I32, priced: Priced, deadline: float) -> I32:
    """A plan as the LP says, where it takes pairs whole; those whom it splits are settled together."""
    whole_pairs = np.flatnonzero(priced.taken > 1 - EPS)
    start = np.where(home >= 0, home, plan).astype(np.int32)
    start[one.need[whole_pairs]] = whole_pairs
    around = Neighbourhoods(one, start, home, priced.reduced, np.flatnonzero(priced.taken > EPS))
    around.settle(split_needs(one, priced.taken), min(SETTLING, max(0.1, deadline - time.process_time())))
    sound = around.standing.obeys()
    better = one.value(around.plan)[0] > one.value(plan)[0]
    return around.plan if sound and better else plan


def _stretches(one: TieredProblem, reduced: I64) -> list[I64]:
    """The needs in stretches that one LP can price, neighbours together; ascending within each."""
    count = -(-one.needs // STRETCH)
    if count == 1:
        return [np.arange(one.needs)]
    from matching.assignment.solvers.renumber import neighbours_first

    crowded = np.bincount(one.site, minlength=one.sites) > CROWD
    order = neighbours_first(one.need_start, one.site, reduced, crowded)
    return [np.sort(needs).astype(np.int64) for needs in np.array_split(order.need, count)]


def _inside(part: Part, plan: I32, needs: I64) -> I32:
    """The pairs of these needs as the part numbers them, -1 where there is none."""
    own = plan[needs]
    return np.where(own >= 0, np.searchsorted(part.pair, own), -1).astype(np.int32)


def _write(prices: RowPrices, own: RowPrices, part: Part) -> None:
    """Write the prices of a part's rows where they belong, in place."""
    prices.plain[part.row], prices.least[part.row], prices.most[part.row] = own.plain, own.least, own.most
    prices.link[part.entry] = own.link


def _gated(view: View, prices: RowPrices) -> RowPrices:
    """An or-none row that was priced as a plain one, because somebody stood in it, keeps its price on its side."""
    plain = np.where(view.either, prices.plain, 0)
    least, most = prices.least + plain.clip(min=0), prices.most + plain.clip(max=0)
    return RowPrices(prices.plain - plain, least, most, prices.link, prices.keep)

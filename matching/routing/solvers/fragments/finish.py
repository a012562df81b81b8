"""From the linear programme to the best plan: the best choice of tours that can still be in it (HiGHS), with proof.

Whoever knows a plan of cost u and a bound z needs only tours of reduced cost up to u - z: all others are in no better
plan. Where these are few, they are listed and the best choice among them is the best of all; where they are many,
groups that the programme breaks are added first, which lifts z.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from matching.routing.solvers.fragments import chains
from matching.routing.solvers.fragments.bounds import Prices
from matching.routing.solvers.fragments.choice import SLACK, Listed, chosen_of, fits, listed_of
from matching.routing.solvers.fragments.day import Loops
from matching.routing.solvers.fragments.generate import Field, converge
from matching.routing.solvers.fragments.master import Master, Split, Tour
from matching.routing.solvers.groups import USED, broken_groups

FEW, SOME, MANY = 50_000, 250_000, 3_000_000  # labels while groups still help, and when they no longer do
GROUPS = 30  # a round
EASY = 2_000  # tours: among more is chosen only where neither groups nor splits help
HOPED = 1.002  # times the bound: what a plan is hoped to cost
SPARE = 4.0  # times what is missing to the hope: dearer tours leave the programme
LITTLE = 0.1  # of what is missing to the hope: groups that win less are no longer enough


@dataclass(frozen=True, slots=True)
class Root:
    """What any plan costs at least, the prices that prove it, and the stretches below any cost.

    `below` is None where they are too many.
    """

    day: Loops
    value: float
    prices: Prices
    below: Callable[[float], Field | None]


@dataclass(frozen=True, slots=True)
class Best:
    """The best plan so far, and what no plan can better."""

    tours: tuple[Tour, ...]
    cost: float
    bound: float

    @property
    def proven(self) -> bool:
        """Nothing is better."""
        return self.cost - self.bound < SLACK


@dataclass(frozen=True, slots=True)
class Watch:
    """Until when to go on, in CPU time of the process, and until when where the end is not `near`; who is told of every
    better plan (its bound may be one of a part of all plans), and of what no plan costs less than.
    """

    until: float
    far_until: float
    near: Callable[[], bool]
    better: Callable[[Best], None]
    lower: Callable[[float], None]

    @property
    def over(self) -> bool:
        """Time is up."""
        now = time.process_time()
        return now > self.until or (now > self.far_until and not self.near())


def finish(master: Master, root: Root, best: Best, watch: Watch) -> Best:
    """The best plan, proven; or the best so far where time is up.

    A plan a little above the bound is asked for first: it needs few tours. Only where there is none, more are allowed.
    """
    best = _whole(master, root.day, best)
    while not best.proven and not watch.over:
        watch.lower(best.bound)
        hoped = min(best.cost, best.bound * HOPED)
        field = root.below(hoped + SLACK)
        if field is None:
            break
        found = _below(hoped, master, field, root.prices, best, watch)
        best = replace(found, bound=max(best.bound, found.bound))
        if found.bound < min(hoped, found.cost) - SLACK:
            break
    return best


def _below(hoped: float, master: Master, field: Field, near: Prices, best: Best, watch: Watch) -> Best:
    """The best plan so far, and no plan of the field's stretches costs less than `bound`, which is at most `hoped`.

    `field` has every stretch that a plan below `hoped` can use; `near` are prices that may be good already.
    """
    most, spent = FEW, False
    level = converge(master, field, watch.until, near, hoped)
    while True:
        before, best = best, _whole(master, field.day, best)
        if best.cost < before.cost:
            watch.better(best)
        hoped = min(hoped, best.cost)
        best = replace(best, bound=min(hoped, level.bound))
        if best.bound >= hoped - SLACK or watch.over:
            return best
        limit, prices = hoped - level.bound + SLACK, level.prices
        cost, sweeps = field.at(prices)
        field = field.only(field.through(cost, sweeps) < limit)
        cost, sweeps = field.at(prices)
        found = field.chains(prices, cost, sweeps, limit, chains.ALL, most, watch.until)
        listed = listed_of(field, found, prices) if found.complete else None
        pair = master.split() if spent and (listed is not None or most >= SOME) else None
        if listed is not None and _easy(listed, spent and pair is None):
            best = _of_all(field, listed, level.bound, hoped, best, watch)
            watch.better(best)
            hoped = min(hoped, best.cost)
            if best.bound >= hoped - SLACK or watch.over:
                return best
        if not spent:
            lower, groups = level.bound, broken_groups(master.member(), master.plan(), master.groups, GROUPS)
            if groups:
                master.cut(groups, master.reduced(prices) < SPARE * limit)
                level = converge(master, field, watch.until, prices, hoped)
            spent = level.bound - lower < LITTLE * (hoped - lower)
            continue
        if pair is not None:
            return _both(pair, hoped, master, field, prices, best, watch)
        if most >= MANY:
            return best
        most *= 5


def _easy(listed: Listed, no_help: bool) -> bool:
    """Whether it is time to choose: few are left, or neither groups nor a split would make them fewer."""
    return no_help or len(listed.cost) <= EASY


def _both(
    pair: tuple[int, int], hoped: float, master: Master, field: Field, near: Prices, best: Best, watch: Watch
) -> Best:
    """The best plan with two rides in one stretch, and without."""
    bound, before = np.inf, best.bound
    for together in (True, False):
        if watch.over:
            return replace(best, bound=before)
        split = Split(*pair, together)
        best = _below(hoped, master.only(split), field.agreeing(split), near, best, watch)
        hoped, bound = min(hoped, best.cost), min(bound, best.bound)
    return replace(best, bound=min(bound, hoped))


def _whole(master: Master, day: Loops, best: Best) -> Best:
    """The plan of the programme, if it drives every tour wholly or not at all."""
    plan = master.plan()
    if master.value > best.cost - USED or master.missing > USED or bool(((plan > USED) & (plan < 1 - USED)).any()):
        return best
    tours = tuple(master.tours[i] for i in np.flatnonzero(plan > USED).tolist())
    return Best(tours, sum(tour.cost for tour in tours), best.bound) if all(fits(day, t) for t in tours) else best


def _of_all(field: Field, listed: Listed, bound: float, hoped: float, best: Best, watch: Watch) -> Best:
    """The best choice among all tours that a plan below `hoped` can have; `bound` is that of their prices."""
    upper = min(hoped, best.cost)
    found = chosen_of(field, listed, bound, upper, watch.until)
    least = min(upper, found.cost) if found.proven else best.bound
    return Best(found.tours, found.cost, least) if found.cost < best.cost else replace(best, bound=least)

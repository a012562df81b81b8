"""From the linear programme to the best plan: the best choice of tours that can still be in it (HiGHS), with proof.

Whoever knows a plan of cost u and a bound z needs only tours of reduced cost up to u - z: all others are in no better
plan. Where these are few, they are listed and the best choice among them is the best of all; where they are many,
groups that the programme breaks are added first, which lifts z.
"""

import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from matching.routing.problem import Floats, Ints
from matching.routing.solvers.fragments import chains
from matching.routing.solvers.fragments.day import EPS, Loops
from matching.routing.solvers.fragments.generate import Field, converge
from matching.routing.solvers.fragments.master import USED, Master, Split, Tour, broken_groups

FEW, SOME, MANY = 4_000, 20_000, 2_500_000  # labels while groups still help, and when they no longer do
GROUPS = 30  # a round
SLACK = 1e-4  # what floating point may hide
MOST_CHOICES = 200_000
INFEASIBLE = 2  # HiGHS: there is none
HOPED = 1.002  # times the bound: what a plan is hoped to cost
SPARE = 4.0  # times what is missing to the hope: dearer tours leave the programme
LITTLE = 0.1  # of what is missing to the hope: groups that win less are no longer enough


@dataclass(frozen=True, slots=True)
class Root:
    """All stretches that are left, the least that any plan costs, and by how much a tour through each exceeds it."""

    field: Field
    value: float
    through: Floats


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


def finish(master: Master, root: Root, best: Best, until: float) -> Best:
    """The best plan, proven; or the best so far where time is up.

    A plan a little above the bound is asked for first: it needs few tours. Only where there is none, more are allowed.
    """
    best = _whole(master, root.field.day, best)
    while not best.proven and time.process_time() < until:
        hoped = min(best.cost, best.bound * HOPED)
        field = root.field.only(root.value + root.through < hoped + SLACK)
        found = _below(hoped, master, field, best, until)
        best = replace(found, bound=max(best.bound, found.bound))
        if found.bound < min(hoped, found.cost) - SLACK:
            break
    return best


def _below(hoped: float, master: Master, field: Field, best: Best, until: float) -> Best:
    """The best plan so far, and no plan of the field's stretches costs less than `bound`, which is at most `hoped`.

    `field` has every stretch that a plan below `hoped` can use.
    """
    most = FEW
    level = converge(master, field, until)
    while True:
        best = _whole(master, field.day, best)
        hoped = min(hoped, best.cost)
        best = replace(best, bound=min(hoped, level.bound))
        if best.bound >= hoped - SLACK or time.process_time() > until:
            return best
        limit, prices = hoped - level.bound + SLACK, level.prices
        cost, sweeps = field.at(prices)
        field = field.only(field.through(cost, sweeps) < limit)
        cost, sweeps = field.at(prices)
        found = field.chains(prices, cost, sweeps, limit, chains.ALL, most)
        if found.complete:
            tours = [field.tour(chains.chain_of(found.labels, label)) for label in _cheapest(field, found).tolist()]
            return _of_all(field.day, tours, hoped, best, until)
        before = level.bound
        groups = broken_groups(master.member(), master.plan(), master.groups, GROUPS)
        if groups:
            master.cut(groups, master.reduced(prices) < SPARE * limit)
            level = converge(master, field, until, prices)
        if level.bound - before < LITTLE * (hoped - before):
            pair = master.split() if most >= SOME else None
            if pair is not None:
                return _both(pair, hoped, master, field, best, until)
            if most >= MANY:
                return best
            most *= 5


def _both(pair: tuple[int, int], hoped: float, master: Master, field: Field, best: Best, until: float) -> Best:
    """The best plan with two rides in one stretch, and without."""
    bound = np.inf
    for together in (True, False):
        if time.process_time() > until:
            return best
        split = Split(*pair, together)
        best = _below(hoped, master.only(split), field.agreeing(split), best, until)
        hoped, bound = min(hoped, best.cost), min(bound, best.bound)
    return replace(best, bound=min(bound, hoped))


def _whole(master: Master, day: Loops, best: Best) -> Best:
    """The plan of the programme, if it drives every tour wholly or not at all."""
    plan = master.plan()
    if master.value > best.cost - USED or master.missing > USED or bool(((plan > USED) & (plan < 1 - USED)).any()):
        return best
    tours = tuple(master.tours[i] for i in np.flatnonzero(plan > USED).tolist())
    return Best(tours, sum(tour.cost for tour in tours), best.bound) if all(fits(day, t) for t in tours) else best


def _of_all(day: Loops, tours: list[Tour], hoped: float, best: Best, until: float) -> Best:
    """The best choice among all tours that a plan below `hoped` can have."""
    if len(tours) > MOST_CHOICES:
        return best
    chosen = choose(tours, len(day.limit), day.cars, max(1.0, until - time.process_time()))
    bound = min(chosen.cost, hoped, best.cost) if chosen.proven else best.bound
    if chosen.cost < best.cost and all(fits(day, tour) for tour in chosen.tours):
        return Best(chosen.tours, chosen.cost, bound)
    return replace(best, bound=bound)


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest choice of tours that takes everybody once; infinite cost where none is known; whether proven."""

    cost: float
    tours: tuple[Tour, ...]
    proven: bool


def choose(tours: list[Tour], rides: int, cars: int, seconds: float) -> Choice:
    """The cheapest choice among the tours that takes everybody once, within about so many seconds."""
    if not tours:
        return Choice(np.inf, (), True)
    member = np.zeros((rides + 1, len(tours)))
    member[rides] = 1.0
    for i, tour in enumerate(tours):
        member[list(tour.rides), i] = 1.0
    low, high = np.append(np.ones(rides), 0.0), np.append(np.ones(rides), float(cars))
    found = milp(
        np.array([tour.cost for tour in tours]),
        integrality=np.ones(len(tours), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(csc_array(member), low, high),
        options={"time_limit": max(0.1, seconds), "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return Choice(np.inf, (), found.status == INFEASIBLE)
    picked = tuple(tours[i] for i in np.flatnonzero(found.x > 0.5).tolist())
    return Choice(sum(tour.cost for tour in picked), picked, found.status == 0)


def fits(day: Loops, tour: Tour) -> bool:
    """Whether a tour is no longer than a duty may last; that is all that chains leave out."""
    if tour.stretches is None:
        return True
    base, latest, soonest, minutes = 2 * len(day.limit), np.inf, -np.inf, 0.0
    stop = base
    for one in tour.stretches:
        gone = float(day.way[stop, 2 * one["first"]])
        latest = min(latest, float(one["latest"]) - minutes - gone)
        minutes += gone + float(one["minutes"])
        soonest = max(soonest + gone + float(one["minutes"]), float(one["soonest"]))
        stop = 2 * int(one["last"]) + 1
    home = float(day.way[stop, base + 1])
    return max(minutes + home, soonest + home - latest) <= day.span + EPS


def _cheapest(field: Field, found: chains.Chains) -> Ints:
    """Of chains with the same people, the cheapest."""
    labels, base = found.labels, 2 * len(field.day.limit)
    last = labels[found.done]
    cost = last["cost"] + field.day.cost[2 * last["last"] + 1, base + 1]
    order = np.lexsort((cost, last["high"], last["low"]))
    low, high = last["low"][order], last["high"][order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return found.done[order[first]]

"""The best choice among listed tours that takes everybody once (HiGHS); what is chosen is made true before it counts.

Chains leave out how long a duty may last. So a tour that is chosen and lasts too long gets the cost of the cheapest
tour with the same people that does not, or goes; then it is chosen again.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, vstack

from matching.routing.problem import Floats, Ints
from matching.routing.solvers.fragments import chains
from matching.routing.solvers.fragments.bounds import Prices
from matching.routing.solvers.fragments.day import EPS, Loops, Record, Words, members
from matching.routing.solvers.fragments.generate import Field
from matching.routing.solvers.fragments.master import Tour

SLACK = 1e-4  # what floating point may hide
MOST = 400_000  # tours that are listed
AT_FIRST, AT_ONCE = 6_000, 60_000  # tours of the least reduced cost, among which is chosen first and at most
INFEASIBLE = (2, 4)  # there is none; or HiGHS does not say whether there is none or no least one


@dataclass(slots=True)
class Listed:
    """n tours, the cheapest with the same people, by their reduced cost; the first of them are the likeliest.

    `cost` is never too high; `open` is 0 where there turned out to be no such tour; `true` are those made true. Who is
    on them: `sets` (n, 2) as words, `member` (R, n); `pairs` (C, n) of each group, of which a plan has at most `most`.
    """

    found: chains.Chains
    labels: Ints
    sets: Words
    cost: Floats
    reduced: Floats
    open: Floats
    true: dict[int, Tour]
    member: csc_array
    pairs: csc_array
    most: Floats

    def below(self, limit: float) -> int:
        """How many have a lower reduced cost."""
        return int(np.searchsorted(self.reduced, limit + SLACK))


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest choice of tours that takes everybody once; infinite cost where none is known; whether proven."""

    cost: float
    tours: tuple[Tour, ...]
    proven: bool


def listed_of(field: Field, found: chains.Chains, prices: Prices) -> Listed | None:
    """Of chains with the same people, the cheapest; None where they are too many."""
    rides, base = len(field.day.limit), 2 * len(field.day.limit)
    last = found.labels[found.done]
    reduced = last["cost"] + field.day.cost[2 * last["last"] + 1, base + 1]
    order = np.lexsort((reduced, last["high"], last["low"]))
    low, high = last["low"][order], last["high"][order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    if int(first.sum()) > MOST:
        return None
    rows = order[first]
    rows = rows[np.argsort(reduced[rows], kind="stable")]
    sets = np.stack([last["low"][rows], last["high"][rows]], 1)
    member = csc_array(members(sets, rides).T.astype(np.float64))
    pairs = np.zeros((len(prices.groups), len(rows)))
    for c, group in enumerate(prices.groups):
        pairs[c] = np.bitwise_count(sets & group).sum(axis=1, dtype=np.int64) // 2
    paid = np.asarray(member.T @ prices.ride) + prices.duty + prices.group @ pairs
    most = (np.bitwise_count(prices.groups).sum(axis=1, dtype=np.int64) // 2).astype(np.float64)
    return Listed(
        found, found.done[rows], sets, reduced[rows] + paid, reduced[rows], np.ones(len(rows)), {}, member,
        csc_array(pairs), most,
    )  # fmt: skip


def chosen_of(field: Field, listed: Listed, bound: float, upper: float, until: float) -> Choice:
    """The best choice that costs less than `upper`; `bound` is that of the prices.

    A choice among the likeliest comes first, since what is too far above the bound is in no plan that betters it.
    """
    best, proven = Choice(np.inf, (), False), False
    for most in (AT_FIRST, AT_ONCE):
        some = min(most, listed.below(upper - bound))
        one = _true_choice(field, listed, some, until)
        best = one if one.cost < best.cost else best
        upper = min(upper, best.cost)
        proven = one.proven and some >= listed.below(upper - bound)
        if proven:
            break
    return Choice(best.cost, best.tours, proven)


def _true_choice(field: Field, listed: Listed, first: int, until: float) -> Choice:
    """The cheapest choice among the first tours, none of which lasts too long."""
    while True:
        rows, proven = _choose(listed, first, field.day.cars, until - time.process_time())
        if rows is None:
            return Choice(np.inf, (), proven)
        tours = [
            listed.true.get(row) or field.tour(chains.chain_of(listed.found.labels, int(listed.labels[row])))
            for row in rows
        ]
        late = [row for row, tour in zip(rows, tours, strict=True) if not fits(field.day, tour)]
        if not late:
            return Choice(sum(tour.cost for tour in tours), tuple(tours), proven)
        for row in late:
            tour = _in_time(field, listed.sets[row])
            if tour is None:
                listed.open[row] = 0.0
            else:
                listed.true[row], listed.cost[row] = tour, tour.cost
        if time.process_time() > until:
            return Choice(np.inf, (), False)


def _choose(listed: Listed, first: int, cars: int, seconds: float) -> tuple[list[int] | None, bool]:
    """The cheapest choice among the first tours that takes everybody once, within so many seconds; whether proven.

    The groups are no rules of the choice, but without them its bound would be far away.
    """
    rides = listed.member.shape[0]
    if first == 0:
        return None, True
    rows = csc_array(vstack([listed.member[:, :first], csc_array(np.ones((1, first))), listed.pairs[:, :first]]))
    high = np.concatenate([np.ones(rides), np.array([float(cars)]), listed.most])
    low = np.where(np.arange(len(high)) < rides, 1.0, 0.0)
    found = milp(
        listed.cost[:first],
        integrality=np.ones(first, np.int64),
        bounds=Bounds(np.zeros(first), listed.open[:first]),
        constraints=LinearConstraint(rows, low, high),
        options={"time_limit": max(0.05, seconds), "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None, found.status in INFEASIBLE and "nfeasible" in found.message
    return np.flatnonzero(found.x > 0.5).tolist(), found.status == 0


@dataclass(frozen=True, slots=True)
class _Run:
    """A chain so far: where it ends, how late it can leave the base, how soon it is here, and the minutes it takes."""

    stop: int
    latest: float
    soonest: float
    minutes: float

    def on(self, day: Loops, one: Record) -> "_Run":
        """With one stretch more."""
        gone = float(day.way[self.stop, 2 * one["first"]])
        return _Run(
            2 * int(one["last"]) + 1,
            min(self.latest, float(one["latest"]) - self.minutes - gone),
            max(self.soonest + gone + float(one["minutes"]), float(one["soonest"])),
            self.minutes + gone + float(one["minutes"]),
        )

    def lasts(self, day: Loops) -> float:
        """From leaving the base to being back."""
        home = float(day.way[self.stop, 2 * len(day.limit) + 1])
        return max(self.minutes + home, self.soonest + home - self.latest)


def _begun(day: Loops) -> _Run:
    return _Run(2 * len(day.limit), np.inf, -np.inf, 0.0)


def fits(day: Loops, tour: Tour) -> bool:
    """Whether a tour is no longer than a duty may last; that is all that chains leave out."""
    if tour.stretches is None:
        return True
    run = _begun(day)
    for one in tour.stretches:
        run = run.on(day, one)
    return run.lasts(day) <= day.span + EPS


def _in_time(field: Field, people: Words) -> Tour | None:
    """The cheapest tour with these people that lasts no longer than a duty may; None where there is none.

    All chains of stretches with nobody else are looked at, depth first.
    """
    day, base = field.day, 2 * len(field.day.limit)
    inside = ((field.table["low"] & ~people[0]) | (field.table["high"] & ~people[1])) == 0
    rows = np.flatnonzero(inside).tolist()
    sets = [int(field.table["low"][row]) | int(field.table["high"][row]) << 64 for row in rows]
    whole = int(people[0]) | int(people[1]) << 64
    best, chain = np.inf, None
    waiting: list[tuple[_Run, int, float, tuple[int, ...]]] = [(_begun(day), 0, 0.0, ())]
    while waiting:
        run, taken, paid, so_far = waiting.pop()
        if taken == whole:
            total = paid + float(day.cost[run.stop, base + 1])
            if total < best and run.lasts(day) <= day.span + EPS:
                best, chain = total, so_far
            continue
        for row, mine in zip(rows, sets, strict=True):
            one = field.table[row]
            then = 2 * int(one["first"])
            cost = paid + float(day.cost[run.stop, then] + one["cost"])
            arrives = max(run.soonest + float(day.way[run.stop, then]), float(day.opens[then]))
            if not mine & taken and cost < best and arrives <= one["latest"] + EPS:
                waiting.append((run.on(day, one), taken | mine, cost, (*so_far, row)))
    return None if chain is None else field.tour(np.array(chain, np.int64))

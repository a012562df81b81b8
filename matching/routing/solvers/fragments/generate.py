"""Column generation: tours of negative reduced cost, until there are none among the stretches looked at.

Prices are smoothed towards those with the best bound so far (Wentges 1997), which halves the rounds.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from matching.routing.problem import Bools, Floats, Ints
from matching.routing.solvers.fragments import bounds, chains
from matching.routing.solvers.fragments.bounds import Links, Priced, Prices, Sweeps
from matching.routing.solvers.fragments.chains import Chains
from matching.routing.solvers.fragments.day import Loops, Structs
from matching.routing.solvers.fragments.master import Master, Split, Tour

SMOOTH = 0.6
A_ROUND, EACH, FIRST = 60, 6, 20  # tours a round; after the first so many, only if it has somebody taken less than EACH
NOTHING = 1e-6
MOST_LABELS = 4_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """Stretches to choose from, sorted by first ride, and where those of each begin."""

    day: Loops
    links: Links
    table: Structs
    starts: Ints

    def of(self, table: Structs) -> "Field":
        """The same day with other stretches."""
        return replace(self, table=table, starts=bounds.starts_of(table, len(self.day.limit)))

    def only(self, keep: Bools) -> "Field":
        """Some of the stretches."""
        return self.of(self.table[keep])

    def with_more(self, others: Structs) -> "Field":
        """With others that are not in it yet."""
        table = np.concatenate([self.table, others])
        names = ("minutes", "soonest", "latest", "cost", "last", "high", "low", "first")
        table = table[np.lexsort([table[name] for name in names])]
        new = np.ones(len(table), np.bool_)
        new[1:] = np.any([table[name][1:] != table[name][:-1] for name in names], axis=0)
        return self.of(table[new])

    def agreeing(self, split: Split) -> "Field":
        """The stretches that agree with a split."""
        one, other = (self._takes(ride) for ride in (split.one, split.other))
        return self.only(one == other if split.together else ~(one & other))

    def _takes(self, ride: int) -> Bools:
        word = self.table["low"] if ride < 64 else self.table["high"]
        return (word >> np.uint64(ride % 64) & np.uint64(1)).astype(np.bool_)

    def at(self, prices: Prices) -> tuple[Priced, Sweeps]:
        """The stretches at prices, and what follows from them."""
        cost = bounds.priced(self.table, prices)
        return cost, bounds.sweeps_of(self.day, self.table, self.starts, cost.cost, self.links, prices)

    def through(self, cost: Priced, sweeps: Sweeps) -> Floats:
        """At least so much costs every tour through each stretch."""
        return bounds.through(self.day, self.table, cost.cost, sweeps)

    def chains(
        self, prices: Prices, cost: Priced, sweeps: Sweeps, limit: float, compare: int, most: int, until: float
    ) -> Chains:
        """Chains that end below the limit."""
        return chains.chains(self.day, self.table, self.starts, cost, sweeps, prices, limit, compare, most, until)

    def tour(self, rows: Ints) -> Tour:
        """The tour of a chain."""
        stretches, leg, base = self.table[rows], self.day.cost, 2 * len(self.day.limit)
        ends = np.stack([2 * stretches["first"], 2 * stretches["last"] + 1], 1).ravel()
        stops = np.concatenate([[base], ends, [base + 1]])
        between = leg[stops[0::2], stops[1::2]].sum()
        low, high = (int(np.bitwise_or.reduce(stretches[name])) for name in ("low", "high"))
        taken = low | high << 64
        rides = tuple(ride for ride in range(len(self.day.limit)) if taken >> ride & 1)
        parts = tuple((stretches["low"].astype(object) | stretches["high"].astype(object) << 64).tolist())
        return Tour(rides, float(self.day.fixed + between + stretches["cost"].sum()), parts, (), stretches)


def lower_bound(master: Master, prices: Prices, least: float) -> float:
    """No plan costs less, if no tour has a lower reduced cost than `least` at the prices."""
    pairs = np.bitwise_count(prices.groups).sum(axis=1, dtype=np.int64) // 2
    return float(prices.ride.sum() + master.cars * (prices.duty + min(0.0, least)) + pairs @ prices.group)


@dataclass(frozen=True, slots=True)
class Level:
    """What no plan of the tours at hand can cost less than, and prices that prove it: a plan with a tour of reduced
    cost r at these prices costs at least the bound and r together.
    """

    bound: float
    prices: Prices


def converge(master: Master, field: Field, until: float, near: Prices | None = None, enough: float = np.inf) -> Level:
    """Add tours until none of negative reduced cost is left among the field's; the best bound, also when time is up.

    `near` are prices that were good before the groups changed; a bound of `enough` needs not be bettered.
    """
    level = Level(-np.inf, _for_groups(near, master))
    while level.bound == -np.inf or (level.bound < enough and time.process_time() < until):
        master.solve()
        prices = master.prices()
        tries = [prices] if near is None and level.bound == -np.inf else [_between(level.prices, prices), prices]
        added = 0
        for tried in tries:
            cost, sweeps = field.at(tried)
            least = bounds.least_tour(field.day, sweeps, tried)
            if master.value - lower_bound(master, tried, least) >= NOTHING:
                added, least = _add(master, field, tried, cost, sweeps, least, tried is prices, until)
            bound = lower_bound(master, tried, least)
            level = Level(bound, tried) if bound > level.bound else level
            if added or master.value - level.bound < NOTHING:
                break
        if not added:
            break
    return level


def _add(
    master: Master, field: Field, prices: Prices, cost: Priced, sweeps: Sweeps, least: float, exactly: bool,
    until: float,
) -> tuple[int, float]:  # fmt: skip
    """Tours found quickly, else exactly: how many were new, and the least reduced cost that a tour can have."""
    if least > -NOTHING:
        return 0, least
    for compare in (chains.QUICK, chains.EXACT) if exactly else (chains.QUICK,):
        found = field.chains(prices, cost, sweeps, -NOTHING, compare, MOST_LABELS, until)
        tours, lowest = _various(field, found)
        if compare == chains.EXACT and found.complete:
            least = max(least, min(lowest, -NOTHING))
        added = master.add(tours)
        if added:
            return added, least
    return 0, least


def _various(field: Field, found: Chains) -> tuple[list[Tour], float]:
    """The best of the chains that were found, but not always with the same people; and the least reduced cost."""
    end = 2 * found.labels["last"][found.done] + 1
    total = found.labels["cost"][found.done] + field.day.cost[end, 2 * len(field.day.limit) + 1]
    taken = np.zeros(len(field.day.limit), np.int64)
    out: list[Tour] = []
    for label in found.done[np.argsort(total, kind="stable")].tolist():
        tour = field.tour(chains.chain_of(found.labels, label))
        mine = list(tour.rides)
        if len(out) < FIRST or int(taken[mine].min()) < EACH:
            out.append(tour)
            taken[mine] += 1
        if len(out) >= A_ROUND:
            break
    return out, float(total.min(initial=0.0))


def _between(centre: Prices, prices: Prices) -> Prices:
    """Prices between the best so far and the latest."""
    return Prices(
        SMOOTH * centre.ride + (1 - SMOOTH) * prices.ride,
        SMOOTH * centre.duty + (1 - SMOOTH) * prices.duty,
        SMOOTH * centre.group + (1 - SMOOTH) * prices.group,
        prices.groups,
    )


def _for_groups(near: Prices | None, master: Master) -> Prices:
    """The same prices for the groups as they are now; new ones cost nothing yet."""
    prices = master.prices()
    if near is None:
        return prices
    known = dict(zip(map(tuple, near.groups.tolist()), near.group.tolist(), strict=True))
    groups = master.group_words()
    return Prices(near.ride, near.duty, np.array([known.get(tuple(g), 0.0) for g in groups.tolist()]), groups)

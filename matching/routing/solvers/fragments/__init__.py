"""Days of equal duties, proven: every stretch from empty to empty, chained into tours by column generation.

1. Every stretch that a car can drive from empty to empty, with exact times (stretches.py; Rist and Forbes 2021).
2. A good plan of the anytime solver; its tours, and those it passed, begin the linear programme (master.py).
3. Tours of negative reduced cost among some stretches (generate.py), until a sweep over all of them finds no stretch
   left that such a tour could use (bounds.py). Stretches that no better plan can use go at once.
4. What is not whole is cut off by groups of three and five, then by splitting; the tours that are left are listed,
   and the best choice among them is the best of all (finish.py).
"""

import time
from dataclasses import replace

import numpy as np

from matching.errors import NoAnswerError
from matching.routing.answer import StoppedError, plan_of
from matching.routing.problem import Bools, Budget, Plan, RoutingProblem
from matching.routing.solvers import Progress, anytime
from matching.routing.solvers.begin import begin
from matching.routing.solvers.day import day_of
from matching.routing.solvers.fragments import bounds
from matching.routing.solvers.fragments.day import Loops, Structs, loops_of
from matching.routing.solvers.fragments.finish import Best, Root, Watch, finish
from matching.routing.solvers.fragments.generate import NOTHING, Field, converge, lower_bound
from matching.routing.solvers.fragments.master import Master, Tour, parts_of
from matching.routing.solvers.fragments.stretches import every_stretch, order_of
from matching.routing.solvers.partition import columns

MOST_PARTS = 16_000_000
PARTS_A_SECOND = 400_000  # of the budget
STEPS = 60  # of the anytime solver, for each ride
AT_FIRST = 20_000  # stretches
MORE = 15_000  # stretches a sweep over all


def supports(problem: RoutingProblem) -> bool:
    """Days of equal duties that anybody may use, without breaks or promises of out and home."""
    return problem.rides > 0 and problem.duties > 0 and loops_of(problem) is not None


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
    """The best plan, proven; or the best so far with its bound where time is up.

    Raises:
        NoAnswerError: the day has too many stretches, or somebody stays behind: then cost is not all that counts.
        StoppedError: somebody interrupts; it holds the best plan so far.
    """
    until = time.process_time() + budget.seconds
    day = loops_of(problem)
    table = None if day is None else every_stretch(day, int(min(MOST_PARTS, PARTS_A_SECOND * budget.seconds)))
    if day is None or table is None:
        raise NoAnswerError("too many stretches to look at each")
    plan, tours = _good(problem, seed, progress)
    if plan.unserved:
        raise NoAnswerError("not everybody can be driven")
    so_far = [Best(tuple(tours[: len(plan.routes)]), plan.tiers[-1].value, 0.0)]
    try:
        _prove(problem, day, table, tours, so_far, until, progress)
    except KeyboardInterrupt:
        raise StoppedError(_told(problem, day, so_far)) from None
    return _told(problem, day, so_far)


def _prove(
    problem: RoutingProblem, day: Loops, table: Structs, tours: list[Tour], so_far: list[Best], until: float,
    progress: Progress,
) -> None:  # fmt: skip
    """Better plans and bounds, the last of them proven where time allows; each is added to `so_far`, which has one."""

    def better(best: Best) -> None:
        so_far.append(replace(best, bound=so_far[-1].bound))
        progress(best.cost, so_far[-1].bound)

    def lower(bound: float) -> None:
        so_far.append(replace(so_far[-1], bound=max(bound, so_far[-1].bound)))
        progress(so_far[-1].cost, so_far[-1].bound)

    master, good = Master(problem.rides, problem.duties, _dear(day)), so_far[0]
    master.add(tours)
    field = Field(day, bounds.links_of(day), table, bounds.starts_of(table, problem.rides))
    root = _root(master, field, good.cost, until, progress)
    so_far.append(finish(master, root, replace(good, bound=root.value), Watch(until, better, lower)))
    progress(so_far[-1].cost, so_far[-1].bound)


def _told(problem: RoutingProblem, day: Loops, so_far: list[Best]) -> Plan:
    """The last plan, with its bound."""
    best = so_far[-1]
    return plan_of(problem, _orders(problem, day, best), best.cost if best.proven else best.bound)


def _good(problem: RoutingProblem, seed: int, progress: Progress) -> tuple[Plan, list[Tour]]:
    """The anytime solver's plan after a fixed number of steps, and tours that it passed; those of the plan first."""
    day, steps = day_of(problem), STEPS * problem.rides
    desk, search = begin(day, seed)
    anytime.cool(day, desk, search, anytime.Clock(Budget(steps=steps), time.process_time()), progress)
    plan = plan_of(problem, anytime.orders_of(problem, search))
    _, costs, stops = columns(day, search.tours, search.pool)
    tours = [
        Tour(
            tuple(sorted((order[order % 2 == 0] // 2).tolist())),
            float(cost),
            parts_of(order.tolist()),
            tuple(order.tolist()),
        )
        for cost, order in zip(costs, stops, strict=True)
    ]
    return plan, tours


def _dear(day: Loops) -> float:
    """Leaving somebody out costs more than driving them alone and back."""
    return float(4 * day.cost.max() + day.fixed)


def _root(master: Master, field: Field, upper: float, until: float, progress: Progress) -> Root:
    """The linear programme over all stretches that a plan cheaper than `upper` can use."""
    least, here = 0.0, _simple(field)
    while True:
        level = converge(master, field.only(here), until)
        prices = level.prices
        cost, sweeps = field.at(prices)
        through = field.through(cost, sweeps)
        lowest = min(0.0, float(through.min(initial=0.0)))
        bound = lower_bound(master, prices, lowest)
        least = max(least, bound)
        progress(upper, least)
        outside = ~here & (through < -NOTHING)
        if not outside.any():
            return Root(field, max(least, level.bound), through)
        if time.process_time() > until:
            return Root(field, least, np.zeros(len(through)))
        more = np.flatnonzero(outside)
        here[more[np.argsort(through[more], kind="stable")[:MORE]]] = True
        useful = here | (bound + through - lowest < upper + NOTHING)
        field, here = field.only(useful), here[useful]


def _simple(field: Field) -> Bools:
    """The stretches of the fewest people, if they are too many for all."""
    table = field.table
    if len(table) <= AT_FIRST:
        return np.ones(len(table), np.bool_)
    people = np.bitwise_count(table["low"]).astype(np.int64) + np.bitwise_count(table["high"])
    out = np.zeros(len(table), np.bool_)
    out[np.argsort(people, kind="stable")[:AT_FIRST]] = True
    return out


def _orders(problem: RoutingProblem, day: Loops, best: Best) -> list[list[int]]:
    """The nodes of each duty."""
    node = np.stack([problem.pickup, problem.drop], 1).ravel()
    orders = []
    for tour in best.tours:
        stops = np.array(tour.stops, np.int64)
        if tour.stretches is not None:
            stops = np.concatenate([order_of(day, one) for one in tour.stretches])
        orders.append(node[stops].tolist())
    return orders + [[]] * (problem.duties - len(orders))

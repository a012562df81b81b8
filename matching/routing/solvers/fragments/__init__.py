"""Days of equal duties, proven: every stretch from empty to empty, chained into tours by column generation.

1. Every situation, a stop and who is on board there: a stretch from empty to empty is a way through them
   (situations.py, stretches.py; Rist and Forbes 2021). Stretches may be millions, situations are few.
2. A good plan of the anytime solver; its tours, and those it passed, begin the linear programme (master.py).
3. Tours of negative reduced cost among some stretches (generate.py, bounds.py), until a sweep over the situations finds
   no stretch left that such a tour could use (root.py). Only stretches that a better plan can use are ever made.
4. What is not whole is cut off by groups of three and five, then by splitting; the tours that are left are listed,
   and the best choice among them is the best of all (finish.py).
"""

import time
from dataclasses import replace

import numpy as np

from matching.errors import NoAnswerError
from matching.routing.answer import StoppedError, plan_of
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import Progress, anytime
from matching.routing.solvers.begin import begin
from matching.routing.solvers.day import day_of
from matching.routing.solvers.fragments.day import Loops, loops_of
from matching.routing.solvers.fragments.finish import Best, Watch, finish
from matching.routing.solvers.fragments.master import Master, Tour, parts_of
from matching.routing.solvers.fragments.order import order_of
from matching.routing.solvers.fragments.root import root_of
from matching.routing.solvers.fragments.situations import Situations, situations_of
from matching.routing.solvers.partition import columns

STEPS = 60  # of the anytime solver, for each ride
ROOT, FAR, NEAR = 0.4, 0.6, 1.005
"""Of the budget: for the linear programme; and for all, where the best plan then costs more than so many times its
bound. The rest is left to the search for better plans.
"""


def supports(problem: RoutingProblem) -> bool:
    """Days of equal duties that anybody may use, without breaks or promises of out and home."""
    return problem.rides > 0 and problem.duties > 0 and loops_of(problem) is not None


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
    """The best plan, proven; or the best so far with its bound where time is up.

    Raises:
        NoAnswerError: the day has too many stretches, or somebody stays behind: then cost is not all that counts.
        StoppedError: somebody interrupts; it holds the best plan so far.
    """
    started = time.process_time()
    day = loops_of(problem)
    here = None if day is None else situations_of(day)
    if day is None or here is None:
        raise NoAnswerError("too many situations to look at each")
    plan, tours = _good(problem, seed, progress)
    if plan.unserved:
        raise NoAnswerError("not everybody can be driven")
    so_far = [Best(tuple(tours[: len(plan.routes)]), plan.tiers[-1].value, 0.0)]
    try:
        _prove(problem, day, here, tours, so_far, (started, budget.seconds), progress)
    except KeyboardInterrupt:
        raise StoppedError(_told(problem, day, here, so_far)) from None
    return _told(problem, day, here, so_far)


def _prove(
    problem: RoutingProblem, day: Loops, here: Situations, tours: list[Tour], so_far: list[Best],
    time_for_it: tuple[float, float], progress: Progress,
) -> None:  # fmt: skip
    """Better plans and bounds, the last of them proven where time allows; each is added to `so_far`, which has one.

    `time_for_it` is when it began, and the seconds it may take: not all of them, where the end is not near.
    """

    def better(best: Best) -> None:
        so_far.append(replace(best, bound=so_far[-1].bound))
        progress(best.cost, so_far[-1].bound)

    def lower(bound: float) -> None:
        so_far.append(replace(so_far[-1], bound=max(bound, so_far[-1].bound)))
        progress(so_far[-1].cost, so_far[-1].bound)

    began, seconds = time_for_it
    master, good = Master(problem.rides, problem.duties, _dear(day)), so_far[0]
    master.add(tours)
    root = root_of(master, day, here, began + ROOT * seconds, lower)
    if root is None:
        return
    watch = Watch(
        began + seconds, began + FAR * seconds, lambda: so_far[-1].cost < NEAR * so_far[-1].bound, better, lower
    )
    so_far.append(finish(master, root, replace(good, bound=root.value), watch))
    progress(so_far[-1].cost, so_far[-1].bound)


def _told(problem: RoutingProblem, day: Loops, here: Situations, so_far: list[Best]) -> Plan:
    """The last plan, with its bound."""
    best = so_far[-1]
    return plan_of(problem, _orders(problem, day, here, best), best.cost if best.proven else best.bound)


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


def _orders(problem: RoutingProblem, day: Loops, here: Situations, best: Best) -> list[list[int]]:
    """The nodes of each duty."""
    node = np.stack([problem.pickup, problem.drop], 1).ravel()
    orders = []
    for tour in best.tours:
        stops = np.array(tour.stops, np.int64)
        if tour.stretches is not None:
            stops = np.concatenate([order_of(day, here, one) for one in tour.stretches])
        orders.append(node[stops].tolist())
    return orders + [[]] * (problem.duties - len(orders))

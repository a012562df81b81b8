"""The anytime solver: large neighbourhood search with exact feasibility, its tours put together anew at times.

Ruin and recreate by strings (search.py) under annealing that cools as the budget goes; now and then the best choice
among all good tours seen so far (partition.py) is taken over. Its bounds are those that need no search.
"""

import time
from dataclasses import dataclass

import numpy as np

from matching.routing.answer import StoppedError, plan_of
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import Progress
from matching.routing.solvers.begin import begin
from matching.routing.solvers.day import day_of
from matching.routing.solvers.partition import Chosen, partition
from matching.routing.solvers.search import BEST_WEIGHT, OUT, WEIGHT, Search, resume, run
from matching.routing.solvers.tours import BEST, I64, NOW, Day, Desk

CHUNK = 200  # steps between two looks at the clock
HOT, COLD = 0.4, 0.05  # the annealing's heat at first and at last, in mean ways of a ride
PRESS = 0.3  # of the budget, while somebody is left out: hard rides are pressed in, whatever it costs
FEWER = 0.4  # of the budget goes to using fewer duties, where that comes before all ways
PARTITION = (0.5, 0.75, 0.95)  # of the budget: when the pool is put together anew, and how much that may take
SHARE = 0.1
SMALL = 1.0  # seconds: shorter budgets do without it


@dataclass(slots=True)
class Clock:
    """How much of a budget is gone."""

    budget: Budget
    started: float
    steps: int = 0

    @property
    def gone(self) -> float:
        """From 0 to 1, or more."""
        if self.budget.steps is not None:
            return self.steps / max(1, self.budget.steps)
        return (time.process_time() - self.started) / max(1e-9, self.budget.seconds)


def supports(problem: RoutingProblem) -> bool:
    """Every day of rides."""
    return problem.rides >= 0


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
    """The best plan found; the same seed and number of steps give the same plan.

    Raises:
        StoppedError: somebody interrupts; it holds the best plan so far.
    """
    clock = Clock(budget, time.process_time())
    day = day_of(problem)
    desk, search = begin(day, seed)
    if problem.rides and problem.duties:
        try:
            cool(day, desk, search, clock, progress)
        except KeyboardInterrupt:
            raise StoppedError(plan_of(problem, orders_of(problem, search))) from None
    return plan_of(problem, orders_of(problem, search))


def cool(day: Day, desk: Desk, search: Search, clock: Clock, progress: Progress) -> None:
    """Search until the budget is gone, cooling."""
    run(day, desk, search, 1, 1.0, 1.0, False)
    served = max(1, len(day.rides) - search.counts[OUT])
    ways = search.cost[0] - day.duties["fixed"][search.tours.size[NOW] > 2].sum()
    hot = HOT * max(ways, 1e-6) / served
    if day.duties["fixed"].min() > ways and search.counts[OUT] == 0:
        fewer(day, desk, search, clock, hot)
    moments = list(PARTITION)
    while clock.gone < 1.0:
        heat, press = hot * (COLD / HOT) ** clock.gone, clock.gone < PRESS
        run(day, desk, search, CHUNK, heat, heat, press and search.counts[OUT] > 0)
        clock.steps += CHUNK
        if not press and search.counts[WEIGHT] > search.counts[BEST_WEIGHT]:
            resume(day, desk, search, True)
        if moments and clock.gone >= moments[0]:
            moments.pop(0)
            recombine(day, desk, search, clock)
            progress(float(search.cost[1]), 0.0)


def fewer(day: Day, desk: Desk, search: Search, clock: Clock, heat: float) -> None:
    """Where every duty costs more than all ways: close one after the other as long as its people can ride elsewhere."""
    tours = search.tours
    while clock.gone < FEWER:
        resume(day, desk, search, True)
        used = np.flatnonzero(tours.size[NOW] > 2)
        hits = np.bincount(tours.duty, weights=desk.hits, minlength=len(day.duties))
        search.shut[:] = True
        tours.size[NOW, used[np.argmin(hits[used])]] = 2
        tours.line["stop"][NOW, :, 1] = np.where(
            tours.size[NOW] == 2, day.duties["last"], tours.line["stop"][NOW, :, 1]
        )
        resume(day, desk, search, False)
        while search.counts[OUT] and clock.gone < FEWER:
            run(day, desk, search, CHUNK, heat, heat, True)
            clock.steps += CHUNK
    search.shut[:] = False
    resume(day, desk, search, True)


def recombine(day: Day, desk: Desk, search: Search, clock: Clock) -> None:
    """Go on from the best choice among all good tours, if it is better."""
    seconds = clock.budget.seconds if clock.budget.steps is None else np.inf
    if seconds < SMALL or day.clash.any() or not (search.tours.size[BEST] > 2).any():
        return
    found = partition(day, search.tours, search.pool, float(search.cost[1]), SHARE * seconds)
    if found is not None:
        adopt(day, desk, search, found)


def adopt(day: Day, desk: Desk, search: Search, found: Chosen) -> None:
    """Write the chosen tours into duties of their kinds, and go on from there."""
    tours, free = search.tours, {k: list(np.flatnonzero(day.duties["kind"] == k)) for k in set(day.duties["kind"])}
    tours.size[NOW] = 2
    tours.line["stop"][NOW, :, 1] = day.duties["last"]
    for kind, stops in found.tours:
        d = free[kind].pop(0)
        tours.size[NOW, d] = len(stops) + 2
        tours.line["stop"][NOW, d, 1 : len(stops) + 1] = stops
        tours.line["stop"][NOW, d, len(stops) + 1] = day.duties["last"][d]
    resume(day, desk, search, False)


def orders_of(problem: RoutingProblem, search: Search) -> list[I64]:
    """The nodes that every duty visits in the best plan, without its bases."""
    node = np.stack([problem.pickup, problem.drop], 1).ravel()
    size, line = search.tours.size[BEST], search.tours.line["stop"][BEST]
    return [node[line[d, 1 : size[d] - 1]].astype(np.int64) for d in range(len(size))]

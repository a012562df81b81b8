"""Whether one promise, a ride or an outing with its way home, can be driven on a day that is otherwise free; exact."""

from collections.abc import Iterator

import numpy as np

from matching.routing.impossible import surely_late
from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.solvers.set_orders import best_order
from matching.routing.solvers.sets_of_duty import Windows, narrowed


def can_be_driven(problem: RoutingProblem) -> bool:
    """Whether somebody can drive all rides of a day of one or two; every order of every duty is looked at."""
    windows = narrowed(problem)
    every = list(range(problem.rides))
    if next(_who_drives(problem, windows, every), None) is not None:
        return True
    if problem.rides < 2 or any(pair.mode is not PairMode.FREE for pair in problem.pairs):
        return False
    out, home = (list(_who_drives(problem, windows, [ride])) for ride in every)
    clash = {(a, b) for group in problem.exclusive for a in group for b in group}
    return any(a != b and (a, b) not in clash for a in out for b in home)


def _who_drives(problem: RoutingProblem, windows: Windows, rides: list[int]) -> Iterator[int]:
    """The duties that can drive these rides, and nobody else."""
    may = problem.who_may()[rides].all(axis=0) & (problem.max_rides >= len(rides))
    may &= (problem.load[rides].max(axis=0) <= problem.capacity).all(axis=1)
    if len(rides) == 1:
        may &= ~surely_late(problem, np.arange(problem.duties))[rides[0]]
    mask = sum(1 << ride for ride in rides)
    return (d for d in np.flatnonzero(may).tolist() if best_order(problem, d, mask, windows) is not None)

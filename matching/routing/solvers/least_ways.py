"""What the ways of a day cost at least, whoever drives whom: each stop is left once and reached once.

An assignment of stops to the stops after them: tours may close without a base there, so the value is never too high. It
is far from tight where many ride together, but it is known at once for any day.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from matching.routing.problem import Floats, Ints, RoutingProblem
from matching.routing.solvers.sets_of_duty import narrowed

NEVER = 1e12
MOST = 1_200  # stops: more take longer than a second


def least_ways(problem: RoutingProblem, rides: Ints) -> float:
    """No plan that serves all of `rides`, and nobody else, costs less; 0 where there are too many to say."""
    if not len(rides) or not problem.duties or 2 * len(rides) > MOST:
        return 0.0
    stops = np.concatenate([problem.pickup[rides], problem.drop[rides]])
    r, tours = len(rides), min(len(rides), problem.duties)
    out = np.full((2 * r + tours, 2 * r + tours), NEVER)
    out[: 2 * r, : 2 * r] = _between(problem, rides, stops)
    begins = problem.cost[np.ix_(problem.start, stops[:r])].min(axis=0) + float(problem.fixed_cost.min())
    out[2 * r :, :r] = begins
    out[r : 2 * r, 2 * r :] = problem.cost[np.ix_(stops[r:], problem.end)].min(axis=1)[:, None]
    out[2 * r :, 2 * r :] = 0.0  # this one stays at home
    out = np.minimum(np.nan_to_num(out, nan=NEVER, posinf=NEVER), NEVER)
    value = float(out[linear_sum_assignment(out)].sum())
    return value if value < NEVER else 0.0


def _between(problem: RoutingProblem, rides: Ints, stops: Ints) -> Floats:
    """(2r, 2r) what going from one stop straight to another costs; never where it comes too late or back to front."""
    r, windows = len(rides), narrowed(problem)
    way = problem.service[stops][:, None] + problem.minutes[np.ix_(stops, stops)]
    late = windows.opens[stops][:, None] + way > windows.closes[stops][None, :] + 1e-6
    cost = np.where(late, NEVER, problem.cost[np.ix_(stops, stops)])
    np.fill_diagonal(cost, NEVER)
    cost[np.arange(r, 2 * r), np.arange(r)] = NEVER  # nobody gets on again where they got off
    return np.asarray(cost)

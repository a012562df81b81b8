"""Which two rides one duty could drive on a day, as far as is known at once, for all of them as columns.

All six orders of four stops are looked at by windows, seats, ride limits, pauses and the length of the duty. Only what
surely cannot be driven is told apart: what is left may still turn out to have no times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.routing.problem import Bools, Floats, Ints, RoutingProblem
from matching.routing.solvers.sets_of_duty import EPS, Windows


def two_rides(problem: RoutingProblem, windows: Windows) -> Bools:
    """Shape (D, R, R): False where no order of the two has times in that duty; the diagonal is False."""
    if not problem.rides or not problem.duties:
        return np.zeros((problem.duties, problem.rides, problem.rides), np.bool_)
    first, second = (problem.pickup[:, None], problem.drop[:, None]), (problem.pickup[None], problem.drop[None])
    room = (problem.load[:, None] + problem.load[None] <= problem.capacity[:, None, None]).all(axis=-1)
    limit = problem.max_ride[:, None], problem.max_ride[None]
    after = _drive(problem, windows, (*first, *second))
    across = _drive(problem, windows, (first[0], second[0], first[1], second[1])) & room
    across &= _on_board(problem, (first[0], second[0], first[1]), limit[0])
    across &= _on_board(problem, (second[0], first[1], second[1]), limit[1])
    within = _drive(problem, windows, (first[0], *second, first[1])) & room
    within &= _on_board(problem, (first[0], *second, first[1]), limit[0])
    found = after | across | within
    return np.asarray((found | found.transpose(0, 2, 1)) & ~np.eye(problem.rides, dtype=np.bool_))


@dataclass(slots=True)
class _Clock:
    """When the last stop begins, shape (D, R, R), whether all were in time, and how long the duty is out at least."""

    at: Floats
    fits: Bools
    first_out: Floats
    last_back: Floats


def _drive(problem: RoutingProblem, windows: Windows, stops: tuple[Ints, ...]) -> Bools:
    """Whether each duty gets through the stops; each is an array of nodes that broadcasts to (R, R)."""
    start, end = problem.start[:, None, None], problem.end[:, None, None]
    clock = _Clock(
        np.broadcast_to(problem.leave[:, None, None], (problem.duties, problem.rides, problem.rides)),
        np.ones((problem.duties, problem.rides, problem.rides), np.bool_),
        np.full((problem.duties, 1, 1), np.inf),
        np.full((problem.duties, 1, 1), -np.inf),
    )
    before = start
    for node in stops:
        at = np.maximum(clock.at + problem.service[before] + problem.minutes[before, node], windows.opens[node])
        clock.at = _after_pauses(problem, at, problem.service[node])
        clock.fits &= clock.at <= windows.closes[node] + EPS
        back = problem.service[node] + problem.minutes[node, end]
        clock.first_out = np.minimum(clock.first_out, windows.closes[node] - problem.minutes[start, node])
        clock.last_back = np.maximum(clock.last_back, windows.opens[node] + back)
        before = node
    home = clock.at + problem.service[before] + problem.minutes[before, end]
    short = clock.last_back - clock.first_out <= problem.max_minutes[:, None, None] + EPS
    return np.asarray(clock.fits & short & (home <= problem.back[:, None, None] + EPS))


def _after_pauses(problem: RoutingProblem, at: Floats, service: Floats) -> Floats:
    """No stop stands across a pause of a fixed time."""
    for begin, end in _pauses(problem):
        at = np.where((at + service > begin + EPS) & (at < end), end, at)
    return at


def _pauses(problem: RoutingProblem) -> Iterator[tuple[Floats, Floats]]:
    """One pause of each duty after the other, shape (D, 1, 1) each; none is an empty one."""
    of_duty: dict[int, list[tuple[float, float]]] = {}
    for pause in problem.breaks:
        if pause.latest <= pause.earliest:
            of_duty.setdefault(pause.duty, []).append((pause.earliest, pause.earliest + pause.length))
    for nth in range(max(map(len, of_duty.values()), default=0)):
        both = np.full((problem.duties, 2), np.inf)
        for duty, pauses in of_duty.items():
            if nth < len(pauses):
                both[duty] = sorted(pauses)[nth]
        yield both[:, 0, None, None], np.where(np.isfinite(both[:, 1]), both[:, 1], -np.inf)[:, None, None]


def _on_board(problem: RoutingProblem, stops: tuple[Ints, ...], limit: Floats) -> Bools:
    """Whether the way between the first and the last of the stops is within the limit of who rides it all."""
    way = problem.minutes[stops[0], stops[1]]
    for before, node in pairwise(stops[1:]):
        way = way + problem.service[before] + problem.minutes[before, node]
    return np.asarray(way <= limit + EPS)

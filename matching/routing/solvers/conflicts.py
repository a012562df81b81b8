"""Small parts of a set of rides that one duty can never drive: whatever holds one of them need not be looked at.

Who leaves out a stop can keep all other times, where no detour is shorter than the direct way; so what a duty cannot
drive, it cannot drive with more people either.
"""

from itertools import combinations

import numpy as np

from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.solvers.set_orders import TooManyError, best_order
from matching.routing.solvers.sets_of_duty import Windows, alike

MOST = 3  # units a part: more are as dear to look at as the set itself
EPS = 1e-9


class Conflicts:
    """What has been found out about the parts of a day's sets; duties that are alike are one."""

    def __init__(self, problem: RoutingProblem, windows: Windows) -> None:
        self._problem, self._windows = problem, windows
        numbers: dict[bytes, int] = {}
        self.kind = np.array([numbers.setdefault(alike(problem, d), d) for d in range(problem.duties)], np.int64)
        self._glued = [(1 << p.out) | (1 << p.home) for p in problem.pairs if p.mode is not PairMode.FREE]
        self._straight = _straight(problem)
        self._known: dict[tuple[int, int], bool] = {}

    def within(self, duty: int, mask: int) -> int | None:
        """A part of at most three units that the duty cannot drive; None where there is none, or nobody can say."""
        if not self._straight or sum(one.duty == duty for one in self._problem.breaks) > 1:
            return None
        units = self._units(mask)
        for size in range(1, min(MOST, len(units) - 1) + 1):
            for some in combinations(units, size):
                part = sum(some)
                if not self._drives(duty, part):
                    return part
        return None

    def _units(self, mask: int) -> list[int]:
        """Who is driven together or not at all, as bits."""
        glued = [pair for pair in self._glued if mask & pair == pair]
        rest = mask & ~sum(glued)
        return [*glued, *(1 << ride for ride in range(self._problem.rides) if rest >> ride & 1)]

    def _drives(self, duty: int, part: int) -> bool:
        """Whether the duty can drive the part, as far as can be said."""
        key = int(self.kind[duty]), part
        if key not in self._known:
            try:
                self._known[key] = best_order(self._problem, duty, part, self._windows) is not None
            except TooManyError:
                self._known[key] = True
        return self._known[key]


def _straight(problem: RoutingProblem) -> bool:
    """Whether no stop on the way makes it shorter."""
    way = problem.minutes
    via = problem.service[:, None] + way
    return all(bool((way <= way[:, stop, None] + via[stop][None, :] + EPS).all()) for stop in range(len(way)))

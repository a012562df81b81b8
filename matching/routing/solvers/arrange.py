"""Whether one duty can drive a few rides at all: orders grow ride by ride, each half-grown one judged exactly.

What a duty cannot drive, it cannot drive with somebody more: a way by one more stop is never shorter (the travel times
see to that), so a half-grown order without times is not grown on.
"""

from collections.abc import Sequence

import numpy as np

from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.solvers.begin import desk_of
from matching.routing.solvers.day import day_of
from matching.routing.solvers.set_orders import TooManyError, best_order
from matching.routing.solvers.sets_of_duty import narrowed
from matching.routing.solvers.tours import EPS, I64, Day, Desk, entry, inlined, kernel, settle, settle_pauses

MOST_TRIED = 500_000
"""Half-grown orders that are judged before nothing is told."""


class Arranger:
    """A day that is asked again and again which rides one duty can drive."""

    def __init__(self, problem: RoutingProblem) -> None:
        self._day = day_of(problem)
        self._desk = desk_of(self._day)
        self._problem, self._windows = problem, narrowed(problem)
        self._ends = np.stack([problem.pickup, problem.drop], 1).ravel().tolist()
        self._direct = problem.minutes[problem.pickup, problem.drop]
        self._waits = {
            ride for pair in problem.pairs if pair.mode is PairMode.DRIVER_WAITS for ride in (pair.out, pair.home)
        }

    def order(self, duty: int, rides: Sequence[int]) -> tuple[int, ...] | None:
        """Nodes without the bases of an order that has times, not the cheapest; None where there is none.

        Raises:
            TooManyError: neither was found out.
        """
        if self._waits & set(rides):
            found = best_order(self._problem, duty, sum(1 << ride for ride in rides), self._windows)
            return None if found is None else found[1]
        longest = sorted(rides, key=lambda ride: (-self._direct[ride], ride))
        lines = np.zeros((len(rides) + 1, 2 * len(rides) + 2), np.int64)
        told = _arrange(self._day, self._desk, duty, np.array(longest, np.int64), lines, MOST_TRIED)
        if told < 0:
            raise TooManyError
        stops = self._desk.seq[1 : 2 * len(rides) + 1].tolist()
        return tuple(self._ends[stop] for stop in stops) if told else None


@entry
def _arrange(day: Day, desk: Desk, d: int, rides: I64, lines: I64, most: int) -> int:
    """1: an order stands in `desk.seq`; 0: there is none; -1: not known. `lines` is room, a row for each ride and one.

    The first ends of row k + 1 stand in `lines[k]`, with the gaps of the pick-up and the drop tried last behind them.
    """
    lines[0, 0], lines[0, 1] = day.duties[d].first, day.duties[d].last
    gap, drop = desk.todo, desk.hits  # where the ride of each depth is tried: behind which stop on, and off
    depth, tried = 0, 0
    gap[0], drop[0] = 0, -1
    while depth >= 0:
        m = 2 * depth + 2
        drop[depth] += 1
        if drop[depth] > m - 2:
            gap[depth] += 1
            drop[depth] = gap[depth]
        if gap[depth] > m - 2:
            depth -= 1
            continue
        tried += 1
        if tried > most:
            return -1
        if not _grown(day, desk, d, rides[depth], lines[depth], m, gap[depth], drop[depth]):
            continue
        depth += 1
        if depth == len(rides):
            return 1
        for k in range(m + 2):
            lines[depth, k] = desk.seq[k]
        gap[depth], drop[depth] = 0, -1
    return 0


@kernel
def _grown(day: Day, desk: Desk, d: int, r: int, line: I64, m: int, i: int, j: int) -> bool:
    """Whether the tour has times with ride r on behind its stop i and off behind stop j (or r itself, where i = j)."""
    n = 0
    for k in range(m):
        desk.seq[n] = line[k]
        n += 1
        if k == i:
            desk.seq[n] = 2 * r
            n += 1
        if k == j:
            desk.seq[n] = 2 * r + 1
            n += 1
    if not _in_time(day, desk, d, n) or not _room(day, desk, d, n):
        return False
    if not settle(
        day.minutes, day.stops, day.duties[d].span, day.duties[d].back, desk.seq, desk.at, desk.time, desk.pad, n
    ):
        return False
    return day.duties[d].pauses == 0 or settle_pauses(day, desk, d, n)


@inlined
def _in_time(day: Day, desk: Desk, d: int, n: int) -> bool:
    """The earliest times, going forward; whether they are within the windows."""
    last = day.duties[d].leave
    desk.time[0], desk.at[desk.seq[0]] = last, 0
    for k in range(1, n):
        s = desk.seq[k]
        last += day.minutes[desk.seq[k - 1], s]
        closes = day.duties[d].back
        if k < n - 1:
            last, closes = max(last, day.stops[s].opens), day.stops[s].closes
        if last > closes + EPS:
            return False
        desk.time[k], desk.at[s] = last, k
    return True


@inlined
def _room(day: Day, desk: Desk, d: int, n: int) -> bool:
    """Whether nobody is too many at any stop."""
    for c in range(day.load.shape[1]):
        on = 0
        for k in range(1, n - 1):
            s = desk.seq[k]
            on += day.load[s >> 1, c] if s & 1 == 0 else -day.load[s >> 1, c]
            if on > day.room[d, c]:
                return False
    return True

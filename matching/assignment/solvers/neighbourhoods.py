"""A plan bettered where it is worst: around the need that is farthest from what the prices promise, all at once.

Who competes with that need for the same places, or shares a row with it, is freed with it, a few hundred in all, and a
MIP settles them exactly while everybody else stays (Shaw 1998). The plan obeys the rows all along and never gets worse.
"""

import time

import numpy as np

from matching.assignment.face import whole
from matching.assignment.part import Part, Standing
from matching.assignment.problem import I32, I64, TieredProblem
from matching.assignment.solvers.highs import solve_mip
from matching.assignment.solvers.master import first_few, programme, view_of, with_partners

FREED = 100  # needs that are settled together, and as many more with each further try
NEAR = 6  # pairs of each need that tell who its neighbours are
OFFERED = 12  # pairs of each need that a MIP may choose from
TRIES = 3  # times a need is tried before it is left as it is
CROWD = 60  # a place that more people hold ties nobody together
GAP = 1e-6


class Neighbourhoods:
    """A plan of a one-tier problem under improvement.

    Args:
        one: the problem; `plan` obeys its rows.
        reduced: (pairs,), what each pair costs beyond its need's best.
        home: of each need, the pair that waits, -1 where there is none.
        likely: further pairs that the MIPs may choose from.
        few: how many pairs of each need they may choose from besides.
    """

    def __init__(self, one: TieredProblem, plan: I32, home: I32, reduced: I64, likely: I64, few: int = OFFERED) -> None:
        self.one, self.reduced, self.standing = one, reduced, Standing(one, plan)
        near = first_few(one.need, reduced, NEAR)
        self.near = np.sort(near)
        self.near_start = np.searchsorted(one.need[self.near], np.arange(one.needs + 1))
        offered = np.zeros(len(one.need), np.bool_)
        for pairs in (first_few(one.need, reduced, few), likely, plan, home[home >= 0]):
            offered[pairs] = True
        offered[with_partners(view_of(one, whole(one), np.ones(1, np.int64), {}), np.flatnonzero(offered))] = True
        self.offered = offered
        self.holders: list[set[int]] = [set() for _ in range(one.sites)]
        for need, site in enumerate(one.site[plan].tolist()):
            self.holders[site].add(need)
        self.tries = np.zeros(one.needs, np.int64)

    @property
    def plan(self) -> I32:
        """The plan as it stands."""
        return self.standing.chosen

    def improve(self, deadline: float, tries: int, patience: int, worth: int, seconds: float) -> None:
        """Try so often, or until `patience` tries in a row bettered nothing, or the time (`process_time`) is over.

        Who is less than `worth` from what the prices promise is not tried; one try takes `seconds` at most.
        """
        fruitless = 0
        for _ in range(tries):
            if time.process_time() >= deadline or fruitless >= patience:
                return
            regret = np.where(self.tries < TRIES, self.reduced[self.plan] >> np.minimum(self.tries, 60), 0)
            worst = int(regret.argmax())
            if regret[worst] < worth:
                return
            freed = self._around(worst)
            self.tries[worst] += 1
            better = self.settle(freed, min(seconds, deadline - time.process_time()))
            fruitless = 0 if better else fruitless + 1

    def settle(self, needs: I64, seconds: float, gap: float = GAP) -> bool:
        """Settle these needs (ascending) as well as they can be while all others stay; whether that is better."""
        if not len(needs):
            return False
        part = self.standing.part(needs, self.offered)
        chosen = _best_of(part, seconds, gap)
        if chosen is None:
            return False
        pairs, own = part.pair[chosen].astype(np.int32), self.plan[needs]
        before = self.standing.load.copy()
        self.standing.move(needs, pairs)
        gain = self.one.points[0, pairs].sum() - self.one.points[0, own].sum() + self._places(before)
        if gain <= 0:
            self.standing.move(needs, own)
            return False
        for need, old, new in zip(
            needs.tolist(), self.one.site[own].tolist(), self.one.site[pairs].tolist(), strict=True
        ):
            self.holders[old].discard(need)
            self.holders[new].add(need)
        return True

    def _places(self, before: I64) -> int:
        """What the places filled now earn more than those filled before."""
        one, gain = self.one, 0
        for site in np.flatnonzero(before != self.standing.load).tolist():
            first, old, new = int(one.slot_start[site]), int(before[site]), int(self.standing.load[site])
            low, high = first + min(old, new), first + max(old, new)
            change = int(one.slot_points[0, low:high].sum())
            gain += change if new > old else -change
        return gain

    def _around(self, need: int) -> I64:
        """The needs around one, nearest first until there are enough; ascending."""
        found, queue, seen_sites, seen_rows = {need}, [need], set(), set()
        for i in queue:
            near = self.near[self.near_start[i] : self.near_start[i + 1]]
            for site in self.one.site[near].tolist():
                if site not in seen_sites and len(self.holders[site]) < CROWD:
                    seen_sites.add(site)
                    self._add(sorted(self.holders[site]), found, queue)
            for row in self.standing.row_of[self.standing.entries(near)].tolist():
                if row not in seen_rows:
                    seen_rows.add(row)
                    self._add(self._mates(row), found, queue)
            if len(found) >= FREED * (1 + self.tries[need]):
                break
        return np.array(sorted(found), np.int64)

    def _add(self, needs: list[int], found: set[int], queue: list[int]) -> None:
        fresh = [need for need in needs if need not in found]
        found.update(fresh)
        queue.extend(fresh)

    def _mates(self, row: int) -> list[int]:
        """Who stands in a row."""
        rows = self.one.rows
        pairs = rows.pair[rows.start[row] : rows.start[row + 1]]
        needs = self.one.need[pairs]
        return [int(need) for need in np.unique(needs[self.plan[needs] == pairs])]


def _best_of(part: Part, seconds: float, gap: float) -> I64 | None:
    """The best pairs of a part's needs, None where none was found in time."""
    view = view_of(part.problem, whole(part.problem), np.ones(1, np.int64), {})
    made = programme(view, np.arange(len(view.need)), view.either)
    plan, _ = solve_mip(made, len(view.need), len(view.groups.site), seconds, gap)
    if plan is None:
        return None
    chosen = np.flatnonzero(plan[: len(view.need)] > 0.5)
    return chosen if len(chosen) == part.problem.needs else None

"""Coupled matchings: the LP first, then a MIP on what stays fractional, with a bound in whole numbers.

The LP is nearly tight here (a flow with side rows), so a full MIP would be waste: start with few pairs of each need,
price the others in, open or-none rows only when broken, fix what came out whole, and search the rest. What the bound's
reduced costs leave in question is small then, and a MIP on that closes the gap.
"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.assignment.face import Face
from matching.assignment.problem import I32, I64, Bools, Budget, Choice, Problem, TieredProblem
from matching.assignment.rows import holds, row_sums
from matching.assignment.solvers.master import Bound, Programme, View, bound_of, programme, view_of

EPS = 1e-6
ROUNDS = 30
CLOSING = 20_000  # pairs that a closing MIP may still hold


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tier settled: the plan, its value and bound (as costs), and the face that the next tier may move on."""

    chosen: I32
    cost: int
    bound: int
    face: Face


def solve(problem: Problem, budget: Budget) -> Choice:
    """The cheapest plan that obeys the rows, with its proven bound.

    Raises:
        NoAnswerError: no plan was found.
    """
    from matching.assignment.tiers import solve_tiers

    tiered = TieredProblem(
        problem.needs, problem.sites, problem.need, problem.site, -problem.cost[None, :],
        problem.slot_start, -problem.slot_cost[None, :], np.zeros(1, np.int64), problem.rows,
    )  # fmt: skip
    choice = solve_tiers(tiered, budget)
    return Choice(choice.chosen, -choice.value, -choice.bound)


def settle(
    problem: TieredProblem, face: Face, tier: int, keeps: dict[int, int], start: I32 | None, rank: I64, deadline: float
) -> Outcome | None:
    """The best plan of one tier on the face that obeys the rows, the tiers in `keeps` being no worse than their values.

    Args:
        start: a plan that does so already, if one is known.
        rank: shape (pairs,), smaller = the sooner a pair of its need should be in play.
        deadline: in `time.process_time()`.

    Returns:
        None where the face holds no such plan, or none was found in time.
    """
    view = view_of(problem, face, tier, keeps)
    search = _Search(problem, face, view, tier, keeps, deadline)
    if start is not None:
        search.offer(np.searchsorted(face.pair, start))
    if not search.relax(rank[face.pair]):
        return None
    search.round_off()
    search.close()
    if search.best is None or search.bound is None:
        return None
    return Outcome(face.pair[search.best], search.cost, search.proven, search.narrowed())


class _Search:
    """The state of one search: pairs in play, or-none rows opened, the best plan and the best bound so far."""

    def __init__(
        self, problem: TieredProblem, face: Face, view: View, tier: int, keeps: dict[int, int], deadline: float
    ) -> None:
        self.problem, self.face, self.view, self.deadline = problem, face, view, deadline
        self.tier, self.keeps = tier, keeps
        self.opened = np.zeros(len(view.lower), np.bool_)
        self.best: I64 | None = None
        self.cost, self.proven = 0, 0
        self.bound: Bound | None = None
        self.made: Programme | None = None
        self.x = np.zeros(0)

    def relax(self, rank: I64) -> bool:
        """Solve the LP over all pairs; whether there is a fractional plan at all."""
        view = self.view
        active = self._first_pairs(rank)
        for _ in range(ROUNDS):
            made = programme(view, active, self.opened)
            solved = _solve_lp(made, self._left())
            if solved is None:
                if len(active) == len(view.need) or self._left() <= 0:
                    return self.best is not None and self.bound is not None
                active = np.arange(len(view.need))
                continue
            self.made, (self.x, dual, value) = made, solved
            self._learn(bound_of(view, made, dual))
            broken = self._broken_gates()
            fresh = self._priced(made)
            if self._is_closed() or not (broken.any() or len(fresh)) or self._left() <= 0:
                break
            self.opened |= broken
            active = np.union1d(active, fresh)
        return True

    def round_off(self) -> None:
        """A whole plan from the LP's: fix what is whole, and search what is not, wider until a plan is found."""
        if self._is_closed() or self.made is None:
            return
        self.opened |= self.view.either
        free = self._fractional_needs()
        for widen in range(4):
            if self._left() <= 0:
                return
            if widen == 3:
                free[:] = True
            self._search(self._in_block(free), polish=False)
            if self.best is not None and (widen == 0 or self._gap() < 1e-3):
                return
            free = self._neighbours(free)

    def close(self) -> None:
        """Search all that the reduced costs leave in question, where that is little; then value and bound meet."""
        if self._is_closed() or self._left() <= 0 or self.bound is None:
            return
        open_pairs = self._open_pairs()
        if len(open_pairs) <= CLOSING:
            self.opened |= self.view.either
            self._search(open_pairs, polish=True)

    def offer(self, plan: I64) -> None:
        """Take a plan (indices into the face's pairs) if it is sound and the best so far."""
        cost = self._judge(plan)
        if cost is not None and (self.best is None or cost < self.cost):
            self.best, self.cost = plan, cost

    def narrowed(self) -> Face:
        """The face that holds every plan as good as the best one."""
        assert self.bound is not None
        pairs, bound = self._open_pairs(), self.bound
        slack = self.cost_in_view() * bound.fine - bound.total
        groups = self.view.groups
        must = np.bincount(groups.site, groups.size * (bound.group < -slack), len(self.view.floor)).astype(np.int64)
        cannot = np.bincount(groups.site, groups.size * (bound.group > slack), len(self.view.floor)).astype(np.int64)
        floor = np.maximum(self.view.floor, must)
        return Face(self.face.pair[pairs], floor, self.view.ceiling - cannot)

    def cost_in_view(self) -> int:
        """The best plan's cost without the constant."""
        return self.cost + int(self.problem.constant[self.tier])

    def _left(self) -> float:
        return self.deadline - time.process_time()

    def _gap(self) -> float:
        return (self.cost - self.proven) / max(1, abs(self.cost))

    def _is_closed(self) -> bool:
        return self.best is not None and self.bound is not None and self.cost <= self.proven

    def _learn(self, bound: Bound) -> None:
        """Keep the better bound (of equal ones, the first)."""
        if self.bound is None or bound.total * self.bound.fine > self.bound.total * bound.fine:
            self.bound = bound
            proven = -(-bound.total // bound.fine) - int(self.problem.constant[self.tier])
            self.proven = proven if self.bound is None else max(proven, self.proven or proven)

    def _judge(self, plan: I64) -> int | None:
        """The cost of a plan, None if it breaks a row, a place or an earlier tier."""
        chosen = self.face.pair[plan]
        load = self.problem.load(chosen)
        sums = row_sums(self.problem.rows, chosen, len(self.problem.need))
        if np.any(load > self.face.ceiling) or np.any(load < self.face.floor):
            return None
        value = self.problem.value(chosen)
        if not holds(self.problem.rows, sums).all() or any(value[t] < v for t, v in self.keeps.items()):
            return None
        return -int(value[self.tier])

    def _first_pairs(self, rank: I64) -> I64:
        """The first few pairs of every need by rank, the best plan's, and all that share a row with one of them."""
        order = np.lexsort([rank, self.view.need])
        start = np.searchsorted(self.view.need, np.arange(self.view.needs))
        nth = np.arange(len(order)) - start[self.view.need[order]]
        first = order[nth < 4]
        return np.union1d(first, first if self.best is None else self.best)

    def _priced(self, made: Programme) -> I64:
        """Pairs out of play that undercut what their need pays."""
        assert self.bound is not None
        reduced = self.bound.reduced
        pays = np.full(self.view.needs, np.iinfo(np.int64).max)
        np.minimum.at(pays, self.view.need[made.active], reduced[made.active])
        tolerance = max(1, self.bound.fine // 1000)
        out = np.ones(len(reduced), np.bool_)
        out[made.active] = False
        return np.flatnonzero(out & (reduced + tolerance < pays[self.view.need]))

    def _taken(self) -> np.ndarray:
        assert self.made is not None
        taken = np.zeros(len(self.view.need))
        taken[self.made.active] = self.x[: len(self.made.active)]
        return taken

    def _broken_gates(self) -> Bools:
        """Closed or-none rows that the LP's plan breaks."""
        view, taken = self.view, self._taken()
        inside = view.either[view.entry_row] & ~self.opened[view.entry_row]
        row, pair, weight = view.entry_row[inside], view.entry_pair[inside], view.entry_weight[inside]
        total = np.bincount(row, weight * taken[pair], len(view.lower))
        largest = np.zeros(len(view.lower))
        np.maximum.at(largest, row, taken[pair])
        short = (total < view.lower * largest - EPS) | (total > view.upper + EPS)
        return np.asarray(view.either & (largest > EPS) & short)

    def _fractional_needs(self) -> Bools:
        taken = self._taken()
        free = np.zeros(self.view.needs, np.bool_)
        free[self.view.need[(taken > EPS) & (taken < 1 - EPS)]] = True
        return self._row_mates(free)

    def _row_mates(self, free: Bools) -> Bools:
        """With those who share, by a pair in play, a row with one of them."""
        view = self.view
        live = np.zeros(len(view.need), np.bool_)
        assert self.made is not None
        live[self.made.active] = True
        inside = live[view.entry_pair]
        row, need = view.entry_row[inside], view.need[view.entry_pair[inside]]
        touched = np.zeros(len(view.lower), np.bool_)
        touched[row[free[need]]] = True
        out = free.copy()
        out[need[touched[row]]] = True
        return out

    def _neighbours(self, free: Bools) -> Bools:
        """With those at the sites that the free needs have in play, and their row mates."""
        assert self.made is not None
        view, active = self.view, self.made.active
        wanted = np.zeros(len(view.floor), np.bool_)
        wanted[view.site[active[free[view.need[active]]]]] = True
        at = self._taken() > 0.5
        out = free.copy()
        out[view.need[at & wanted[view.site]]] = True
        return self._row_mates(out)

    def _in_block(self, free: Bools) -> I64:
        """Pairs in play of the free needs, and the one pair that each other need takes."""
        assert self.made is not None
        active = self.made.active
        taken = self._taken()[active]
        return active[free[self.view.need[active]] | (taken > 0.5)]

    def _open_pairs(self) -> I64:
        """Pairs that a plan as good as the best one may still take."""
        assert self.bound is not None
        if self.best is None:
            return np.arange(len(self.view.need))
        slack = self.cost_in_view() * self.bound.fine - self.bound.total
        return np.flatnonzero(self.bound.reduced <= slack)

    def _search(self, pairs: I64, polish: bool) -> None:
        """A MIP over these pairs; where they are all that is in question (`polish`), its bound counts."""
        made = programme(self.view, pairs, self.opened)
        whole = np.zeros(len(made.cost))
        whole[: len(pairs)] = 1
        whole[len(pairs) + len(self.view.groups.site) :] = 1
        answer = milp(
            made.cost.astype(float),
            integrality=whole,
            bounds=Bounds(made.least, made.most),
            constraints=LinearConstraint(made.matrix, made.low, made.high),
            options={"time_limit": max(0.05, self._left()), "mip_rel_gap": 0.0},
        )
        if answer.x is not None:
            best = np.flatnonzero(answer.x[: len(pairs)] > 0.5)
            if len(best) == self.view.needs:
                self.offer(pairs[best])
        if polish and self.best is not None:
            dual = answer.mip_dual_bound
            if answer.status == 2:
                self.proven = max(self.proven, self.cost)
            elif dual is not None and np.isfinite(dual):
                safe = int(np.ceil(dual - 1e-3 - 1e-9 * abs(dual))) - int(self.problem.constant[self.tier])
                self.proven = max(self.proven, min(safe, self.cost))


def _solve_lp(made: Programme, seconds: float) -> tuple[np.ndarray, np.ndarray, float] | None:
    """The LP's plan, one dual a row, and its value; None where there is none (or no time)."""
    equal = made.low == made.high
    upper, lower = ~equal & np.isfinite(made.high), ~equal & np.isfinite(made.low)
    inequality = np.concatenate([np.flatnonzero(upper), np.flatnonzero(lower)])
    sign = np.concatenate([np.ones(int(upper.sum())), -np.ones(int(lower.sum()))])
    matrix = made.matrix[inequality]
    matrix.data *= np.repeat(sign, np.diff(matrix.indptr))
    right = np.concatenate([made.high[upper], -made.low[lower]])
    answer = linprog(
        made.cost.astype(float),
        A_ub=matrix if len(right) else None,
        b_ub=right if len(right) else None,
        A_eq=made.matrix[equal],
        b_eq=made.low[equal],
        bounds=np.stack([made.least, made.most], axis=1),
        method="highs-ds",
        options={"time_limit": max(0.05, seconds)},
    )
    if answer.status != 0:
        return None
    dual = np.zeros(len(made.low))
    dual[equal] = answer.eqlin.marginals
    if len(right):
        np.add.at(dual, inequality, sign * answer.ineqlin.marginals)
    return answer.x, dual, float(answer.fun)

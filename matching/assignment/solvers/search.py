"""The search for one programme's best plan: its LP by pricing, a MIP on what is fractional, a MIP on what is left."""

import time

import numpy as np

from matching.assignment.face import Face
from matching.assignment.problem import I64, Bools, TieredProblem
from matching.assignment.rows import holds, row_sums
from matching.assignment.solvers.highs import solve_mip
from matching.assignment.solvers.linear import solve_lp
from matching.assignment.solvers.master import (
    EPS,
    Bound,
    Programme,
    bound_of,
    broken_gates,
    first_few,
    programme,
    view_of,
    with_partners,
)

FEW = 4  # pairs of each need that are in play at first
SHARES = (0.2, 1)  # of the gap, that the pairs of a closing MIP may use up
RELAXING = 0.6  # share of the time after which the LP is good enough
ROUNDS = 30
NEAR = 5e-4  # a gap that needs no wider block
SMALL = 10_000  # pairs that a closing MIP may hold at once
CLOSING = 20_000  # pairs that a closing MIP may still hold


class Search:
    """The state of one search: pairs in play, or-none rows opened, the best plan and the best bound so far."""

    def __init__(self, problem: TieredProblem, face: Face, factor: I64, keeps: dict[int, int], deadline: float) -> None:
        self.problem, self.face, self.deadline = problem, face, deadline
        self.view = view_of(problem, face, factor, keeps)
        self.factor, self.keeps = factor, keeps
        self.opened = np.zeros(len(self.view.lower), np.bool_)
        self.best: I64 | None = None
        self.cost, self.proven = 0, 0
        self.bound: Bound | None = None
        self.active = np.zeros(0, np.int64)  # the pairs in play, and how much of each pair the LP takes
        self.taken = np.zeros(len(self.view.need))

    def relax(self, rank: I64) -> bool:
        """Solve the LP over all pairs; whether there is a fractional plan at all."""
        view = self.view
        active, before = self._first_pairs(rank), np.inf
        enough = self._left() * (1 - RELAXING)
        for _ in range(ROUNDS):
            made = programme(view, active, self.opened)
            solved = solve_lp(made, self._left() - enough)
            if solved is None:
                if len(active) == len(view.need) or self._left() <= enough:
                    return self.best is not None and self.bound is not None
                active = np.arange(len(view.need))
                continue
            plan, dual, value = solved
            self.active = active
            self.taken = np.zeros(len(view.need))
            self.taken[active] = plan[: len(active)]
            latest = bound_of(view, made, dual)
            self._learn(latest)
            broken = broken_gates(view, self.opened, self.taken)
            fresh = self._priced(made, latest)
            short, stalled, before = value - self._floor(), value == before, value
            met = short < max(0.5, 1e-5 * abs(value)) or (stalled and short < 1e-4 * abs(value))
            if self._is_closed() or not (broken.any() or (len(fresh) and not met)) or self._left() <= enough:
                break
            self.opened |= broken
            active = np.union1d(active, with_partners(self.view, fresh))
        return True

    def round_off(self) -> None:
        """A whole plan from the LP's: fix what is whole, and search what is not, wider until a plan is found."""
        if self._is_closed() or (self.best is not None and self._gap() < NEAR and len(self._open_pairs()) <= CLOSING):
            return
        self.opened |= self.view.either
        self._forget()
        split = self._fractional_needs()
        near = self._row_mates(split)
        for free in (near, near | self._holders(split), self._holders(near), near | True):
            if self._left() <= 0:
                return
            self._search(self._in_block(free), polish=False)
            if self.best is not None and (self._gap() < NEAR or len(self._open_pairs()) <= CLOSING):
                return

    def close(self) -> None:
        """Search all that the reduced costs leave in question, where that is little; then value and bound meet.

        The most promising part comes first: what is found there leaves less in question.
        """
        self.opened |= self.view.either
        for share in SHARES:
            if self._is_closed() or self._left() <= 0 or self.bound is None:
                return
            if share < 1 and (self.best is None or len(self._open_pairs()) < SMALL):
                continue
            open_pairs = self._open_pairs(share)
            if len(open_pairs) > CLOSING and self.best is not None:
                return
            self._search(open_pairs, polish=share == 1)

    def offer(self, plan: I64) -> None:
        """Take a plan (indices into the pairs of the face) if it is sound and the best so far."""
        cost = self._judge(plan)
        if cost is not None and (self.best is None or cost < self.cost):
            self.best, self.cost = plan, cost

    def narrowed(self) -> Face:
        """The face that holds every plan as good as the best one."""
        assert self.bound is not None
        pairs, bound = self._open_pairs(), self.bound
        slack = self.cost * bound.fine - bound.total
        groups = self.view.groups
        sites, free = len(self.view.floor), ~groups.forced
        must = np.bincount(groups.site, groups.size * (bound.group < -slack), sites).astype(np.int64)
        cannot = np.bincount(groups.site, groups.size * (free & (bound.group > slack)), sites).astype(np.int64)
        floor = np.maximum(self.view.floor, must)
        return Face(self.face.pair[pairs], floor, self.view.ceiling - cannot)

    def _floor(self) -> float:
        assert self.bound is not None
        return self.bound.total / self.bound.fine

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
            self.proven = -(-bound.total // bound.fine)

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
        return -int(self.factor @ (value - self.problem.constant))

    def _first_pairs(self, rank: I64) -> I64:
        """The first few pairs of every need by rank, those of the best plan, and the partners of all these."""
        first = first_few(self.view.need, rank, FEW)
        return with_partners(self.view, first if self.best is None else np.union1d(first, self.best))

    def _priced(self, made: Programme, latest: Bound) -> I64:
        """Pairs out of play that undercut, by the latest duals, what their need pays."""
        reduced = latest.reduced
        pays = np.full(self.view.needs, np.iinfo(np.int64).max)
        np.minimum.at(pays, self.view.need[made.active], reduced[made.active])
        tolerance = max(1, latest.fine // 1000)
        out = np.ones(len(reduced), np.bool_)
        out[made.active] = False
        return np.flatnonzero(out & (reduced + tolerance < pays[self.view.need]))

    def _fractional_needs(self) -> Bools:
        """Needs that the LP splits between pairs."""
        taken, free = self.taken, np.zeros(self.view.needs, np.bool_)
        free[self.view.need[(taken > EPS) & (taken < 1 - EPS)]] = True
        return free

    def _row_mates(self, free: Bools) -> Bools:
        """With those who share, by a pair in play, a row with one of them."""
        view = self.view
        live = np.zeros(len(view.need), np.bool_)
        live[self.active] = True
        inside = live[view.entry_pair]
        row, need = view.entry_row[inside], view.need[view.entry_pair[inside]]
        touched = np.zeros(len(view.lower), np.bool_)
        touched[row[free[need]]] = True
        out = free.copy()
        out[need[touched[row]]] = True
        return out

    def _forget(self) -> None:
        """Leave in play what the LP takes, and the few pairs of each need that come next by reduced cost."""
        assert self.bound is not None
        first = first_few(self.view.need, self.bound.reduced, FEW)
        self.active = np.union1d(with_partners(self.view, first), np.flatnonzero(self.taken > EPS))

    def _holders(self, free: Bools) -> Bools:
        """With those who hold the places that the free needs have in play."""
        view, active = self.view, self.active
        wanted = np.zeros(len(view.floor), np.bool_)
        wanted[view.site[active[free[view.need[active]]]]] = True
        out = free.copy()
        out[view.need[(self.taken > 0.5) & wanted[view.site]]] = True
        return out

    def _in_block(self, free: Bools) -> I64:
        """Pairs in play of the free needs, and the one pair that each other need takes."""
        active = self.active
        return active[free[self.view.need[active]] | (self.taken[active] > 0.5)]

    def _open_pairs(self, share: float = 1) -> I64:
        """Pairs that a plan as good as the best may still take; or those that use up but a share of the gap."""
        assert self.bound is not None
        if self.best is None:
            return np.arange(len(self.view.need))
        slack = self.cost * self.bound.fine - self.bound.total
        return np.flatnonzero(self.bound.reduced <= (slack if share == 1 else int(slack * share)))

    def _search(self, pairs: I64, polish: bool) -> None:
        """A MIP over these pairs; where they are all that is in question (`polish`), its bound counts."""
        made = programme(self.view, pairs, self.opened)
        gap = 0.0 if polish else NEAR / 4
        plan, bound = solve_mip(made, len(pairs), len(self.view.groups.site), self._left(), gap)
        taken = np.flatnonzero(plan[: len(pairs)] > 0.5) if plan is not None else pairs[:0]
        if len(taken) == self.view.needs:
            self.offer(pairs[taken])
        if polish and self.best is not None and np.isfinite(bound):
            self.proven = max(self.proven, min(int(np.ceil(bound)), self.cost))

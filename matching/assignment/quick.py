"""A good plan that obeys the rows, in a few flows: where the flow breaks a row, those who lose least give way.

Each round solves the flow on the pairs still allowed, and settles each broken row locally by the flow's prices: who has
the best other place gives up theirs, companions keep one common opening or wait together, a group fills up or closes.
Then what was given up is allowed again where it fits beside the plan, and the rounds are run once more.
"""

import time
from collections import defaultdict

import numpy as np

from matching.assignment.face import optimal_face, stage, whole
from matching.assignment.problem import I32, I64, Bools, TieredProblem
from matching.assignment.rows import holds, repair, row_sums
from matching.assignment.tiers import best_flow
from matching.assignment.untied import may_join_alone
from matching.errors import NoAnswerError

ROUNDS = 12  # flows until every row is obeyed; what is broken after them is repaired need by need
POLISHES = 3  # times that what was given up is allowed again
NONE_LEFT = 2**62


def quick_plan(problem: TieredProblem, pairs: I32, deadline: float) -> I32 | None:
    """A plan that obeys places and rows, as good as a few flows make it; None where none is found.

    Args:
        problem: the columns and their rows.
        pairs: the pairs in question (`possible_pairs`); each need has one.
        deadline: in `time.process_time()`; the first round is not cut short by it.
    """
    possible = np.zeros(len(problem.need), np.bool_)
    possible[pairs] = True
    best = _rounds(problem, possible, deadline)
    return None if best is None else polished(problem, pairs, best, deadline)


def polished(problem: TieredProblem, pairs: I32, plan: I32, deadline: float) -> I32:
    """A plan that obeys the rows, bettered: what each need could take beside it is allowed, and the rounds are run.

    Never worse, tier by tier; `pairs` and `deadline` as in `quick_plan`.
    """
    possible = np.zeros(len(problem.need), np.bool_)
    possible[pairs] = True
    for _ in range(POLISHES):
        if time.process_time() > deadline:
            break
        beside = possible & may_join_alone(problem, plan)
        beside[plan] = True
        other = _rounds(problem, beside, deadline)
        if other is None or problem.value(other).tolist() <= problem.value(plan).tolist():
            break
        plan = other
    return plan


def _rounds(problem: TieredProblem, possible: Bools, deadline: float) -> I32 | None:
    """Flow after flow, each without what the broken rows of the one before gave up; mended at last."""
    decide = _Decisions(problem, possible)
    chosen: I32 | None = None
    for nth in range(ROUNDS):
        try:
            chosen, regret = _flow(problem, decide.allowed, deadline)
        except NoAnswerError:  # too much was given up
            break
        good = holds(problem.rows, row_sums(problem.rows, chosen, len(problem.need)))
        if good.all():
            return chosen
        if nth == ROUNDS - 1 or time.process_time() > deadline:
            break
        decide.settle(np.flatnonzero(~good), chosen, regret)
    return None if chosen is None else repair(problem, np.flatnonzero(possible).astype(np.int32), chosen)


def _flow(problem: TieredProblem, allowed: Bools, deadline: float) -> tuple[I32, I64]:
    """The lexicographic flow on the allowed pairs, and what each pair costs its need above its best, by its prices.

    The prices are those of the first tiers that one flow tells apart; pairs that are not allowed cost `NONE_LEFT`.
    """
    face = whole(problem).limited(np.flatnonzero(allowed).astype(np.int32))
    regret, tier = np.full(len(problem.need), NONE_LEFT, np.int64), 0
    chosen = np.zeros(0, np.int32)
    while tier < problem.tiers:
        flow, upto = stage(problem, face, tier, problem.tiers)
        plan, price = best_flow(flow, bool(face.floor.any()), deadline)
        chosen = face.pair[plan]
        if tier == 0:
            offer = flow.cost + price[flow.site]
            least = np.minimum.reduceat(offer, np.searchsorted(flow.need, np.arange(flow.needs)))
            regret[face.pair] = offer - least[flow.need]
        if upto < problem.tiers:
            face = optimal_face(face, flow, price)
        tier = upto
    return chosen, regret


class _Decisions:
    """Which pairs are still allowed, as broken rows are settled one after the other."""

    def __init__(self, problem: TieredProblem, possible: Bools) -> None:
        self.problem, self.allowed = problem, possible.copy()
        rows = problem.rows
        self.start = problem.need_start
        row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
        self.binds = np.bincount(row[rows.weight < 0], minlength=len(rows)) > 0
        bound = self.binds[row]
        self.bound_rows: dict[int, set[int]] = defaultdict(set)
        for need, r in zip(problem.need[rows.pair[bound]].tolist(), row[bound].tolist(), strict=True):
            self.bound_rows[need].add(r)
        self.tried: set[tuple[int, ...]] = set()

    def settle(self, broken: I64, chosen: I32, regret: I64) -> None:
        """Take away, for each broken row, the pairs that give way."""
        self.chosen, self.regret = chosen, regret
        for row in broken.tolist():
            entries = self._entries(row)
            if self.binds[row]:
                self._companions(entries)
                continue
            inside = [(p, w) for p, w in entries if self._is_taken(p)]
            total = sum(w for _, w in inside)
            if total > self.problem.rows.upper[row]:
                self._thin(entries, inside, int(self.problem.rows.upper[row]))
            elif total < self.problem.rows.lower[row]:
                self._fill(row, entries, inside, int(self.problem.rows.lower[row]) - total)

    def _entries(self, row: int) -> list[tuple[int, int]]:
        rows = self.problem.rows
        span = slice(int(rows.start[row]), int(rows.start[row + 1]))
        return list(zip(rows.pair[span].tolist(), rows.weight[span].tolist(), strict=True))

    def _is_taken(self, pair: int) -> bool:
        return bool(self.chosen[self.problem.need[pair]] == pair and self.allowed[pair])

    def _thin(self, entries: list[tuple[int, int]], inside: list[tuple[int, int]], upper: int) -> None:
        """Who loses most by going stays, as far as the row holds; the others give up all that they have in the row."""
        own: dict[int, list[int]] = defaultdict(list)
        for pair, _ in entries:
            own[int(self.problem.need[pair])].append(pair)
        order = sorted(inside, key=lambda e: (-self._without(own[int(self.problem.need[e[0]])]) / max(e[1], 1), e[0]))
        total = 0
        for pair, weight in order:
            if total + weight <= upper:
                total += weight
            else:
                self._give_up(own[int(self.problem.need[pair])])

    def _fill(self, row: int, entries: list[tuple[int, int]], inside: list[tuple[int, int]], short: int) -> None:
        """A group below its minimum: the cheapest join, if that costs less than closing and was not tried before."""
        joiners = sorted((self.regret[p], p, w) for p, w in entries if self.allowed[p] and not self._is_taken(p))
        came, price = [], 0
        for regret, pair, weight in joiners:
            if short <= 0:
                break
            came.append(pair)
            price, short = price + int(regret), short - weight
        closing = sum(self._without([p]) for p, _ in inside)
        if short > 0 or (-1, row) in self.tried or (self.problem.rows.or_none[row] and price > closing):
            self._give_up([p for p, _ in entries])
            return
        self.tried.add((-1, row))
        for pair in [*came, *(p for p, _ in inside)]:
            self._only(pair)

    def _companions(self, entries: list[tuple[int, int]]) -> None:
        """Bound needs keep the common opening that costs them least together; where that failed, they wait."""
        needs = tuple(sorted({int(self.problem.need[p]) for p, _ in entries}))
        shared = sorted(set.intersection(*(self.bound_rows[i] for i in needs)))
        all_of = {row: [p for p, _ in self._entries(row)] for row in shared}
        whole = [r for r, ps in all_of.items() if all(self.allowed[p] for p in ps) and len(ps) == len(needs)]
        best = min(whole, key=lambda r: (sum(int(self.regret[p]) for p in all_of[r]), r), default=-1)
        if needs in self.tried:
            best = -1
        self.tried.add(needs)
        for row in shared:
            if row != best:
                self._give_up(all_of[row])

    def _without(self, pairs: list[int]) -> int:
        """What it costs a need to have none of these pairs of its own, by the prices."""
        need = int(self.problem.need[pairs[0]])
        span = np.arange(self.start[need], self.start[need + 1])
        others = span[self.allowed[span] & ~np.isin(span, pairs)]
        return int(self.regret[others].min()) if len(others) else NONE_LEFT

    def _give_up(self, pairs: list[int]) -> None:
        """Forbid the pairs, but never the last one of a need."""
        for pair in pairs:
            need = int(self.problem.need[pair])
            if self.allowed[pair] and self.allowed[self.start[need] : self.start[need + 1]].sum() > 1:
                self.allowed[pair] = False

    def _only(self, pair: int) -> None:
        """Leave the need this pair, and those in no row (its waiting list)."""
        need = int(self.problem.need[pair])
        span = range(int(self.start[need]), int(self.start[need + 1]))
        roomy = np.diff(self.problem.slot_start) >= self.problem.needs
        self._give_up([p for p in span if p != pair and not roomy[self.problem.site[p]]])

"""The part of a matching that some needs can still change while everybody else stays: again a matching, smaller."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.problem import I32, I64, Bools, Rows, TieredProblem
from matching.assignment.rows import holds, row_sums


@dataclass(frozen=True, slots=True)
class Part:
    """The smaller problem, and which needs, pairs, rows and entries of rows of the whole its own are."""

    problem: TieredProblem
    need: I64
    pair: I64
    row: I64
    entry: I64


class Standing:
    """A plan as it stands: who holds which site, and what every row sums to; moves keep both in step."""

    def __init__(self, problem: TieredProblem, chosen: I32) -> None:
        self.problem, self.chosen = problem, chosen.copy()
        rows = problem.rows
        self.need_start = problem.need_start
        self.row_of = np.repeat(np.arange(len(rows)), np.diff(rows.start))
        self.entry = np.argsort(rows.pair, kind="stable")
        self.entry_start = np.searchsorted(rows.pair[self.entry], np.arange(len(problem.need) + 1))
        self.load, self.sums = problem.load(chosen), row_sums(rows, chosen, len(problem.need))

    def move(self, need: I64, pair: I32) -> None:
        """The needs change to these pairs."""
        for pairs, sign in ((self.chosen[need], -1), (pair, 1)):
            np.add.at(self.load, self.problem.site[pairs], sign)
            entries = self.entries(pairs)
            np.add.at(self.sums, self.row_of[entries], sign * self.problem.rows.weight[entries])
        self.chosen[need] = pair

    def obeys(self) -> bool:
        """Whether every row holds and no site is overfull."""
        roomy = self.load <= np.diff(self.problem.slot_start)
        return bool(roomy.all() and holds(self.problem.rows, self.sums).all())

    def entries(self, pairs: I32 | I64) -> I64:
        """The entries of rows in which these pairs stand."""
        return self.entry[_ranges(self.entry_start, pairs)]

    def part(self, need: I64, allowed: Bools) -> Part:
        """What these needs (ascending) can do with the allowed pairs, in the places and rows that the others leave.

        Others hold the first places of each site, so the next ones are left. A row that somebody else stands in is no
        longer «so many or none». The chosen pairs of these needs must be allowed.
        """
        problem, own = self.problem, self.chosen[need]
        pair = _ranges(self.need_start, need)
        pair = pair[allowed[pair]]
        sites, site = np.unique(problem.site[pair], return_inverse=True)
        taken = self.load[sites] - np.bincount(np.searchsorted(sites, problem.site[own]), minlength=len(sites))
        first = problem.slot_start[sites] + taken
        count = np.minimum(problem.slot_start[sites + 1] - first, np.bincount(site, minlength=len(sites))).clip(min=0)
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        places = np.repeat(first - start[:-1], count) + np.arange(start[-1])
        rows, row, entry = self._rows(pair, own)
        smaller = TieredProblem(
            len(need), len(sites), np.searchsorted(need, problem.need[pair]).astype(np.int32), site.astype(np.int32),
            problem.points[:, pair], start, problem.slot_points[:, places], np.zeros(problem.tiers, np.int64), rows,
        )  # fmt: skip
        return Part(smaller, need, pair, row, entry)

    def _rows(self, pair: I64, own: I32) -> tuple[Rows, I64, I64]:
        """The rows of these pairs, less what the others put into them; which they are, and which entries."""
        rows = self.problem.rows
        entry = np.sort(self.entries(pair))
        row, nth = np.unique(self.row_of[entry], return_inverse=True)
        mine = np.bincount(nth, rows.weight[entry] * np.isin(rows.pair[entry], own), len(row)).astype(np.int64)
        others = self.sums[row] - mine
        start = np.concatenate([[0], np.cumsum(np.bincount(nth, minlength=len(row)))]).astype(np.int64)
        left = Rows(
            start, np.searchsorted(pair, rows.pair[entry]).astype(np.int32), rows.weight[entry],
            rows.lower[row] - others, rows.upper[row] - others, rows.or_none[row] & (others == 0),
        )  # fmt: skip
        return left, row, entry


def _ranges(start: I64, which: I32 | I64) -> I64:
    """The numbers of all stretches `start[i]:start[i + 1]`, one after the other."""
    first, count = start[which], start[which + 1] - start[which]
    before = np.cumsum(count) - count
    return np.asarray(np.repeat(first - before, count) + np.arange(int(count.sum())), np.int64)


def restricted(problem: TieredProblem, pairs: I32) -> TieredProblem:
    """The same problem with these pairs only (ascending); its pair k is `pairs[k]` of the whole."""
    rows, at = problem.rows, np.full(len(problem.need), -1, np.int64)
    at[pairs] = np.arange(len(pairs))
    inside = entries_of(rows, pairs, len(problem.need))
    count = np.add.reduceat(np.append(inside, False).astype(np.int64), rows.start[:-1]) if len(rows) else rows.start[:0]
    kept = replace(
        rows,
        start=np.concatenate([[0], np.cumsum(np.where(np.diff(rows.start) > 0, count, 0))]).astype(np.int64),
        pair=at[rows.pair[inside]].astype(np.int32),
        weight=rows.weight[inside],
    )
    return replace(
        problem, need=problem.need[pairs], site=problem.site[pairs], points=problem.points[:, pairs], rows=kept
    )


def entries_of(rows: Rows, pairs: I32, of: int) -> Bools:
    """Which entries of the rows stand for these of all pairs: a mask; in the order of the restricted problem."""
    inside = np.zeros(of, np.bool_)
    inside[pairs] = True
    return np.asarray(inside[rows.pair])

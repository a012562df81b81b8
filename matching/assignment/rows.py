"""What coupling rows say: their sums, which are broken, which pairs they exclude outright, and a plain repair."""

from collections import defaultdict

import numpy as np

from matching.assignment.problem import I32, I64, Bools, Rows, TieredProblem


def row_sums(rows: Rows, chosen: I32, pairs: int) -> I64:
    """The sum of every row in a plan; `pairs` is how many pairs the problem has."""
    taken = np.zeros(pairs, np.bool_)
    taken[chosen] = True
    row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    out = np.zeros(len(rows), np.int64)
    np.add.at(out, row, rows.weight * taken[rows.pair])
    return out


def holds(rows: Rows, sums: I64) -> Bools:
    """Which rows are obeyed with these sums."""
    return np.asarray(((sums >= rows.lower) & (sums <= rows.upper)) | (rows.or_none & (sums == 0)))


def possible_pairs(problem: TieredProblem) -> I32:
    """The pairs that no single row excludes, whatever else is chosen (ascending), found by propagation.

    A row can reach at most the largest, and at least the smallest weight of each of its needs; a pair that leaves no
    sum within its row is out, and what is out narrows the other rows.
    """
    rows, row = problem.rows, np.repeat(np.arange(len(problem.rows)), np.diff(problem.rows.start))
    alive = np.ones(len(problem.need), np.bool_)
    while True:
        least, most, own_least, own_most = _span(problem, row, alive)
        weight = rows.weight
        low, high = least[row] - own_least + weight, most[row] - own_most + weight
        out = alive[rows.pair] & ((low > rows.upper[row]) | (high < rows.lower[row]))
        out &= ~(rows.or_none[row] & (low <= 0) & (high >= 0))
        if not out.any():
            return np.flatnonzero(alive).astype(np.int32)
        alive[rows.pair[out]] = False


def _span(problem: TieredProblem, row: I64, alive: Bools) -> tuple[I64, I64, I64, I64]:
    """Least and most sum of every row; and what the need of each entry adds to either."""
    rows = problem.rows
    group, of = np.unique(row * problem.needs + problem.need[rows.pair], return_inverse=True)
    weight = np.where(alive[rows.pair], rows.weight, 0)
    low, high = np.zeros(len(group), np.int64), np.zeros(len(group), np.int64)
    np.minimum.at(low, of, weight)
    np.maximum.at(high, of, weight)
    least, most = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    np.add.at(least, group // max(problem.needs, 1), low)
    np.add.at(most, group // max(problem.needs, 1), high)
    return least, most, low[of], high[of]


def repair(problem: TieredProblem, allowed: I32, chosen: I32) -> I32 | None:
    """A plan that obeys the rows, made from one that does not: needs leave broken rows for their waiting list.

    First come out who lose least; then who came out tries its other pairs. None where that does not do.
    """
    work = _Repair(problem, allowed, chosen)
    if not work.settle():
        return None
    work.refill()
    return np.asarray(work.chosen, np.int32)


def homes(problem: TieredProblem, allowed: Bools) -> I32:
    """The waiting pair of each need: in no row, at a site that never fills; -1 where there is none."""
    roomy = np.bincount(problem.site, minlength=problem.sites) <= np.diff(problem.slot_start)
    fit = roomy[problem.site] & allowed
    fit[problem.rows.pair] = False
    home = np.full(problem.needs, -1, np.int32)
    pairs = np.flatnonzero(fit)
    best = np.lexsort([*problem.points[::-1, pairs], problem.need[pairs]])
    home[problem.need[pairs[best]]] = pairs[best]
    return home


class _Repair:
    """A plan under repair: the sums of its rows and the needs at every site, kept as it changes."""

    def __init__(self, problem: TieredProblem, allowed: I32, chosen: I32) -> None:
        self.problem, self.chosen = problem, chosen.copy()
        rows = problem.rows
        self.sums = row_sums(rows, chosen, len(problem.need))
        self.load, self.places = problem.load(chosen), np.diff(problem.slot_start)
        self.allowed = np.zeros(len(problem.need), np.bool_)
        self.allowed[allowed] = True
        self.rows_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
        row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
        for r, pair, weight in zip(row.tolist(), rows.pair.tolist(), rows.weight.tolist(), strict=True):
            self.rows_of[pair].append((r, weight))
        self.home = homes(problem, self.allowed)
        self.patience = 20 * (problem.needs + len(rows)) + 100
        self.displaced: set[int] = set()

    def settle(self) -> bool:
        """Move needs until every row is obeyed; whether that came to an end."""
        open_rows = np.flatnonzero(~self._holds_all()).tolist()
        while open_rows and self.patience:
            self.patience -= 1
            row = open_rows.pop()
            if self._holds(row, 0):
                continue
            move = self._way_out(row)
            if move is None:
                return False
            open_rows.append(row)
            open_rows += [r for r in self._take(move) if not self._holds(r, 0)]
        return not open_rows

    def refill(self) -> None:
        """Give those who came out their best pair that has a free place and breaks no row."""
        for need in sorted(self.displaced, key=lambda i: self._points(int(self.home[i]))):
            if self.chosen[need] != self.home[need]:
                continue
            span = range(*np.searchsorted(self.problem.need, [need, need + 1]).tolist())
            for pair in sorted(span, key=self._points, reverse=True):
                if self._points(pair) <= self._points(self.chosen[need]):
                    break
                if self._is_free(pair) and self._keeps_rows(pair):
                    self._take(pair)
                    break

    def _way_out(self, row: int) -> int | None:
        """The next move that mends a broken row: out to a waiting list, or in from one; None if there is none."""
        rows = self.problem.rows
        span = slice(int(rows.start[row]), int(rows.start[row + 1]))
        entries = list(zip(rows.pair[span].tolist(), rows.weight[span].tolist(), strict=True))
        inside = [(p, w) for p, w in entries if self.chosen[self.problem.need[p]] == p]
        over = self.sums[row] > rows.upper[row]
        leaving = [p for p, w in inside if rows.or_none[row] or (w > 0) == over]
        leaving = [p for p in leaving if self.home[self.problem.need[p]] >= 0]
        if leaving:
            return int(self.home[self.problem.need[min(leaving, key=lambda p: (self._points(p), p))]])
        joining = [p for p, w in entries if (w < 0) == over and (p, w) not in inside and self._is_free(p)]
        return max(joining, key=lambda p: (self._points(p), -p)) if joining else None

    def _take(self, pair: int) -> list[int]:
        """Choose the pair for its need; the rows whose sums changed."""
        need = int(self.problem.need[pair])
        old = int(self.chosen[need])
        self.load[self.problem.site[old]] -= 1
        self.load[self.problem.site[pair]] += 1
        changed = self._changes(pair)
        for row, change in changed.items():
            self.sums[row] += change
        self.chosen[need] = pair
        self.displaced.add(need)
        return list(changed)

    def _changes(self, pair: int) -> dict[int, int]:
        changed: dict[int, int] = defaultdict(int)
        for row, weight in self.rows_of.get(pair, ()):
            changed[row] += weight
        for row, weight in self.rows_of.get(int(self.chosen[self.problem.need[pair]]), ()):
            changed[row] -= weight
        return changed

    def _holds(self, row: int, change: int) -> bool:
        rows, total = self.problem.rows, int(self.sums[row]) + change
        return bool(rows.lower[row] <= total <= rows.upper[row] or (rows.or_none[row] and total == 0))

    def _holds_all(self) -> Bools:
        return holds(self.problem.rows, self.sums)

    def _keeps_rows(self, pair: int) -> bool:
        return all(self._holds(row, change) for row, change in self._changes(pair).items())

    def _is_free(self, pair: int) -> bool:
        site = self.problem.site[pair]
        return bool(self.allowed[pair] and self.load[site] < self.places[site])

    def _points(self, pair: int) -> list[int]:
        """Points of the pair and of the place it fills next, tier by tier."""
        site = self.problem.site[pair]
        place = min(self.problem.slot_start[site] + self.load[site], self.problem.slot_start[site + 1] - 1)
        return (self.problem.points[:, pair] + self.problem.slot_points[:, place]).tolist()  # type: ignore[no-any-return]

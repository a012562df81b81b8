"""The best choice of one set a duty: rides by priority first, then cost; by LP and MIP, with their bounds."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.routing.problem import Bools, Floats, Ints, PairMode, RoutingProblem

TOLERANCE = 1e-6
LEAST_GAP, FIRST_GAP = 1.0, 0.02
"""Minutes, and the share of the LP's cost, within which the cheapest choice is looked for first."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Sets of rides as bits, the duty of each, and what it costs at least."""

    duty: Ints
    mask: Ints
    cost: Floats

    def take(self, rows: Ints | Bools) -> "Pool":
        """Some of its sets."""
        return Pool(self.duty[rows], self.mask[rows], self.cost[rows])


@dataclass(frozen=True, slots=True)
class _Rules:
    matrix: sparse.csr_array
    low: Floats
    high: Floats

    def and_at_least(self, rows: Floats, least: Floats) -> "_Rules":
        """With more rows, each of which has to reach its number."""
        matrix = sparse.vstack([self.matrix, sparse.csr_array(rows)], "csr")
        return _Rules(
            matrix, np.concatenate([self.low, least]), np.concatenate([self.high, np.full(len(least), np.inf)])
        )


Served = tuple[int, ...]
"""How many rides of each priority are served, the highest first."""


def most_hoped(problem: RoutingProblem, pool: Pool) -> Served | None:
    """What no choice serves more of, tier by tier, by the LP; None where not even those who must be can be served."""
    holds = _holds(problem, pool)
    rules, told = _rules(problem, pool, holds), []
    for row in _by_priority(problem, holds):
        found = _relaxed(-row, rules)
        if found is None:
            return None
        told.append(int(np.floor(row @ found[0] + 1e-6)))
        rules = rules.and_at_least(row[None], np.array([told[-1] - TOLERANCE]))
    return tuple(told)


def most_served(problem: RoutingProblem, pool: Pool) -> Served | None:
    """What the best choice serves, tier by tier, by the MIP."""
    holds = _holds(problem, pool)
    rules, told = _rules(problem, pool, holds), []
    everything = np.arange(len(pool.mask))
    for row in _by_priority(problem, holds):
        found = _mip(-row, rules, everything)
        if found is None:
            return None
        told.append(round(-found[1]))
        rules = rules.and_at_least(row[None], np.array([told[-1] - 0.5]))
    return tuple(told)


def within(problem: RoutingProblem, pool: Pool, served: Served, cost: float) -> Pool:
    """The sets that a choice which serves so many for at most so much may hold, by their reduced costs."""
    rules = _serving(problem, pool, served)
    found = _relaxed(pool.cost, rules)
    return pool.take(np.zeros(0, np.int64) if found is None else found[1] <= cost - float(pool.cost @ found[0]) + 1e-5)


def cheapest(problem: RoutingProblem, pool: Pool, served: Served) -> Ints | None:
    """Rows of the cheapest choice that serves so many; None where none does.

    First among the sets of small reduced cost: what is found there within the gap is the cheapest of all.
    """
    rules, everything = _serving(problem, pool, served), np.arange(len(pool.mask))
    relaxed = _relaxed(pool.cost, rules)
    if relaxed is None:
        return None
    least = float(pool.cost @ relaxed[0])
    gap = max(LEAST_GAP, FIRST_GAP * abs(least))
    found = _mip(pool.cost, rules, np.flatnonzero(relaxed[1] <= gap))
    if found is None or found[1] > least + gap:
        found = _mip(
            pool.cost, rules, everything if found is None else np.flatnonzero(relaxed[1] <= found[1] - least + 1e-5)
        )
    return None if found is None else found[0]


def _serving(problem: RoutingProblem, pool: Pool, served: Served) -> _Rules:
    holds = _holds(problem, pool)
    counts = _by_priority(problem, holds)
    return _rules(problem, pool, holds).and_at_least(counts, np.array(served, np.float64) - TOLERANCE)


def _holds(problem: RoutingProblem, pool: Pool) -> Floats:
    """(rides, sets): who is in which set."""
    return ((pool.mask[None] >> np.arange(problem.rides)[:, None]) & 1).astype(np.float64)


def _by_priority(problem: RoutingProblem, holds: Floats) -> Floats:
    """(tiers, sets): how many rides of each priority a set serves, the highest first."""
    classes = np.unique(problem.priority)[::-1]
    rows = [holds[problem.priority == one].sum(axis=0) for one in classes]
    return np.array(rows).reshape(len(classes), holds.shape[1])


def _rules(problem: RoutingProblem, pool: Pool, holds: Floats) -> _Rules:
    """Everybody at most once, who must be served once; one set a duty; duties that exclude each other; pairs."""
    of_duty = (pool.duty[None] == np.arange(problem.duties)[:, None]).astype(np.float64)
    free, sets = [pair for pair in problem.pairs if pair.mode is PairMode.FREE], len(pool.mask)
    groups = np.array([of_duty[list(group)].sum(axis=0) for group in problem.exclusive])
    groups = groups.reshape(len(problem.exclusive), sets)
    pairs = np.array([holds[pair.out] - holds[pair.home] for pair in free]).reshape(len(free), sets)
    high = np.concatenate([np.ones(len(holds) + len(of_duty) + len(groups)), np.zeros(len(pairs))])
    low = np.full(len(high), -np.inf)
    low[: len(holds)] = np.where(problem.must, 1.0, 0.0)
    low[len(high) - len(pairs) :] = 0.0
    return _Rules(sparse.csr_array(np.vstack([holds, of_duty, groups, pairs])), low, high)


def _relaxed(cost: Floats, rules: _Rules) -> tuple[Floats, Floats] | None:
    """The LP's choice and the reduced costs; None where there is none."""
    if not len(cost):
        return (cost, cost) if bool((rules.low <= TOLERANCE).all()) else None
    up, down = np.isfinite(rules.high), np.isfinite(rules.low)
    matrix = sparse.vstack([rules.matrix[up], -rules.matrix[down]], "csr")
    limits = np.concatenate([rules.high[up], -rules.low[down]])
    found = linprog(cost, A_ub=matrix, b_ub=limits, bounds=(0, None), method="highs")
    if found.x is None:
        return None
    return np.asarray(found.x), np.asarray(cost - matrix.T @ found.ineqlin.marginals)


def _mip(cost: Floats, rules: _Rules, some: Ints) -> tuple[Ints, float] | None:
    """The cheapest choice among some sets, and its cost."""
    if not len(some):
        return (some, 0.0) if bool((rules.low <= TOLERANCE).all()) else None
    found = milp(
        cost[some],
        integrality=np.ones(len(some), np.int8),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rules.matrix[:, some], rules.low, rules.high),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return some[found.x > 0.5], float(found.fun)

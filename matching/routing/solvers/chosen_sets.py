"""The best choice of one set a duty: rides by priority first, then cost; by LP and MIP, with their bounds."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matching.routing.problem import Bools, Floats, Ints, PairMode, RoutingProblem
from matching.routing.solvers.groups import Group, broken_groups

TOLERANCE = 1e-6
LEAST_GAP, FIRST_GAP = 1.0, 0.005
"""Minutes, and the share of the LP's cost, within which the cheapest choice is looked for first."""
GROUPS, ROUNDS = 30, 8  # that come in a round


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

    def and_at_most(self, rows: Floats, most: Floats) -> "_Rules":
        """With more rows, each of which must not pass its number."""
        matrix = sparse.vstack([self.matrix, sparse.csr_array(rows)], "csr")
        return _Rules(
            matrix, np.concatenate([self.low, np.full(len(most), -np.inf)]), np.concatenate([self.high, most])
        )

    def and_at_least(self, rows: Floats, least: Floats) -> "_Rules":
        """With more rows, each of which has to reach its number."""
        matrix = sparse.vstack([self.matrix, sparse.csr_array(rows)], "csr")
        return _Rules(
            matrix, np.concatenate([self.low, least]), np.concatenate([self.high, np.full(len(least), np.inf)])
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of a pool, and what helps to choose anew once some of its sets have got dearer: the cost, and the groups."""

    rows: Ints
    cost: float = 0.0
    groups: tuple[Group, ...] = ()


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
    found = _cut(pool.cost, _holds(problem, pool), _serving(problem, pool, served), ())
    return pool.take(np.zeros(0, np.int64) if found is None else found.reduced <= cost - found.cost + 1e-5)


def cheapest(problem: RoutingProblem, pool: Pool, served: Served, before: Choice | None = None) -> Choice | None:
    """The cheapest choice that serves so many; None where none does. `before` is that of the pool when it cost less.

    First among the sets of small reduced cost: what is found there within the gap is the cheapest of all.
    """
    rules, everything = _serving(problem, pool, served), np.arange(len(pool.mask))
    relaxed = _cut(pool.cost, _holds(problem, pool), rules, before.groups if before else ())
    if relaxed is None:
        return None
    least = relaxed.cost
    gap = max(LEAST_GAP, FIRST_GAP * abs(least), before.cost - least + LEAST_GAP if before else 0.0)
    found = _mip(pool.cost, rules, np.flatnonzero(relaxed.reduced <= gap))
    if found is None or found[1] > least + gap:
        found = _mip(
            pool.cost,
            rules,
            everything if found is None else np.flatnonzero(relaxed.reduced <= found[1] - least + 1e-5),
        )
    return None if found is None else Choice(found[0], found[1], relaxed.groups)


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """What any choice costs at least, by how much a choice with each set exceeds that, and the groups that prove it."""

    cost: float
    reduced: Floats
    groups: tuple[Group, ...]


def _cut(cost: Floats, holds: Floats, rules: _Rules, groups: tuple[Group, ...]) -> _Relaxed | None:
    """The LP with the groups that it breaks; None where there is no choice.

    They stay out of the MIP, which is slower with them: they are there for the reduced costs.
    """
    found = _relaxed(cost, rules.and_at_most(*_of_groups(holds, groups)))
    for _ in range(ROUNDS):
        broken = () if found is None else broken_groups(holds.T > 0.5, found[0], list(groups), GROUPS)
        if not broken:
            break
        groups = (*groups, *broken)
        found = _relaxed(cost, rules.and_at_most(*_of_groups(holds, groups)))
    return None if found is None else _Relaxed(float(cost @ found[0]), found[1], groups)


def _of_groups(holds: Floats, groups: tuple[Group, ...]) -> tuple[Floats, Floats]:
    """How many pairs of each group are in each set, and how many can be in all."""
    rows = np.array([holds[list(group)].sum(axis=0) // 2 for group in groups]).reshape(len(groups), holds.shape[1])
    return rows, np.array([len(group) // 2 for group in groups], np.float64)


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

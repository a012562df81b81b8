"""What couples people: which quotas an extra pair would break, and what lifting one would do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.problem import I64, Budget, Choice
from matching.assignment.tiers import solve_tiers
from matching.pose import Posed
from matching.rules import Couples, Pairs, Quota, Rulebook
from matching.rules.arrays import UNKNOWN, Bools

SMALL = 3000
"""Pairs of a problem that is solved again to prove what lifting a quota would do; above, nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A quota that some extra pairs, each alone, would break: their positions, and by how much."""

    quota: Quota
    extra: I64
    excess: I64


def broken(posed: Posed, choice: Choice, rulebook: Rulebook, extra: Pairs) -> Iterator[Broken]:
    """Every quota that one of some extra pairs would break if it alone joined the plan."""
    rows = posed.pair_row[choice.chosen]
    plan = posed.pairs.take(rows[rows != UNKNOWN])
    need = np.concatenate([plan.need_row, extra.need_row])
    opening = np.concatenate([plan.opening_row, extra.opening_row])
    both = Pairs(plan.town, plan.travel, need, opening)
    for rule in rulebook.rules:
        for quota in rule.quotas(both) if isinstance(rule, Couples) else ():
            planned = quota.pair < len(plan)
            then = int(quota.weight[planned].sum()) + quota.weight[~planned]
            excess = np.maximum(then - quota.upper, 0)
            short = (then < quota.lower) & ~(quota.or_none & (then == 0))
            wrong = np.flatnonzero((excess > 0) | short)
            if len(wrong):
                yield Broken(quota, quota.pair[~planned][wrong].astype(np.int64) - len(plan), excess[wrong])


def obeys(posed: Posed, choice: Choice, rulebook: Rulebook, extra: Pairs, lifted: list[str]) -> Bools:
    """Which extra pairs, each alone, could join the plan; `lifted` names the quota that a pair's change would lift."""
    fits = np.ones(len(extra), np.bool_)
    for one in broken(posed, choice, rulebook, extra):
        fits[[at for at in one.extra.tolist() if lifted[at] != one.quota.code]] = False
    return fits


def would_place(posed: Posed, quota: Quota, pair: int, excess: int) -> bool:
    """Whether the best plan takes the pair once the quota allows so much more; solved again, so only for small towns.

    `pair` is a position in `posed.pairs`.
    """
    problem = posed.problem
    if len(problem.need) > SMALL:
        return False
    row = next((r for r, q in enumerate(posed.quotas) if _same(q, quota, pair)), None)
    if row is None:
        return False
    upper = problem.rows.upper.copy()
    upper[row] += excess
    again = solve_tiers(replace(problem, rows=replace(problem.rows, upper=upper)), Budget(10))
    return bool((posed.pair_row[again.chosen] == pair).any())


def _same(one: Quota, other: Quota, pair: int) -> bool:
    return one.code == other.code and dict(one.facts) == dict(other.facts) and pair in one.pair

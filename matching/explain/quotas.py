"""What couples people: which quotas an extra pair would break, and what lifting one would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.problem import I64, Budget, Choice
from matching.assignment.tiers import solve_tiers
from matching.pose import Posed
from matching.rules import Couples, Pairs, Quota, Rulebook
from matching.rules.arrays import UNKNOWN, Bools, grouped

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
    quotas = [quota for rule in rulebook.rules if isinstance(rule, Couples) for quota in rule.quotas(both)]
    if not quotas:
        return
    pair, weight = np.concatenate([q.pair for q in quotas]), np.concatenate([q.weight for q in quotas])
    row = np.repeat(np.arange(len(quotas)), [len(q.pair) for q in quotas])
    lower, upper, or_none = (np.array([getattr(q, name) for q in quotas]) for name in ("lower", "upper", "or_none"))
    planned = pair < len(plan)
    sums = np.bincount(row[planned], weight[planned], minlength=len(quotas)).astype(np.int64)
    pair, row, weight = pair[~planned], row[~planned], weight[~planned]
    then = sums[row] + weight
    excess = np.maximum(then - upper[row], 0)
    wrong = (excess > 0) | ((then < lower[row]) & ~(or_none[row] & (then == 0)))
    for at, some in grouped(np.flatnonzero(wrong), row[wrong]).items():
        yield Broken(quotas[at], pair[some].astype(np.int64) - len(plan), excess[some])


def obeys(posed: Posed, choice: Choice, rulebook: Rulebook, extra: Pairs, lifted: Sequence[str]) -> Bools:
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

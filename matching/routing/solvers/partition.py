"""The best choice among all good tours that the search has seen: a set partitioning, solved to optimality (HiGHS).

The linear relaxation is priced over the whole pool; what its reduced cost shows to be in no better plan is left out
before the integer program. Only for who is served already, and where no duty excludes another.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array

from matching.routing.solvers.pool import Pool
from matching.routing.solvers.tours import BEST, F64, I64, Day, Tours

PRICED, COLUMNS = 400, 1_200  # columns added a round, and most for the integer program


@dataclass(frozen=True, slots=True)
class Chosen:
    """Tours that serve the same people at less cost: the kind of duty and the stops of each."""

    cost: float
    tours: tuple[tuple[int, I64], ...]


def partition(day: Day, tours: Tours, pool: Pool, cost: float, seconds: float) -> Chosen | None:
    """The cheapest choice of tours, if it is cheaper than `cost`; about `seconds` at most."""
    until = time.process_time() + seconds
    kind, price, stops = columns(day, tours, pool)
    rides = [s[s % 2 == 0] // 2 for s in stops]
    served = np.flatnonzero(np.bincount(np.concatenate(rides[: _best(tours)]), minlength=len(day.rides)))
    kinds = np.bincount(day.duties["kind"])
    begin = np.concatenate([[0], np.cumsum([len(r) + 1 for r in rides])])
    rows = np.concatenate([np.append(r, len(day.rides) + k) for r, k in zip(rides, kind, strict=True)])
    whole = csc_array((np.ones(len(rows)), rows, begin), shape=(len(day.rides) + len(kinds), len(rides)))
    matrix = whole[np.concatenate([served, len(day.rides) + np.arange(len(kinds))])]
    good = np.diff(matrix.tocsc().indptr) == np.diff(begin)
    matrix, price = matrix[:, good].tocsc(), price[good]
    low = np.concatenate([np.ones(len(served)), np.zeros(len(kinds))])
    high = np.concatenate([np.ones(len(served)), kinds])
    relaxed = _relax(matrix, price, low, high, len(served), _best(tours), until)
    if relaxed is None:
        return None
    value, reduced = relaxed
    left = np.flatnonzero(reduced < cost - value - 1e-6)
    if not len(left) or value > cost - 1e-6:
        return None
    left = left[np.argsort(reduced[left], kind="stable")][:COLUMNS]
    found = milp(
        price[left],
        integrality=np.ones(len(left), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix[:, left], low, high),
        options={"time_limit": max(0.1, until - time.process_time()), "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    chosen = np.flatnonzero(good)[left[found.x > 0.5]]
    total = float(sum(price[left[found.x > 0.5]]))
    return Chosen(total, tuple((int(kind[c]), stops[c]) for c in chosen)) if total < cost - 1e-6 else None


def _best(tours: Tours) -> int:
    """How many tours the best plan has."""
    return int((tours.size[BEST] > 2).sum())


def columns(day: Day, tours: Tours, pool: Pool) -> tuple[I64, F64, list[I64]]:
    """Kind, cost and stops of every tour: those of the best plan first, then the pool."""
    used = np.flatnonzero(tours.size[BEST] > 2)
    entries = np.flatnonzero(pool.key)
    kind = np.concatenate([day.duties["kind"][used], pool.kind[entries]])
    cost = np.concatenate([tours.cost[BEST, used], pool.cost[entries]])
    stops = [tours.line["stop"][BEST, d, 1 : tours.size[BEST, d] - 1].astype(np.int64) for d in used]
    stops += [pool.stops[pool.begin[e] : pool.begin[e] + pool.size[e]].astype(np.int64) for e in entries]
    return kind, cost, stops


def _relax(
    matrix: Any, price: F64, low: F64, high: F64, equal: int, first: int, until: float
) -> tuple[float, F64] | None:
    """The linear relaxation over all columns: its value and the reduced cost of each; None where time is up."""
    active = np.arange(first)
    while time.process_time() < until:
        part = matrix[:, active]
        found = linprog(
            price[active], A_eq=part[:equal], b_eq=low[:equal], A_ub=part[equal:], b_ub=high[equal:], method="highs"
        )
        reduced = price - matrix.T @ np.concatenate([found.eqlin.marginals, found.ineqlin.marginals])
        order = np.argsort(reduced, kind="stable")[:PRICED]
        fresh = order[reduced[order] < -1e-7]
        if not len(fresh):
            return float(found.fun or 0.0), reduced
        active = np.union1d(active, fresh)
    return None

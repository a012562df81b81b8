"""Capacitated maximal covering with the places that are there fixed: HiGHS, to a proven bound.

Church & ReVelle (1974) with capacities (Current & Storbeck 1988), over the pairs that the rules admit and with the rows
by which rules couple pairs. A step gives sites places (or takes some), and makes pairs possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from matching.assignment.problem import I32, I64, Bools, Rows

PERSON = 1_000
"""What one more need with a place counts; all ranks of a plan together count less."""
MOST_STEPS = 10
MOST_RANK = PERSON // MOST_STEPS - 1


@dataclass(frozen=True, slots=True)
class Siting:
    """Needs, sites with places today, and steps.

    Attributes:
        need, site: of each pair.
        held: pairs that are settled.
        places: (sites,) today.
        rows: what couples pairs.
        gives: (n, 3) step, site, places more (or fewer).
        asks: (n, 2) pair, step: the pair is possible with any of its steps; a pair that is not named always is.
        cost: (steps,) of the budget, negative where a step frees something.
        rank: (steps,) 1 … MOST_RANK: of equal plans the one with the least sum is taken.
        group: (steps,) of one group at most one step is taken.
    """

    needs: int
    need: I32
    site: I32
    held: Bools
    places: I64
    rows: Rows
    gives: I64
    asks: I64
    cost: I64
    rank: I64
    group: I32


@dataclass(frozen=True, slots=True)
class Cover:
    """A plan: the steps, how many needs have a place with them, and how many could have at most with any such steps."""

    steps: tuple[int, ...]
    placed: int
    bound: int
    optimal: bool = field(default=True)


def best_cover(
    siting: Siting, most: int, budget: int | None, seconds: float, only: Sequence[int] | None = None
) -> Cover | None:
    """The best plan of at most `most` steps within the budget; None where no plan was found in time.

    Args:
        siting: what is asked.
        most: so many steps at most, up to MOST_STEPS.
        budget: the sum of costs at most.
        seconds: time of the solver.
        only: take exactly these steps.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if len(siting.need) + len(siting.cost) == 0:
        return Cover((), 0, 0)
    siting, alike = _merged(siting)
    pairs, steps = len(siting.need), len(siting.cost)
    gain = np.concatenate([np.full(pairs, float(PERSON)), -siting.rank.astype(float)])
    least, upper = np.zeros(pairs + steps), np.concatenate([alike[siting.need], np.ones(steps)])
    least[:pairs][siting.held] = 1.0
    if only is not None:
        least[pairs:], upper[pairs:] = 0.0, 0.0
        least[[pairs + one for one in only]] = upper[[pairs + one for one in only]] = 1.0
    whole = np.zeros(pairs + steps, np.int32)
    whole[siting.rows.pair] = 1
    whole[pairs:] = 1
    matrix, low, high = _constraints(siting, alike, most, budget if only is None else None)
    answer = milp(
        -gain,
        integrality=whole,
        bounds=Bounds(least, upper),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if answer.x is None:
        return None
    taken = tuple(np.flatnonzero(answer.x[pairs:] > 0.5).tolist())
    value = round(-float(answer.fun))
    placed = (value + int(siting.rank[list(taken)].sum())) // PERSON
    if answer.status == 0:
        return Cover(taken, placed, placed)
    everybody = int(alike.sum())
    reach = -float(answer.mip_dual_bound) if answer.mip_dual_bound is not None else float(PERSON * everybody)
    return Cover(taken, placed, min(everybody, int((reach + MOST_STEPS * MOST_RANK) // PERSON)), optimal=False)


def _merged(siting: Siting) -> tuple[Siting, I64]:
    """The same with needs that could go to the very same sites put together, and how many each then stands for.

    A need with a pair that a row couples, or that is settled, stays alone; who could go nowhere is left out.
    """
    alone = np.zeros(siting.needs, np.bool_)
    alone[siting.need[siting.rows.pair]] = True
    alone[siting.need[siting.held]] = True
    steps: dict[int, tuple[int, ...]] = {}
    for pair, step in siting.asks.tolist():
        steps[pair] = (*steps.get(pair, ()), step)
    sites = [(site, steps.get(pair, ())) for pair, site in enumerate(siting.site.tolist())]
    order = np.argsort(siting.need, kind="stable")
    start = np.searchsorted(siting.need[order], np.arange(siting.needs + 1))
    number: dict[object, int] = {}
    kept, of_need = np.zeros(len(siting.need), np.bool_), np.full(siting.needs, -1, np.int64)
    for need in np.flatnonzero(np.diff(start)).tolist():
        own = order[start[need] : start[need + 1]].tolist()
        key = need if alone[need] else tuple(sorted(sites[pair] for pair in own))
        kept[own] = key not in number
        of_need[need] = number.setdefault(key, len(number))
    at = np.cumsum(kept) - 1
    asks = siting.asks[kept[siting.asks[:, 0]]]
    smaller = replace(
        siting, needs=len(number), need=of_need[siting.need[kept]].astype(np.int32), site=siting.site[kept],
        held=siting.held[kept], rows=replace(siting.rows, pair=at[siting.rows.pair].astype(np.int32)),
        asks=np.stack([at[asks[:, 0]], asks[:, 1]], axis=1),
    )  # fmt: skip
    return smaller, np.bincount(of_need[of_need >= 0], minlength=len(number)).astype(np.int64)


def _constraints(
    siting: Siting, alike: I64, most: int, budget: int | None
) -> tuple[sparse.csr_array, I64 | np.ndarray, np.ndarray]:
    """All rows over the pairs and steps, with their bounds."""
    pairs, steps, sites = len(siting.need), len(siting.cost), len(siting.places)
    at, every = np.arange(pairs), np.arange(steps)
    asking, which = np.unique(siting.asks[:, 0], return_inverse=True)
    blocks = [
        (siting.need, at, np.ones(pairs), np.full(siting.needs, -np.inf), alike.astype(float)),
        (
            np.concatenate([siting.site, siting.gives[:, 1]]),
            np.concatenate([at, pairs + siting.gives[:, 0]]),
            np.concatenate([np.ones(pairs), -siting.gives[:, 2]]),
            np.full(sites, -np.inf),
            siting.places.astype(float),
        ),
        (
            np.concatenate([np.arange(len(asking)), which]),
            np.concatenate([asking, pairs + siting.asks[:, 1]]),
            np.concatenate([np.ones(len(asking)), -alike[siting.need[asking[which]]]]),
            np.full(len(asking), -np.inf),
            np.zeros(len(asking)),
        ),
        (np.zeros(steps), pairs + every, np.ones(steps), np.array([-np.inf]), np.array([float(most)])),
        (siting.group, pairs + every, np.ones(steps), *_at_most_one(siting.group)),
        _of_rows(siting.rows),
    ]
    if budget is not None:
        spent = siting.cost.astype(float)
        blocks.append((np.zeros(steps), pairs + every, spent, np.array([-np.inf]), np.array([float(budget)])))
    first = np.cumsum([0, *(len(low) for *_, low, _ in blocks)])
    row = np.concatenate([start + block[0] for start, block in zip(first, blocks, strict=False)])
    column = np.concatenate([block[1] for block in blocks])
    value = np.concatenate([block[2] for block in blocks])
    matrix = sparse.csr_array((value, (row.astype(np.int64), column.astype(np.int64))), (first[-1], pairs + steps))
    return matrix, np.concatenate([b[3] for b in blocks]), np.concatenate([b[4] for b in blocks])


def _at_most_one(group: I32) -> tuple[np.ndarray, np.ndarray]:
    groups = int(group.max(initial=-1)) + 1
    return np.full(groups, -np.inf), np.ones(groups)


_Block = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _of_rows(rows: Rows) -> _Block:
    """What couples pairs; a row that allows none of them as well keeps its upper bound alone."""
    count = len(rows.lower)
    row = np.repeat(np.arange(count), np.diff(rows.start))
    low = np.where(rows.or_none, -np.inf, rows.lower.astype(float))
    return row, rows.pair, rows.weight.astype(float), low, rows.upper.astype(float)

"""The instance that all flow solvers are measured on: a seeded region of needs and places for them.

Districts of about 500 needs at constant density, a tenth as many resources as needs (volunteers for 1-3, shops 2-6,
cafés 4-12, salons 10-30), six categories, ten weekly half days, a quarter needs a step-free entrance, nobody goes
beyond 6 km. A pair costs metres and up to 3,000 for differing interests; staying on the waiting list costs 20,000,
14,000 or 10,000 by urgency. Each need keeps its cheapest candidates. Neither needs nor resources stand in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from matching.assignment.problem import I64, Problem

Floats = NDArray[np.float64]

COLUMNS = ("need", "site", "cost", "slot_start", "slot_cost")
KINDS = np.asarray(((1, 3), (2, 6), (4, 12), (10, 30)))
SHARES, CATEGORIES, HALF_DAYS, TASTES = (0.25, 0.25, 0.2, 0.3), 6, 10, 8
REACH, DISTRICT, INTEREST = 6_000.0, 4_000.0, 3_000.0
UNMATCHED, URGENCY = (20_000, 14_000, 10_000), (0.2, 0.3, 0.5)
NOBODY, LOOKED_AT, BLOCK = 10**6, 96, 20_000


@dataclass(frozen=True, slots=True)
class Region:
    """One side of the pairs: where each one is, its category, half days, steps and tastes."""

    place: Floats
    category: I64
    half_days: I64  # a bit for each
    steps: I64  # of needs: must be step-free; of resources: has steps
    taste: Floats


def districts(needs: int, candidates: int = 20, seed: int = 0, fill: float = 0.95) -> Problem:
    """The instance with so many needs and candidates of each; the last site is the waiting list.

    Args:
        needs: there are a tenth as many resources.
        candidates: pairs that each need keeps, beside its waiting list.
        seed: of all that is drawn.
        fill: places per need.
    """
    rng = np.random.default_rng(seed)
    resources = max(1, needs // 10)
    side = np.sqrt(needs / 500) * DISTRICT
    asked, offered = _needs(rng, needs, side), _resources(rng, resources, side)
    low, high = KINDS[rng.choice(4, resources, p=SHARES)].T
    places = rng.integers(low, high + 1)
    places = np.maximum(1, np.round(places * fill * needs / places.sum())).astype(np.int64)
    site, cost = _cheapest(asked, offered, candidates)
    site = np.hstack([site, np.full((needs, 1), resources, np.int32)])
    cost = np.hstack([cost, rng.choice(UNMATCHED, (needs, 1), p=URGENCY).astype(np.int32)])
    kept = cost < NOBODY
    need = np.repeat(np.arange(needs, dtype=np.int32), kept.sum(axis=1))
    slot_start = np.concatenate([[0], np.cumsum(np.append(places, needs))])
    return Problem(
        needs, resources + 1, need, site[kept], cost[kept].astype(np.int64), slot_start,
        np.zeros(slot_start[-1], np.int64),
    )  # fmt: skip


def variants(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """The same instance, made nasty in one way at a time; its last site is the waiting list."""
    size, waiting = np.diff(problem.slot_start), problem.sites - 1
    waits = problem.site == waiting
    nth = np.arange(problem.slot_start[-1]) - np.repeat(problem.slot_start[:-1], size)
    listed = np.arange(len(nth)) >= problem.slot_start[waiting]
    asked = np.bincount(problem.site, minlength=problem.sites)[np.repeat(np.arange(problem.sites), size)]
    noise = np.random.default_rng(0).integers(0, 10_000, len(problem.cost))
    yield "places × 0.3", _with_places(problem, 0.3)
    yield "places × 1.5", _with_places(problem, 1.5)
    yield "costs rounded to 500", replace(problem, cost=problem.cost // 500 * 500)
    yield "all costs equal", replace(problem, cost=np.full_like(problem.cost, 7))
    yield "all equal but waiting", replace(problem, cost=np.where(waits, 1_000, 7))
    yield "random costs", replace(problem, cost=np.where(waits, problem.cost, noise))
    yield "waiting costs 10⁷", replace(problem, cost=np.where(waits, 10**7, problem.cost))
    yield "each place dearer by 200", replace(problem, slot_cost=np.where(listed, 0, nth * 200))
    yield "each waiting dearer by 1", replace(problem, slot_cost=np.where(listed, nth, 0))
    must = ~listed & (nth == 0) & (asked > 60)
    yield "first places must fill", replace(problem, slot_cost=np.where(must, -(10**8), 0))


def save(problem: Problem, path: Path) -> None:
    """Write the columns of a problem without rows to an .npz file."""
    np.savez(path, size=(problem.needs, problem.sites), **{name: getattr(problem, name) for name in COLUMNS})


def load(path: Path) -> Problem:
    """Read them again."""
    with np.load(path) as stored:
        needs, sites = stored["size"].tolist()
        return Problem(needs, sites, *(stored[name] for name in COLUMNS))


def _with_places(problem: Problem, factor: float) -> Problem:
    size = np.diff(problem.slot_start)
    size[:-1] = np.round(size[:-1] * factor)
    start = np.concatenate([[0], np.cumsum(size)])
    return replace(problem, slot_start=start, slot_cost=np.zeros(start[-1], np.int64))


def _needs(rng: np.random.Generator, count: int, side: float) -> Region:
    """Needs; about 1.7 of them are one resident's and start from one home."""
    resident = np.sort(rng.integers(0, max(1, count * 10 // 17), count))
    home = rng.uniform(0, side, (count, 2))[resident]
    free = rng.random((count, HALF_DAYS)) < 0.7
    half_days = (free << np.arange(HALF_DAYS)).sum(axis=1)
    return Region(home, rng.integers(0, CATEGORIES, count), half_days, _some(rng, count, 0.25), _taste(rng, count))


def _resources(rng: np.random.Generator, count: int, side: float) -> Region:
    """Resources: one category and one half day each; four in ten have steps."""
    half_day = 1 << rng.integers(0, HALF_DAYS, count)
    place = rng.uniform(0, side, (count, 2))
    return Region(place, rng.integers(0, CATEGORIES, count), half_day, _some(rng, count, 0.4), _taste(rng, count))


def _some(rng: np.random.Generator, count: int, share: float) -> I64:
    return (rng.random(count) < share).astype(np.int64)


def _taste(rng: np.random.Generator, count: int) -> Floats:
    taste = rng.normal(size=(count, TASTES))
    return np.asarray(taste / np.linalg.norm(taste, axis=1)[:, None], np.float64)


def _cheapest(asked: Region, offered: Region, candidates: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Sites, ascending, and costs of each need's cheapest candidates; `NOBODY` where there are too few."""
    site = np.zeros((len(asked.place), candidates), np.int32)
    cost = np.full(site.shape, NOBODY, np.int32)
    for category in range(CATEGORIES):
        here, there = np.flatnonzero(asked.category == category), np.flatnonzero(offered.category == category)
        if not len(there):
            continue
        tree, looked_at = cKDTree(offered.place[there]), min(LOOKED_AT, len(there))
        for block in np.array_split(here, len(here) // BLOCK + 1):
            metres, near = tree.query(asked.place[block], k=looked_at, distance_upper_bound=REACH)
            metres, near = metres.reshape(len(block), -1), near.reshape(len(block), -1)
            found = there[np.minimum(near, len(there) - 1)]
            told = _cost(asked, offered, block, found, metres)
            best = np.argsort(told, axis=1, kind="stable")[:, :candidates]
            best = np.take_along_axis(best, np.argsort(np.take_along_axis(found, best, 1), axis=1), 1)
            site[block, : best.shape[1]] = np.take_along_axis(found, best, 1)
            cost[block, : best.shape[1]] = np.take_along_axis(told, best, 1)
    return site, cost


def _cost(asked: Region, offered: Region, need: I64, found: I64, metres: Floats) -> NDArray[np.int32]:
    """Metres and interest, `NOBODY` where the way, the half day or the steps forbid the pair."""
    liking = np.einsum("nt,nkt->nk", asked.taste[need], offered.taste[found])
    free = (asked.half_days[need, None] & offered.half_days[found]) > 0
    barred = (asked.steps[need, None] & offered.steps[found]) > 0
    fits = np.isfinite(metres) & free & ~barred
    cost = np.where(fits, np.where(fits, metres, 0) + INTEREST / 2 * (1 - liking), NOBODY)
    return np.asarray(np.round(cost), np.int32)

"""A hundred scenarios for any synthetic municipality: openings close or grow, places, reach and demand change.

What one of them means is the same everywhere (per cent, metres, or one opening of the town's own).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from matching.assignment.problem import I32, I64, Problem
from matching.country.ground import flow, starts

Kind = Literal["close_one", "three_places", "some_fewer", "all_fewer", "all_more", "reach", "needs"]
SOME, LESS = 0.05, 0.8
"""One opening in twenty has a fifth fewer places."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What changes, and by how much: the n-th opening or draw, per cent of today, or metres of reach."""

    kind: Kind
    amount: int


def scenarios() -> tuple[Scenario, ...]:
    """All hundred, in a fixed order; of each kind those that leave most room first, so that prices only rise."""
    amounts: dict[Kind, range] = {
        "close_one": range(1, 21),
        "three_places": range(1, 21),
        "some_fewer": range(1, 11),
        "all_fewer": range(95, 45, -5),
        "all_more": range(150, 100, -5),
        "reach": range(5_500, 500, -500),
        "needs": range(80, 122, 2),
    }
    return tuple(Scenario(kind, n) for kind, some in amounts.items() for n in some if (kind, n) != ("needs", 100))


def changed(today: Problem, plan: I32, scenario: Scenario, seed: int) -> tuple[Problem, I32, I32]:
    """The municipality after the change, the plan in its numbers, and today's number of each of its pairs.

    Args:
        today: as `posed` makes it: pairs to openings, and the waiting list as its last site.
        plan: a pair of each need today, -1 for none; so is it in the answer where that pair is gone.
        scenario: what changes.
        seed: of the municipality; the same openings and people for every scenario of a kind.
    """
    if scenario.kind == "reach":
        return _reach(today, plan, scenario.amount)
    if scenario.kind == "needs":
        return _needs(today, plan, scenario.amount, seed)
    then = _with_places(today, _places(np.diff(today.slot_start)[:-1], scenario, seed))
    return then, plan, np.arange(len(today.need), dtype=np.int32)


def _places(today: I64, scenario: Scenario, seed: int) -> I64:
    """Places of every opening after the change."""
    places, n = today.copy(), scenario.amount
    match scenario.kind:
        case "close_one":
            places[_one(len(places), seed, n)] = 0
        case "three_places":
            places[_one(len(places), seed, n)] += 3
        case "some_fewer":
            some = np.random.default_rng([seed, n]).random(len(places)) < SOME
            places[some] = (places[some] * LESS).astype(np.int64)
        case _:
            places = _scaled(places, n)
    return places


@lru_cache(maxsize=64)
def _one(openings: int, seed: int, n: int) -> int:
    """The opening of the n-th draw."""
    return int(np.random.default_rng([seed, n]).integers(openings))


@lru_cache(maxsize=1)
def _shuffled(needs: int, seed: int) -> I64:
    """All needs in an order of the municipality's own."""
    return np.random.default_rng([seed, 0]).permutation(needs)


def _scaled(places: I64, per_cent: int) -> I64:
    """Each opening's share of the changed total, rounded so that the total is kept and no opening goes astray."""
    until = np.cumsum(places) * per_cent // 100
    until[1:] -= until[:-1].copy()
    return until


def _with_places(today: Problem, places: I64) -> Problem:
    start = starts(places, today.needs)
    return replace(today, slot_start=start, slot_cost=np.zeros(start[-1], np.int64))


def _reach(today: Problem, plan: I32, metres: int) -> tuple[Problem, I32, I32]:
    """Nobody goes to an opening that costs more than so many metres (way and liking together)."""
    kept = (today.cost <= metres) | (today.site == today.sites - 1)
    pair = np.flatnonzero(kept).astype(np.int32)
    held = np.where(kept[plan] & (plan >= 0), np.cumsum(kept)[plan] - 1, -1).astype(np.int32)
    return replace(today, need=today.need[pair], site=today.site[pair], cost=today.cost[pair]), held, pair


def _needs(today: Problem, plan: I32, per_cent: int, seed: int) -> tuple[Problem, I32, I32]:
    """The first so many of one shuffled order ask; beyond all of them, the first stand twice."""
    order, asks = _shuffled(today.needs, seed), max(1, today.needs * per_cent // 100)
    who = np.sort(np.concatenate([order[:asks], order[: max(0, asks - today.needs)]]))
    first = np.searchsorted(today.need, np.arange(today.needs + 1))
    many = np.diff(first)[who]
    begin = np.cumsum(many) - many
    pair = np.repeat((first[who] - begin).astype(np.int32), many)
    pair += np.arange(len(pair), dtype=np.int32)
    need = np.repeat(np.arange(asks, dtype=np.int32), many)
    after = flow(asks, need, today.site[pair], today.cost[pair], np.diff(today.slot_start)[:-1])
    return after, np.where(plan[who] < 0, -1, begin + plan[who] - first[who]).astype(np.int32), pair

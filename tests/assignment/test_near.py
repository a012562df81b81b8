"""A plan mended from one that is near costs what a plan made anew costs, whatever changed, and its prices prove it."""

from dataclasses import replace

import numpy as np
import pytest

from matching.assignment.problem import Budget, Problem
from matching.assignment.solvers import auction, mend, min_cost_flow
from matching.assignment.solvers.mend import Near
from matching.errors import NoAnswerError
from tests.assignment.test_solvers_flow import FAMILIES, assert_proven, drawn, town

LONG = Budget(60.0)


def with_places(problem: Problem, count: np.ndarray) -> Problem:
    """Each site with so many places: its first ones, and more that cost as much as its last (100 where it has none)."""
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    own = [problem.slot_cost[a:b] for a, b in zip(problem.slot_start[:-1], problem.slot_start[1:], strict=True)]
    costs = [np.concatenate([c, np.full(n, c[-1] if len(c) else 100)])[:n] for c, n in zip(own, count, strict=True)]
    return replace(
        problem, slot_start=start, slot_cost=np.concatenate([*costs, np.zeros(0, np.int64)]).astype(np.int64)
    )


def changed(problem: Problem, held: np.ndarray, rng: np.random.Generator) -> tuple[Problem, np.ndarray]:
    """Places, pairs, costs and needs, each somewhat other than before; and the old pair of each need, as it is now."""
    places = np.maximum(0, np.diff(problem.slot_start) + rng.integers(-2, 3, problem.sites))
    after = with_places(problem, places)
    stays = rng.random(len(after.need)) < 0.9
    asks = rng.random(after.needs) < 0.9
    stays &= asks[after.need]
    number = np.cumsum(asks) - 1
    cost = after.cost + rng.integers(-5, 6, len(after.cost)) * (rng.random(len(after.cost)) < 0.1)
    kept = np.where(stays[np.maximum(held, 0)] & (held >= 0), np.cumsum(stays)[np.maximum(held, 0)] - 1, -1)
    return replace(
        after, needs=int(asks.sum()), need=number[after.need[stays]].astype(np.int32), site=after.site[stays],
        cost=cost[stays],
    ), kept[asks].astype(np.int32)  # fmt: skip


@pytest.mark.parametrize("family", [f for f in FAMILIES if f != "big"])
@pytest.mark.parametrize("seed", range(8))
def test_a_plan_from_a_near_one_costs_what_a_new_one_costs(family, seed):
    before = drawn(family, seed)
    try:
        choice = min_cost_flow.solve(before, LONG)
        priced = auction.solve(before, LONG)
    except NoAnswerError:
        return
    price = priced.site_price if priced.site_price is not None else np.zeros(before.sites, np.int64)
    after, held = changed(before, choice.chosen, np.random.default_rng(seed))
    try:
        truth = min_cost_flow.solve(after, LONG).value
    except NoAnswerError:
        with pytest.raises(NoAnswerError):
            mend.solve(after, LONG, Near(price, held))
        return
    found = mend.solve(after, LONG, Near(price, held))
    assert_proven(after, found)
    assert found.value == truth


@pytest.mark.parametrize("seed", range(8))
def test_prices_and_places_of_anything_lead_to_the_same_plan(seed):
    problem, rng = drawn("anything", seed), np.random.default_rng(seed)
    try:
        truth = min_cost_flow.solve(problem, LONG).value
    except NoAnswerError:
        return
    start = np.searchsorted(problem.need, np.arange(problem.needs + 1))
    somewhere = rng.integers(start[:-1], start[1:]).astype(np.int32)
    price = rng.integers(-100, 100, problem.sites)
    for held in (somewhere, np.where(rng.random(problem.needs) < 0.5, somewhere, -1).astype(np.int32)):
        found = mend.solve(problem, LONG, Near(price, held))
        assert_proven(problem, found)
        assert found.value == truth


def test_who_is_in_the_right_place_stays_there():
    problem = drawn("anything", 3)
    first = auction.solve(problem, LONG)
    assert np.array_equal(mend.solve(problem, LONG, Near(first.site_price, first.chosen)).chosen, first.chosen)


def test_prices_of_yesterday_or_any_others_lead_to_the_optimum_of_today():
    before = town()
    yesterday = auction.solve(before, LONG)
    price = yesterday.site_price
    fewer = before.slot_start - np.minimum(np.arange(before.sites + 1), 20)  # twenty sites lose a place each
    today = replace(before, slot_start=fewer, slot_cost=np.zeros(fewer[-1], np.int64))
    optimum = min_cost_flow.solve(today, LONG).value
    nobody = np.full(today.needs, -1, np.int32)
    for start in (price, np.zeros_like(price), price + 10**6, -price, np.full_like(price, 2**62)):
        for held in (nobody, yesterday.chosen):
            found = mend.solve(today, LONG, Near(start, held))
            assert_proven(today, found)
            assert found.value == optimum


def test_what_is_mended_is_left_as_it_is():
    before = town(300)
    first = auction.solve(before, LONG)
    near = Near(np.zeros(before.sites, np.int64), first.chosen.copy())
    mend.solve(before, LONG, near)
    assert not near.price.any()
    assert np.array_equal(near.held, first.chosen)


def test_nothing_known_is_enough():
    problem = town(300)
    found = mend.solve(problem, LONG, mend.nothing_known(problem))
    assert_proven(problem, found)
    assert found.value == auction.solve(problem, LONG).value


def test_half_the_places_gone_at_once():
    """Far more searches than there is room to remember moves for."""
    before = town(1_000)
    first = auction.solve(before, LONG)
    after = with_places(before, np.append(np.diff(before.slot_start)[:-1] // 2, before.needs))
    found = mend.solve(after, LONG, Near(first.site_price, first.chosen))
    assert_proven(after, found)
    assert found.value == auction.solve(after, LONG).value

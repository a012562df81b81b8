"""A plan mended after a change costs what a plan made anew costs, whatever changed, and its prices prove it."""

from dataclasses import replace

import numpy as np
import pytest

from matching.assignment.again import FEW, again, mended
from matching.assignment.problem import Budget, Problem
from matching.assignment.solvers import auction, min_cost_flow
from matching.errors import NoAnswerError
from tests.assignment.test_solvers_flow import FAMILIES, drawn

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
def test_a_mended_plan_costs_what_a_new_one_costs(family, seed):
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
        assert mended(after, held, price) is None
        return
    found = mended(after, held, price)
    assert again(after, held, price, LONG).value == truth
    if found is None:
        assert after.needs > FEW // 2  # else too little can have changed
        return
    assert found.value == truth == found.bound
    assert np.array_equal(after.need[found.chosen], np.arange(after.needs))
    assert (np.bincount(after.site[found.chosen], minlength=after.sites) <= np.diff(after.slot_start)).all()


def test_prices_of_nothing_are_mended_too(monkeypatch):
    monkeypatch.setattr("matching.assignment.again.FEW", 1_000)
    problem = drawn("anything", 3)
    nobody, nothing = np.full(problem.needs, -1, np.int32), np.zeros(problem.sites, np.int64)
    assert mended(problem, nobody, nothing).value == min_cost_flow.solve(problem, LONG).value


def test_where_much_changed_nothing_comes_back():
    problem = drawn("big", 2)
    assert mended(problem, np.full(problem.needs, -1, np.int32), np.zeros(problem.sites, np.int64)) is None

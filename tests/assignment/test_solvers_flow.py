"""The flow solvers against OR-Tools: the same objective, and prices that prove it, on whatever is nasty."""

import numpy as np
import pytest

from matching.assignment.problem import Budget, Choice, Problem, Rows
from matching.assignment.solvers import auction, min_cost_flow
from matching.errors import NoAnswerError

LONG = Budget(60.0)
SEEDS = range(50)
FAMILIES = (
    "anything", "ties", "all_equal", "scarce", "plenty", "huge_penalties", "must_fill", "convex", "isolated", "one_site",
    "negative", "steps", "spread_lists", "packed_tiers", "one_place_each", "no_waiting", "far_apart", "half_closed",
    "big", "long_lines",
)  # fmt: skip


def posed(needs: int, pairs: list[tuple[int, int, int]], places: list[list[int]], rows: Rows | None = None) -> Problem:
    """A problem from (need, site, cost) and the ascending costs of the places of each site."""
    pairs = sorted(pairs)
    need, site, cost = (np.asarray([p[k] for p in pairs], np.int64) for k in range(3))
    return Problem(
        needs, len(places), need.astype(np.int32), site.astype(np.int32), cost,
        np.cumsum([0, *map(len, places)]).astype(np.int64), np.asarray([c for p in places for c in p], np.int64),
        rows or Rows(),
    )  # fmt: skip


def drawn(family: str, seed: int) -> Problem:  # noqa: C901 - one branch a family
    """A random problem of this family; without a waiting list it may have no answer."""
    rng = np.random.default_rng([FAMILIES.index(family), seed])
    needs = int(rng.integers(1, 40)) if family != "big" else int(rng.integers(300, 1500))
    sites = int(rng.integers(1, max(3, needs // 3)))
    wanted, top, low, fill = int(rng.integers(1, 6)), 100, 0, 1.0
    match family:
        case "ties":
            top = 3
        case "all_equal":
            top, low = 8, 7
        case "scarce":
            fill = 0.3
        case "plenty":
            fill = 2.5
        case "isolated":
            wanted = 0
        case "one_site":
            sites = 1
        case "negative":
            top, low = 50, -1000
        case "far_apart":
            top = 10**9
        case "steps":
            top = 4_000
    cost = rng.integers(low, top, (needs, sites))
    if family == "steps":
        cost = cost // 500 * 500
    if family == "packed_tiers":
        cost = -(rng.integers(0, 4, cost.shape) * 10**10 + rng.integers(0, 20, cost.shape) * 10**5 + cost)
    if family == "long_lines":
        cost = np.abs(np.arange(needs)[:, None] * 3 - np.arange(sites)[None, :] * 3 * needs // sites)
    liked = np.argsort(rng.random((needs, sites)), axis=1)[:, :wanted]
    if family == "long_lines":
        liked = np.argsort(cost, axis=1)[:, :3]
    if family == "isolated":
        liked = [row[: rng.integers(0, 3)] if rng.random() < 0.5 else row[:0] for row in np.argsort(cost, axis=1)]
    pairs = [(i, int(s), int(cost[i, s])) for i in range(needs) for s in liked[i]]
    size = rng.poisson(fill * needs / sites, sites)
    if family == "one_place_each":
        size = np.ones(sites, int)
    if family == "half_closed":
        size = size * rng.integers(0, 2, sites)
    places = [[0] * n for n in size]
    if family in ("convex", "anything"):
        places = [sorted(rng.integers(-30, 60, n).tolist()) for n in size]
    if family == "must_fill":
        popular = np.bincount([s for _, s, _ in pairs], minlength=sites)
        floor = [min(n, int(rng.integers(0, 2)), int(popular[s])) for s, n in enumerate(size)]
        places = [[-(10**7)] * f + [0] * (n - f) for n, f in zip(size, floor, strict=True)]
    if family == "no_waiting":
        return posed(needs, pairs, [[0] * (n + 1) for n in size])
    waits = 3 if family == "spread_lists" else 1
    penalty = {"huge_penalties": 10**7, "all_equal": 7, "packed_tiers": 0, "far_apart": 10**9}.get(family, 150)
    pairs += [(i, sites + i % waits, penalty) for i in range(needs)]
    steep = family in ("spread_lists", "convex", "packed_tiers")
    return posed(needs, pairs, places + [list(range(needs)) if steep else [0] * needs] * waits)


def assert_proven(problem: Problem, choice: Choice) -> None:
    """The plan is one, its value is counted right, and its prices prove it: in plain NumPy, with no code of the house."""
    load = np.bincount(problem.site[choice.chosen], minlength=problem.sites)
    size = np.diff(problem.slot_start)
    assert np.array_equal(problem.need[choice.chosen], np.arange(problem.needs))
    assert np.all(load <= size)
    owner = np.repeat(np.arange(problem.sites), size)
    nth = np.arange(len(owner)) - problem.slot_start[owner]
    filled = nth < load[owner]
    primal = int(problem.cost[choice.chosen].sum() + problem.slot_cost[filled].sum())
    assert primal == choice.value[0] == choice.bound[0]
    price = choice.site_price
    assert price is not None and price.shape == (problem.sites,) and price.dtype == np.int64
    offer = problem.cost + price[problem.site]
    cheapest = np.full(problem.needs, np.iinfo(np.int64).max)
    np.minimum.at(cheapest, problem.need, offer)
    assert np.array_equal(offer[choice.chosen], cheapest), "somebody would rather move"
    assert np.all(problem.slot_cost[filled] <= price[owner][filled]), "a place is filled at a loss"
    assert np.all(problem.slot_cost[~filled] >= price[owner][~filled]), "a place that would gain is open"
    assert int(cheapest.sum() - np.maximum(0, price[owner] - problem.slot_cost).sum()) == primal


@pytest.mark.parametrize("family", FAMILIES)
def test_the_auction_is_as_good_as_or_tools_and_proves_it(family: str) -> None:
    answered = 0
    for seed in SEEDS:
        problem = drawn(family, seed)
        try:
            reference = min_cost_flow.solve(problem, LONG)
        except NoAnswerError:
            with pytest.raises(NoAnswerError):
                auction.solve(problem, LONG)
            continue
        choice = auction.solve(problem, LONG)
        assert_proven(problem, choice)
        assert choice.value == reference.value, (family, seed)
        answered += 1
    assert answered > len(SEEDS) // 10

"""The flow solvers against OR-Tools: the same objective, and prices that prove it, on whatever is nasty."""

import numpy as np
import pytest

from matching.assignment.problem import Budget, Choice, Problem, Rows
from matching.assignment.solvers import SOLVERS, auction, greedy, min_cost_flow, solver
from matching.errors import NoAnswerError

LONG, NO_TIME = Budget(60.0), Budget(0.0)
SEEDS = range(50)
FAMILIES = (
    "anything", "ties", "all_equal", "scarce", "plenty", "huge_penalties", "must_fill", "convex", "isolated",
    "one_site", "negative", "steps", "spread_lists", "packed_tiers", "one_place_each", "no_waiting", "far_apart",
    "half_closed", "big", "long_lines",
)  # fmt: skip


def posed(needs: int, pairs: list[tuple[int, int, int]], places: list[list[int]], rows: Rows | None = None) -> Problem:
    """A problem from (need, site, cost) and the ascending costs of the places of each site."""
    need, site, cost = np.asarray(sorted(pairs), np.int64).reshape(-1, 3).T.copy()
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
    """The plan is one, its value is counted right, its prices prove it: in plain NumPy, with no code of the house."""
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


def town(needs: int = 2_000, seed: int = 0) -> Problem:
    """Needs and sites on a map, places for nine in ten of them, and a waiting list."""
    rng = np.random.default_rng(seed)
    sites = needs // 10
    home, there = rng.uniform(0, 10_000, (needs, 2)), rng.uniform(0, 10_000, (sites, 2))
    metres = np.hypot(*(home[:, None] - there[None]).transpose(2, 0, 1)).astype(np.int64)
    near = np.argsort(metres, axis=1)[:, :8]
    pairs = [(i, int(s), int(metres[i, s])) for i in range(needs) for s in near[i]]
    return posed(needs, pairs + [(i, sites, 8_000) for i in range(needs)], [[0] * 9] * sites + [[0] * needs])


def test_neighbours_first_changes_the_order_and_not_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for problem in [town(300, 1)] + [drawn(family, seed) for family in FAMILIES for seed in range(5)]:
        try:
            plain = auction.solve(problem, LONG)
        except NoAnswerError:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(auction, "FAR", 0)
            renumbered = auction.solve(problem, LONG)
        assert_proven(problem, renumbered)
        assert renumbered.value == plain.value


def test_without_time_there_is_a_plan_with_an_honest_bound() -> None:
    problem = town()
    best, hurried = auction.solve(problem, LONG), auction.solve(problem, NO_TIME)
    assert np.array_equal(problem.need[hurried.chosen], np.arange(problem.needs))
    assert hurried.bound[0] <= best.value[0] <= hurried.value[0]
    assert hurried.bound[0] < hurried.value[0], "this town is too easy to test a hurry"


def test_a_hurry_in_the_middle_of_bidding_still_gives_everybody_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auction, "PATIENCE", 700)
    problem = town()
    hurried = auction.solve(problem, NO_TIME)
    assert np.array_equal(problem.need[hurried.chosen], np.arange(problem.needs))
    assert np.all(np.bincount(problem.site[hurried.chosen], minlength=problem.sites) <= np.diff(problem.slot_start))
    assert hurried.bound[0] <= auction.solve(problem, LONG).value[0] <= hurried.value[0]


def test_the_same_input_gives_the_same_bytes() -> None:
    one, other = auction.solve(town(), LONG), auction.solve(town(), LONG)
    assert one.chosen.tobytes() == other.chosen.tobytes()
    assert one.site_price is not None and other.site_price is not None
    assert one.site_price.tobytes() == other.site_price.tobytes()


@pytest.mark.parametrize("name", SOLVERS)
def test_needs_that_fit_too_few_places_are_named(name: str) -> None:
    pairs = [(0, 0, 1), (1, 1, 5), (2, 1, 5), (2, 2, 7), (3, 1, 5), (3, 2, 9)]
    with pytest.raises(NoAnswerError, match=r"3 needs \(1, 2, 3\) fit 2 sites only, which have 2 places together"):
        solver(name).solve(posed(4, pairs, [[0] * 3, [0], [0]]), LONG)


@pytest.mark.parametrize("name", SOLVERS)
def test_a_need_without_any_pair_is_named(name: str) -> None:
    with pytest.raises(NoAnswerError, match="need 1 has no pair at all"):
        solver(name).solve(posed(3, [(0, 0, 1), (2, 0, 1)], [[0, 0, 0]]), LONG)


@pytest.mark.parametrize("name", SOLVERS)
def test_nobody_needs_nothing(name: str) -> None:
    choice = solver(name).solve(posed(0, [], [[-5, 3], []]), LONG)
    assert choice.chosen.shape == (0,) and choice.value.tolist() == choice.bound.tolist() == [0]


@pytest.mark.parametrize("name", SOLVERS)
def test_rows_are_left_to_others_but_their_relaxation_is_solved(name: str) -> None:
    one, zero = np.array([1]), np.array([0])
    never_first = Rows(np.array([0, 1]), zero.astype(np.int32), one, zero, zero, np.array([False]))
    free, tied = (posed(1, [(0, 0, 1), (0, 1, 2)], [[0], [0]], rows) for rows in (None, never_first))
    assert solver(name).supports(free) and not solver(name).supports(tied)
    assert solver(name).solve(tied, LONG).value[0] == 1


def test_costs_that_fill_the_integers_are_solved_or_refused_but_never_wrong() -> None:
    for power in range(40, 62):
        problem = posed(3, [(i, s, (i * s + 1) << (power - 2)) for i in range(3) for s in range(2)], [[0], [0, 0]])
        try:
            choice = auction.solve(problem, LONG)
        except ValueError as refusal:
            assert power > 55 and "costs reach" in str(refusal)
            continue
        assert choice.value[0] == 4 << (power - 2)
        assert power > 55 or choice.site_price is not None


def test_habit_is_never_better_than_the_optimum_and_its_bound_is_honest() -> None:
    for family in FAMILIES:
        problem = drawn(family, 3)
        try:
            best = auction.solve(problem, LONG)
        except NoAnswerError:
            continue
        for habit in (greedy.solve(problem, LONG), greedy.first_come(problem)):
            assert np.array_equal(problem.need[habit.chosen], np.arange(problem.needs))
            assert habit.bound[0] <= best.value[0] <= habit.value[0]


def test_first_come_takes_its_cheapest_and_the_best_saving_goes_first() -> None:
    problem = posed(2, [(0, 0, 10), (0, 1, 12), (1, 0, 10), (1, 1, 90)], [[0], [0]])
    assert greedy.first_come(problem).value[0] == 100
    assert greedy.solve(problem, LONG).value[0] == 22


def test_an_unknown_solver_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match="auction, min_cost_flow, greedy"):
        solver("oracle")

import numpy as np
from hypothesis import given, settings, strategies as st

from matching.assignment import prices
from matching.assignment.packing import packing
from matching.assignment.problem import TieredProblem
from tests.assignment.brute import all_plans, best_value, matchings, rebuilt, solved, values, without_rows

MANY = settings(max_examples=250, deadline=None)


def optimum(problem: TieredProblem) -> tuple[np.ndarray, list[int]]:
    choice = solved(problem)
    return choice.chosen, choice.value.tolist()


def with_places(problem: TieredProblem, site: int, change: int) -> TieredProblem:
    first, last = problem.slot_start[site], problem.slot_start[site + 1]
    slots, start = problem.slot_points, problem.slot_start.copy()
    if change > 0:
        extra = slots[:, last - 1 : last] if last > first else np.zeros((problem.tiers, 1), np.int64)
        slots = np.hstack([slots[:, :last], extra, slots[:, last:]])
    else:
        slots = np.delete(slots, last - 1, axis=1)
    start[site + 1 :] += change
    return rebuilt(problem, slot_start=start, slot_points=slots)


@MANY
@given(matchings(rows=False))
def test_one_more_and_one_fewer_place_are_worth_what_solving_anew_says(problem):
    chosen, value = optimum(problem)
    plus, minus = prices.worth(problem, chosen)
    for site in range(problem.sites):
        assert plus[:, site].tolist() == np.subtract(best_value(with_places(problem, site, 1)), value).tolist()
        if problem.slot_start[site + 1] > problem.slot_start[site]:
            fewer = best_value(with_places(problem, site, -1))
            truth = [prices.IMPOSSIBLE] * problem.tiers if fewer is None else np.subtract(value, fewer).tolist()
            assert minus[:, site].tolist() == truth


@MANY
@given(matchings(rows=False))
def test_the_loss_of_a_pair_is_what_forcing_it_costs(problem):
    chosen, value = optimum(problem)
    every = np.arange(len(problem.need), dtype=np.int32)
    lost = prices.loss(problem, chosen, every)
    plans = all_plans(problem)
    for pair in every:
        forced = best_value(problem, plans[plans[:, problem.need[pair]] == pair])
        truth = [prices.IMPOSSIBLE] * problem.tiers if forced is None else np.subtract(value, forced).tolist()
        assert lost[:, pair].tolist() == truth


@MANY
@given(matchings(rows=False), st.data())
def test_a_pair_that_is_added_gains_what_solving_anew_says(problem, data):
    chosen, value = optimum(problem)
    there = set(zip(problem.need.tolist(), problem.site.tolist(), strict=True))
    asked = [(i, s) for i in range(problem.needs) for s in range(problem.sites) if (i, s) not in there]
    if not asked:
        return
    points = np.asarray(
        [
            data.draw(st.lists(st.integers(-60, 60), min_size=len(asked), max_size=len(asked)))
            for _ in range(problem.tiers)
        ]
    )
    need, site = np.asarray(asked, np.int32).T
    gained = prices.gain_of_pair(problem, chosen, need, site, points)
    for k, (i, s) in enumerate(asked):
        at = int(np.searchsorted(problem.need, i))
        more = rebuilt(
            problem,
            need=np.insert(problem.need, at, i),
            site=np.insert(problem.site, at, s),
            points=np.insert(problem.points, at, points[:, k], axis=1),
        )
        assert gained[:, k].tolist() == np.subtract(best_value(more), value).tolist()


@MANY
@given(matchings())
def test_a_need_is_coupled_when_a_row_could_change_its_place(problem):
    coupled = prices.coupled_needs(problem)
    free = np.flatnonzero(~coupled)
    with_rows, alone = all_plans(problem), all_plans(without_rows(problem))
    if not len(with_rows) or not len(free):
        return
    assert best_places(problem, with_rows, free) == best_places(problem, alone, free)


def best_places(problem: TieredProblem, plans: np.ndarray, needs: np.ndarray) -> set[tuple[int, ...]]:
    told = values(problem, plans)
    best = max(told)
    return {tuple(p[needs].tolist()) for p, value in zip(plans, told, strict=True) if value == best}


@MANY
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=6), st.data())
def test_packed_tiers_compare_and_read_back_as_vectors_do(reach, data):
    words = packing(reach)
    vectors = np.asarray([[data.draw(st.integers(-r, r)) for _ in range(3)] for r in reach], np.int64)
    packed = words.pack(vectors)
    assert words.unpack(packed).tolist() == vectors.tolist()
    assert sorted(range(3), key=lambda k: packed[k].tolist()) == sorted(range(3), key=lambda k: vectors[:, k].tolist())


def test_a_plan_that_is_not_optimal_is_refused():
    problem = TieredProblem(
        1, 2, np.zeros(2, np.int32), np.arange(2, dtype=np.int32), np.asarray([[5, 0]]), np.asarray([0, 1, 2]),
        np.zeros((1, 2), np.int64), np.zeros(1, np.int64),
    )  # fmt: skip
    try:
        prices.worth(problem, np.asarray([1], np.int32))
    except ValueError as wrong:
        assert "not optimal" in str(wrong)
    else:
        raise AssertionError("a plan worth 0 instead of 5 was taken for an optimum")

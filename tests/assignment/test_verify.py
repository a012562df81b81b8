from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.assignment.face import stage, whole
from matching.assignment.prices import site_prices
from matching.assignment.problem import Budget, Choice, Problem, TieredProblem
from matching.assignment.solvers.lp_first import solve as lp_first
from matching.assignment.verify import certify, recount, verify, verify_choice
from tests.assignment.brute import best_value, matchings, rows_of, solved

MANY = settings(max_examples=200, deadline=None)


@pytest.fixture
def two_and_two() -> TieredProblem:
    """Needs 0 and 1 fit site 0 (one place, 5 points) and site 1 (two places, 1 point and then 0)."""
    return TieredProblem(
        needs=2,
        sites=2,
        need=np.asarray([0, 0, 1, 1], np.int32),
        site=np.asarray([0, 1, 0, 1], np.int32),
        points=np.asarray([[5, 0, 5, 0]]),
        slot_start=np.asarray([0, 1, 3]),
        slot_points=np.asarray([[0, 1, 0]]),
        constant=np.asarray([10]),
        rows=rows_of([([(1, 1), (3, 1)], 0, 1, False), ([(0, 1), (2, 1)], 2, 9, True)]),
    )


def plan(*pairs: int) -> np.ndarray:
    return np.asarray(pairs, np.int32)


def test_a_plan_of_the_wrong_length_is_refused(two_and_two):
    assert verify(two_and_two, plan(0)) == ["(1,) pairs are chosen for 2 needs"]


def test_a_pair_that_is_not_there_is_refused(two_and_two):
    assert verify(two_and_two, plan(0, 4)) == ["a chosen pair is not one of the problem's"]


def test_nobody_may_take_the_pair_of_another(two_and_two):
    assert verify(two_and_two, plan(2, 3)) == ["need 0 is given the pair of another"]


def test_no_site_holds_more_than_its_places(two_and_two):
    assert "site 0 has 1 places and holds 2" in verify(two_and_two, plan(0, 2))


def test_a_broken_row_is_named_with_its_sum(two_and_two):
    assert "row 0 sums to 2, outside 0 to 1" in verify(two_and_two, plan(1, 3))
    assert "row 1 sums to 1, outside 2 to 9 or none" in verify(two_and_two, plan(0, 3))


def test_a_row_of_so_many_or_none_is_obeyed_by_none(two_and_two):
    assert not any("row 1" in wrong for wrong in verify(two_and_two, plan(1, 3)))


def test_places_count_in_the_order_of_their_points(two_and_two):
    assert recount(two_and_two, plan(0, 3)) == [10 + 5 + 1]
    assert recount(two_and_two, plan(1, 3)) == [10 + 1]


def test_a_value_told_wrong_or_a_bound_beaten_is_found(two_and_two):
    loose = replace(two_and_two, rows=rows_of([]))
    told = Choice(plan(0, 3), np.asarray([17]), np.asarray([15]))
    assert verify_choice(loose, told) == [
        "the value is told as [17], it is [16]",
        "the value [16] is better than its bound [15]",
    ]


@MANY
@given(matchings(rows=False))
def test_prices_certify_an_optimal_flow_and_nothing_else(problem):
    flow = stage(problem, whole(problem), 0, problem.tiers)[0]
    chosen = stage_optimum(problem)
    value = np.asarray(recount(flow, chosen))
    price = site_prices(flow, chosen)
    assert certify(flow, Choice(chosen, value, value, price))
    assert not certify(flow, Choice(chosen, value + 1, value, price))
    for need in range(flow.needs):
        for pair in np.flatnonzero(flow.need == need):
            other = chosen.copy()
            other[need] = pair
            worse = recount(flow, other) if not verify(flow, other) else None
            if worse and worse[0] > value[0]:
                assert not certify(flow, Choice(other, np.asarray(worse), value, price))


def stage_optimum(problem: TieredProblem) -> np.ndarray:
    from matching.assignment.solvers.min_cost_flow import solve

    solved(problem)
    return solve(stage(problem, whole(problem), 0, problem.tiers)[0], Budget()).chosen


@MANY
@given(matchings())
def test_one_tier_with_rows_is_solved_as_a_cost_too(problem):
    first = replace(
        problem, points=problem.points[:1], slot_points=problem.slot_points[:1], constant=np.zeros(1, np.int64)
    )
    solved(first)
    costs = Problem(
        problem.needs, problem.sites, problem.need, problem.site, -problem.points[0],
        problem.slot_start, -problem.slot_points[0], problem.rows,
    )  # fmt: skip
    choice = lp_first(costs, Budget())
    assert not verify_choice(costs, choice)
    assert [-int(choice.value[0])] == best_value(first)
    assert choice.proven.all()

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.assignment.problem import Budget, Choice, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.verify import verify_choice
from matching.errors import NoAnswerError
from tests.assignment.brute import all_plans, best_value, matchings, rebuilt, rows_of, solved, values, without_rows

MANY = settings(max_examples=300, deadline=None)
SOME = settings(max_examples=120, deadline=None)


@MANY
@given(matchings(rows=False))
def test_a_flow_reaches_the_lexicographic_optimum(problem):
    choice = solved(problem)
    assert not verify_choice(problem, choice)
    assert choice.value.tolist() == best_value(problem) == choice.bound.tolist()


@SOME
@given(matchings(rows=False))
def test_the_auction_settles_the_tiers_as_the_reference_does(problem):
    with patch("matching.assignment.tiers.LARGE", 0):
        choice = solved(problem)
    assert choice.value.tolist() == best_value(problem) == choice.bound.tolist()


@settings(max_examples=400, deadline=None)
@given(matchings())
def test_coupled_tiers_reach_the_lexicographic_optimum_and_prove_it(problem):
    choice = solved(problem)
    assert not verify_choice(problem, choice)
    assert choice.value.tolist() == best_value(problem)
    assert choice.proven.all()


@MANY
@given(matchings())
def test_without_time_the_plan_obeys_every_row_and_no_bound_is_beaten(problem):
    choice = solved_in_no_time(problem)
    if choice is not None:
        no_bound_is_beaten(problem, choice)


@SOME
@given(matchings(), st.integers(0, 2))
def test_with_fewer_proofs_the_plan_obeys_every_row_and_no_bound_is_beaten(problem, proofs):
    if best_value(problem) is None:
        return
    choice = solve_tiers(problem, Budget(proofs=proofs))
    no_bound_is_beaten(problem, choice)
    assert choice.proven[: min(proofs, 1)].all()


def no_bound_is_beaten(problem: TieredProblem, choice: Choice) -> None:
    assert not verify_choice(problem, choice)
    value, bound = choice.value.tolist(), choice.bound.tolist()
    for other in values(problem, all_plans(problem)):
        for tier in range(problem.tiers):
            if all(other[t] >= value[t] for t in range(tier)):
                assert other[tier] <= bound[tier]


def solved_in_no_time(problem: TieredProblem):
    """None where there is no plan, or where no plan is found without a waiting list to fall back on."""
    try:
        return solve_tiers(problem, Budget(0.0))
    except NoAnswerError:
        nobody_waits = np.any(np.diff(problem.slot_start)[-2:] < problem.needs)
        assert best_value(problem) is None or nobody_waits
        return None


@SOME
@given(matchings(), st.randoms(use_true_random=False))
def test_other_numbers_and_another_order_change_nothing_in_the_value(problem, random):
    choice = solved(problem)
    needs, sites = list(range(problem.needs)), list(range(problem.sites))
    random.shuffle(needs), random.shuffle(sites)
    need, site = np.asarray(needs)[problem.need], np.asarray(sites)[problem.site]
    order = np.lexsort([site, need])
    back = np.argsort(sites)
    places = np.diff(problem.slot_start)
    stretch = [np.arange(problem.slot_start[s], problem.slot_start[s + 1]) for s in back]
    where = np.argsort(order)
    rows = problem.rows
    other = rebuilt(
        problem,
        need=need[order],
        site=site[order],
        points=problem.points[:, order],
        slot_start=np.cumsum([0, *places[back]]),
        slot_points=problem.slot_points[:, np.concatenate(stretch)],
        rows=Rows(rows.start, where[rows.pair].astype(np.int32), rows.weight, rows.lower, rows.upper, rows.or_none),
    )
    assert solved(other).value.tolist() == choice.value.tolist()


@SOME
@given(matchings(), st.data())
def test_more_places_never_hurt(problem, data):
    choice = solved(problem)
    site = data.draw(st.integers(0, problem.sites - 1))
    last = problem.slot_start[site + 1]
    worst = (
        problem.slot_points[:, last - 1 : last] if last > problem.slot_start[site] else -9 * np.ones((problem.tiers, 1))
    )
    more = rebuilt(
        problem,
        slot_start=problem.slot_start + (np.arange(problem.sites + 1) > site),
        slot_points=np.hstack([problem.slot_points[:, :last], worst, problem.slot_points[:, last:]]),
    )
    assert solved(more).value.tolist() >= choice.value.tolist()


@settings(max_examples=60, deadline=None)
@given(matchings(rows=False, size=9))
def test_cp_sat_finds_the_same_first_tier(problem):
    assert cp_sat(problem) == first_tier(problem)


@settings(max_examples=60, deadline=None)
@given(matchings(size=9))
def test_cp_sat_finds_the_same_first_tier_with_rows(problem):
    assert cp_sat(problem) == first_tier(problem)


def first_tier(problem: TieredProblem) -> int | None:
    try:
        return int(solve_tiers(problem, Budget()).value[0])
    except NoAnswerError:
        return None


def cp_sat(problem: TieredProblem) -> int | None:
    """The optimum of the first tier alone, by a solver that shares nothing with ours."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in problem.need]
    y = [model.new_bool_var("") for _ in range(problem.slot_start[-1])]
    for i in range(problem.needs):
        model.add_exactly_one(x[p] for p in np.flatnonzero(problem.need == i))
    for s in range(problem.sites):
        filled = sum(y[problem.slot_start[s] : problem.slot_start[s + 1]])
        model.add(sum(x[p] for p in np.flatnonzero(problem.site == s)) == filled)
    rows = problem.rows
    for r in range(len(rows)):
        span = range(rows.start[r], rows.start[r + 1])
        total = sum(int(rows.weight[e]) * x[rows.pair[e]] for e in span)
        runs = model.new_bool_var("") if rows.or_none[r] else True
        model.add(total >= int(rows.lower[r])).only_enforce_if(runs)
        model.add(total <= int(rows.upper[r])).only_enforce_if(runs)
        if rows.or_none[r]:
            model.add(total == 0).only_enforce_if(~runs)
    told = sum(int(c) * v for c, v in zip(problem.points[0], x, strict=True))
    model.maximize(told + sum(int(c) * v for c, v in zip(problem.slot_points[0], y, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model) == cp_model.INFEASIBLE:
        return None
    return round(solver.objective_value) + int(problem.constant[0])


def two_people_one_place(rows: Rows) -> TieredProblem:
    """Two needs that fit one opening with two places, each worth 5; no waiting list."""
    return TieredProblem(
        needs=2,
        sites=1,
        need=np.arange(2, dtype=np.int32),
        site=np.zeros(2, np.int32),
        points=np.asarray([[5, 5]]),
        slot_start=np.asarray([0, 2]),
        slot_points=np.zeros((1, 2), np.int64),
        constant=np.zeros(1, np.int64),
        rows=rows,
    )


def test_rows_that_cannot_be_obeyed_are_told():
    with pytest.raises(NoAnswerError):
        solve_tiers(two_people_one_place(rows_of([([(0, 1), (1, 1)], 0, 1, False)])), Budget())


def test_a_row_of_so_many_or_none_must_not_have_weights_that_cancel():
    both = rows_of([([(0, 1), (1, 1)], 0, 1, False), ([(0, 2), (1, -1)], 3, 3, True)])
    with pytest.raises((ValueError, NoAnswerError)):
        solve_tiers(two_people_one_place(both), Budget())


def test_nobody_asks_nothing():
    nobody = TieredProblem(
        0, 1, np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((2, 0), np.int64), np.asarray([0, 3]),
        np.zeros((2, 3), np.int64), np.asarray([7, 0]),
    )  # fmt: skip
    assert solve_tiers(nobody, Budget()).value.tolist() == [7, 0]
    assert without_rows(nobody).needs == 0


def test_a_place_that_must_be_filled_stays_open_for_the_tiers_that_follow():
    problem = TieredProblem(
        needs=3,
        sites=3,
        need=np.asarray([0, 1, 1, 1, 2, 2, 2], np.int32),
        site=np.asarray([2, 0, 1, 2, 0, 1, 2], np.int32),
        points=np.asarray(
            [
                [248, -660, -485157, 5642, 2085, -10878, -25366],
                [44589, 618, -4206, 267262, -1620, 22921, 832],
                [-106, 1000000, -15842, -1041, -137, 244, 2500],
            ]
        ),
        slot_start=np.asarray([0, 2, 3, 6]),
        slot_points=np.asarray([[-1, -3, -3, 2, 2, 1], [2, -1, 1, 3, 0, -1], [0, -2, 2, 3, 3, -1]]),
        constant=np.zeros(3, np.int64),
        rows=rows_of(
            [([(2, 1), (5, 1)], 1, 7, True), ([(1, 1), (4, 1)], 1, 7, True), ([(2, 1), (4, -1)], 0, 0, False)]
        ),
    )
    choice = solve_tiers(problem, Budget())
    assert choice.value.tolist() == best_value(problem) == choice.bound.tolist()

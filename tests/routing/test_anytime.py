"""The anytime solver: every plan is sound, none is better than the best, and the same seed gives the same plan."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.routing.problem import Budget, Pair, PairMode, Plan, RoutingProblem
from matching.routing.solvers import anytime
from matching.routing.verify import verify_plan
from tests.routing.best_by_hand import best_value
from tests.routing.days import day, full_day


def planned(problem: RoutingProblem, steps: int = 400, seed: int = 1) -> Plan:
    return anytime.solve(problem, Budget(60, steps), seed, lambda _cost, _bound: None)


def value(plan: Plan) -> tuple[float, ...]:
    return (*(tier.value for tier in plan.tiers[:-1]), -plan.tiers[-1].value)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_every_plan_of_a_random_day_passes_the_judge(seed):
    problem = day(seed, rides=8, duties=3)
    assert verify_plan(problem, planned(problem)) == []


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_every_plan_of_a_day_with_all_rules_passes_the_judge(seed):
    problem = full_day(seed, rides=9)
    assert verify_plan(problem, planned(problem)) == []


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_better_than_the_best_of_all_and_small_days_are_solved(seed):
    problem = day(seed, rides=4, duties=2)
    best, found = best_value(problem), value(planned(problem, 2000))
    assert found == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_better_than_the_best_with_all_rules(seed):
    problem = full_day(seed, rides=4, duties=3)
    best, found = best_value(problem), value(planned(problem, 2000))
    assert found <= tuple(x + 1e-6 for x in best)
    assert found[:-1] == pytest.approx(best[:-1])


def test_the_same_seed_and_number_of_steps_give_the_same_plan():
    problem = full_day(3, rides=12)
    assert planned(problem, 1000) == planned(problem, 1000)


def test_a_ride_of_higher_priority_is_served_before_any_number_of_others():
    problem = day(5, rides=8, duties=1)
    only = replace(problem, max_rides=np.array([1]), priority=np.array([1, 1, 1, 2, 1, 1, 1, 1]))
    alone = replace(only, allowed=np.arange(8)[:, None] == 3)
    assert 3 not in planned(alone).unserved
    assert planned(only).unserved == tuple(ride for ride in range(8) if ride != 3)


def test_without_duties_nobody_is_served_and_that_is_told():
    problem = day(1, rides=3, duties=0)
    plan = planned(problem)
    assert plan.unserved == (0, 1, 2)
    assert verify_plan(problem, plan) == []


def test_without_rides_nobody_drives():
    plan = planned(day(1, rides=0, duties=2))
    assert plan.routes == ()
    assert plan.tiers[-1].value == 0.0


def test_rides_between_identical_points_are_driven():
    problem = day(2, rides=6, duties=2)
    zero = np.zeros_like(problem.minutes)
    still = replace(problem, minutes=zero, cost=zero)
    assert verify_plan(still, planned(still)) == []


def test_who_cannot_be_reached_stays_and_the_rest_is_driven():
    problem = replace(day(2, rides=6, duties=2), max_rides=np.array([6, 6]))
    way = problem.minutes.copy()
    way[0, :] = way[:, 0] = np.inf
    cut = replace(problem, minutes=way, cost=way)
    plan = planned(cut)
    assert 0 in plan.unserved
    assert len(plan.unserved) < 6
    assert verify_plan(cut, plan) == []


def test_where_the_driver_waits_the_way_home_begins_where_the_outing_ends():
    waiting = [full_day(seed, rides=9) for seed in range(30)]
    kept = [
        (pair, plan)
        for problem in waiting
        for plan in [planned(problem)]
        for pair in problem.pairs
        if pair.mode is PairMode.DRIVER_WAITS and pair.out not in plan.unserved
    ]
    assert kept
    for pair, plan in kept:
        nodes = next(route.nodes for route in plan.routes if 9 + pair.out in route.nodes)
        assert nodes[nodes.index(9 + pair.out) + 1] == pair.home


def test_a_thousand_rides_are_planned_in_few_steps():
    problem = day(1, rides=1000, duties=20)
    many = replace(problem, max_rides=np.full(20, 1000))
    plan = planned(many, 200)
    assert verify_plan(many, plan) == []
    assert len(plan.unserved) < 1000


@pytest.mark.parametrize("seed", range(12))
def test_closing_a_car_that_took_one_half_of_a_promise_leaves_the_other_half_where_it_is(seed):
    """Ways so short that one car less is worth more than all of them; out and home need not be in one car."""
    problem = replace(day(seed, rides=2, duties=4), pairs=(Pair(0, 1),), fixed_cost=np.full(4, 1e4))
    ways = problem.minutes / 50
    problem = replace(
        problem, minutes=ways, cost=ways, load=np.ones((2, 2), np.int64), capacity=np.full((4, 2), 4),
        open=np.zeros(len(problem.open)), close=np.full(len(problem.close), 400.0), max_ride=np.full(2, 90.0),
        max_rides=np.array([1, 1, 2, 2]), max_minutes=np.full(4, 250.0), exclusive=((0, 1), (2, 3)),
    )  # fmt: skip
    plan = anytime.solve(problem, Budget(steps=1), seed, lambda _best, _bound: None)
    assert verify_plan(problem, plan) == []
    assert plan.unserved == ()
    assert len(plan.routes) == 1

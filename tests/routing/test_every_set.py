"""Small days are proven: against the best of all orders, with every rule there is."""

from dataclasses import replace

import numpy as np
import pytest

from matching.routing.problem import Break, Budget
from matching.routing.solvers import anytime, every_set
from matching.routing.verify import verify_plan
from tests.routing.best_by_hand import best_value
from tests.routing.days import day, full_day

BUDGET = Budget(60.0)


def solved(problem):
    return every_set.solve(problem, BUDGET, 1, lambda _best, _bound: None)


def value(plan):
    """As `best_value`: the more the better, so the cost is negative."""
    return (*(tier.value for tier in plan.tiers[:-1]), -plan.tiers[-1].value)


def proves(problem):
    """The plan passes the judge, is proven, and is the best of all."""
    plan = solved(problem)
    assert plan.status == "optimal"
    assert verify_plan(problem, plan) == []
    assert all(tier.bound == tier.value for tier in plan.tiers)
    assert value(plan) == pytest.approx(best_value(problem), abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_a_small_day_is_the_best_of_all(seed):
    proves(day(seed, rides=4))


@pytest.mark.parametrize("seed", range(16))
def test_a_small_day_with_every_rule_is_the_best_of_all(seed):
    proves(full_day(seed, rides=4))


@pytest.mark.parametrize("seed", range(10))
def test_a_break_at_a_fixed_time_is_kept_by_the_best(seed):
    problem = full_day(seed, rides=4)
    rng = np.random.default_rng(seed)
    at = float(rng.uniform(float(problem.leave.min()), float(problem.back.max())))
    pauses = tuple(Break(duty, at, at, float(rng.uniform(5, 40))) for duty in range(problem.duties))
    proves(replace(problem, breaks=pauses))


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_day_is_never_worse_than_what_the_search_finds(seed):
    problem = full_day(seed, rides=10)
    plan, found = solved(problem), anytime.solve(problem, Budget(steps=3000), 2, lambda _best, _bound: None)
    assert verify_plan(problem, plan) == []
    assert (*value(plan)[:-1], value(plan)[-1] + 1e-6) >= value(found)


def test_the_same_day_gives_the_same_plan():
    problem = full_day(3, rides=8)
    assert solved(problem) == solved(problem)

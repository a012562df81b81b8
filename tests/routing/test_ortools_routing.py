"""The general fallback: sound plans, for every rule that it says it supports."""

from dataclasses import replace

import pytest

from matching.errors import NoAnswerError
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import ortools_routing
from matching.routing.verify import verify_plan
from tests.routing.best_by_hand import best_value
from tests.routing.days import day, full_day


def planned(problem: RoutingProblem) -> Plan:
    return ortools_routing.solve(problem, Budget(0.3), 1, lambda _cost, _bound: None)


@pytest.mark.parametrize("seed", range(5))
def test_its_plans_pass_the_judge_and_are_no_better_than_the_best(seed):
    problem = replace(full_day(seed, rides=4), breaks=())
    try:
        plan = planned(problem)
    except NoAnswerError:
        return
    assert verify_plan(problem, plan) == []
    value = (*(tier.value for tier in plan.tiers[:-1]), -plan.tiers[-1].value)
    assert value <= tuple(x + 1e-6 for x in best_value(problem))


def test_an_easy_day_is_driven_by_it():
    problem = day(4, rides=4, duties=2)
    assert verify_plan(problem, planned(problem)) == []
    assert len(planned(problem).unserved) < 4


def test_days_with_breaks_are_left_to_others():
    assert not ortools_routing.supports(full_day(1))
    assert ortools_routing.supports(replace(full_day(1), breaks=()))

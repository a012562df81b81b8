"""What all ways cost at least is never more than the best plan costs, and is told where no better bound is known."""

from dataclasses import replace

import numpy as np
import pytest

from matching.exchange.instances.cordeau import read_cordeau
from matching.routing.problem import Budget
from matching.routing.solvers import fragments, solve_rides
from matching.routing.solvers.least_ways import least_ways
from tests.routing.given_instances import written


@pytest.mark.parametrize("kind", ["a", "b"])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_never_more_than_the_best_plan_and_more_than_nothing(tmp_path, kind, seed):
    problem = read_cordeau(written(tmp_path, kind, cars=3, rides=14, minutes=300, seed=seed))
    best = fragments.solve(problem, Budget(30.0), 0, lambda _best, _bound: None)
    assert best.status == "optimal"
    assert 0 < least_ways(problem, np.arange(problem.rides)) <= best.tiers[-1].value + 1e-6


def test_a_day_that_cannot_be_proven_has_a_bound_all_the_same(tmp_path):
    problem = read_cordeau(written(tmp_path, "a", cars=8, rides=40, minutes=480, seed=2))
    slower = replace(problem, max_minutes=problem.max_minutes - np.arange(8))  # no two duties are alike
    plan = solve_rides(slower, 2.0)
    assert plan.unserved == ()
    assert 0 < plan.tiers[-1].bound <= plan.tiers[-1].value
    assert plan.tiers[-1].bound >= 0.5 * plan.tiers[-1].value

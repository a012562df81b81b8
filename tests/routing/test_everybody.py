"""A plan for everybody, from a known one on: what is found is sound, and what is there is found."""

from dataclasses import replace

import numpy as np
import pytest

from matching.rides.part import lean, only
from matching.routing.problem import Budget
from matching.routing.solvers import every_set
from matching.routing.solvers.everybody import with_everybody
from matching.routing.verify import verify_plan
from tests.routing.days import full_day

STEPS = 400


def proven(problem):
    return every_set.solve(problem, Budget(60.0), 1, lambda _best, _bound: None)


def orders(plan):
    return {route.duty: route.nodes[1:-1] for route in plan.routes if len(route.nodes) > 2}


@pytest.mark.parametrize("seed", range(12))
def test_who_can_ride_with_all_others_is_brought_in(seed):
    whole = full_day(seed, rides=7)
    served = [ride for ride in range(whole.rides) if ride not in proven(whole).unserved]
    problem = only(whole, served)  # a day on which everybody can be driven
    missing = {one for pair in problem.pairs[:1] for one in (pair.out, pair.home)} or {0}
    nodes = {int(node) for one in missing for node in (problem.pickup[one], problem.drop[one])}
    known = {d: tuple(n for n in order if n not in nodes) for d, order in orders(proven(problem)).items()}
    plan = with_everybody(problem, known, STEPS)
    assert plan is not None and not plan.unserved
    assert verify_plan(problem, plan) == []
    assert with_everybody(problem, known, STEPS) == plan


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_found_where_it_is_proven_that_somebody_stays(seed):
    problem = full_day(seed, rides=7)
    plan = proven(problem)
    found = with_everybody(problem, orders(plan), STEPS)
    assert (found is not None) == (not plan.unserved)


def test_without_duties_nobody_is_brought_anywhere():
    problem = full_day(1)
    nobody = lean(replace(problem, allowed=np.zeros((problem.rides, problem.duties), np.bool_))).problem
    assert nobody.duties == 0
    assert with_everybody(nobody, {}, STEPS) is None

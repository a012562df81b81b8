import time
from unittest.mock import patch

import numpy as np
from hypothesis import assume, given, settings

from benchmarks.coupled import city
from matching.assignment.face import whole
from matching.assignment.part import restricted
from matching.assignment.problem import Budget
from matching.assignment.rows import homes, possible_pairs
from matching.assignment.solvers.blend import blended, charged_flow, tier_bounds, weights
from matching.assignment.solvers.good_plan import Effort, good_plan
from matching.assignment.solvers.master import charges, view_of
from matching.assignment.solvers.row_prices import price_rows
from matching.assignment.tiers import solve_tiers
from matching.assignment.verify import verify, verify_choice
from matching.errors import NoAnswerError
from tests.assignment.brute import all_plans, best_value, matchings, values

SOME = settings(max_examples=150, deadline=None)


def soon():
    return time.process_time() + 5


def possible(problem):
    """The matching without the pairs that no plan can take; only where there is a plan at all."""
    assume(best_value(problem) is not None)
    return restricted(problem, possible_pairs(problem))


@SOME
@given(matchings())
def test_a_good_plan_obeys_places_and_rows_and_no_plan_beats_its_bounds(problem):
    problem = possible(problem)
    good = good_plan(problem, Effort(soon(), tries=3))
    if good is None:
        return
    assert not verify(problem, good.chosen)
    value = problem.value(good.chosen)
    bounds = tier_bounds(problem, good.guide, value, soon())
    assert bounds and all(bound == value[tier] for tier, bound in enumerate(bounds[:-1]))
    for other in values(problem, all_plans(problem)):
        for tier, bound in enumerate(bounds):
            if all(other[t] >= value[t] for t in range(tier)):
                assert other[tier] <= bound


@SOME
@given(matchings())
def test_the_prices_of_the_rows_bound_every_plan(problem):
    problem = possible(problem)
    one = blended(problem, weights(problem))
    best = all_plans(one)[0]
    priced = price_rows(one, best, homes(one, np.ones(len(one.need), np.bool_)), soon(), 8)
    coupling, held = charges(view_of(one, whole(one), np.ones(1, np.int64), {}), priced.prices)
    least = charged_flow(one, coupling, soon())[1] + held
    assert least == priced.least
    assert all(least <= int(one.constant[0]) - value for (value,) in values(one, all_plans(one)))


@SOME
@given(matchings())
def test_the_weights_put_what_one_need_gains_in_a_tier_before_all_it_can_lose_later(problem):
    weight = weights(problem)
    spread = [
        max(int(np.ptp(problem.points[t][problem.need == i])) for i in range(problem.needs))
        for t in range(problem.tiers)
    ]
    if np.abs(problem.points).max() <= 50:
        for tier in range(problem.tiers):
            assert weight[tier] > sum(int(weight[t]) * spread[t] for t in range(tier + 1, problem.tiers))


@SOME
@given(matchings())
def test_a_matching_too_large_to_be_proven_is_answered_soundly_all_the_same(problem):
    with (
        patch("matching.assignment.coupled.PROVABLE", 0),
        patch("matching.assignment.tiers.PROVABLE", 0),
        patch("matching.assignment.solvers.good_plan.STRETCH", 2),
    ):
        try:
            choice = solve_tiers(problem, Budget(5))
        except NoAnswerError:
            return
    assert not verify_choice(problem, choice)
    value, bound = choice.value.tolist(), choice.bound.tolist()
    for other in values(problem, all_plans(problem)):
        for tier in range(problem.tiers):
            if all(other[t] >= value[t] for t in range(tier)):
                assert other[tier] <= bound[tier]


def test_the_good_plan_of_a_small_city_is_within_a_thousandth_of_the_best():
    problem = city(seed=3)
    with patch("matching.assignment.coupled.PROVABLE", 0), patch("matching.assignment.tiers.PROVABLE", 0):
        fast = solve_tiers(problem, Budget(5))
    best = solve_tiers(problem, Budget(60))
    assert best.proven.all()
    assert not verify_choice(problem, fast)
    assert fast.value[0] >= best.value[0] * 0.999
    assert fast.bound[0] >= best.value[0]

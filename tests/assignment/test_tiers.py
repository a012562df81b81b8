import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.assignment.problem import Budget, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.verify import recount, verify, verify_choice
from matching.errors import NoAnswerError
from tests.assignment.brute import all_plans, best_value, matchings

MANY = settings(max_examples=300, deadline=None)


@MANY
@given(matchings(rows=False))
def test_a_flow_reaches_the_lexicographic_optimum(problem):
    choice = solve_tiers(problem, Budget())
    assert not verify_choice(problem, choice)
    assert choice.value.tolist() == best_value(problem) == choice.bound.tolist()


@MANY
@given(matchings())
def test_coupled_tiers_reach_the_lexicographic_optimum_and_prove_it(problem):
    choice = solve_tiers(problem, Budget())
    assert not verify_choice(problem, choice)
    assert choice.value.tolist() == best_value(problem)
    assert choice.proven.all()


@MANY
@given(matchings())
def test_without_time_the_plan_still_obeys_every_row_and_no_bound_is_beaten(problem):
    choice = solve_tiers(problem, Budget(0.0))
    assert not verify_choice(problem, choice)
    assert best_value(problem) <= choice.bound.tolist()
    for tier, bound in enumerate(choice.bound.tolist()):
        as_good = [
            v
            for v in map(lambda p: recount(problem, p), all_plans(problem))
            if v[:tier] >= choice.value[:tier].tolist()
        ]
        assert max(v[tier] for v in as_good) <= bound or tier == 0 or max(as_good)[:tier] > choice.value[:tier].tolist()

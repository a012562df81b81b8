"""The quick plan: sound always, never above the optimum."""

import numpy as np
from hypothesis import given, settings

from matching.assignment.quick import polished, quick_plan
from matching.assignment.rows import possible_pairs
from matching.assignment.verify import verify
from matching.errors import NoAnswerError
from tests.assignment.brute import best_value, matchings

SOME = settings(max_examples=30, deadline=None)
LATER = 1e12


def quick(problem, deadline=LATER):
    """None where the flow alone has no answer, or no quick plan is found."""
    try:
        return quick_plan(problem, possible_pairs(problem), deadline)
    except (NoAnswerError, ValueError):
        return None


def enough(problem) -> bool:
    pairs = possible_pairs(problem)
    return bool(np.bincount(problem.need[pairs], minlength=problem.needs).all())


@SOME
@given(matchings())
def test_a_quick_plan_obeys_the_rows_and_is_never_above_the_optimum(problem):
    plan = quick(problem) if enough(problem) else None
    if plan is not None:
        assert not verify(problem, plan)
        assert problem.value(plan).tolist() <= best_value(problem)


@SOME
@given(matchings())
def test_polishing_never_makes_a_plan_worse(problem):
    plan = quick(problem, 0.0) if enough(problem) else None
    if plan is not None:
        better = polished(problem, possible_pairs(problem), plan, LATER)
        assert not verify(problem, better)
        assert problem.value(better).tolist() >= problem.value(plan).tolist()

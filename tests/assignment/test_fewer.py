"""A matching decided again with fewer pairs: sound, within its bounds, and no worse where nothing is lost."""

from unittest.mock import patch

import numpy as np
from hypothesis import given, settings, strategies as st

from benchmarks.coupled import city
from matching.assignment.fewer import solve_with_fewer
from matching.assignment.problem import Budget
from matching.assignment.rows import homes
from matching.assignment.solvers.blend import blended
from matching.assignment.tiers import solve_tiers
from matching.assignment.verify import verify_choice
from matching.errors import NoAnswerError
from tests.assignment.brute import all_plans, matchings, values

SOME = settings(max_examples=150, deadline=None)
TOO_LARGE = (patch("matching.assignment.coupled.PROVABLE", 0), patch("matching.assignment.tiers.PROVABLE", 0))


def answered(problem, keep, large):
    """The answers with all pairs, and with those that are kept; None where there is none."""
    try:
        if not large:
            before = solve_tiers(problem, Budget(5))
            return before, solve_with_fewer(problem, before, keep, Budget(5))
        with TOO_LARGE[0], TOO_LARGE[1]:
            before = solve_tiers(problem, Budget(5))
            return before, solve_with_fewer(problem, before, keep, Budget(5))
    except NoAnswerError:
        return None


@SOME
@given(matchings(), st.data(), st.booleans())
def test_only_pairs_that_are_left_are_chosen_and_no_plan_of_them_beats_the_bounds(problem, data, large):
    keep = np.array([data.draw(st.integers(0, 3)) > 0 for _ in problem.need])
    answers = answered(problem, np.flatnonzero(keep).astype(np.int32), large)
    if answers is None:
        return
    _, again = answers
    assert keep[again.chosen].all()
    assert not verify_choice(problem, again)
    plans = all_plans(problem)
    value, bound = again.value.tolist(), again.bound.tolist()
    for other in values(problem, plans[keep[plans].all(axis=1)]):
        for tier in range(problem.tiers):
            if all(other[t] >= value[t] for t in range(tier)):
                assert other[tier] <= bound[tier]


def test_a_city_that_loses_nothing_is_left_as_good_as_it_was():
    problem = city(seed=3)
    before, again = answered(problem, np.arange(len(problem.need), dtype=np.int32), large=True)
    one = blended(problem, before.guide.weight)
    assert one.value(again.chosen)[0] >= one.value(before.chosen)[0]


def test_who_loses_their_pair_is_given_another_where_that_is_better():
    problem = city(seed=3)
    keep = (np.arange(len(problem.need)) % 11 > 0) | (problem.site >= problem.sites - 16)
    before, again = answered(problem, np.flatnonzero(keep).astype(np.int32), large=True)
    waits = homes(problem, np.ones(len(problem.need), np.bool_))
    mended = np.where(keep[before.chosen], before.chosen, waits)
    assert keep[again.chosen].all()
    assert again.value[1] > problem.value(mended)[1]

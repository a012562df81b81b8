"""One place more or fewer, with rows: what is called exact is what every plan of the changed matching says."""

import numpy as np
from hypothesis import given, settings, target

from matching.assignment.one_place import one_place
from matching.assignment.prices import IMPOSSIBLE
from matching.assignment.problem import TieredProblem
from tests.assignment.brute import best_value, matchings, rows_of, solved
from tests.assignment.test_prices import with_places

MANY = settings(max_examples=120, deadline=None)


@MANY
@given(matchings(rows=True))
def test_what_is_called_exact_is_what_solving_anew_says_and_the_rest_is_a_bound(problem):
    choice = solved(problem)
    told = one_place(problem, choice.chosen)
    target(0.0 if told is None else float(told.plus_exact.sum() + told.minus_exact.sum()))
    if told is None:
        return
    value = choice.value.tolist()
    for site in range(problem.sites):
        plus = np.subtract(best_value(with_places(problem, site, 1)), value).tolist()
        assert plus == told.plus[:, site].tolist() if told.plus_exact[site] else plus <= told.plus[:, site].tolist()
        if problem.slot_start[site + 1] > problem.slot_start[site]:
            fewer = best_value(with_places(problem, site, -1))
            minus = [IMPOSSIBLE] * problem.tiers if fewer is None else np.subtract(value, fewer).tolist()
            if told.minus_exact[site]:
                assert minus == told.minus[:, site].tolist()
            else:
                assert minus >= told.minus[:, site].tolist()


@MANY
@given(matchings(rows=False))
def test_without_rows_everything_is_exact(problem):
    told = one_place(problem, solved(problem).chosen)
    assert told is not None and told.plus_exact.all() and told.minus_exact.all()


def test_a_site_whose_next_guest_a_row_forbids_is_not_called_exact():
    """Two needs that may not both be placed, and one place: another place would be worth a need but for the row."""
    need, site = np.array([0, 0, 1, 1], np.int32), np.array([0, 1, 0, 1], np.int32)
    points = np.array([[1, 0, 1, 0]], np.int64)
    rows = rows_of([([(0, 1), (2, 1)], 0, 1, False)])
    problem = TieredProblem(
        2, 2, need, site, points, np.array([0, 1, 3]), np.zeros((1, 3), np.int64), np.zeros(1, np.int64), rows
    )
    told = one_place(problem, solved(problem).chosen)
    assert told is not None
    assert told.plus[0, 0] == 1 and not told.plus_exact[0]
    assert best_value(with_places(problem, 0, 1)) == [1]


def test_a_place_that_can_go_at_no_cost_but_for_a_row_is_not_called_exact():
    """Who loses the place could go elsewhere as well, if a row did not bind that to somebody who has no room there."""
    need, site = np.array([0, 0, 1, 1, 1], np.int32), np.array([0, 2, 0, 1, 2], np.int32)
    points = np.array([[0, 0, 0, 0, -1]], np.int64)
    rows = rows_of([([(0, 1), (2, -1)], 0, 0, False)])
    start = np.array([0, 1, 2, 4])
    problem = TieredProblem(2, 3, need, site, points, start, np.zeros((1, 4), np.int64), np.zeros(1, np.int64), rows)
    told = one_place(problem, np.array([1, 3], np.int32))
    assert told is not None
    assert told.minus[0, 1] == 0 and not told.minus_exact[1]
    assert best_value(with_places(problem, 1, -1)) == [-1]

"""Cells of fewer than five people: hidden, and not to be computed back by anybody who sees the rest."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.small_cells import SMALL, hidden_cells, is_small, told, with_totals


def lines_of(shape):
    number = np.arange(np.prod(shape)).reshape(shape)
    for axis in range(len(shape)):
        yield from np.moveaxis(number, axis, -1).reshape(-1, shape[axis])


def range_of(counts, hidden, cell):
    """The least and most that a hidden cell can be for somebody who sees the others, by integer programming."""
    flat, out = counts.ravel(), hidden.ravel()
    rows = []
    for line in lines_of(counts.shape):
        row = np.zeros(len(flat))
        row[line[:-1]], row[line[-1]] = 1, -1
        rows.append(row)
    bounds = Bounds(np.where(out, 1, flat), np.where(out, 1_000, flat))
    found = []
    for sign in (1, -1):
        goal = np.zeros(len(flat))
        goal[cell] = sign
        answer = milp(
            goal, constraints=LinearConstraint(np.array(rows), 0, 0), bounds=bounds, integrality=np.ones(len(flat))
        )
        found.append(round(float(answer.x[cell])))
    return found


def tables(*most):
    size = st.tuples(*(st.integers(1, n) for n in most))
    count = st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 9, 30))
    return size.flatmap(
        lambda shape: st.lists(count, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))).map(
            lambda cells: with_totals(np.array(cells).reshape(shape))
        )
    )


def test_one_to_four_people_are_few_nobody_and_five_are_not():
    assert [n for n in range(7) if is_small(n)] == [1, 2, 3, 4]


def test_a_table_without_small_cells_is_told_whole():
    counts = with_totals([[5, 9], [0, 30]])
    assert not hidden_cells(counts).any()


def test_a_small_cell_takes_another_with_it_because_the_total_would_tell_it():
    counts = with_totals([2, 7, 20])
    assert told(counts, hidden_cells(counts)) == [None, None, 20, 29]


def test_two_cells_of_one_person_are_not_told_by_a_total_of_two():
    counts = with_totals([1, 1, 6, 40])
    assert told(counts, hidden_cells(counts)) == [None, None, None, 40, 48]


def test_a_town_of_four_people_tells_nothing():
    counts = with_totals([[1, 0], [2, 1]])
    assert told(counts, hidden_cells(counts)) == [None, 0, None, None, None, None, None, None, None]


def test_nobody_is_told_as_nobody():
    counts = with_totals([0, 3, 50, 50])
    assert told(counts, hidden_cells(counts))[0] == 0


def test_cells_can_be_small_by_another_count_than_their_own():
    counts = with_totals([6, 7, 20])
    by_people = np.array([True, False, False, False])
    assert told(counts, hidden_cells(counts, by_people)) == [None, None, 20, 33]


def test_a_cell_that_only_all_lines_together_tell_is_not_told():
    counts = with_totals([[3, 9, 30, 40], [9, 9, 30, 40], [30, 30, 2, 9], [40, 40, 9, 9]])
    small = np.zeros_like(counts, np.bool_)
    small[0, 0] = small[2, 2] = True
    hidden = hidden_cells(counts, small)
    assert all(np.subtract(*range_of(counts, hidden, cell)[::-1]) > 0 for cell in np.flatnonzero(small.ravel()))


@pytest.mark.parametrize("wrong", [np.array([1, 2, 4]), np.array([-1, 2, 1])])
def test_what_is_no_table_with_totals_is_refused(wrong):
    with pytest.raises(ValueError, match="totals"):
        hidden_cells(wrong)


@settings(max_examples=60, deadline=None)
@given(st.one_of(tables(6), tables(4, 4), tables(3, 2, 2)))
def test_no_small_cell_can_be_computed_back_from_the_table(counts):
    hidden = hidden_cells(counts)
    for cell in np.flatnonzero(((counts > 0) & (counts < SMALL)).ravel()):
        least, most = range_of(counts, hidden, cell)
        assert least < most and most >= SMALL


@settings(max_examples=60, deadline=None)
@given(st.one_of(tables(6), tables(4, 4)))
def test_only_where_there_is_something_small_anything_is_hidden(counts):
    few = (counts > 0) & (counts < SMALL)
    hidden = hidden_cells(counts)
    assert hidden[few].all()
    assert few.any() or not hidden.any()
    assert not hidden[counts == 0].any()

"""Cells of fewer than five people: hidden, and not to be computed back by anybody who sees the rest."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.small_cells import SMALL, hidden_cells, hidden_together, is_small, told, with_totals


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


def joint_range_of(counts, hidden, which, cell):
    """As `range_of`, for somebody who sees two tables and knows that they end in the same row."""
    offset = (0, counts[0].size)
    size = sum(table.size for table in counts)
    rows = []
    for table, start in zip(counts, offset, strict=True):
        for line in lines_of(table.shape):
            row = np.zeros(size)
            row[line[:-1] + start], row[line[-1] + start] = 1, -1
            rows.append(row)
    width = counts[0].shape[1]
    for at in range(width):
        row = np.zeros(size)
        row[counts[0].size - width + at], row[size - width + at] = 1, -1
        rows.append(row)
    flat, out = (np.concatenate([one.ravel() for one in tables]) for tables in (counts, hidden))
    bounds = Bounds(np.where(out, 1, flat), np.where(out, 1_000, flat))
    found = []
    for sign in (1, -1):
        goal = np.zeros(size)
        goal[offset[which] + cell] = sign
        answer = milp(
            goal, constraints=LinearConstraint(np.array(rows), 0, 0), bounds=bounds, integrality=np.ones(size)
        )
        found.append(round(float(answer.x[offset[which] + cell])))
    return found


@st.composite
def counted_twice(draw):
    """The same people counted by one thing and by another, and for each by the same outcomes."""
    shape = draw(st.tuples(st.integers(2, 3), st.integers(2, 4), st.integers(2, 3)))
    count = st.sampled_from((0, 0, 0, 1, 1, 2, 3, 6))
    cube = np.array(draw(st.lists(count, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))).reshape(shape)
    return with_totals(cube.sum(axis=1)), with_totals(cube.sum(axis=0))


@settings(max_examples=40, deadline=None)
@given(counted_twice())
def test_no_small_cell_can_be_computed_back_from_two_tables_of_the_same_people(counts):
    hidden = hidden_together([(table, None) for table in counts])
    assert np.array_equal(hidden[0][-1], hidden[1][-1])
    for which, table in enumerate(counts):
        for cell in np.flatnonzero(((table > 0) & (table < SMALL)).ravel()):
            least, most = joint_range_of(counts, hidden, which, cell)
            assert least < most and most >= SMALL


def test_what_each_table_alone_keeps_both_together_can_tell():
    """Why `hidden_together` is there: this pair was found by looking for one."""
    first = with_totals([[0, 3, 1, 3], [0, 0, 2, 1]])
    second = with_totals([[0, 1, 1, 2], [0, 0, 0, 1], [0, 2, 2, 1]])
    kept = [first != 0, second != 0]
    kept[0][0, -1] = False
    cell = 2
    assert range_of(first, kept[0], cell)[1] >= SMALL
    assert joint_range_of((first, second), kept, 0, cell)[1] < SMALL
    together = hidden_together([(first, None), (second, None)])
    assert joint_range_of((first, second), together, 0, cell)[1] >= SMALL


def test_tables_that_do_not_end_alike_are_refused():
    with pytest.raises(ValueError, match="same totals"):
        hidden_together([(with_totals([[5, 6]]), None), (with_totals([[5, 7]]), None)])

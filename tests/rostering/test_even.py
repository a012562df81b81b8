from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from matching.rostering.roster import Roster, leximin, wrong_with
from matching.rostering.solvers.even import even

DAY = 1440.0


def roster(tours, drivers, **changes):
    """Tours as (day, hour, minutes, rides); drivers as hours offered; anybody may drive any, unless told otherwise."""
    day, hour, minutes, rides = (np.array(column) for column in zip(*tours, strict=True))
    count = len(drivers)
    usual = {
        "minutes": minutes.astype(float),
        "rides": rides.astype(np.int64),
        "begin": day * DAY + hour * 60.0,
        "end": day * DAY + hour * 60.0 + minutes,
        "day": day.astype(np.int64),
        "week": (day // 7).astype(np.int64),
        "month": (day // 31).astype(np.int64),
        "may": np.ones((len(tours), count), np.bool_),
        "offered": np.array(drivers) * 60.0,
        "before": np.zeros(count),
        "most_rides_week": np.full(count, 1000),
        "most_rides_month": np.full((count, 2), 1000),
        "most_days": np.full(count, 7),
    }
    return Roster(**{**usual, **changes})


def shares(given):
    driver, proven = even(given)
    assert proven and wrong_with(given, driver) == []
    return sorted(np.round(given.shares(driver), 4).tolist())


def test_four_equal_tours_are_two_for_each_of_two_equal_drivers():
    assert shares(roster([(d, 9, 60, 2) for d in range(4)], [4, 4])) == [0.5, 0.5]


def test_who_offers_twice_as_much_drives_twice_as_much():
    given = roster([(d, 9, 60, 2) for d in range(3)], [2, 4])
    assert shares(given) == [0.5, 0.5]


def test_what_somebody_drove_before_counts():
    given = roster([(0, 9, 60, 2), (1, 9, 60, 2)], [4, 4], before=np.array([120.0, 0.0]))
    assert even(given)[0].tolist() == [1, 1]


def test_nobody_is_leaned_on_because_they_may_drive_everything():
    may = np.array([[True, False], [True, True], [True, True]])
    assert even(roster([(d, 9, 60, 2) for d in range(3)], [6, 6], may=may))[0].tolist() == [0, 1, 1]


def test_nobody_is_at_two_places_at_once():
    given = roster([(0, 9, 60, 2), (0, 9, 60, 2)], [1, 100])
    assert sorted(even(given)[0].tolist()) == [0, 1]


def test_quotas_and_rest_come_before_fairness():
    tours = [(d, 9, 60, 3) for d in range(3)]
    assert even(roster(tours, [9, 9], most_rides_week=np.array([3, 1000])))[0].tolist().count(0) == 1
    assert even(roster(tours, [9, 9], most_rides_month=np.array([[2], [1000]])))[0].tolist() == [1, 1, 1]
    assert even(roster(tours, [9, 9], most_days=np.array([1, 7])))[0].tolist().count(0) == 1


def test_a_day_of_two_tours_is_one_day():
    tours = [(0, 9, 60, 1), (0, 13, 60, 1)]
    assert wrong_with(roster(tours, [9], most_days=np.array([1])), np.array([0, 0])) == []


def test_what_cannot_be_driven_within_the_quotas_is_refused():
    with pytest.raises(ValueError, match="quotas"):
        even(roster([(0, 9, 60, 3)], [9], most_rides_week=np.array([2])))


def test_a_driver_who_offers_nothing_and_a_tour_for_nobody_are_refused():
    with pytest.raises(ValueError, match="Maybe"):
        roster([(0, 9, 60, 3)], [0])
    with pytest.raises(ValueError, match="Maybe"):
        roster([(0, 9, 60, 3)], [4], may=np.zeros((1, 1), np.bool_))


@pytest.mark.parametrize(
    ("driver", "word"),
    [([0, 0, 1], "at once"), ([1, 0, 1], "not for"), ([0, 1, 0], "rest"), ([0, 1, 1], "rides in a week")],
)
def test_the_judge_names_what_is_wrong(driver, word):
    given = roster(
        [(0, 9, 60, 2), (0, 9, 60, 2), (1, 9, 60, 2)],
        [9, 9],
        may=np.array([[True, False], [True, True], [True, True]]),
        most_days=np.array([1, 7]),
        most_rides_week=np.array([9, 3]),
    )
    assert any(word in one for one in wrong_with(given, np.array(driver)))


@st.composite
def rosters(draw):
    count, drivers = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    tour = st.tuples(st.integers(0, 8), st.sampled_from([9, 10]), st.sampled_from([30, 60, 90]), st.integers(1, 3))
    tours = draw(st.lists(tour, min_size=count, max_size=count))
    numbers = st.integers(1, 6)
    may = np.array(
        draw(st.lists(st.lists(st.booleans(), min_size=drivers, max_size=drivers), min_size=count, max_size=count))
    )
    may[:, 0] |= ~may.any(axis=1)

    def each(of):
        return np.array(draw(st.lists(of, min_size=drivers, max_size=drivers)))

    return roster(
        tours,
        each(numbers).tolist(),
        may=may,
        before=each(st.sampled_from([0.0, 30.0, 120.0])),
        most_rides_week=each(st.integers(2, 8)),
        most_rides_month=each(st.integers(2, 12))[:, None],
        most_days=each(st.integers(1, 3)),
    )


@given(rosters())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_nothing_that_can_be_driven_is_fairer(given):
    tours, drivers = given.may.shape
    sound = [np.array(d) for d in product(range(drivers), repeat=tours)]
    sound = [d for d in sound if wrong_with(given, d) == []]
    assume(sound)
    best = min(leximin(given.shares(d)) for d in sound)
    driver, proven = even(given)
    assert proven and wrong_with(given, driver) == []
    assert leximin(given.shares(driver)) == pytest.approx(best, abs=1e-5)

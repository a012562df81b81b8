from dataclasses import replace
from datetime import date, time

import pytest

from matching.domain import Sharing, Weekday
from matching.rides.requests import PROMISED, asked_on, halves
from matching.rules.ride_habits import RideHabits
from tests.rides.given_rides import DAY, home, resident, ride, town

HABITS = RideHabits(ready_slack=30, promised_slack=10, early=30, boarding=2, boarding_wheelchair=5)


def asked(*rides, **tables):
    return asked_on(DAY, town(*rides, **tables), HABITS)


def only(*rides):
    (one,) = asked(*rides).rides
    return one


def test_a_dated_ride_is_of_its_day_and_a_weekly_one_of_every_such_weekday():
    weekly = ride("q2", date=None, weekday=Weekday.THU)
    other = ride("q3", date=None, weekday=Weekday.FRI)
    later = ride("q4", date=date(2026, 11, 27))
    assert [one.ride_id for one in asked(ride("q1"), weekly, other, later).rides] == ["q1", "q2"]


def test_who_must_be_there_by_ten_arrives_at_most_half_an_hour_before():
    one = only(ride(latest_arrival=time(10)))
    assert one.drop == (570, 600)
    assert one.pickup == (0, 1440)


def test_who_says_from_when_may_be_fetched_from_then_on_however_early_they_arrive():
    one = only(ride(earliest_pickup=time(9), latest_arrival=time(10)))
    assert one.pickup == (540, 1440)
    assert one.drop == (0, 600)


def test_who_says_only_when_to_be_fetched_is_fetched_within_half_an_hour():
    assert only(ride(earliest_pickup=time(9), latest_arrival=None)).pickup == (540, 570)


def test_when_it_ends_is_not_sure_so_the_ride_home_comes_from_then_on_within_half_an_hour():
    one = only(ride(ready_from=time(11)))
    assert one.pickup == (660, 690)
    assert one.drop == (0, 1440)
    assert one.uncertain


def test_a_promised_time_is_kept_within_ten_minutes():
    assert only(ride(promised=True, earliest_pickup=time(9), latest_arrival=time(10))).pickup == (540, 550)
    assert only(ride(promised=True, ready_from=time(11))).pickup == (660, 670)
    assert only(ride(promised=True, latest_arrival=time(10))).drop == (590, 600)


def test_a_promised_ride_comes_before_every_other():
    promised, pressing = asked(ride("q1", promised=True), ride("q2", priority=999)).rides
    assert promised.priority == PROMISED + 1 > pressing.priority


def test_without_any_time_it_may_be_at_any_time_and_that_is_known():
    one = only(ride(latest_arrival=None))
    assert (one.pickup, one.drop, one.times_told) == ((0, 1440), (0, 1440), False)


def test_an_escort_takes_a_seat_and_who_sits_in_a_wheelchair_takes_none():
    one = only(ride(passengers=2, wheelchairs=1, escort=True))
    assert (one.seats, one.wheelchairs, one.boarding) == (2, 1, 5)
    assert only(ride()).boarding == 2
    assert only(ride(boarding_minutes=7, wheelchairs=1)).boarding == 7


@pytest.mark.parametrize(
    ("sharing", "rides"), [(Sharing.CONSENT, 1), (Sharing.SUPPORT_CONFERENCE, 0), (Sharing.NONE, 0)]
)
def test_only_with_consent_anybody_looks_at_a_ride_and_the_others_are_counted_alone(sharing, rides):
    found = asked(ride(), residents=(resident(sharing=sharing),))
    assert (len(found.rides), found.refused) == (rides, 1 - rides)
    assert found.senseless == ()


def test_in_the_support_conference_its_rides_are_planned_too():
    place = town(ride(), residents=(resident(sharing=Sharing.SUPPORT_CONFERENCE),))
    assert len(asked_on(DAY, place, HABITS, Sharing.SUPPORT_CONFERENCE).rides) == 1


def test_a_ride_to_nowhere_and_one_of_nobody_are_named_and_the_rest_goes_on():
    nowhere = replace(ride("q1"), to_latitude=None, to_longitude=None)
    found = asked(nowhere, ride("q2", passengers=0), ride("q3"))
    assert [(one.ride_id, one.code) for one in found.senseless] == [("q1", "no_place"), ("q2", "nobody")]
    assert [one.ride_id for one in found.rides] == ["q3"]


def test_a_ride_home_belongs_to_its_ride_out_of_the_same_day():
    out = ride("q1")
    weekly = ride("q3", date=None, weekday=Weekday.FRI)
    back = home("q2", out, time(11))
    strange = replace(home("q4", weekly, time(11)), weekday=None, date=DAY)
    assert halves(asked(out, back, weekly, strange).rides) == {"q2": "q1"}


def test_the_areas_of_a_person_are_their_own_and_all_that_it_lies_in():
    assert only(ride()).areas == {"a1", "a0"}

from datetime import date, timedelta

from matching.domain import Weekday
from matching.domain.tour import Stop, StopKind, Tour
from matching.lawful import read_law
from matching.rides.fair import even_out
from matching.rules.ride_habits import RideHabits
from tests.rides.given_rides import DAY, LONGITUDE, driver, north, ride, span, town, vehicle

LAW, HABITS = read_law(), RideHabits(days_a_week=3)
BASE = (north(0), LONGITUDE)


def tour(driver_id="d1", leave=540, back=600, ride_id="q1"):
    return Tour(
        driver_id,
        "v1",
        (
            Stop(StopKind.LEAVE, leave, leave, *BASE),
            Stop(StopKind.BOARD, leave + 5, leave + 5, north(1), LONGITUDE, ride_id, "p1", 1),
            Stop(StopKind.ALIGHT, back - 5, back - 5, north(3), LONGITUDE, ride_id, "p1"),
            Stop(StopKind.BACK, back, back, *BASE),
        ),
        30.0,
    )


def thursdays(count, **changes):
    return [(DAY + timedelta(weeks=n), (tour(**changes),)) for n in range(count)]


def drives(days, **tables):
    """Who drives each tour after evening out."""
    tables.setdefault("vehicles", (vehicle(),))
    evened = even_out(days, town(ride(), **tables), LAW, HABITS)
    assert evened.proven
    return [one.driver_id for of_day in evened.days for one in of_day]


def test_two_who_offer_alike_drive_alike_although_one_was_planned_for_all():
    assert sorted(drives(thursdays(4), drivers=(driver("d1"), driver("d2")))) == ["d1", "d1", "d2", "d2"]


def test_who_offered_three_times_as_many_hours_drives_three_times_as_often():
    two = (driver("d1", offered_hours_per_month=2), driver("d2", offered_hours_per_month=6))
    assert drives(thursdays(4), drivers=two).count("d2") == 3


def test_only_who_has_the_time_the_car_and_the_start_takes_a_tour_of_another():
    days = thursdays(2)
    late = driver("d2", available=(span("09:30-12:00"),))
    assert drives(days, drivers=(driver("d1"), late)) == ["d1", "d1"]
    pausing = driver("d2", breaks=(span("09:30-09:45"),))
    assert drives(days, drivers=(driver("d1"), pausing)) == ["d1", "d1"]
    elsewhere = driver("d2", start_latitude=north(9), start_longitude=LONGITUDE)
    assert drives(days, drivers=(driver("d1"), elsewhere)) == ["d1", "d1"]
    other = driver("d2", vehicles=("v2",))
    assert drives(days, drivers=(driver("d1"), other), vehicles=(vehicle(), vehicle("v2"))) == ["d1", "d1"]


def test_a_ride_that_is_bound_to_a_driver_stays_with_them():
    assert [
        one.driver_id
        for of_day in even_out(
            thursdays(2), town(ride(driver_id="d1"), drivers=(driver("d1"), driver("d2"))), LAW, HABITS
        ).days
        for one in of_day
    ] == ["d1", "d1"]


def test_quotas_hold_over_the_weeks():
    two = (driver("d1"), driver("d2", max_trips_per_month=1))
    assert drives([(DAY - timedelta(weeks=1), (tour(),)), *thursdays(1)], drivers=two).count("d2") <= 1


def test_nobody_gets_more_than_three_days_a_week_from_others():
    days = [(date(2026, 11, 23) + timedelta(days=n), (tour("d1"),)) for n in range(5)]
    week = tuple(span("08:00-16:00", day) for day in Weekday)
    two = (
        driver("d1", available=week, offered_hours_per_month=1),
        driver("d2", available=week, offered_hours_per_month=99),
    )
    assert drives(days, drivers=two).count("d2") == 3


def test_the_stops_and_the_hours_stay_as_they_are():
    days = thursdays(2)
    evened = even_out(days, town(ride(), drivers=(driver("d1"), driver("d2"))), LAW, HABITS)
    assert [[one.stops for one in of_day] for of_day in evened.days] == [[one.stops for one in of] for _, of in days]
    assert {share.driver_id: share.planned_minutes for share in evened.shares} == {"d1": 120.0, "d2": 0.0}
    assert {share.driver_id: share.evened_minutes for share in evened.shares} == {"d1": 60.0, "d2": 60.0}


def test_without_tours_there_is_nothing_to_even_out():
    evened = even_out([(DAY, ())], town(), LAW, HABITS)
    assert (evened.days, evened.proven, evened.shares) == (((),), True, ())

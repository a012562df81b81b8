from datetime import time

import numpy as np
import pytest

from matching.domain import Area, Charge, Resource
from matching.lawful import read_law
from matching.rides.alone import alone, clock
from matching.rides.duties import offers_on
from matching.rides.problem_of_day import ways_of
from matching.rides.requests import asked_on
from matching.rides.texts import UNSERVED
from matching.rules.ride_habits import RideHabits
from tests.rides.given_rides import DAY, TRAVEL, driver, ride, span, town, vehicle

HABITS = RideHabits()
LAW = read_law()


def why(one=None, **tables):
    """The code that says why nobody could drive the ride, and its sentence; nothing where somebody could."""
    place = town(one or ride(), **tables)
    rides, offers = asked_on(DAY, place, HABITS).rides, offers_on(DAY, place, LAW)
    told = alone(0, rides[0], offers, ways_of(rides, offers.offers, TRAVEL, DAY), HABITS)
    if told is not None:
        assert UNSERVED[told.code].render("ja", told.facts) and UNSERVED[told.code].render("en", told.facts)
    return told.code if told else None


def test_an_ordinary_ride_could_be_driven():
    assert why() is None


def test_a_direct_way_longer_than_the_person_can_sit_is_told():
    assert why(ride(start=0, end=10, max_ride_minutes=20)) == "ride_too_long"
    assert why(ride(start=0, end=10, max_ride_minutes=25)) is None


def test_where_nobody_said_how_long_a_long_way_is_never_too_long():
    assert why(ride(start=0, end=40), drivers=(driver(available=(span("06:00-22:00"),)),)) is None


def test_a_window_in_which_nobody_can_arrive_is_told():
    assert why(ride(earliest_pickup=time(9, 58), latest_arrival=time(10))) == "window"


def test_nobody_driving_that_day_is_told_and_so_is_a_day_of_unlawful_cars():
    assert why(drivers=()) == "no_driver"
    assert why(vehicles=(vehicle(charge=Charge.FARE),)) == "law"


def test_an_agreed_car_that_is_not_there_is_told():
    cars = (vehicle("v1"), vehicle("v2", resource_id="r2"))
    places = (Resource("r1", "車"), Resource("r2", "別の車"))
    assert why(ride(vehicle_id="v2"), vehicles=cars, resources=places) == "fixed_missing"


def test_a_car_serves_its_areas_and_all_that_lies_in_them():
    assert why(resources=(Resource("r1", "車", areas_served=("a1",)),)) is None
    assert why(resources=(Resource("r1", "車", areas_served=("a0",)),)) is None
    elsewhere = (*town().areas, Area("a9", "遠く"))
    assert why(areas=elsewhere, resources=(Resource("r1", "車", areas_served=("a9",)),)) == "not_area"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"passengers": 4}, None),
        ({"passengers": 5}, "no_car"),
        ({"passengers": 4, "escort": True}, "no_car"),
        ({"passengers": 2, "wheelchairs": 1}, None),
        ({"passengers": 2, "wheelchairs": 2}, "no_car"),
    ],
)
def test_four_seats_and_a_wheelchair_place_take_so_many(who, code):
    assert why(ride(**who)) == code


def test_drivers_who_have_done_all_they_offered_are_not_asked_again():
    assert why(drivers=(driver(max_trips_per_month=8, trips_this_month=8),)) == "quota"


def test_hours_and_the_days_limit_that_do_not_fit_are_told():
    assert why(drivers=(driver(available=(span("10:00-16:00"),)),)) == "hours"
    assert why(drivers=(driver(available=(span("08:00-09:20"),)),)) == "hours"
    assert why(drivers=(driver(max_minutes_per_day=10),)) == "hours"


def test_a_way_that_does_not_exist_is_told():
    class Island:
        modes = TRAVEL.modes

        def trips(self, mode, origins, targets, origin, target, pace, weekday, arrive):
            trips = TRAVEL.trips(mode, origins, targets, origin, target, pace, weekday, arrive)
            return type(trips)(np.full_like(trips.minutes, np.inf), trips.walking)

    place = town(ride())
    rides, offers = asked_on(DAY, place, HABITS).rides, offers_on(DAY, place, LAW)
    assert alone(0, rides[0], offers, ways_of(rides, offers.offers, Island(), DAY), HABITS).code == "no_way"


def test_a_clock_rounds_to_the_nearest_minute():
    assert [clock(at) for at in (0, 599.4, 599.5, 600)] == ["00:00", "09:59", "10:00", "10:00"]


@pytest.mark.parametrize("code", UNSERVED)
def test_every_reason_speaks_both_languages(code):
    assert UNSERVED[code].ja != UNSERVED[code].en

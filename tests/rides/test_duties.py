from datetime import date

from matching.domain import Accepting, Charge, Resource, Scheme, Weekday
from matching.lawful import read_law
from matching.rides.duties import NO_QUOTA, Driven, offers_on
from tests.rides.given_rides import DAY, LONGITUDE, driver, north, span, town, vehicle

LAW = read_law()


def offers(driven=None, **tables):
    return offers_on(DAY, town(**tables), LAW, driven)


def together(found):
    """The groups of which one may be used, as (driver, car, begin)."""
    named = [(o.driver.driver_id, o.vehicle.vehicle_id, o.span[0]) for o in found.offers]
    return [{named[i] for i in group} for group in found.exclusive]


def test_a_driver_with_two_cars_makes_two_offers_of_which_one_is_used():
    found = offers(vehicles=(vehicle("v1"), vehicle("v2")))
    assert together(found) == [{("d1", "v1", 480), ("d1", "v2", 480)}]


def test_a_driver_who_names_cars_drives_those_alone_and_who_names_none_those_of_their_group():
    cars = (vehicle("v1"), vehicle("v2"), vehicle("v3", resource_id="r2"))
    places = (Resource("r1", "車"), Resource("r2", "別の車"))
    told = offers(vehicles=cars, resources=places, drivers=(driver(vehicles=("v3",)), driver("d2")))
    assert [(o.driver.driver_id, o.vehicle.vehicle_id) for o in told.offers] == [
        ("d1", "v3"),
        ("d2", "v1"),
        ("d2", "v2"),
    ]


def test_two_drivers_of_one_car_use_it_one_after_the_other_but_not_at_once():
    early, late = driver("d1", available=(span("08:00-12:00"),)), driver("d2", available=(span("12:00-16:00"),))
    assert together(offers(drivers=(early, late))) == []
    clash = driver("d2", available=(span("11:00-16:00"),))
    assert together(offers(drivers=(early, clash))) == [{("d1", "v1", 480), ("d2", "v1", 660)}]


def test_on_another_weekday_nobody_offers():
    assert offers(drivers=(driver(available=(span("08:00-12:00", Weekday.FRI),)),)).offers == ()


def test_stretches_that_meet_are_one():
    (one,) = offers(drivers=(driver(available=(span("12:00-16:00"), span("08:00-12:00"))),)).offers
    assert one.span == (480, 960)


def test_a_driver_with_a_limit_for_the_day_is_planned_for_one_of_two_stretches_and_that_is_told():
    spans = (span("08:00-10:00"), span("13:00-15:00"))
    free = offers(drivers=(driver(available=spans),))
    assert together(free) == [] and free.one_span == ()
    limited = offers(drivers=(driver(available=spans, max_minutes_per_day=120),))
    assert together(limited) == [{("d1", "v1", 480), ("d1", "v1", 780)}]
    assert limited.one_span == ("d1",)


def test_who_starts_at_home_starts_there_and_who_names_no_home_where_the_car_stands():
    assert offers().offers[0].latitude == north(0)
    at_home = driver(start_latitude=north(5), start_longitude=LONGITUDE)
    assert offers(drivers=(at_home,)).offers[0].latitude == north(5)
    nowhere = vehicle(base_latitude=None, base_longitude=None)
    assert offers(vehicles=(nowhere,)).offers[0].latitude == north(0)
    assert offers(vehicles=(nowhere,), resources=(Resource("r1", "車"),)).offers == ()


def test_what_is_left_of_the_week_and_the_month_is_the_least_of_both():
    assert offers().offers[0].most_rides == NO_QUOTA
    limited = (driver(max_trips_per_week=4, max_trips_per_month=10, trips_this_month=8),)
    assert offers(drivers=limited).offers[0].most_rides == 2
    driven = Driven({"d1": 3}, {"d1": 1})
    assert offers(driven, drivers=limited).offers[0].most_rides == 1
    assert offers(Driven({"d1": 9}, {}), drivers=limited).offers[0].most_rides == 0


def test_only_breaks_inside_the_stretch_matter():
    pauses = (span("12:00-13:00"), span("17:00-18:00"))
    assert offers(drivers=(driver(breaks=pauses),)).offers[0].pauses == ((720, 780),)


def test_a_car_that_does_not_fit_the_law_is_left_out_and_told():
    found = offers(vehicles=(vehicle("v1", charge=Charge.FARE), vehicle("v2")))
    assert [o.vehicle.vehicle_id for o in found.offers] == ["v2"]
    assert [(v.vehicle_id, why.code) for _, v, why in found.unfit] == [("v1", "fare_unregistered")]


def test_what_is_only_to_be_asked_leaves_nobody_out():
    assert len(offers(vehicles=(vehicle(insured_until=date(2020, 1, 1)),)).offers) == 1
    past = vehicle(insured_until=date(2020, 1, 1), scheme=Scheme.REGISTERED)
    assert offers(vehicles=(past,)).offers == ()


def test_a_closed_group_drives_nobody():
    assert offers(resources=(Resource("r1", "車", accepting=Accepting.CLOSED),)).offers == ()

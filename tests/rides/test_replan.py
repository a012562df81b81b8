"""A phone call in the middle of the day: what has happened stays, and as few as possible are told another time."""

import time as clock
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from matching.exchange import read_town
from matching.lawful import read_law
from matching.rides.best import asked_exactly, quick_plan
from matching.rides.duties import offers_on
from matching.rides.problem_of_day import pose, ways_of
from matching.rides.replan import replan
from matching.rides.requests import asked_on
from matching.routing.verify import verify_plan
from matching.rules.ride_habits import RideHabits
from matching.travel import provider
from tests.rides.given_rides import DAY, TRAVEL, driver, home, ride, span, town, vehicle

LAW, HABITS = read_law(), RideHabits()
TOWNS = Path(__file__).parents[2] / "fixtures/towns"


def posed(place):
    rides, offers = asked_on(DAY, place, HABITS).rides, offers_on(DAY, place, LAW)
    return pose(rides, offers, ways_of(rides, offers.offers, TRAVEL, DAY), HABITS)


def called(before, after, now, most_moved=1):
    """The day re-planned, with the plan of the morning."""
    morning = posed(before)
    plan = asked_exactly(morning.problem)
    assert plan.status == "optimal"
    started = clock.process_time()
    found = replan(morning, plan, posed(after), now, most_moved)
    assert clock.process_time() - started < 5  # usually a fifth of a second; the first one loads what is compiled
    assert verify_plan(found.problem, found.plan) == []
    return plan, found


def served(after, found):
    names = [one.ride_id for one in posed(after).rides]
    return {names[found.rides[i]] for i in range(len(found.rides)) if i not in found.plan.unserved}


def begins(problem, plan, row):
    return next(
        at
        for route in plan.routes
        for node, at in zip(route.nodes, route.begins, strict=True)
        if node == problem.pickup[row]
    )


MORNING = ride("q1", 1, 3, latest_arrival=time(10))
NOON = ride("q2", 2, 6, earliest_pickup=time(11, 30), latest_arrival=time(12))
CARS = {
    "vehicles": (vehicle("v1"), vehicle("v2")),
    "drivers": (driver("d1", vehicles=("v1",)), driver("d2", vehicles=("v2",))),
}


def test_a_new_ride_in_a_gap_moves_nobody():
    before = town(MORNING, NOON)
    after = town(MORNING, NOON, ride("q3", 3, 1, earliest_pickup=time(10, 30), latest_arrival=time(11)))
    plan, found = called(before, after, now=10 * 60 + 5)
    assert served(after, found) == {"q2", "q3"}
    assert found.moved == ()
    row = next(i for i, one in enumerate(found.rides) if one == 1)
    assert abs(begins(found.problem, found.plan, row) - begins(posed(before).problem, plan, 1)) <= 5 + 1e-6


def test_before_the_first_ride_nothing_has_happened():
    before = town(MORNING, NOON)
    _, found = called(before, before, now=6 * 60)
    assert served(before, found) == {"q1", "q2"}
    assert (found.moved, found.price) == ((), 0.0)


def test_who_is_on_board_gets_off_in_time_and_in_the_same_car():
    long = ride("q1", 1, 14, earliest_pickup=time(9), latest_arrival=time(10), max_ride_minutes=45)
    joins = ride("q2", 8, 12, earliest_pickup=time(9), latest_arrival=time(10))
    one_car = {"drivers": (driver(available=(span("08:30-11:30"),)),)}
    before = town(long, joins, **one_car)
    after = town(long, joins, ride("q3", 4, 2, earliest_pickup=time(9), latest_arrival=time(11)), **one_car)
    morning = posed(before)
    boarded = begins(morning.problem, asked_exactly(morning.problem), 0)
    plan, found = called(before, after, now=boarded + 5)
    assert [len(route.nodes) for route in plan.routes] == [6]
    assert served(after, found) == {"q1", "q2", "q3"}
    row = found.rides.index(0)
    (route,) = found.plan.routes
    off = route.begins[route.nodes.index(int(found.problem.drop[row]))]
    assert off - boarded - 2 <= 45 + 1e-6
    assert off <= 600 + 1e-6


def test_who_cancels_is_gone_and_the_others_keep_their_times():
    other = ride("q3", 4, 1, earliest_pickup=time(11, 30), latest_arrival=time(12, 30))
    before = town(NOON, other)
    _, found = called(before, town(other), now=9 * 60)
    assert served(town(other), found) == {"q3"}
    assert found.moved == ()


def test_when_a_driver_falls_ill_another_takes_over_and_that_is_told():
    before = town(NOON, **CARS)
    morning = posed(before)
    plan = asked_exactly(morning.problem)
    ill = morning.offers.offers[plan.routes[0].duty].driver.driver_id
    left = tuple(one for one in CARS["drivers"] if one.driver_id != ill)
    after = town(NOON, **{**CARS, "drivers": left})
    found = replan(morning, plan, posed(after), 9 * 60.0, most_moved=1)
    assert served(after, found) == {"q2"}


def test_nobody_who_was_driven_out_stays_there():
    back = home("q4", MORNING, time(12))
    rival = ride("q5", 8, 1, earliest_pickup=time(11, 55), latest_arrival=time(12, 40), priority=9)
    before = town(MORNING, back, vehicles=(vehicle(seats=1),))
    after = town(MORNING, back, rival, vehicles=(vehicle(seats=1),))
    _, found = called(before, after, now=11 * 60, most_moved=1)
    assert "q4" in served(after, found)


@pytest.mark.parametrize("most", [0, 1])
def test_at_most_so_many_are_moved_and_only_for_somebody_else(most):
    tight = {"drivers": (driver(available=(span("09:00-12:30"),)),), "vehicles": (vehicle(seats=1),)}
    told = ride("q2", 1, 6, earliest_pickup=time(10), latest_arrival=time(12))
    new = ride("q3", 1, 6, earliest_pickup=time(9, 50), latest_arrival=time(10, 20), priority=2)
    before, after = town(told, **tight), town(told, new, **tight)
    _, found = called(before, after, now=9 * 60, most_moved=most)
    assert len(found.moved) <= most
    assert served(after, found) == ({"q2", "q3"} if most else {"q2"})
    if most:
        assert found.price == 0.0
    else:
        assert found.price is None


def test_the_same_call_gives_the_same_answer():
    before, after = town(MORNING, NOON), town(MORNING, replace(NOON, latest_arrival=time(12, 10)))
    assert called(before, after, now=600.0)[1].plan == called(before, after, now=600.0)[1].plan


@pytest.mark.parametrize("day", range(5))
def test_at_every_hour_of_minatos_days_nothing_new_moves_nobody(day):
    place = read_town(TOWNS / "minato")
    travel = provider(place.info.travel, TOWNS / "minato")
    date = place.info.week_of + timedelta(days=day)
    asked, offers = asked_on(date, place, HABITS), offers_on(date, place, LAW)
    whole = pose(asked.rides, offers, ways_of(asked.rides, offers.offers, travel, date), HABITS)
    plan = quick_plan(whole.problem)
    driven = {whole.rides[i].ride_id for i in range(whole.problem.rides) if i not in plan.unserved}
    rides = tuple(one for one in asked.rides if one.ride_id in driven)
    morning = pose(rides, offers, ways_of(rides, offers.offers, travel, date), HABITS)
    plan = quick_plan(morning.problem)
    assert plan.routes and not plan.unserved
    for now in range(7 * 60, 16 * 60, 60):
        found = replan(morning, plan, morning, float(now), most_moved=0)
        assert verify_plan(found.problem, found.plan) == []
        assert (found.moved, found.plan.unserved) == ((), ())


def test_a_car_on_its_way_keeps_the_limit_of_its_day():
    tight = {"drivers": (driver(max_minutes_per_day=120),)}
    late = ride("q3", 3, 1, earliest_pickup=time(12, 30), latest_arrival=time(13))
    before, after = town(MORNING, **tight), town(MORNING, late, **tight)
    _, found = called(before, after, now=9 * 60 + 55)
    assert served(after, found) <= {"q1"}

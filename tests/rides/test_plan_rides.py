"""A town's day from its folder to its tours: what is asked, what is driven, and why the rest is not."""

import json
import time as clocks
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matching.domain import ReturnMode, Sharing, Weekday
from matching.domain.tour import StopKind
from matching.exchange import read_town
from matching.lawful import Standing, read_law, worst
from matching.plan_rides import WantedDay, WeeksPlan, plan_rides, plan_weeks
from matching.rides.duties import Driven
from matching.rules import rulebook
from matching.travel import provider
from tests.rides.given_rides import DAY, TRAVEL, driver, home, resident, ride, span, town, vehicle

TOWNS = Path(__file__).parents[2] / "fixtures/towns"
BOOK, LAW = rulebook(), read_law()
THURSDAY, TUESDAY = date(2026, 11, 26), date(2026, 11, 24)


def planned(place, day=DAY, seconds=5.0, **wanted):
    return plan_rides(place, BOOK, TRAVEL, LAW, WantedDay(day, seconds=seconds, **wanted))


def served(plan):
    return sorted(one for tour in plan.tours for one in tour.rides)


def left(plan):
    return {one.ride_id: one.code for one in plan.unserved}


def times(plan, ride_id):
    """Minutes of boarding and of alighting."""
    stops = [stop for tour in plan.tours for stop in tour.stops if stop.ride_id == ride_id]
    return [stop.start for stop in stops]


def kawabe(day):
    place = read_town(TOWNS / "kawabe")
    travel = provider(place.info.travel, TOWNS / "kawabe")
    return plan_rides(place, BOOK, travel, LAW, WantedDay(day))


def test_kawabes_thursday_is_proven_and_one_ride_is_impossible_and_one_not_looked_at():
    plan = kawabe(THURSDAY)
    assert plan.status == "optimal"
    assert served(plan) == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert left(plan) == {"q9": "not_area"}
    assert plan.refused == 1
    assert "q10" not in repr(plan) and "p12" not in repr(plan)
    assert all(tier.value == tier.bound or tier.name.startswith("effort") for tier in plan.tiers)


def test_kawabes_tuesday_keeps_its_promise():
    plan = kawabe(TUESDAY)
    (tour,) = plan.tours
    assert (tour.driver_id, tour.vehicle_id) == ("d1", "v1")
    assert 570 <= times(plan, "q7")[0] <= 580
    assert next(tier.name for tier in plan.tiers) == "promised:2"


def test_on_a_day_without_rides_there_is_nothing_to_drive():
    plan = planned(town())
    assert (plan.tours, plan.unserved, plan.refused, plan.status) == ((), (), 0, "optimal")


def test_without_drivers_everybody_is_told_so():
    plan = planned(town(ride("q1"), ride("q2"), drivers=()))
    assert left(plan) == {"q1": "no_driver", "q2": "no_driver"}


def test_one_impossible_ride_never_empties_the_plan():
    plan = planned(town(ride("q1"), ride("q2", passengers=9), replace(ride("q3"), to_latitude=None, to_longitude=None)))
    assert served(plan) == ["q1"]
    assert left(plan) == {"q2": "no_car", "q3": "no_place"}


def a_thousand_requests():
    """Half of them out and home, some for several wheelchairs; a few cars and drivers."""
    draw, asked = np.random.default_rng(4), []
    for n in range(0, 1000, 2):
        start, end = draw.uniform(0, 12, 2)
        begin, wheelchairs = int(draw.integers(8, 15)), int(draw.integers(0, 30)) // 13
        out = ride(
            f"q{n}", start, end, resident_id=f"p{n % 90}", earliest_pickup=time(begin), wheelchairs=wheelchairs,
            latest_arrival=time(begin, 50), priority=int(draw.integers(1, 4)),
        )  # fmt: skip
        other = home(f"q{n + 1}", out, time(begin + 1, 30), wheelchairs=wheelchairs)
        asked += [out, other if n % 4 else replace(other, returns="")]
    cars = tuple(vehicle(f"v{n}", wheelchair_places=n % 2) for n in range(4))
    drivers = tuple(driver(f"d{n}", vehicles=(f"v{n % 4}",)) for n in range(6))
    return town(*asked, vehicles=cars, drivers=drivers)


def test_of_a_thousand_requests_each_is_driven_or_told_why_not_and_time_is_kept():
    place, seconds = a_thousand_requests(), 4.0
    planned(town(ride("q1")))  # whatever is compiled is compiled by now
    began = clocks.process_time()
    plan = planned(place, seconds=seconds)
    assert clocks.process_time() - began < 2 * (seconds + 5.0)
    everybody = {one.ride_id for one in place.ride_requests}
    assert sorted([*served(plan), *left(plan)]) == sorted(everybody)
    assert len(served(plan)) > 50
    asked = {one.ride_id: one for one in place.ride_requests}
    told = left(plan)
    assert set(told.values()) == {"no_car", "not_found", "other_half", "hours"}
    for one, code in told.items():
        assert (code == "no_car") == (asked[one].wheelchairs > 1)
    for code in ("not_found", "hours"):  # true of each alone, with its other half
        for one in [one for one in told if told[one] == code][:3]:
            promise = [other for other in asked.values() if one in (other.ride_id, other.returns)]
            promise += [asked[other.returns] for other in promise if other.ride_id == one and other.returns]
            assert bool(served(planned(replace(place, ride_requests=tuple(promise))))) == (code == "not_found")
    (unhelped,) = [one for one in plan.warnings if one.code == "unhelped"]
    looked_at = sum(bool(one.helps) for one in plan.unserved)
    assert 0 < int(unhelped.facts["rides"]) <= len(told) - looked_at


def test_nobody_is_driven_one_way_only():
    out = ride("q1")
    plan = planned(town(out, home("q2", out, time(20))))
    assert served(plan) == []
    assert left(plan) == {"q1": "other_half", "q2": "hours"}


@pytest.mark.parametrize("mode", ReturnMode)
def test_out_and_home_are_driven_as_they_are_promised(mode):
    out = ride("q1")
    other = ride("q3", start=6, end=2, earliest_pickup=time(10, 20), latest_arrival=time(11))
    place = town(out, home("q2", out, time(11), return_mode=mode), other, drivers=(driver(), driver("d2")))
    plan = planned(replace(place, vehicles=(vehicle("v1"), vehicle("v2"))))
    assert served(plan) == ["q1", "q2", "q3"]
    of = {one: tour for tour in plan.tours for one in tour.rides}
    if mode is not ReturnMode.FREE:
        assert of["q1"] is of["q2"]
    if mode is ReturnMode.DRIVER_WAITS:
        kinds = [(stop.kind, stop.ride_id) for stop in of["q1"].stops]
        at = kinds.index((StopKind.ALIGHT, "q1"))
        assert kinds[at + 1] == (StopKind.BOARD, "q2")


def test_a_higher_priority_is_driven_first_and_a_promise_before_it():
    two = [ride(f"q{n}", priority=n, resident_id="p1") for n in (1, 2)]
    tight = town(*two, vehicles=(vehicle(seats=1),), drivers=(driver(available=(span("09:42-10:04"),)),))
    assert served(planned(tight)) == ["q2"]
    promised = replace(tight, ride_requests=(replace(two[0], promised=True), two[1]))
    plan = planned(promised)
    assert served(plan) == ["q1"]
    assert left(plan) == {"q2": "cars_taken"}


def test_who_interrupts_while_reasons_are_looked_for_gets_the_plan(monkeypatch):
    def interrupted(_problem):
        raise KeyboardInterrupt

    two = [ride(f"q{n}", priority=n) for n in (1, 2)]
    tight = town(*two, vehicles=(vehicle(seats=1),), drivers=(driver(available=(span("09:42-10:04"),)),))
    monkeypatch.setattr("matching.rides.leftover.can_be_driven", interrupted)
    plan = planned(tight)
    assert (served(plan), left(plan)) == (["q2"], {"q1": "not_found"})


def test_who_interrupts_while_the_day_with_every_car_is_laid_out_gets_the_plan(monkeypatch):
    def interrupted(*_known):
        raise KeyboardInterrupt

    two = [ride(f"q{n}", priority=n) for n in (1, 2)]
    tight = town(*two, vehicles=(vehicle(seats=1),), drivers=(driver(available=(span("09:42-10:04"),)),))
    monkeypatch.setattr("matching.plan_rides.without_driver", interrupted)
    plan = planned(tight)
    assert (served(plan), left(plan)) == (["q2"], {"q1": "cars_taken"})
    assert "unhelped" in {one.code for one in plan.warnings}


def test_a_promise_that_cannot_be_kept_is_told_before_anybody_is():
    plan = planned(town(ride("q1", promised=True), drivers=()))
    assert [one.code for one in plan.warnings] == ["promise_broken"]


def test_a_break_is_kept_with_nobody_on_board():
    rides = [ride(f"q{n}", start=1, end=4, earliest_pickup=time(11, 30), latest_arrival=time(14)) for n in (1, 2)]
    place = town(*rides, drivers=(driver(breaks=(span("12:00-13:00"),)),), vehicles=(vehicle(seats=1),))
    plan = planned(place)
    assert served(plan) == ["q1", "q2"]
    for one in ("q1", "q2"):
        begin, end = times(plan, one)
        assert end + 2 <= 720 + 1e-6 or begin >= 780 - 1e-6


def test_what_a_driver_has_left_is_not_exceeded_and_one_more_trip_is_told():
    rides = [ride(f"q{n}") for n in range(3)]
    place = town(*rides, drivers=(driver(max_trips_per_week=2),))
    plan = planned(place)
    assert len(served(plan)) == 2
    (one,) = plan.unserved
    assert one.code == "cars_taken"
    assert {h.code for h in one.helps} >= {"one_more_trip", "one_more_driver"}


def test_a_limit_of_the_day_holds_from_leaving_to_being_back():
    rides = [ride("q1", latest_arrival=time(9)), ride("q2", latest_arrival=time(15))]
    plan = planned(town(*rides, drivers=(driver(max_minutes_per_day=120),)))
    assert len(served(plan)) == 1
    (tour,) = plan.tours
    assert tour.stops[-1].start - tour.stops[0].start <= 120 + 1e-6


def test_two_drivers_of_one_car_do_not_drive_it_at_once():
    far = [ride(f"q{n}", start=1 + 20 * n, end=2 + 20 * n, latest_arrival=time(9)) for n in (0, 1)]
    plan = planned(town(*far, drivers=(driver("d1", available=(span("08:00-09:30"),)), driver("d2"))))
    spans = sorted((tour.stops[0].start, tour.stops[-1].start) for tour in plan.tours)
    assert len({tour.vehicle_id for tour in plan.tours}) <= 1
    assert all(one[1] <= other[0] + 1e-6 for one, other in pairwise(spans))


def test_another_time_that_is_told_really_fits():
    early = ride("q1", earliest_pickup=time(9), latest_arrival=time(9, 12))
    late = ride("q2", start=12, end=14, earliest_pickup=time(9), latest_arrival=time(9, 12), priority=2)
    place = town(early, late)
    plan = planned(place)
    assert served(plan) == ["q2"]
    (one,) = plan.unserved
    changes = {change.code: change for change in one.helps}
    assert "excludes" in changes and changes["excludes"].facts["other"] == "q2"
    fits = changes["board_at"]
    assert fits.verified
    at = time.fromisoformat(str(fits.facts["fits"]))
    eased = replace(early, earliest_pickup=at)
    assert served(planned(replace(place, ride_requests=(eased, late)))) == ["q1", "q2"]


def test_the_longest_time_on_board_that_is_told_is_the_least_that_fits():
    out = ride("q1", start=0, end=6, earliest_pickup=time(9), max_ride_minutes=3)
    (one,) = planned(town(out)).unserved
    assert one.code == "ride_too_long"
    (change,) = [change for change in one.helps if change.code == "longer_ride"]
    assert served(planned(town(replace(out, max_ride_minutes=int(change.facts["minutes"]))))) == ["q1"]
    assert served(planned(town(replace(out, max_ride_minutes=int(change.facts["minutes"]) - 1)))) == []


def test_nothing_is_said_to_help_the_way_home_from_where_nobody_knows_how_to_get():
    nowhere = replace(ride("q1"), from_latitude=None, from_longitude=None)
    plan = planned(town(nowhere, home("q2", ride("q1"), time(11))))
    assert {one.ride_id: (one.code, one.helps) for one in plan.unserved} == {
        "q1": ("no_place", ()), "q2": ("other_half", ()),
    }  # fmt: skip


def test_the_support_conference_sees_its_own_people_and_says_so():
    place = town(ride(), residents=(resident(sharing=Sharing.SUPPORT_CONFERENCE),))
    assert (served(planned(place)), planned(place).refused) == ([], 1)
    plan = planned(place, room=Sharing.SUPPORT_CONFERENCE)
    assert (served(plan), plan.room) == (["q1"], Sharing.SUPPORT_CONFERENCE)


def test_a_time_that_is_not_sure_and_one_that_is_not_told_are_told():
    out = ride("q1")
    plan = planned(town(out, home("q2", out, time(11)), ride("q3", latest_arrival=None)))
    assert [one.code for one in plan.warnings] == ["ends_uncertain", "window_assumed"]


def test_a_week_counts_what_was_driven_on_its_days():
    weekly = ride(date=None, weekday=Weekday.THU), ride("q2", date=None, weekday=Weekday.FRI)
    spans = (span("08:00-16:00"), span("08:00-16:00", Weekday.FRI))
    place = town(*weekly, drivers=(driver(available=spans, max_trips_per_week=1),))
    plans = plan_weeks(place, BOOK, TRAVEL, LAW, WantedDay(DAY, seconds=5.0)).days
    assert [plan.date for plan in plans] == [DAY + timedelta(days=n) for n in range(7)]
    assert [served(plan) for plan in plans] == [["q1"], [], [], [], [], [], []]
    assert left(plans[1]) == {"q2": "quota"}


def test_what_was_driven_before_counts_too():
    place = town(ride(), drivers=(driver(max_trips_per_month=5, trips_this_month=4),))
    assert served(planned(place)) == ["q1"]
    assert left(planned(place, driven=Driven({}, {"d1": 1}))) == {"q1": "quota"}


def test_the_same_day_gives_the_same_plan_and_another_room_another_digest():
    place = town(ride("q1"), ride("q2", start=5, end=2))
    assert planned(place) == planned(place)
    assert planned(place).inputs_digest != planned(place, room=Sharing.SUPPORT_CONFERENCE).inputs_digest


def test_every_tour_of_minatos_week_obeys_its_rides_and_drivers():
    place = read_town(TOWNS / "minato")
    travel = provider(place.info.travel, TOWNS / "minato")
    rides = {one.ride_id: one for one in place.ride_requests}
    drivers = {one.driver_id: one for one in place.drivers}
    for n in range(5):
        plan = plan_rides(place, BOOK, travel, LAW, WantedDay(place.info.week_of + timedelta(days=n), seconds=120.0))
        assert plan.status == "optimal"
        assert served(plan)
        for tour, law in zip(plan.tours, plan.law, strict=True):
            assert worst(law) is not Standing.UNFIT
            assert len(tour.rides) <= drivers[tour.driver_id].max_trips_per_week
            on_board = set()
            for stop in tour.stops:
                if stop.kind is StopKind.BOARD:
                    on_board.add(stop.ride_id)
                    assert stop.resident_id == rides[stop.ride_id].resident_id
                elif stop.kind is StopKind.ALIGHT:
                    on_board.remove(stop.ride_id)
            assert not on_board
        both = {one: rides[one].returns for one in served(plan) if rides[one].returns}
        assert all(out in served(plan) for out in both.values())


def test_the_document_of_kawabe_says_what_the_plan_says():
    from api.rides.answer import days_json
    from api.rides.words import known

    plan = kawabe(THURSDAY)
    told = json.loads(days_json(WeeksPlan((plan,), True, ()), known(read_town(TOWNS / "kawabe"), "ja"), 0.0))
    assert told["days"][0]["summary"]["served"] == 6
    assert [one["ride"] for one in told["days"][0]["unserved"]] == ["q9"]

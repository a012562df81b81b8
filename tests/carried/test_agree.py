"""Placement and ride as one decision: the best that the cars can carry, and never more than that is claimed."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings

from api.answers import proposals_json
from matching.carried import agree
from matching.carried.carry import Crew
from matching.domain import PlacementState, RideWish, Weekday
from matching.domain.proposal import Placement
from matching.propose import propose
from matching.routing.solvers.whole_week import UndecidedError
from tests.carried.given_cars import (
    BOOK,
    best_by_hand,
    going,
    need,
    opening,
    person,
    salon,
    towns_with_a_car,
)
from tests.rides.given_rides import TRAVEL, driver, home, ride, span, vehicle


def proposed(community):
    return propose(community, BOOK, TRAVEL)


def placed(answer):
    return {p.need_id: p.options[0].opening_id for p in answer.proposals if p.placed}


def ride_of(answer, need_id):
    chosen = next(p for p in answer.proposals if p.need_id == need_id).options[0]
    return next((dict(r.facts) for r in chosen.reasons if r.code == "ride_planned"), None)


TWO = [person(1, 5.0), person(2, 6.0)]
ONE_PLACE = ([salon(1, 12.0)], [opening(1, 10, 12)])


class TestWhoIsCarried:
    def test_a_car_with_room_and_time_takes_both_and_the_rides_are_told(self):
        answer = proposed(going(TWO, *ONE_PLACE))
        assert placed(answer) == {"n1": "o1", "n2": "o1"}
        told = ride_of(answer, "n1")
        assert (told["driver"], told["vehicle"], told["weekday"]) == ("d1", "v1", "thu")
        assert told["pickup"] < told["arrive"] <= "10:00" and "12:00" <= told["leave"] < told["back"]

    def test_with_one_seat_and_a_long_way_only_one_goes_and_that_is_proven(self):
        car = vehicle(seats=1)
        far = ([salon(1, 40.0)], [opening(1, 10, 12)])
        answer = proposed(going(TWO, *far, vehicles=(car,)))
        assert len(placed(answer)) == 1
        assert answer.status == "optimal"
        left = next(p for p in answer.proposals if not p.placed)
        assert "cars" in {r.code for r in left.unplaced.held_back}

    def test_the_way_home_counts_as_much_as_the_way_there(self):
        early = driver(available=(span("08:00-11:30"),))
        answer = proposed(going(TWO, *ONE_PLACE, drivers=(early,)))
        assert placed(answer) == {}
        assert all(("not_carried", 1) in p.account.excluded for p in answer.proposals)
        assert {c.code for p in answer.proposals for c in p.unplaced.smallest_changes} == {"ride"}

    def test_trips_a_month_are_counted_over_the_weekdays(self):
        week = ([salon(1, 12.0), salon(2, 12.0)], [opening(1, 10, 12), opening(2, 10, 12, Weekday.FRI)])
        both_days = (span("08:00-16:00"), span("08:00-16:00", Weekday.FRI))
        people = [person(1, 5.0), person(2, 6.0)]
        needs = (
            need(1, available=(span("09:00-13:00"),)),
            need(2, available=(span("09:00-13:00", Weekday.FRI),)),
        )
        enough = going(people, *week, drivers=(driver(available=both_days, max_trips_per_month=16),), needs=needs)
        assert len(placed(proposed(enough))) == 2
        fewer = going(people, *week, drivers=(driver(available=both_days, max_trips_per_month=15),), needs=needs)
        assert len(placed(proposed(fewer))) == 1
        assert proposed(fewer).status == "optimal"

    def test_who_comes_every_other_week_takes_half_the_trips(self):
        place = ([salon(1, 12.0)], [opening(1, 10, 12, weeks_of_month=(1, 3))])
        assert len(placed(proposed(going(TWO, *place, drivers=(driver(max_trips_per_month=8),))))) == 2
        assert len(placed(proposed(going(TWO, *place, drivers=(driver(max_trips_per_month=7),))))) == 1


class TestWhatIsThere:
    def test_a_promised_ride_stays_and_the_proposal_goes_without(self):
        out = ride("q1", 5.0, 40.0, resident_id="p1", date=None, weekday=Weekday.THU, promised=True)
        back = home("q2", out, time(12), promised=True)
        far = ([salon(1, 40.0)], [opening(1, 10, 12)])
        people = [person(1, 5.0), person(2, 6.0)]
        alone = going(people, *far, vehicles=(vehicle(seats=1),), needs=(need(2),))
        assert placed(proposed(alone)) == {"n2": "o1"}
        assert placed(proposed(replace(alone, ride_requests=(out, back)))) == {}

    def test_a_ride_that_the_person_asks_for_already_is_that_ride(self):
        out = ride("q1", 5.0, 12.0, resident_id="p1", date=None, weekday=Weekday.THU, promised=True, driver_id="d1")
        back = home("q2", out, time(12), promised=True)
        community = going([person(1, 5.0)], *ONE_PLACE, drivers=(driver(max_trips_per_month=8),))
        answer = proposed(replace(community, ride_requests=(out, back)))
        assert placed(answer) == {"n1": "o1"} and ride_of(answer, "n1")["driver"] == "d1"

    def test_who_holds_a_place_keeps_it_and_is_told_where_no_car_can_carry_them(self):
        early = driver(available=(span("08:00-11:30"),))
        community = going(TWO, *ONE_PLACE, drivers=(early,))
        held = replace(community, placements=(Placement("n1", "o1", state=PlacementState.SETTLED),))
        answer = proposed(held)
        assert placed(answer) == {"n1": "o1"}
        assert "held_not_carried" in {w.code for w in answer.warnings}


def test_where_the_cars_are_not_decided_some_go_all_is_accounted_for_and_no_more_is_claimed(monkeypatch):
    def undecided(self, units):
        raise UndecidedError

    community = TestWhatWouldHelp().community(vehicles=(vehicle(seats=1),))
    best = proposed(community)
    monkeypatch.setattr(Crew, "carries", undecided)
    answer = proposed(community)
    assert len(placed(answer)) == 1 == len(placed(best))
    assert answer.status == "feasible"
    assert all(
        here.value <= best_here.value <= here.bound
        for here, best_here in zip(answer.tiers[:1], best.tiers[:1], strict=True)
    )
    for proposal in answer.proposals:
        told = proposal.account
        assert sum(n for _, n in told.excluded) + told.full + told.shown + told.others == told.considered
    assert all(p.unplaced.held_back and p.unplaced.smallest_changes for p in answer.proposals if not p.placed)


@pytest.mark.parametrize(("again", "go"), [(0, {"o1"}), (1, {"o1", "o2"})])
def test_who_is_left_behind_where_nothing_is_decided_may_be_driven_elsewhere(monkeypatch, again, go):
    def undecided(self, units):
        raise UndecidedError

    both_days = (span("08:00-16:00"), span("08:00-16:00", Weekday.FRI))
    week = ([salon(1, 40.0), salon(2, 45.0)], [opening(1, 10, 12), opening(2, 10, 12, Weekday.FRI)])
    needs = (need(1, available=both_days), need(2, available=both_days))
    community = going(TWO, *week, vehicles=(vehicle(seats=1),), drivers=(driver(available=both_days),), needs=needs)
    assert set(placed(proposed(community)).values()) == {"o1", "o2"}
    monkeypatch.setattr(Crew, "carries", undecided)
    monkeypatch.setattr(agree, "AGAIN", again)
    assert set(placed(proposed(community)).values()) == go


class TestWhatStaysAsItWas:
    @pytest.mark.parametrize("tables", [{"vehicles": ()}, {"drivers": ()}])
    def test_without_cars_or_drivers_nothing_is_planned(self, tables):
        answer = proposed(going(TWO, *ONE_PLACE, **tables))
        assert all(ride_of(answer, need_id) is None for need_id in placed(answer))

    def test_the_same_town_gives_the_same_bytes(self):
        community = going(TWO, *ONE_PLACE, vehicles=(vehicle(seats=1),))
        assert proposals_json(proposed(community), "ja", 0.0) == proposals_json(proposed(community), "ja", 0.0)

    def test_an_option_by_ride_that_is_not_chosen_is_no_more_than_assumed(self):
        places = ([salon(1, 12.0), salon(2, 13.0)], [opening(1, 10, 12), opening(2, 10, 12)])
        answer = proposed(going([person(1, 5.0)], *places))
        _, other = answer.proposals[0].options
        assert not other.exact and "ride_assumed" in {r.code for r in other.reasons}

    def test_somebody_who_wants_no_ride_needs_none(self):
        answer = proposed(going(TWO, *ONE_PLACE, needs=(need(1, ride=RideWish.NO), need(2))))
        assert set(placed(answer)) == {"n2"}


def test_a_small_town_is_proven_however_many_pairs_of_people_are_too_many_for_its_car():
    people = [person(number, 5.0) for number in (1, 2, 3)]
    places = ([salon(1, 40.0), salon(2, 40.0)], [opening(1, 10, 12), opening(2, 10, 12)])
    answer = proposed(going(people, *places, vehicles=(vehicle(seats=1),)))
    assert (answer.status, len(placed(answer))) == ("optimal", 1)


@settings(max_examples=25, deadline=None)
@given(towns_with_a_car())
def test_placement_and_ride_are_the_best_of_all_that_can_be_carried(community):
    answer = proposed(community)
    best = best_by_hand(community)
    value = tuple(tier.value for tier in answer.tiers)
    assert answer.status == "optimal"
    assert value == best


class TestWhatWouldHelp:
    def community(self, **tables):
        far = ([salon(1, 40.0)], [opening(1, 10, 12)])
        return going([person(1, 5.0), person(2, 6.0), person(3, 7.0)], *far, **tables)

    def test_one_more_car_is_told_with_its_hours_and_who_could_ride_along_and_it_really_helps(self):
        one = self.community(vehicles=(vehicle(seats=1),))
        answer = proposed(one)
        left = [p for p in answer.proposals if not p.placed]
        (change,) = (c for c in left[0].unplaced.smallest_changes if c.code == "one_more_car")
        assert (len(left), change.facts["seats"], change.facts["people"]) == (2, 1, 1)
        more = replace(
            one,
            vehicles=(*one.vehicles, vehicle("v2", seats=1)),
            drivers=(driver(vehicles=("v1",)), driver("d2", vehicles=("v2",))),
        )
        assert len(placed(proposed(more))) == 2

    def test_with_room_in_the_car_others_who_wait_could_ride_along(self):
        tired = driver(max_trips_per_month=8)
        answer = proposed(self.community(vehicles=(vehicle(seats=3),), drivers=(tired,)))
        (first, _) = (p for p in answer.proposals if not p.placed)
        assert {c.facts["people"] for c in first.unplaced.smallest_changes if c.code == "one_more_car"} == {2}

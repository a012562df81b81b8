"""Rules that couple pairs: quotas over columns, and places that count less and less."""

from dataclasses import replace
from datetime import time

import numpy as np

from matching.domain import (
    Companion,
    NeedKind,
    Opening,
    Placement,
    PlacementState,
    Relation,
    RideWish,
    Vehicle,
    Weekday,
    Where,
    Wish,
)
from matching.rules.carried import Carried
from matching.rules.columns import columns
from matching.rules.comfortable_load import ComfortableLoad
from matching.rules.companions import Companions
from matching.rules.fair_share import FairShare
from matching.rules.helper_hours import HelperHours
from matching.rules.min_attendance import MinAttendance
from matching.rules.one_at_a_time import OneAtATime
from matching.rules.places import Places
from matching.rules.ride_offers import Cut
from matching.rules.seats import RideSeats
from tests.given import MONDAY, NEED, OPENING, RESIDENT, RESOURCE, all_pairs, town

TWO_PEOPLE = {
    "residents": (RESIDENT, replace(RESIDENT, resident_id="p2")),
    "needs": (NEED, replace(NEED, need_id="n2", resident_id="p2")),
}


def opening(name, weekday="tue", start=10, end=12, weeks=(), **more):
    return Opening(name, more.pop("resource", "r1"), Weekday(weekday), time(start), time(end), weeks, **more)


def rows(quotas, pairs):
    """Quotas as sets of (need, opening) ids."""
    needs, openings = pairs.town.community.needs, pairs.town.community.openings
    return [
        {(needs[pairs.need_row[p]].need_id, openings[pairs.opening_row[p]].opening_id) for p in q.pair} for q in quotas
    ]


class TestOneAtATime:
    def two_needs(self, *openings):
        return all_pairs(town(needs=(NEED, replace(NEED, need_id="n2")), openings=openings))

    def test_two_needs_of_one_person_do_not_go_to_openings_that_meet(self):
        pairs = self.two_needs(opening("a"), opening("b", start=11, end=13), opening("c", start=12, end=14))
        quotas = list(OneAtATime().quotas(pairs))
        assert {("n1", "a"), ("n2", "a"), ("n1", "b"), ("n2", "b")} in rows(quotas, pairs)
        assert all(q.upper == 1 for q in quotas)
        assert not any({("n1", "a"), ("n2", "c")} <= row for row in rows(quotas, pairs))

    def test_other_days_and_other_weeks_do_not_meet(self):
        pairs = self.two_needs(opening("a", weeks=(1, 3)), opening("b", weeks=(2,)), opening("c", weekday="wed"))
        found = rows(OneAtATime().quotas(pairs), pairs)
        assert all(len({o for _, o in row}) == 1 for row in found)

    def test_a_person_with_one_need_is_not_coupled(self):
        assert not list(OneAtATime().quotas(all_pairs(town(**TWO_PEOPLE))))


class TestCompanions:
    def test_together_means_the_same_opening_or_neither(self):
        pairs = all_pairs(town(**TWO_PEOPLE, companions=(Companion("p2", "p1", Relation.TOGETHER),)))
        (quota,) = Companions().quotas(pairs)
        assert (quota.lower, quota.upper) == (0, 0)
        assert sorted(quota.weight.tolist()) == [-1, 1]

    def test_needs_of_other_kinds_are_left_alone(self):
        needs = (NEED, replace(NEED, need_id="n2", resident_id="p2", kind=NeedKind.MEAL))
        community = town(
            residents=TWO_PEOPLE["residents"], needs=needs, companions=(Companion("p1", "p2", Relation.TOGETHER),)
        )
        assert not list(Companions().quotas(all_pairs(community)))

    def test_apart_means_never_at_one_place_at_one_hour(self):
        openings = (opening("a"), opening("b", start=11, end=13), opening("c", weekday="wed"))
        pairs = all_pairs(town(**TWO_PEOPLE, openings=openings, companions=(Companion("p1", "p2", Relation.APART),)))
        found = rows(Companions().quotas(pairs), pairs)
        assert {("n1", "a"), ("n2", "a"), ("n2", "b")} in found
        assert {("n1", "c"), ("n2", "c")} in found

    def test_a_never_about_a_person_keeps_apart_as_well(self):
        pairs = all_pairs(town(**TWO_PEOPLE, wishes=(Wish("p1", "p2", -2),)))
        assert [q.code for q in Companions().quotas(pairs)] == ["apart"]


class TestMinAttendance:
    def test_a_place_that_does_not_run_yet_opens_with_enough_people_or_not_at_all(self):
        pairs = all_pairs(town(**TWO_PEOPLE, openings=(replace(OPENING, min_attendance=2),)))
        (quota,) = MinAttendance().quotas(pairs)
        assert quota.or_none
        assert quota.lower == 2

    def test_a_place_that_runs_is_never_closed(self):
        runs = (replace(OPENING, min_attendance=4, attending=1),)
        assert not list(MinAttendance().quotas(all_pairs(town(**TWO_PEOPLE, openings=runs))))
        held = {"placements": (Placement("n1", "o1", MONDAY, PlacementState.TRIAL),)}
        new = (replace(OPENING, min_attendance=4),)
        assert not list(MinAttendance().quotas(all_pairs(town(**TWO_PEOPLE, openings=new, **held))))


class TestHelperHours:
    def test_all_together_take_no_more_than_the_hours_left(self):
        visit = replace(RESOURCE, where=Where.VISIT, max_hours_per_month=10.0)
        pairs = all_pairs(town(**TWO_PEOPLE, resources=(visit,)))
        (quota,) = HelperHours().quotas(pairs)
        assert quota.upper == 600
        assert quota.weight.tolist() == [480, 480]

    def test_enough_hours_for_all_need_no_row(self):
        visit = replace(RESOURCE, where=Where.VISIT, max_hours_per_month=16.0)
        assert not list(HelperHours().quotas(all_pairs(town(**TWO_PEOPLE, resources=(visit,)))))


class TestCarried:
    def pairs(self, barred=(), cuts=()):
        pairs = all_pairs(town(**TWO_PEOPLE))
        rides = replace(pairs.town.rides, barred=np.array(barred, np.int64), cuts=tuple(cuts))
        return replace(pairs, town=replace(pairs.town, rides=rides))

    def test_nothing_is_said_before_anybody_looked_at_the_cars(self):
        assert not Carried().judge(self.pairs()).blocked.any()
        assert not list(Carried().quotas(self.pairs()))

    def test_who_cannot_be_driven_even_alone_is_out(self):
        assert Carried().judge(self.pairs(barred=[1])).blocked.tolist() == [False, True]

    def test_of_those_who_cannot_be_driven_together_some_are(self):
        cut = Cut(np.array([0, 1], np.int64), np.array([1, 1], np.int64), 1, {"weekday": "tue"})
        (quota,) = Carried().quotas(self.pairs(cuts=[cut]))
        assert (quota.code, quota.upper, quota.pair.tolist()) == ("cars", 1, [0, 1])


class TestSeats:
    def community(self, *cars, **resident):
        people = tuple(replace(p, **resident) for p in TWO_PEOPLE["residents"])
        needs = tuple(replace(n, ride=RideWish.ALWAYS) for n in TWO_PEOPLE["needs"])
        return town(residents=people, needs=needs, vehicles=cars)

    def test_no_more_people_than_seats_at_one_hour(self):
        pairs = all_pairs(self.community(Vehicle("v1", "r1", seats=1)))
        (quota,) = RideSeats().quotas(pairs)
        assert (quota.upper, quota.weight.tolist()) == (1, [1, 1])
        assert quota.facts["weekday"] == "tue"

    def test_seats_of_all_cars_are_counted(self):
        assert not list(RideSeats().quotas(all_pairs(self.community(Vehicle("v1", "r1", 1), Vehicle("v2", "r1", 1)))))

    def test_wheelchairs_have_places_of_their_own(self):
        pairs = all_pairs(self.community(Vehicle("v1", "r1", 5, 1), requires=("wheelchair",)))
        (quota,) = RideSeats().quotas(pairs)
        assert quota.upper == 1

    def test_an_escort_takes_a_seat(self):
        pairs = all_pairs(self.community(Vehicle("v1", "r1", seats=3), escort=True))
        (quota,) = RideSeats().quotas(pairs)
        assert quota.weight.tolist() == [2, 2]


class TestPlaces:
    def free(self, resource=None, **slot):
        community = town(resources=(resource or RESOURCE,), openings=(replace(OPENING, **slot),))
        places, assumed = Places().free(columns(community))
        return int(places[0]), bool(assumed[0])

    def test_free_places_are_the_capacity_less_who_attends(self):
        assert self.free(capacity=5, attending=3) == (2, False)
        assert self.free(capacity=5, attending=9) == (0, False)

    def test_without_a_capacity_the_comfortable_load_counts(self):
        assert self.free(capacity=None, comfortable_load=4, attending=1) == (3, False)

    def test_without_either_it_is_assumed_and_said_so(self):
        assert self.free(capacity=None) == (2, True)
        assert self.free(replace(RESOURCE, informal=True), capacity=None) == (1, True)

    def test_an_informal_place_is_never_filled_beyond_its_comfortable_load(self):
        assert self.free(replace(RESOURCE, informal=True), capacity=9, comfortable_load=2) == (2, False)
        assert self.free(capacity=9, comfortable_load=2) == (9, False)


class TestPlacePoints:
    NTH = np.arange(1, 6, dtype=np.int32)
    FIRST = np.zeros(5, np.int32)

    def test_beyond_the_comfortable_load_each_further_person_counts_less(self):
        known = columns(town(openings=(replace(OPENING, comfortable_load=3, attending=1),)))
        points = ComfortableLoad().place_points(known, self.FIRST, self.NTH)
        assert points.tolist() == [0, 0, *[ComfortableLoad().points_per_person_beyond] * 3]

    def test_a_helper_who_gives_much_already_is_spared(self):
        def points(used):
            helper = replace(RESOURCE, max_hours_per_month=10.0, hours_this_month=used)
            return FairShare().place_points(columns(town(resources=(helper,))), self.FIRST, self.NTH)

        assert points(8.0)[0] < points(2.0)[0]
        assert np.all(np.diff(points(2.0)) < 0)

    def test_a_place_without_limited_hours_is_all_the_same(self):
        assert not FairShare().place_points(columns(town()), self.FIRST, self.NTH).any()

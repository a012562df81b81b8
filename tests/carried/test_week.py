"""A week of cars: what is found passes the judge, what is refuted is, and the judge refuses every mended plan."""

from dataclasses import replace

from hypothesis import given, settings

from matching.candidates import judge_town
from matching.carried.carry import Crew
from matching.carried.fleet import fleets, week_of
from matching.carried.quotas import drivers_of, scarce
from matching.carried.units import units_of
from matching.domain import Sharing
from matching.routing.week import verify_week
from matching.rules import columns
from tests.carried.given_cars import BOOK, LAW, TRAVEL, carried_by_hand, towns_with_a_car


def fleets_of(community):
    pairs = judge_town(columns(community), TRAVEL, BOOK).pairs
    return fleets(units_of(pairs, BOOK.rides, Sharing.CONSENT), community, TRAVEL, LAW, BOOK.rides)


def one_each(units):
    """One unit of each person."""
    return list({unit.key[0]: unit for unit in units}.values())


@settings(max_examples=40, deadline=None)
@given(towns_with_a_car())
def test_what_is_carried_and_what_is_not_is_the_truth(community):
    for fleet in fleets_of(community)[0]:
        units = one_each(fleet.units)
        assert (Crew(fleet).carries(units) is not None) == carried_by_hand(Crew(fleet), units)


@settings(max_examples=40, deadline=None)
@given(towns_with_a_car())
def test_who_is_sorted_out_beforehand_can_never_be_carried(community):
    found, nobody = fleets_of(community)
    for fleet in found:
        for unit in nobody:
            if all(ride.ride_id in fleet.days[unit.weekday].row for ride in unit.rides if unit.weekday in fleet.days):
                assert unit.weekday not in fleet.days or not carried_by_hand(Crew(fleet), [unit])


@settings(max_examples=40, deadline=None)
@given(towns_with_a_car())
def test_a_conflict_cannot_be_carried_and_without_any_one_of_it_can(community):
    for fleet in fleets_of(community)[0]:
        units, crew = one_each(fleet.units), Crew(fleet)
        if crew.carries(units) is None:
            some = crew.conflict([], units)
            assert not carried_by_hand(crew, some)
            assert all(carried_by_hand(crew, [one for one in some if one is not left]) for left in some)


@settings(max_examples=40, deadline=None)
@given(towns_with_a_car())
def test_where_trips_are_too_few_nobody_can_carry_all(community):
    for fleet in fleets_of(community)[0]:
        units = one_each(fleet.units)
        if list(scarce(fleet, drivers_of(fleet), units)):
            assert not carried_by_hand(Crew(fleet), units)


@settings(max_examples=30, deadline=None)
@given(towns_with_a_car())
def test_the_judge_refuses_a_week_that_leaves_somebody_or_drives_beyond_what_is_offered(community):
    for fleet in fleets_of(community)[0]:
        units = one_each(fleet.units)
        days = Crew(fleet).carries(units)
        if days is None:
            continue
        week = replace(week_of(fleet, [one for one, _, _ in days]), days=tuple(problem for _, problem, _ in days))
        plans, wanted = [plan for _, _, plan in days], [(1 << len(one.rides)) - 1 for one, _, _ in days]
        assert verify_week(week, plans, wanted) == []
        assert verify_week(week, plans[1:], wanted)
        assert verify_week(week, [replace(plans[0], routes=plans[0].routes[1:]), *plans[1:]], wanted)
        driven = tuple(replace(one, most=0) for one in week.shared)
        used = {(day, route.duty) for day, plan in enumerate(plans) for route in plan.routes}
        if any(used & set(one.duties) for one in driven):
            assert verify_week(replace(week, shared=driven), plans, wanted)

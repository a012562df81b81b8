"""What no driver's hours allow is known of a whole town at once; nothing that could be driven is among it."""

from dataclasses import replace
from datetime import time
from unittest.mock import patch

from hypothesis import given, settings, strategies as st

from matching.candidates import judge_town
from matching.carried.fleet import fleets
from matching.carried.hours import out_of_hours
from matching.carried.units import units_of
from matching.domain import Sharing, Weekday
from matching.propose import propose
from matching.rules import columns
from matching.rules.ways import by_planned_car
from tests.carried.given_cars import BOOK, LAW, best_by_hand, going, opening, person, salon, towns_with_a_car
from tests.rides.given_rides import TRAVEL, driver, home, ride, span

NOON = (span("12:00-13:00"), span("12:00-13:00", Weekday.FRI))


def by_ride(community):
    pairs = judge_town(columns(community, Sharing.CONSENT), TRAVEL, BOOK).pairs
    return pairs.take(by_planned_car(pairs))


def barred(community):
    """(need, opening) of the pairs that nobody's hours allow."""
    pairs = by_ride(community)
    out = pairs.take(out_of_hours(pairs, LAW, BOOK.rides, Sharing.CONSENT))
    return set(zip(out.need_row.tolist(), out.opening_row.tolist(), strict=True))


def one_place(start, end, **tables):
    return going([person(1, 5.0)], [salon(1, 12.0)], [opening(1, start, end)], **tables)


class TestHours:
    def test_where_all_drivers_rest_at_noon_nobody_arrives_for_one_o_clock(self):
        rests = (driver(breaks=NOON),)
        assert barred(one_place(13, 15, drivers=rests)) == {(0, 0)}
        assert barred(one_place(13, 15)) == set()
        assert barred(one_place(13, 15, drivers=(*rests, driver("d2")))) == set()

    def test_the_way_home_counts_as_much_as_the_way_there(self):
        assert barred(one_place(10, 12, drivers=(driver(available=(span("08:00-11:30"),)),))) == {(0, 0)}

    def test_who_asks_for_a_ride_at_another_hour_is_not_judged(self):
        out = ride("q1", 5.0, 12.0, resident_id="p1", date=None, weekday=Weekday.THU)
        asked = replace(
            one_place(13, 15, drivers=(driver(breaks=NOON),)), ride_requests=(out, home("q2", out, time(15)))
        )
        assert barred(asked) == set()

    def test_a_resource_that_does_not_serve_the_area_does_not_count(self):
        community = one_place(13, 15, drivers=(driver(breaks=NOON),))
        assert not len(by_ride(replace(community, vehicles=())))


@settings(max_examples=60, deadline=None)
@given(towns_with_a_car(), st.booleans())
def test_nothing_that_a_driver_could_drive_is_left_out(community, rests):
    if rests:
        community = replace(community, drivers=tuple(replace(one, breaks=NOON) for one in community.drivers))
    units = units_of(by_ride(community), BOOK.rides, Sharing.CONSENT)
    _, nobody = fleets(units, community, TRAVEL, LAW, BOOK.rides)
    assert barred(community) <= {unit.key for unit in nobody}


@settings(max_examples=15, deadline=None)
@given(towns_with_a_car(), st.booleans())
def test_a_town_looked_at_as_a_large_one_never_claims_more_than_can_be_carried(community, rests):
    if rests:
        community = replace(community, drivers=tuple(replace(one, breaks=NOON) for one in community.drivers))
    best = best_by_hand(community)
    with patch("matching.carried.agree.MANY", 0):
        answer = propose(community, BOOK, TRAVEL)
    value = [tier.value for tier in answer.tiers]
    assert value <= list(best)
    assert answer.tiers[0].bound >= best[0]
    assert answer.status == "feasible" or value == list(best)
    for told in (proposal.account for proposal in answer.proposals):
        assert sum(n for _, n in told.excluded) + told.full + told.shown + told.others == told.considered

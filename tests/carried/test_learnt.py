"""What was learnt of the cars of a town serves towns like it: the answer is the one that is found from nothing."""

from dataclasses import replace
from datetime import time
from functools import partial

import pytest
from hypothesis import given, settings, strategies as st

from matching.carried import agree
from matching.domain import Accepting, Weekday
from matching.propose import Wanted, decided
from tests.carried.given_cars import BOOK, best_by_hand, going, need, opening, person, salon, towns_with_a_car
from tests.rides.given_rides import TRAVEL, driver, home, ride, vehicle

decide = partial(decided, rulebook=BOOK, travel=TRAVEL, wanted=Wanted(explain="none"))


def with_places(community, at, capacity):
    openings = list(community.openings)
    openings[at] = replace(openings[at], capacity=capacity)
    return replace(community, openings=tuple(openings))


def asked_of_fleets(monkeypatch):
    """How often fleets are made anew: not at all where what was learnt is used."""
    made, fleets = [], agree.fleets
    monkeypatch.setattr(agree, "fleets", lambda *args: made.append(1) or fleets(*args))
    return made


def known(agreed):
    return [dict(crew.answers) for crew in agreed.learnt.crews], agreed.learnt.cuts


@settings(max_examples=40, deadline=None)
@given(towns_with_a_car(), st.integers(0, 1), st.integers(0, 6))
def test_with_other_places_the_answer_is_the_best_of_all_that_can_be_carried(community, at, capacity):
    before = decide(community)
    other = with_places(community, at, capacity)
    after = decide(other, learnt=before.learnt)
    assert after.choice.proven.all()
    assert tuple(after.choice.value) == best_by_hand(other) == tuple(decide(other).choice.value)


@settings(max_examples=20, deadline=None)
@given(towns_with_a_car(), st.integers(0, 2))
def test_with_other_drivers_the_answer_is_the_best_of_all_that_can_be_carried(community, trips):
    before = decide(community)
    less = tuple(replace(one, max_trips_per_week=trips) for one in community.drivers)
    other = replace(community, drivers=less)
    assert tuple(decide(other, learnt=before.learnt).choice.value) == best_by_hand(other)


FAR = ([person(1, 5.0), person(2, 6.0)], [salon(1, 40.0)], [opening(1, 10, 12)])
ONE_SEAT = going(*FAR, vehicles=(vehicle(seats=1),))
SHUT = salon(2, 5.0, accepting=Accepting.CLOSED)


@pytest.mark.parametrize("capacity", [1, 4, 6])
def test_another_number_of_places_asks_nothing_of_the_cars_anew_and_leaves_what_was_learnt_as_it_was(
    monkeypatch, capacity
):
    before = decide(ONE_SEAT)
    told, made = known(before), asked_of_fleets(monkeypatch)
    after = decide(with_places(ONE_SEAT, 0, capacity), learnt=before.learnt)
    assert made == []
    assert after.learnt.cuts == before.learnt.cuts != ()
    assert known(before) == told


@pytest.mark.parametrize(
    "changed",
    [
        replace(ONE_SEAT, vehicles=(vehicle(seats=3),)),
        replace(ONE_SEAT, drivers=(driver(max_trips_per_week=1),)),
        going([person(1, 5.0), person(2, 6.0), person(3, 6.0)], *FAR[1:], vehicles=(vehicle(seats=1),)),
        going(FAR[0], [salon(1, 20.0)], FAR[2], vehicles=(vehicle(seats=1),)),
        going(FAR[0], [*FAR[1], SHUT], [*FAR[2], opening(2, 10, 12)], vehicles=(vehicle(seats=1),)),
    ],
    ids=["another car", "another driver", "somebody more", "another way", "another opening, to which nobody goes"],
)
def test_other_cars_drivers_rides_or_ways_are_asked_about_anew(monkeypatch, changed):
    before = decide(ONE_SEAT)
    made = asked_of_fleets(monkeypatch)
    assert tuple(decide(changed, learnt=before.learnt).choice.value) == best_by_hand(changed)
    assert made


def test_a_promise_that_is_gone_gives_its_seat_back():
    out = ride("q1", 5.0, 40.0, resident_id="p1", date=None, weekday=Weekday.THU, promised=True)
    alone = going(*FAR, vehicles=(vehicle(seats=1),), needs=(need(2),))
    promised = replace(alone, ride_requests=(out, home("q2", out, time(12), promised=True)))
    before = decide(promised)
    after = decide(alone, learnt=before.learnt)
    assert before.choice.value[0] < after.choice.value[0]
    assert tuple(after.choice.value) == best_by_hand(alone)

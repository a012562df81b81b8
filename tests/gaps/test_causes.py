"""Causes are kept apart: for each of them a town of one person in which nothing else is missing."""

from dataclasses import replace
from datetime import date, time

import pytest

from matching.domain import NeedKind, RideWish, Sharing, Span, Weekday
from matching.gaps import gaps
from matching.rules import rulebook
from tests.given import MONDAY, NEED, OPENING, RESIDENT, RESOURCE, Ruler, town

BOOK = rulebook()
MONDAY_MORNING = (Span(Weekday.MON, time(9), time(12)),)


def village(resident=(), need=(), resource=(), opening=()):
    """One person, one need, one resource, one opening, each with some columns changed."""
    return town(
        residents=(replace(RESIDENT, **dict(resident)),), needs=(replace(NEED, **dict(need)),),
        resources=(replace(RESOURCE, **dict(resource)),), openings=(replace(OPENING, **dict(opening)),),
    )  # fmt: skip


CASES = {
    "placed": village(),
    "no_such_place": village(need={"activities": ("shogi",)}, resource={"activities": ("tea",)}),
    "other_hour": village(need={"available": MONDAY_MORNING}),
    "full": village(opening={"capacity": 3, "attending": 3}),
    "not_reachable": village(resident={"max_walk_minutes": 5}, resource={"latitude": 34.9}),
    "no_ride": village(need={"ride": RideWish.ALWAYS}),
    "not_accessible": village(resident={"requires": ("step_free",)}, resource={"features": ("parking",)}),
    "not_yet_asked": village(resident={"requires": ("step_free",)}),
    "host_tired": village(resource={"fatigue": 3, "fatigue_on": MONDAY}),
    "no_consent": village(resident={"sharing": Sharing.SUPPORT_CONFERENCE}),
}


@pytest.mark.parametrize("cause", CASES)
def test_where_one_thing_is_missing_that_is_the_cause(cause):
    assert gaps(CASES[cause], BOOK, Ruler()).outcome == (cause,)


def test_a_place_for_other_needs_is_no_such_place_although_it_is_full_too():
    full = village(
        need={"kind": NeedKind.MEAL}, resource={"serves": (NeedKind.SHOPPING,)}, opening={"capacity": 3, "attending": 3}
    )
    assert gaps(full, BOOK, Ruler()).outcome == ("no_such_place",)


def test_who_waits_long_waits_for_the_same_cause():
    long = replace(CASES["other_hour"], residents=(replace(RESIDENT, waiting_since=date(2020, 1, 6)),))
    assert gaps(long, BOOK, Ruler()).outcome == ("other_hour",)

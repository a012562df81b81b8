"""Laws of scenarios: nothing changes nothing, what touches different things commutes, and what is undone is undone."""

from dataclasses import fields
from datetime import time
from pathlib import Path

from hypothesis import given, settings, strategies as st

from matching.domain import Community, Weekday
from matching.exchange import read_town
from matching.scenario import (
    AddCar,
    AddOpening,
    AddPlace,
    CloseOpening,
    CloseResource,
    LoseDrivers,
    MoreNeeds,
    MorePlaces,
    NoBus,
    edited,
)
from matching.study import Outcome
from matching.study.compare import change, newly_tight, points_changed

ROOT = Path(__file__).parents[2]
KAWABE = read_town(ROOT / "fixtures/towns/kawabe")
BUSY = {v.resource_id for v in KAWABE.vehicles}
CLOSES = [r.resource_id for r in KAWABE.resources if r.resource_id not in BUSY][:4]
OPENINGS = [o for o in KAWABE.openings if o.resource_id not in CLOSES]
FREE = [r.resource_id for r in KAWABE.resources if r.resource_id not in CLOSES]
POOL = (
    *(CloseResource(name) for name in CLOSES),
    *(CloseOpening(o.opening_id) for o in OPENINGS[:3]),
    *(MorePlaces(o.opening_id, n) for o, n in zip(OPENINGS[3:8], (3, -1, 2, -4, 1), strict=True)),
    *(AddOpening(name, Weekday.SUN, time(9), time(11), 4, f"new-{name}") for name in FREE[:3]),
    *(AddPlace(f"place-{n}", KAWABE.areas[-1].area_id, Weekday.MON, time(10), time(12), n) for n in (3, 6)),
    *(LoseDrivers((d.driver_id,)) for d in KAWABE.drivers[:2]),
    AddCar(min(BUSY), ()),
    MoreNeeds(150),
    NoBus(),
)
"""Edits of which no two touch the same thing."""


FEW = settings(max_examples=40, deadline=None)


def canonical(town: Community) -> dict[str, list[str]]:
    """What a town holds, whatever the order of its rows."""
    told = ((f.name, getattr(town, f.name)) for f in fields(town))
    return {name: sorted(map(repr, value)) if isinstance(value, tuple) else [repr(value)] for name, value in told}


@FEW
@given(st.permutations(POOL), st.integers(2, 6), st.randoms())
def test_edits_commute_where_they_touch_different_things(pool, many, random):
    some = pool[:many]
    other = list(some)
    random.shuffle(other)
    assert canonical(edited(KAWABE, some)) == canonical(edited(KAWABE, other))


@FEW
@given(st.lists(st.sampled_from(POOL), max_size=3, unique_by=repr))
def test_edits_in_two_goes_are_edits_in_one(some):
    for cut in range(len(some) + 1):
        assert edited(edited(KAWABE, some[:cut]), some[cut:]) == edited(KAWABE, some)


@FEW
@given(st.lists(st.sampled_from(POOL), max_size=4, unique_by=repr))
def test_the_town_given_stays_as_it_is(some):
    before = KAWABE.digest
    edited(KAWABE, some)
    assert KAWABE.digest == before
    assert edited(KAWABE, ()) is KAWABE


NAMES = st.lists(st.sampled_from("abcdefghij"), unique=True).map(tuple)
POINTS = st.dictionaries(st.sampled_from("xyz"), st.tuples(st.integers(1, 40), st.integers(-300, 300)))
TIGHT = st.lists(st.tuples(st.sampled_from(("places", "seats")), st.sampled_from("abc")), unique=True).map(tuple)
OUTCOMES = st.builds(Outcome, NAMES, st.just(()), st.just(()), st.just(()), POINTS, TIGHT)


@settings(deadline=None)
@given(OUTCOMES, OUTCOMES)
def test_the_difference_there_is_that_back_with_its_sign_turned(one, other):
    there, back = change(one, other), change(other, one)
    assert (there.gains, there.losses, there.net) == (back.losses, back.gains, -back.net)
    assert points_changed(one, other) == {code: -by for code, by in points_changed(other, one).items()}
    assert newly_tight(one, other) == {code: (b, a) for code, (a, b) in newly_tight(other, one).items()}


@settings(deadline=None)
@given(OUTCOMES)
def test_nothing_differs_from_itself(one):
    assert change(one, one).net == 0 and not change(one, one).gains
    assert points_changed(one, one) == {} and newly_tight(one, one) == {}

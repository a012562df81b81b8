"""What is never looked at falls to the same code as if it had been."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from matching.candidates import grid, judge_town, judged, worth_a_look
from matching.domain import Accepting, Mode, NeedKind, Placement, RideWish, Sharing, TravelSettings, Where
from matching.explain.near_misses import REMEDY
from matching.rules import columns, rulebook
from matching.synthetic import generate
from matching.travel import StraightLine
from tests.candidates.given_dense import Unsure, judge_every_pair, same
from tests.given import MONDAY, Ruler, all_pairs, town
from tests.given_town import SIZES, communities

BOOK = rulebook()
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
CROWDED = {**SIZES, "residents": 8, "needs": 10, "resources": 8, "openings": 12, "vehicles": 2, "placements": 3}
TRAVELS = st.sampled_from(
    [
        StraightLine(),
        StraightLine(TravelSettings(car_metres_per_minute=50, car_extra_minutes=5, bicycle_metres_per_minute=80)),
        StraightLine(TravelSettings(detour_factors=(1.0, 2.5, 1.1))),
        Unsure(),
        Ruler(),
    ]
)


@pytest.fixture(params=[judged.FEW, 0], ids=["in one go", "by the grid"])
def grids(request, monkeypatch):
    """With and without a grid, though the towns are small."""
    monkeypatch.setattr(judged, "FEW", request.param)
    monkeypatch.setattr(grid, "FEW", 0 if request.param == 0 else grid.FEW)


@SLOW
@given(
    communities(CROWDED, least={"residents": 3, "needs": 4, "resources": 3, "openings": 4}),
    TRAVELS,
    st.sampled_from([Sharing.CONSENT, Sharing.SUPPORT_CONFERENCE]),
)
def test_every_opening_falls_to_the_same_code_as_in_the_dense_path(grids, community, travel, room):
    known = columns(community, room)
    assert same(judge_town(known, travel, BOOK), judge_every_pair(known, travel, BOOK))


@pytest.mark.parametrize("travel", [StraightLine(), Unsure()], ids=["straight line", "unsure"])
def test_a_whole_invented_city_is_judged_as_in_the_dense_path(grids, travel):
    known = columns(generate(200, 3))
    assert same(judge_town(known, travel, BOOK), judge_every_pair(known, travel, BOOK))


@SLOW
@given(communities(CROWDED, least={"residents": 3, "needs": 4, "resources": 3, "openings": 4}), TRAVELS)
def test_no_pair_that_one_change_could_make_possible_is_left_out(grids, community, travel):
    known = columns(community)
    community = known.community
    pairs = all_pairs(community, travel)
    against = np.zeros(len(pairs), np.int32)
    for rule in BOOK.rules:
        verdict = rule.judge(pairs)
        lifted = np.array([False, *(code in REMEDY for code in rule.texts)])[verdict.code]
        against += np.where(verdict.blocked, np.where(lifted, 1, 2), 0)
    new = (against == 1) & ~pairs.held
    every = np.arange(len(community.needs), dtype=np.int32), np.arange(len(community.openings), dtype=np.int32)
    found = [
        pair
        for block in worth_a_look(known, travel, BOOK, *every, REMEDY, 1e9)
        for pair in zip(block.need_row.tolist(), block.opening_row.tolist(), strict=True)
    ]
    assert len(found) == len(set(found))
    assert set(zip(pairs.need_row[new].tolist(), pairs.opening_row[new].tolist(), strict=True)) <= set(found)


def counts(community, travel=None):
    found = judge_town(columns(community), travel or StraightLine(), BOOK)
    return {BOOK.codes()[c]: int(found.excluded[0, c]) for c in np.flatnonzero(found.excluded[0])}


def test_a_need_without_consent_is_counted_and_never_looked_at(monkeypatch):
    seen = []
    usual = judged.judge_block

    def watched(pairs, *rest):
        seen.append(len(pairs))
        return usual(pairs, *rest)

    monkeypatch.setattr(judged, "judge_block", watched)
    community = town()
    silent = replace(community, residents=(replace(community.residents[0], sharing=Sharing.NONE),))
    assert counts(silent) == {"sharing": 1}
    assert sum(seen) == 0


def with_opening(**changes):
    community = town()
    return replace(community, resources=(replace(community.resources[0], **changes),))


def with_need(community, resident=None, **changes):
    people = tuple(replace(p, **(resident or {})) for p in community.residents)
    return replace(community, residents=people, needs=(replace(community.needs[0], **changes),))


FAR = {"latitude": 34.9, "longitude": 133.3}


@pytest.mark.parametrize(
    ("community", "code"),
    [
        (with_opening(accepting=Accepting.CLOSED), "closed"),
        (with_opening(serves=(NeedKind.MEAL,)), "kind"),
        (with_need(with_opening(**FAR), max_minutes=20), "too_far"),
        (with_need(with_opening(**FAR), {"max_walk_minutes": 20}), "walk_too_long"),
        (with_need(with_opening(**FAR), {"modes": (Mode.BUS,)}, max_minutes=20), "no_timetable"),
        (with_need(with_opening(**FAR), max_minutes=20, ride=RideWish.IF_NEEDED), "no_ride"),
        (with_need(with_opening(**FAR), max_minutes=500, ride=RideWish.ALWAYS), "no_ride"),
        (with_opening(where=Where.VISIT, max_travel_minutes=5, **FAR), "helper_too_far"),
    ],
)
def test_the_code_of_a_place_that_is_not_looked_at(community, code):
    assert counts(community) == {code: 1}


def test_who_holds_a_place_that_closed_goes_on_there():
    closed = replace(with_opening(accepting=Accepting.CLOSED), placements=(Placement("n1", "o1", MONDAY),))
    assert counts(closed) == {}
    assert len(judge_town(columns(closed), StraightLine(), BOOK).points) == 1

"""Reach counts what each need could get to, and what nobody can get to."""

from collections import Counter

import pytest
from hypothesis import given, settings

from matching.domain import Area, Community, Placement
from matching.graph import could_go, could_go_columns, reach
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, small_towns

RESIDENTS = (*people("p1", "p2"), *people("p3", area="b"))
TOWN = Community(
    INFO,
    areas=(Area("a"), Area("b")),
    residents=RESIDENTS,
    needs=needs_of(RESIDENTS),
    resources=(resource("r1", area_id="a"), resource("r2", area_id="b")),
    openings=(opening("s1", "r1"), opening("s2", "r1"), opening("s3", "r2"), opening("s4", "r2")),
)
COULD = could_go(TOWN, [("n-p1", "s1"), ("n-p1", "s2"), ("n-p2", "s2"), ("n-p2", "s3")])


def test_two_openings_of_one_resource_are_one_possible_place() -> None:
    first, second, third = reach(COULD).needs
    assert (first.openings, first.resources, first.only_resource_id) == (2, 1, "r1")
    assert (second.openings, second.resources, second.only_resource_id) == (2, 2, "")
    assert (third.openings, third.resources, third.only_resource_id) == (0, 0, "")


def test_openings_that_nobody_could_go_to_are_named() -> None:
    assert reach(COULD).unreached == ("s4",)


def test_areas_count_the_needs_of_those_who_live_there_and_the_openings_that_stand_there() -> None:
    a, b = reach(COULD).areas
    assert (a.area_id, a.needs, a.nowhere, a.one_resource, a.openings, a.unreached) == ("a", 2, 0, 1, 2, 0)
    assert (b.area_id, b.needs, b.nowhere, b.one_resource, b.openings, b.unreached) == ("b", 1, 1, 0, 2, 1)


def test_a_place_that_is_held_is_a_place_to_go_to_although_the_rules_would_not_admit_it() -> None:
    from dataclasses import replace

    could = could_go(replace(TOWN, placements=(Placement("n-p3", "s4"),)), ())
    assert could.openings_of("n-p3") == ("s4",)
    assert list(could) == []


def test_index_columns_say_the_same_as_identifiers() -> None:
    import numpy as np

    columns = could_go_columns(TOWN, np.array([1, 0, 1, 0, 0], np.int32), np.array([2, 1, 1, 0, 0], np.int32))
    assert list(columns) == list(COULD)
    with pytest.raises(ValueError, match="outside"):
        could_go_columns(TOWN, np.array([9], np.int32), np.array([0], np.int32))


def test_pairs_outside_the_town_are_refused() -> None:
    with pytest.raises(ValueError, match="ghost"):
        could_go(TOWN, [("ghost", "s1")])


@settings(max_examples=100, deadline=None)
@given(small_towns())
def test_reach_is_what_counting_by_hand_gives(given_town) -> None:
    town, pairs = given_town
    found = reach(could_go(town, pairs))
    ways = set(pairs) | {(p.need_id, p.opening_id) for p in town.placements}
    at = {slot.opening_id: slot.resource_id for slot in town.openings}
    for row in found.needs:
        mine = {slot for need, slot in ways if need == row.need_id}
        assert (row.openings, row.resources) == (len(mine), len({at[slot] for slot in mine}))
    assert set(found.unreached) == set(at) - {slot for _, slot in ways}
    assert sum(area.needs for area in found.areas) == len(town.needs)
    assert Counter({a.area_id: a.nowhere for a in found.areas if a.nowhere}) == Counter(
        row.area_id for row in found.needs if not row.openings
    )

"""Fifty what-ifs touch what somebody uses or waits for, and the study reads every one of them."""

from itertools import islice

import pytest

from matching.scenario.reading import read_scenarios
from notebooks.asking import TOWNS, ask
from notebooks.fifty import HOW_MANY, scenarios, written

KAWABE = TOWNS / "kawabe"


@pytest.fixture(scope="module")
def plan():
    return ask("propose", KAWABE, "--explain", "unplaced")["proposals"]


@pytest.fixture(scope="module")
def some():
    return list(islice(scenarios(KAWABE), HOW_MANY))


def edits(some, what):
    return [edit for _, edits in some for edit in edits if edit["do"] == what]


def test_every_place_that_closes_is_one_where_people_are(plan, some):
    used = {option["resource"] for one in plan for option in one["options"] if option["chosen"]}
    closed = edits(some, "close_resource")
    assert closed
    assert {edit["resource"] for edit in closed} <= used


def test_every_opening_with_more_room_is_one_that_somebody_waits_for(plan, some):
    full = {told["opening"] for one in plan if one["unplaced"] for told in one["unplaced"]["full"]}
    larger = edits(some, "more_places")
    assert {edit["opening"] for edit in larger} <= full
    assert bool(larger) == bool(full)


def test_the_study_reads_them_and_no_name_stands_twice(some):
    read = read_scenarios(written(some), "fifty.toml").scenarios
    assert [one.name for one in read] == [name for name, _ in some]
    assert len({one.name for one in read}) == len(read) > 20

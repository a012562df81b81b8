"""What the graph tells to who may not know of fewer than five people: no small number, and none that is left over."""

import re
from string import Formatter

import pytest
from hypothesis import given, settings

from matching.graph import Finding, could_go, findings
from matching.graph.sentences import TEXTS
from matching.graph.told import ENOUGH, FEW, told
from matching.small_cells import SMALL, is_small
from tests.graph.given_graph import small_towns

COUNTS_PEOPLE = {"nowhere", "one_place", "case_alone", "circulation", "roles", "unasked", "circles", "closing", "chain"}
STOPS = {"helper_stops", "resource_stops", "opening_stops", "organisation_stops"}


def one(code, behind, **facts):
    return told([Finding(code, facts, behind)])[0]


def test_seven_people_who_lose_their_only_place_are_told_and_four_are_not():
    many = one("organisation_stops", (7,), place="商店会", people=7, placed=2)
    assert many.ja == "商店会が手を引くと、7人の方がただ一つの行き先を失います"
    assert many.facts == {"place": "商店会", "people": 7}
    few = one("organisation_stops", (4,), place="商店会", people=4, placed=2)
    assert few.ja == "商店会が手を引くと、少数の方がただ一つの行き先を失います" and few.facts == {"place": "商店会"}


def test_a_number_that_would_leave_few_over_is_not_told_either():
    told_of = one("nowhere", (9, 6, 3), area="北", needs=20, without=12)
    assert told_of.facts == {"area": "北"} and not re.search(r"\d", told_of.ja + told_of.en)
    assert "20" in one("nowhere", (12, 6, 6), area="北", needs=20, without=12).ja


def test_many_needs_of_one_person_are_those_of_one_person():
    assert one("one_place", (6, 1, 5), area="北", needs=30, one=7).facts == {"area": "北"}


def test_every_sentence_that_counts_people_has_one_without_numbers():
    assert set(FEW) == COUNTS_PEOPLE | STOPS and set(ENOUGH) == STOPS
    for code, text in FEW.items():
        named = [{name for _, name, _, _ in Formatter().parse(said) if name} for said in (text.ja, text.en)]
        assert named[0] == named[1] <= {"area", "place", "name", "weekday", "start", "partners"}, code


@given(small_towns())
@settings(max_examples=40, deadline=None)
def test_in_any_town_every_number_of_people_that_is_told_is_of_five_or_more(town):
    found = findings(could_go(*town))
    for before, after in zip(found, told(found), strict=True):
        assert (before.code in FEW) == bool(before.people)
        if any(is_small(people) for people in before.people):
            assert not {"people", "needs", "without", "one", "receive", "both", "count", "percent"} & set(after.facts)
        elif "people" in after.facts and before.people:
            assert after.facts["people"] >= SMALL or after.facts["people"] == 0


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_what_counts_no_people_is_told_as_it_is(code):
    if code in FEW:
        return
    names = {name for _, name, _, _ in Formatter().parse(TEXTS[code].ja) if name}
    finding = Finding(code, {name: "福祉" if name == "x" else 3 for name in names - {"sector"}} | (
        {"sector": "welfare"} if "sector" in names else {}))  # fmt: skip
    assert told([finding])[0].ja == finding.text("ja")

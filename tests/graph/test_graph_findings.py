"""Findings are sentences from facts: in both languages, for every code, without a person's identifier in them."""

import json
from dataclasses import replace
from random import Random
from string import Formatter

import pytest
from hypothesis import given, settings

from matching.domain import Area, Community, Organisation, Placement, Sector, Tie
from matching.graph import Finding, circulation, could_go, councils, findings, islands, picture, reach, single_points
from matching.graph.sentences import SECTORS, TEXTS
from tests.graph.given_graph import INFO, needs_of, opening, people, resource, seats, shuffled, small_towns, ties

RESIDENTS = people("p1", "p2", "h")
TOWN = Community(
    INFO,
    areas=(Area("a", "北"), Area("b", "南")),
    organisations=(
        Organisation("o1", "社協", Sector.WELFARE, "a"),
        Organisation("o2", "みどり商店", Sector.SHOP, "a"),
    ),
    council_members=seats("o1"),
    residents=RESIDENTS,
    needs=needs_of(RESIDENTS),
    resources=(
        replace(resource("r", helper="h", area_id="a"), name="送迎ボランティア 北地区"),
        resource("r2", area_id="b"),
    ),
    openings=(opening("s", "r"), opening("s2", "r2")),
    placements=(Placement("n-p1", "s"),),
)


def told(pairs, lang="ja", town=TOWN):
    return {finding.code: finding.text(lang) for finding in findings(could_go(town, pairs))}


def test_the_volunteer_whose_stop_leaves_people_alone_is_told_by_the_role() -> None:
    said = told([("n-p2", "s")])
    assert said["helper_stops"] == (
        "送迎ボランティア 北地区の担い手の方がお休みになると、2人の方がただ一つの行き先を失います"
        "（今つながっているニーズ1件）"
    )
    assert "resource_stops" not in said  # the same people: said once


def test_an_opening_is_told_with_its_weekday_in_the_language() -> None:
    pairs = [("n-p2", "s"), ("n-p1", "s2")]
    two_slots = replace(TOWN, openings=(*TOWN.openings, opening("s3", "r")))
    found = [
        f for f in findings(could_go(two_slots, [*pairs, ("n-h", "s"), ("n-h", "s3")])) if f.code == "opening_stops"
    ]
    assert found[0].text("en").startswith("If 送迎ボランティア 北地区 on Monday at 10:00 stops, 1 people")
    assert "月曜10:00からの枠" in found[0].text("ja")


def test_the_council_is_told_whom_it_lacks_and_whom_to_invite() -> None:
    said = told([], "ja")
    assert (
        said["council_lacks"] == "北協議体 (c)には、地域で活動する商店の参加がありません（団体1、団体に属さない資源0）"
    )
    assert "みどり商店（商店）を招くと、つながりのなかった団体の組が1組" in said["invite"]
    assert said["no_council"] == "南には協議体がありません"


def test_without_rules_nothing_is_said_about_who_could_go_where() -> None:
    codes = {finding.code for finding in findings(could_go(TOWN))}
    assert not codes & {"nowhere", "one_place", "unreached", "helper_stops", "closing"}
    assert "circulation" in codes


def test_of_many_findings_the_most_telling_are_told_and_the_rest_counted() -> None:
    many = replace(TOWN, areas=(*(Area(f"a{i}" if i else "a") for i in range(9)), Area("b")))
    said = [f for f in findings(could_go(many), most=3) if f.code in {"no_council", "more"}]
    assert [f.code for f in said] == ["no_council"] * 3 + ["more"]
    assert said[-1].facts["count"] == 6


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_name_the_same_facts(code) -> None:
    facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (TEXTS[code].ja, TEXTS[code].en)]
    assert facts[0] == facts[1]


def test_every_sector_has_a_word() -> None:
    assert set(SECTORS) == set(Sector)
    assert Finding("council_lacks", {"council": "c", "sector": "shop", "organisations": 1, "resources": 0}).text("en")


@settings(max_examples=80, deadline=None)
@given(small_towns())
def test_findings_render_and_never_name_a_person_and_order_of_rows_changes_nothing(given_town) -> None:
    town, pairs = given_town
    person = {row.resident_id: f"秘{row.resident_id}" for row in town.residents}
    secret = replace(
        town,
        residents=tuple(replace(r, resident_id=person[r.resident_id]) for r in town.residents),
        needs=tuple(replace(n, resident_id=person[n.resident_id]) for n in town.needs),
        resources=tuple(replace(r, resident_id=person.get(r.resident_id, "")) for r in town.resources),
        ties=tuple(Tie(person.get(t.from_id, t.from_id), person.get(t.to_id, t.to_id), t.kind) for t in town.ties),
    )
    found = findings(could_go(secret, pairs))
    for finding in found:
        assert finding.text("ja") and finding.text("en")
        assert "秘" not in json.dumps(dict(finding.facts), ensure_ascii=False) + finding.text("ja")
    other = could_go(shuffled(secret, Random(7)), reversed(pairs))
    assert findings(other) == found
    could = could_go(secret, pairs)
    for look in (reach, single_points, circulation, picture):
        assert look(other) == look(could)
    for look in (councils, islands):
        assert look(other.community) == look(secret)


def test_the_most_connecting_invitation_comes_first() -> None:
    two = replace(
        TOWN,
        organisations=(*TOWN.organisations, Organisation("o3", "工房", Sector.COMPANY, "b")),
        ties=ties("o2 o3"),
    )
    invite = next(f for f in findings(could_go(two)) if f.code == "invite")
    assert (invite.facts["name"], invite.facts["gain"]) == ("みどり商店", 2)

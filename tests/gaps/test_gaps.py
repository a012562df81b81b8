"""What is missing: causes that agree with propose, worth that agrees with solving again, nobody who can be known."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.gaps.answer import gaps_document, gaps_json
from matching.domain import Sharing
from matching.exchange import read_town
from matching.explain.say import SHORT
from matching.gaps import gaps
from matching.gaps.causes import CAUSE_OF, CAUSES
from matching.propose import propose
from matching.rules import rulebook
from matching.travel import provider
from tests.given import NEED, OPENING, RESIDENT, Ruler, town as given_town

KAWABE = Path(__file__).parents[2] / "fixtures/towns/kawabe"
BOOK = rulebook()


def crowd(people, **opening):
    residents = [replace(RESIDENT, resident_id=f"canary-p{n}") for n in range(people)]
    needs = [replace(NEED, need_id=f"canary-n{n}", resident_id=f"canary-p{n}") for n in range(people)]
    return given_town(residents=tuple(residents), needs=tuple(needs), openings=(replace(OPENING, **opening),))


@pytest.fixture(scope="module")
def kawabe():
    community = read_town(KAWABE)
    return community, provider(community.info.travel, KAWABE)


def test_every_code_that_blocks_has_one_cause_and_every_cause_has_its_words():
    assert set(CAUSE_OF) == set(SHORT)
    assert set(CAUSE_OF.values()) == set(CAUSES)


def test_the_causes_agree_with_what_propose_says(kawabe):
    community, travel = kawabe
    found = gaps(community, BOOK, travel)
    for outcome, proposal in zip(found.outcome, propose(community, BOOK, travel).proposals, strict=True):
        assert (outcome == "placed") == proposal.placed
        assert (outcome == "no_consent") == (not proposal.resident_id)
        if proposal.resident_id and not proposal.placed:
            assert (outcome == "full") == bool(proposal.unplaced.full)
            if not proposal.unplaced.full and proposal.unplaced.held_back:
                assert outcome in {CAUSE_OF[one.code] for one in proposal.unplaced.held_back}


def test_twelve_people_who_share_five_places_are_a_part_that_is_short_of_seven():
    document = gaps_document(gaps(crowd(12, capacity=5), BOOK, Ruler()), "ja", 0.0)
    (part,) = document["parts"]
    assert (part["needs"], part["places"], part["short"]) == (12, 5, 7)
    assert "12件" in part["text"] and "5席" in part["text"]
    whole = document["areas"][-1]
    assert (whole["needs"], whole["outcomes"]["placed"], whole["outcomes"]["full"]) == (12, 5, 7)


def test_one_more_place_is_worth_what_solving_the_larger_town_again_places():
    few, more = gaps(crowd(12, capacity=5), BOOK, Ruler()), gaps(crowd(12, capacity=6), BOOK, Ruler())
    (worth,) = few.worth
    assert worth.placed == more.outcome.count("placed") - few.outcome.count("placed") == 1
    assert worth.exact


def test_no_person_stands_in_the_document():
    assert "canary" not in gaps_json(gaps(crowd(12, capacity=5), BOOK, Ruler()), "ja", 0.0)


def test_a_helper_who_is_a_person_is_not_named():
    community = crowd(12, capacity=5)
    named = replace(community.resources[0], name="canary 花子", resident_id="canary-p0")
    text = gaps_json(gaps(replace(community, resources=(named,)), BOOK, Ruler()), "ja", 0.0)
    assert "canary" not in text and "担い手" in text


def test_who_has_not_agreed_is_a_count_and_nothing_else():
    community = crowd(12, capacity=5)
    silent = tuple(replace(person, sharing=Sharing.NONE) for person in community.residents[:6])
    found = gaps(replace(community, residents=(*silent, *community.residents[6:])), BOOK, Ruler())
    assert found.outcome[:6] == ("no_consent",) * 6
    assert gaps_document(found, "ja", 0.0)["areas"][-1]["outcomes"]["no_consent"] == 6


def test_fewer_than_five_people_are_told_nowhere(kawabe):
    document = gaps_document(gaps(crowd(8, capacity=5), BOOK, Ruler()), "ja", 0.0)
    cells = document["areas"][-1]["outcomes"]
    assert cells["full"] is None and cells["placed"] is None
    community, travel = kawabe
    told = [
        n for row in gaps_document(gaps(community, BOOK, travel), "en", 0.0)["areas"] for n in row["outcomes"].values()
    ]
    assert not {1, 2, 3, 4} & set(told)


def test_the_command_writes_the_document_and_shows_it(tmp_path):
    done = CliRunner().invoke(app, ["gaps", str(KAWABE), "--json", str(tmp_path / "gaps.json")])
    assert done.exit_code == 0, done.output
    document = json.loads((tmp_path / "gaps.json").read_text(encoding="utf-8"))
    assert document["format"] == "tsunagu.gaps/1"
    assert "本人の同意がまだ" in done.output

"""川辺村: every kind of resource, every rule and every reason occurs, and its explanations stay as they were read."""

import json
from pathlib import Path

import pytest

from api.answers import proposals_json
from matching.domain import ResourceKind
from matching.exchange import read_town
from matching.propose import propose
from matching.rules import rulebook
from matching.texts import WARNINGS
from matching.travel import provider

ROOT = Path(__file__).parents[1]
TOWN = ROOT / "fixtures/towns/kawabe"
GOLDEN = ROOT / "fixtures/golden"
BOOK = rulebook()


@pytest.fixture(scope="module")
def answer():
    community = read_town(TOWN)
    return propose(community, BOOK, provider(community.info.travel, TOWN))


def told(answer) -> set[str]:
    codes = {w.code for w in answer.warnings}
    for proposal in answer.proposals:
        codes |= {code for code, _ in proposal.account.excluded}
        codes |= {reason.code for option in proposal.options for reason in option.reasons}
        codes |= {reason.code for reason in proposal.unplaced.held_back} if proposal.unplaced else set()
    return codes


@pytest.mark.parametrize("code", BOOK.codes())
def test_every_reason_occurs(answer, code):
    assert code in told(answer)


@pytest.mark.parametrize("code", WARNINGS)
def test_every_warning_occurs(answer, code):
    assert code in told(answer)


def test_every_kind_of_resource_of_the_ministrys_cases_is_there():
    kinds = {r.kind for r in read_town(TOWN).resources}
    assert {
        ResourceKind.SALON,
        ResourceKind.CAFE,
        ResourceKind.SHOP,
        ResourceKind.VOLUNTEER,
        ResourceKind.RMO,
        ResourceKind.WORKPLACE,
        ResourceKind.MOBILE_SHOP,
        ResourceKind.MEAL_SERVICE,
        ResourceKind.NPO,
        ResourceKind.PROFESSIONAL,
        ResourceKind.ONLINE,
    } <= kinds


def test_every_tier_is_proven(answer):
    assert answer.status == "optimal"
    assert all(t.value == t.bound for t in answer.tiers)


def test_every_cost_is_exact(answer):
    assert all(o.exact for p in answer.proposals for o in p.options)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_explanations_are_those_that_were_read_and_approved(answer, lang):
    """To approve a change: `UPDATE_GOLDEN=1 pytest tests/test_kawabe.py`, then read the difference."""
    import os

    text = proposals_json(answer, lang, 0.0)
    path = GOLDEN / f"kawabe.{lang}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_sentence_has_a_hole(answer, lang):
    document = json.loads(proposals_json(answer, lang, 0.0))
    texts = []

    def gather(value):
        if isinstance(value, dict):
            texts.extend([value["text"]] if "text" in value else [])
            for inner in value.values():
                gather(inner)
        elif isinstance(value, list):
            for inner in value:
                gather(inner)

    gather(document)
    assert len(texts) > 100
    for text in texts:
        assert "{" not in text and "None" not in text and "  " not in text
        assert text == text.strip()

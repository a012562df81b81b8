"""The house keeps its own order: every rule has both languages, a test, a row in the glossary and sourced numbers."""

import inspect
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from matching.explain.near_misses import EFFORT, REMEDY
from matching.explain.say import SHORT
from matching.rules import RULES
from matching.rules.rule import Rule
from matching.texts import CHANGES, PLAN, WARNINGS, WORDS

ROOT = Path(__file__).parents[1]
GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
TEXTS = {**PLAN, **CHANGES, **WARNINGS} | {code: text for rule in RULES.values() for code, text in rule.texts.items()}
DEFAULT = tomllib.loads((ROOT / "fixtures/rulebooks/default.toml").read_text(encoding="utf-8"))


def named(template: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", template))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_file_of_its_own_named_as_in_the_rulebook_list(name):
    files = [Path(inspect.getfile(rule)).name for rule in RULES.values()]
    assert files.count(Path(inspect.getfile(RULES[name])).name) == 1


def test_every_file_with_a_rule_is_in_the_one_list():
    files = (ROOT / "matching/rules").glob("*.py")
    with_rules = {p.stem for p in files if "    def judge(self" in p.read_text(encoding="utf-8")}
    listed = {Path(inspect.getfile(rule)).stem for rule in RULES.values()}
    assert with_rules - {"rule"} == listed


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_test(name):
    tests = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests/rules").glob("test_*.py"))
    assert re.search(rf"\b{RULES[name].__name__}\(", tests)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_and_each_of_its_codes_has_a_row_in_the_glossary(name):
    assert f"| `{name}` |" in GLOSSARY
    for code in RULES[name].texts:
        assert f"`{code}`" in GLOSSARY


@pytest.mark.parametrize("code", TEXTS)
def test_every_text_speaks_both_languages_and_names_the_same_facts(code):
    text = TEXTS[code]
    assert text.ja and text.en and text.ja != text.en
    assert named(text.ja) == named(text.en)
    assert re.search(r"[ぁ-んァ-ン一-龥]", text.ja)
    assert not re.search(r"[ぁ-んァ-ン一-龥]", text.en)


@pytest.mark.parametrize("code", {**PLAN, **CHANGES, **WARNINGS})
def test_every_text_of_the_plan_has_a_row_in_the_glossary(code):
    assert f"| `{code}` |" in GLOSSARY


def test_no_code_is_used_by_two_rules():
    codes = [code for rule in RULES.values() for code in rule.texts]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("name", DEFAULT)
def test_every_number_of_the_rulebook_has_a_source(name):
    for entry in DEFAULT[name].values():
        assert entry["source"].strip()


@pytest.mark.parametrize("name", RULES)
def test_every_number_of_a_rule_stands_in_the_rulebook(name):
    assert {f.name for f in fields(RULES[name])} == set(DEFAULT.get(name, {}))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_the_protocol_that_it_claims(name):
    rule: type[Rule] = RULES[name]
    assert callable(rule.judge) and callable(rule.facts)
    assert rule.__doc__ and inspect.getmodule(rule).__doc__


def test_every_change_is_told_and_has_an_effort():
    codes = {code for rule in RULES.values() for code in rule.texts}
    assert set(REMEDY) <= codes
    assert set(REMEDY.values()) <= set(CHANGES)
    assert set(EFFORT) == set(CHANGES)


def test_no_change_asks_a_person_to_give_up_what_is_theirs():
    assert not {"never", "sharing", "age", "sex"} & set(REMEDY)


def test_short_names_speak_both_languages():
    for ja, en in SHORT.values():
        assert ja and en


@pytest.mark.parametrize("word", ["徘徊", "独居老人", "困難ケース", "弱者", "痴呆"])
def test_no_text_hurts(word):
    texts = [t.ja for t in TEXTS.values()] + [ja for table in WORDS.values() for ja, _ in table.values()]
    assert not any(word in text for text in texts)

"""The terminal shows rounds, problems and findings in both languages, and obeys nothing that a town contains."""

import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from api.commands.show import show_findings, show_problems, show_proposals
from api.report.texts import phrases
from matching.errors import Lang, Problem
from matching.graph import could_go, findings
from tests.given_proposals import ROUND, TOWN, many

LANGS: tuple[Lang, ...] = ("ja", "en")


def terminal() -> Console:
    return Console(file=StringIO(), width=200, force_terminal=False)


def shown(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("lang", LANGS)
def test_a_round_shows_its_figures_the_urgent_and_the_proposals(lang: Lang) -> None:
    console, say = terminal(), phrases(lang)
    show_proposals(ROUND, TOWN, lang, console)
    told = shown(console)
    assert say("optimal") in told and say("people_decide") in told
    assert say("show.count", n=6) in told and say("placed.note", kept=1) in told
    assert "n3" in told and "ひだまりサロン" in told
    assert "secret" not in told


def test_the_most_urgent_stand_first_with_what_would_help_them() -> None:
    console = terminal()
    show_proposals(ROUND, TOWN, "ja", console)
    told = shown(console)
    assert told.index("n3 ") < told.index("n5 ") < told.index("n1 ")
    assert "あと1人分の席があれば" in told


def test_a_support_conference_is_marked() -> None:
    console = terminal()
    show_proposals(replace(ROUND, room="support_conference"), TOWN, "ja", console)
    assert "支援会議限り" in shown(console).splitlines()[0]


def test_a_large_round_stays_short_and_counts_the_rest() -> None:
    console = terminal()
    town, proposals = many(400)
    show_proposals(proposals, town, "en", console)
    assert len(shown(console).splitlines()) < 60
    assert "190 more" in shown(console) and "185 more" in shown(console)


def test_an_empty_round_is_shown() -> None:
    console = terminal()
    show_proposals(replace(ROUND, proposals=(), warnings=()), replace(TOWN, needs=(), placements=()), "ja", console)
    assert phrases("ja")("show.count", n=0) in shown(console)


def test_markup_and_control_characters_of_a_town_are_not_obeyed() -> None:
    console = terminal()
    name = "[red]店[/red]\x1b[31m\x07"
    show_proposals(ROUND, replace(TOWN, resources=tuple(replace(r, name=name) for r in TOWN.resources)), "ja", console)
    assert "[red]店[/red]" in shown(console)
    assert "\x1b" not in shown(console) and "\x07" not in shown(console)


@pytest.mark.parametrize("lang", LANGS)
def test_problems_are_listed_file_by_file_all_of_them(lang: Lang) -> None:
    console, say = terminal(), phrases(lang)
    problems = [Problem("needs.csv", row, "urgency", "x", f"値{row}です", f"value {row}") for row in range(2, 300)]
    problems += [Problem("areas.csv", 0, "", "x", "[b]列[/b]がありません", "no [b]column[/b]", warning=True)]
    show_problems(reversed(problems), lang, console)
    told = shown(console).splitlines()
    assert told[0] == "areas.csv" and told[2] == "needs.csv"
    assert say("show.file") in told[1] and "[b]" in told[1]
    assert len(told) == 2 + 1 + 298 + 1
    assert told[-1] == say("show.problems", errors=298, warnings=1)


def test_a_town_without_problems_is_told_so() -> None:
    console = terminal()
    show_problems([], "ja", console)
    assert shown(console).strip() == phrases("ja")("show.problems.none")


@pytest.mark.parametrize("lang", LANGS)
def test_findings_are_sentences_one_a_line(lang: Lang) -> None:
    console = terminal()
    found = findings(could_go(TOWN, [("n1", "o1"), ("n3", "o3")]))
    show_findings(found, lang, console)
    assert [line[2:] for line in shown(console).splitlines() if line.startswith("• ")] == [f.text(lang) for f in found]
    assert found


def test_no_findings_are_told_so() -> None:
    console = terminal()
    show_findings((), "ja", console)
    assert shown(console).strip() == phrases("ja")("show.findings.none")


def test_nothing_heavy_is_loaded_before_something_is_shown() -> None:
    heavy = "{'numpy', 'jinja2', 'rich', 'networkx', 'scipy'}"
    code = f"import api.commands.show, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

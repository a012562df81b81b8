"""The documentation keeps step with the house: what is undocumented, unlinked or no longer true fails here."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from api.cli import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
COMMANDS = typer.main.get_command(app).commands
FENCE = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def told(page):
    return page.read_text(encoding="utf-8")


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def links(page):
    """Files of the house that a page links to."""
    found = [link.partition("#")[0] for link in LINK.findall(FENCE.sub("", told(page)))]
    return [(page.parent / link).resolve() for link in found if link and "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    assert [link for link in links(page) if not link.exists()] == []


def test_every_page_is_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [link for link in links(page) if link.suffix == ".md" and link.exists()]
    assert set(PAGES) <= reached


def test_every_file_of_the_docs_is_linked_from_a_page():
    linked = {link for page in PAGES for link in links(page)}
    files = {path for path in DOCS.rglob("*") if path.is_file()} - {DOCS / "index.md"}
    assert sorted(files - linked) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_speaks_both_languages(page):
    prose = FENCE.sub("", told(page))
    assert re.search(r"[ぁ-ん]", prose)
    assert re.search(r"\b[a-z]+ [a-z]+ [a-z]+\b", prose)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_machine_or_sends_the_reader_to_another(page):
    assert not re.search(r"/(?:work|tmp|home|root|usr)/|https?://|index-url|localhost|\b\d+(?:\.\d+){3}\b", told(page))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_hurts(page):
    assert not re.search("徘徊|独居老人|困難ケース|弱者|痴呆", told(page))


def section(command):
    """What docs/commands.md says under the heading of one command."""
    return re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", told(DOCS / "commands.md"), re.DOTALL | re.MULTILINE).group(1)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_each_of_its_options_is_told(command):
    own = [COMMANDS[command], *getattr(COMMANDS[command], "commands", {}).values()]
    named = {option for one in own for param in one.params for option in param.opts if option.startswith("--")}
    assert set(re.findall(r"(?<!-)--[a-z][\w-]*", section(command))) == named


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command):
    assert f"`{command}`" in told(ROOT / "README.md")


def test_the_readme_shows_what_is_seen_on_the_terminal():
    shown = re.search(r"```text\n\$ .venv/bin/tsunagu (.*?)\n(.*?)```", told(ROOT / "README.md"), re.DOTALL)
    run = [sys.executable, "-m", "api.cli", *shown.group(1).split()]
    wide = {**os.environ, "COLUMNS": "96"}
    done = subprocess.run(run, cwd=ROOT, env=wide, capture_output=True, text=True, check=True)
    seen = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line for line in shown.group(2).splitlines() if line not in {*seen, "…"}] == []


def keys(value):
    """Every key of a document, but not those of facts."""
    if isinstance(value, list):
        return set().union(*(keys(one) for one in value))
    if isinstance(value, dict):
        inner = (keys(one) for name, one in value.items() if name != "facts")
        return set(value).union(*inner)
    return set()


def test_every_key_of_an_answer_is_told():
    golden = json.loads((ROOT / "fixtures/golden/kawabe.ja.json").read_text(encoding="utf-8"))
    assert sorted(key for key in keys(golden) if f"`{key}`" not in told(DOCS / "answers.md")) == []


@pytest.mark.parametrize("verb", ["gaps", "develop", "indicators"])
def test_every_key_of_what_planners_get_is_told_in_data(verb, tmp_path):
    file = tmp_path / "answer.json"
    run = [sys.executable, "-m", "api.cli", verb, "fixtures/towns/kawabe", "--json", str(file)]
    subprocess.run(run, cwd=ROOT, capture_output=True, check=True)
    document = json.loads(file.read_text(encoding="utf-8"))
    part = told(DOCS / "data.md").split(f'<a id="{verb}"></a>')[1].split("<a id=")[0]
    assert f"`tsunagu.{verb}/1`" in part and document["format"] == f"tsunagu.{verb}/1"
    causes = {cause for row in document.get("areas", ()) for cause in row["outcomes"]}  # told in gaps.md
    assert sorted(key for key in keys(document) - causes if f"`{key}`" not in part) == []


def test_every_cause_of_a_gap_is_told():
    from matching.causes import CAUSES

    assert [cause for cause in CAUSES if f"| `{cause}` |" not in told(DOCS / "gaps.md")] == []


def test_the_example_of_an_answer_is_that_of_kawabe():
    golden = json.loads((ROOT / "fixtures/golden/kawabe.ja.json").read_text(encoding="utf-8"))
    example = json.loads(re.search(r"```json\n(.*?)```", told(DOCS / "answers.md"), re.DOTALL).group(1))
    same = next(p for p in golden["proposals"] if p["need"] == example["need"])
    of = example["unplaced"]["smallest_changes"]
    assert of == same["unplaced"]["smallest_changes"][: len(of)]
    example["unplaced"]["smallest_changes"] = same["unplaced"]["smallest_changes"]
    assert example == same


def test_numbers_of_speed_stand_in_the_results_alone():
    measured = r"\d\s*(?:CPU\s*)?(?:ms|秒で|seconds? for|times faster|倍速)"
    assert [name_of(page) for page in PAGES if re.search(measured, FENCE.sub("", told(page)))] == []


NEW = re.compile(r"<!-- new: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
AFTER = re.compile(r"<!-- after: (\S+) \| (.*?) -->\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def house_with_the_rule(tmp_path_factory):
    """A copy of the house with the rule of docs/add-a-rule.md added as the page says."""
    copy = tmp_path_factory.mktemp("house")
    for part in ("matching", "api", "fixtures", "tests", "docs", "pyproject.toml"):
        source = ROOT / part
        ignored = shutil.ignore_patterns("__pycache__", "towns")
        shutil.copytree(source, copy / part, ignore=ignored) if source.is_dir() else shutil.copy(source, copy / part)
    page = told(DOCS / "add-a-rule.md")
    for file, text in NEW.findall(page):
        assert not (copy / file).exists()
        (copy / file).write_text(text, encoding="utf-8")
    for file, start, text in AFTER.findall(page):
        lines = (copy / file).read_text(encoding="utf-8").splitlines(keepends=True)
        (at,) = (nth for nth, line in enumerate(lines) if line.startswith(start))
        (copy / file).write_text("".join([*lines[: at + 1], text, *lines[at + 1 :]]), encoding="utf-8")
    return copy


def test_the_rule_that_the_page_adds_passes_its_test_and_those_of_the_house(house_with_the_rule):
    tests = ["tests/rules/test_before_dark.py", "tests/test_house.py"]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(run, cwd=house_with_the_rule, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_rule_that_the_page_adds_is_in_the_rulebook_and_speaks(house_with_the_rule):
    code = (
        "from matching.rules import rulebook; from matching.explain.say import say_reason; "
        "from matching.domain import Reason; print(rulebook().codes().index('dark_way_home') > 0, "
        "say_reason(Reason('dark_way_home', 3, -15, {'place': 'A', 'end': '16:30'}), 'en'))"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=house_with_the_rule, capture_output=True, text=True, check=True)
    assert done.stdout == "True A ends at 16:30; in winter the way home is dark\n"


def test_the_code_of_the_page_is_as_tidy_as_the_house(house_with_the_rule):
    files = ["matching/rules/before_dark.py", "matching/rules/__init__.py", "tests/rules/test_before_dark.py"]
    for how in (["check"], ["format", "--check"]):
        run = [Path(sys.executable).with_name("ruff"), *how, "--no-cache", *files]
        done = subprocess.run(run, cwd=house_with_the_rule, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

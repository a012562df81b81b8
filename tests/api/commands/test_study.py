"""`tsunagu study` as people run it: alone or in processes, stopped and gone on with, always the same bytes."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.study.run import folder_digest, tasks_of
from matching.scenario.reading import Scenario
from tests.api.commands.given_village import KAWABE, ROOT
from tests.killed_workers import ended_after_a_loss

SCENARIOS = ROOT / "fixtures/scenarios/kawabe.toml"


def run(*args: object):
    return CliRunner().invoke(app, ["study", *(str(a) for a in args)])


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    out = run(KAWABE, "--scenarios", SCENARIOS, "--json", folder / "a.json", "--work", folder / "work")
    assert out.exit_code == 0, out.output
    return folder


def test_every_scenario_is_beside_today(answered):
    document = json.loads((answered / "a.json").read_text(encoding="utf-8"))
    assert document["format"] == "tsunagu.study/1"
    names = [one["scenario"] for one in document["towns"][0]["scenarios"]]
    assert len(names) == 10 and names[0] == "ひだまりサロンが休む"


def test_who_waits_is_told_apart_from_who_is_placed_where_more_people_ask(tmp_path):
    file = tmp_path / "s.toml"
    edits = ('do = "more_needs"\npercent = 200', 'do = "lose_drivers"\nnumber = 1')
    some = "".join(f'[[scenario]]\nname = "{n}"\n[[scenario.edit]]\n{edit}\n' for n, edit in enumerate(edits))
    file.write_text(f'format = "tsunagu.scenarios/1"\n{some}', encoding="utf-8")
    out = run(KAWABE, "--scenarios", file, "--json", tmp_path / "a.json")
    assert out.exit_code == 0 and "待つ件の増減" in out.output
    more, fewer = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["towns"][0]["scenarios"]
    assert more["waiting"] + more["change"] > 0
    assert fewer["waiting"] == -fewer["change"]


def test_what_is_there_already_is_not_computed_again(answered, tmp_path):
    before = {path.name: path.stat().st_mtime_ns for path in (answered / "work").iterdir()}
    out = run(KAWABE, "--scenarios", SCENARIOS, "--json", tmp_path / "b.json", "--work", answered / "work")
    assert out.exit_code == 0
    assert {path.name: path.stat().st_mtime_ns for path in (answered / "work").iterdir()} == before
    assert (tmp_path / "b.json").read_bytes() == (answered / "a.json").read_bytes()


def test_a_result_that_was_cut_off_is_computed_again(answered, tmp_path):
    work = Path(shutil.copytree(answered / "work", tmp_path / "work"))
    first, *_ = sorted(work.iterdir())
    first.write_text('{"placed": [', encoding="utf-8")
    assert run(KAWABE, "--scenarios", SCENARIOS, "--json", tmp_path / "b.json", "--work", work).exit_code == 0
    assert (tmp_path / "b.json").read_bytes() == (answered / "a.json").read_bytes()


def test_a_worker_that_is_killed_is_replaced_and_the_bytes_are_the_same(answered, tmp_path):
    command = [sys.executable, "-m", "api.cli", "study", KAWABE, "--scenarios", SCENARIOS, "--json",
               tmp_path / "b.json", "--work", tmp_path / "work", "--workers", "2"]  # fmt: skip
    assert ended_after_a_loss(command, lambda: any((tmp_path / "work").glob("*.json"))) == 0
    assert (tmp_path / "b.json").read_bytes() == (answered / "a.json").read_bytes()


def test_another_town_another_edit_or_another_draw_is_another_result(village):
    one, other = Scenario("a"), Scenario("b", yen_per_year=3)
    assert [t.key for t in tasks_of(KAWABE, [one], 0, 1)] == [t.key for t in tasks_of(village, [other], 0, 2)]
    keys = [t.key for t in tasks_of(KAWABE, [one], 3, 1)] + [t.key for t in tasks_of(KAWABE, [one], 3, 2)[1:]]
    assert len(set(keys)) == 7
    before = folder_digest(village)
    with (village / "ties.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert folder_digest(village) != before


def test_several_towns_are_studied_together(village, tmp_path):
    scenarios = tmp_path / "s.toml"
    scenarios.write_text('format = "tsunagu.scenarios/1"\n[[scenario]]\nname = "a"\n[[scenario.edit]]\n'
                         'do = "more_needs"\npercent = 150\n', encoding="utf-8")  # fmt: skip
    out = run(KAWABE, village, "--scenarios", scenarios, "--json", tmp_path / "a.json")
    assert out.exit_code == 0
    one, other = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["towns"]
    assert one == other


def test_what_a_town_does_not_have_is_refused_before_anything_is_computed(tmp_path):
    scenarios = tmp_path / "s.toml"
    scenarios.write_text('format = "tsunagu.scenarios/1"\n[[scenario]]\nname = "a"\n[[scenario.edit]]\n'
                         'do = "close_resource"\nresource = "r-salom"\n', encoding="utf-8")  # fmt: skip
    out = run(KAWABE, "--scenarios", scenarios, "--work", tmp_path / "work", "--json", tmp_path / "a.json")
    assert out.exit_code == 1
    assert not (tmp_path / "work").exists() and not (tmp_path / "a.json").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"format = 3"])
def test_a_file_that_is_no_list_of_scenarios_is_told(content, tmp_path):
    (tmp_path / "s.toml").write_bytes(content)
    assert run(KAWABE, "--scenarios", tmp_path / "s.toml").exit_code == 1
    assert run(KAWABE, "--scenarios", tmp_path / "none.toml").exit_code == 1


def test_nobody_is_in_the_answer(answered):
    told = (answered / "a.json").read_text(encoding="utf-8")
    for file in ("residents", "needs", "drivers"):
        rows = (KAWABE / f"{file}.csv").read_text(encoding="utf-8").splitlines()[1:]
        assert [row.split(",")[0] for row in rows if f'"{row.split(",")[0]}"' in told] == []


def test_every_count_is_a_multiple_of_five_or_hidden(answered):
    for one in json.loads((answered / "a.json").read_text(encoding="utf-8"))["towns"][0]["scenarios"]:
        told = [one["change"], one["waiting"]]
        for side in ("gains", "losses"):
            told += [one[side]["people"], *(row["people"] for row in (*one[side]["areas"], *one[side]["groups"]))]
        assert all(number is None or number % 5 == 0 for number in told)

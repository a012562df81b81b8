"""The command as people run it: exit codes, files whole or not at all, the limit kept, help at once."""

import json
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.files import write_whole
from matching.errors import InputError
from tests.api.commands.given_village import KAWABE, ROOT, spoil


def run(*args: object):
    return CliRunner().invoke(app, [str(a) for a in args])


def test_propose_writes_the_document_and_the_report(tmp_path):
    out = run("propose", KAWABE, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert out.exit_code == 0
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert document["format"] == "tsunagu.proposals/1"
    assert document["summary"]["status"] == "optimal"
    assert "<html" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_the_same_town_gives_the_same_bytes_but_for_the_seconds(tmp_path):
    for name in ("a", "b"):
        assert run("propose", KAWABE, "--json", tmp_path / name).exit_code == 0
    one, other = (json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("a", "b"))
    one["summary"]["seconds"] = other["summary"]["seconds"] = 0
    assert json.dumps(one) == json.dumps(other)


def test_wrong_input_ends_with_1_lists_everything_and_writes_nothing(village, tmp_path):
    spoil(village, "needs.csv", "n01,p01,participation", "n01,p99,particpation", most=1)
    spoil(village, "openings.csv", "10:00", "24:00", most=1)
    out = run("propose", village, "--json", tmp_path / "a.json", "--lang", "en")
    assert out.exit_code == 1
    assert not (tmp_path / "a.json").exists()
    told = out.output + (out.stderr if out.stderr_bytes else "")
    for word in ("needs.csv", "openings.csv", "participation", "24:00"):
        assert word in told


def test_a_folder_that_is_no_town_ends_with_1(tmp_path):
    assert run("propose", tmp_path).exit_code == 1
    assert run("propose", tmp_path / "nowhere").exit_code == 1
    assert run("check", tmp_path / "nowhere").exit_code == 1


def test_wrong_usage_ends_with_2():
    assert run("propose").exit_code == 2
    assert run("propose", KAWABE, "--room", "kitchen").exit_code == 2
    assert run("fly", KAWABE).exit_code == 2


def test_a_file_that_cannot_be_written_ends_with_1_and_leaves_nothing(tmp_path):
    out = run("propose", KAWABE, "--json", tmp_path / "a.json", "--html", tmp_path / "no/where.html")
    assert out.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named_as_it_was_asked_for(tmp_path):
    out = run("propose", KAWABE, "--json", tmp_path / "no/where.json")
    assert "where.json" in out.output + out.stderr
    assert ".where.json." not in out.output + out.stderr


def test_importing_from_nowhere_ends_with_1(tmp_path):
    out = run("import", tmp_path / "nowhere", "--to", tmp_path / "town")
    assert out.exit_code == 1
    assert not (tmp_path / "town").exists()


def test_files_appear_together_or_not_at_all(tmp_path):
    (tmp_path / "there").write_text("old", encoding="utf-8")
    with pytest.raises(InputError):
        write_whole({tmp_path / "there": "new", tmp_path / "no/where": "new"})
    assert (tmp_path / "there").read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["there"]


def test_without_any_time_the_best_plan_found_is_given_with_its_bound(tmp_path):
    out = run("propose", ROOT / "fixtures/towns/minato", "--json", tmp_path / "a.json", "--seconds", 0)
    assert out.exit_code == 0
    summary = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["summary"]
    assert all(t["value"] <= t["bound"] for t in summary["tiers"])
    assert summary["placed"] > 0


def test_check_tells_a_clean_town_with_0_and_a_wrong_one_with_1(village):
    assert run("check", village).exit_code == 0
    spoil(village, "residents.csv", "p01,kami", "p01,nowhere", most=1)
    out = run("check", village)
    assert out.exit_code == 1
    assert "nowhere" in out.output


def test_check_looks_into_the_streets_as_well(village):
    with (village / "edges.csv").open("a", encoding="utf-8") as file:
        file.write("k1,nowhere,tertiary,\n")
    out = run("check", village)
    assert out.exit_code == 1
    assert "nowhere" in out.output
    assert run("propose", village).exit_code == 1


def test_contradictions_are_warnings_and_do_not_stop_the_round(village, tmp_path):
    with (village / "wishes.csv").open("a", encoding="utf-8") as file:
        file.write("p08,r-cafe,-2\n")
    assert run("check", village).exit_code == 0
    assert run("propose", village, "--json", tmp_path / "a.json").exit_code == 0


def test_the_room_of_the_support_conference_marks_its_file(tmp_path):
    assert run("propose", KAWABE, "--json", tmp_path / "a", "--room", "support_conference").exit_code == 0
    document = json.loads((tmp_path / "a").read_text(encoding="utf-8"))
    assert document["room"] == "support_conference"
    (case,) = [p for p in document["proposals"] if p["need"] == "n13"]
    assert case["resident"] == "p13"


def test_check_looks_into_the_rulebook_too(village):
    path = village / "town.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('name = "default"', 'path = "own.toml"'), encoding="utf-8")
    assert 'path = "own.toml"' in path.read_text(encoding="utf-8")
    assert run("check", village).exit_code == 1
    (village / "own.toml").write_text('[reach]\nmost_minutes = { value = "x", source = "y" }\n', encoding="utf-8")
    out = run("check", village, "--lang", "en")
    assert out.exit_code == 1
    assert "reach.most_minutes" in out.output


def test_explaining_less_says_less(tmp_path):
    for how in ("all", "unplaced", "none"):
        assert run("propose", KAWABE, "--json", tmp_path / how, "--explain", how).exit_code == 0
    said = {how: json.loads((tmp_path / how).read_text(encoding="utf-8")) for how in ("all", "unplaced", "none")}
    plans = [[(p["need"], p["state"]) for p in d["proposals"]] for d in said.values()]
    assert plans[0] == plans[1] == plans[2]
    assert all(p["account"] for p in said["all"]["proposals"])
    assert {p["account"] is None for p in said["unplaced"]["proposals"] if p["state"] == "placed"} == {True}
    assert all(p["account"] is None for p in said["none"]["proposals"] if p["resident"])


def test_explain_tells_one_need_and_names_the_nearest_for_a_slip():
    out = run("explain", KAWABE, "n11c", "--lang", "en")
    assert out.exit_code == 0
    assert "seat" in out.output
    slip = run("explain", KAWABE, "n99")
    assert slip.exit_code == 1


def test_explain_breaks_no_sentence_and_no_name():
    out = run("explain", KAWABE, "n01").output
    assert "  金曜 19:00–20:00  夜のオンラインおしゃべりでは「体操・お茶とおしゃべり」ができません（" in out
    assert "傾聴ボランティア 中地区" in out


def test_explain_tells_nothing_of_who_has_not_agreed():
    out = run("explain", KAWABE, "n12", "--lang", "en")
    assert out.exit_code == 0
    assert "p12" not in out.output
    assert "consent" in out.output


def test_graph_tells_who_brokers_and_what_depends_on_one(tmp_path):
    out = run("graph", KAWABE, "--json", tmp_path / "g.json")
    assert out.exit_code == 0
    codes = {f["code"] for f in json.loads((tmp_path / "g.json").read_text(encoding="utf-8"))["findings"]}
    assert codes


def test_generate_writes_a_town_that_checks_clean(tmp_path):
    assert run("generate", tmp_path / "town", "--needs", 40, "--seed", 3).exit_code == 0
    assert run("check", tmp_path / "town").exit_code == 0
    again = run("generate", tmp_path / "other", "--needs", 40, "--seed", 3)
    assert again.exit_code == 0
    for path in (tmp_path / "town").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_generate_does_not_write_over_what_is_no_town(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/diary.txt").write_text("mine", encoding="utf-8")
    assert run("generate", tmp_path / "mine", "--needs", 20).exit_code == 1
    assert (tmp_path / "mine/diary.txt").read_text(encoding="utf-8") == "mine"


def test_estimate_twice_never_doubles(village):
    assert run("estimate", village).exit_code == 0
    first = (village / "needs.csv").read_bytes()
    assert run("estimate", village).exit_code == 0
    assert (village / "needs.csv").read_bytes() == first


def test_help_costs_little_more_than_loading_what_draws_it():
    pairs = [(_cpu("-m", "api.cli", "--help"), _cpu("-c", "import typer.rich_utils")) for _ in range(5)]
    # some 0.35 and 0.25 s of CPU where nothing else is at work
    assert min(whole for whole, _ in pairs) < 2 * min(drawing for _, drawing in pairs)


def _cpu(*arguments: str) -> float:
    """CPU seconds of a Python of its own."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_real_open_data_goes_all_the_way(tmp_path):
    folder = ROOT.parent / "shared/data/open/takamatsu"
    if not folder.is_dir():
        pytest.skip("the open data folder ../shared/data/open/takamatsu is absent")
    town = tmp_path / "takamatsu"
    started = time.process_time()
    assert run("import", folder, "--to", town, "--json", tmp_path / "report.json").exit_code == 0
    assert run("estimate", town).exit_code == 0
    assert run("propose", town, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html").exit_code == 0
    summary = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["summary"]
    assert 3000 < summary["needs"] < 9000
    assert summary["placed"] > 300
    assert time.process_time() - started < 120

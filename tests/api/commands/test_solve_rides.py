"""`tsunagu solve-rides`: the document as it was agreed, in the instance's own numbers, and the exit codes."""

import json
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands.solve_rides import WHY

TINY = "1 4 480 3 30\n0 0 0 0 0 0 1440\n1 3 4 3 1 0 1440\n2 6 8 3 1 0 1440\n3 9 12 3 -1 60 75\n4 0 5 3 -1 100 115\n"
GOODS = "2 10 1\n0 0 0 0 0 100 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n"


def ran(folder, text, form):
    (folder / "tiny.txt").write_text(text)
    out = folder / "out.json"
    arguments = ["solve-rides", str(folder / "tiny.txt"), "--format", form, "--time-limit", "1", "--json", str(out)]
    return CliRunner().invoke(app, arguments), out


@pytest.mark.parametrize(("text", "form", "cost"), [(GOODS, "lilim", 20.0), (TINY, "cordeau", None)])
def test_the_document_holds_what_was_agreed(tmp_path, text, form, cost):
    result, out = ran(tmp_path, text, form)
    told = json.loads(out.read_text())
    assert result.exit_code == 0
    assert list(told) == [
        "format", "instance", "status", "cost", "bound", "vehicles", "unserved", "seconds", "routes",
    ]  # fmt: skip
    assert (told["format"], told["instance"], told["vehicles"], told["unserved"]) == ("tsunagu.rides/1", "tiny", 1, [])
    stops = told["routes"][0]["stops"]
    assert (stops[0]["node"], stops[-1]["node"], stops[-1]["load"]) == (0, 0, 0)
    assert all(a["start"] <= b["arrive"] + 1e-9 and b["arrive"] <= b["start"] + 1e-9 for a, b in pairwise(stops))
    assert cost is None or told["cost"] == pytest.approx(cost)
    assert told["bound"] <= told["cost"] + 1e-6


def test_who_cannot_be_served_makes_it_end_with_3_and_what_was_found_is_written(tmp_path):
    result, out = ran(tmp_path, TINY.replace("60 75", "1 2"), "cordeau")
    assert result.exit_code == 3
    assert json.loads(out.read_text())["unserved"] == [1]


def test_a_file_that_is_no_instance_ends_with_1_and_writes_nothing(tmp_path):
    result, out = ran(tmp_path, "hello\n", "cordeau")
    assert result.exit_code == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("60 75", "75 60"), "times"),
        (("3 1 0 1440\n2", "3 7 0 1440\n2"), "too_many"),
        (("1 4 480", "0 4 480"), "no_duty"),
        (("1 3 4 3 1", "1 3 4 -3 1"), "numbers"),
    ],
)
def test_who_is_left_is_named_by_the_node_of_the_pick_up_with_the_reason(tmp_path, change, why):
    text = TINY.replace(*change)
    if why == "too_many":
        text = text.replace("3 -1 60", "3 -7 60")
    result, out = ran(tmp_path, text, "cordeau")
    assert result.exit_code == 3
    assert 1 in json.loads(out.read_text())["unserved"]
    assert f"• 1: {WHY[why].ja}" in result.output


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (TINY.replace("1 4 480 3", "-2 4 480 3"), "cordeau"),
        (TINY.replace("1 4 480 3", "1.5 4 480 3"), "cordeau"),
        (TINY.replace("1 4 480 3", "1 4 480 1e30"), "cordeau"),
        (TINY.replace("3 1 0 1440\n2", "3 1.5 0 1440\n2").replace("3 -1 60", "3 -1.5 60"), "cordeau"),
        (GOODS.replace("2 10 1", "2.5 10 1"), "lilim"),
        (GOODS.replace("1 0 2", "1 0 7"), "lilim"),
        (GOODS.replace("6 8 -5", "6 8 -4"), "lilim"),
    ],
)
def test_counts_that_are_none_and_halves_that_do_not_match_are_refused_and_nothing_is_written(tmp_path, text, form):
    result, out = ran(tmp_path, text, form)
    assert result.exit_code == 1, result.exception
    assert not out.exists()
    assert "要修正" in result.output

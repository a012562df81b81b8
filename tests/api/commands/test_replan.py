"""`tsunagu replan` and `tsunagu by-hand` as people run them: plans read back, exit codes, and what is told."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

ROOT = Path(__file__).parents[3]
KAWABE, DAY = ROOT / "fixtures/towns/kawabe", "2026-11-26"


def run(*args: object):
    return CliRunner().invoke(app, [str(one) for one in args])


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    folder = tmp_path_factory.mktemp("morning")
    args = ("--json", folder / "day.json", "--sheets", folder / "sheets", "--confirmed-by", "担当A")
    assert run("rides", KAWABE, "--date", DAY, *args).exit_code == 0
    return folder


@pytest.fixture
def rows(morning):
    text = (morning / "sheets" / f"{DAY}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def listed(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["driver_id", "vehicle_id", "stop", "ride_id"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("plan", ["day.json", f"sheets/{DAY}.csv"])
def test_after_a_call_the_day_goes_on_from_the_plan_or_its_list(morning, tmp_path, plan):
    out = run(
        "replan", KAWABE, morning / plan, "--date", DAY, "--now", "10:30", "--without", "q5",
        "--json", tmp_path / "a.json", "--sheets", tmp_path / "s", "--confirmed-by", "担当A",
    )  # fmt: skip
    assert out.exit_code == 0, out.output
    assert "組み直した" in out.output and "q6は取りやめました" in out.output
    (day,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"]
    assert day["summary"]["status"] == "replanned"
    assert [ride for tour in day["tours"] for ride in tour["rides"]] == ["q3", "q1", "q2", "q4"]
    assert len(list((tmp_path / "s").glob("*.pdf"))) == 1


def test_rides_are_pinned_and_given_away_and_what_cannot_be_is_told_with_its_rule(morning, tmp_path):
    told = ("replan", KAWABE, morning / "day.json", "--date", DAY, "--now", "07:00")
    out = run(*told, "--pin", "q3", "--give", "q5=d1/v1", "--json", tmp_path / "a.json")
    assert out.exit_code == 0, out.output
    (day,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"]
    assert {"given_refused", "hand_at_once"} <= {one["code"] for one in day["warnings"]}
    wrong = run(*told, "--give", "q5", "--lang", "en")
    assert wrong.exit_code == 1 and "Maybe q3=d2/v1?" in " ".join(wrong.output.split())
    assert "d9" in run(*told, "--give", "q5=d9/v1").output


def test_a_plan_that_was_planned_again_can_be_planned_again(morning, tmp_path):
    told = morning / "day.json"
    for n, now in enumerate(("09:45", "10:30", "11:28", "13:10")):
        out = run("replan", KAWABE, told, "--date", DAY, "--now", now, "--json", tmp_path / f"{n}.json")
        assert out.exit_code == 0, out.output
        assert "連絡してください" not in out.output
        told = tmp_path / f"{n}.json"
    (day,) = json.loads(told.read_text(encoding="utf-8"))["days"]
    assert day["summary"]["served"] == 6


def test_the_order_that_the_plan_has_breaks_nothing_and_is_as_good_as_the_best(morning, tmp_path):
    out = run("by-hand", KAWABE, morning / "sheets" / f"{DAY}.csv", "--date", DAY, "--json", tmp_path / "a.json")
    assert out.exit_code == 0, out.output
    (day,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"]
    assert day["warnings"] == []
    assert all(tier["value"] == pytest.approx(tier["bound"]) for tier in day["summary"]["tiers"])


def test_an_order_made_by_hand_is_told_its_times_and_every_rule_that_it_breaks(rows, tmp_path):
    """Everybody is fetched home before anybody is driven out."""
    stops = [row for row in rows if row["ride_id"]]
    order = sorted(stops, key=lambda row: row["ride_id"] in ("q1", "q3"))
    plan = listed(tmp_path / "hand.csv", order)
    out = run("by-hand", KAWABE, plan, "--date", DAY, "--json", tmp_path / "a.json", "--lang", "en")
    assert out.exit_code == 0, out.output
    (day,) = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"]
    late = {one["facts"]["ride"] for one in day["warnings"] if one["code"] == "hand_late_alight"}
    assert late == {"q1", "q3"}
    assert day["summary"]["status"] == "by_hand"
    assert [stop["ride"] for tour in day["tours"] for stop in tour["stops"] if stop["ride"]] == [
        row["ride_id"] for row in order
    ]


def test_who_is_left_out_by_hand_is_told_so_and_nobody_goes_one_way_in_silence(rows, tmp_path):
    order = [row for row in rows if row["ride_id"] in ("q2", "q3", "q4")]
    out = run("by-hand", KAWABE, listed(tmp_path / "hand.csv", order), "--date", DAY, "--lang", "en")
    assert "q2 is one way only" in out.output
    assert "q1: It is not in the order made by hand" in out.output


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "missing"),
        ("{", "tsunagu.day/1"),
        ('{"days": [{"date": "2026-11-26", "tours": [{"driver": "d1"}]}]}', "tsunagu.day/1"),
        ('{"days": [{"date": "2026-11-25", "tours": []}]}', "no plan of 2026-11-26"),
        ("driver_id,vehicle_id,stop,ride_id\nd2,v1,jump,q1\n", "cannot be read"),
        ("driver_id,vehicle_id,stop,ride_id\nd2,v1,board,q1\n", "but not both"),
        ("driver_id,vehicle_id,stop,ride_id\nd9,v1,board,q1\nd9,v1,alight,q1\n", "d9 with car v1"),
        ("driver_id,vehicle_id,stop,ride_id\nd2,v1,board,q99\nd2,v1,alight,q99\n", "q99"),
    ],
)
@pytest.mark.parametrize("command", ["replan", "by-hand"])
def test_a_plan_that_is_none_ends_with_1_and_says_why(command, text, word, tmp_path):
    (tmp_path / "plan").write_text(text)
    more = ("--now", "10:00") if command == "replan" else ()
    out = run(command, KAWABE, tmp_path / "plan", "--date", DAY, "--lang", "en", *more)
    assert out.exit_code == 1
    assert word in " ".join(out.output.split())


def test_a_time_and_ids_that_are_none_end_with_1(morning):
    told = ("replan", KAWABE, morning / "day.json", "--date", DAY, "--lang", "en")
    assert "no time" in run(*told, "--now", "25:00").output
    out = run(*told, "--now", "10:00", "--without", "q55", "--without-driver", "d22")
    assert out.exit_code == 1
    assert "q55" in out.output and "d22" in out.output

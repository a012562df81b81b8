"""`tsunagu rides` as people run it: exit codes, files, and run sheets only where the law check allows."""

import json

from typer.testing import CliRunner

from api.cli import app
from tests.api.commands.given_village import KAWABE, spoil


def run(*args: object):
    return CliRunner().invoke(app, ["rides", *(str(a) for a in args)])


def test_a_day_is_planned_and_written_whole(tmp_path):
    out = run(
        KAWABE, "--date", "2026-11-26", "--json", tmp_path / "a.json", "--html", tmp_path / "a.html",
        "--sheets", tmp_path / "s", "--confirmed-by", "担当A",
    )  # fmt: skip
    assert out.exit_code == 0
    assert "最良と証明されています" in out.output
    day = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"][0]
    assert day["summary"]["served"] == 6
    assert "<html" in (tmp_path / "a.html").read_text(encoding="utf-8")
    names = sorted(path.name for path in (tmp_path / "s").iterdir())
    assert names == ["2026-11-26-d2-v1.pdf", "2026-11-26.csv", "2026-11-26.ics"]


def test_what_is_to_be_asked_is_confirmed_before_a_run_sheet(tmp_path):
    out = run(KAWABE, "--date", "2026-11-26", "--sheets", tmp_path / "s", "--lang", "en")
    assert out.exit_code == 0
    assert "--confirmed-by" in out.output
    assert not list((tmp_path / "s").glob("*.pdf"))


def test_a_place_without_a_name_is_told_by_its_area_and_never_by_coordinates(village, tmp_path):
    spoil(village, "ride_requests.csv", "34.8011,133.3051", "34.783,133.309")
    assert run(village, "--date", "2026-11-26", "--json", tmp_path / "a.json").exit_code == 0
    day = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["days"][0]
    told = {(stop["ride"], stop["kind"]): stop["place"] for tour in day["tours"] for stop in tour["stops"]}
    assert told["q1", "alight"] == told["q2", "board"] == "名前のない場所（下川辺のあたり）"


def test_a_car_that_fits_needs_nobody_to_confirm_it(village, tmp_path):
    spoil(village, "vehicles.csv", "actual_cost,100", "none,")
    assert run(village, "--date", "2026-11-26", "--sheets", tmp_path / "s").exit_code == 0
    assert len(list((tmp_path / "s").glob("*.pdf"))) == 1


def test_a_car_that_does_not_fit_the_law_drives_nobody(village):
    spoil(village, "vehicles.csv", "actual_cost,100", "fare,300")
    out = run(village, "--date", "2026-11-26", "--lang", "en")
    assert out.exit_code == 0
    assert "0 driven" in out.output and "art. 78" in out.output


def test_weeks_are_planned_day_by_day_and_shares_told(tmp_path):
    out = run(KAWABE, "--date", "2026-11-23", "--weeks", 1, "--json", tmp_path / "a.json")
    assert out.exit_code == 0
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert len(told["days"]) == 7
    assert {share["driver"] for share in told["fairness"]["shares"]} == {"d1", "d2"}


def test_a_day_without_rides_and_a_holiday_are_told():
    out = run(KAWABE, "--date", "2026-11-23")
    assert out.exit_code == 0
    assert "勤労感謝の日" in out.output and "希望はありません" in out.output


def test_no_date_is_wrong_usage_and_a_wrong_date_wrong_input():
    assert run(KAWABE).exit_code == 2
    assert run(KAWABE, "--date", "26.11.2026").exit_code == 1
    assert run(KAWABE, "--date", "2026-02-30").exit_code == 1


def test_a_folder_that_cannot_be_made_ends_with_1(tmp_path):
    (tmp_path / "file").write_text("x")
    assert run(KAWABE, "--date", "2026-11-26", "--sheets", tmp_path / "file" / "s").exit_code == 1


def test_the_same_day_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        assert run(KAWABE, "--date", "2026-11-26", "--html", tmp_path / f"{name}.html").exit_code == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_without_cars_drivers_and_requests_nothing_breaks(village):
    for file in ("vehicles.csv", "drivers.csv"):
        (village / file).unlink()
    spoil(village, "ride_requests.csv", ",d1,v1", ",,")
    out = run(village, "--date", "2026-11-26", "--lang", "en")
    assert out.exit_code == 0 and "Nobody drives on that day" in out.output
    (village / "ride_requests.csv").unlink()
    assert run(village, "--date", "2026-11-26").exit_code == 0

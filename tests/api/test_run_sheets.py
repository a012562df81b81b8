"""Run sheets, lists, calendars and the page of a day: everything a driver needs, nobody's name, no door of a home."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import time

import pytest
from icalendar import Calendar

from api.rides.answer import days_json
from api.rides.calendar import calendar
from api.rides.lists import COLUMNS, stops_csv
from api.rides.page import plan_map, rides_page
from api.rides.sheet import run_sheet
from api.rides.texts import LABELS
from api.rides.words import holiday, known
from matching.domain import Sharing, Warned, Weekday
from matching.domain.tour import RideTier, Stop, StopKind, Tour, Unserved
from matching.lawful import Run, check_law, read_law
from matching.plan_rides import DayPlan, WeeksPlan
from matching.rides.fair import Share
from tests.rides.given_rides import DAY, LONGITUDE, driver, home, north, resident, ride, town, vehicle

OUT = ride("q1", date=None, weekday=Weekday.THU, wheelchairs=1, escort=True)
BACK = home("q2", OUT, time(11))
HOUSE = (north(1), LONGITUDE)
HALL = (north(3), LONGITUDE)
BASE = (north(0), LONGITUDE)
STOPS = (
    Stop(StopKind.LEAVE, 570, 570, *BASE),
    Stop(StopKind.BOARD, 573, 573, *HOUSE, "q1", "p1", 1, 1),
    Stop(StopKind.ALIGHT, 583, 583, *HALL, "q1", "p1", 0, 0),
    Stop(StopKind.PAUSE, 600, 600),
    Stop(StopKind.BOARD, 660, 660, *HALL, "q2", "p1", 1, 1),
    Stop(StopKind.ALIGHT, 670, 670, *HOUSE, "q2", "p1", 0, 0),
    Stop(StopKind.BACK, 678, 678, *BASE),
)
PLACE = town(OUT, BACK)


def plan(place=PLACE, **changes):
    law = check_law(Run(DAY, vehicle(), driver(), (resident(),), 1), read_law())
    usual = DayPlan(
        "試験町",
        "0123456789abcdef",
        DAY,
        Sharing.CONSENT,
        "optimal",
        (RideTier("served:1", 2, 2), RideTier("effort:15", 36.5, 36.5)),
        (Tour("d1", "v1", STOPS, 21.5),),
        (law,),
        (Unserved("q9", "no_driver", {}),),
        1,
        (Warned("ends_uncertain", {"rides": 1, "minutes": 30}),),
    )
    return replace(usual, **changes)


def weeks():
    return WeeksPlan((plan(),), True, (Share("d1", 600.0, 108.0, 108.0),))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_sheet_is_a_tagged_document_and_the_same_bytes_each_time(lang):
    one, again = (run_sheet(plan(), 0, known(PLACE, lang)) for _ in range(2))
    assert one.startswith(b"%PDF") and one == again
    assert b"pdfuaid" in one and b"StructTreeRoot" in one


def test_a_name_that_looks_like_markup_stays_what_it_is():
    odd = replace(PLACE.resources[0], name='#panic("x") *a* $b$ \\ [c]')
    place = replace(PLACE, resources=(odd,))
    assert run_sheet(plan(), 0, known(place, "ja")).startswith(b"%PDF")


def test_a_long_day_takes_more_than_one_sheet_and_loses_no_stop():
    many = replace(plan().tours[0], stops=(STOPS[0], *(STOPS[1:3] * 40), STOPS[-1]))
    sheet = run_sheet(plan(tours=(many,)), 0, known(PLACE, "ja"))
    assert int(re.search(rb"/Type/Pages/Count (\d+)", sheet).group(1)) > 1


def test_the_picture_of_a_sheet_can_be_looked_at():
    assert run_sheet(plan(), 0, known(PLACE, "en"), form="png").startswith(b"\x89PNG")


@pytest.mark.parametrize("key", LABELS)
def test_every_label_speaks_both_languages_and_names_the_same_facts(key):
    label = LABELS[key]
    assert label.ja and label.en
    assert set(re.findall(r"{(\w+)", label.ja)) == set(re.findall(r"{(\w+)", label.en))


def test_the_list_has_a_row_a_stop_in_the_order_of_driving():
    rows = list(csv.DictReader(io.StringIO(stops_csv(plan(), known(PLACE, "ja")).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["planned"] for row in rows] == ["09:30", "09:33", "09:43", "10:00", "11:00", "11:10", "11:18"]
    assert [row["place"] for row in rows[1:3]] == ["自宅（通り）", "名前のない場所（通りのあたり）"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"])
def test_a_cell_that_a_spreadsheet_would_compute_is_made_plain(sign):
    evil = replace(PLACE.resources[0], name=f"{sign}1+1", latitude=HALL[0], longitude=HALL[1])
    text = stops_csv(plan(), known(replace(PLACE, resources=(evil,)), "ja"))
    assert f"'{sign}1+1" in text


def test_a_weekly_ride_comes_again_every_week_and_a_dated_one_once():
    events = Calendar.from_ical(calendar(plan(), known(PLACE, "ja"))).walk("VEVENT")
    assert [event["rrule"]["FREQ"] for event in events] == [["WEEKLY"], ["WEEKLY"]]
    assert events[0].decoded("dtstart").isoformat() == "2026-11-26T09:33:00+09:00"
    once = town(replace(OUT, date=DAY, weekday=None), replace(BACK, date=DAY, weekday=None))
    assert all("rrule" not in event for event in Calendar.from_ical(calendar(plan(), known(once, "ja"))).walk("VEVENT"))


def test_holidays_of_a_weekly_ride_are_told_and_not_taken_out():
    event = Calendar.from_ical(calendar(plan(), known(PLACE, "ja"))).walk("VEVENT")[0]
    assert "2027-02-11 建国記念の日" in event["description"]
    assert "exdate" not in event
    assert holiday(DAY) == ""


def test_the_document_says_everything_and_nothing_of_whom_nobody_may_look_at():
    told = json.loads(days_json(weeks(), known(PLACE, "en"), 1.23456))
    (day,) = told["days"]
    assert (told["format"], told["seconds"]) == ("tsunagu.day/1", 1.235)
    assert day["summary"] == {
        "served": 2,
        "unserved": 1,
        "refused": 1,
        "status": "optimal",
        "tiers": [
            {"name": "served:1", "value": 2.0, "bound": 2.0},
            {"name": "effort:15", "value": 36.5, "bound": 36.5},
        ],
    }
    assert [stop["time"] for stop in day["tours"][0]["stops"]][1] == "09:33"
    assert day["unserved"][0]["text"] == "Nobody drives on that day"
    assert day["warnings"][0]["text"].startswith("1 rides home have no sure time")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_page_needs_nothing_else_and_escapes_what_people_wrote(lang):
    evil = replace(PLACE, areas=(replace(PLACE.areas[1], name="<script>x</script>", parent_id=""),))
    page = rides_page(weeks(), known(evil, lang))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"https?://", page)
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_the_map_shows_a_home_at_the_point_of_its_area():
    drawn = plan_map(plan(), known(PLACE, "ja"))
    area = next((x, y) for x, y, name in drawn.areas if name == "通り")
    at_area, hall = drawn.lines[0].dots  # the base stands at the area's point; so the home is drawn there, too
    assert max(abs(at_area[0] - area[0]), abs(at_area[1] - area[1])) < 6
    assert abs(hall[1] - area[1]) > 50

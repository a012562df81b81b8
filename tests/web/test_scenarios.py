"""Scenarios by the pages: built by forms, tried, compared side by side, taken out; nothing reaches the register."""

import csv
import io
import re
from dataclasses import fields

import pytest

from api.web.scenario_charts import LEFT, bars, points
from api.web.scenario_draft import Draft, draft_of, with_cost, with_edit, without
from matching.scenario.reading import EDITS, read_scenarios
from tests.web.conftest import ROOT
from tests.web.test_studies import solved_study

FILLED = {
    "resource": "r-salon", "opening": "salon-tue", "area": "kami", "weekday": "wed", "start": "10:00", "end": "12:00",
    "places": "3", "name": "お茶の場", "kind": "salon", "number": "1", "percent": "120", "sex": "female",
    "age_from": "75", "seats": "4", "wheelchair_places": "1", "hours_per_month": "7.5", "line": "kita", "year": "2030",
    "people": "2000", "people_65plus": "900", "model": "cross_sector", "staff": "1.5", "where": "there",
    "max_travel_minutes": "20", "latitude": "34.8", "longitude": "133.3", "activities": ["tea", "singing"],
    "features": "step_free", "serves": "participation", "drivers": "d1", "available.day": ["tue", ""],
    "available.from": ["09:00", ""], "available.to": ["15:00", ""],
}  # fmt: skip
"""Something that each field of an edit takes."""


def form_of(reader, do):
    """Which of the page's forms adds this edit, or does something with one; first it is chosen by its button."""
    if do in EDITS:
        reader.send("/scenarios/draft#build", edit=do)
    return next(at for at, form in enumerate(reader.forms("/scenarios/draft#draft")) if form["do"] == do)


def add(reader, do, status=200, **values):
    wanted = {one.name for one in fields(EDITS[do])}
    sent = {name: value for name, value in FILLED.items() if name.partition(".")[0] in wanted} | values
    return reader.send("/scenarios/draft#draft", status, which=form_of(reader, do), **sent)


def text_of(reader):
    return next(form["text"] for form in reader.forms("/scenarios") if "draws" in form)


@pytest.mark.parametrize("do", EDITS)
def test_every_edit_has_a_form_whose_fields_it_reads_and_a_sentence(readers, do):
    reader = readers["planner"]
    reader.open("/scenarios")
    page = add(reader, do, named="もしも")
    asked = {one.name for one in fields(EDITS[do])}
    assert "<h4>もしも</h4>" in page and f"edit.{do}" not in page
    (one,) = read_scenarios(text_of(reader), "x").scenarios
    (edit,) = one.edits
    assert isinstance(edit, EDITS[do])
    made_up = {"add_opening": {"opening"}, "add_place": {"resource"}}.get(do, set())
    for name in asked & FILLED.keys() - made_up:
        assert getattr(edit, name) not in (None, "", 0, ()), name


def test_several_scenarios_are_built_tried_compared_and_taken_out(office, readers):
    reader = readers["planner"]
    reader.open("/scenarios")
    add(reader, "more_places", named='サロンを"広げる"\\')
    add(reader, "more_needs", into='サロンを"広げる"\\', percent="200", area="", sex="", age_from="")
    text = add(reader, "lose_drivers", drivers="")
    assert "運転の担い手が1人やめる" in text  # named by what it changes
    cost = next(at for at, form in enumerate(reader.forms("/scenarios/draft#draft")) if form["do"] == "cost")
    reader.send("/scenarios/draft#draft", which=cost, yen_per_year="24000")
    text = reader.send("/scenarios")
    assert "順番を待っています" in text and 'http-equiv="refresh"' in text and "今のようすを見る" in text
    solved_study(office)
    text = reader.open(str(reader.page.url).removeprefix("http://testserver"))
    assert "今日つながる数" in text and text.count('class="net"') == 2 and "24,000円" in text
    assert "サロンを&#34;広げる&#34;\\" in text
    study = re.search(r"/scenarios/(\w+)/study\.csv", text)[1]
    rows = list(csv.reader(io.StringIO(reader.client.get(f"/scenarios/{study}/study.csv").text.lstrip("\ufeff"))))
    assert rows[0][:4] == ["scenario", "placed_today", "change", "waiting"] and len(rows) == 3
    assert "待つ件の増減" in text and int(rows[1][3]) > -int(rows[1][2])  # more people ask in the first
    assert rows[1][0] == 'サロンを"広げる"\\' and rows[1][rows[0].index("yen_per_year")] == "24000"
    told = reader.client.get(f"/scenarios/{study}/study.json").json()
    assert told["format"] == "tsunagu.study/1" and len(told["towns"][0]["scenarios"]) == 2
    again = reader.open(f"/scenarios?again={study}")
    assert "組み立てている想定" in again and again.count("<h4>") == 2


def test_studies_are_put_side_by_side_and_a_town_that_changed_between_them_is_told(office, readers):
    reader, ids = readers["planner"], []
    for number in ("1", "2"):
        reader.open("/scenarios")
        add(reader, "lose_drivers", drivers="", number=number)
        reader.send("/scenarios")
        ids.append(re.search(r"study=(\w+)", str(reader.page.url))[1])
        solved_study(office)
    text = reader.open("/scenarios?" + "&".join(f"study={one}" for one in ids))
    assert (
        text.count('class="net"') == 2 and "1. 運転の担い手が1人やめる" in text and "2. 運転の担い手が2人やめる" in text
    )
    assert "それぞれ違います" not in text
    reader.open("/scenarios?study=nothing", 404)


def test_what_is_wrong_is_told_and_nothing_is_asked_for(readers):
    reader = readers["planner"]
    reader.open("/scenarios")
    assert "places" in add(reader, "more_places", 422, places="many")
    reader.open("/scenarios")
    reader.send("/scenarios/draft#draft", 422, which=form_of(reader, "no_bus"), do="nothing")
    reader.open("/scenarios")
    by_text = next(at for at, form in enumerate(reader.forms("/scenarios")) if "draws" not in form)
    reader.send("/scenarios", 422, which=by_text, text="format = ")
    assert "これまでの試算" not in reader.open("/scenarios")


def test_an_edit_and_a_scenario_are_taken_out_again(readers):
    reader = readers["planner"]
    reader.open("/scenarios")
    add(reader, "no_bus", named="一")
    add(reader, "more_needs", into="一")
    add(reader, "no_bus", named="二")
    outs = [at for at, form in enumerate(reader.forms("/scenarios/draft#draft")) if form["do"] == "without"]
    text = reader.send("/scenarios/draft#draft", which=outs[0])
    assert text.count("<h4>") == 2
    outs = [at for at, form in enumerate(reader.forms("/scenarios/draft#draft")) if form["do"] == "without"]
    text = reader.send("/scenarios/draft#draft", which=outs[0])
    assert "<h4>一</h4>" not in text and "<h4>二</h4>" in text


@pytest.mark.parametrize("name", ['"', "\\", "\n[[scenario]]", "\x7f", "'''", "名前", "]] x"])
def test_no_name_of_a_scenario_becomes_anything_else(name):
    made = with_edit(Draft(), name, {"do": "more_needs", "percent": 120})
    found = read_scenarios(made.text, "x")
    assert [one.name for one in found.scenarios] == [name]
    assert draft_of(made.text) == made


def test_a_text_with_grids_costs_and_grants_goes_through_the_forms_unchanged():
    text = (ROOT / "fixtures/scenarios/kawabe.toml").read_text(encoding="utf-8")
    draft = draft_of(text)
    assert read_scenarios(draft.text, "x") == read_scenarios(text, "x")
    assert with_cost(with_cost(draft, 0, 5), 0, None) == draft
    assert len(without(draft, 0).scenarios) == len(draft.scenarios) - 1


def row(number, change, gains, losses, yen=None, interval=None, frontier=False):
    told = {"gains": {"people": gains}, "losses": {"people": losses}, "yen_per_year": yen, "frontier": frontier,
            "scenario": f"もしも{number}" * number * 3}  # fmt: skip
    return {"number": number, "change": change, "interval": interval, **told}


def test_bars_are_as_long_as_the_counts_and_hidden_counts_are_short_and_marked():
    drawn = bars(
        [row(1, 10, 15, 5), row(2, 0, None, 0), row(3, -5, 0, 5, interval={"change": {"low": -20, "high": 5}})]
    )
    first, second, third = drawn.rows
    assert first.gained == pytest.approx(3 * first.lost, abs=0.2)
    assert second.gained_hidden and 0 < second.gained < first.lost and second.lost == 0
    assert third.whisker[0] < third.net_x < drawn.zero < third.whisker[1]
    assert third.whisker[0] >= LEFT  # the names stand to the left of all
    assert (first.name, third.name) == ("もしも1もしも1もしも1", "もしも3もしも3もしも3もし…")
    assert {n for _, n in drawn.marks} >= {-20, -10, 0, 10}


def test_costs_are_drawn_where_two_are_known():
    assert points([row(1, 5, 5, 0, yen=10), row(2, 5, 5, 0)]) is None
    drawn = points(
        [row(1, 10, 10, 0, 20_000, frontier=True), row(2, 5, 5, 0, 60_000), row(3, 0, 0, 0, 0, frontier=True)]
    )
    by_number = {number: (x, y) for x, y, number, _ in drawn.dots}
    assert by_number["3"][0] < by_number["1"][0] < by_number["2"][0]
    assert by_number["1"][1] < by_number["2"][1] < by_number["3"][1]
    assert drawn.line.split(" ")[0] == f"{by_number['3'][0]},{by_number['3'][1]}"


def test_scenarios_that_cost_and_bring_the_same_share_a_dot_so_that_every_number_can_be_read():
    same = [row(number, 5, 5, 0, 20_000) for number in (1, 2)]
    drawn = points([*same, row(3, 9, 9, 0, 20_100, frontier=True), row(4, 5, 5, 0, 20_100, frontier=True)])
    assert [(number, best) for _, _, number, best in drawn.dots] == [("1・2・4", True), ("3", True)]


def test_who_may_not_ask_for_studies_sees_no_forms(readers):
    readers["participation_worker"].open("/scenarios", 403)


def test_nothing_is_exchanged_under_what_is_being_built(readers):
    reader = readers["planner"]
    reader.open("/scenarios")
    add(reader, "no_bus", named="一")
    text = reader.send("/scenarios")
    study = re.search(r"study=(\w+)", str(reader.page.url))[1]
    assert f'hx-get="/scenarios?study={study}"' in text and 'name="do"' not in text
    text = reader.open("/scenarios/draft")
    assert "hx-get" not in text and 'name="do"' in text
    assert "hx-get" not in add(reader, "no_bus", named="二")

"""The register by forms: every noun is listed, added to, changed and taken from, without any script."""

import re

import pytest

from api.store.register import NOUNS
from tests.api.conftest import ELSEWHERE
from tests.web.test_people import rows_of


@pytest.mark.parametrize("noun", NOUNS)
def test_every_row_is_a_form_that_leaves_it_as_it_is(office, readers, noun):
    reader = readers["admin"]
    shown = re.findall(rf'href="(/register/{noun}/rows/[\w-]+)"', reader.open(f"/register/{noun}"))
    before = rows_of(office, NOUNS[noun].table)
    for path in shown[:3]:
        text = reader.open(path)
        form = dict(every_field(text, path))
        answer = reader.client.post(path, data=form)
        assert answer.status_code == 200, (path, re.findall(r"<li>.*?</li>", answer.text))
    columns = [column.name for column in NOUNS[noun].of.columns]
    assert unordered(rows_of(office, NOUNS[noun].table), columns) == unordered(before, columns)


def unordered(rows, columns):
    """Rows whose lists are told in any order: boxes are ticked in that of the vocabulary."""
    return [{name: sorted(row[name]) if isinstance(row[name], list) else row[name] for name in columns} for row in rows]


def every_field(text, action):
    """What a browser would send of a form: ticked boxes, chosen options, texts; lists for names that come again."""
    inner = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', text, re.DOTALL)[1]
    sent = {}
    for tag, rest in re.findall(r"<(input|select)([^>]*)>", inner):
        told = dict(re.findall(r'([a-z-]+)="([^"]*)"', rest))
        if tag == "input" and (told.get("type") != "checkbox" or " checked" in rest):
            sent.setdefault(told["name"], []).append(told.get("value", ""))
        if tag == "select":
            name = re.escape(told["name"])
            options = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', inner, re.DOTALL)[0]
            chosen = re.search(r'value="([^"]*)" selected', options)
            sent.setdefault(told["name"], [])
            if not told["name"].endswith(".day"):
                sent[told["name"]] = [chosen[1] if chosen else ""]
    days = re.findall(r'<select name="(\w+)\.day"[^>]*>(.*?)</select>', inner, re.DOTALL)
    for name, options in days:
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[f"{name}.day"].append(chosen[1] if chosen else "")
    return sent.items()


def test_a_need_is_added_from_the_persons_page_with_its_spans(office, readers):
    reader = readers["coordinator"]
    reader.open("/people/p01")
    path = re.search(r'href="(/register/needs/new\?resident_id=p01)"', reader.page.text)[1]
    reader.open(path)
    form = dict(every_field(reader.page.text, "/register/needs"))
    form |= {"kind": "shopping", "urgency": "2", "activities": ["shopping"], "activities.more": "金魚すくい",
             "available.day": ["tue", ""], "available.from": ["10:00", ""], "available.to": ["12:00", ""]}  # fmt: skip
    answer = reader.client.post("/register/needs", data=form)
    assert answer.status_code == 200, answer.text[-1500:]
    row = rows_of(office, NOUNS["needs"].table)[-1]
    assert (row["resident_id"], row["kind"], row["urgency"]) == ("p01", "shopping", 2)
    assert row["available"] == ["tue 10:00-12:00"] and row["activities"] == ["shopping", "金魚すくい"]


def test_a_wrong_number_is_refused_with_the_name_of_its_field(readers):
    reader = readers["admin"]
    reader.open("/register/openings/new")
    form = {**dict(every_field(reader.page.text, "/register/openings")), "resource_id": "r-salon", "weekday": "fri",
            "start": "10:00", "end": "09:00", "capacity": "many"}  # fmt: skip
    answer = reader.client.post("/register/openings", data=form)
    assert answer.status_code == 422 and "定員" in answer.text


def test_an_opening_is_taken_away_but_not_while_somebody_goes_there(office, readers):
    reader = readers["admin"]
    held = {row["opening_id"] for row in rows_of(office, NOUNS["placements"].table)}
    ids = [row["opening_id"] for row in rows_of(office, NOUNS["openings"].table)]
    used, free = next(one for one in ids if one in held), next(one for one in ids if one not in held)
    reader.open(f"/register/openings/rows/{used}")
    assert "ほかから使われている" in reader.send(f"/register/openings/rows/{used}/end", 409)
    reader.open(f"/register/openings/rows/{free}")
    reader.send(f"/register/openings/rows/{free}/end")
    reader.open(f"/register/openings/rows/{free}", 404)


def test_who_may_not_read_or_write_a_noun_does_not(readers):
    readers["planner"].open("/register/needs", 404)
    readers["planner"].open("/register/resources/new", 403)
    readers["auditor"].open("/register/resources", 404)
    readers["admin"].open("/register/secrets", 404)
    assert "/register/needs" not in readers["planner"].open("/register")


def test_a_resource_is_confirmed_today_by_one_click(office, readers):
    from api.web.times import today

    reader = readers["coordinator"]
    reader.open("/resources/r-office")
    reader.send("/resources/r-office/confirmations")
    row = next(row for row in rows_of(office, NOUNS["resources"].table) if row["resource_id"] == "r-office")
    assert row["confirmed_on"] == today().isoformat()


@pytest.mark.parametrize("role", ["planner", "coordinator"])
def test_a_helper_whom_one_does_not_see_stands_on_no_page_of_the_register(readers, kawabe_town, role):
    """The coordinator holds for another area than these helpers live in."""
    home = {person.resident_id: person.area_id for person in kawabe_town.residents}
    helped = {
        one.resource_id: one.resident_id for one in kawabe_town.resources if home.get(one.resident_id) == ELSEWHERE
    }
    assert helped
    for resource, person in helped.items():
        for path in ("/register/resources", f"/register/resources/rows/{resource}"):
            assert person in readers["admin"].open(path)
            assert person not in readers[role].open(path)


def test_a_small_count_stands_on_no_page_for_who_works_with_nobody(office, readers):
    small = [row for row in rows_of(office, NOUNS["attendance"].table) if row["people"] == 2]
    path = f"/register/attendance/rows/{small[0]['row_id']}"
    for role, told in (("admin", ["2"]), ("planner", [])):
        form = re.findall(r'<input[^>]*name="people"[^>]*value="(\w+)"', readers[role].open(path))
        cells = re.findall(r"<td[^>]*>\s*([0-9]+)\s*</td>", readers[role].open("/register/attendance"))
        assert (form, [cell for cell in cells if cell == "2"]) == (told, told)
        assert ("<td>少数</td>" in readers[role].page.text) is (role == "planner")

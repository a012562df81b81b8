"""Resources: the list and what narrows it, one resource with its room, the week, and what the map may tell."""

import re

import pytest


def named(text):
    return re.findall(r'<th scope="row"><a href="/resources/([\w-]+)"', text)


def test_the_list_shows_every_resource_and_is_narrowed_by_what_one_asks(readers, kawabe_town):
    reader = readers["planner"]
    everything = named(reader.open("/resources"))
    assert everything == [one.resource_id for one in kawabe_town.resources][:60]
    treasures = named(reader.open("/resources?show=treasure"))
    assert treasures == [one.resource_id for one in kawabe_town.resources if one.informal]
    assert named(reader.open("/resources?q=ひだまりサロン")) == ["r-salon"]
    assert set(named(reader.open("/resources?show=stale"))) == {"r-teacorner", "r-office"}
    assert "あてはまる地域資源はありません" in reader.open("/resources?q=%00%3Cscript%3E&from=zz")


def test_a_treasure_is_handled_gently(readers):
    text = readers["coordinator"].open("/resources/r-cafe")
    assert "お宝" in text and "まず本人たちに聞いて" in text and "先に聞く" in text


def test_room_is_places_without_those_who_hold_one(office, readers):
    before = re.search(
        r"火曜 10:00–12:00</a></th>.*?あと(\d+)人", readers["planner"].open("/resources/r-salon"), re.DOTALL
    )[1]
    desk = office.desk("admin@kawabe")
    made = desk.post("/v1/placements", {"need_id": "n01", "opening_id": "salon-tue", "state": "trial"})
    assert made.status_code == 201, made.text
    after = re.search(
        r"火曜 10:00–12:00</a></th>.*?あと(\d+)人", readers["planner"].open("/resources/r-salon"), re.DOTALL
    )[1]
    assert int(after) == int(before) - 1


def test_the_week_shows_each_opening_on_its_day(readers, kawabe_town):
    text = readers["planner"].open("/resources/week")
    assert len(re.findall(r"<li>\d\d:\d\d–", text)) == len(kawabe_town.openings)
    assert len(re.findall(r"<li>\d\d:\d\d–", readers["planner"].open("/resources/week?area=kami"))) < len(
        kawabe_town.openings
    )


def test_the_map_tells_no_home_and_no_treasure(readers, kawabe_town):
    reader = readers["planner"]
    reader.open("/resources/map.json")
    told = {one["id"] for one in reader.page.json()["resources"]}
    hidden = {one.resource_id for one in kawabe_town.resources if one.informal or one.resident_id}
    assert told and not told & hidden


@pytest.mark.parametrize("path", ["/resources/nothing", "/resources/%2e%2e"])
def test_what_is_not_there_is_told_as_a_page(readers, path):
    assert "見つかりません" in readers["planner"].open(path, 404)

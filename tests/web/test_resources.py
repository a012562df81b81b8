"""Resources: the list and what narrows it, one resource with its room, the week, and what the map may tell."""

import re

import pytest

from tests.web.worked_town import PNG, archive_of, keep_file


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
    told = r"火曜 10:00–12:00</a></th>.*?あと(\d+)人"
    before = re.search(told, readers["coordinator"].open("/resources/r-salon"), re.DOTALL)[1]
    desk = office.desk("admin@kawabe")
    made = desk.post("/v1/placements", {"need_id": "n01", "opening_id": "salon-tue", "state": "trial"})
    assert made.status_code == 201, made.text
    after = re.search(told, readers["coordinator"].open("/resources/r-salon"), re.DOTALL)[1]
    assert int(after) == int(before) - 1


def test_who_works_with_nobody_is_told_that_there_is_room_but_not_how_few_come(office, readers):
    desk = office.desk("admin@kawabe")
    few = {"resource_id": "r-salon", "weekday": "sun", "start": "09:00", "end": "10:00", "capacity": 9, "attending": 3}
    assert desk.post("/v1/openings", few).status_code == 201
    row = r"日曜 09:00–10:00</a></th>(.*?)</tr>"
    worker, planner = (readers[who].open("/resources/r-salon") for who in ("coordinator", "planner"))
    assert re.findall(r">(3|少数|あと6人|空きあり)<", re.search(row, worker, re.DOTALL)[1]) == ["3", "あと6人"]
    assert re.findall(r">(3|少数|あと6人|空きあり)<", re.search(row, planner, re.DOTALL)[1]) == ["少数", "空きあり"]
    for page in ("/", "/resources", "/resources/week"):
        assert not re.search(r"あと\d+人", readers["planner"].open(page))


def test_a_host_with_more_guests_than_is_comfortable_is_told_to_who_works_with_people(office, readers):
    desk = office.desk("admin@kawabe")
    for day, load in (("sat", 6), ("sun", 7)):
        new = {"resource_id": "r-salon", "weekday": day, "start": "09:00", "end": "10:00", "capacity": 9}
        assert desk.post("/v1/openings", new | {"comfortable_load": load, "attending": 7}).status_code == 201
    worker, planner = (readers[who].open("/resources/r-salon") for who in ("coordinator", "planner"))
    rows = {day: re.search(rf"{day}曜 09:00–10:00</a></th>(.*?)</tr>", worker, re.DOTALL)[1] for day in "土日"}
    assert "無理のない人数より多い" in rows["土"] and "無理のない人数より多い" not in rows["日"] + planner


def test_the_week_shows_each_opening_on_its_day(readers, kawabe_town):
    text = readers["planner"].open("/resources/week")
    known = [one for one in kawabe_town.openings if one.hours is not None]
    assert len(re.findall(r"<li>\d\d:\d\d–", text)) == len(known)
    asked = text.split("曜日は未確認")[1]
    assert asked.count("<li>–––<br>") == len(kawabe_town.openings) - len(known) == 1
    assert "印刷の手伝い" in asked
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


def test_the_maps_ground_is_the_towns_own_roads_and_shapes(readers, kawabe_town):
    told = readers["planner"].client.get("/resources/ground.json").json()
    assert len(told["roads"]) == 26 and told["shapes"] == []
    latitudes = [one[at] for one in told["roads"] for at in (0, 2)]
    assert all(34 < one < 36 for one in latitudes)


def test_wide_roads_come_first_and_rows_that_cannot_be_read_are_left_out():
    from api.web.ground import roads_of

    nodes = b"id,lon,lat\na,133.0,34.0\nb,133.1,34.1\nc,133.2,\n"
    edges = b"u,v,highway\na,b,footway\nb,a,primary\na,c,primary\na,nowhere,primary\n"
    assert roads_of(nodes, edges) == [(34.1, 133.1, 34.0, 133.0), (34.0, 133.0, 34.1, 133.1)]
    assert roads_of(b"\xff\xfe", edges) == []


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"features": 3}', b'{"features": [1, {"geometry": 2}]}'])
def test_what_is_no_geojson_draws_nothing(content):
    from api.web.ground import shapes_of

    assert shapes_of(content) == []


def test_outlines_are_drawn_latitude_first():
    import json

    from api.web.ground import shapes_of

    ring = [[133.0, 34.0], [133.1, 34.0], [133.1, 34.1], [133.0, 34.0]]
    feature = {
        "type": "Feature",
        "properties": {"area_id": "kami"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    more = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [[ring], [ring, ring]]}}
    told = shapes_of(json.dumps({"type": "FeatureCollection", "features": [feature, more]}).encode())
    assert len(told) == 3 and told[0][1] == (34.0, 133.1)


def test_the_towns_own_tiles_are_served_piece_by_piece(office, readers):
    from pmtiles.tile import TileType

    reader = readers["planner"]
    reader.open("/resources/tiles/1/0/0", 404)
    assert reader.client.get("/resources/ground.json").json()["tiles"] is None
    keep_file(office, archive_of(TileType.PNG))
    assert reader.client.get("/resources/ground.json").json()["tiles"] == 1
    answer = reader.client.get("/resources/tiles/1/0/0")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")
    reader.open("/resources/tiles/1/1/1", 204)  # beyond the town
    for path in ("1/2/0", "99/0/0", "1/-1/0", "x/0/0"):
        reader.open(f"/resources/tiles/{path}", 404)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PMTiles\x03" + bytes(20)])
def test_what_is_no_archive_draws_nothing(office, readers, content):
    keep_file(office, content)
    assert readers["planner"].client.get("/resources/ground.json").json()["tiles"] is None


def test_a_broken_archive_has_no_pictures(office, readers):
    from pmtiles.tile import TileType

    keep_file(office, archive_of(TileType.PNG)[:130] + b"x" * 100)
    readers["planner"].open("/resources/tiles/1/0/0", 204)


def test_vector_tiles_are_not_drawn(office, readers):
    from pmtiles.tile import TileType

    keep_file(office, archive_of(TileType.MVT))
    assert readers["planner"].client.get("/resources/ground.json").json()["tiles"] is None

"""Rides by the pages: a day asked for and read, the law's questions, and planned again after a call."""

import re

from tests.api.test_tours import DAY, planned_here


def planned(office, reader, **values):
    reader.open("/rides")
    reader.send("/rides", date=DAY, **values)
    planned_here(office)
    return reader.open(reader.page.url.path)


def test_a_day_is_asked_for_followed_and_read_as_a_timetable(office, readers):
    reader = readers["admin"]
    reader.open("/rides")
    assert "順番を待っています" in reader.send("/rides", date=DAY)
    planned_here(office)
    text = reader.open(reader.page.url.path)
    assert "担い手 d2・車 v1" in text and "要確認" in text and "法律上の助言ではありません" in text
    assert 'href="/people/p02"' in text
    times = re.findall(r'<th scope="row">(\d\d:\d\d)</th>', text)
    assert times == sorted(times) and len(times) > 10
    assert "運べない送迎（1件）" in text and "こうすれば" in text
    assert "最良" in text.partition('<section class="card"')[0]  # how good it is known to be, before the tours


def test_of_riders_whom_one_does_not_see_only_the_stop_is_told(office, readers):
    planned(office, readers["admin"])
    text = readers["coordinator"].open(readers["admin"].page.url.path)
    assert 'href="/people/p02"' in text and 'href="/people/p03"' not in text
    assert len(re.findall(r'<th scope="row">\d\d:\d\d</th>', text)) > 10


def test_after_a_call_the_day_is_planned_again(office, readers):
    reader = readers["admin"]
    planned(office, reader)
    first = reader.page.url.path
    on_the_phone(reader, first)
    reader.send(f"{first}/revisions", now="09:00", **{"ride.q4": "ends"})
    assert reader.page.url.path != first
    planned_here(office)
    text = on_the_phone(reader, reader.page.url.path)
    assert 'name="ride.q4"' not in text and 'name="ride.q3"' in text and f'href="{first}"' in text
    assert "電話をかける方" in text and "q4は取りやめました" in text and "そのままにしたことの値段" in text
    on_the_phone(reader, first)
    assert reader.send(f"{first}/revisions", 422, now="09:00", **{"ride.nobody": "ends"})
    on_the_phone(reader, first)
    assert reader.send(f"{first}/revisions", 422, now="09:00", **{"with.q4": "d9/v1"})
    on_the_phone(reader, first)
    said = reader.send(f"{first}/revisions", 422, now="09:00", **{"with.q4": "だれか"})
    assert "ほかの担い手に替える送迎</b> 書き方が違います" in said


def test_a_wrong_day_is_told_and_a_plan_is_stopped(readers):
    reader = readers["admin"]
    reader.open("/rides")
    reader.send("/rides", 422, date="tomorrow")
    reader.open("/rides")
    reader.send("/rides", date=DAY, weeks="2")
    assert "途中で止めました" in reader.send(reader.page.url.path + "/cancel")


def test_a_planner_sees_no_rides(readers):
    readers["planner"].open("/rides", 403)


def again(office, reader, **chosen):
    """Plan the day on the page again, before anything has happened."""
    path = reader.page.url.path
    on_the_phone(reader, path)
    reader.send(f"{path}/revisions", now="07:00", **chosen)
    planned_here(office)
    return on_the_phone(reader, reader.page.url.path)


def on_the_phone(reader, path):
    """The page of a day with the form for a call, to which it has a link."""
    link = f"{path}?call={DAY}"
    assert f'href="{link}#call"' in reader.open(path)
    return reader.open(link)


def asking(reader, path):
    """The page with the form for each question of the law in turn, by its link."""
    for link in re.findall(rf'href="({path}\?answer=[^"#]+)', reader.open(path)):
        reader.open(link)
        yield reader.forms(f"{path}/answers")[0]


def cars(text):
    """The driver and car of each ride that the form offers to change."""
    found = re.findall(r"<td>([\w-]+)・([\w-]+)</td>\s*<td><select name=\"ride\.([\w-]+)\"", text)
    return {ride: (driver, vehicle) for driver, vehicle, ride in found}


def test_a_ride_is_given_to_another_driver_by_the_form_or_the_rule_against_it_is_told(office, readers):
    reader = readers["admin"]
    planned(office, reader)
    before = cars(on_the_phone(reader, reader.page.url.path))
    ride = next(ride for ride, whom in before.items() if whom[0] == "d2")
    text = again(office, reader, **{f"with.{ride}": "d1/v1"})
    assert "守れない決まりのため" in text and "d1・v1は、同じ人か同じ車" in text  # d2 has the car
    assert cars(text) == before


def test_the_tours_are_on_a_map_with_homes_at_the_point_of_their_area(office, readers, kawabe_town):
    import html
    import json

    text = planned(office, readers["admin"])
    told = json.loads(html.unescape(re.search(r'data-drawn="([^"]+)"', text)[1]))
    drawn = {(stop["latitude"], stop["longitude"]) for tour in told["tours"] for stop in tour["stops"]}
    homes = {(round(one.latitude, 5), round(one.longitude, 5)) for one in kawabe_town.residents if one.latitude}
    middles = {(round(one.latitude, 5), round(one.longitude, 5)) for one in kawabe_town.areas if one.latitude}
    assert drawn & middles and not drawn & (homes - middles)
    assert len(told["tours"]) == text.count("<polyline") > 0
    hidden = readers["coordinator"].open(readers["admin"].page.url.path)
    seen = json.loads(html.unescape(re.search(r'data-drawn="([^"]+)"', hidden)[1]))
    count = [sum(len(tour["stops"]) for tour in one["tours"]) for one in (told, seen)]
    assert count[1] < count[0]


def test_who_was_asked_about_the_law_is_kept_with_the_day_and_printed_on_the_run_sheet(office, readers):
    reader = readers["admin"]
    text = planned(office, reader)
    path = reader.page.url.path
    assert "確かめ済み" not in text
    assert reader.forms(f"{path}/answers") == []
    for _ in asking(reader, path):
        reader.send(f"{path}/answers", answered_by="運輸支局 見本さん", answered_on="2026-11-20", fits="yes")
    assert "確かめ済み" in reader.page.text and "運輸支局 見本さん（2026年11月20日" in reader.page.text
    assert "admin@kawabe" in reader.page.text
    assert "確かめ済み" in again(office, reader)  # the same questions of the same day
    next(asking(reader, path))
    reader.send(f"{path}/answers", answered_by="見本さん", answered_on="2026-11-21", fits="no")
    assert "走れないとの答え" in reader.page.text
    next(asking(reader, path))
    reader.send(f"{path}/answers", 422, answered_by="", answered_on="2026-11-21", fits="yes")
    next(asking(reader, path))
    reader.send(f"{path}/answers", 422, answered_by="x", answered_on="2026-11-21", fits="yes", question="other")
    assert list(asking(readers["participation_worker"], path)) == []


def test_what_drivers_give_of_what_they_offered_is_told_for_the_month(office, readers):
    reader = readers["admin"]
    text = planned(office, reader)
    table = re.search(r"<caption>2026年11月。.*?</table>", text, re.DOTALL)[0]
    assert "申し出た時間" in table and re.search(r">d2.*?時間</td>", table, re.DOTALL)
    assert "今月の回数" in reader.open("/rides")

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


def test_of_riders_whom_one_does_not_see_only_the_stop_is_told(office, readers):
    planned(office, readers["admin"])
    text = readers["coordinator"].open(readers["admin"].page.url.path)
    assert 'href="/people/p02"' in text and 'href="/people/p03"' not in text
    assert len(re.findall(r'<th scope="row">\d\d:\d\d</th>', text)) > 10


def test_after_a_call_the_day_is_planned_again(office, readers):
    reader = readers["admin"]
    planned(office, reader)
    first = reader.page.url.path
    reader.send(f"{first}/revisions", without="q4", now="09:00")
    assert reader.page.url.path != first
    planned_here(office)
    text = reader.open(reader.page.url.path)
    assert 'value="q4"' not in text and 'value="q3"' in text and f'href="{first}"' in text
    reader.open(first)
    assert reader.send(f"{first}/revisions", 422, without="nobody", now="09:00")


def test_a_wrong_day_is_told_and_a_plan_is_stopped(readers):
    reader = readers["admin"]
    reader.open("/rides")
    reader.send("/rides", 422, date="tomorrow")
    reader.open("/rides")
    reader.send("/rides", date=DAY, weeks="2")
    assert "途中で止めました" in reader.send(reader.page.url.path + "/cancel")


def test_a_planner_sees_no_rides(readers):
    readers["planner"].open("/rides", 403)

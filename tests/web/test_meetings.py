"""Meetings, plans, one's month, who visits whom next, ideas, and a person's own words; all by forms."""

import re

import pytest
from icalendar import Calendar

from api.store.register import NOUNS
from api.web import times
from api.web.times import today
from tests.web.test_people import rows_of
from tests.web.test_register import every_field


def held(reader, **values):
    reader.open("/meetings")
    reader.send("/meetings", **{"kind": "plan_meeting", "on_day": today().isoformat(), **values})
    return reader.page.url.path


def test_a_meeting_is_held_changed_and_ended(readers):
    reader = readers["coordinator"]
    where = held(reader, starts="13:30", place="役場", cases="p01", agenda="歌の会のこと")
    assert "13:30" in reader.page.text and 'href="/people/p01"' in reader.page.text
    assert "歌の日から始める" in reader.send(where, outcome="歌の日から始める")
    assert where in reader.open("/meetings")
    reader.open(where)
    reader.send(f"{where}/end")
    reader.open(where, 404)


def test_membership_decides_who_sees_a_meeting(readers):
    reader, other = readers["coordinator"], readers["participation_worker"]
    where = held(reader, kind="support_conference", cases="p01", agenda="x")
    other.open(where, 404)
    reader.open(where)
    form = dict(every_field(reader.page.text, where))
    answer = reader.client.post(where, data={**form, "members": [reader.user_id, other.user_id]})
    assert answer.status_code == 200
    assert "この会議の外で使えません" in other.open(where)


def test_a_plan_meeting_about_who_did_not_consent_is_refused_with_the_field(readers):
    reader = readers["admin"]
    reader.open("/meetings")
    assert "話し合う方" in reader.send("/meetings", 422, cases="p12")
    reader.open("/meetings")
    reader.send("/meetings", 422, on_day="soon")


def plan(reader, shares, review="2026-12-01"):
    reader.open("/people/p01")
    form = dict(every_field(reader.page.text, "/people/p01/plans"))
    form |= {"goal": "また歌いたい", "review_on": review}
    form |= {"organisation_id": [who for who, _ in shares], "what": [what for _, what in shares]}
    form["until"] = [""] * len(shares)
    reader.page = reader.client.post("/people/p01/plans", data=form)
    assert reader.page.status_code == 200, reader.page.text[-1500:]
    return reader.page.url.path


def test_a_case_left_to_one_agency_alone_is_flagged_until_another_shares_it(readers):
    reader = readers["coordinator"]
    where = plan(reader, [("o-shakyo", "月2回の声かけ")])
    assert "一つの機関だけが受け持っています" in reader.page.text and "月2回の声かけ" in reader.page.text
    assert "一つの機関だけ" in reader.open("/plans")
    reader.open(where)
    form = dict(every_field(reader.page.text, where))
    form |= {"goal": "また歌いたい", "organisation_id": ["o-shakyo", "o-rmo", ""], "what": ["声かけ", "送迎", ""]}
    form["until"] = ["", "2027-03-31", ""]
    assert "一つの機関だけ" not in reader.client.post(where, data=form).text
    assert reader.client.post(where, data=form).status_code == 412  # an old page
    assert "一つの機関だけ" not in reader.open("/plans") and "見直し" in reader.open("/people/p01")


def test_who_visits_next_is_set_and_seen_by_all_who_see_the_person(readers):
    reader = readers["coordinator"]
    text = reader.open("/outreach")
    person = re.search(r'action="/people/([\w-]+)/visits"', text)[1]
    assert "まだ決まっていません" in text
    day = today().isoformat()
    text = reader.send(f"/people/{person}/visits", on_day=day, starts="14:00")
    row = re.search(rf'<th scope="row" id="r\d+"><a class="id" href="/people/{person}">.*?</tr>', text, re.DOTALL)[0]
    assert "14:00" in row and "coordinator@kawabe" in row
    assert "14:00" in reader.open(f"/people/{person}")
    end = re.search(r'action="(/notes/visits/[\w-]+/end)"', reader.open("/outreach"))[1]
    reader.send(end)
    assert "14:00" not in reader.open("/outreach")


def test_not_wanting_to_be_contacted_is_a_wish_and_kept_like_any_other(readers):
    reader = readers["coordinator"]
    person = re.search(r'action="/people/([\w-]+)/visits"', reader.open("/outreach"))[1]
    reader.open(f"/people/{person}")
    long_ago = "2025-01-10"
    text = reader.send(f"/people/{person}/contacts", on_day=long_ago, how="visit", reached="false", wish="not_now")
    assert "今は会いたくない" in text
    assert "今は会いたくない" in reader.open("/outreach")


def test_ones_own_month_holds_meetings_visits_and_reviews_and_the_calendar_names_nobody(readers):
    reader, day = readers["coordinator"], today()
    held(reader, kind="interview", starts="10:00", place="よろず商店", cases="")
    plan(reader, [], review=day.isoformat())
    reader.open("/people/p01")
    reader.send("/people/p01/visits", on_day=day.isoformat(), starts="15:00")
    text = reader.open("/month")
    assert "取材" in text and "プランの見直し" in text and "訪問" in text
    answer = reader.client.get("/month.ics")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert {str(one["summary"]) for one in events} >= {"取材", "プランの見直し", "訪問"}
    assert "p01" not in answer.text
    starts = {str(one["summary"]): one["dtstart"].dt for one in events}
    assert starts["取材"].utcoffset().total_seconds() == 9 * 3600 and starts["プランの見直し"] == day
    assert "訪問" not in re.search(r"<table.*</table>", readers["admin"].open("/month"), re.DOTALL)[0]
    reader.open("/month?of=2026-13", 400)


def test_the_months_before_and_after_are_reached(readers):
    reader = readers["coordinator"]
    assert "/month?of=2026-01" in reader.open("/month?of=2025-12")
    assert reader.page.text.count('<time datetime="2025-12-') == 31


def test_an_idea_is_noted_and_what_became_of_it_is_kept(office, readers):
    reader = readers["coordinator"]
    reader.open("/ideas")
    form = dict(every_field(reader.page.text, "/ideas"))
    form |= {"area_id": "kami", "activities": ["tea"], "offered_by": "shop", "state": "heard"}
    assert reader.client.post("/ideas", data=form).status_code == 200
    row = max(rows_of(office, NOUNS["ideas"].table), key=lambda one: one["position"])
    assert (row["area_id"], row["activities"], row["state"]) == ("kami", ["tea"], "heard")
    reader.open("/ideas")
    old = reader.forms(f"/ideas/{row['idea_id']}")[0]
    reader.send(f"/ideas/{row['idea_id']}", state="trying")
    states = {one["idea_id"]: one["state"] for one in rows_of(office, NOUNS["ideas"].table)}
    assert states[row["idea_id"]] == "trying"
    assert reader.client.post(f"/ideas/{row['idea_id']}", data={**old, "state": "stopped"}).status_code == 412
    assert "/ideas/" not in re.findall(r'action="([^"]*)"', readers["planner"].open("/ideas"))


@pytest.mark.parametrize(("says", "liking"), [("wanted", 2), ("never", -2)])
def test_a_wish_is_one_click_and_a_reason(office, readers, says, liking):
    reader = readers["coordinator"]
    reader.open("/people/p01")
    text = reader.send("/people/p01/voices", which=0, target="r-cafe", says=says, reason_code="ride", note="坂がある")
    assert "坂がある" in text
    mine = [row for row in rows_of(office, NOUNS["wishes"].table) if row["resident_id"] == "p01"]
    assert [row["liking"] for row in mine if row["target"] == "r-cafe"] == [liking]


def test_a_wish_about_nothing_that_is_there_is_refused(readers):
    reader = readers["coordinator"]
    reader.open("/people/p01")
    reader.send("/people/p01/voices", 422, which=0, target="nowhere", says="wanted")


def test_a_case_is_given_to_a_colleague_and_ended(readers):
    reader, worker = readers["coordinator"], readers["participation_worker"]
    worker.open("/people/p01", 404)
    reader.open("/people/p01")
    reader.send("/people/p01/access", user_id=worker.user_id)
    worker.open("/people/p01")
    reader.send(f"/people/p01/access/{worker.user_id}/end")
    worker.open("/people/p01", 404)


def test_openings_come_again_in_the_calendar_as_they_do(readers, kawabe_town):
    from datetime import date

    from api.web.resource_calendar import rule_of

    answer = readers["planner"].client.get("/resources/r-salon/calendar.ics")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    mine = [one for one in kawabe_town.openings if one.resource_id == "r-salon"]
    assert len(events) == len(mine) and {str(one["summary"]) for one in events} == {"ひだまりサロン"}
    for one in kawabe_town.openings:
        if one.hours is None:
            continue
        day = times.first_day(one.hours, one.weeks_of_month, date(2026, 11, 30))
        assert (day - date(2026, 11, 30)).days < 70 and day.strftime("%a").lower() == one.weekday.value
        assert not one.weeks_of_month or (day.day + 6) // 7 in one.weeks_of_month
        assert len(rule_of(one.hours, one.weeks_of_month)["byday"]) == (len(one.weeks_of_month) or 2)
    readers["planner"].open("/resources/nothing/calendar.ics", 404)


@pytest.mark.parametrize("month", ["2026-11", "2026-02", "2027-02"])
def test_every_week_of_a_month_has_seven_days(readers, month):
    text = readers["coordinator"].open(f"/month?of={month}")
    rows = re.search(r"<tbody>.*?</tbody>", text, re.DOTALL)
    weeks = rows[0].split("</tr>")[:-1]
    assert {week.count("<td") for week in weeks} == {7}

"""きょう: what each role finds on the first page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from api.store.register import NOUNS
from api.web import times


def test_a_coordinator_sees_whom_to_meet_in_their_own_areas(readers):
    text = readers["coordinator"].open("/")
    assert 'href="/people/p10"' in text and "46週" not in text.split("p10")[0]
    assert 'href="/people/p03"' not in text  # of another area


def test_who_sees_no_persons_is_shown_none(readers, kawabe_people):
    for role in ("planner", "auditor", "participation_worker"):
        text = readers[role].open("/")
        assert not [one for one in kawabe_people if f"/people/{one}" in text], role
    assert "空きのある所" in readers["planner"].open("/")


def test_a_trial_is_due_after_four_weeks(office, readers):
    table, day = NOUNS["placements"].table, times.today()
    for weeks, due in ((1, False), (5, True)):
        with office.database.change(office.scope()) as connection:
            since = (day - timedelta(weeks=weeks)).isoformat()
            new = {"state": "trial", "since": since}
            connection.execute(update(table).where(table.c.municipality_id == "kawabe").values(new))
        text = readers["admin"].open("/")
        assert ('#follow-up"' in text) is due


def test_reading_the_first_page_is_noted_about_the_persons_that_it_shows(office, readers):
    from sqlalchemy import select

    from api.store.scope import table_of
    from api.store.tables import Entry

    readers["coordinator"].open("/")
    entries = table_of(Entry)
    with office.database.look(office.scope()) as connection:
        found = (
            connection.execute(select(entries.c.subjects).where(entries.c.operation == "pages.today")).scalars().all()
        )
    assert len(found) == 1 and len(found[0]) >= 3


def placed_weeks_ago(office, weeks, state):
    table = NOUNS["placements"].table
    with office.database.change(office.scope()) as connection:
        new = {"state": state, "since": (times.today() - timedelta(weeks=weeks)).isoformat()}
        connection.execute(update(table).where(table.c.municipality_id == "kawabe").values(new))


def ask(reader, path, of):
    """Follow the way to the work from a page, and note how it goes."""
    link = re.search(r'href="(/people/[\w-]+)\?of=host#follow-up"', reader.open(path))[1]
    assert f'<option value="{of}" selected>' in reader.open(f"{link}?of={of}")
    reader.send(f"{link}/follow_ups", going="well", when="one_month")


WEEKS = [("trial", 1, False), ("trial", 5, True), ("settled", 5, True), ("settled", 14, True), ("settled", 60, False)]


@pytest.mark.parametrize(("state", "weeks", "due"), WEEKS)
def test_hosts_are_asked_four_weeks_after_somebody_came_and_at_three_months(office, readers, state, weeks, due):
    placed_weeks_ago(office, weeks, state)
    reader = readers["admin"]
    today = reader.open("/")
    assert ("?of=host#follow-up" in today) is due
    assert ("その後を聞く時期</span>" in reader.open("/resources?show=ask")) is due
    hosts = set(re.findall(r'<li><a href="(/resources/[\w-]+)">[^<]*</a> <a href="/people/[\w-]+\?of=host', today))
    for host in hosts:
        assert "?of=host#follow-up" in reader.open(host)
    for _ in range(20):
        if "?of=host#follow-up" not in reader.open("/"):
            return
        ask(reader, "/", "host")
    raise AssertionError("hosts who were asked are still to be asked")


def test_who_sees_no_persons_is_told_of_no_host(office, readers):
    placed_weeks_ago(office, 5, "trial")
    reader = readers["planner"]
    assert "?of=host" not in reader.open("/")
    assert "その後を聞く時期" not in reader.open("/resources")


def test_a_host_whose_tiredness_was_asked_lately_is_not_asked_again(office, readers):
    placed_weeks_ago(office, 5, "trial")
    table = NOUNS["resources"].table
    with office.database.change(office.scope()) as connection:
        connection.execute(update(table).where(table.c.municipality_id == "kawabe").values(
            fatigue=1, fatigue_on=times.today().isoformat()))  # fmt: skip
    assert "?of=host" not in readers["admin"].open("/")


def changed(office, noun, **values):
    """Every row of a noun of the town, some of its columns changed."""
    table = NOUNS[noun].table
    with office.database.change(office.scope()) as connection:
        connection.execute(update(table).where(table.c.municipality_id == "kawabe").values(**values))


def test_a_ride_of_a_day_gone_by_wants_no_driver_any_more(office, readers):
    for days, shown in ((-1, False), (0, True), (3, True)):
        changed(office, "ride_requests", date=(times.today() + timedelta(days=days)).isoformat(), driver_id=None)
        assert ("/register/ride_requests/rows/" in readers["admin"].open("/")) is shown, days


def test_who_sees_no_rides_is_not_told_that_all_have_drivers(readers):
    assert "送迎に担い手がいます" not in readers["planner"].open("/")


def test_places_with_room_are_those_of_the_coming_week(office, readers, kawabe_town):
    coming = {((times.today() + timedelta(days=n)).day - 1) // 7 + 1 for n in range(7)}
    unknown = {one.resource_id for one in kawabe_town.openings if one.hours is None}
    changed(office, "openings", weeks_of_month=[next(week for week in (1, 2, 3, 4) if week not in coming)])
    text = readers["coordinator"].open("/")
    assert (
        set(re.findall(r'<li><a href="/resources/([\w-]+)">[^<]*</a> <span class="chip placed">あと', text)) == unknown
    )


def test_a_treasure_is_asked_first_wherever_its_room_is_told(office, readers):
    changed(office, "resources", informal=True, accepting="open")
    for path in ("/", "/resources", "/resources/week"):
        text = readers["coordinator"].open(path)
        assert text.count('<span class="chip ask">先に聞く</span>') >= text.count('class="chip placed">あと') > 0, path

"""きょう: what each role finds on the first page."""

from datetime import timedelta

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

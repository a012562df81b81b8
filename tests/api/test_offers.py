"""What a town offers is kept until it changes: whatever is written is read at once, by every process."""

import pytest

from api.store.kept import MOST
from api.store.offers import offers_of
from api.store.register import NOUNS
from api.store.scope import Scope
from tests.api.conftest import AREA

SCOPE = Scope("kawabe", "somebody", None, system=True)


def read(office, scope=SCOPE):
    with office.database.look(scope) as connection:
        return offers_of(connection, scope)


def test_the_same_is_given_as_long_as_nothing_changes(office):
    assert read(office) is read(office)


def test_it_is_what_the_register_holds(office, kawabe):
    found = read(office)
    assert list(found.resources.values()) == list(kawabe.resources)
    assert list(found.openings.values()) == list(kawabe.openings)
    assert list(found.areas.values()) == list(kawabe.areas)
    assert found.places.keys() == found.openings.keys()


@pytest.mark.parametrize("change", ["add", "change", "take away", "take one away and add another"])
def test_every_change_is_seen_at_once(office, desks, change):
    before, desk = read(office), desks["admin"]
    new = {"resource_id": "r-new", "name": "新しい茶の間", "kind": "salon", "area_id": AREA}
    if change == "change":
        told = desk.get("/v1/resources/r-salon")
        version = int(told.headers["etag"].strip('"'))
        assert desk.ask("PATCH", "/v1/resources/r-salon", {"name": "別の名前"}, version).status_code == 200
    if "take" in change:
        version = int(desk.get("/v1/openings/go-sun").headers["etag"].strip('"'))
        assert desk.ask("DELETE", "/v1/openings/go-sun", None, version).status_code == 204
    if "add" in change:
        assert desk.post("/v1/resources", new).status_code == 201
    after = read(office)
    assert after is not before
    assert ("r-new" in after.resources) is ("add" in change)
    assert ("go-sun" in after.openings) is ("take" not in change)
    assert after.resources["r-salon"].name == ("別の名前" if change == "change" else "ひだまりサロン")


def test_what_was_written_and_taken_back_is_not_kept(office):
    table = NOUNS["resources"].table
    with pytest.raises(RuntimeError), office.database.change(SCOPE) as connection:
        connection.execute(table.update().where(table.c.municipality_id == "kawabe").values(name="x", changed_at="9"))
        assert offers_of(connection, SCOPE).resources["r-salon"].name == "x"
        raise RuntimeError
    assert read(office).resources["r-salon"].name == "ひだまりサロン"


def test_reading_about_persons_writes_the_audit_and_keeps_what_is_known(office, desks):
    before = read(office)
    assert desks["admin"].get("/v1/residents/p01").status_code == 200
    assert read(office) is before


def test_what_another_process_changed_is_read(office):
    """Another engine on the same database is what another process has."""
    from tests.api.conftest import Office

    before, other = read(office), Office(office.service.settings)
    table = NOUNS["resources"].table
    with other.database.change(SCOPE) as connection:
        connection.execute(table.update().where(table.c.municipality_id == "kawabe").values(name="よそから"))
    other.database.engine.dispose()
    assert before.resources["r-salon"].name == "ひだまりサロン"
    assert read(office).resources["r-salon"].name == "よそから"


def test_towns_do_not_see_each_other(office):
    other = Scope("other", "somebody", None, system=True)
    assert read(office, other) is not read(office)
    assert MOST > 1 and read(office) is read(office)

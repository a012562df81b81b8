"""What is read once and kept: drivers and cars until one changes, documents for as long as they are there and seen."""

from sqlalchemy import delete, insert

from api.store.documents import MOST, bodies_of, body_of
from api.store.fleet import fleet_of
from api.store.scope import Scope, table_of
from api.store.tables import Document

SCOPE = Scope("kawabe", "somebody", None, system=True)
DOCUMENTS = table_of(Document)


def keep(office, name, said, town="kawabe"):
    row = {"municipality_id": town, "document_id": name, "kind": "gaps", "made_at": "", "position": 1}
    with office.database.change(Scope(town, "somebody", None, system=True)) as connection:
        connection.execute(insert(DOCUMENTS).values(**row, body={"says": said}))


def read(office, name, scope=SCOPE):
    with office.database.look(scope) as connection:
        return body_of(connection, scope, name)


def test_a_document_is_read_once_and_is_gone_when_it_is_taken_away(office):
    keep(office, "d1", "足りません")
    assert read(office, "d1") == {"says": "足りません"}
    assert read(office, "d1") is read(office, "d1")
    with office.database.change(SCOPE) as connection:
        connection.execute(delete(DOCUMENTS).where(DOCUMENTS.c.document_id == "d1"))
    assert read(office, "d1") is None


def test_a_document_of_another_town_is_not_told_even_where_it_has_been_read(office):
    keep(office, "d1", "ここ")
    keep(office, "d2", "よそ", "other")
    assert read(office, "d2", Scope("other", "somebody", None, system=True)) == {"says": "よそ"}
    assert read(office, "d2") is None and read(office, "d1") == {"says": "ここ"}


def test_more_documents_than_are_kept_are_told_all_the_same(office):
    for number in range(MOST + 3):
        keep(office, f"d{number}", number)
    wanted = [f"d{number}" for number in range(MOST + 3)]
    with office.database.look(SCOPE) as connection:
        found = bodies_of(connection, SCOPE, wanted)
    assert {name: body["says"] for name, body in found.items()} == {f"d{n}": n for n in range(MOST + 3)}


def test_drivers_and_cars_are_those_of_the_register_until_one_changes(office, desks, kawabe):
    def fleet():
        with office.database.look(SCOPE) as connection:
            return fleet_of(connection, SCOPE)

    before = fleet()
    assert fleet() is before
    assert list(before.drivers.values()) == list(kawabe.drivers)
    assert list(before.vehicles.values()) == list(kawabe.vehicles)
    desk, driver = desks["admin"], next(iter(before.drivers))
    version = int(desk.get(f"/v1/drivers/{driver}").headers["etag"].strip('"'))
    assert desk.ask("PATCH", f"/v1/drivers/{driver}", {"offered_hours_per_month": 3.5}, version).status_code == 200
    assert fleet().drivers[driver].offered_hours_per_month == 3.5

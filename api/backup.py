"""Backups: of SQLite by its own copying while others write, of PostgreSQL by pg_dump; each verified when it is made."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from api.app import open_service
from api.service import Service
from api.settings import Settings
from api.store.audit import verify
from api.store.database import open_database, own_file
from api.store.migrate import is_current
from api.store.scope import Scope
from api.store.town import municipalities
from matching.errors import InputError, Problem


def back_up(service: Service, to: Path) -> str:
    """Write a backup that appears whole or not at all, and say what is in it. Keys are kept elsewhere, on purpose.

    Raises:
        InputError: it cannot be written, or is not whole.
    """
    beside = to.with_name(f".{to.name}.new")
    try:
        if service.database.on_sqlite:
            _copy(Path(str(service.settings.file)), beside)
            told = _verified(service.settings, beside)
        else:
            told = _dump(service.settings, beside)
        beside.replace(to)
    except OSError as error:
        raise _refused(f"控えを書けません（{error.strerror}）", f"cannot be written ({error.strerror})") from error
    finally:
        beside.unlink(missing_ok=True)
    return told


def bring_back(settings: Settings, of: Path) -> str:
    """Put a backup in the place of the database, once it is verified; what was there is kept beside it.

    Raises:
        InputError: there is no such file, it is not whole, or the database is in use; nothing was changed.
    """
    if not of.is_file():
        raise _refused("控えがありません", "is not there")
    if not settings.on_sqlite:
        _run(["pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", "--dbname",
              _address(settings), str(of)], settings)  # fmt: skip
        return _counted(open_service(settings))
    target = Path(str(settings.file))
    new = target.with_name(f".{target.name}.new")
    try:
        _copy(of, new)
        told = _verified(settings, new)
        if target.exists():
            _keep_beside(target)
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    return told


def _keep_beside(target: Path) -> None:
    """A copy of what is there, for its owner alone, whether it can still be read or not; its log is gone afterwards."""
    connection = sqlite3.connect(target, timeout=0)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")  # the log goes into the file, if nobody else has it open
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:  # whoever has it open would go on writing into what was there
            ja, en = (
                "使っているデータベースには戻せません。先にサービスを止めます",
                "needs the service to be stopped first",
            )
            raise _refused(ja, en) from error
    finally:
        connection.close()
    for tail in ("", "-wal"):
        there, kept = (target.with_name(f"{target.name}{more}{tail}") for more in ("", ".before"))
        kept.unlink(missing_ok=True)
        if there.exists():
            own_file(kept)
            shutil.copyfile(there, kept)
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """SQLite's own backup: a moment of the database, whatever is written meanwhile."""
    target.unlink(missing_ok=True)
    own_file(target)
    try:
        old, new = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
        try:
            old.backup(new, pages=2000, sleep=0.01)
            new.execute("PRAGMA journal_mode=DELETE")
        finally:
            new.close()
            old.close()
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise _refused("データベースとして読めません", "is no database that can be read") from error


def _verified(settings: Settings, copy: Path) -> str:
    """Pages, references, tables and every town's audit of a copy."""
    with sqlite3.connect(copy) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
    connection.close()
    if not sound or dangling:
        raise _refused("控えが傷んでいます", "is damaged")
    opened = open_database(f"sqlite:///{copy}")
    try:
        if not is_current(opened):
            raise _refused("別の版の控えです", "is of another version")
        from dataclasses import replace

        return _counted(replace(open_service(settings), database=opened))
    finally:
        opened.engine.dispose()
        for tail in ("-wal", "-shm"):
            copy.with_name(copy.name + tail).unlink(missing_ok=True)


def _counted(service: Service) -> str:
    """How many entries of how many towns were verified."""
    from sqlalchemy import func, select

    from api.store.scope import table_of
    from api.store.tables import Entry

    towns, entries = municipalities(service.database), 0
    for town in towns:
        scope = Scope(town, "", None, system=True)
        with service.database.look(scope) as connection:
            if verify(connection, town, service.vault.keys):
                raise _refused("記録の鎖が合いません", "has an audit that is not whole")
            table = table_of(Entry)
            mine = table.c.municipality_id == town
            entries += connection.execute(select(func.count()).select_from(table).where(mine)).scalar_one()
    return f"{len(towns)} 市町村、記録 {entries:,} 件を確かめました / {len(towns)} towns, {entries:,} entries verified"


def _dump(settings: Settings, to: Path) -> str:
    to.unlink(missing_ok=True)
    own_file(to)
    _run(["pg_dump", "--format", "custom", "--file", str(to), _address(settings)], settings)
    _run(["pg_restore", "--list", str(to)], settings)
    return _counted(open_service(settings))


def _address(settings: Settings) -> str:
    """Without the password: others on the machine see what a command is called with."""
    address = make_url(settings.database_url).set(drivername="postgresql")
    return URL.create(
        address.drivername, address.username, None, address.host, address.port, address.database, address.query
    ).render_as_string(hide_password=False)


def _run(command: list[str], settings: Settings) -> None:
    if shutil.which(command[0]) is None:
        raise _refused(f"{command[0]} がありません", f"needs {command[0]}")
    password = make_url(settings.database_url).password
    env = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(command, capture_output=True, check=False, env=env)  # noqa: S603  # no shell, our own words
    if done.returncode:
        why = done.stderr.decode(errors="replace")[:300].strip() if command[0] == "pg_dump" else ""  # no row is in it
        raise _refused(f"{command[0]} が失敗しました {why}".strip(), f"{command[0]} failed {why}".strip())


def _refused(ja: str, en: str) -> InputError:
    return InputError([Problem("backup", 0, "", "backup", f"控え: {ja}", f"the backup {en}")])

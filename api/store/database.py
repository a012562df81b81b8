"""A database, SQLite or PostgreSQL, and the two ways into it: to look, and to change, each with a scope.

Whoever changes locks the last entry of the town's audit first: changes of one town follow each other, so that what was
counted is still true when it is written. SQLite knows one writer anyway (BEGIN IMMEDIATE). What changed leaves a mark,
by which whoever has worked something out from a town's rows knows whether it still holds (`kept.py`).
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from api.store.scope import NOBODY, Scope, settings_of, table_of
from api.store.tables import Head

WAIT_SECONDS = 30
"""How long a writer waits for its turn."""
MANY_ROWS = 100
"""Of a table written in one change, from which on PostgreSQL is asked to count it anew."""
CONNECTIONS = 40
"""As many as a process has threads that answer. All are kept: a new one is slow at first, and others wait for it."""
_POOL: Mapping[str, Any] = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_use_lifo": True}
ROLE = "tsunagu_app"
"""On PostgreSQL the service takes this role, which owns nothing and to which row security applies."""


@dataclass(frozen=True, slots=True)
class Database:
    """Open connections to one database."""

    engine: Engine

    @property
    def on_sqlite(self) -> bool:
        """Whether it is a file of SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def look(self, scope: Scope) -> Iterator[Connection]:
        """A transaction that reads with the eyes of `scope`; nothing it writes is kept.

        PostgreSQL refuses to write in it. There it is not rolled back: the driver would forget what it has prepared.
        """
        with self.engine.connect() as connection:
            connection.execution_options(tsunagu_marks={})
            with connection.begin() as transaction:
                _see_with(connection, scope, reads=True)
                yield connection
                if self.on_sqlite:
                    transaction.rollback()

    @contextmanager
    def change(self, scope: Scope) -> Iterator[Connection]:
        """A transaction that writes, one after another within a town; all of it is kept, or nothing."""
        written = Counter[str]()
        with self.engine.connect() as connection:
            connection.execution_options(tsunagu_written=written, tsunagu_marks={})
            with connection.begin():
                _see_with(connection, scope)
                if not self.on_sqlite and scope.municipality_id:
                    head = table_of(Head)
                    connection.execute(
                        select(head.c.seq).where(head.c.municipality_id == scope.municipality_id).with_for_update()
                    )
                yield connection
                _mark(connection, scope, frozenset(written))
        if not self.on_sqlite:
            self._count_anew([table for table, rows in written.items() if rows >= MANY_ROWS])

    def _count_anew(self, tables: Sequence[str]) -> None:
        """Have PostgreSQL count the rows of tables that just grew, as their owner.

        By itself it does so a minute later, and until then takes them for empty, and reads all of one for a single row.
        """
        if tables:
            with suppress(SQLAlchemyError), self.engine.connect() as connection:
                connection.detach()  # closed afterwards: it no longer has the service's role
                connection.exec_driver_sql("RESET ROLE")
                connection.exec_driver_sql(f"ANALYZE {', '.join(sorted(tables))}")
                connection.commit()


MARKS: Mapping[str, frozenset[str]] = {
    "offers": frozenset(
        {"areas", "resources", "openings", "organisations", "drivers", "vehicles", "municipalities", "town_files"}
    ),
    "standing": frozenset({"residents", "access", "needs", "placements", "ties", "proposals", "rounds"}),
}
"""Each mark of a town, and the tables of which it tells that something was written."""


def written_in(connection: Connection) -> frozenset[str]:
    """The tables into which this transaction has written so far."""
    return frozenset(connection.get_execution_options().get("tsunagu_written", ()))


def marks_seen(connection: Connection) -> dict[str, Mapping[str, str]]:
    """The marks that this transaction has read, by town: they are read once in it."""
    seen: dict[str, Mapping[str, str]] = connection.get_execution_options().get("tsunagu_marks", {})
    return seen


def _mark(connection: Connection, scope: Scope, written: frozenset[str]) -> None:
    """New marks for what was written, within the same transaction."""
    new = {name: new_id() for name, tables in MARKS.items() if tables & written}
    if new and not scope.municipality_id:
        raise ValueError(f"rows of a town were written by nobody of one: {', '.join(sorted(written))}")
    if new:
        head = table_of(Head)
        connection.execute(update(head).where(head.c.municipality_id == scope.municipality_id).values(new))


def _note_written(connection: Connection, cursor: Any, _statement: str, sent: Any, context: Any, many: bool) -> None:
    if context.isinsert or context.isupdate or context.isdelete:
        rows = max(cursor.rowcount, len(sent) if many else 0)
        written = connection.get_execution_options().get("tsunagu_written", Counter())
        written[context.compiled.statement.table.name] += rows


def open_database(url: str) -> Database:
    """Open a database by its address: `sqlite:///file` or `postgresql+psycopg://…`; nothing is created in it.

    A new SQLite file is readable by its owner alone.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            own_file(Path(address.database))
        engine = create_engine(
            address,
            hide_parameters=True,
            connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
            **_POOL,
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        address = address.set(drivername="postgresql+psycopg")
        engine = create_engine(address, hide_parameters=True, connect_args={"prepare_threshold": 2}, **_POOL)
        event.listen(engine, "connect", _set_up_postgresql)
    event.listen(engine, "after_cursor_execute", _note_written)
    return Database(engine)


def own_file(path: Path) -> None:
    """A new file that its owner alone may read, before anything is written into it; one that is there stays."""
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
        f"busy_timeout={WAIT_SECONDS * 1000}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = "tsunagu_written" in connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'")  # noqa: S608  # a constant of ours
        if cursor.fetchone():
            cursor.execute(f"SET ROLE {ROLE}")
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        cursor.execute("SET jit = off")  # our queries are small: compiling each of them takes longer than answering it
        cursor.execute("SET plan_cache_mode = force_generic_plan")  # and so does planning what was prepared anew
    connection.commit()


@contextmanager
def seeing_everybody(connection: Connection, scope: Scope) -> Iterator[Scope]:
    """For counting what must not be told: all persons of the town, for the length of a block."""
    system = replace(scope, system=True)
    _see_with(connection, system)
    try:
        yield system
    finally:
        _see_with(connection, scope)


_SETTINGS = ", ".join(f"set_config('tsunagu.{name}', :{name}, true)" for name in settings_of(NOBODY))
_TELL = text(f"SELECT {_SETTINGS}")
"""All settings in one statement: it is said before everything else."""
_TELL_READER = text(f"SELECT {_SETTINGS}, set_config('transaction_read_only', 'on', true)")


def _see_with(connection: Connection, scope: Scope, reads: bool = False) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_TELL_READER if reads else _TELL, dict(settings_of(scope)))


def now() -> str:
    """The moment in UTC, as text that sorts."""
    return f"{datetime.now(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """A new opaque identifier: 26 letters that sort by time and cannot be guessed (as a ULID)."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return "".join(_LETTERS[number >> shift & 31] for shift in range(125, -5, -5))

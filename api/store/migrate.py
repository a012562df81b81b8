"""The tables brought up to date, or back, in one transaction: all of it happens, or nothing."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from api.store.database import Database

STEPS = Path(__file__).with_name("migrations")


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables up to date; a database that is, stays as it is."""
    with _owner(database) as connection:
        command.upgrade(_config(connection), to)
        _ends(connection)


def downgrade(database: Database, to: str = "base") -> None:
    """Take steps back, to an earlier one or to nothing."""
    with _owner(database) as connection:
        command.downgrade(_config(connection), to)
        _ends(connection)


def is_current(database: Database) -> bool:
    """Whether the tables are those that this version of the service knows."""
    with database.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
        return at == ScriptDirectory.from_config(_config(connection)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", STEPS.as_posix())
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _owner(database: Database) -> "_Owner":
    return _Owner(database)


class _Owner:
    """A connection of whoever owns the tables, in one transaction; on SQLite without watching references meanwhile."""

    def __init__(self, database: Database) -> None:
        self._connection = database.engine.connect()
        self._connection.execution_options(tsunagu_writes=True)

    def __enter__(self) -> Connection:
        connection = self._connection
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            connection.begin()
        else:
            connection.begin()
            connection.exec_driver_sql("RESET ROLE")
        return connection

    def __exit__(self, kind: object, _error: object, _trace: object) -> None:
        if kind is not None and self._connection.in_transaction():
            self._connection.rollback()
        self._connection.invalidate()  # its settings are not those of the others
        self._connection.close()


def _ends(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        wrong = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if wrong:
            raise LookupError(f"{len(wrong)} rows point to nothing")
    connection.commit()

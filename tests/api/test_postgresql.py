"""PostgreSQL is as fast as it can be: planned once, counted when it grew, and no look writes."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from api.store.database import MANY_ROWS, open_database
from api.store.migrate import upgrade
from api.store.register import NOUNS
from api.store.scope import NOBODY, Scope, table_of
from api.store.tables import Municipality, User
from api.store.town import add_municipality
from api.store.vault import Vault
from tests.api.conftest import KEY

SCOPE = Scope("kawabe", "maker", None, system=True)
AREAS = NOUNS["areas"].table


@pytest.fixture
def postgresql(postgres_url, kawabe):
    opened = open_database(postgres_url)
    upgrade(opened)
    with opened.change(SCOPE) as connection:
        add_municipality(connection, "kawabe", kawabe.info, Vault([KEY]))
    yield opened
    opened.engine.dispose()


def areas(many, first):
    more = {"municipality_id": "kawabe", "version": 1, "changed_at": "x", "name": "area"}
    return [{**more, "area_id": f"a{at}", "position": at} for at in range(first, first + many)]


def test_what_is_asked_again_and_again_is_planned_once(postgresql):
    for _ in range(4):
        with postgresql.look(NOBODY) as connection:
            connection.execute(select(table_of(User))).all()
    with postgresql.look(NOBODY) as connection:
        planned = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert [one for one in planned if "FROM users" in one]


def test_who_looks_cannot_write(postgresql):
    with pytest.raises(DBAPIError), postgresql.look(SCOPE) as connection:
        connection.execute(insert(AREAS), areas(1, 1))
    with postgresql.look(SCOPE) as connection:
        assert connection.execute(select(AREAS)).all() == []
        assert connection.execute(select(table_of(Municipality))).all()


def test_a_table_that_grew_is_counted_at_once(postgresql):
    def counted():
        with postgresql.look(SCOPE) as connection:
            return connection.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'areas'")).scalar_one()

    with postgresql.change(SCOPE) as connection:
        connection.execute(insert(AREAS), areas(MANY_ROWS - 1, 1))
    assert counted() <= 0
    with postgresql.change(SCOPE) as connection:
        connection.execute(insert(AREAS), areas(MANY_ROWS, MANY_ROWS))
    assert counted() == 2 * MANY_ROWS - 1

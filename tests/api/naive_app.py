"""The textbook mistake, for tests that must see it fail: count, then insert, with nobody waiting for anybody."""

from contextlib import contextmanager
from random import randrange

from sqlalchemy import func, select, text

import api.changes
import api.routes.decisions
from api.serve import app_from_environment as right
from api.store import database
from api.store.places import opening_of, places_of
from api.store.register import NOUNS


def naive():
    """The service without its walls: no lock, and the number of a place made up."""

    @contextmanager
    def change(self, scope):
        with self.engine.connect() as connection, connection.begin():
            database._see_with(connection, scope)
            yield connection

    def slot(work, need_id, opening_id):
        held = NOUNS["placements"].table
        count = select(func.count()).select_from(held).where(held.c.opening_id == opening_id)
        taken = work.connection.execute(count).scalar_one()
        work.connection.execute(text("SELECT pg_sleep(0.05)"))
        if taken >= places_of(work.connection, work.scope, opening_of(work.connection, work.scope, opening_id)):
            raise api.changes.ProblemError("full")
        return randrange(10**6)

    database.Database.change = change
    api.changes._slot = slot
    api.changes.next_position = api.routes.decisions.next_position = lambda work: randrange(10**9, 10**15)
    api.service.Work.tell = lambda self, subjects=(), detail=None: None
    return right()

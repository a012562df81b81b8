"""What was worked out from a town's rows, kept by a process until the town's mark says that they changed.

What is kept is of the town and of no reader: whoever asks is shown of it what they may see, and that is asked of the
database each time. A transaction that has written such rows itself is given what it would read, and nothing is kept.
"""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, bindparam, select

from api.store.database import MARKS, written_in
from api.store.scope import Scope, table_of
from api.store.tables import Head

TOWNS = 32
"""So many towns are kept by a process, those that were read last."""
Worked = TypeVar("Worked")
_HEADS = table_of(Head)
_TOWN = _HEADS.c.municipality_id == bindparam("town")
_ASKED: dict[str, Select[str]] = {name: select(_HEADS.c[name]).where(_TOWN) for name in MARKS}


class Kept(Generic[Worked]):
    """One thing that is worked out for a town, by one of its marks."""

    def __init__(self, mark: str, work_out: Callable[[Connection, Scope], Worked]) -> None:
        self._mark, self._work_out = mark, work_out
        self._of: WeakKeyDictionary[Engine, dict[str, tuple[str, Worked]]] = WeakKeyDictionary()

    def of(self, connection: Connection, scope: Scope) -> Worked:
        """It, for the town of a scope, as it is now."""
        if MARKS[self._mark] & written_in(connection):
            return self._work_out(connection, scope)
        towns = self._of.setdefault(connection.engine, {})
        row = connection.execute(_ASKED[self._mark], {"town": scope.municipality_id}).first()
        mark = "" if row is None else row[0]
        kept = towns.pop(scope.municipality_id, None)
        found = (mark, self._work_out(connection, scope)) if kept is None or kept[0] != mark else kept
        towns[scope.municipality_id] = found
        for oldest in list(towns)[:-TOWNS]:
            towns.pop(oldest, None)
        return found[1]

"""What was worked out from a town's rows, kept by a process until the town's mark says that they changed.

It is kept for a town, or for one pair of eyes in it (`Scope`): whom somebody sees stands in the rows of persons and of
who has access to them, and a mark changes in the transaction that writes such a row. A transaction that has written
them itself is given what it would read, and nothing is kept.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, bindparam, select

from api.store.database import MARKS, marks_seen, written_in
from api.store.scope import Scope, table_of
from api.store.tables import Head

MOST = 32
"""So many are kept of each thing by a process, those that were asked for last."""
Worked = TypeVar("Worked")
_HEADS = table_of(Head)
_MARKS: Select[str] = select(*(_HEADS.c[name] for name in MARKS)).where(_HEADS.c.municipality_id == bindparam("town"))


def of_town(scope: Scope) -> Hashable:
    """One thing for everybody of a town."""
    return scope.municipality_id


def of_eyes(scope: Scope) -> Hashable:
    """One thing for whoever sees the same."""
    return scope


class Kept(Generic[Worked]):
    """One thing that is worked out for a town, or for a scope, by one of its marks."""

    def __init__(
        self,
        mark: str,
        work_out: Callable[[Connection, Scope], Worked],
        whose: Callable[[Scope], Hashable] = of_town,
        most: int = MOST,
    ) -> None:
        self._mark, self._work_out, self._whose, self._most = mark, work_out, whose, most
        self._of: WeakKeyDictionary[Engine, dict[Hashable, tuple[str, Worked]]] = WeakKeyDictionary()

    def of(self, connection: Connection, scope: Scope) -> Worked:
        """It, for a scope, as it is now."""
        if MARKS[self._mark] & written_in(connection):
            return self._work_out(connection, scope)
        known, whose = self._of.setdefault(connection.engine, {}), self._whose(scope)
        mark = _marks(connection, scope).get(self._mark, "")
        kept = known.pop(whose, None)
        found = (mark, self._work_out(connection, scope)) if kept is None or kept[0] != mark else kept
        known[whose] = found
        for oldest in list(known)[: -self._most]:
            known.pop(oldest, None)
        return found[1]


def _marks(connection: Connection, scope: Scope) -> Mapping[str, str]:
    """The marks of a town as a transaction first read them: what it reads later is no older."""
    seen = marks_seen(connection)
    if scope.municipality_id not in seen:
        row = connection.execute(_MARKS, {"town": scope.municipality_id}).mappings().first()
        seen[scope.municipality_id] = dict(row or {})
    return seen[scope.municipality_id]

"""What a solver told of a whole town: documents that never change, each read once by a process and kept.

They name nobody. Whether one is there and seen is asked of the database each time; what it says is not to be changed.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, Engine, Select, bindparam, select

from api.store.scope import Scope, for_scope, table_of, visible
from api.store.tables import Document

_DOCUMENTS = table_of(Document)
Body = Mapping[str, Any]
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
MOST = 40
"""So many documents are kept by a process, those that were read last: those of a month's rides, and some studies."""
_KEPT: "WeakKeyDictionary[Engine, dict[tuple[str, str], Body]]" = WeakKeyDictionary()


def bodies_of(connection: Connection, scope: Scope, document_ids: Iterable[str]) -> Mapping[str, Body]:
    """Those of these documents that are there and seen, by their identifier."""
    there = connection.execute(_there(scope), {"ids": sorted(set(document_ids))}).scalars().all()
    kept = _KEPT.setdefault(connection.engine, {})
    found = {one: kept.pop((scope.municipality_id, one), None) for one in there}
    unknown = [one for one, body in found.items() if body is None]
    if unknown:
        found |= {row[0]: row[1] for row in connection.execute(_read(scope), {"ids": unknown})}
    told = {one: body for one, body in found.items() if body is not None}
    kept.update({(scope.municipality_id, one): body for one, body in told.items()})
    for oldest in list(kept)[:-MOST]:
        kept.pop(oldest, None)
    return told


def body_of(connection: Connection, scope: Scope, document_id: str) -> Body | None:
    """One document; None where it is not there."""
    return bodies_of(connection, scope, [document_id]).get(document_id)


@for_scope
def _there(scope: Scope) -> Select[Any]:
    return select(_DOCUMENTS.c.document_id).where(visible(_DOCUMENTS, scope), _DOCUMENTS.c.document_id.in_(_IDS))


@for_scope
def _read(scope: Scope) -> Select[Any]:
    columns = (_DOCUMENTS.c.document_id, _DOCUMENTS.c.body)
    return select(*columns).where(visible(_DOCUMENTS, scope), _DOCUMENTS.c.document_id.in_(_IDS))

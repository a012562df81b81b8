"""The conventions of every route: pages by keyset, versions as ETags, one effect for one Idempotency-Key."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Header, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import StringConstraints
from sqlalchemy import BindParameter, Column, ColumnElement, Select, bindparam, delete, insert, select

from api.bodies import CLEAN, Id
from api.problems import FieldError, ProblemError
from api.security.sign_in import ago
from api.service import Work
from api.store.audit import next_entry
from api.store.database import now
from api.store.scope import by, of, table_of
from api.store.tables import Answered

KEPT_SECONDS = 24 * 3600
_ANSWERED = table_of(Answered)
ROWS_AT_ONCE = 1_000_000
_TOWN: BindParameter[str] = bindparam("town")
_KEPT = select(_ANSWERED).where(
    _ANSWERED.c.municipality_id == _TOWN,
    _ANSWERED.c.user_id == bindparam("user"),
    _ANSWERED.c.key_digest == bindparam("key"),
)
_KEEP = insert(_ANSWERED)
"""Made once: every change asks them."""

Row = dict[str, Any]
Cursor = Annotated[str, StringConstraints(pattern=r"^(p[0-9]{1,15})?$", max_length=16)]
Limit = Annotated[int, Query(ge=1, le=500, description="一度に何件 / how many at once")]
After = Annotated[Cursor, Query(alias="cursor", description="前の頁の next / `next` of the page before")]
RowId = Annotated[Id, Path(description="番号 / identifier")]
IfMatch = Annotated[
    str, Header(alias="If-Match", max_length=50, pattern=CLEAN, description="読んだ版 / the ETag that was read")
]
OnceKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=CLEAN,
        description="同じ鍵では一度だけ / one effect for one key",
    ),
]


def page(work: Work, wanted: Select[Any], position: Any, limit: int, cursor: str) -> tuple[list[Row], str | None]:
    """One page in the order of positions, and the cursor of the next; walks without doubles or gaps while rows come."""
    statement = wanted.where(position > int(cursor[1:])) if cursor else wanted
    rows = [dict(row) for row in work.connection.execute(statement.order_by(position).limit(limit + 1)).mappings()]
    more = len(rows) > limit
    return rows[:limit], f"p{rows[limit - 1]['position']}" if more else None


def read_one(work: Work, table: Any, *conditions: ColumnElement[bool]) -> Row:
    """The one visible row.

    Raises:
        ProblemError: `not_found`, whether it is not there or not to be seen.
    """
    row = work.connection.execute(of(table, work.scope).where(*conditions)).mappings().one_or_none()
    if row is None:
        raise ProblemError("not_found")
    return dict(row)


def row_of(work: Work, column: Column[Any], value: str) -> Row:
    """The one visible row of a table with that value in a column that tells its rows apart.

    Raises:
        ProblemError: `not_found`, whether it is not there or not to be seen.
    """
    row = work.connection.execute(by(column, work.scope), {"wanted": value}).mappings().one_or_none()
    if row is None:
        raise ProblemError("not_found")
    return dict(row)


def next_position(work: Work) -> int:
    """The position of the first new row of this transaction: after all that were there, before all that will be.

    It counts with the audit, in which each transaction that writes has an entry; up to a million rows follow it.
    """
    return next_entry(work.connection, work.scope.municipality_id) * ROWS_AT_ONCE


def first_version(position: int) -> int:
    """The version of a row that begins at this position (`audit.next_entry`)."""
    return position // ROWS_AT_ONCE


def etag(version: int) -> dict[str, str]:
    """The header of a version."""
    return {"ETag": f'"{version}"'}


def must_match(
    if_match: str,
    row: Mapping[str, Any],
    sent: Mapping[str, Any] | None = None,
    present: Mapping[str, Any] | None = None,
) -> None:
    """Refuse a change of another version than the one that was read.

    Raises:
        ProblemError: 428 without a version, 412 with the fields that differ from what was sent.
    """
    if not if_match:
        raise ProblemError("no_match", headers=etag(row["version"]))
    told = re.fullmatch(r'(?:W/)?"([0-9]{1,15})"', if_match.strip())
    if told is None or int(told[1]) != row["version"]:
        differ = [name for name, value in (sent or {}).items() if present is not None and present.get(name) != value]
        errors = [FieldError(f"/{name}", "differs") for name in differ]
        raise ProblemError("stale", errors, headers=etag(row["version"]))


def answer(
    told: Mapping[str, Any] | Sequence[Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON response."""
    return JSONResponse(told, status, headers=dict(headers or {}))


Made = tuple[int, dict[str, Any], dict[str, str]]
"""Status, body and headers of an answer that is kept."""


def once(work: Work, key: str, asked: Any, do: Callable[[], Made]) -> Response:
    """Do it, or answer as when it was done under the same key; the town's writers follow each other.

    What is past its day is taken away by `tsunagu retention run`, or here where its key comes again.

    Raises:
        ProblemError: 428 without a key, 422 where the key was used for another request.
    """
    if not key.strip():
        raise ProblemError("no_key")
    town, user, own_key = work.scope.municipality_id, work.scope.user_id, _digest(key)
    request = _digest(json.dumps([work.operation, asked], sort_keys=True, default=str))
    kept = work.connection.execute(_KEPT, {"town": town, "user": user, "key": own_key}).one_or_none()
    if kept is not None and kept.at <= ago(KEPT_SECONDS):
        mine = (_ANSWERED.c.municipality_id == town, _ANSWERED.c.user_id == user, _ANSWERED.c.key_digest == own_key)
        work.connection.execute(delete(_ANSWERED).where(*mine))
    elif kept is not None:
        if kept.request_digest != request:
            raise ProblemError("key_reused")
        status, body, headers = work.vault.opened(kept.sealed)
        return answer(body, status, {**headers, "Idempotency-Replayed": "true"})
    status, body, headers = do()
    told = {"request_digest": request, "at": now(), "sealed": work.vault.seal([status, body, headers])}
    work.connection.execute(_KEEP, {"municipality_id": town, "user_id": user, "key_digest": own_key, **told})
    return answer(body, status, headers)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

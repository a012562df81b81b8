"""The audit: who did what, to what, when; appended only, each entry chained to the one before, the last one sealed.

An entry stands in the same transaction as what it tells, reading about persons included. Persons are named by a
pseudonym of their key; erasing a person destroys the key's row, and the chain stays whole. Values are never in it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, insert, select, update

from api.store.database import now
from api.store.scope import Scope, table_of
from api.store.tables import Entry, Head

BEGINNING = "0" * 64
_ENTRY, _HEAD = table_of(Entry), table_of(Head)
_TOWN: BindParameter[str] = bindparam("town")
_LAST = select(_HEAD.c.seq, _HEAD.c.digest).where(_HEAD.c.municipality_id == _TOWN)
_APPEND = insert(_ENTRY)
_SEAL = (
    update(_HEAD)
    .where(_HEAD.c.municipality_id == _TOWN)
    .values({name: bindparam(f"new_{name}") for name in ("seq", "digest", "seal")})
)
"""Made once: every reading of a person ends with these three."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a chain, and at which entry."""

    seq: int
    code: str


FAULTS: Mapping[str, tuple[str, str]] = {
    "missing": ("記録が抜けています", "an entry is missing"),
    "changed": ("記録が書き換えられています（または順が入れ替わっています）", "an entry was changed, or moved"),
    "cut": ("終わりの記録が失われています", "the end of the chain is missing"),
    "beyond": ("封印のあとに記録が足されています", "entries were added after the seal"),
    "seal": ("最後の封印が合いません", "the seal of the last entry does not fit"),
}
"""Codes of a fault, in both languages."""


def begin_chain(connection: Connection, municipality_id: str, keys: Sequence[str]) -> None:
    """The empty chain of a new town."""
    seal = _seal(keys[0], municipality_id, 0, BEGINNING)
    connection.execute(insert(_HEAD).values(municipality_id=municipality_id, seq=0, digest=BEGINNING, seal=seal))


def next_entry(connection: Connection, municipality_id: str) -> int:
    """The number of the entry that a transaction which writes will append.

    A row that it makes begins with this as its version, greater than any that a row of the same identifier ever had:
    whoever read one that is gone since cannot change the one in its place.
    """
    return int(connection.execute(_LAST, {"town": municipality_id}).one().seq) + 1


def record(
    connection: Connection,
    scope: Scope,
    keys: Sequence[str],
    operation: str,
    subjects: Iterable[str],
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Append one entry within the transaction of what it tells; returns its number.

    Raises:
        LookupError: the town has no chain.
    """
    town = scope.municipality_id
    head = connection.execute(_LAST, {"town": town}).one_or_none()
    if head is None:
        raise LookupError(f"{town} has no audit")
    entry = {
        "municipality_id": town,
        "seq": head.seq + 1,
        "at": now(),
        "user_id": scope.user_id,
        "operation": operation,
        "subjects": sorted(subjects),
        "detail": dict(detail or {}),
    }
    digest = _digest(head.digest, entry)
    connection.execute(_APPEND, {**entry, "digest": digest})
    seal = _seal(keys[0], town, head.seq + 1, digest)
    connection.execute(_SEAL, {"town": town, "new_seq": head.seq + 1, "new_digest": digest, "new_seal": seal})
    return int(head.seq) + 1


def verify(connection: Connection, municipality_id: str, keys: Sequence[str]) -> list[Fault]:
    """Every fault of a town's chain; none means that nothing was edited, deleted, moved or cut off."""
    faults: list[Fault] = []
    before, expected = BEGINNING, 1
    for entry in _entries(connection, municipality_id):
        if entry["seq"] != expected:
            faults.append(Fault(expected, "missing"))
        digest = entry.pop("digest")
        if _digest(before, entry) != digest and entry["seq"] == expected:
            faults.append(Fault(entry["seq"], "changed"))
        before, expected = digest, entry["seq"] + 1
    return faults + list(_head_faults(connection, municipality_id, keys, expected - 1, before))


def _head_faults(connection: Connection, town: str, keys: Sequence[str], last: int, digest: str) -> Iterator[Fault]:
    head = connection.execute(select(_HEAD).where(_HEAD.c.municipality_id == town)).mappings().one_or_none()
    if head is None or not any(
        hmac.compare_digest(head["seal"], _seal(key, town, head["seq"], head["digest"])) for key in keys
    ):
        yield Fault(last, "seal")
        return
    if head["seq"] > last:
        yield Fault(last + 1, "cut")
    elif head["seq"] < last:
        yield Fault(head["seq"] + 1, "beyond")
    elif head["digest"] != digest:
        yield Fault(last, "changed")


def _entries(connection: Connection, town: str) -> Iterator[dict[str, Any]]:
    found = select(_ENTRY).where(_ENTRY.c.municipality_id == town).order_by(_ENTRY.c.seq)
    with connection.execution_options(yield_per=5000).execute(found) as rows:
        for row in rows.mappings():
            yield dict(row)


def _digest(before: str, entry: Mapping[str, Any]) -> str:
    told = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}{told}".encode()).hexdigest()


def _seal(key: str, town: str, seq: int, digest: str) -> str:
    return hmac.new(key.encode(), f"{town}:{seq}:{digest}".encode(), hashlib.sha256).hexdigest()

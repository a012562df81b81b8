"""What is sealed: names and contacts with each person's own key, that key with the town's; destroyed, all is erased."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import BindParameter, Connection, Select, bindparam, insert, select, update

from api.store.scope import Scope, for_scope, table_of, visible
from api.store.tables import Answered, LawAnswer, Meeting, PersonKey, Upload, User

_KEYS = table_of(PersonKey)


class Vault:
    """The town's keys, the newest first; reads what any of them sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        self._all = MultiFernet([Fernet(key) for key in keys])

    def seal(self, value: object) -> str:
        """Any JSON value as ciphertext."""
        return self._all.encrypt(_dump(value)).decode("ascii")

    def opened(self, sealed: str) -> Any:
        """The value of a ciphertext.

        Raises:
            LookupError: none of the keys fits.
        """
        try:
            return json.loads(self._all.decrypt(sealed))
        except InvalidToken:
            raise LookupError("none of the keys fits") from None

    def seal_file(self, content: bytes) -> str:
        """The bytes of a file as ciphertext."""
        return self._all.encrypt(content).decode("ascii")

    def opened_file(self, sealed: str) -> bytes:
        """The bytes that were sealed.

        Raises:
            LookupError: none of the keys fits.
        """
        try:
            return self._all.decrypt(sealed)
        except InvalidToken:
            raise LookupError("none of the keys fits") from None

    def key_of(self, connection: Connection, scope: Scope, resident_id: str) -> Fernet:
        """A person's own key.

        Raises:
            LookupError: there is no such person, or they were erased.
        """
        found = select(_KEYS.c.key_sealed).where(visible(_KEYS, scope), _KEYS.c.resident_id == resident_id)
        sealed = connection.execute(found).scalar_one_or_none()
        if sealed is None:
            raise LookupError(resident_id)
        return Fernet(self.opened(sealed))

    def keys_of(self, connection: Connection, scope: Scope, resident_ids: Iterable[str]) -> Mapping[str, Fernet]:
        """The keys of many people; the erased and the unseen are left out."""
        wanted = tuple(set(resident_ids))
        out: dict[str, Fernet] = {}
        for at in range(0, len(wanted), AT_ONCE):
            found = connection.execute(_sealed_of(scope), {"ids": wanted[at : at + AT_ONCE]})
            out.update((row.resident_id, Fernet(self.opened(row.key_sealed))) for row in found)
        return out

    def add_people(self, connection: Connection, scope: Scope, resident_ids: Iterable[str]) -> None:
        """A key and a pseudonym for each new person."""
        rows = [
            {
                "municipality_id": scope.municipality_id,
                "resident_id": resident_id,
                "pseudonym": secrets.token_hex(12),
                "key_sealed": self.seal(Fernet.generate_key().decode("ascii")),
            }
            for resident_id in resident_ids
        ]
        if rows:
            connection.execute(insert(_KEYS), rows)

    def rotate(self, connection: Connection) -> int:
        """Seal anew, with the newest key, everything that the town's keys seal; returns how many values.

        What persons' own keys seal stays as it is: their keys are sealed anew.
        """
        done = 0
        for table, column in SEALED:
            name, keys = column, list(table.primary_key.columns)
            for row in connection.execute(select(*keys, table.c[name]).where(table.c[name] != "")).all():
                *key, sealed = row
                anew = self._all.rotate(sealed.encode("ascii")).decode("ascii")
                same = (one == value for one, value in zip(keys, key, strict=True))
                connection.execute(update(table).where(*same).values({name: anew}))
                done += 1
        return done


SEALED = (
    (_KEYS, "key_sealed"),
    (table_of(User), "totp_sealed"),
    (table_of(Meeting), "sealed"),
    (table_of(LawAnswer), "sealed"),
    (table_of(Answered), "sealed"),
    (table_of(Upload), "sealed"),
    (table_of(Upload), "told_sealed"),
)
"""Columns that the town's keys seal."""


def pseudonyms(connection: Connection, scope: Scope, resident_ids: Iterable[str]) -> Mapping[str, str]:
    """What the audit calls each of these people, whom one sees; the erased are left out."""
    wanted = tuple(set(resident_ids))
    out: dict[str, str] = {}
    for at in range(0, len(wanted), AT_ONCE):
        asked = {"town": scope.municipality_id, "ids": wanted[at : at + AT_ONCE]}
        out.update((row.resident_id, row.pseudonym) for row in connection.execute(_PSEUDONYMS, asked))
    return out


AT_ONCE = 500
"""So many people are asked about in one statement."""
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PSEUDONYMS = select(_KEYS.c.resident_id, _KEYS.c.pseudonym).where(
    _KEYS.c.municipality_id == bindparam("town"), _KEYS.c.resident_id.in_(_IDS)
)
"""Made once: every page about persons asks it."""


@for_scope
def _sealed_of(scope: Scope) -> Select[Any]:
    told = select(_KEYS.c.resident_id, _KEYS.c.key_sealed)
    return told.where(visible(_KEYS, scope), _KEYS.c.resident_id.in_(_IDS))


def seal_with(key: Fernet, value: object) -> str:
    """Any JSON value, sealed with one person's key."""
    return key.encrypt(_dump(value)).decode("ascii")


def open_with(key: Fernet, sealed: str) -> Any:
    """The value that one person's key sealed."""
    return json.loads(key.decrypt(sealed))


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()

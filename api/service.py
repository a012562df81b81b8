"""The service's parts in one value, who is asking, and a piece of work with the audit in it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.security.policy import Policy
from api.settings import Settings
from api.store import audit
from api.store.database import Database
from api.store.scope import Scope
from api.store.vault import Vault, pseudonyms


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: a user of a town with a role; `areas` None is all of the town; `scopes` bound a program's key."""

    user_id: str
    municipality_id: str
    role: str
    areas: tuple[str, ...] | None = ()
    session: str = ""
    csrf: str = ""
    scopes: tuple[str, ...] | None = None

    @property
    def scope(self) -> Scope:
        """Which rows they see."""
        return Scope(self.municipality_id, self.user_id, self.areas)


Note = tuple[tuple[str, ...], Mapping[str, Any] | None]
"""Subjects and detail of an entry of the audit."""


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction for one caller and one operation; where it only reads, its `notes` are kept when it is over."""

    connection: Connection
    scope: Scope
    operation: str
    vault: Vault
    notes: list[Note] | None = None

    def tell(self, subjects: Iterable[str] = (), detail: Mapping[str, Any] | None = None) -> None:
        """Note this operation in the audit: what it was about, and what is no value of anybody."""
        if self.notes is None:
            audit.record(self.connection, self.scope, self.vault.keys, self.operation, subjects, detail)
        else:
            self.notes.append((tuple(subjects), detail))

    def tell_people(self, resident_ids: Iterable[str], detail: Mapping[str, Any] | None = None) -> None:
        """The same about persons, by their pseudonyms."""
        self.tell(pseudonyms(self.connection, self.scope, resident_ids).values(), detail)


@dataclass(frozen=True, slots=True)
class Service:
    """Settings, database, keys and policy of a running service."""

    settings: Settings
    database: Database
    vault: Vault
    policy: Policy

    @contextmanager
    def look(self, caller: Caller, operation: str) -> Iterator[Work]:
        """Work that changes nothing and is about no person."""
        with self.database.look(caller.scope) as connection:
            yield Work(connection, caller.scope, operation, self.vault)

    @contextmanager
    def read(self, caller: Caller, operation: str) -> Iterator[Work]:
        """Work that changes nothing and is about persons: all is read, then it is noted, and only then it is shown.

        Writers of a town follow each other. Whoever reads keeps nobody waiting but for the moment of the note; where
        the note fails, so does the request.
        """
        notes: list[Note] = []
        with self.database.look(caller.scope) as connection:
            yield Work(connection, caller.scope, operation, self.vault, notes)
        if notes:
            with self.database.change(caller.scope) as connection:
                for subjects, detail in notes:
                    audit.record(connection, caller.scope, self.vault.keys, operation, subjects, detail)

    @contextmanager
    def change(self, caller: Caller, operation: str) -> Iterator[Work]:
        """Work that is kept whole, or not at all."""
        with self.database.change(caller.scope) as connection:
            yield Work(connection, caller.scope, operation, self.vault)

"""A whole town between the database and the engine: a frozen Community out, one in, and the files beside its tables."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from api.folders import TownFolder
from api.store.audit import begin_chain, next_entry
from api.store.database import Database, new_id, now
from api.store.register import NOUNS, Noun
from api.store.scope import NOBODY, Scope, of, table_of
from api.store.tables import Access, Decision, Municipality, ProposalRow, TourRide, TownFile
from api.store.unseen import without_unseen
from api.store.vault import Vault
from matching.domain import Community, TownInfo
from matching.errors import InputError, Problem
from matching.exchange.town_toml import parse_town_toml, town_toml

_TOWNS, _FILES, _ACCESS = table_of(Municipality), table_of(TownFile), table_of(Access)
_TOML = select(_TOWNS.c.town_toml).where(_TOWNS.c.municipality_id == bindparam("town"))
_CONTENT = select(_FILES.c.content).where(
    _FILES.c.municipality_id == bindparam("town"), _FILES.c.path == bindparam("path")
)
"""Made once: every accept asks them."""


def add_municipality(connection: Connection, municipality_id: str, info: TownInfo, vault: Vault) -> None:
    """A new town without rows, with the beginning of its audit."""
    connection.execute(insert(_TOWNS).values(municipality_id=municipality_id, town_toml=town_toml(info)))
    begin_chain(connection, municipality_id, vault.keys)


def town_info(connection: Connection, scope: Scope) -> TownInfo:
    """The town's name, week and settings.

    Raises:
        LookupError: there is no such town.
    """
    text = connection.execute(_TOML, {"town": scope.municipality_id}).scalar_one_or_none()
    info = None if text is None else _info(text)
    if info is None:
        raise LookupError(scope.municipality_id)
    return info


@lru_cache(2000)
def _info(text: str) -> TownInfo | None:
    problems: list[Problem] = []
    return parse_town_toml(text, problems)


def load(connection: Connection, scope: Scope) -> TownFolder:
    """Everything of the town that `scope` sees, in the order of its files.

    What points to a person who is not seen is left out, or emptied where it is no more than a hint.
    """
    tables = {noun.name: _things(connection, scope, noun) for noun in NOUNS.values()}
    without_unseen(tables)
    files = connection.execute(
        select(_FILES.c.path, _FILES.c.content)
        .where(_FILES.c.municipality_id == scope.municipality_id)
        .order_by(_FILES.c.path)
    )
    community = Community(town_info(connection, scope), **{name: tuple(rows) for name, rows in tables.items()})
    return TownFolder(community, {row.path: bytes(row.content) for row in files})


def _things(connection: Connection, scope: Scope, noun: Noun) -> list[Any]:
    rows = connection.execute(of(noun.table, scope).order_by(noun.table.c.position))
    return [noun.thing(dict(row)) for row in rows.mappings()]


def replace_town(connection: Connection, scope: Scope, folder: TownFolder, vault: Vault) -> Mapping[str, int]:
    """Put a whole town in the place of what is there, within one transaction; returns the rows of each table.

    A row that was there keeps its version (one more where it changed); a new one begins with that of
    `audit.next_entry`. Persons new to the town get their key, and whoever brings them holds their record.

    Raises:
        InputError: persons would be dropped; they are erased one by one, by name.
    """
    before = {name: _versions(connection, scope, noun) for name, noun in NOUNS.items()}
    refuse_to_drop(before["residents"].keys(), folder.community)
    told = town_toml(folder.community.info)
    connection.execute(update(_TOWNS).where(_TOWNS.c.municipality_id == scope.municipality_id).values(town_toml=told))
    for noun in reversed(tuple(NOUNS.values())):
        connection.execute(delete(noun.table).where(noun.table.c.municipality_id == scope.municipality_id))
    people = [one.resident_id for one in folder.community.residents if one.resident_id not in before["residents"]]
    everybody = frozenset(one.resident_id for one in folder.community.residents)
    first = next_entry(connection, scope.municipality_id)
    for name, noun in NOUNS.items():
        things = getattr(folder.community, name)
        _insert(connection, noun, rows_of(scope, noun, things, before[name], everybody, first))
    vault.add_people(connection, scope, people)
    hold(connection, scope, people)
    _replace_files(connection, scope, folder.files)
    _forget_lost(connection, scope)
    return {name: len(getattr(folder.community, name)) for name in NOUNS}


def rows_of(
    scope: Scope,
    noun: Noun,
    things: Sequence[Any],
    before: Mapping[str, Any],
    residents: frozenset[str],
    first: int,
) -> list[dict[str, Any]]:
    """The rows of one file.

    Args:
        before: rows that were there, by their identifier.
        residents: everybody whom a row may name.
        first: the version of a row that was not there.
    """
    moment, slots = now(), dict[str, int]()
    out = []
    for position, thing in enumerate(things):
        row = {**noun.stored(thing), **noun.named(thing, residents)}
        row |= {"municipality_id": scope.municipality_id, "position": position}
        if not noun.of.key:
            row["row_id"] = new_id()
        was = before.get(row[noun.key])
        same = was is not None and all(was[name] == value for name, value in row.items() if name != "position")
        row["version"] = was["version"] + (not same) if was is not None else first
        row["changed_at"] = was["changed_at"] if was is not None and same else moment
        if noun.name == "placements":
            row["slot"] = slots.get(thing.opening_id, 0)
            slots[thing.opening_id] = row["slot"] + 1
        out.append(row)
    return out


def hold(connection: Connection, scope: Scope, resident_ids: Sequence[str]) -> None:
    """Whoever brings these people in holds their record."""
    if resident_ids and scope.user_id:
        who = {"municipality_id": scope.municipality_id, "user_id": scope.user_id, "basis": "holds", "meeting_id": ""}
        connection.execute(insert(_ACCESS), [{**who, "resident_id": one} for one in resident_ids])


def _insert(connection: Connection, noun: Noun, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), 2000):
        connection.execute(insert(noun.table), rows[at : at + 2000])


def _versions(connection: Connection, scope: Scope, noun: Noun) -> dict[str, Mapping[str, Any]]:
    if not noun.of.key:
        return {}
    found = connection.execute(select(noun.table).where(noun.table.c.municipality_id == scope.municipality_id))
    return {row[noun.key]: dict(row) for row in found.mappings()}


def refuse_to_drop(before: Collection[str], community: Community) -> None:
    """Persons are never dropped by a folder in which they are missing.

    Raises:
        InputError: telling how many.
    """
    lost = len(set(before) - {one.resident_id for one in community.residents})
    if lost:
        ja = f"今いる住民のうち{lost}人がこのフォルダーにいません。人を消すときは tsunagu erase を使います"
        en = f"{lost} residents of the register are not in this folder; persons are erased with tsunagu erase"
        raise InputError([Problem("residents.csv", 0, "resident_id", "would_drop_people", ja, en)])


def _forget_lost(connection: Connection, scope: Scope) -> None:
    """Proposals and decisions about needs that are no longer there, and tours of rides that are not."""
    needs = NOUNS["needs"].table
    there = select(needs.c.need_id).where(needs.c.municipality_id == scope.municipality_id)
    for table in (table_of(ProposalRow), table_of(Decision)):
        lost = table.c.need_id.not_in(there)
        connection.execute(delete(table).where(table.c.municipality_id == scope.municipality_id, lost))
    told, rides = table_of(TourRide), NOUNS["ride_requests"].table
    mine = select(rides.c.ride_id).where(rides.c.municipality_id == scope.municipality_id)
    gone = (told.c.municipality_id == scope.municipality_id, told.c.ride_id.not_in(mine))
    connection.execute(delete(told).where(*gone))


def _replace_files(connection: Connection, scope: Scope, files: Mapping[str, bytes]) -> None:
    connection.execute(delete(_FILES).where(_FILES.c.municipality_id == scope.municipality_id))
    rows = [
        {"municipality_id": scope.municipality_id, "path": path, "content": content}
        for path, content in sorted(files.items())
    ]
    if rows:
        connection.execute(insert(_FILES), rows)


@contextmanager
def town_files(connection: Connection, scope: Scope) -> Iterator[Path]:
    """The town's other files in a folder of their own, gone afterwards; no row of the register is among them."""
    rows = connection.execute(
        select(_FILES.c.path, _FILES.c.content).where(_FILES.c.municipality_id == scope.municipality_id)
    ).all()
    with tempfile.TemporaryDirectory(prefix="tsunagu-town-") as name:
        for row in rows:
            path = Path(name) / row.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(row.content)
        yield Path(name)


def municipalities(database: Database) -> list[str]:
    """Every town of a database, for commands of whoever runs it."""
    with database.look(NOBODY) as connection:
        return list(connection.execute(select(_TOWNS.c.municipality_id).order_by(_TOWNS.c.municipality_id)).scalars())


def own_rulebook(connection: Connection, scope: Scope, info: TownInfo) -> bytes | None:
    """The town's own rulebook, where it has one among its files; None where it uses one of ours."""
    return town_file(connection, scope, info.rulebook) if info.rulebook.endswith(".toml") else None


def town_file(connection: Connection, scope: Scope, path: str) -> bytes | None:
    """One of the town's other files; None where there is none of that name."""
    asked = {"town": scope.municipality_id, "path": path}
    content = connection.execute(_CONTENT, asked).scalar_one_or_none()
    return None if content is None else bytes(content)

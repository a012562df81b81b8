"""References between rows of the register: what a row points to must be there and be seen, and who points to a row."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, String, cast, func, select

from api.store.database import seeing_everybody
from api.store.register import NOUNS, Noun
from api.store.scope import Scope, visible
from matching.domain import IDENTIFIERS, REFERENCES


def dangling(connection: Connection, scope: Scope, noun: Noun, thing: object) -> list[str]:
    """The columns of a row that point to nothing that `scope` sees."""
    out = []
    for table, column, targets in REFERENCES:
        if table == noun.name:
            value = getattr(thing, column)
            wanted = {value} if isinstance(value, str) else set(value)
            wanted -= {"", getattr(thing, noun.of.key) if noun.name in targets and noun.of.key else ""}
            if wanted and not _all_there(connection, scope, wanted, targets):
                out.append(column)
    return out


def goes_round(connection: Connection, scope: Scope, area_id: str, parent_id: str) -> bool:
    """Whether an area would be its own parent."""
    areas, at, seen = NOUNS["areas"].table, parent_id, {area_id}
    while at:
        if at in seen:
            return True
        seen.add(at)
        above = select(areas.c.parent_id).where(visible(areas, scope), areas.c.area_id == at)
        at = connection.execute(above).scalar_one_or_none() or ""
    return False


def pointing_to(connection: Connection, scope: Scope, noun: Noun, row_id: str) -> dict[str, int]:
    """How many rows of each table point to a row, whether seen or not; which ones is not told."""
    out: dict[str, int] = {}
    with seeing_everybody(connection, scope) as everything:
        for table, column, targets in REFERENCES:
            if noun.name in (targets or tuple(IDENTIFIERS)):
                count = _count(connection, everything, table, column, row_id)
                if count:
                    out[table] = out.get(table, 0) + count
    return out


def _count(connection: Connection, scope: Scope, table: str, column: str, row_id: str) -> int:
    of = NOUNS[table].table
    hit = of.c[column] == row_id
    if isinstance(of.c[column].type, JSON):  # a list, as text; an identifier has no quotes
        hit = cast(of.c[column], String).contains(f'"{row_id}"')
    found = select(func.count()).select_from(of).where(visible(of, scope), hit)
    return int(connection.execute(found).scalar_one())


def _all_there(connection: Connection, scope: Scope, wanted: set[str], targets: Sequence[str]) -> bool:
    left = set(wanted)
    for target in targets or (*IDENTIFIERS, "councils"):
        left -= set(_found(connection, scope, left, target))
        if not left:
            return True
    return False


def _found(connection: Connection, scope: Scope, wanted: set[str], target: str) -> Iterator[str]:
    noun = NOUNS["council_members" if target == "councils" else target]
    key = noun.table.c["council_id" if target == "councils" else noun.key]
    found: Any = select(key).where(visible(noun.table, scope), key.in_(sorted(wanted)))
    yield from connection.execute(found).scalars()

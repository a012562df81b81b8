"""Who may see which rows: one statement, used as the query helper everywhere and as row security on PostgreSQL.

A person's row is seen by the ways that `security/policy.toml` names for the basis on which it is shared: by who holds
for their area, and by whoever has an access row (they hold the record, have the case, or sit in a conference about it).
What hangs on a person, or names one, is seen by whoever sees the person; a meeting by its members. Everything else is
seen within the municipality.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    Table,
    Text,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

import api.store.tables  # noqa: F401  # all tables must be known before any is asked about
from api.security.policy import WAYS, sight
from api.store.register import NAMES, NOUNS, WHOSE
from matching.domain import Sharing


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes a transaction has: a town, a user, and the areas they hold for (None = all of the town).

    `system` sees every person of the town: the engine, erasing, retention.
    """

    municipality_id: str
    user_id: str = ""
    areas: tuple[str, ...] | None = ()
    system: bool = False


NOBODY = Scope("")
"""Before it is known who asks: users, sessions and jobs alone."""


@dataclass(frozen=True, slots=True)
class _Eyes:
    """A scope as SQL: bound values in a query, `current_setting` in a policy."""

    municipality: ColumnElement[str]
    user: ColumnElement[str]
    everybody: ColumnElement[bool]
    all_areas: ColumnElement[bool]
    within: Callable[[ColumnElement[str]], ColumnElement[bool]]


for_scope = lru_cache(2000)
"""For functions that make a statement for a scope: one that is made once is also compiled and named once."""


@for_scope
def visible(table: Table, scope: Scope) -> ColumnElement[bool]:
    """The condition under which a row of `table` is seen with `scope`."""
    eyes = _Eyes(
        literal(scope.municipality_id),
        literal(scope.user_id),
        true() if scope.system else false(),
        true() if scope.areas is None else false(),
        lambda column: column.in_(scope.areas or ()),
    )
    return _sees(table, eyes)


@for_scope
def of(table: Table, scope: Scope) -> Select[tuple[object, ...]]:
    """All visible rows of a table."""
    return select(table).where(visible(table, scope))


@lru_cache(2000)
def by(column: Column[Any], scope: Scope) -> Select[tuple[object, ...]]:
    """The visible rows with the value `wanted` in a column; made once, since making it takes longer than asking."""
    return of(column.table, scope).where(column == bindparam("wanted"))


HANGS_ON: Mapping[str, tuple[str, str]] = {
    **WHOSE,
    "proposals": ("need_id", "needs"),
    "decisions": ("need_id", "needs"),
    "tour_rides": ("ride_id", "ride_requests"),
    "person_notes": ("resident_id", "residents"),
    "identities": ("resident_id", "residents"),
    "person_keys": ("resident_id", "residents"),
}
"""Tables about persons: the column that says whose a row is, and the table it names."""

BEFORE = ("users", "jobs", "municipalities")
"""Tables that are also read before it is known which town somebody, or a worker, is at."""
OWN_TOWN = tuple(
    name for name, table in SQLModel.metadata.tables.items() if "municipality_id" in table.c and name not in BEFORE
)
"""Tables whose rows are never seen outside their municipality."""


def _sees(table: Table, eyes: _Eyes) -> ColumnElement[bool]:
    return and_(table.c.municipality_id == eyes.municipality, *_further(table, eyes))


def _further(table: Table, eyes: _Eyes) -> list[ColumnElement[bool]]:
    name = table.name
    named = [or_(table.c[own].is_(None), _hangs_on(table, own, "residents", eyes)) for own in named_in(name)]
    whose = _whose(table, eyes)
    return [or_(eyes.everybody, and_(*named, *whose))] if named else whose


def named_in(table: str) -> tuple[str, ...]:
    """The columns of a table that hold a person whom it names beside whose it is."""
    return tuple(NAMES.get(table, {}).values())


def _whose(table: Table, eyes: _Eyes) -> list[ColumnElement[bool]]:
    name = table.name
    if name == "residents":
        return [or_(eyes.everybody, _sees_person(table, eyes))]
    if name == "companions":
        both = (_hangs_on(table, column, "residents", eyes) for column in ("resident_id", "other_id"))
        return [or_(eyes.everybody, and_(*both))]
    if name in HANGS_ON:
        column, target = HANGS_ON[name]
        return [or_(eyes.everybody, _hangs_on(table, column, target, eyes))]
    if name in ("meetings", "meeting_cases"):
        return [or_(eyes.everybody, _sits_in(table, eyes))]
    if name in ("answered", "uploads"):
        return [or_(eyes.everybody, table.c.user_id == eyes.user)]
    return []


def _sees_person(residents: FromClause, eyes: _Eyes) -> ColumnElement[bool]:
    return or_(_in_area(residents, eyes), _has_access(residents, eyes))


def _in_area(residents: FromClause, eyes: _Eyes) -> ColumnElement[bool]:
    return and_(_shared(residents, "area"), or_(eyes.all_areas, eyes.within(residents.c.area_id)))


def _shared(residents: FromClause, way: str) -> ColumnElement[bool]:
    """Whether a way leads to a person on the basis on which their data are shared."""
    bases = sight().bases(way)
    if len(bases) == len(Sharing):
        return true()
    return func.coalesce(residents.c.sharing, str(Sharing.NONE)).in_([literal_column(f"'{basis}'") for basis in bases])


def _has_access(residents: FromClause, eyes: _Eyes) -> ColumnElement[bool]:
    access = _other("access")
    ways = (and_(access.c.basis == literal_column(f"'{way}'"), _shared(residents, way)) for way in WAYS[1:])
    return _there_is(
        residents,
        access.c.municipality_id == residents.c.municipality_id,
        access.c.resident_id == residents.c.resident_id,
        access.c.user_id == eyes.user,
        or_(*ways),
    )


def _hangs_on(table: FromClause, column: str, target: str, eyes: _Eyes) -> ColumnElement[bool]:
    other = _other(target)
    same = and_(other.c.municipality_id == table.c.municipality_id, other.c[NOUNS[target].key] == table.c[column])
    if target == "residents":
        return _there_is(table, same, _sees_person(other, eyes))
    return _there_is(table, same, _hangs_on(other, *WHOSE[target], eyes))


def _sits_in(table: Table, eyes: _Eyes) -> ColumnElement[bool]:
    member = _other("meeting_members")
    return _there_is(
        table,
        member.c.municipality_id == table.c.municipality_id,
        member.c.meeting_id == table.c.meeting_id,
        member.c.user_id == eyes.user,
    )


@lru_cache
def _other(table: str) -> FromClause:
    """Another look at a table, always the same: making one anew takes longer than asking."""
    return SQLModel.metadata.tables[table].alias()


def _there_is(outer: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """EXISTS that looks outwards at `outer`, also where no statement stands around it, as in a policy."""
    return select(literal_column("1")).where(*conditions).correlate(outer).exists()


def table_of(model: type[SQLModel]) -> Table:
    """The table of a workflow class."""
    return model.__table__  # type: ignore[attr-defined, no-any-return]


def policies() -> Mapping[str, str]:
    """For PostgreSQL: the same conditions as row security, one a table, with the scope in settings of a transaction."""
    eyes = _Eyes(
        _setting("municipality"),
        _setting("user"),
        _setting("everybody") == "on",
        _setting("all_areas") == "on",
        lambda column: column == any_(func.string_to_array(_setting("areas"), literal(";"))),
    )
    told = SQLModel.metadata.tables
    conditions = {name: _sees(told[name], eyes) for name in OWN_TOWN}
    for name in BEFORE:
        conditions[name] = or_(_setting("anywhere") == "on", told[name].c.municipality_id == eyes.municipality)
    return {name: _as_text(told[name], conditions[name]) for name in sorted(conditions)}


def _as_text(table: Table, condition: ColumnElement[bool]) -> str:
    """What stands behind WHERE when `table` is asked: there EXISTS knows what it looks out at."""
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    whole: Select[tuple[Any]] = select(literal_column("1")).select_from(table).where(condition)
    told = str(whole.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return " ".join(told.split(" \nWHERE ", 1)[1].split())


def settings_of(scope: Scope) -> Mapping[str, str]:
    """What a transaction on PostgreSQL is told of its scope."""
    return {
        "municipality": scope.municipality_id,
        "user": scope.user_id,
        "everybody": "on" if scope.system else "",
        "all_areas": "on" if scope.areas is None else "",
        "areas": ";".join(scope.areas or ()),
        "anywhere": "on" if scope == NOBODY else "",
    }


def _setting(name: str) -> ColumnElement[str]:
    return func.current_setting(literal(f"tsunagu.{name}"), true(), type_=Text())

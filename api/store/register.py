"""The register as tables: each file of the town folder is one, with the columns of its dataclass, and few of ours.

Nothing is declared here a second time: names, types and bounds come from `matching.exchange.columns.FILES`, references
from `matching.domain.REFERENCES`. Ours are the municipality, the row's place in the file (`position`), its `version`,
when it was last changed, `row_id` where the file has no identifier, the numbered place that a placement holds, and
which ends of a tie or a wish are persons (`NAMES`): whoever does not see that person does not see the row.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column as Of,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from matching.domain import IDENTIFIERS, REFERENCES
from matching.exchange.cells import CellType
from matching.exchange.columns import FILES, Column, FileOf

NAMES: Mapping[str, Mapping[str, str]] = {
    "ties": {"from_id": "from_resident", "to_id": "to_resident"},
    "wishes": {"target": "target_resident"},
}
"""Columns that may name a person among other things, and ours that says so."""
SERVICE = (
    "municipality_id", "row_id", "position", "version", "changed_at", "slot",
    *(own for columns in NAMES.values() for own in columns.values()),
)  # fmt: skip
"""Columns of ours, beside those of the dataclass."""

WHOSE: Mapping[str, tuple[str, str]] = {
    "residents": ("resident_id", "residents"),
    "needs": ("resident_id", "residents"),
    "wishes": ("resident_id", "residents"),
    "companions": ("resident_id", "residents"),
    "ride_requests": ("resident_id", "residents"),
    "placements": ("need_id", "needs"),
}
"""Nouns about persons: the column that says whose a row is, and the noun it names."""

_SQL: Mapping[str, Callable[[], TypeEngine[Any]]] = {
    "string": Text,
    "identifier": Text,
    "integer": BigInteger,
    "number": Float,
    "boolean": Boolean,
    "date": Text,
    "time": Text,
    "span": Text,
    "list": JSON,
}


@dataclass(frozen=True, slots=True)
class Noun:
    """One file of the register as a noun of the service."""

    of: FileOf
    table: Table

    @property
    def name(self) -> str:
        """As in the town folder: `residents`, `needs` and so on."""
        return self.of.table

    @property
    def key(self) -> str:
        """The column that names a row."""
        return self.of.key or "row_id"

    @property
    def personal(self) -> bool:
        """Whether its rows are about a person."""
        return self.name in WHOSE

    def stored(self, thing: object) -> dict[str, Any]:
        """The columns of a dataclass as the database keeps them."""
        return {c.name: _stored(c, getattr(thing, c.name), (self.name, c.name) in SINGLE) for c in self.of.columns}

    def named(self, thing: object, residents: Container[str]) -> dict[str, str | None]:
        """Our columns that say which persons a row names; `residents` are those that are known."""
        told = {own: getattr(thing, column) for column, own in NAMES.get(self.name, {}).items()}
        return {own: value if value in residents else None for own, value in told.items()}

    def thing(self, row: Mapping[str, Any]) -> Any:
        """The dataclass of a row."""
        return self.of.row(*(_loaded(column, row[column.name]) for column in self.of.columns))


SINGLE = frozenset(
    (table, column)
    for table, column, targets in REFERENCES
    if len(targets) == 1 and column not in ("areas_served", "vehicles")
)
"""References to one row of one table: the database keeps them too."""


def _stored(column: Column, value: Any, reference: bool) -> Any:
    kind = column.cell.kind
    if value is None or (reference and value == ""):
        return None
    if kind == "list":
        item = column.cell.item
        assert item is not None
        return [one if item.kind in ("integer", "number") else item.write(one) for one in value]
    return value if kind in ("integer", "number", "boolean") else column.cell.write(value)


def _loaded(column: Column, value: Any) -> Any:
    if value is None:
        return column.empty
    return _read(column.cell, value)


def _read(cell: CellType, value: Any) -> Any:
    if cell.kind == "list":
        assert cell.item is not None
        return tuple(_read(cell.item, one) for one in value)
    if cell.kind in ("integer", "boolean"):
        return value
    if cell.kind == "number":
        return float(value)
    return value if cell.verbatim is not None or value == "" else cell.read(value)


def _table(of: FileOf) -> Table:
    key = of.key or "row_id"
    columns: list[Any] = [Of("municipality_id", Text, nullable=False)]
    columns += [] if of.key else [Of("row_id", Text, nullable=False)]
    columns += [_column(column, key) for column in of.columns]
    columns += [
        Of("position", BigInteger, nullable=False),
        Of("version", BigInteger, nullable=False),
        Of("changed_at", Text, nullable=False),
    ]
    rules: list[Any] = [
        PrimaryKeyConstraint("municipality_id", key, name=f"pk_{of.table}"),
        UniqueConstraint("municipality_id", "position", name=f"uq_{of.table}_position"),
        *_foreign_keys(of.table),
    ]
    for own in NAMES.get(of.table, {}).values():
        columns.append(Of(own, Text))
        rules.append(_foreign_key(of.table, own, "residents"))
        rules.append(Index(f"ix_{of.table}_{own}", "municipality_id", own))
    if of.table == "placements":
        columns.append(Of("slot", Integer, nullable=False))
        rules.append(UniqueConstraint("municipality_id", "opening_id", "slot", name="uq_placements_slot"))
        rules.append(CheckConstraint("slot >= 0", name="ck_placements_slot"))
    return Table(of.table, SQLModel.metadata, *columns, *rules)


def _column(column: Column, key: str) -> Of[Any]:
    must = column.name == key or column.required
    return Of(column.name, _SQL[column.cell.kind](), nullable=not must)


def _foreign_keys(table: str) -> list[Any]:
    out: list[Any] = []
    for of, column, targets in REFERENCES:
        if of == table and (table, column) in SINGLE:
            out.append(_foreign_key(table, column, targets[0]))
            if column != _key_of(table):
                out.append(Index(f"ix_{table}_{column}", "municipality_id", column))
    return out


def _foreign_key(table: str, column: str, target: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", column],
        [f"{target}.municipality_id", f"{target}.{IDENTIFIERS[target]}"],
        name=f"fk_{table}_{column}",
        deferrable=True,
        initially="DEFERRED",
        use_alter=False,
    )


def _key_of(table: str) -> str:
    return next(of.key for of in FILES if of.table == table)


NOUNS: Mapping[str, Noun] = {of.table: Noun(of, _table(of)) for of in FILES}
"""Every noun of the register, in the order of `Community`."""

"""The tables of a town folder, derived from the dataclasses of the domain: no column is declared here a second time."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args, get_type_hints

from matching.domain import FEATURES, IDENTIFIERS, REFERENCES, Community, Mode
from matching.domain.resource import MOST_PLACES
from matching.exchange.cells import LATITUDE, MONTH, CellType, cell_type


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its type, whether it must be there and filled, and what an empty cell means (`empty`)."""

    name: str
    cell: CellType
    required: bool
    empty: Any
    known: tuple[str, ...] = ()
    """Words of an open vocabulary: others are kept and warned about."""


@dataclass(frozen=True, slots=True)
class FileOf:
    """A file of the town folder: the dataclass of its rows, its columns in order, and the one that names a row."""

    table: str
    row: type
    columns: tuple[Column, ...]
    key: str
    required: bool

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.table}.csv"

    def column(self, name: str) -> Column:
        """One column by its name."""
        return next(column for column in self.columns if column.name == name)


BOUNDS: Mapping[str, tuple[float, float]] = {
    "longitude": (-180, 180),
    "_yen": (0, 100_000_000),
    "minutes": (0, 10_080),
    "birth_year": (1880, 2200),
    "year": (1880, 2200),
    "age": (0, 150),
    "age_from": (0, 150),
    "age_to": (0, 150),
    "urgency": (1, 3),
    "tier": (1, 2),
    "fatigue": (0, 3),
    "weeks_of_month": (1, 5),
    "liking": (-100, 100),
    "walk_metres_per_minute": (1, 999),
    "capacity": (0, MOST_PLACES),
    "comfortable_load": (0, MOST_PLACES),
    "attending": (0, MOST_PLACES),
    "min_attendance": (0, MOST_PLACES),
    "population": (0, 1_000_000_000),
    "people": (0, 1_000_000_000),
}
"""Least and most of a number, by the name of its column or the end or beginning of it; see `_bounds`."""
ELSEWHERE = (0, 1_000_000)
"""Least and most of every other number: amounts of a town are not negative."""

KNOWN: Mapping[str, tuple[str, ...]] = {
    "features": FEATURES,
    "requires": FEATURES,
    "sex": ("female", "male", "other"),
    "sexes": ("female", "male", "other"),
}
"""Open vocabularies: the engine understands these words."""

NOT_OFFERED = {("residents", "modes"): (str(Mode.WHEELCHAIR),)}
"""Words of the domain that a town folder does not write."""

REQUIRED_FILES = ("residents", "needs", "resources", "openings", "areas")


def _bounds(name: str) -> tuple[float, float]:
    for key, bounds in BOUNDS.items():
        if name == key:
            return bounds
    for key, bounds in BOUNDS.items():
        if name.endswith(key) or name.startswith(f"{key}_"):
            return bounds
    return ELSEWHERE


def _keys() -> Mapping[str, str]:
    return {**IDENTIFIERS, "placements": "need_id"}


def _names() -> frozenset[tuple[str, str]]:
    references = {(table, column) for table, column, _ in REFERENCES}
    return frozenset({*references, *IDENTIFIERS.items(), ("council_members", "council_id")})


def _column(table: str, name: str, hint: Any, default: Any) -> Column:
    cell = cell_type(hint, *_bounds(name), name=(table, name) in _names())
    if name.endswith("latitude"):
        cell = LATITUDE
    elif (table, name) == ("attendance", "month"):
        cell = MONTH
    left_out = NOT_OFFERED.get((table, name), ())
    if left_out:
        cell = cell.without(left_out)
    required = default is MISSING
    return Column(name, cell, required, None if required else default, KNOWN.get(name, ()))


def _file(table: str, row: type) -> FileOf:
    hints = get_type_hints(row)
    columns = tuple(_column(table, one.name, hints[one.name], one.default) for one in fields(row))
    return FileOf(table, row, columns, _keys().get(table, ""), table in REQUIRED_FILES)


FILES: tuple[FileOf, ...] = tuple(
    _file(name, get_args(hint)[0]) for name, hint in get_type_hints(Community).items() if name != "info"
)
"""Every file of a town folder but `town.toml`, in the order of `Community`."""

"""What may be sent and is answered for each noun of the register: pydantic models made from its columns.

Names, types, words and bounds come from the town folder's columns; nothing is declared here a second time.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, create_model

from api.problems import FieldError, ProblemError
from api.store.register import NOUNS, Noun
from matching.exchange.cells import MOST_IN_A_NAME, CellError, CellType
from matching.exchange.columns import Column
from matching.exchange.rows import why_not

MOST_LETTERS = 2_000
MOST_ITEMS = 200
CLEAN = r"^[^\x00-\x1f\x7f-\x9f]*$"
COUNTED = frozenset({"attending", "people"})
"""Columns that count people: who works with nobody is not told of fewer than five."""
MOST_ROWS = 9_000_000_000_000_000
"""Versions and positions stay below what JSON numbers hold exactly."""


def tidy(text: str) -> str:
    """Text in Unicode's NFC, so that the same word is the same bytes."""
    return unicodedata.normalize("NFC", text)


Id = Annotated[
    str, StringConstraints(pattern=rf"^[\w-]{{1,{MOST_IN_A_NAME}}}$", max_length=MOST_IN_A_NAME), AfterValidator(tidy)
]
Short = Annotated[str, StringConstraints(max_length=MOST_IN_A_NAME, pattern=CLEAN), AfterValidator(tidy)]
Line = Annotated[str, StringConstraints(max_length=MOST_LETTERS, pattern=CLEAN), AfterValidator(tidy)]
Note = Annotated[
    str, StringConstraints(max_length=20_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"), AfterValidator(tidy)
]
"""Text of several lines."""
Version = Annotated[int, Field(ge=0, le=MOST_ROWS)]
Moment = Annotated[str, StringConstraints(max_length=27, pattern=r"^([0-9TZ:.-]{20,27})?$")]


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", max_length=10),
    AfterValidator(_is_day),
    Field(json_schema_extra={"format": "date"}),
]


Clock = Annotated[str, StringConstraints(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$", max_length=5)]
"""A time of day; empty where it is not known."""


class Strict(BaseModel):
    """A body: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one noun: whole to create and replace, in part to patch, answered, and listed."""

    whole: type[BaseModel]
    part: type[BaseModel]
    out: type[BaseModel]
    page: type[BaseModel]


def thing_of(noun: Noun, values: Mapping[str, Any]) -> Any:
    """The dataclass of a valid body.

    Raises:
        ProblemError: `invalid`, where the fields contradict each other.
    """
    read = {column.name: _decoded(column, values[column.name]) for column in noun.of.columns}
    try:
        return noun.of.row(**read)
    except ValueError:
        told = [FieldError(f"/{column}", code) for column, code, _ in why_not(read)]
        raise ProblemError("invalid", told or [FieldError("", "range")]) from None


def told_of(noun: Noun, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it is answered."""
    out = {column.name: _encoded(column, row[column.name]) for column in noun.of.columns}
    return {noun.key: row[noun.key], **out, "version": row["version"], "changed_at": row["changed_at"]}


def whole_of(noun: Noun, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a body that would leave it as it is."""
    present = told_of(noun, row)
    return {column.name: present[column.name] for column in noun.of.columns}


def _decoded(column: Column, value: Any) -> Any:
    return _read(column.cell, value) if value not in (None, "") else (column.empty if value is None else value)


def _read(cell: CellType, value: Any) -> Any:
    if cell.kind == "list":
        assert cell.item is not None
        return tuple(_read(cell.item, one) for one in value)
    if cell.kind in ("integer", "boolean", "number"):
        return float(value) if cell.kind == "number" else value
    return cell.read(value)


def _encoded(column: Column, value: Any) -> Any:
    if value is not None:
        return value
    empty = column.empty
    return list(empty) if isinstance(empty, tuple) else empty


def _models(noun: Noun) -> Models:
    title = "".join(part.capitalize() for part in noun.name.split("_"))
    columns = noun.of.columns
    hints: dict[str, Any] = {c.name: _hint(c) for c in columns}
    whole: dict[str, Any] = {c.name: (hints[c.name], ... if c.required else _default(c)) for c in columns}
    if noun.of.key:
        whole[noun.of.key] = (Id | None, None) if noun.name != "placements" else (Id, ...)
    part: dict[str, Any] = {c.name: (hints[c.name], _default(c)) for c in columns}
    ours: dict[str, Any] = {"version": (Version, ...), "changed_at": (Moment, ...)}
    row: dict[str, Any] = {} if noun.of.key else {"row_id": (Id, ...)}
    shown: dict[str, Any] = {
        c.name: (hints[c.name] | None if c.name in COUNTED else hints[c.name], ...) for c in columns
    }
    out: Any = create_model(f"{title}Out", **{**row, **shown, **ours})
    items: Any = Annotated[list[out], Field(max_length=500)]
    listed: Any = create_model(f"{title}Page", items=(items, ...), next=(Short | None, ...))
    whole_model: Any = create_model(title, __base__=Strict, **whole)
    return Models(whole_model, create_model(f"{title}Part", __base__=Strict, **part), out, listed)


def _default(column: Column) -> Any:
    empty = column.empty
    if isinstance(empty, tuple):
        return [str(one) for one in empty]
    return empty if empty is None or isinstance(empty, int | float | bool) else str(empty)


def _hint(column: Column) -> Any:
    hint = _of(column.cell)
    if column.cell.words and column.cell.kind == "string" and column.empty == "":
        hint = Literal[("", *column.cell.words)]
    if column.cell.kind == "identifier" and not column.required:
        short = StringConstraints(pattern=rf"^[\w-]{{0,{MOST_IN_A_NAME}}}$", max_length=MOST_IN_A_NAME)
        hint = Annotated[str, short, AfterValidator(tidy)]
    return hint | None if column.empty is None and not column.required else hint


def _of(cell: CellType) -> Any:
    if cell.kind == "list":
        assert cell.item is not None
        item: Any = _of(cell.item)
        return Annotated[list[item], Field(max_length=MOST_ITEMS)]
    if cell.words and cell.kind == "string":
        return Literal[tuple(cell.words)]
    bounds: dict[str, Any] = {
        "ge": cell.low if cell.low is not None else -MOST_ROWS,
        "le": cell.high if cell.high is not None else MOST_ROWS,
    }
    plain: dict[str, Callable[[], Any]] = {
        "integer": lambda: Annotated[int, Field(strict=True, **bounds)],
        "number": lambda: Annotated[float, Field(strict=True, allow_inf_nan=False, **bounds)],
        "boolean": lambda: StrictBool,
        "identifier": lambda: Id,
    }
    return plain.get(cell.kind, lambda: _text(cell))()


def _text(cell: CellType) -> Any:
    pattern = _FORMS.get(cell.kind) or (f"^({cell.pattern})?$" if cell.pattern else CLEAN)
    if pattern == CLEAN:
        return Line

    def reads(text: str) -> str:
        try:
            return text if text == "" else str(cell.write(cell.read(text)))
        except CellError:
            raise ValueError("form") from None

    most = {"date": 10, "time": 5}.get(cell.kind, 50)
    return Annotated[str, StringConstraints(pattern=pattern, max_length=most), AfterValidator(reads)]


_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_FORMS = {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "time": f"^{_TIME}$",
    "span": f"^(mon|tue|wed|thu|fri|sat|sun) {_TIME}-{_TIME}$",
}


BODIES: Mapping[str, Models] = {name: _models(noun) for name, noun in NOUNS.items()}
"""The models of each noun."""


def is_id(text: str) -> bool:
    """Whether a text may be an identifier."""
    return re.fullmatch(rf"[\w-]{{1,{MOST_IN_A_NAME}}}", text) is not None

"""The town folder told to others: a Frictionless data package for tools, and tables in Markdown for people."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from matching.domain import REFERENCES
from matching.exchange.cells import CellType
from matching.exchange.columns import FILES, Column, FileOf
from matching.exchange.meanings import COLUMNS_JA, FILES_JA, WORDS_JA
from matching.texts import WORDS


def describe() -> dict[str, Any]:
    """A data package (Frictionless, Table Schema 1) of every CSV file: names, types, bounds, words, keys, references.

    Lists within a cell are `string` there, with the words or the form of an item in the description.
    """
    return {
        "profile": "tabular-data-package",
        "name": "tsunagu-town",
        "title": "町フォルダー / town folder",
        "resources": [_resource(of) for of in FILES],
    }


def schema_markdown() -> str:
    """The same as tables in Markdown, one a file."""
    parts = []
    for of in FILES:
        needed = "always there" if of.required else "may be absent"
        told = f"{FILES_JA[of.table]}\n\n{_told(of)} ({needed})"
        head = f"### `{of.file}`\n\n{told}\n\n| column | 意味 | holds | empty means |\n|---|---|---|---|\n"
        rows = (_row(of, column) for column in of.columns)
        parts.append(head + "".join(rows))
    return "\n".join(parts)


def words_markdown() -> str:
    """What to write for which word, as tables in Markdown, one a vocabulary."""
    parts = []
    for name, title in WORDS_JA.items():
        head = f"### `{name}` {title}\n\n| write | 日本語 | English |\n|---|---|---|\n"
        parts.append(head + "".join(f"| `{word}` | {ja} | {en} |\n" for word, (ja, en) in WORDS[name].items()))
    return "\n".join(parts)


def _row(of: FileOf, column: Column) -> str:
    meaning, holds = COLUMNS_JA[of.table][column.name], _holds(of, column).replace("|", "\\|")
    return f"| `{column.name}` | {meaning} | {holds} | {_empty(column)} |\n"


def _told(of: FileOf) -> str:
    return (inspect.getdoc(of.row) or "").split("\n\n")[0].replace("\n", " ")


def _resource(of: FileOf) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(of, column) for column in of.columns], "missingValues": [""]}
    if of.key:
        schema["primaryKey"] = of.key
    keys = [_foreign_key(of, column, targets[0]) for column, targets in _targets(of).items() if len(targets) == 1]
    lists = {column.name for column in of.columns if column.cell.kind == "list"}
    keys = [key for key in keys if key["fields"] not in lists]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": of.table.replace("_", "-"),
        "path": of.file,
        "profile": "tabular-data-resource",
        "title": FILES_JA[of.table],
        "description": _told(of),
        "encoding": "utf-8",
        "schema": schema,
    }


def _targets(of: FileOf) -> Mapping[str, tuple[str, ...]]:
    return {column: targets for table, column, targets in REFERENCES if table == of.table}


def _foreign_key(of: FileOf, column: str, target: str) -> dict[str, Any]:
    key = next(one.key for one in FILES if one.table == target)
    resource = "" if target == of.table else target.replace("_", "-")
    return {"fields": column, "reference": {"resource": resource, "fields": key}}


_PLAIN = {"identifier": "string", "span": "string", "list": "string"}


def _field(of: FileOf, column: Column) -> dict[str, Any]:
    cell = column.cell
    field: dict[str, Any] = {"name": column.name, "title": COLUMNS_JA[of.table][column.name]}
    field["type"] = _PLAIN.get(cell.kind, cell.kind)
    if cell.kind == "boolean":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    elif cell.kind == "time":
        field["format"] = "%H:%M"
    elif cell.kind == "list":
        field["description"] = _without_marks(_holds(of, column))
    constraints = _constraints(column, unique=column.name == of.key)
    if constraints:
        field["constraints"] = constraints
    return field


def _constraints(column: Column, unique: bool) -> dict[str, Any]:
    cell = column.cell
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if unique:
        constraints["unique"] = True
    if cell.kind == "string" and cell.words:
        constraints["enum"] = list(cell.words)
    if cell.kind == "identifier":
        constraints["pattern"] = r"[\w-]+"
    if cell.pattern:
        constraints["pattern"] = cell.pattern
    if cell.kind in ("integer", "number") and cell.low is not None:
        constraints |= {"minimum": cell.low, "maximum": cell.high}
    return constraints


def _holds(of: FileOf, column: Column) -> str:
    cell = column.cell
    if column.name in _targets(of):
        targets = _targets(of)[column.name]
        told = " or ".join(f"`{target}.csv`" for target in targets) or "any file"
        return f"{'identifiers joined with `;`' if cell.kind == 'list' else 'an identifier'} of {told}"
    told = _kind(replace(cell.item, words=cell.words)) if cell.item else _kind(cell)
    told = f"{told}, several joined with `;`" if cell.item else told
    return f"{told}; known words: {_words(column.known)}" if column.known else told


_KINDS = {
    "string": "text",
    "identifier": "an identifier: letters, digits, `-`, `_`",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`yes` or `no`",
    "date": "a date, `YYYY-MM-DD`",
    "time": "a time, `HH:MM`",
    "span": "a span, `mon 09:00-12:00`",
}


def _kind(cell: CellType) -> str:
    if cell.words and cell.kind == "string":
        return _words(cell.words)
    bounds = f", {cell.low} … {cell.high}" if cell.low is not None else ""
    return _KINDS[cell.kind] + bounds + (f" like `{cell.pattern}`" if cell.pattern else "")


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _without_marks(text: str) -> str:
    return text.replace("`", "")


def _empty(column: Column) -> str:
    if column.required:
        return "必須 must be filled"
    if column.empty in (None, "", ()):
        return "不明・なし not known, or none"
    return f"`{column.cell.write(column.empty)}`"

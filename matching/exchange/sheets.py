"""One CSV file of a town -> its cells by column: what is wrong with its form is told, and the rest is kept."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from matching.errors import Facts, InputError, Problem
from matching.exchange.cells import MOST_LETTERS
from matching.exchange.columns import FileOf
from matching.exchange.encodings import decode, read_bytes
from matching.exchange.nearest import nearest
from matching.exchange.texts import problem

MOST_COLUMNS = 1_000


@dataclass(slots=True)
class Sheet:
    """The cells as text: `cells[column][i]` stands in row `numbers[i]` of the spreadsheet.

    Rows of a wrong length are padded or cut, and their numbers are in `ragged`. `whole` is False where rows or all of
    it could not be had.
    """

    columns: Sequence[str] = ()
    cells: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Sequence[int] = ()
    ragged: frozenset[int] = frozenset()
    whole: bool = True


def read_sheet(path: Path, of: FileOf, problems: list[Problem]) -> Sheet:
    """The file as a sheet; what is wrong is added to `problems`."""
    try:
        text = read_text(path, problems)
    except InputError as error:
        problems.extend(error.problems)
        return Sheet(whole=False)
    rows, whole = _rows(text, of.file, problems)
    header = rows.pop(0) if rows else []
    if not any(header):
        problems.append(problem(of.file, 0, "", "empty_file", {}))
        return Sheet(whole=False)
    if len(header) > MOST_COLUMNS:
        facts: Facts = {"columns": len(header), "limit": MOST_COLUMNS}
        problems.append(problem(of.file, 1, "", "too_many_columns", facts))
        return Sheet(whole=False)
    places = _places(header, of, problems)
    sheet = _columns(rows, len(header), places, of.file, problems)
    return replace(sheet, whole=whole)


def read_text(path: Path, problems: list[Problem]) -> str:
    """The text of a file that should be UTF-8; another encoding is told, and the text read all the same.

    Raises:
        InputError: it cannot be read at all.
    """
    found = decode(read_bytes(path), path.name)
    if found.encoding != "utf-8":
        problems.append(problem(path.name, 0, "", "encoding", {"encoding": found.encoding}))
    elif found.marks:
        problems.append(problem(path.name, 0, "", "bom", {"count": found.marks}, warning=True))
    return found.text


def _rows(text: str, file: str, problems: list[Problem]) -> tuple[list[list[str]], bool]:
    if "\r" in text and "\n" not in text:
        problems.append(problem(file, 0, "", "line_ends", {}, warning=True))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    whole = True
    while True:
        try:
            rows.extend(reader)
        except csv.Error as error:  # the reader goes on with the next line
            whole = False
            rows.append([])
            long = "field limit" in str(error)
            facts: Facts = {
                "length": f">{csv.field_size_limit()}",
                "limit": MOST_LETTERS,
                "value": "",
                "why": str(error),
            }
            problems.append(problem(file, len(rows), "", "too_long" if long else "quotes", facts))
        else:
            return rows, whole


def _places(header: Sequence[str], of: FileOf, problems: list[Problem]) -> dict[str, int]:
    """Where each column of the file stands."""
    known = [column.name for column in of.columns]
    missing = [name for name in known if name not in header]
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        if name in places:
            problems.append(problem(of.file, 1, name, "column_twice", {"value": name}))
        elif name in known:
            places[name] = at
        else:
            facts = {"value": name, "maybe": nearest(name, missing)}
            problems.append(problem(of.file, 1, name, "unknown_column", facts, warning=True))
    strange = [name for name in header if name not in known]
    for column in of.columns:
        if column.required and column.name in missing:
            facts = {"value": column.name, "maybe": nearest(column.name, strange)}
            problems.append(problem(of.file, 1, column.name, "missing_column", facts))
    return places


def _columns(rows: list[list[str]], width: int, places: Mapping[str, int], file: str, problems: list[Problem]) -> Sheet:
    numbers: Sequence[int] = range(2, len(rows) + 2)
    ragged: set[int] = set()
    if any(length != width for length in set(map(len, rows))) or not all(map(any, rows)):
        filled = [(number, cells) for number, cells in zip(numbers, rows, strict=True) if any(cells)]
        numbers = [number for number, _ in filled]
        rows = [list(_fitted(cells, width)) for _, cells in filled]
        for number, cells in filled:
            if len(cells) != width:
                ragged.add(number)
                problems.append(problem(file, number, "", "cells", {"cells": len(cells), "columns": width}))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    cells_of = {name: columns[at] for name, at in places.items()}
    return Sheet(tuple(places), cells_of, numbers, frozenset(ragged))


def _fitted(cells: Sequence[str], width: int) -> Iterator[str]:
    yield from cells[:width]
    yield from [""] * (width - len(cells))

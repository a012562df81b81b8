"""One CSV file of a town -> its cells by column: what is wrong with its form is told, and the rest is kept."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from matching.errors import Facts, InputError, Problem
from matching.exchange.cells import MOST_LETTERS
from matching.exchange.columns import FileOf
from matching.exchange.encodings import decode, read_bytes
from matching.exchange.nearest import nearest
from matching.exchange.texts import problem

MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells as text: `cells[column][i]` stands in row `numbers[i]` of the spreadsheet.

    Rows of a wrong length are padded or cut, and their numbers are in `ragged`. `whole` is False where rows or all of
    it could not be had.
    """

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
    chunks = _Chunks(text, of.file, problems)
    rows = next(chunks, [])
    header = rows.pop(0) if rows else []
    if not any(header):
        problems.append(problem(of.file, 0, "", "empty_file", {}))
        return Sheet(whole=False)
    if len(header) > MOST_COLUMNS:
        facts: Facts = {"columns": len(header), "limit": MOST_COLUMNS}
        problems.append(problem(of.file, 1, "", "too_many_columns", facts))
        return Sheet(whole=False)
    places = _places(header, of, problems)
    table = _Table(of.file, len(header), places, problems)
    for chunk in chain([rows], chunks):
        table.add(chunk)
    sheet = table.sheet(chunks.whole)
    problems.extend(_missing_columns(header, of, bool(sheet.numbers)))
    return sheet


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


CHUNK = 8192
"""Rows held at a time: cells are kept by column, and many small lists would only keep the collector busy."""


class _Chunks(Iterator[list[list[str]]]):
    """The rows of a text, many at a time; a row with broken quotes is told and left empty."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        if "\r" in text and "\n" not in text:
            problems.append(problem(file, 0, "", "line_ends", {}, warning=True))
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        self._file, self._problems = file, problems
        self._rows = 0
        self.whole = True

    def __next__(self) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._reader, CHUNK))
        except csv.Error as error:  # the reader goes on with the next line
            rows.append([])
            self._tell(self._rows + len(rows), str(error))
        if not rows:
            raise StopIteration
        self._rows += len(rows)
        return rows

    def _tell(self, row: int, why: str) -> None:
        self.whole = False
        code = "too_long" if "field limit" in why else "quotes"
        facts: Facts = {"length": f">{csv.field_size_limit()}", "limit": MOST_LETTERS, "value": "", "why": why}
        self._problems.append(problem(self._file, row, "", code, facts))


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
    for name in [name for name in places if _other_half(name) in missing]:  # half a point is none
        facts = {"value": name, "other": _other_half(name)}
        problems.append(problem(of.file, 1, name, "half_of_two", facts, warning=True))
        del places[name]
    return places


def _other_half(name: str) -> str:
    """`longitude` of `latitude` and the other way round; empty for other columns."""
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if name.endswith(one):
            return name.removesuffix(one) + other
    return ""


def _missing_columns(header: Sequence[str], of: FileOf, rows: bool) -> Iterator[Problem]:
    """Identifiers that are no column; and what no row can do without, where there are rows: told once for all rows."""
    strange = [name for name in header if name not in {column.name for column in of.columns}]
    for column in of.columns:
        if column.required and column.name not in header and (rows or column.cell.kind == "identifier"):
            facts = {"value": column.name, "maybe": nearest(column.name, strange)}
            yield problem(of.file, 1, column.name, "missing_column", facts)


class _Table:
    """Rows become columns; empty rows are passed over, rows of a wrong length are told."""

    def __init__(self, file: str, width: int, places: Mapping[str, int], problems: list[Problem]) -> None:
        self._file, self._width, self._places, self._problems = file, width, places, problems
        self._cells: dict[str, list[str]] = {name: [] for name in places}
        self._numbers: list[int] = []
        self._ragged: set[int] = set()
        self._next = 2

    def add(self, rows: list[list[str]]) -> None:
        """The next rows of the file."""
        numbers: Sequence[int] = range(self._next, self._next + len(rows))
        self._next += len(rows)
        if set(map(len, rows)) - {self._width} or not all(map(any, rows)):
            numbers, rows = self._mended(numbers, rows)
        columns = list(zip(*rows, strict=True))
        for name, at in self._places.items() if columns else ():
            self._cells[name].extend(columns[at])
        self._numbers.extend(numbers)

    def _mended(self, numbers: Sequence[int], rows: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        filled = [(number, cells) for number, cells in zip(numbers, rows, strict=True) if any(cells)]
        for number, cells in filled:
            if len(cells) != self._width:
                self._ragged.add(number)
                facts: Facts = {"cells": len(cells), "columns": self._width}
                self._problems.append(problem(self._file, number, "", "cells", facts))
        padding = [""] * self._width
        return [number for number, _ in filled], [[*cells, *padding][: self._width] for _, cells in filled]

    def sheet(self, whole: bool) -> Sheet:
        """All rows so far."""
        return Sheet(self._cells, self._numbers, frozenset(self._ragged), whole)

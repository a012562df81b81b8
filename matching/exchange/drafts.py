"""A sheet -> the rows that can be built from it, column by column; every cell that cannot be read is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from matching.errors import Facts, Problem
from matching.exchange.cells import MOST_IN_A_NAME, CellError, checked
from matching.exchange.columns import Column, FileOf
from matching.exchange.rows import why_not
from matching.exchange.sheets import Sheet
from matching.exchange.texts import problem


@dataclass(slots=True)
class Draft:
    """A file as far as it could be read; everything is aligned with `numbers`, the rows of the spreadsheet.

    `values[column][i]` is None where the cell could not be read, `things[i]` where the row could not be built.
    `whole` is False where rows are missing that the file may have.
    """

    of: FileOf
    numbers: Sequence[int] = ()
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    things: Sequence[Any] = ()
    whole: bool = True


def draft_of(sheet: Sheet, of: FileOf, problems: list[Problem]) -> Draft:
    """The dataclasses of a sheet; what is wrong is added to `problems`."""
    bad: set[int] = {i for i, number in enumerate(sheet.numbers) if number in sheet.ragged} if sheet.ragged else set()
    ragged = frozenset(bad)
    values = {column.name: _values(column, of, sheet, ragged, bad, problems) for column in of.columns}
    lacking = [column for column in of.columns if column.required and column.name not in sheet.cells]
    whole = sheet.whole and of.key not in {column.name for column in lacking}
    if lacking:
        return Draft(of, sheet.numbers, values, [None] * len(sheet.numbers), whole)
    return Draft(of, sheet.numbers, values, _things(of, sheet.numbers, values, bad, problems), whole)


SAMPLE = 1000
"""Cells looked at to tell whether a column repeats itself."""


class _Reading(dict[str, Any]):
    """Remembers what each text of a column means: it is read once, however often it stands there."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.wrong: dict[str, CellError] = {}
        if column.required:
            self.wrong[""] = CellError("empty", {})
        self[""] = column.empty

    def __missing__(self, raw: str) -> Any:
        try:
            value = checked(self.column.cell, raw)
        except CellError as error:
            self.wrong[raw] = error
            value = None
        self[raw] = value
        return value


def _values(
    column: Column, of: FileOf, sheet: Sheet, ragged: frozenset[int], bad: set[int], problems: list[Problem]
) -> Sequence[Any]:
    cells = sheet.cells.get(column.name)
    if not cells or not (any(cells) or column.required):
        return [column.empty] * len(sheet.numbers)
    if _is_plain(column, cells):
        return cells
    reading = _Reading(column)
    values = list(map(reading.__getitem__, cells))
    if reading.wrong:
        for i, raw in enumerate(cells):
            error = reading.wrong.get(raw)
            if error is not None and i not in ragged:
                bad.add(i)
                problems.append(problem(of.file, sheet.numbers[i], column.name, error.code, error.facts))
    return values


def _is_plain(column: Column, cells: Sequence[str]) -> bool:
    """Whether these are well-formed texts, most of them different: their values are the cells themselves."""
    pattern = column.cell.verbatim
    if pattern is None or len(set(cells[:SAMPLE])) * 2 < min(len(cells), SAMPLE) or (column.required and "" in cells):
        return False
    return max(map(len, cells)) <= MOST_IN_A_NAME and pattern.fullmatch("".join(cells)) is not None


def _things(
    of: FileOf, numbers: Sequence[int], values: Mapping[str, Sequence[Any]], bad: set[int], problems: list[Problem]
) -> Sequence[Any]:
    columns = [values[column.name] for column in of.columns]
    if not bad:
        try:
            return list(map(of.row, *columns))
        except ValueError:
            pass  # some row is refused: find out which
    out: list[Any] = []
    for i, cells in enumerate(zip(*columns, strict=True)):
        thing = None
        if i not in bad:
            try:
                thing = of.row(*cells)
            except ValueError as error:
                told = dict(zip(values, cells, strict=True))
                problems.extend(_told(of, numbers[i], told, error))
        out.append(thing)
    return out


def _told(of: FileOf, row: int, values: Mapping[str, Any], error: ValueError) -> list[Problem]:
    found: list[tuple[str, str, Facts]] = why_not(values)
    return [
        problem(of.file, row, column, code, facts)
        for column, code, facts in found or [("", "row", {"why": str(error)})]
    ]

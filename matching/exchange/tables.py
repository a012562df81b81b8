"""Any list that people keep, .csv in whatever encoding or .xlsx, as rows of cells; for importers."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from matching.errors import InputError
from matching.exchange.encodings import decode, read_bytes
from matching.exchange.texts import problem
from matching.exchange.workbook import check_extent, safe_workbook

Cell = str | float | int | bool | date | time | datetime | None

MOST_LETTERS = 100_000
"""Characters of one cell (Excel itself allows 32,767)."""
MOST_CHARACTERS = 300_000_000
"""Characters of a whole table: a text that a workbook holds once may stand in every cell."""


@dataclass(frozen=True, slots=True)
class Table:
    """The first sheet as it stands; `rows[i]` is row i + 1 of the spreadsheet, empty cells are None.

    `encoding` is that of a CSV file, or `xlsx`; `other_sheets` are (name, rows) of the sheets behind the first.
    """

    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    sheet: str = ""
    other_sheets: tuple[tuple[str, int], ...] = ()


def read_table(path: Path) -> Table:
    """A .csv, .tsv or .xlsx; which of them is told by the content, not by the name.

    CSV cells are texts. Workbook cells are as Excel keeps them: numbers are float, hours beyond a day are text `h:mm`.

    Raises:
        InputError: unreadable, no table, too large, too long cells, a zip bomb, broken quotes.
    """
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, path.name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError([problem(path.name, 0, "", "not_a_table", {"why": ".xls"})])
    if not data:
        raise InputError([problem(path.name, 0, "", "empty_file", {})])
    return _csv(data, path.name, "\t" if path.suffix.lower() == ".tsv" else ",")


def _csv(data: bytes, file: str, delimiter: str) -> Table:
    found = decode(data, file)
    rows: list[tuple[Cell, ...]] = []
    try:
        reader = csv.reader(io.StringIO(found.text, newline=""), delimiter=delimiter, strict=True)
        rows.extend(tuple(cell or None for cell in cells) for cells in reader)
    except csv.Error as error:
        raise InputError([problem(file, len(rows) + 1, "", "quotes", {"why": str(error)})]) from error
    check_extent(len(rows), max(map(len, rows), default=0), file)
    _check_cells(rows, file)
    return Table(tuple(rows), found.encoding)


def _workbook(data: bytes, file: str) -> Table:
    from python_calamine import CalamineWorkbook

    content = safe_workbook(data, file)
    with _told(file):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_index(at) for at in range(len(book.sheet_names))]
        if not sheets:
            raise InputError([problem(file, 0, "", "empty_file", {})])
        rows = _rows(sheets[0].to_python(skip_empty_area=False), file)
    _check_cells(rows, file)
    return Table(
        tuple(rows), "xlsx", sheets[0].name, tuple((one.name, one.end[0] + 1 if one.end else 0) for one in sheets[1:])
    )


@contextmanager
def _told(file: str) -> Iterator[None]:
    """What the reader of workbooks stumbles over is a problem of the file, even where it panics."""
    from python_calamine import CalamineError

    try:
        yield
    except BaseException as error:
        if isinstance(error, CalamineError) or type(error).__name__ == "PanicException":  # a panic is no Exception
            raise InputError([problem(file, 0, "", "not_a_table", {"why": str(error)})]) from error
        raise


def _rows(grid: Iterable[Sequence[object]], file: str) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    characters = 0
    for cells in grid:
        characters += sum(len(cell) for cell in cells if isinstance(cell, str))
        if characters > MOST_CHARACTERS:
            raise InputError([problem(file, 0, "", "too_large", {"size": characters, "limit": MOST_CHARACTERS})])
        rows.append(tuple(map(_cell, cells)))
    return rows


def _cell(value: object) -> Cell:
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(value, str | float | int | date | time):
        return value if value != "" else None
    return str(value)


def _check_cells(rows: Sequence[Sequence[Cell]], file: str) -> None:
    texts = [(number, cell) for number, cells in enumerate(rows, start=1) for cell in cells if isinstance(cell, str)]
    long = [
        problem(file, number, "", "too_long", {"length": len(cell), "limit": MOST_LETTERS, "value": cell})
        for number, cell in texts
        if len(cell) > MOST_LETTERS
    ]
    nul = [problem(file, number, "", "nul", {"value": cell}) for number, cell in texts if "\0" in cell]
    if long or nul:
        raise InputError([*long, *nul])

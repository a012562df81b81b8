"""One CSV of streets or of a timetable as columns of text; every problem goes into one list."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from matching.domain.place import Floats
from matching.errors import Problem
from matching.travel.texts import problem

MOST_BYTES = 500_000_000
"""Of one file, unpacked."""
Problems = list[Problem]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by name, each a text a row ("" where empty or absent); `row` is the row in the spreadsheet."""

    file: str
    columns: Mapping[str, Sequence[str]]
    row: Sequence[int]

    def __len__(self) -> int:
        return len(self.row)

    def text(self, column: str) -> Sequence[str]:
        """A column, empty if it is not there."""
        return self.columns.get(column) or [""] * len(self.row)

    def tell(self, at: int, column: str, code: str, problems: Problems, **facts: str | int | float) -> None:
        """One problem of one cell."""
        problems.append(problem(self.file, self.row[at], column, code, facts))

    def degrees(self, column: str, most: float, problems: Problems) -> Floats:
        """A column of latitudes (`most` 90) or longitudes (180), NaN where empty or wrong."""
        return self.numbers(column, -most, most, problems, "off_earth")

    def numbers(self, column: str, low: float, high: float, problems: Problems, code: str = "out_of_range") -> Floats:
        """A column of numbers, NaN where empty or wrong."""
        cells = self.text(column)
        out = np.full(len(cells), np.nan)
        for at, cell in enumerate(cells):
            if not cell:
                continue
            try:
                out[at] = float(unicodedata.normalize("NFKC", cell))
            except ValueError:
                self.tell(at, column, "no_number", problems, value=cell)
        wrong = np.isinf(out) | (out < low) | (out > high)
        for at in np.flatnonzero(wrong).tolist():
            self.tell(at, column, code, problems, value=cells[at], low=low, high=high)
        out[wrong] = np.nan
        return out

    def required(self, column: str, problems: Problems) -> None:
        """Empty cells of a column that is there are problems."""
        for at, cell in enumerate(self.columns.get(column, ())):
            if not cell:
                self.tell(at, column, "no_number", problems, value="")

    def rows_of(self, column: str, known: Mapping[str, int], file: str, problems: Problems) -> list[int]:
        """The rows that the identifiers of a column stand for, -1 where `file` has no such identifier."""
        cells = self.text(column)
        rows = [known.get(cell, -1) for cell in cells]
        for at, row in enumerate(rows):
            if row < 0:
                self.tell(at, column, "unknown_id", problems, value=cells[at], file=file)
        return rows

    def identifiers(self, column: str, problems: Problems) -> dict[str, int]:
        """Row by identifier; one that stands twice is a problem."""
        known: dict[str, int] = {}
        for at, cell in enumerate(self.text(column)):
            if cell in known:
                self.tell(at, column, "twice", problems, value=cell)
            known.setdefault(cell, at)
        return known


def sheet_of(path: Path, needs: Sequence[str], knows: Sequence[str], problems: Problems) -> Sheet:
    """A file on disk as a sheet, see `parse`; what cannot be read is a problem and an empty sheet."""
    try:
        if path.stat().st_size > MOST_BYTES:
            problems.append(problem(path.name, 0, "", "too_large", {"limit": MOST_BYTES}))
            return Sheet(path.name, {}, ())
        data = path.read_bytes()
    except OSError as error:
        problems.append(problem(path.name, 0, "", "unreadable", {"why": error.strerror or str(error)}))
        return Sheet(path.name, {}, ())
    return parse(data, path.name, needs, knows, problems)


def parse(data: bytes, file: str, needs: Sequence[str], knows: Sequence[str], problems: Problems) -> Sheet:
    """The columns `needs` (missing: a problem) and `knows` (a misspelt one is a warning); all others are skipped."""
    try:
        text = data.decode("utf-8-sig").lstrip("\ufeff")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except UnicodeDecodeError as error:
        problems.append(problem(file, 0, "", "encoding", {"why": f"byte {error.start}"}))
        return Sheet(file, {}, ())
    except csv.Error as error:
        problems.append(problem(file, 0, "", "csv", {"why": str(error)}))
        return Sheet(file, {}, ())
    header = [unicodedata.normalize("NFKC", name).strip() for name in lines[0]] if lines else []
    for name in (name for name in needs if name not in header):
        near = ", ".join(get_close_matches(name, header, 1, 0.75))
        problems.append(problem(file, 1, name, "missing_column", {"column": name, "maybe": near and f"{near} ?"}))
    for name in (name for name in header if name and name not in {*needs, *knows}):
        near = ", ".join(get_close_matches(name, {*needs, *knows} - set(header), 1, 0.8))
        if near:
            problems.append(problem(file, 1, name, "misspelt_column", {"column": name, "maybe": near}, warning=True))
    kept = [(at, cells) for at, cells in enumerate(lines[1:], start=2) if any(cells)]
    columns = {
        name: [cells[nth].strip() if nth < len(cells) else "" for _, cells in kept]
        for nth, name in enumerate(header)
        if name in {*needs, *knows}
    }
    return Sheet(file, columns, [at for at, _ in kept])

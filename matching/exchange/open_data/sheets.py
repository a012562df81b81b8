"""The files of a folder as sheets of text with headers; example sheets and other sheets are told, not read."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from matching.errors import InputError, Problem
from matching.exchange.open_data.import_table import COMMON_COLUMNS, ListRule
from matching.exchange.open_data.repairs import CELL_REPAIRS, Repair, repair


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it stands: `rows[i]` is (row as the spreadsheet counts, cells); all of it text."""

    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    other_sheets: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Row:
    """One row of a list under its roles, writing what it repairs into `log`."""

    file: str
    number: int
    cells: Mapping[str, str]
    headers: Mapping[str, str]
    log: list[Repair] = field(repr=False)

    def raw(self, role: str) -> str:
        """The cell as it stands; empty where the list has no such column."""
        return self.cells.get(role, "")

    def text(self, role: str) -> str:
        """The cell with line breaks, surplus spaces, look-alikes and full-width letters repaired, each told."""
        return self._mend(role, keep_letters=False)

    def name(self, role: str = "name") -> str:
        """A name as published but for spaces and line breaks; its full-width letters stay, and are told as read."""
        return self._mend(role, keep_letters=True)

    def _mend(self, role: str, keep_letters: bool) -> str:
        text = self.raw(role)
        for code, mend in CELL_REPAIRS:
            mended = mend(text)
            if mended != text:
                self.tell(code, role, text, mended)
                text = text if keep_letters and code == "full_width" else mended
        return text

    def tell(self, code: str, role: str = "name", before: str = "", after: str = "") -> None:
        """Record a repair of this row."""
        self.log.append(repair(self.file, self.number, self.headers.get(role, ""), code, before, after))


def one_line(header: str) -> str:
    """A header for comparing: NFKC, small letters, without spaces and line breaks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header)).casefold()


def columns_of(sheet: Sheet, rule: ListRule | None) -> tuple[dict[str, int], list[Problem]]:
    """The position of each role. A column that the table names and the list lacks is a problem."""
    places = {one_line(header): at for at, header in reversed(list(enumerate(sheet.header))) if header}
    if rule is None or not rule.columns:
        found = {
            role: places[one_line(header)]
            for role, headers in COMMON_COLUMNS.items()
            for header in reversed(headers)
            if one_line(header) in places
        }
        return found, []
    wanted = dict(rule.columns) | {f"feature:{one.column}": one.column for one in rule.features}
    if rule.bands:
        wanted |= {f"band:{column}": column for column in (*rule.bands.male, *rule.bands.female)}
    missing = [header for header in wanted.values() if one_line(header) not in places]
    problems = [_missing(sheet, header) for header in missing]
    return {role: places[one_line(header)] for role, header in wanted.items() if one_line(header) in places}, problems


def _missing(sheet: Sheet, header: str) -> Problem:
    there = "、".join(one for one in sheet.header if one)[:200]
    return Problem(
        sheet.file, 1, header, "missing_column",
        f"列「{header}」がありません。あるのは {there} です。見出しが変わったのかもしれません",
        f"the column {header} is missing; there are {there}. Maybe the header has changed?",
    )  # fmt: skip


_CONTACT = re.compile(r"電話|tel|phone|fax|mail|メール|連絡先|問い?合わ?せ|担当|代表者|管理者", re.IGNORECASE)
_HINT = re.compile(r"^[←→↑↓※]")


def told_of_columns(sheet: Sheet, used: Mapping[str, int]) -> list[Repair]:
    """Which headers were repaired, and which columns stay behind: contacts, hints, the rest."""
    log = [
        repair(sheet.file, 1, sheet.header[at], "header", sheet.header[at], re.sub(r"\s+", "", sheet.header[at]))
        for at in sorted(set(used.values()))
        if "\n" in sheet.header[at] or sheet.header[at] != sheet.header[at].strip()
    ]
    left = [header for at, header in enumerate(sheet.header) if header and at not in used.values()]
    contacts = [header for header in left if _CONTACT.search(header)]
    hints = [header for header in left if _HINT.search(header)]
    rest = [header for header in left if header not in contacts and header not in hints]
    for code, headers in (("contact_left", contacts), ("hint_column", hints), ("columns_left", rest)):
        if headers:
            log.append(repair(sheet.file, 1, "", code, "、".join(re.sub(r"\s+", "", header) for header in headers)))
    return log


_EXAMPLE = re.compile(r"入力例|記入例|記載例|サンプル|sample|example|説明|注意|凡例", re.IGNORECASE)


def told_of_sheets(sheet: Sheet) -> list[Repair]:
    """The sheets behind the first."""
    return [
        repair(sheet.file, 0, "", "example_sheet" if _EXAMPLE.search(name) else "other_sheet", f"{name} ({rows})")
        for name, rows in sheet.other_sheets
    ]


def read_sheet(path: Path) -> Sheet:
    """One file as a sheet.

    Raises:
        InputError: it cannot be read, is far too large, or has no header.
    """
    grid, others = _grid(path)
    filled = [(number, cells) for number, cells in enumerate(grid, start=1) if any(cell.strip() for cell in cells)]
    if not filled:
        raise InputError([Problem(path.name, 0, "", "empty_file", "空のファイルです", "the file is empty")])
    header_row, header = filled[0]
    _refuse_bad_cells(path.name, filled)
    width = len(header)
    rows = [
        (number, tuple(cells[:width]) + ("",) * (width - len(cells)))
        for number, cells in enumerate(grid, start=1)
        if number > header_row
    ]
    return Sheet(path.name, tuple(header), tuple(rows), tuple(others))


MOST_LETTERS = 32_767
"""Excel's own limit of one cell; a longer one is no cell of a list."""


def _refuse_bad_cells(file: str, filled: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Cells of a whole book, and NUL, are no part of a list.

    Raises:
        InputError: naming each such cell.
    """
    problems = []
    for number, cells in filled:
        for cell in cells:
            if len(cell) > MOST_LETTERS:
                ja, en = f"{len(cell)} 文字のセルがあります", f"a cell of {len(cell)} letters"
                problems.append(Problem(file, number, "", "cell_too_long", ja, en))
            elif "\0" in cell:
                problems.append(Problem(file, number, "", "nul", "NUL 文字があります", "a NUL character"))
    if problems:
        raise InputError(problems)


MOST_BYTES = 200_000_000
"""A list that unpacks to more than this is refused."""


def _grid(path: Path) -> tuple[Sequence[Sequence[str]], Sequence[tuple[str, int]]]:
    """All cells of the first sheet as text, and (name, rows) of the other sheets."""
    try:
        if path.suffix.lower() in (".csv", ".tsv"):
            return _csv(path), ()
        return _workbook(path)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        text = str(error)
    raise InputError([Problem(path.name, 0, "", "unreadable", f"読めません: {text}", f"cannot be read: {text}")])


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise ValueError(f"{len(data)} bytes")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding).lstrip("\ufeff")
        except UnicodeDecodeError:
            continue
        return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix == ".tsv" else ","))
    raise ValueError("neither UTF-8 nor Shift_JIS")


def _workbook(path: Path) -> tuple[list[list[str]], list[tuple[str, int]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise ValueError(f"unpacks to {size} bytes; maybe a zip bomb")
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except CalamineError as error:
        raise ValueError(str(error)) from None
    first = [[_text(cell) for cell in row] for row in sheets[0][1]] if sheets else []
    return first, [(name, max(len(rows) - 1, 0)) for name, rows in sheets[1:]]


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)

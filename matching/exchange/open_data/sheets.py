"""The files of a folder as sheets of text with headers; example sheets and other sheets are told, not read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path

from matching.errors import InputError, Problem
from matching.exchange.open_data.import_table import COMMON_COLUMNS, ListRule
from matching.exchange.open_data.repairs import CELL_REPAIRS, Repair, repair
from matching.exchange.tables import Cell, read_table
from matching.exchange.texts import problem


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
    unnamed = sum(
        not header and any(cells[at].strip() for _, cells in sheet.rows) for at, header in enumerate(sheet.header)
    )
    rest += [f"（見出しのない列{unnamed}）"] if unnamed else []
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
    """One file as a sheet; its header is the first row that is not empty.

    Raises:
        InputError: it cannot be read, is far too large, holds NUL, or has no header.
    """
    table = read_table(path)
    grid = [(number, tuple(map(_text, cells))) for number, cells in enumerate(table.rows, start=1)]
    filled = [number for number, cells in grid if any(cell.strip() for cell in cells)]
    if not filled:
        raise InputError([problem(path.name, 0, "", "empty_file", {})])
    width = max(len(cells) for _, cells in grid)
    wide = [(number, cells + ("",) * (width - len(cells))) for number, cells in grid]
    header, rows = wide[filled[0] - 1][1], tuple(wide[filled[0] :])
    return Sheet(path.name, header, rows, table.other_sheets)


def _text(cell: Cell) -> str:
    """A cell as a person would type it: whole numbers without a point, times as 9:00, dates as 2026-02-01."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)

"""An .xlsx made safe: its parts are inflated here under caps, and repacked so that nothing else can be read from it."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from xml.parsers import expat

from matching.errors import InputError
from matching.exchange.texts import problem

MOST_UNPACKED = 300_000_000
"""Bytes of all parts together."""
MOST_RATIO = 250
"""Unpacked ÷ packed of a part of more than `SMALL` bytes; real sheets stay below about 60."""
SMALL = 5_000_000
MOST_PARTS = 2_000
MOST_ROWS = 1_048_576
MOST_COLUMNS = 1_000
MOST_CELLS = 10_000_000
"""Rows × columns of the used range: a reader allocates it whole, however empty it is."""


def safe_workbook(data: bytes, file: str) -> bytes:
    """The same workbook, holding only parts that were inflated and measured here, stored without compression.

    Raises:
        InputError: `not_a_table`, `zip_bomb`, `too_many_rows`, `too_many_columns`, `too_many_cells`.
    """
    parts = _inflated(data, file)
    if "xl/workbook.xml" not in parts:
        raise _no_table(file, "no xl/workbook.xml")
    for content in parts.values():
        if content.lstrip(_BEFORE_XML).startswith(b"<"):
            _check_extent(content, file)
    return _packed(parts)


_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00\t\r\n "
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError)


def _inflated(data: bytes, file: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_directory(members, file)
            for member in members:
                if not member.filename.lower().endswith((".xml", ".rels")):
                    continue
                with archive.open(member) as stream:
                    content = stream.read(MOST_UNPACKED - total + 1)
                total += len(content)
                _check_size(member, len(content), total, file)
                parts[member.filename] = content
    except _UNREADABLE as error:
        raise _no_table(file, str(error)) from error
    return parts


def _check_directory(members: list[zipfile.ZipInfo], file: str) -> None:
    if len(members) > MOST_PARTS:
        raise _no_table(file, f"{len(members)} parts")
    total = sum(member.file_size for member in members)
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _no_table(file, f"compression {member.compress_type}")
        _check_size(member, member.file_size, total, file)


def _check_size(member: zipfile.ZipInfo, size: int, total: int, file: str) -> None:
    too_dense = size > SMALL and size > MOST_RATIO * max(member.compress_size, 1)
    if total > MOST_UNPACKED or too_dense:
        raise InputError([problem(file, 0, "", "zip_bomb", {"part": member.filename, "size": max(size, 1)})])


def _no_table(file: str, why: str) -> InputError:
    return InputError([problem(file, 0, "", "not_a_table", {"why": why})])


def _packed(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


class _Extent:
    """Follows the elements of a part: the last row and column that hold a value, and texts promised that cannot be."""

    def __init__(self, size: int) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0
        self._size = size

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2]
        at = attributes.get("r", "")
        if local == "row":
            self._row, self._column = (int(at) if at.isdecimal() else self._row + 1), 0
        elif local == "c":
            letters = at.rstrip("0123456789")
            self._column = _column_number(letters) if letters else self._column + 1
            self._row = int(at[len(letters) :]) if at[len(letters) :] else self._row
        elif local == "sst":  # a reader reserves room for all the texts that are promised
            promised = attributes.get("uniqueCount", "")
            if promised.isdecimal() and (len(promised) > 9 or int(promised) > self._size):
                raise ValueError(f"uniqueCount {promised}")
        elif local in ("v", "is", "f"):  # an empty cell with a border is no cell
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + ord(letter) - 64
    return number


def _check_extent(content: bytes, file: str) -> None:
    extent = _Extent(len(content))
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.start
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        raise _no_table(file, str(error)) from error
    check_extent(extent.rows, extent.columns, file)


def check_extent(rows: int, columns: int, file: str) -> None:
    """Refuse a table that is too long, too wide, or both.

    Raises:
        InputError: `too_many_rows`, `too_many_columns`, `too_many_cells`.
    """
    if rows > MOST_ROWS:
        raise InputError([problem(file, 0, "", "too_many_rows", {"rows": rows, "limit": MOST_ROWS})])
    if columns > MOST_COLUMNS:
        raise InputError([problem(file, 0, "", "too_many_columns", {"columns": columns, "limit": MOST_COLUMNS})])
    if rows * columns > MOST_CELLS:
        facts = {"rows": rows, "columns": columns, "limit": MOST_CELLS}
        raise InputError([problem(file, 0, "", "too_many_cells", facts)])

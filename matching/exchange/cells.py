"""What a cell may hold: one table of types, each with how it is read and how it is written."""

import calendar
import datetime as dt
import math
import re
import types
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from matching.domain import Span, Weekday
from matching.errors import Facts
from matching.exchange.nearest import nearest

MOST_LETTERS = 100_000
"""Characters of one cell."""
MOST_IN_A_NAME = 200
"""Characters of an identifier."""


class CellError(Exception):
    """A cell that cannot be read: its code in the table of texts, and the facts of that text."""

    def __init__(self, code: str, facts: Facts) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class CellType:
    """How a cell is read and written; `read` raises CellError. `kind` is the Table Schema type, or `list`."""

    kind: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    words: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    item: "CellType | None" = None
    pattern: str = ""
    verbatim: re.Pattern[str] | None = None
    """Texts that are their own value, one or many of them joined."""

    def without(self, words: tuple[str, ...]) -> "CellType":
        """The same type of a list, refusing some of its words."""

        def read(raw: str) -> Any:
            if not set(words).isdisjoint(part.strip(" ") for part in raw.split(";")):
                raise CellError("word", {})
            return self.read(raw)

        return replace(self, read=read, words=tuple(word for word in self.words if word not in words))


def cell_type(hint: Any, low: float | None = None, high: float | None = None, name: bool = False) -> CellType:
    """The type of a column from its type hint: `low` and `high` bound numbers, `name` marks identifiers.

    `X | None` is X, whose empty cell is None; `tuple[X, ...]` is a list of X, joined with `;`.
    """
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return _list_of(cell_type(get_args(hint)[0], low, high, name))
    if hint is str:
        return IDENTIFIER if name else TEXT
    if issubclass(hint, StrEnum):
        return _words(hint)
    plain = PLAIN[hint]
    return _bounded(plain, low, high) if hint in (int, float) and low is not None and high is not None else plain


def checked(cell: CellType, raw: str) -> Any:
    """The value of a cell, with what is wrong told as well as it can be: full-width letters, and «maybe …».

    Raises:
        CellError: with `value` and, where there is a likely slip, `maybe` among its facts.
    """
    if len(raw) > MOST_LETTERS:
        raise CellError("too_long", {"length": len(raw), "limit": MOST_LETTERS, "value": raw})
    if _CONTROL.search(raw):
        raise CellError("nul" if "\0" in raw else "control_character", {"value": raw})
    try:
        return cell.read(raw)
    except CellError as error:
        short = raw[:200]
        maybe = _repaired(cell, short) or (nearest(short, cell.words) if cell.words else "")
        wide = bool(maybe) and unicodedata.normalize("NFKC", short) != short
        code = "full_width" if wide and error.code not in ("range", "negative") else error.code
        raise CellError(code, {"words": ", ".join(cell.words), **error.facts, "value": raw, "maybe": maybe}) from None


_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_IDENTIFIER = re.compile(rf"[\w-]{{1,{MOST_IN_A_NAME}}}")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,400})?(e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SPAN = re.compile(r"(\S+) +([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def _identifier(raw: str) -> str:
    if not _IDENTIFIER.fullmatch(raw):
        raise CellError("identifier", {})
    return raw


def _integer(raw: str) -> int:
    if not _INTEGER.fullmatch(raw):
        raise CellError("integer", {})
    return int(raw)


def _number(raw: str) -> float:
    if not _NUMBER.fullmatch(raw) or not math.isfinite(float(raw)):
        raise CellError("number", {})
    return float(raw)


def _yes_no(raw: str) -> bool:
    if raw not in ("yes", "no"):
        raise CellError("word", {})
    return raw == "yes"


def _date(raw: str) -> dt.date:
    match = _DATE.fullmatch(raw)
    try:
        if match:
            return dt.date(*map(int, match.groups()))
    except ValueError:
        pass
    raise CellError("date", {})


def _time(raw: str) -> dt.time:
    match = _TIME.fullmatch(raw)
    if not match:
        raise CellError("time", {})
    return dt.time(int(match[1]), int(match[2]))


def _span(raw: str) -> Span:
    match = _SPAN.fullmatch(raw)
    if not match or match[1] not in _DAYS:
        raise CellError("span", {})
    start, end = _time(match[2]), _time(match[3])
    if end <= start:
        raise CellError("ends_before_it_begins", {"start": match[2], "end": match[3]})
    return Span(_DAYS[match[1]], start, end)


_DAYS = {str(day): day for day in Weekday}


def _clock(at: dt.time) -> str:
    return f"{at:%H:%M}"


TEXT = CellType("string", str, str, verbatim=re.compile("[^\x00-\x1f\x7f\ud800-\udfff]*"))
IDENTIFIER = CellType("identifier", _identifier, str, verbatim=re.compile(r"[\w-]*"))
PLAIN: Mapping[type, CellType] = {
    int: CellType("integer", _integer, str),
    float: CellType("number", _number, lambda value: repr(float(value))),
    bool: CellType("boolean", _yes_no, lambda value: "yes" if value else "no", ("yes", "no")),
    dt.date: CellType("date", _date, dt.date.isoformat),
    dt.time: CellType("time", _time, _clock),
    Span: CellType("span", _span, lambda span: f"{span.weekday} {_clock(span.start)}-{_clock(span.end)}"),
}
"""The type of each kind of value but text, closed vocabularies and lists, which are made from these."""


def _latitude(raw: str) -> float:
    value = _number(raw)
    if abs(value) > 90:
        raise CellError("swapped" if abs(value) <= 180 else "range", {"low": -90, "high": 90})
    return value


def _month(raw: str) -> str:
    if not _MONTH.fullmatch(raw):
        raise CellError("month", {})
    return raw


LATITUDE = replace(PLAIN[float], read=_latitude, low=-90, high=90)
MONTH = replace(TEXT, read=_month, pattern=_MONTH.pattern, verbatim=None)


def _words(words: type[StrEnum]) -> CellType:
    members = {str(word): word for word in words}

    def read(raw: str) -> StrEnum:
        if raw not in members:
            raise CellError("word", {})
        return members[raw]

    return CellType("string", read, str, tuple(members))


def _bounded(plain: CellType, low: float, high: float) -> CellType:
    def read(raw: str) -> Any:
        value = plain.read(raw)
        if low <= value <= high:
            return value
        raise CellError("negative" if value < 0 <= low else "range", {"low": low, "high": high})

    return replace(plain, read=read, low=low, high=high)


def _list_of(item: CellType) -> CellType:
    seen: dict[str, Any] = {}

    def read(raw: str) -> tuple[Any, ...]:
        out = []
        for part in raw.split(";"):
            if part not in seen:
                if not part.strip(" "):
                    raise CellError("empty_item", {})
                seen[part] = item.read(part.strip(" "))
            out.append(seen[part])
        return tuple(out)

    def write(values: tuple[Any, ...]) -> str:
        return ";".join(map(item.write, values))

    return CellType("list", read, write, item.words, item.low, item.high, item)


def _repaired(cell: CellType, raw: str) -> str:
    """The cell as it was probably meant, as we would write it; empty where nothing fits."""
    for variant in _variants(raw):
        if variant and variant != raw:
            try:
                return cell.write(cell.read(variant))
            except CellError:
                continue
    return ""


_YES_NO = {"true": "yes", "1": "yes", "y": "yes", "はい": "yes", "有": "yes", "○": "yes", "false": "no", "0": "no"}
_YES_NO |= {"n": "no", "いいえ": "no", "無": "no", "×": "no"}


def _variants(raw: str) -> Iterator[str]:
    text = unicodedata.normalize("NFKC", raw).strip()
    small = text.lower()
    yield from (text, small, _YES_NO.get(small, ""))
    yield re.sub(r"(?<=\d),(?=\d{3})", "", text)
    yield re.sub(r"\.0+$", "", text)
    yield re.sub(r"(?<=\d)\s*[^\d\s.:/-]{1,3}$", "", text)
    yield re.sub(r"[^\w-]+", "-", text).strip("-")
    yield re.sub(r"\s*[,、，・/|]\s*", ";", small).strip(";")
    yield re.sub(r";{2,}", ";", re.sub(r"\s*;\s*", ";", text)).strip(";")
    yield _as_clock(small)
    yield _as_date(small)


def _as_clock(text: str) -> str:
    text = re.sub(r"\s*[~〜～–−—]\s*", "-", text).replace("24:00", "23:59")
    text = re.sub(r"(\d{1,2})時(\d{1,2})分", r"\1:\2", text)
    text = re.sub(r"(?<!\d)(\d):(\d\d)", r"0\1:\2", text)
    return re.sub(r"(\d\d:\d\d):00", r"\1", text)


def _as_date(text: str) -> str:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?( 0?0:00(:00)?)?", text)
    if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) <= 9999 or not 1 <= int(match[3]) <= 31:
        return ""
    year, month = int(match[1]), int(match[2])
    return f"{year}-{month:02d}-{min(int(match[3]), calendar.monthrange(year, month)[1]):02d}"

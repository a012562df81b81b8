"""Opening hours as lists state them -> one slot per weekday, and every piece of text that was not understood.

Nothing is guessed: no start, no end or an unclear weekday means no slot, and the report says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from matching.domain.calendar import Weekday
from matching.exchange.open_data.weekdays import (
    EVERY_WEEK,
    Days,
    DayWeeks,
    Weeks,
    clauses,
    clean,
    read_clause,
    read_days,
)

Entry = tuple[Weeks, time, time]


MOST_LETTERS = 2_000


@dataclass(frozen=True, slots=True)
class Stated:
    """The cells of a row that speak of hours; empty where the list has none."""

    days: str = ""
    start: str = ""
    end: str = ""
    hours: str = ""
    closed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """One stated opening; `weeks` of the month, empty = every week."""

    weekday: Weekday
    start: time
    end: time
    weeks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    """The slots of an ordinary week, and (code, text) of whatever was not read as it stands."""

    slots: tuple[Slot, ...]
    told: tuple[tuple[str, str], ...] = ()


def read_week(stated: Stated) -> Week:
    """All slots that the cells of one row state together; never raises. An essay instead of hours is not read."""
    if any(len(getattr(stated, name)) > MOST_LETTERS for name in Stated.__slots__):
        return Week((), (("hours_unread", "…"),))
    table = _Table(read_days(stated.days), read_days(stated.closed))
    hours = "\n".join(piece for piece in (_joined(stated.start, stated.end), stated.hours) if piece)
    for clause in clauses(_arrows(_ALL_DAY.sub("0:00~24:00", clean(hours)))):
        table.hours(clause)
    for clause in clauses(_arrows(clean(stated.note))):
        table.note(clause)
    return Week(table.slots(), tuple(dict.fromkeys(table.told)))


def _joined(start: str, end: str) -> str:
    """Two cells as one text; a cell may hold the whole span already."""
    if start.strip() and end.strip():
        return f"{start.strip()}~{end.strip()}"
    return start.strip() if _RANGE.search(_arrows(clean(start))) else (f"{start.strip()}~" if start.strip() else end)


_TIME = r"(?:(?:午前|午後|AM|PM)?\s*\d{1,2}(?::\d{2}(?!\d)(?::\d{2})?|時(?:\d{1,2}分|半)?)\s*(?:AM|PM)?|正午)"
_RANGE = re.compile(rf"({_TIME})\s*~\s*({_TIME})", re.IGNORECASE)
_UNTIL = re.compile(rf"~\s*({_TIME})", re.IGNORECASE)
_ALL_DAY = re.compile(r"24時間(?:対応|営業|利用可能?|体制)?")
_LABEL_FILLER = re.compile(r"利用可能時間|利用時間|開館時間|開所時間|開催時間|営業時間|受付時間|時間|のみ|限定")


def _arrows(text: str) -> str:
    """「9時から17時まで」 -> 「9時~17時」, 「9~17時」 -> 「9時~17時」, 「17:00まで」 -> 「~17:00」."""
    text = re.sub(r"(?<![\d:/月第])(\d{1,2})~(?=\d{1,2}時)", r"\1時~", text)
    text = re.sub(rf"({_TIME})\s*(?:から|より)", r"\1~", text, flags=re.IGNORECASE)
    text = re.sub(rf"~\s*({_TIME})\s*まで", r"~\1", text, flags=re.IGNORECASE)
    return re.sub(rf"(?<![~\d])({_TIME})\s*まで", r"~\1", text, flags=re.IGNORECASE)


def read_time(text: str) -> int | None:
    """Minutes since midnight (1440 for 24:00) of one time of day, or None."""
    text = text.strip()
    if text == "正午":
        return 720
    found = re.fullmatch(
        r"(午前|午後|AM|PM)?\s*(\d{1,2})(?::(\d{2})(?::\d{2})?|時(?:(\d{1,2})分|(半))?)\s*(AM|PM)?", text, re.IGNORECASE
    )
    if not found:
        return None
    half, hour, minute, minute_kanji, thirty, half_after = found.groups()
    minutes = 30 if thirty else int(minute or minute_kanji or 0)
    hours = int(hour) + (12 if (half or half_after or "").upper() in ("午後", "PM") and int(hour) < 12 else 0)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= 1440 else None


def _span(first: str, last: str) -> tuple[time, time, bool] | None:
    """(start, end, whether 24:00 was cut to 23:59) of a span on one day, or None."""
    start, end = read_time(first), read_time(last)
    if start is None or end is None:
        return None
    afternoon = "午後" in first or "PM" in first.upper()
    if end <= start and afternoon and end + 720 <= 1440:
        end += 720
    if end <= start:
        return None
    return _clock(start), _clock(min(end, 1439)), end == 1440


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


class _Table:
    """The week being read: entries by weekday, and what is told of them."""

    def __init__(self, days: Days, closed: Days) -> None:
        self.told: list[tuple[str, str]] = [("days_unread", piece) for piece in (*days.unread, *closed.unread)]
        named = {**closed.opened, **closed.closed}
        base = Days(days.opened, {**days.closed, **named}, days.withdrawn | closed.withdrawn)
        self.base: DayWeeks = base.net if days.opened or named or days.closed else {}
        self.unclear = base.withdrawn
        self.entries: dict[Weekday, list[Entry]] = {}
        self.plain: list[tuple[time, time]] = []
        self.labelled: set[Weekday] = set()

    def hours(self, clause: str) -> None:
        """A clause of the hours themselves: spans, each behind the days it is for, or for all the other days."""
        if not _RANGE.search(clause):
            self._without_span(clause, "hours_unread")
            return
        label, at = "", 0
        for found in _RANGE.finditer(clause):
            own = clause[at : found.start()]
            at = found.end()
            open_end = _UNTIL.search(own)
            if open_end:
                self.told.append(("hours_open", own[: open_end.end()].strip()))
                own = own[open_end.end() :]
            own = _LABEL_FILLER.sub("", own).strip(" 、,・/と及び:")
            label = own or label
            self._spans(label, [found], clause, "hours_unread", replace=bool(own))
        if clause[at:].strip(" 、,・/"):
            self.told.append(("hours_unread", clause[at:].strip()))

    def note(self, clause: str) -> None:
        """A remark: hours of some days, an earlier end, days closed or added; anything else is told."""
        spans = list(_RANGE.finditer(clause))
        if not spans:
            self._without_span(clause, "note_unread")
            return
        between = [clause[a.end() : b.start()] for a, b in pairwise(spans)]
        tail = clause[spans[-1].end() :].strip(" 、,")
        label = clause[: spans[0].start()].strip()
        clear = label and not tail and not any(piece.strip(" 、,・/") for piece in between)
        if clear:
            self._spans(_LABEL_FILLER.sub("", label).strip(" 、,:は"), spans, clause, "note_unread")
        else:
            self.told.append(("note_unread", clause))

    def _spans(self, label: str, spans: Iterable[re.Match[str]], clause: str, code: str, replace: bool = True) -> None:
        read = [span for found in spans if (span := _span(found.group(1), found.group(2)))]
        days = read_clause(label) if label else Days({}, {})
        if not read or days.unread or days.closed or (label and not days.opened):
            self.told.append((code, clause))
            return
        if any(cut for _, _, cut in read):
            self.told.append(("end_24", clause))
        ranges = [(start, end) for start, end, _ in read]
        if not label:
            self.plain = self.plain + ranges if not self.entries else ranges
            if replace:
                self.plain = ranges
            return
        for day, weeks in days.opened.items():
            kept = self._entries(day) if day not in self.labelled or replace else self.entries.get(day, [])
            kept = _without(kept, weeks) if replace else kept
            self.entries[day] = kept + [(weeks, start, end) for start, end in ranges]
            self.labelled.add(day)

    def _without_span(self, clause: str, code: str) -> None:
        """「日曜日は17:00まで」, 「第3火曜日休」, 「第2土は利用可」, 「祝日を除く」."""
        until = _UNTIL.search(clause)
        if until:
            self._cap(clause, until, code)
            return
        days = read_clause(re.sub(r"は?(?:利用可能?|開館|開所|開設|開催)$", "", clause))
        if days.unread:
            self.told.append((code, clause))
            self.unclear |= days.withdrawn if code == "hours_unread" else frozenset()
            return
        for day, weeks in days.closed.items():
            self.entries[day] = _without(self._entries(day), weeks)
        for day, weeks in days.opened.items():
            missing = weeks - self.base.get(day, frozenset())
            self.entries[day] = self._entries(day) + [(missing, a, b) for a, b in self.plain if missing]

    def _cap(self, clause: str, until: re.Match[str], code: str) -> None:
        """Days that end earlier; without a day, or with words left over, it is told and changes nothing."""
        label = _LABEL_FILLER.sub("", clause[: until.start()]).strip(" 、,:は")
        end, days = read_time(until.group(1)), read_clause(label)
        if clause[until.end() :].strip() or end is None or days.unread or days.closed or not days.opened:
            self.told.append(("hours_open" if code == "hours_unread" else code, clause))
            return
        for day, weeks in days.opened.items():
            kept = self._entries(day)
            last = _clock(min(end, 1439))
            early = [(was & weeks, a, min(b, last)) for was, a, b in kept if was & weeks and a < last]
            self.entries[day] = _without(kept, weeks) + early

    def _entries(self, day: Weekday) -> list[Entry]:
        """What holds for a day so far: its own entries, or the plain hours on its base weeks."""
        if day in self.entries:
            return self.entries[day]
        weeks = self.base.get(day, frozenset())
        return [(weeks, start, end) for start, end in self.plain if weeks]

    def slots(self) -> tuple[Slot, ...]:
        """The finished week, in order, without repetitions."""
        found: dict[Slot, None] = {}
        for day in Weekday:
            if day in self.unclear:
                continue
            for weeks, start, end in sorted(
                self._entries(day), key=lambda entry: (entry[1], entry[2], sorted(entry[0]))
            ):
                if weeks and start < end:
                    found[Slot(day, start, end, () if weeks == EVERY_WEEK else tuple(sorted(weeks)))] = None
        return tuple(found)


def _without(entries: Iterable[Entry], weeks: Weeks) -> list[Entry]:
    return [(was - weeks, start, end) for was, start, end in entries if was - weeks]

"""When each trip of a feed is where: stop times in order, gaps interpolated, every wrong cell told."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.travel.sheets import Problems, Sheet
from matching.travel.texts import problem

Bools = NDArray[np.bool_]
I64 = NDArray[np.int64]
NEEDS = ("trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence")
KNOWS = ("pickup_type", "drop_off_type")
FREQUENCIES = ("trip_id", "start_time", "end_time", "headway_secs")
_NO_TIME = -1
_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?")
_LONGEST_DAY = 200_000
"""Seconds after midnight at which any service has ended."""


@dataclass(frozen=True, slots=True)
class StopTimes:
    """By trip and sequence; `trip` and `stop` are rows; times are seconds after midnight, the next day above 86,400."""

    trip: I64
    stop: I64
    arrive: I64
    depart: I64
    board: Bools
    alight: Bools

    def __len__(self) -> int:
        return len(self.trip)

    def take(self, index: I64 | Bools) -> "StopTimes":
        """Some of the rows."""
        return StopTimes(*(getattr(self, name)[index] for name in self.__slots__))


def stop_times(sheet: Sheet, trips: Mapping[str, int], stops: Mapping[str, int], problems: Problems) -> StopTimes:
    """The rows of stop_times.txt that stand for themselves.

    Boarding or alighting that must be booked by telephone (type 2) is not allowed: nobody has booked it. A sign to the
    driver (3) is as good as a stop.
    """
    trip = np.array(sheet.rows_of("trip_id", trips, "trips.txt", problems), np.int64)
    stop = np.array(sheet.rows_of("stop_id", stops, "stops.txt", problems), np.int64)
    rows = _in_order(sheet, trip, stop, problems)
    arrive, depart = (clocks(sheet, column, problems)[rows] for column in ("arrival_time", "departure_time"))
    arrive, depart = np.where(arrive < 0, depart, arrive), np.where(depart < 0, arrive, depart)
    board, alight = (_kinds(sheet, column)[rows] for column in KNOWS)
    phoned = int(np.count_nonzero((board == 2) | (alight == 2)))
    if phoned:
        problems.append(problem(sheet.file, 0, "pickup_type", "phone_only", {"count": phoned}, warning=True))
    free = [np.isin(kind, (0, 3)) for kind in (board, alight)]
    told = _without_gaps(sheet, rows, StopTimes(trip[rows], stop[rows], arrive, depart, *free), problems)
    _tell_backward(sheet, rows, told, problems)
    return told


def repeated(often: Sheet, trips: Mapping[str, int], once: StopTimes, problems: Problems) -> tuple[StopTimes, I64]:
    """Trips of frequencies.txt driven every so many seconds instead of once; and of each trip, which it repeats."""
    which = np.array(often.rows_of("trip_id", trips, "trips.txt", problems), np.int64)
    first, last = (clocks(often, column, problems) for column in ("start_time", "end_time"))
    every = often.numbers("headway_secs", 30, 86_400, problems)
    parts, of = [once.take(~np.isin(once.trip, which))], list(range(len(trips)))
    for trip, start, end, step in zip(which.tolist(), first.tolist(), last.tolist(), every.tolist(), strict=True):
        one = once.take(once.trip == trip)
        if not len(one) or start < 0 or not step > 0:
            continue
        for begins in range(start, min(end, _LONGEST_DAY), int(step)):
            shift, number = begins - one.depart[0], np.full(len(one), len(of))
            parts.append(StopTimes(number, one.stop, one.arrive + shift, one.depart + shift, one.board, one.alight))
            of.append(trip)
    joined = (np.concatenate([getattr(part, name) for part in parts]) for name in StopTimes.__slots__)
    return StopTimes(*joined), np.array(of, np.int64)


def clocks(sheet: Sheet, column: str, problems: Problems) -> I64:
    """A column of times of day in seconds, -1 where empty or wrong."""
    known: dict[str, int] = {"": _NO_TIME}
    out = np.full(len(sheet), _NO_TIME, np.int64)
    for at, cell in enumerate(sheet.text(column)):
        if cell not in known:
            found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", cell))
            if found is None:
                sheet.tell(at, column, "no_clock", problems, value=cell)
                continue
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            known[cell] = hours * 3600 + minutes * 60 + seconds
        out[at] = known[cell]
    return out


def _in_order(sheet: Sheet, trip: I64, stop: I64, problems: Problems) -> I64:
    """Rows with a trip and a stop, by trip and sequence; a sequence number that stands twice is a problem."""
    sequence = sheet.numbers("stop_sequence", 0, 1e9, problems)
    rows = np.lexsort((sequence, trip))
    rows = rows[(trip[rows] >= 0) & (stop[rows] >= 0) & np.isfinite(sequence[rows])]
    twice = (trip[rows][1:] == trip[rows][:-1]) & (sequence[rows][1:] == sequence[rows][:-1])
    for at in rows[1:][twice].tolist():
        sheet.tell(at, "stop_sequence", "twice", problems, value=sheet.text("stop_sequence")[at])
    return rows


def _kinds(sheet: Sheet, column: str) -> I64:
    """0 regular (or empty), 1 none, 2 by telephone, 3 by a sign to the driver; anything else counts as none."""
    return np.array([{"": 0, "0": 0, "2": 2, "3": 3}.get(cell, 1) for cell in sheet.text(column)], np.int64)


def _without_gaps(sheet: Sheet, rows: I64, times: StopTimes, problems: Problems) -> StopTimes:
    """Times between two known ones of a trip evenly interpolated; a trip must begin and end with one."""
    known = times.arrive >= 0
    if known.all():
        return times
    at = np.arange(len(times))
    begins = np.append(True, times.trip[1:] != times.trip[:-1])
    open_end = ~known & (begins | np.append(begins[1:], True))
    for i in np.flatnonzero(open_end).tolist():
        name = sheet.text("trip_id")[int(rows[i])]
        sheet.tell(int(rows[i]), "arrival_time", "no_ends", problems, value=name)
    if open_end.any():
        return times.take(~np.isin(times.trip, times.trip[open_end]))
    before = np.maximum.accumulate(np.where(known, at, 0))
    after = np.minimum.accumulate(np.where(known, at, len(at) - 1)[::-1])[::-1]
    left, right = times.depart[before], times.arrive[after]
    between = left + (right - left) * (at - before) // np.maximum(after - before, 1)
    count = int(np.count_nonzero(~known))
    problems.append(problem(sheet.file, 0, "arrival_time", "interpolated", {"count": count}, warning=True))
    arrive, depart = (np.where(known, told, between) for told in (times.arrive, times.depart))
    return StopTimes(times.trip, times.stop, arrive, depart, times.board, times.alight)


def _tell_backward(sheet: Sheet, rows: I64, times: StopTimes, problems: Problems) -> None:
    if len(times) != len(rows):
        return
    late = times.arrive > times.depart
    late[1:] |= (times.trip[1:] == times.trip[:-1]) & (times.depart[:-1] > times.arrive[1:])
    for i in np.flatnonzero(late).tolist():
        at = int(rows[i])
        sheet.tell(at, "arrival_time", "back_in_time", problems, value=sheet.text("trip_id")[at])

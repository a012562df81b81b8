"""A plan that people were told or ordered themselves, read back: the answer of `rides`, or its list as CSV."""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matching.domain.tour import Stop, StopKind, Tour
from matching.errors import InputError, Problem

TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
MOST_BYTES = 50_000_000


def minute_of(text: str, where: str) -> float:
    """The minute of the day of a time as HH:MM.

    Raises:
        InputError: it is no time.
    """
    found = TIME.fullmatch(text.strip())
    if found is None:
        raise InputError(
            [_bad(where, 0, "", f"時刻（10:30 の形）ではありません: {text}", f"{text!r} is no time HH:MM")]
        )
    return int(found[1]) * 60.0 + int(found[2])


def read_told(path: Path, day: date) -> tuple[Tour, ...]:
    """The tours of that day.

    Raises:
        InputError: the file cannot be read, or does not hold that day; every problem at once.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError([_bad(path.name, 0, "", "大きすぎます", "it is too large")])
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([_bad(path.name, 0, "", f"読めません（{error}）", f"cannot be read ({error})")]) from error
    return tours_of(text, path.name, day)


def tours_of(text: str, name: str, day: date) -> tuple[Tour, ...]:
    """The tours of that day in a text that is called `name`.

    Raises:
        InputError: it cannot be read, or does not hold that day; every problem at once.
    """
    problems: list[Problem] = []
    read = _of_json if text.lstrip().startswith("{") else _of_list
    tours = tuple(read(text, name, day, problems))
    if not tours and not problems:
        told = f"{day.isoformat()} の計画がありません", f"there is no plan of {day.isoformat()}. Maybe another date?"
        problems.append(_bad(name, 0, "date", *told))
    if problems:
        raise InputError(problems)
    return tours


def _of_json(text: str, name: str, day: date, problems: list[Problem]) -> Iterator[Tour]:
    """The tours of `tsunagu.day/1`."""
    try:
        days = [one for one in json.loads(text)["days"] if one["date"] == day.isoformat()]
        for tour in [tour for one in days for tour in one["tours"]]:
            yield Tour(str(tour["driver"]), str(tour["vehicle"]), tuple(map(_stop, tour["stops"])), 0.0)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        told = f"tsunagu.day/1 の形ではありません（{error!r}）", f"it is no tsunagu.day/1 ({error!r})"
        problems.append(_bad(name, 0, "", *told))


def _stop(one: Mapping[str, Any]) -> Stop:
    arrive, start = float(one["arrive"]), float(one["start"])
    if not (math.isfinite(arrive) and math.isfinite(start)):
        raise ValueError("a time that is no number")
    room = int(one["seats"]), int(one["wheelchairs"])
    return Stop(StopKind(one["kind"]), arrive, start, None, None, str(one["ride"]), str(one["resident"]), *room)


def _of_list(text: str, name: str, day: date, problems: list[Problem]) -> Iterator[Tour]:
    """The tours of the list, in the order of its rows; times may be left out, and so may leaving and coming back."""
    rows = list(csv.DictReader(io.StringIO(text)))
    missing = [c for c in ("driver_id", "vehicle_id", "stop", "ride_id") if not rows or c not in rows[0]]
    if missing:
        columns = ", ".join(missing)
        problems.append(_bad(name, 1, columns, f"列がありません: {columns}", f"columns are missing: {columns}"))
        return
    tours: dict[tuple[str, str], list[Stop]] = {}
    for number, row in enumerate(rows, 2):
        if row.get("date", day.isoformat()) in ("", None, day.isoformat()):
            try:
                stop = _listed(row)
            except (ValueError, InputError):
                told = f"読めない行です: {row.get('stop')} {row.get('planned')}", "a stop or time that cannot be read"
                problems.append(_bad(name, number, "stop, planned", *told))
                continue
            tours.setdefault((row["driver_id"] or "", row["vehicle_id"] or ""), []).append(stop)
    for (driver, vehicle), stops in tours.items():
        yield Tour(driver, vehicle, tuple(_with_bases(stops)), 0.0)


def _listed(row: Mapping[str, str | None]) -> Stop:
    planned = row.get("planned")
    at = minute_of(planned, "planned") if planned else 0.0
    seats, chairs = (int(row.get(key) or 0) for key in ("seats_taken", "wheelchairs_on_board"))
    kind, ride, who = StopKind((row["stop"] or "").strip()), row["ride_id"] or "", row.get("resident_id") or ""
    return Stop(kind, at, at, None, None, ride, who, seats, chairs)


def _with_bases(stops: Sequence[Stop]) -> Iterator[Stop]:
    if stops[0].kind is not StopKind.LEAVE:
        yield Stop(StopKind.LEAVE, stops[0].start, stops[0].start)
    yield from stops
    if stops[-1].kind is not StopKind.BACK:
        yield Stop(StopKind.BACK, stops[-1].start, stops[-1].start)


def _bad(file: str, row: int, column: str, ja: str, en: str) -> Problem:
    return Problem(file, row, column, "told", ja, en)

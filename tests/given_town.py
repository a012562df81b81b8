"""Small random communities for property tests: every table and every column of the domain, references that hold."""

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from matching.domain import (
    FEATURES,
    IDENTIFIERS,
    REFERENCES,
    Community,
    Mode,
    Sharing,
    Span,
    TownInfo,
    TravelSettings,
    Weekday,
)

MONDAY = dt.date(2026, 4, 6)
"""The week of every random town."""

SIZES: Mapping[str, int] = {
    "areas": 3, "organisations": 2, "residents": 4, "needs": 5, "resources": 4, "openings": 5, "wishes": 4,
    "companions": 2, "placements": 2, "vehicles": 1, "drivers": 2, "council_members": 2, "ties": 2, "ride_requests": 2,
    "population": 2, "attendance": 1, "survey": 1, "ideas": 1, "places": 1,
}  # fmt: skip
"""At most so many rows of each table, in an order in which references point back."""

WORDS = ("茶話", "体操", "将棋", "料理", "tea")
_HOURS = st.sampled_from([dt.time(hour, minute) for hour in (9, 10, 12, 13, 15) for minute in (0, 30)])
_POINT = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda at: (35 + at[0] / 1000, 135 + at[1] / 1000))
_POINTS = st.just((None, None)) | _POINT
_SPANS = st.tuples(st.sampled_from(Weekday), _HOURS, _HOURS).filter(lambda s: s[1] < s[2]).map(lambda s: Span(*s))
_DATES = st.dates(MONDAY - dt.timedelta(days=500), MONDAY + dt.timedelta(days=100))


def _some(items: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=most, unique=True).map(tuple)


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


BY_NAME: Mapping[str, st.SearchStrategy[Any]] = {
    "sex": st.sampled_from(["", "female", "male", "other"]),
    "sexes": _some(st.sampled_from(["female", "male", "other"])),
    "features": _some(st.sampled_from(FEATURES[:4]), 4),
    "requires": _some(st.sampled_from(FEATURES[:4])),
    "languages": _some(st.sampled_from(["ja", "pt", "vi"])),
    "modes": _some(st.sampled_from([Mode.WALK, Mode.BICYCLE, Mode.BUS, Mode.CAR]), 3),
    "sharing": st.sampled_from([Sharing.CONSENT] * 4 + list(Sharing)),
    "urgency": st.integers(1, 3),
    "tier": st.integers(1, 2),
    "fatigue": _maybe(st.integers(0, 3)),
    "liking": st.integers(-3, 3),
    "weeks_of_month": _some(st.integers(1, 5)),
    "capacity": _maybe(st.integers(0, 3)),
    "comfortable_load": _maybe(st.integers(0, 3)),
    "attending": st.integers(0, 2),
    "min_attendance": _maybe(st.integers(0, 3)),
    "max_minutes": _maybe(st.sampled_from([10, 20, 40, 90])),
    "birth_year": _maybe(st.integers(1930, 2015)),
    "year": st.integers(2020, 2030),
    "month": st.sampled_from(["2026-03", "2026-12"]),
    "walk_metres_per_minute": _maybe(st.sampled_from([30.0, 48.5, 60.0, 75.0])),
    "council_id": st.sampled_from(["c1", "c2"]),
}
"""What some columns hold; all others follow their type."""

BY_TYPE: Mapping[type, st.SearchStrategy[Any]] = {
    int: st.integers(0, 100),
    float: st.integers(0, 400).map(lambda quarter: quarter / 4),
    bool: st.booleans(),
    dt.date: _DATES,
    dt.time: _HOURS,
    Span: _SPANS,
}

AWKWARD = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)
"""Texts with quotes, commas, semicolons, spaces at the ends, every script: all that a cell may hold."""
AWKWARD_WORDS = AWKWARD.map(lambda text: text.replace(";", "").strip(" ")).filter(bool)


@st.composite
def communities(
    draw: st.DrawFn, sizes: Mapping[str, int] = SIZES, least: Mapping[str, int] | None = None, awkward: bool = False
) -> Community:
    """A town of at most `sizes` rows a table (a table that is not named stays empty), of at least `least`.

    With `awkward`, names and words are any text that a town folder can hold, and the settings vary too.
    """
    tables: dict[str, list[Any]] = {name: [] for name in SIZES}
    for table in (name for name in SIZES if name in sizes):
        row = _row_of(table)
        for number in range(draw(st.integers((least or {}).get(table, 0), sizes[table]))):
            values = _row(draw, table, row, number, tables, awkward)
            if values is not None:
                tables[table].append(row(**values))
    info = draw(_infos()) if awkward else TownInfo("ためし町", MONDAY)
    return Community(info, **{table: tuple(rows) for table, rows in tables.items()})


@cache
def _row_of(table: str) -> type:
    return get_args(get_type_hints(Community)[table])[0]


@cache
def _strategies(row: type, awkward: bool) -> Mapping[str, st.SearchStrategy[Any]]:
    texts, words = (AWKWARD, AWKWARD_WORDS) if awkward else (st.sampled_from(["", *WORDS]), st.sampled_from(WORDS))
    return {name: _values(name, hint, texts, words) for name, hint in get_type_hints(row).items()}


@cache
def _targets(table: str) -> Mapping[str, tuple[str, ...]]:
    return {column: towards or tuple(IDENTIFIERS) for name, column, towards in REFERENCES if name == table}


def _row(
    draw: st.DrawFn, table: str, row: type, number: int, tables: Mapping[str, list[Any]], awkward: bool
) -> dict[str, Any] | None:
    """The values of one row; None where it has nobody to refer to."""
    strategies, targets = _strategies(row, awkward), _targets(table)
    values: dict[str, Any] = {}
    for one in fields(row):
        if one.name == IDENTIFIERS.get(table):
            values[one.name] = f"{table[0]}{number}"
        elif one.name in targets:
            known = [getattr(there, IDENTIFIERS[name]) for name in targets[one.name] for there in tables[name]]
            required = one.default is MISSING
            if required and not known:
                return None
            values[one.name] = draw(_reference(one.type, known, required))
        else:
            values[one.name] = draw(strategies[one.name])
    return _consistent(draw, table, values, tables)


def _reference(hint: Any, known: list[str], required: bool) -> st.SearchStrategy[Any]:
    if hint is not str:
        return _some(st.sampled_from(known)) if known else st.just(())
    return st.sampled_from(known if required else ["", *known])


def _values(
    name: str, hint: Any, texts: st.SearchStrategy[str], words: st.SearchStrategy[str]
) -> st.SearchStrategy[Any]:
    if name in BY_NAME:
        return BY_NAME[name]
    if get_origin(hint) in (Union, types.UnionType):
        return _maybe(_values("", get_args(hint)[0], texts, words))
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return _some(words if inner is str else _values("", inner, texts, words))
    if hint is str:
        return texts
    return st.sampled_from(hint) if issubclass(hint, StrEnum) else BY_TYPE[hint]


def _consistent(
    draw: st.DrawFn, table: str, values: dict[str, Any], tables: Mapping[str, list[Any]]
) -> dict[str, Any] | None:
    """The row with its cells fitting each other; None where it cannot be."""
    for name in [name for name in values if name.endswith("latitude")]:
        other = name.removesuffix("latitude") + "longitude"
        values[name], values[other] = draw(_POINTS)
    for low, high in (("min_age", "max_age"), ("age_from", "age_to")):
        if values.get(high) is not None and values[low] is not None:
            values[low], values[high] = sorted((values[low], values[high]))
    if table == "openings":
        span = draw(_SPANS)
        values |= {"weekday": span.weekday, "start": span.start, "end": span.end}
    if table == "ride_requests":
        values["weekday"] = draw(st.sampled_from(Weekday)) if values["date"] is None else None
    if table == "survey":
        values["question"] = values["question"] or "?"
    if table == "companions" and values["resident_id"] == values["other_id"]:
        return None
    if table == "placements" and values["need_id"] in [one.need_id for one in tables["placements"]]:
        return None
    return values


@st.composite
def _infos(draw: st.DrawFn) -> TownInfo:
    texts = AWKWARD
    weeks = st.integers(-100, 100)
    factor = st.floats(1, 9.9)
    travel = TravelSettings(
        provider=draw(texts),
        detour_factors=(draw(factor), draw(factor), draw(factor)),
        walk_metres_per_minute=draw(st.floats(0.1, 999)),
        streets=draw(texts),
    )
    week_of = MONDAY + dt.timedelta(weeks=draw(weeks))
    return TownInfo(draw(texts), week_of, provenance=draw(st.text()), rulebook=draw(texts.filter(bool)), travel=travel)

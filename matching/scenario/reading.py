"""Scenarios from TOML (`tsunagu.scenarios/1`): edits that compose, grids, repeated demand, and what each costs.

A name in a `grid` stands for each of its values in turn: `grid = { places = [1, 2] }` and `places = "$places"` make two
scenarios, whose names say so where `$places` stands in the name, and after it otherwise. Everything that is wrong is
told at once.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import time
from itertools import product
from typing import Any

from matching.domain import NeedKind, ResourceKind, Span, Weekday, Where
from matching.errors import InputError, Problem
from matching.scenario.consultation import StaffConsultation
from matching.scenario.edits import (
    AddCar,
    AddDriver,
    AddOpening,
    AddPlace,
    CloseOpening,
    CloseResource,
    Edit,
    EndBusLine,
    LoseDrivers,
    MoreNeeds,
    MorePlaces,
    NoBus,
)
from matching.scenario.later import LaterYear
from matching.shipped import FIXTURES

FORMAT = "tsunagu.scenarios/1"
EDITS: Mapping[str, type[Edit]] = {
    "close_resource": CloseResource,
    "close_opening": CloseOpening,
    "more_places": MorePlaces,
    "add_opening": AddOpening,
    "add_place": AddPlace,
    "lose_drivers": LoseDrivers,
    "add_car": AddCar,
    "add_driver": AddDriver,
    "more_needs": MoreNeeds,
    "no_bus": NoBus,
    "end_bus_line": EndBusLine,
    "later_year": LaterYear,
    "staff_consultation": StaffConsultation,
}
"""What `do` may say."""
MOST = 10_000
"""So many scenarios a file may make."""
MOST_DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """想定: a name, what is edited in turn, and what it costs a year (None where nobody said).

    `grants` are so many units of a standard amount (`fixtures/rates/standard_amounts.toml`) that would pay for it.
    """

    name: str
    edits: tuple[Edit, ...] = ()
    yen_per_year: int | None = None
    grants: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenarios:
    """A file of them; with `draws`, each is tried on so many repeated demands, the same for all of them."""

    scenarios: tuple[Scenario, ...]
    draws: int = 0
    seed: int = 1


def read_scenarios(text: str, file: str) -> Scenarios:
    """The scenarios of a TOML text.

    Raises:
        InputError: with every problem of the file.
    """
    problems: list[Problem] = []
    tell = _Tell(file, problems)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InputError(
            [Problem(file, 0, "", "toml", f"読めません ({error})", f"cannot be read ({error})")]
        ) from error
    if tables.get("format") != FORMAT:
        tell("format", f'format = "{FORMAT}" が必要です', f'needs format = "{FORMAT}"')
    _no_others(tables, ("format", "scenario", "monte_carlo"), "", tell)
    rows = tables.get("scenario", [])
    found = [one for at, row in enumerate(_rows(rows, tell)) for one in _scenario(row, f"scenario {at + 1}", tell)]
    draws, seed = _monte_carlo(tables.get("monte_carlo", {}), tell)
    _unlike(found, tell)
    if problems:
        raise InputError(problems)
    return Scenarios(tuple(found), draws, seed)


@dataclass(frozen=True, slots=True)
class _Tell:
    """Where problems go."""

    file: str
    problems: list[Problem]

    def __call__(self, where: str, ja: str, en: str) -> None:
        self.problems.append(Problem(self.file, 0, where, "scenario", ja, en))


def _rows(rows: Any, tell: _Tell) -> Sequence[Mapping[str, Any]]:
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        tell("scenario", "[[scenario]] が1つ以上必要です", "needs at least one [[scenario]]")
        return ()
    return rows


def _unlike(found: Sequence[Scenario], tell: _Tell) -> None:
    names = [one.name for one in found]
    for name in sorted({name for name in names if names.count(name) > 1}) if len(names) <= MOST else ():
        tell("name", f"名前「{name}」が2度あります", f"name {name} stands twice")
    if len(names) > MOST:
        tell("scenario", f"想定が{len(names)}件あります。{MOST}件までです", f"{len(names)} scenarios; at most {MOST}")


def _monte_carlo(table: Any, tell: _Tell) -> tuple[int, int]:
    if not isinstance(table, dict):
        tell("monte_carlo", "[monte_carlo] の表にしてください", "should be a table [monte_carlo]")
        return 0, 1
    _no_others(table, ("draws", "seed"), "monte_carlo.", tell)
    out = []
    for name, usual, most in (("draws", 0, MOST_DRAWS), ("seed", 1, 2**32 - 1)):
        value = table.get(name, usual)
        if not _is_whole(value) or not 0 <= value <= most:
            tell(f"monte_carlo.{name}", f"0〜{most}の整数で書いてください", f"needs a whole number from 0 to {most}")
            value = usual
        out.append(value)
    return out[0], out[1]


def _named(name: str, chosen: Mapping[str, Any]) -> str:
    """The name with the values that it asks for in it (`$places`), and the others after it."""
    said = ", ".join(f"{key}={value}" for key, value in chosen.items() if f"${key}" not in name)
    for key in sorted(chosen, key=len, reverse=True):
        name = name.replace(f"${key}", str(chosen[key]))
    return f"{name} ({said})" if said else name


def _scenario(row: Mapping[str, Any], where: str, tell: _Tell) -> Iterator[Scenario]:
    """One row, and one scenario for each combination of its grid."""
    _no_others(row, ("name", "edit", "grid", "yen_per_year", "grants"), f"{where}.", tell)
    name, edits, grid = row.get("name"), row.get("edit", []), row.get("grid", {})
    if not isinstance(name, str) or not name.strip():
        tell(f"{where}.name", "名前が必要です", "needs a name")
        return
    if not isinstance(edits, list) or not all(isinstance(one, dict) for one in edits):
        tell(f"{name}.edit", "[[scenario.edit]] の表にしてください", "should be tables [[scenario.edit]]")
        return
    if not isinstance(grid, dict) or not all(isinstance(values, list) and values for values in grid.values()):
        tell(f"{name}.grid", "grid = { 名前 = [値, …] } の形にしてください", "should be grid = { name = [value, …] }")
        return
    size = 1
    for values in grid.values():
        size *= len(values)
    if size > MOST:
        tell(f"{name}.grid", f"組み合わせが{size}件あります", f"makes {size} scenarios; at most {MOST}")
        return
    for values in product(*grid.values()):
        chosen = dict(zip(grid, values, strict=True))
        told = _named(name, chosen)
        made = [_edit(_filled(one, chosen), told, tell) for one in edits]
        cost = _filled({"yen": row.get("yen_per_year")}, chosen)["yen"]
        if cost is not None and not _is_whole(cost):
            tell(f"{told}.yen_per_year", "円の整数で書いてください", "needs whole yen")
            cost = None
        grants = _grants(row.get("grants", {}), chosen, told, tell)
        yield Scenario(told, tuple(one for one in made if one is not None), cost, grants)


def _grants(table: Any, chosen: Mapping[str, Any], where: str, tell: _Tell) -> tuple[tuple[str, int], ...]:
    """So many units of each standard amount."""
    known = _standard_amounts()
    if not isinstance(table, dict):
        tell(f"{where}.grants", "grants = { tier_2 = 1 } の形にしてください", "should be grants = { tier_2 = 1 }")
        return ()
    _no_others(table, known, f"{where}.grants.", tell)
    filled = {code: count for code, count in _filled(table, chosen).items() if code in known}
    for code, count in filled.items():
        if not _is_whole(count) or not 0 <= count <= 10_000:
            tell(f"{where}.grants.{code}", "数を整数で書いてください", "needs a whole number of units")
    return tuple((code, count) for code, count in filled.items() if _is_whole(count))


def _standard_amounts() -> tuple[str, ...]:
    text = (FIXTURES / "rates" / "standard_amounts.toml").read_text(encoding="utf-8")
    return tuple(code for code, row in tomllib.loads(text).items() if isinstance(row, dict))


def _filled(edit: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: chosen.get(value[1:], value) if isinstance(value, str) and value.startswith("$") else value
        for key, value in edit.items()
    }


def _edit(row: Mapping[str, Any], where: str, tell: _Tell) -> Edit | None:
    kind = EDITS.get(str(row.get("do")))
    if kind is None:
        known = ", ".join(EDITS)
        tell(f"{where}.do", f"do は {known} のどれかです", f"do should be one of {known}")
        return None
    known_fields = {f.name: f for f in fields(kind)}
    _no_others(row, ("do", *known_fields), f"{where}.", tell)
    values: dict[str, Any] = {}
    before = len(tell.problems)
    for name, field in known_fields.items():
        if name not in row:
            if field.default is MISSING:
                tell(f"{where}.{name}", f"「{name}」が必要です", f"needs {name}")
            continue
        try:
            values[name] = _READ[name](row[name])
        except (ValueError, TypeError) as error:
            tell(f"{where}.{name}", f"「{row[name]}」は読めません", f"{row[name]!r} cannot be read ({error})")
    return kind(**values) if len(tell.problems) == before else None


def _no_others(table: Mapping[str, Any], known: Sequence[str], where: str, tell: _Tell) -> None:
    for key in table:
        if key not in known:
            said = ", ".join(known)
            tell(f"{where}{key}", f"知らない項目です。{said} のどれかでは？", f"is unknown. Maybe one of {said}?")


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("text is needed")
    return value


def _whole(value: Any, low: int = -100_000, high: int = 100_000) -> int:
    if not _is_whole(value) or not low <= value <= high:
        raise ValueError(f"a whole number from {low} to {high} is needed")
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is needed")
    return float(value)


def _positive(value: Any) -> float:
    number = _number(value)
    if not 0 <= number <= 100_000:
        raise ValueError("a number from 0 to 100000 is needed")
    return number


def _list(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("a list is needed")
    return [_text(one) for one in value]


def _span(value: str) -> Span:
    day, _, hours = value.strip().partition(" ")
    start, _, end = hours.partition("-")
    return Span(Weekday(day), time.fromisoformat(start), time.fromisoformat(end))


_READ: Mapping[str, Any] = {
    "resource": _text,
    "opening": _text,
    "area": _text,
    "line": _text,
    "model": _text,
    "staff": _positive,
    "year": lambda value: _whole(value, 1900, 2200),
    "people": lambda value: _whole(value, 0, 20_000_000),
    "people_65plus": lambda value: _whole(value, 0, 20_000_000),
    "name": _text,
    "sex": _text,
    "weekday": Weekday,
    "start": lambda value: time.fromisoformat(_text(value)),
    "end": lambda value: time.fromisoformat(_text(value)),
    "places": _whole,
    "number": lambda value: _whole(value, 0),
    "percent": lambda value: _whole(value, 0, 1_000),
    "age_from": lambda value: _whole(value, 0, 120),
    "seats": lambda value: _whole(value, 1, 60),
    "wheelchair_places": lambda value: _whole(value, 0, 20),
    "hours_per_month": _number,
    "latitude": _number,
    "longitude": _number,
    "where": Where,
    "max_travel_minutes": lambda value: _whole(value, 0, 600),
    "kind": ResourceKind,
    "activities": lambda value: tuple(_list(value)),
    "features": lambda value: tuple(_list(value)),
    "drivers": lambda value: tuple(_list(value)),
    "serves": lambda value: tuple(NeedKind(one) for one in _list(value)),
    "available": lambda value: tuple(_span(one) for one in _list(value)),
}
"""How each field of an edit is read from TOML."""

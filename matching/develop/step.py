"""一歩: one thing that could be developed, what it takes, and what is assumed of its kind."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from matching.errors import Facts, InputError, Problem
from matching.scenario import Edit

KINDS = (
    "idea",
    "strength",
    "hidden_place",
    "host",
    "more_places",
    "more_hours",
    "mobile_shop",
    "visitors",
    "driver",
    "car",
    "pool",
)
"""The kinds of step, in the order in which they are told of equal effect: the residents' own comes first."""
RIDES = ("driver", "car")
"""Those that change who can be driven."""
Unit = Literal["hours", "yen"]


@dataclass(frozen=True, slots=True)
class Takes:
    """What a step of a kind takes: hours of helpers a month, yen in the first year, and how many places it has."""

    hours_per_month: int
    yen_per_year: int
    places: int
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step; `group` tells which exclude each other (the same place at another hour). `facts` name no person."""

    step_id: str
    kind: str
    area_id: str
    edits: tuple[Edit, ...]
    takes: Takes
    group: str
    facts: Facts = field(default_factory=dict)

    def cost(self, unit: Unit) -> int:
        """What it takes of a budget."""
        return self.takes.hours_per_month if unit == "hours" else self.takes.yen_per_year


def read_takes(path: Path) -> Mapping[str, Takes]:
    """What each kind of step takes, as `fixtures/rates/development.toml`.

    Raises:
        InputError: a kind or number is missing, unknown or no whole number, or has no source; all are told.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([_wrong(path, "", f"読めません ({error})", f"cannot be read ({error})")]) from error
    problems = [
        _wrong(path, name, "知らない表です", f"is unknown. Maybe one of {KINDS}?")
        for name in tables
        if name not in KINDS
    ]
    found = {kind: _takes(path, kind, tables.get(kind), problems) for kind in KINDS}
    if problems:
        raise InputError(problems)
    return {kind: takes for kind, takes in found.items() if takes is not None}


def _takes(path: Path, kind: str, table: Any, problems: list[Problem]) -> Takes | None:
    names = ("hours_per_month", "yen_per_year", "places")
    if not isinstance(table, dict) or set(table) != {*names, "source"} or not str(table["source"]).strip():
        problems.append(_wrong(path, kind, f"{', '.join(names)} と source が必要です", f"needs {names} and a source"))
        return None
    wrong = [
        name
        for name in names
        if not isinstance(table[name], int)
        or isinstance(table[name], bool)
        or not -(10**9) <= table[name] <= 10**9
        or (name == "places" and table[name] < 0)
    ]
    problems += [_wrong(path, f"{kind}.{name}", "整数で書いてください", "needs a whole number") for name in wrong]
    return None if wrong else Takes(table["hours_per_month"], table["yen_per_year"], table["places"], table["source"])


def _wrong(path: Path, column: str, ja: str, en: str) -> Problem:
    return Problem(path.name, 0, column, "development", f"{column} {ja}".strip(), f"{column} {en}".strip())

"""A rulebook: the rules in their order, with the numbers of one place; read from TOML, where each has its source."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from matching.errors import InputError, Problem
from matching.rules.places import Places
from matching.rules.ride_habits import RideHabits
from matching.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class TierWeights:
    """How points of the first tiers are counted."""

    weeks_per_point: int = 1
    area_points: int = 1000


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of a place, in the order in which the first that blocks is told."""

    name: str
    rules: tuple[Rule, ...]
    places: Places
    tiers: TierWeights
    rides: RideHabits

    def codes(self) -> tuple[str, ...]:
        """Every code that a rule may tell, in rulebook order."""
        return tuple(code for rule in self.rules for code in rule.texts)


def read_rulebook(path: Path, kinds: Mapping[str, type[Rule]]) -> Rulebook:
    """A rulebook from TOML: a table for each rule, each number as `{ value = …, source = "…" }`.

    Raises:
        InputError: an unknown table or number, a value of another type, or a number without its source; all at once.
    """
    if not path.is_file():
        raise InputError([_problem(path, "", "ルールブックがありません", "there is no such rulebook")])
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([_problem(path, "", f"読めません ({error})", f"cannot be read ({error})")]) from error
    allowed: dict[str, Any] = {**kinds, "places": Places, "tiers": TierWeights, "rides": RideHabits}
    problems = [
        _problem(path, name, f"知らない表 [{name}] です", f"unknown table [{name}]")
        for name in tables
        if name not in allowed or not isinstance(tables[name], dict)
    ]
    values = {
        name: _numbers(path, name, kind, tables[name], problems) if isinstance(tables.get(name), dict) else {}
        for name, kind in allowed.items()
    }
    if problems:
        raise InputError(problems)
    rules = tuple(kind(**values[name]) for name, kind in kinds.items())
    return Rulebook(
        path.stem, rules, Places(**values["places"]), TierWeights(**values["tiers"]), RideHabits(**values["rides"])
    )


def _numbers(path: Path, name: str, kind: Any, table: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    types = {f.name: f.type for f in fields(kind)}
    known: Sequence[str] = list(types)
    out: dict[str, Any] = {}
    for key, entry in table.items():
        where = f"{name}.{key}"
        if key not in known:
            problems.append(
                _problem(path, where, f"知らない値です。{known} のどれかでは？", f"is unknown. Maybe one of {known}?")
            )
        elif not isinstance(entry, dict) or "value" not in entry or not entry.get("source"):
            problems.append(_problem(path, where, "value と source が必要です", "needs a value and its source"))
        elif wanted := _wanted(name, key, types[key], entry["value"]):
            told = f"{entry['value']!r}"[:80]
            problems.append(_problem(path, where, f"{wanted[0]}で書いてください: {told}", f"is no {wanted[1]}: {told}"))
        else:
            out[key] = entry["value"]
    return out


MOST = 10_000
"""Points, weeks or minutes: beyond it a number is a slip of the hand."""
_NEVER_A_REWARD = ("points_per_person_beyond", "points_per_tenth_used", "points_per_further_person")
"""Each further place must count no more than the one before it, or «optimal» could not be proved."""


def _wanted(table: str, key: str, kind: object, value: Any) -> tuple[str, str] | None:
    """What a value should be, in both languages; None where it is."""
    if kind is str:
        return None if isinstance(value, str) else ("文字", "text")
    low = 1 if table == "tiers" else -MOST if "points" in key else 0
    high = 0 if key in _NEVER_A_REWARD else MOST
    numbers = [value] if kind is int else list(value.values()) if isinstance(value, dict) else [None]
    if all(isinstance(one, int) and not isinstance(one, bool) and low <= one <= high for one in numbers):
        return None
    return f"{low}〜{high}の整数", f"whole number from {low} to {high}"


def _problem(path: Path, column: str, ja: str, en: str) -> Problem:
    return Problem(path.name, 0, column, "rulebook", f"{column} {ja}".strip(), f"{column} {en}".strip())

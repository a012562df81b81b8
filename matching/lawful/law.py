"""The rules of the law as one dated file of values: which rule stands where, since when, with which numbers."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from matching.errors import InputError, Problem
from matching.lawful.actual_cost import OnlyActualCost
from matching.lawful.charge import NoFareUnregistered
from matching.lawful.driver_age import DriverAge
from matching.lawful.driver_course import Course
from matching.lawful.driver_licence import LicenceSeen
from matching.lawful.fleet import QualifiedManager
from matching.lawful.insurance import Insured
from matching.lawful.membership import Members
from matching.lawful.passenger_limit import PassengerLimit
from matching.lawful.posted_fare import PostedFare
from matching.lawful.rule import Basis, LawRule
from matching.shipped import FIXTURES

RULES: Mapping[str, type[LawRule]] = {
    "charge": NoFareUnregistered,
    "actual_cost": OnlyActualCost,
    "posted_fare": PostedFare,
    "passenger_limit": PassengerLimit,
    "fleet": QualifiedManager,
    "membership": Members,
    "driver_course": Course,
    "driver_licence": LicenceSeen,
    "driver_age": DriverAge,
    "insurance": Insured,
}
"""Each rule by the name of its table in the file, in the order in which they are told."""

_BASIS = {one.name: dt.date if one.name in ("since", "seen") else str for one in fields(Basis)}


@dataclass(frozen=True, slots=True)
class Law:
    """Every rule with the place where it stands."""

    rules: tuple[tuple[LawRule, Basis], ...]


def read_law(path: Path = FIXTURES / "law" / "road_transport.toml") -> Law:
    """The law as a dated file tells it.

    Raises:
        InputError: a rule is missing or unknown, or one of its values; all at once.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([_problem(path, "", f"読めません ({error})", f"cannot be read ({error})")]) from error
    problems = [_problem(path, name, "知らない決まりです", "is no rule") for name in tables if name not in RULES]
    rules = []
    for name, kind in RULES.items():
        numbers = {field.name: int for field in fields(kind)}  # type: ignore[arg-type]
        found = tables.get(name, {})
        before = len(problems)
        problems += _wrong(path, name, found, {**_BASIS, **numbers})
        if len(problems) == before:
            basis = Basis(**{key: found[key] for key in _BASIS})
            rules.append((kind(**{key: found[key] for key in numbers}), basis))
    if problems:
        raise InputError(problems)
    return Law(tuple(rules))


def _wrong(path: Path, name: str, found: Mapping[str, Any], wanted: Mapping[str, type]) -> list[Problem]:
    out = []
    for key in {**wanted, **found}:
        at = f"{name}.{key}"
        if key not in wanted:
            out.append(_problem(path, at, "知らない値です", f"is unknown. Maybe one of {', '.join(wanted)}?"))
        elif type(found.get(key)) is not wanted[key] or not found[key]:
            kind = wanted[key].__name__
            out.append(
                _problem(path, at, f"{kind} が必要です: {found.get(key)!r}", f"needs a {kind}: {found.get(key)!r}")
            )
    return out


def _problem(path: Path, column: str, ja: str, en: str) -> Problem:
    return Problem(path.name, 0, column, "law", f"{column} {ja}".strip(), f"{column} {en}".strip())

"""`town.toml`: read with every problem told, and written in one canonical form."""

import contextlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

from matching.domain import TownInfo, TravelSettings
from matching.errors import Facts, InputError, Problem
from matching.exchange.nearest import nearest
from matching.exchange.sheets import read_text
from matching.exchange.texts import problem

FILE = "town.toml"


def read_town_toml(path: Path, problems: list[Problem]) -> TownInfo | None:
    """The town's name, week and settings; None where they are wrong, with what is wrong added to `problems`."""
    try:
        return parse_town_toml(read_text(path, problems), problems)
    except InputError as error:
        problems.extend(error.problems)
        return None


def parse_town_toml(text: str, problems: list[Problem]) -> TownInfo | None:
    """The same from its text."""
    try:
        tables = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        problems.append(problem(FILE, int(line[1]) if line else 0, "", "toml", {"why": str(error)}))
        return None
    return _Reading(text, problems).info(tables)


class _Reading:
    """One reading of `town.toml`: knows the lines, collects what is wrong."""

    def __init__(self, text: str, problems: list[Problem]) -> None:
        self._lines = text.splitlines()
        self._problems = problems
        self._wrong = False

    def info(self, tables: Mapping[str, Any]) -> TownInfo | None:
        self._unknown(tables, [one.name for one in fields(TownInfo)], "")
        values: dict[str, Any] = {}
        for one in ("name", "provenance"):
            self._take(values, tables, one, one, str)
        values["week_of"] = self._week(tables)
        values["rulebook"] = self._rulebook(tables.get("rulebook", "default"))
        values["travel"] = self._travel(tables.get("travel", {}))
        if "name" not in tables:
            self._tell("name", "missing_key", {"column": "name", "maybe": nearest("name", list(tables))})
        return None if self._wrong else TownInfo(**values)

    def _travel(self, table: Any) -> TravelSettings | None:
        if not isinstance(table, dict):
            self._tell("travel", "toml_type", {"column": "travel", "wanted": "[travel]", "value": str(table)})
            return None
        hints = get_type_hints(TravelSettings)
        self._unknown(table, list(hints), "travel.")
        values: dict[str, Any] = {}
        for name, hint in hints.items():
            self._take(values, table, name, f"travel.{name}", hint)
        try:
            return TravelSettings(**values)
        except ValueError as error:
            self._tell("travel", "settings", {"why": str(error)})
            return None

    def _take(self, values: dict[str, Any], table: Mapping[str, Any], name: str, column: str, hint: Any) -> None:
        """Puts the value of one key into `values`, where it is of its type."""
        value = table.get(name, MISSING)
        if value is MISSING:
            return
        if hint is str and isinstance(value, str):
            values[name] = value
        elif hint is float and _is_number(value):
            values[name] = float(value)
        elif hint not in (str, float) and isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)):
            values[name] = tuple(map(float, value))
        else:
            wanted = {str: '"text"', float: "1.0"}.get(hint, "[1.0, 1.0, 1.0]")
            self._tell(column, "toml_type", {"column": column, "wanted": wanted, "value": str(value)})

    def _week(self, tables: Mapping[str, Any]) -> date | None:
        value = tables.get("week_of")
        if value is None:
            maybe = nearest("week_of", list(tables))
            self._tell("week_of", "missing_key", {"column": "week_of", "maybe": maybe})
            return None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            with contextlib.suppress(ValueError):
                value = date.fromisoformat(value)
        if not isinstance(value, date) or isinstance(value, datetime):
            self._tell("week_of", "date", {"value": str(value), "maybe": ""})
            return None
        if value.weekday() != 0:
            monday = str(value - timedelta(days=value.weekday())) if value.toordinal() > 7 else ""
            self._tell("week_of", "not_a_monday", {"value": str(value), "maybe": monday})
            return None
        return value

    def _rulebook(self, value: Any) -> str | None:
        """`rulebook = "default"`, or a table with a `name` or a `path`."""
        if isinstance(value, dict):
            self._unknown(value, ["name", "path"], "rulebook.")
            named = [one for key, one in value.items() if key in ("name", "path")]
            value = named[0] if len(named) == 1 else value
        if isinstance(value, str) and value:
            return value
        self._tell("rulebook", "toml_type", {"column": "rulebook", "wanted": 'name = "…"', "value": str(value)})
        return None

    def _unknown(self, table: Mapping[str, Any], known: list[str], prefix: str) -> None:
        for key in table:
            if key not in known:
                facts = {"value": f"{prefix}{key}", "maybe": nearest(key, known)}
                self._problems.append(problem(FILE, self._line(key), key, "unknown_key", facts, warning=True))

    def _tell(self, column: str, code: str, facts: Facts) -> None:
        self._wrong = True
        self._problems.append(problem(FILE, self._line(column.rpartition(".")[2]), column, code, facts))

    def _line(self, key: str) -> int:
        pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}[\"']?\s*[=\].]")
        return next((row for row, line in enumerate(self._lines, start=1) if pattern.match(line)), 0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def town_toml(info: TownInfo) -> str:
    """The canonical text: name, provenance, week, `[travel]` (empty file names are left out), `[rulebook]`."""
    lines = [f"{name} = {_toml(getattr(info, name))}" for name in ("name", "provenance", "week_of")]
    travel = {one.name: getattr(info.travel, one.name) for one in fields(TravelSettings)}
    unset = [one.name for one in fields(TravelSettings) if one.default == "" == travel[one.name]]
    lines += ["", "[travel]", *(f"{name} = {_toml(value)}" for name, value in travel.items() if name not in unset)]
    kind = "path" if info.rulebook.endswith(".toml") else "name"
    lines += ["", "[rulebook]", f"{kind} = {_toml(info.rulebook)}", ""]
    return "\n".join(lines)


def _toml(value: str | date | float | tuple[float, ...]) -> str:
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else repr(float(value))


def _escaped(letter: str) -> str:
    short = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter)
    if short is not None:
        return short
    return f"\\u{ord(letter):04X}" if ord(letter) < 32 or ord(letter) == 127 else letter

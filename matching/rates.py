"""Rates that turn population into expected needs: read from TOML, where every number has its source."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from matching.domain import NeedKind
from matching.errors import InputError, Problem
from matching.synthetic.shares import FROM_AGES, Shares

_SEXES = ("", "female", "male")
_USUAL: Mapping[str, Any] = {"kind": None, "ages": [0, 999], "sex": "", "source": None}
_RATE_KEYS = {*_USUAL, "per_1000", "voiced_percent"}


@dataclass(frozen=True, slots=True)
class Rate:
    """Needs of one kind: so many of 1,000 people of an age (inclusive) and sex (empty = all), times who voice them."""

    kind: NeedKind
    age_from: int
    age_to: int
    sex: str
    per_1000: float
    voiced_percent: float
    source: str

    @property
    def percent(self) -> float:
        """Expected needs of 100 people in one round."""
        return self.per_1000 * self.voiced_percent / 1000

    def applies(self, age: int, sex: str) -> bool:
        """Whether it is told for people of this age and sex."""
        return self.age_from <= age <= self.age_to and self.sex in ("", sex)


@dataclass(frozen=True, slots=True)
class Rates:
    """All rates of a table, how people live, and how densely (people to the km²)."""

    name: str
    rates: tuple[Rate, ...]
    shares: Shares
    people_per_km2: int


def read_rates(path: Path) -> Rates:
    """A table of rates, as `fixtures/rates/default.toml`.

    Raises:
        InputError: it cannot be read, or numbers are unknown, out of bounds, told twice or without a source; all told.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([_wrong(path, "", f"読めません ({error})", f"cannot be read ({error})")]) from error
    problems = [
        _wrong(
            path, name, "知らない表です。rate・shares・homes のどれかでは？", "is unknown. Maybe rate, shares or homes?"
        )
        for name in tables
        if name not in ("rate", "shares", "homes")
    ]
    rates = _rates(path, tables.get("rate", []), problems)
    shares = _shares(path, tables.get("shares", {}), problems)
    density = _valued(path, "homes", tables.get("homes", {}), {"people_per_km2"}, problems).get("people_per_km2", 2500)
    if not isinstance(density, int) or density < 1:
        problems.append(
            _wrong(path, "homes.people_per_km2", "1以上の整数が必要です", f"must be 1 or more: {density!r}")
        )
    if problems or shares is None:
        raise InputError(problems)
    return Rates(path.stem, rates, shares, density)


def _rates(path: Path, entries: Any, problems: list[Problem]) -> tuple[Rate, ...]:
    if not isinstance(entries, list) or not entries:
        problems.append(_wrong(path, "rate", "[[rate]] が一つもありません", "there is no [[rate]]"))
        return ()
    found = [_rate(path, f"rate {i + 1}", entry, problems) for i, entry in enumerate(entries)]
    rates = tuple(rate for rate in found if rate is not None)
    for i, one in enumerate(rates):
        if any(_meet(one, other) for other in rates[:i]):
            text = f"{one.kind} {one.age_from}–{one.age_to} {one.sex}".strip()
            problems.append(_wrong(path, "rate", f"{text} の率が重なっています", f"{text} is told twice"))
    return rates


def _rate(path: Path, where: str, entry: Any, problems: list[Problem]) -> Rate | None:
    """One rate, or None with its problems noted."""
    if not isinstance(entry, dict):
        problems.append(_wrong(path, where, f"表ではありません: {entry!r}", f"is no table: {entry!r}"))
        return None
    kind, ages, sex, source = (entry.get(key, usual) for key, usual in _USUAL.items())
    share, voiced = entry.get("per_1000"), entry.get("voiced_percent", 100)
    checks = (
        (set(entry) <= _RATE_KEYS, "", "知らない項目があります", f"unknown key {sorted(set(entry) - _RATE_KEYS)}"),
        (
            kind in list(NeedKind),
            f"kind {kind!r}",
            "ニーズの種類ではありません",
            f"Maybe one of {', '.join(NeedKind)}?",
        ),
        (_is_range(ages), f"ages {ages!r}", "[歳から, 歳まで] が必要です", "needs [from, to]. Maybe they are swapped?"),
        (sex in _SEXES, f"sex {sex!r}", "female か male、または空です", "Maybe female or male, or leave it out?"),
        (_within(share, 1000), f"per_1000 {share!r}", "0〜1000 の数が必要です", "needs a number from 0 to 1000"),
        (_within(voiced, 100), f"voiced_percent {voiced!r}", "0〜100 の数が必要です", "needs a number from 0 to 100"),
        (isinstance(source, str) and source != "", "source", "出典が必要です", "is missing. Maybe «assumption»?"),
    )
    bad = [(what, ja, en) for fine, what, ja, en in checks if not fine]
    problems += [_wrong(path, where, f"{what} {ja}".strip(), f"{what} {en}".strip()) for what, ja, en in bad]
    return None if bad else Rate(NeedKind(kind), ages[0], ages[1], sex, float(share or 0), float(voiced), source)


def _is_range(ages: Any) -> bool:
    return isinstance(ages, list) and [type(a) for a in ages] == [int, int] and 0 <= ages[0] <= ages[1]


def _within(value: Any, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _meet(one: Rate, other: Rate) -> bool:
    """Whether both tell a rate of one kind for the same person."""
    return (
        one.kind == other.kind
        and (one.sex == other.sex or "" in (one.sex, other.sex))
        and one.age_from <= other.age_to
        and other.age_from <= one.age_to
    )


def _shares(path: Path, table: Any, problems: list[Problem]) -> Shares | None:
    values = _valued(path, "shares", table, {part.name for part in fields(Shares)}, problems)
    whole = {
        name: tuple(value)
        for name, value in values.items()
        if isinstance(value, list) and len(value) == len(FROM_AGES) and all(type(v) is int for v in value)
    }
    for name in sorted(values.keys() - whole.keys()):
        text = f"{values[name]!r}"
        problems.append(
            _wrong(path, f"shares.{name}", f"整数4つが必要です: {text}", f"needs four whole numbers: {text}")
        )
    try:
        return Shares(**whole)
    except ValueError as error:
        problems.append(_wrong(path, "shares", f"に誤りがあります ({error})", str(error)))
        return None


def _valued(path: Path, name: str, table: Any, known: set[str], problems: list[Problem]) -> dict[str, Any]:
    """The values of a table of `{ value = …, source = "…" }`."""
    if not isinstance(table, dict):
        problems.append(_wrong(path, name, f"表ではありません: {table!r}", f"is no table: {table!r}"))
        return {}
    out: dict[str, Any] = {}
    for key, entry in table.items():
        if key not in known:
            maybe = ", ".join(sorted(known))
            problems.append(
                _wrong(
                    path, f"{name}.{key}", f"知らない項目です。{maybe} のどれかでは？", f"is unknown. Maybe {maybe}?"
                )
            )
        elif not isinstance(entry, dict) or "value" not in entry or not entry.get("source"):
            problems.append(_wrong(path, f"{name}.{key}", "value と source が必要です", "needs a value and its source"))
        else:
            out[key] = entry["value"]
    return out


def _wrong(path: Path, where: str, ja: str, en: str) -> Problem:
    return Problem(path.name, 0, where, "rates", f"{where} {ja}".strip(), f"{where} {en}".strip())

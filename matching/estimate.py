"""Expected needs from population: each counted person voices a need with the rate of their age and sex, or none.

Everything that comes out is synthetic and marked so: identifiers begin with `est-`, and the provenance says it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import cos, pi, radians, sqrt

import numpy as np

from matching.domain import Area, Community, NeedKind, PopulationCount
from matching.errors import InputError, Problem
from matching.rates import Rates
from matching.synthetic.draw import Bools, Dice, Ints
from matching.synthetic.people import Homes, draw_needs, draw_residents

PREFIX = "est-"
_ESTIMATED = re.compile(PREFIX + r"[rn]\d{6,}")
_OLDEST = 99
_FEMALE_PERCENT = 51
"""Of the people whose sex a count does not tell (assumption: about the country's share)."""
_KM_PER_DEGREE = 111.0
_MOST_KM = 1.5
_MARKS = ("【試算】", "[estimate]")
_TOLD_JA = (
    "ID が est- で始まる住民とニーズは、人口と率の表「{rates}」から種 {seed} で抽出した合成データです（{needs} 件）。"
    "実在の人ではなく、座標も地区の点のまわりに散らしたものです。"
)
_TOLD_EN = (
    "residents and needs whose id begins with est- are synthetic, drawn from population with the rates «{rates}» and "
    "seed {seed} ({needs} needs); nobody is real, coordinates are scattered around the area's point."
)


def estimate(community: Community, rates: Rates, seed: int = 0) -> Community:
    """The community with estimated residents and needs added; an earlier estimate is replaced, never doubled.

    Counted are the newest population of each area, and of areas inside others only the inner ones. Deterministic.

    Raises:
        InputError: there is no population, or an area counts the same people twice.
        ValueError: a negative seed.
    """
    town = without_estimate(community)
    rows = counted(town)
    dice = Dice(seed)
    people = _sample(dice, rows)
    asks = {kind: _ask(dice, rates, kind, people) for kind in NeedKind if any(r.kind is kind for r in rates.rates)}
    voiced = np.flatnonzero(np.logical_or.reduce([np.zeros(len(people.age), np.bool_), *asks.values()]))
    homes = _homes(dice, town, rows, people, voiced, rates)
    residents = draw_residents(dice, homes, rates.shares, town.info.week_of)
    who, kinds = _needs_of(asks, voiced)
    ids = [f"{PREFIX}n{i + 1:06}" for i in range(len(who))]
    needs = draw_needs(dice, ids, [residents[i] for i in who.tolist()], kinds, homes.age[who], rates.shares)
    told = {"rates": rates.name, "seed": seed, "needs": len(needs)}
    provenance = (
        town.info.provenance,
        f"{_MARKS[0]}{_TOLD_JA.format(**told)}",
        f"{_MARKS[1]} {_TOLD_EN.format(**told)}",
    )
    return replace(
        town,
        info=replace(town.info, provenance="\n".join(filter(None, provenance))),
        residents=town.residents + residents,
        needs=town.needs + needs,
    )


def without_estimate(community: Community) -> Community:
    """The community without estimated people, and without whatever refers to them."""
    rows = {
        part.name: tuple(row for row in getattr(community, part.name) if not _estimated(row))
        for part in fields(community)
        if part.name != "info"
    }
    lines = [line for line in community.info.provenance.split("\n") if not line.startswith(_MARKS)]
    return Community(info=replace(community.info, provenance="\n".join(lines)), **rows)


def expected(community: Community, rates: Rates) -> Mapping[tuple[str, NeedKind], float]:
    """How many needs are expected in each area of each kind: the sum of population times rate, before any draw.

    Raises:
        InputError: as `estimate`.
    """
    out: dict[tuple[str, NeedKind], float] = {}
    for row in counted(without_estimate(community)):
        weights = _age_weights(row)
        sexes = (
            {row.sex: 100}
            if row.sex in ("female", "male")
            else {"female": _FEMALE_PERCENT, "male": 100 - _FEMALE_PERCENT}
        )
        for rate in rates.rates:
            share = sum(
                weight * part
                for age, weight in enumerate(weights, row.age_from)
                for sex, part in sexes.items()
                if rate.applies(age, sex)
            )
            key = (row.area_id, rate.kind)
            out[key] = out.get(key, 0.0) + row.people * rate.percent * share / (100 * 100 * sum(weights))
    return out


def counted(community: Community) -> tuple[PopulationCount, ...]:
    """The rows of population that count: of each area the newest year; of an area with counted areas inside, none.

    Raises:
        InputError: no row is left, or bands of one area overlap, so that people would count twice.
    """
    newest: dict[str, int] = {}
    for row in community.population:
        newest[row.area_id] = max(newest.get(row.area_id, 0), row.year or 0)
    parent = {area.area_id: area.parent_id for area in community.areas}
    above = set[str]()
    for area_id in newest:
        step = parent.get(area_id, "")
        while step and step not in above:
            above.add(step)
            step = parent.get(step, "")
    rows = [
        (number, row)
        for number, row in enumerate(community.population, 2)
        if (row.year or 0) == newest[row.area_id] and row.area_id not in above
    ]
    problems = _twice(rows) if any(row.people for _, row in rows) else [_nobody()]
    if problems:
        raise InputError(problems)
    return tuple(row for _, row in rows)


@dataclass(frozen=True, slots=True)
class _People:
    """Every counted person: the row of population they come from, their age and sex."""

    row: Ints
    age: Ints
    female: Bools


def _estimated(row: object) -> bool:
    """Whether a row is estimated or refers to somebody who is."""
    names = ("resident_id", "need_id", "other_id", "target", "from_id", "to_id")
    return any(_ESTIMATED.fullmatch(str(getattr(row, name, ""))) for name in names)


def _twice(rows: Sequence[tuple[int, PopulationCount]]) -> list[Problem]:
    """A problem for each row whose people another row of the area counts too."""
    groups: dict[str, list[tuple[int, PopulationCount]]] = {}
    for number, row in rows:
        groups.setdefault(row.area_id, []).append((number, row))
    out = []
    for area_id, group in groups.items():
        group.sort(key=lambda one: (one[1].sex, one[1].age_from))
        for i, (number, row) in enumerate(group):
            if any(_overlap(row, other) for _, other in group[:i]):
                out.append(
                    Problem(
                        "population.csv",
                        number,
                        "age_from",
                        "counted_twice",
                        f"地区 {area_id} の {row.age_from} 歳からの人口が二重です。合計の行が混ざっていませんか？",
                        f"area {area_id} counts people from {row.age_from} twice. Maybe a row of totals is among them?",
                    )
                )
    return out


def _overlap(one: PopulationCount, other: PopulationCount) -> bool:
    same = one.sex == other.sex or "" in (one.sex, other.sex)
    return same and one.age_from <= (other.age_to or 999) and other.age_from <= (one.age_to or 999)


def _nobody() -> Problem:
    return Problem(
        "population.csv",
        0,
        "people",
        "no_population",
        "人口がありません。地区・性・年齢階級別の人口を population.csv に入れてください",
        "there is no population. Maybe fill population.csv with people by area, sex and age band?",
    )


def _age_weights(row: PopulationCount) -> list[int]:
    """Weights of the single years of a band from its first: even, or falling to 99 where the band is open."""
    if row.age_to is not None:
        return [1] * (row.age_to - row.age_from + 1)
    return list(range(max(1, _OLDEST + 1 - row.age_from), 0, -1))


def _sample(dice: Dice, rows: Sequence[PopulationCount]) -> _People:
    """One entry a person, with an age inside their band."""
    of = np.repeat(np.arange(len(rows)), [row.people for row in rows])
    bands: dict[tuple[int, int | None], list[int]] = {}
    for i, row in enumerate(rows):
        bands.setdefault((row.age_from, row.age_to), []).append(i)
    age = np.zeros(len(of), np.int64)
    for (first, _), members in bands.items():
        inside = np.flatnonzero(np.isin(of, members))
        age[inside] = first + dice.pick(_age_weights(rows[members[0]]), len(inside))
    known = np.array([{"female": 100, "male": 0}.get(row.sex, _FEMALE_PERCENT) for row in rows], np.int64)
    return _People(of, age, dice.chance(known[of], len(of)))


def _ask(dice: Dice, rates: Rates, kind: NeedKind, people: _People) -> Bools:
    """Who voices a need of one kind."""
    percent = np.zeros(len(people.age))
    for rate in rates.rates:
        if rate.kind is kind:
            told = (people.age >= rate.age_from) & (people.age <= rate.age_to)
            if rate.sex:
                told &= people.female == (rate.sex == "female")
            percent[told] = rate.percent
    return dice.chance(percent, len(percent))


def _homes(
    dice: Dice, town: Community, rows: Sequence[PopulationCount], people: _People, voiced: Ints, rates: Rates
) -> Homes:
    """The people who voice a need, scattered around their area's point as its people would live at that density."""
    areas = {area.area_id: area for area in town.areas}
    lives: dict[str, int] = {}
    for row in rows:
        lives[row.area_id] = lives.get(row.area_id, 0) + row.people
    radius = {a: min(_MOST_KM, sqrt(n / rates.people_per_km2 / pi)) for a, n in lives.items()}
    ids = [rows[i].area_id for i in people.row[voiced].tolist()]
    offset = (dice.scatter(len(ids)) * np.array([radius[a] * 1.5 for a in ids]).reshape(-1, 1)).tolist()
    points = [_near(areas[a], north, east) for a, (north, east) in zip(ids, offset, strict=True)]
    return Homes(
        [f"{PREFIX}r{i + 1:06}" for i in range(len(ids))],
        ids,
        [point[0] for point in points],
        [point[1] for point in points],
        people.age[voiced],
        people.female[voiced],
    )


def _near(area: Area, north: float, east: float) -> tuple[float | None, float | None]:
    """A point so many km away, rounded to about 100 m; none where the area has none."""
    if area.latitude is None or area.longitude is None:
        return None, None
    narrow = max(0.05, cos(radians(area.latitude)))
    latitude = min(90.0, max(-90.0, area.latitude + north / _KM_PER_DEGREE))
    return round(latitude, 3), round(area.longitude + east / (_KM_PER_DEGREE * narrow), 3)


def _needs_of(asks: Mapping[NeedKind, Bools], voiced: Ints) -> tuple[Ints, list[NeedKind]]:
    """Position among the voiced, and kind, of every need, person by person."""
    pairs = sorted((i, n) for n, asked in enumerate(asks.values()) for i in np.flatnonzero(asked[voiced]).tolist())
    kinds = tuple(asks)
    return np.array([i for i, _ in pairs], np.int64), [kinds[n] for _, n in pairs]

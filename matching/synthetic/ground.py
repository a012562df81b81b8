"""Where a synthetic city lies: a coastal strip with daily-life areas around a harbour, on the open Pacific.

The coordinates are at sea on purpose, so that no invented home falls on anybody's real one.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from matching.domain import Area, PopulationCount
from matching.synthetic.draw import Dice, Floats, Ints, shared_out
from matching.synthetic.words import AREA_PARTS, CITY_HEADS, CITY_TAILS

CITY_NEEDS = 600
CITY_PEOPLE = 48_000
CITY_AREAS = len(AREA_PARTS)
CITY_KM = (15.0, 12.0)
"""West to east and south to north; the sea is in the south."""

_ORIGIN = (26.5, 145.0)
_KM_PER_DEGREE = (110.9, 98.5)

_LAYOUT = (  # km east, km north of the south-west corner; weight of its people; radius in km
    (7.2, 2.6, 12, 0.6),
    (8.6, 1.9, 9, 0.5),
    (7.0, 4.3, 9, 0.6),
    (5.6, 2.0, 8, 0.6),
    (9.6, 3.4, 8, 0.6),
    (4.2, 3.2, 7, 0.6),
    (10.8, 1.9, 6, 0.6),
    (8.5, 5.3, 7, 0.6),
    (3.0, 1.9, 6, 0.6),
    (12.0, 3.0, 5, 0.6),
    (5.2, 5.6, 5, 0.7),
    (11.0, 5.2, 5, 0.7),
    (2.2, 4.6, 4, 0.7),
    (6.8, 7.6, 4, 0.8),
    (13.6, 1.5, 3, 0.7),
    (9.6, 9.4, 2, 1.0),
)
_FROM_AGE = tuple(range(0, 90, 5))
_FEMALE = (22, 25, 27, 27, 21, 23, 26, 31, 37, 44, 48, 47, 52, 67, 78, 68, 53, 82)
_MALE = (23, 26, 29, 28, 22, 25, 28, 33, 38, 45, 47, 46, 49, 64, 70, 49, 33, 36)
"""Weights of the 5-year bands 0–4 … 85+: together 41 % are 65 and over, 22 % 75 and over."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One city: its areas (the first is the municipality itself), and how it is laid out.

    `centre` (areas, 2) and `radius` (areas,) are of the daily-life areas alone, in km from the corner of the city.
    """

    prefix: str
    name: str
    areas: tuple[Area, ...]
    population: tuple[PopulationCount, ...]
    centre: Floats
    radius: Floats
    people: Ints
    corner: tuple[float, float]

    def area_id(self, number: int) -> str:
        """Identifier of the daily-life area `number` (from 0)."""
        return self.areas[number + 1].area_id

    def around(self, dice: Dice, area: Ints, spread: float = 1.0) -> tuple[list[float], list[float]]:
        """Points scattered in areas, rounded to about 100 m and kept on land: latitudes and longitudes."""
        km = self.centre[area] + dice.scatter(len(area)) * (self.radius[area] * spread * 1.5)[:, None]
        km[:, 1] = np.maximum(km[:, 1], coast(km[:, 0]))
        return degrees(self.corner, km)


def lay_out(dice: Dice, number: int, needs: int, name: str, year: int) -> Ground:
    """City `number` (from 0) with people, areas and population for so many needs; the first is called `name`.

    Its areas are called by the name without 市, 町, 村 or 区.
    """
    prefix = f"c{number + 1}-" if number else ""
    many = max(1, round(CITY_AREAS * needs / CITY_NEEDS))
    whole = name if number == 0 else CITY_HEADS[number % 41] + CITY_TAILS[number // 41 % 41] + "市"
    town = whole[:-1] if len(whole) > 1 and whole[-1] in "市町村区" else whole
    layout = np.array(_LAYOUT[:many])
    centre = layout[:, :2] + dice.scatter(many) * 0.4
    centre[:, 1] = np.maximum(centre[:, 1], coast(centre[:, 0]) + 0.3)
    people = shared_out([int(w) for w in layout[:, 2]], max(many, round(CITY_PEOPLE * needs / CITY_NEEDS)))
    latitude, longitude = degrees(_corner(number), np.vstack([centre[:1], centre]))
    ids = [f"{prefix}a{i:02}" for i in range(many + 1)]
    counts = _population(dice, ids[1:], people, year)
    older = [_people_from(counts, age, ids) for age in (0, 65, 75)]
    areas = tuple(
        Area(
            ids[i],
            f"{town}{AREA_PARTS[i - 1]}" if i else whole,
            2 if i else 1,
            ids[0] if i else "",
            latitude[i],
            longitude[i],
            older[0][i],
            older[1][i],
            older[2][i],
        )
        for i in range(many + 1)
    )
    return Ground(prefix, town, areas, counts, centre, layout[:, 3], people, _corner(number))


def coast(east: Floats) -> Floats:
    """Km north at which the land begins: a bay, deepest in the middle."""
    return 0.4 + 0.9 * np.abs(east - CITY_KM[0] / 2) / CITY_KM[0]


def degrees(corner: tuple[float, float], km: Floats) -> tuple[list[float], list[float]]:
    """Latitudes and longitudes of points in km from a corner, rounded to about 100 m."""
    return (
        [round(corner[0] + north / _KM_PER_DEGREE[0], 3) for north in km[:, 1].tolist()],
        [round(corner[1] + east / _KM_PER_DEGREE[1], 3) for east in km[:, 0].tolist()],
    )


def _corner(number: int) -> tuple[float, float]:
    """South-west corner of city `number`: growing squares, so that it is the same in a town of any size."""
    ring = isqrt(number)
    step = number - ring * ring
    column, row = (ring, step) if step <= ring else (2 * ring - step, ring)
    return (
        _ORIGIN[0] + row * CITY_KM[1] / _KM_PER_DEGREE[0],
        _ORIGIN[1] + column * CITY_KM[0] / _KM_PER_DEGREE[1],
    )


def _population(dice: Dice, ids: list[str], people: Ints, year: int) -> tuple[PopulationCount, ...]:
    """By area × sex × 5-year band; some areas are older, some younger."""
    tilt = dice.between(-12, 12, len(ids)) + np.linspace(-6, 10, len(ids)).astype(np.int64)
    tilt -= int(tilt @ people) // int(people.sum())
    rows = []
    for area_id, whole, lean in zip(ids, people.tolist(), tilt.tolist(), strict=True):
        weights = [w * (100 + lean * (1 if age >= 65 else -1)) for w, age in zip(_FEMALE, _FROM_AGE, strict=True)]
        weights += [w * (100 + lean * (1 if age >= 65 else -1)) for w, age in zip(_MALE, _FROM_AGE, strict=True)]
        counts = shared_out(weights, whole).tolist()
        for i, count in enumerate(counts):
            age = _FROM_AGE[i % 18]
            sex = "female" if i < 18 else "male"
            rows.append(PopulationCount(area_id, year, sex, age, age + 4 if age < 85 else None, count))
    return tuple(rows)


def _people_from(counts: tuple[PopulationCount, ...], age: int, ids: list[str]) -> list[int]:
    """People of at least `age` by area; the first area is the sum of the others."""
    total = dict.fromkeys(ids, 0)
    for row in counts:
        if row.age_from >= age:
            total[row.area_id] += row.people
            total[ids[0]] += row.people
    return [total[area_id] for area_id in ids]

"""A seeded town of any size: cities of minato's size side by side, each a whole community of its own."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

import numpy as np

from matching.domain import Community, Need, NeedKind, Resident, TownInfo
from matching.synthetic.bonds import Town, find_companions, make_wishes, place_some, seat_councils, tie
from matching.synthetic.counts import ask_survey, count_attendance, hear_ideas, lend_vehicles, sign_drivers
from matching.synthetic.draw import Dice, Ints
from matching.synthetic.ground import CITY_NEEDS, Ground, lay_out
from matching.synthetic.people import Homes, draw_needs, draw_residents
from matching.synthetic.places import open_places
from matching.synthetic.rides import ask_rides
from matching.synthetic.shares import Shares

WEEK_OF = date(2026, 6, 1)
PROVENANCE = (
    "すべて合成データです（種 {seed}、ニーズ {needs} 件）。実在の人・住所・施設は含みません。"
    "地名・名称は部品から組み立てたもので、似た名があれば偶然です。座標は太平洋上に置いています。 / "
    "Wholly synthetic (seed {seed}, {needs} needs): no real person, address or facility. Names are put together from "
    "parts, any likeness is chance; the coordinates are out on the Pacific. CC0."
)
_KINDS: tuple[tuple[NeedKind, int], ...] = (
    (NeedKind.PARTICIPATION, 44),
    (NeedKind.MOBILITY, 10),
    (NeedKind.WATCH_OVER, 8),
    (NeedKind.HOUSEWORK, 8),
    (NeedKind.CONSULTATION, 6),
    (NeedKind.MEAL, 5),
    (NeedKind.WORK_LIKE, 5),
    (NeedKind.SHOPPING, 5),
    (NeedKind.OUTING, 3),
    (NeedKind.PROCEDURES, 2),
    (NeedKind.RIGHTS, 1),
    (NeedKind.HOUSING, 1),
    (NeedKind.OUTREACH, 1),
    (NeedKind.OTHER, 1),
)
"""Kinds of need and their share in per cent (assumption)."""
_WORKING_AGE = (NeedKind.WORK_LIKE, NeedKind.OUTREACH)
_OLDER = (12, 17, 23, 23, 16, 7, 2)
"""Weights of the ages 65–69, 70–74 … 95–99 among people with needs."""


def generate(needs: int, seed: int, name: str = "みなと市") -> Community:
    """A town of that name with so many needs (10 to a million), all else in proportion; the same seed, the same town.

    Raises:
        ValueError: fewer than one need, or a negative seed.
    """
    parts = list(cities(needs, seed, name))
    if len(parts) == 1:
        return parts[0]
    columns = {
        part.name: tuple(row for city in parts for row in getattr(city, part.name))
        for part in fields(Community)
        if part.name != "info"
    }
    return Community(info=parts[0].info, **columns)


def cities(needs: int, seed: int, name: str = "みなと市") -> Iterator[Community]:
    """The cities of such a town, one after the other; each is whole in itself, and the same in a larger town."""
    if needs < 1:
        raise ValueError(f"{needs} needs make no town. Maybe 600, a city of 48,000 people?")
    whole, rest = divmod(needs, CITY_NEEDS)
    info = TownInfo(name, WEEK_OF, PROVENANCE.format(seed=seed, needs=needs))
    for number, size in enumerate([CITY_NEEDS] * whole + [rest] * (rest > 0)):
        yield _city(Dice(seed, number), number, size, name, info)


def _city(dice: Dice, number: int, needs: int, name: str, info: TownInfo) -> Community:
    ground = lay_out(dice, number, needs, name, info.week_of.year)
    people, wanted = _people(dice, ground, needs, info.week_of)
    places = open_places(dice, ground, needs, people, info.week_of)
    town = Town(ground, people, wanted, places, info.week_of)
    placements = place_some(dice, town)
    vehicles = lend_vehicles(dice, ground.prefix, places.resources, info.week_of)
    return Community(
        info=info,
        areas=ground.areas,
        organisations=places.organisations,
        council_members=seat_councils(dice, town),
        ties=tie(dice, town),
        residents=people,
        needs=wanted,
        wishes=make_wishes(dice, town, placements),
        companions=find_companions(dice, town, placements),
        resources=places.resources,
        openings=places.openings,
        placements=placements,
        vehicles=vehicles,
        drivers=sign_drivers(dice, ground.prefix, vehicles, info.week_of),
        population=ground.population,
        attendance=count_attendance(dice, places.resources, places.openings, info.week_of),
        survey=ask_survey(dice, ground, info.week_of.year - 1),
        ideas=hear_ideas(dice, ground, needs),
        ride_requests=ask_rides(dice, town, ground.prefix),
    )


def _people(dice: Dice, ground: Ground, needs: int, week_of: date) -> tuple[tuple[Resident, ...], tuple[Need, ...]]:
    """Three residents to four needs; the first need of each says how old they are."""
    many = max(1, round(needs * 3 / 4))
    owner = np.concatenate([np.arange(many), dice.order(many)[: needs - many]])
    kinds = _kinds(dice, owner, needs)
    age = _ages(dice, [kinds[i] for i in range(many)])
    female = dice.chance(np.where(age >= 65, 63, 40), many)
    demand = (ground.people * dice.between(70, 130, len(ground.people)) + 1).tolist()
    area = dice.deal(demand, many)
    latitude, longitude = ground.around(dice, area)
    homes = Homes(
        [f"{ground.prefix}r{i + 1:04}" for i in range(many)],
        [ground.area_id(a) for a in area.tolist()],
        latitude,
        longitude,
        age,
        female,
    )
    people = draw_residents(dice, homes, Shares(), week_of)
    order = np.argsort(owner, kind="stable")
    ids = [f"{ground.prefix}n{i + 1:04}" for i in range(needs)]
    who = owner[order]
    wanted = draw_needs(
        dice, ids, [people[i] for i in who.tolist()], [kinds[i] for i in order.tolist()], age[who], Shares()
    )
    return people, wanted


def _kinds(dice: Dice, owner: Ints, needs: int) -> list[NeedKind]:
    """The kind of every need in its share; a person's second need of one kind becomes one of participation."""
    kinds = [_KINDS[i][0] for i in dice.deal([share for _, share in _KINDS], needs).tolist()]
    first = kinds[: int(owner.max()) + 1]
    for i in range(len(first), needs):
        if kinds[i] is first[owner[i]]:
            kinds[i] = NeedKind.PARTICIPATION
    return kinds


def _ages(dice: Dice, kinds: list[NeedKind]) -> Ints:
    """Working age for a place to work and for outreach; mostly 65 and over for everything else."""
    n = len(kinds)
    older = 65 + 5 * dice.pick(_OLDER, n) + dice.between(0, 4, n)
    younger = dice.between(18, 64, n)
    young = dice.chance([88 if kind in _WORKING_AGE else 7 for kind in kinds], n)
    return np.where(young, younger, older)

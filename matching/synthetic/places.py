"""Organisations, resources and openings of a synthetic city, cooked from the recipes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np

from matching.domain import Accepting, Opening, Organisation, Resident, Resource, ResourceKind, Sharing, Weekday, Where
from matching.synthetic.draw import Bools, Dice, Ints, shared_out
from matching.synthetic.ground import CITY_NEEDS, Ground
from matching.synthetic.recipes import ORGANISATIONS, RECIPES, Recipe
from matching.synthetic.words import NICKNAMES

_AT_THE_AREA = (Where.VISIT, Where.ONLINE, Where.PHONE)
_OPEN_TO_ALL = (ResourceKind.CAFE, ResourceKind.SHOP, ResourceKind.WORKPLACE)
_TIREDNESS = (None, 0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class Places:
    """What a city offers."""

    organisations: tuple[Organisation, ...]
    resources: tuple[Resource, ...]
    openings: tuple[Opening, ...]


def open_places(dice: Dice, ground: Ground, needs: int, residents: Sequence[Resident], week_of: date) -> Places:
    """Resources for so many needs, led or lent by residents where a recipe says so; supply varies by area."""
    organisations = _found(dice, ground, needs)
    share = [recipe.count for recipe in RECIPES]
    counts = shared_out(share, max(1, round(sum(share) * needs / CITY_NEEDS)))
    supply = (ground.people * dice.between(40, 160, len(ground.people)) + 1).tolist()
    able = [residents[i] for i in dice.order(len(residents)) if _may_help(residents[i])]
    resources: list[Resource] = []
    openings: list[Opening] = []
    for recipe, many in zip(RECIPES, counts.tolist(), strict=True):
        leads = dice.chance(recipe.by_resident, many)
        leaders = [_leader(able, recipe) if lead else None for lead in leads]
        area = dice.deal(supply, many)
        cooked = _resources(dice, ground, recipe, area, leaders, organisations, week_of, len(resources))
        resources += cooked
        openings += _openings(dice, ground.prefix, recipe, cooked, len(openings))
    return Places(organisations, tuple(resources), tuple(openings))


def _found(dice: Dice, ground: Ground, needs: int) -> tuple[Organisation, ...]:
    """About thirty organisations for a whole city; a small town has at least its office and its council of welfare."""
    share = [many for _, _, many in ORGANISATIONS]
    counts = shared_out(share, max(3, round(sum(share) * needs / CITY_NEEDS)))
    counts[:2] = 1
    titles = [kind for kind, many in zip(ORGANISATIONS, counts.tolist(), strict=True) for _ in range(many)]
    area = (dice.order(len(titles)) % len(ground.people) + 1).tolist()
    return tuple(
        Organisation(
            f"{ground.prefix}o{i + 1:02}",
            f"{ground.name if whole == 1 else ground.areas[area[i]].name}{title}",
            sector,
            ground.areas[0 if whole == 1 else area[i]].area_id,
        )
        for i, (sector, title, whole) in enumerate(titles)
    )


def _may_help(person: Resident) -> bool:
    return bool(person.strengths) and person.sharing is Sharing.CONSENT and "wheelchair" not in person.requires


def _leader(able: list[Resident], recipe: Recipe) -> Resident | None:
    """Take a resident who is good at what the recipe needs, else anybody who would help."""
    wanted = {*recipe.roles, *(activity for bundle in recipe.bundles for activity in bundle)}
    for i, person in enumerate(able):
        if not wanted.isdisjoint(person.strengths):
            return able.pop(i)
    return able.pop() if able else None


def _resources(
    dice: Dice,
    ground: Ground,
    recipe: Recipe,
    area: Ints,
    leaders: Sequence[Resident | None],
    organisations: tuple[Organisation, ...],
    week_of: date,
    before: int,
) -> list[Resource]:
    """The resources of one recipe, one an area given; a leader's own area wins."""
    n = len(area)
    numbers = {a.area_id: i for i, a in enumerate(ground.areas[1:])}
    area = np.array([numbers[p.area_id] if p else a for p, a in zip(leaders, area.tolist(), strict=True)], np.int64)
    latitude, longitude = ground.around(dice, area, 0.7)
    behind = _organisations_behind(dice, ground, recipe, area, organisations)
    features, bundle = _features(dice, recipe, n), dice.pick((1,) * len(recipe.bundles), n)
    name, role = dice.pick((1,) * len(NICKNAMES), n), dice.pick((1,) * max(1, len(recipe.roles)), n)
    accepting, confirmed = _accepting(dice, recipe, n), _confirmed(dice, n, week_of)
    tired, tired_days = dice.pick((45, 25, 17, 9, 4), n), dice.between(3, 150, n)
    fee, travel, hours = (_one_of(dice, options, n) for options in (recipe.fees, recipe.travel, recipe.monthly_hours))
    given, staff, sign = dice.between(0, 80, n), dice.between(1, 4, n), dice.chance(8, n)
    out = []
    for i, place in enumerate(ground.areas[a + 1] for a in area.tolist()):
        at_area, fatigue = recipe.where in _AT_THE_AREA, _TIREDNESS[tired[i]] if recipe.tires else None
        leader, limit = leaders[i], hours[i]
        out.append(
            Resource(
                resource_id=f"{ground.prefix}s{before + i + 1:03}",
                name=_name(recipe, place.name, NICKNAMES[name[i]]),
                kind=recipe.kind,
                where=recipe.where,
                organisation_id="" if leader and at_area else behind[i],
                resident_id=leader.resident_id if leader else "",
                area_id=place.area_id,
                latitude=place.latitude if at_area or leader else latitude[i],
                longitude=place.longitude if at_area or leader else longitude[i],
                max_travel_minutes=travel[i],
                informal=recipe.informal,
                features=features[i],
                activities=recipe.bundles[bundle[i]],
                roles=recipe.roles[role[i] : role[i] + 1],
                serves=recipe.serves,
                fields=recipe.fields,
                stage=recipe.stage,
                staff_fte=float(staff[i]) / 2 if recipe.stage else None,
                languages=("ja", "en") if sign[i] else (),
                min_age=recipe.min_age,
                areas_served=_areas_served(ground, recipe, int(area[i])),
                accepting=accepting[i],
                confirmed_on=confirmed[i],
                fee_yen=fee[i],
                max_hours_per_month=None if limit is None else float(limit),
                hours_this_month=None if limit is None else float(limit * int(given[i]) // 100),
                fatigue=fatigue,
                fatigue_on=None if fatigue is None else week_of - timedelta(days=int(tired_days[i])),
            )
        )
    return out


def _openings(dice: Dice, prefix: str, recipe: Recipe, resources: Sequence[Resource], before: int) -> list[Opening]:
    """The openings of one recipe's resources; two of one resource are on different days."""
    per = dice.between(*recipe.openings, len(resources))
    owner = np.repeat(np.arange(len(resources)), per)
    n = len(owner)
    nth = np.arange(n) - np.repeat(np.cumsum(per) - per, per)
    days = tuple(Weekday(day) for day in recipe.days.split())
    day = (dice.between(0, len(days) - 1, len(resources))[owner] + nth * 2) % len(days)
    again = nth // len(days)  # more openings than days: the next hour of the list
    hour = (dice.pick((1,) * len(recipe.hours), len(resources))[owner] + again) % len(recipe.hours)
    hours = [_hours(text) for text in recipe.hours]
    weeks = dice.pick((1,) * len(recipe.weeks), n)
    capacity = dice.between(*(recipe.capacity or (0, 0)), n)
    coming = capacity * dice.between(*recipe.filled, n) // 100
    load = np.minimum(dice.between(*(recipe.load or (0, 0)), n), capacity if recipe.capacity else 9)
    least = dice.between(*(recipe.min_attendance or (0, 0)), n)
    reward, host = _one_of(dice, recipe.rewards, n), _one_of(dice, recipe.host_fees, n)
    return [
        Opening(
            opening_id=f"{prefix}w{before + i + 1:03}",
            resource_id=resources[owner[i]].resource_id,
            weekday=days[day[i]],
            start=hours[hour[i]][0],
            end=hours[hour[i]][1],
            weeks_of_month=recipe.weeks[weeks[i]],
            capacity=int(capacity[i]) if recipe.capacity else None,
            comfortable_load=int(load[i]) if recipe.load else None,
            attending=int(min(coming[i], load[i])) if recipe.load else int(coming[i]),
            min_attendance=int(least[i]) if recipe.min_attendance else None,
            stay_minutes=recipe.stay_minutes,
            reward_yen=reward[i],
            host_fee_yen=host[i],
        )
        for i in range(n)
    ]


def _hours(text: str) -> tuple[time, time]:
    start, end = text.split("-")
    return time.fromisoformat(start), time.fromisoformat(end)


def _one_of(dice: Dice, options: tuple[int, ...], n: int) -> list[int | None]:
    at = dice.pick((1,) * max(1, len(options)), n).tolist()
    return [options[i] for i in at] if options else [None] * n


def _name(recipe: Recipe, area: str, nickname: str) -> str:
    """«みなと北サロン ひだまり», and for who visits a role: «家事ボランティア みなと北地区»."""
    if recipe.where is Where.VISIT:
        return f"{recipe.title} {area}地区"
    return f"{area}{recipe.title} {nickname}" if recipe.nickname else f"{area}{recipe.title}"


def _features(dice: Dice, recipe: Recipe, n: int) -> list[tuple[str, ...]]:
    """Drawn by their shares; a place for wheelchairs has no step; of some nothing is known."""
    unknown = dice.chance(recipe.unknown, n)
    has: dict[str, Bools] = {name: dice.chance(share, n) & ~unknown for name, share in recipe.features}
    if "wheelchair" in has and "step_free" in has:
        has["step_free"] |= has["wheelchair"]
    return [tuple(name for name, column in has.items() if column[i]) for i in range(n)]


def _accepting(dice: Dice, recipe: Recipe, n: int) -> list[Accepting]:
    asks, shut = dice.chance(recipe.ask_first, n), dice.chance(1, n)
    return [
        Accepting.CLOSED if closed else Accepting.ASK_FIRST if ask else Accepting.OPEN
        for ask, closed in zip(asks.tolist(), shut.tolist(), strict=True)
    ]


def _confirmed(dice: Dice, n: int, week_of: date) -> list[date | None]:
    """Most entries within the year, some old, some never confirmed."""
    age = dice.pick((72, 20, 8), n)
    days = dice.uniform(n)
    return [
        None if old == 2 else week_of - timedelta(days=int(7 + at * 340 + 360 * old))
        for old, at in zip(age.tolist(), days.tolist(), strict=True)
    ]


def _organisations_behind(
    dice: Dice, ground: Ground, recipe: Recipe, area: Ints, organisations: tuple[Organisation, ...]
) -> list[str]:
    """For each resource an organisation of a fitting sector, in its own area if there is one; some have none."""
    fitting = [o for o in organisations if o.sector in recipe.sectors]
    alone, at = dice.chance(15, len(area)), dice.uniform(len(area))
    out = []
    for number, single, draw in zip(area.tolist(), alone.tolist(), at.tolist(), strict=True):
        near = [o for o in fitting if o.area_id == ground.area_id(number)] or fitting
        out.append("" if single or not near else near[int(draw * len(near))].organisation_id)
    return out


def _areas_served(ground: Ground, recipe: Recipe, area: int) -> tuple[str, ...]:
    """The nearest areas; else its own city, but for what anybody may walk into, wherever they live."""
    if not recipe.near_areas:
        return () if recipe.kind in _OPEN_TO_ALL or recipe.informal else (ground.areas[0].area_id,)
    away = np.abs(ground.centre - ground.centre[area]).sum(axis=1)
    nearest = np.sort(np.argsort(away, kind="stable")[: recipe.near_areas])
    return tuple(ground.area_id(int(i)) for i in nearest)

"""What binds a synthetic city together: placements, wishes, companions, ties, and who sits in its councils."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matching.domain import (
    Accepting,
    Companion,
    CouncilMember,
    Mode,
    Need,
    NeedKind,
    Opening,
    Placement,
    PlacementState,
    Relation,
    Resident,
    Resource,
    ResourceKind,
    Sharing,
    Tie,
    TieKind,
    Where,
    Wish,
)
from matching.synthetic.draw import Dice
from matching.synthetic.ground import Ground
from matching.synthetic.places import Places
from matching.synthetic.recipes import COUNCIL_WEIGHT

PLACED_PERCENT = 14
_LIKINGS = (2, 1, -1, -2)
_STATES = (PlacementState.TRIAL, PlacementState.SETTLED, PlacementState.FIXED)


@dataclass(frozen=True, slots=True)
class Town:
    """The people and places of a city, as far as they are drawn."""

    ground: Ground
    residents: tuple[Resident, ...]
    needs: tuple[Need, ...]
    places: Places
    week_of: date


def place_some(dice: Dice, town: Town) -> tuple[Placement, ...]:
    """Some needs already hold a place in their own area, all of them where every rule allows it."""
    people = {p.resident_id: p for p in town.residents}
    resources = {r.resource_id: r for r in town.places.resources}
    nearby: dict[str, list[tuple[Opening, Resource]]] = {}
    for opening in town.places.openings:
        resource = resources[opening.resource_id]
        nearby.setdefault(resource.area_id, []).append((opening, resource))
    room = {o.opening_id: max(0, (o.capacity or 0) - o.attending) // 2 for o in town.places.openings}
    target, busy = round(len(town.needs) * PLACED_PERCENT / 100), set[str]()
    found: list[tuple[Need, Opening]] = []
    for row in dice.order(len(town.needs)).tolist():
        need = town.needs[row]
        person = people[need.resident_id]
        if len(found) < target and need.resident_id not in busy and person.sharing is Sharing.CONSENT:
            for opening, resource in nearby.get(person.area_id, ()):
                if room[opening.opening_id] and _suits(need, person, opening, resource, town.week_of):
                    room[opening.opening_id] -= 1
                    busy.add(need.resident_id)
                    found.append((need, opening))
                    break
    state, days = dice.pick((35, 55, 10), len(found)), dice.between(14, 360, len(found))
    rows = [
        Placement(
            need.need_id,
            opening.opening_id,
            town.week_of - timedelta(days=int(days[i])),
            _STATES[state[i]],
            need.first_minutes if need.kind is NeedKind.WORK_LIKE else None,
        )
        for i, (need, opening) in enumerate(found)
    ]
    return tuple(sorted(rows, key=lambda row: row.need_id))


def _suits(need: Need, person: Resident, opening: Opening, resource: Resource, week_of: date) -> bool:
    """Whether every rule allows the pair, judged strictly (on foot, with time to spare)."""
    age = week_of.year - (person.birth_year or week_of.year)
    return (
        resource.where is Where.THERE
        and not resource.informal
        and resource.accepting is not Accepting.CLOSED
        and (resource.fatigue or 0) < 3
        and need.kind in resource.serves
        and not set(need.activities).isdisjoint(resource.activities)
        and set(person.requires) <= set(resource.features)
        and not person.languages
        and (resource.fee_yen or 0) <= (person.max_fee_yen if person.max_fee_yen is not None else 10_000)
        and age >= (resource.min_age or 0)
        and (not opening.comfortable_load or opening.attending < opening.comfortable_load)
        and _free(need, opening)
        and _walkable(need, person, resource)
    )


def _free(need: Need, opening: Opening) -> bool:
    held = opening.hours
    return not need.available or (
        held is not None
        and any(
            span.weekday is held.weekday and span.start <= held.start and held.end <= span.end
            for span in need.available
        )
    )


def _walkable(need: Need, person: Resident, resource: Resource) -> bool:
    if None in (person.latitude, person.longitude, resource.latitude, resource.longitude):
        return False
    north = abs((person.latitude or 0) - (resource.latitude or 0)) * 111_000
    east = abs((person.longitude or 0) - (resource.longitude or 0)) * 99_000
    minutes = (north + east) * 1.3 / (person.walk_metres_per_minute or 50)
    return Mode.WALK in person.modes and minutes <= min(need.max_minutes or 30, person.max_walk_minutes or 30)


def make_wishes(dice: Dice, town: Town, placements: Sequence[Placement]) -> tuple[Wish, ...]:
    """About one resident in five likes or dislikes a place of their area, or somebody; nobody refuses where they go."""
    many = round(len(town.residents) * 0.2)
    goes = _goes(town, placements)
    by_area: dict[str, list[str]] = {}
    for resource in town.places.resources:
        by_area.setdefault(resource.area_id, []).extend(filter(None, (resource.resource_id, resource.resident_id)))
    for office in town.places.organisations:
        by_area.setdefault(office.area_id, []).append(office.organisation_id)
    liking, at = dice.pick((34, 36, 14, 16), many), dice.uniform(many)
    out = []
    for i, row in enumerate(dice.order(len(town.residents))[:many].tolist()):
        person = town.residents[row]
        targets = by_area.get(person.area_id) or [town.places.organisations[0].organisation_id]
        target = targets[int(at[i] * len(targets))]
        like = _LIKINGS[liking[i]]
        if target == person.resident_id:
            continue
        out.append(Wish(person.resident_id, target, abs(like) if target in goes.get(person.resident_id, ()) else like))
    return tuple(sorted(out, key=lambda wish: (wish.resident_id, wish.target)))


def _goes(town: Town, placements: Sequence[Placement]) -> Mapping[str, set[str]]:
    """The resources where each resident holds a place, with who stands behind them."""
    who = {n.need_id: n.resident_id for n in town.needs}
    resources = {r.resource_id: r for r in town.places.resources}
    what = {o.opening_id: resources[o.resource_id] for o in town.places.openings}
    out: dict[str, set[str]] = {}
    for placement in placements:
        resource = what[placement.opening_id]
        behind = (resource.resource_id, resource.organisation_id, resource.resident_id)
        out.setdefault(who[placement.need_id], set()).update(behind)
    return out


def find_companions(dice: Dice, town: Town, placements: Sequence[Placement]) -> tuple[Companion, ...]:
    """Pairs of neighbours, none of whom holds a place yet: two thirds go together, the others are kept apart."""
    placed = _goes(town, placements)
    alone: dict[str, list[Resident]] = {}
    for row in dice.order(len(town.residents)).tolist():
        person = town.residents[row]
        if person.resident_id not in placed:
            alone.setdefault(person.area_id, []).append(person)
    pairs = [pair for group in alone.values() for pair in zip(group[::2], group[1::2], strict=False)]
    chosen = sorted(
        (a.resident_id, b.resident_id)
        for a, b in (pairs[i] for i in dice.order(len(pairs))[: len(town.residents) // 25])
    )
    apart = dice.chance(33, len(chosen))
    return tuple(
        Companion(a, b, Relation.APART if parted else Relation.TOGETHER)
        for (a, b), parted in zip(chosen, apart.tolist(), strict=True)
    )


def tie(dice: Dice, town: Town) -> tuple[Tie, ...]:
    """Who works with, refers to, knows, leads, supports: mostly near, some across areas."""
    offices, resources, people = town.places.organisations, town.places.resources, town.residents
    first, other = dice.order(len(offices)).tolist(), dice.order(len(offices)).tolist()
    ties = [
        Tie(offices[a].organisation_id, offices[b].organisation_id, TieKind.WORKS_WITH) for a, b in _pairs(first, other)
    ]
    refers = [r.resource_id for r in resources if r.kind is ResourceKind.PROFESSIONAL]
    targets = [r.resource_id for r in resources if r.kind in (ResourceKind.SALON, ResourceKind.CAFE, ResourceKind.NPO)]
    known = dice.order(len(targets)).tolist()
    ties += [Tie(refers[i % len(refers)], targets[b], TieKind.REFERS_TO) for i, b in enumerate(known[:20]) if refers]
    ties += [Tie(r.resident_id, r.resource_id, TieKind.LEADS) for r in resources if r.resident_id]
    ties += [
        Tie(r.resident_id, offices[i % len(offices)].organisation_id, TieKind.MEMBER_OF)
        for i, r in enumerate(resources)
        if r.resident_id and i % 2 == 0
    ]
    ties += [
        Tie(offices[1].organisation_id, r.organisation_id, TieKind.SUPPORTS)
        for r in resources[:8]
        if r.organisation_id and r.organisation_id != offices[1].organisation_id
    ]
    one, two = dice.order(len(people)).tolist(), dice.order(len(people)).tolist()
    ties += [
        Tie(people[a].resident_id, people[b].resident_id, TieKind.KNOWS)
        for a, b in _pairs(one, two)[: len(people) // 15]
    ]
    return tuple(dict.fromkeys(ties))


def _pairs(one: list[int], other: list[int]) -> list[tuple[int, int]]:
    return [(a, b) for a, b in zip(one, other, strict=True) if a != b]


def seat_councils(dice: Dice, town: Town) -> tuple[CouncilMember, ...]:
    """The council of the municipality and one an area; companies, shops and cooperatives rarely sit there."""
    offices = town.places.organisations
    weights = [COUNCIL_WEIGHT.get(office.sector, 10) for office in offices]
    out = []
    for i, area in enumerate(town.ground.areas):
        seats = Counter(dice.pick(weights, 14 if i == 0 else 4).tolist())
        seats[1] += 1  # the council of social welfare sits everywhere
        local = [n for n, office in enumerate(offices) if office.area_id == area.area_id and weights[n] == 10]
        out += [
            CouncilMember(f"{town.ground.prefix}k{i:02}", area.area_id, offices[n].organisation_id)
            for n in sorted({*seats, *local})
        ]
    return tuple(out)

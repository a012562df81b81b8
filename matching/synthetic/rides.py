"""Who asks to be driven in a synthetic city: to salons, clinics and shops, and home again; most of them every week.

About one pair of rides (out and home) a week to twelve needs: a city of minato's size has some twenty rides a day.
Shares and hours are assumptions; the size follows what volunteer services report (5–40 trips a day on 1–4 cars).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from matching.domain import (
    Area,
    Need,
    NeedKind,
    Resident,
    Resource,
    ResourceKind,
    ReturnMode,
    RideRequest,
    RideWish,
    Span,
    Weekday,
    Where,
)
from matching.synthetic.bonds import Town
from matching.synthetic.draw import Dice

NEEDS_TO_A_PAIR = 12
_GATHERINGS = (ResourceKind.SALON, ResourceKind.OTHER, ResourceKind.FACILITY)
_MODES = (ReturnMode.FREE, ReturnMode.SAME_CAR, ReturnMode.DRIVER_WAITS)
_LIMITS = (None, 30, 40, 60)


@dataclass(frozen=True, slots=True)
class _Errand:
    """Where to and when: the hour of being there, that of going home, and how pressing it is."""

    latitude: float
    longitude: float
    weekday: Weekday
    arrive: time
    ready: time
    priority: int
    short: bool


def ask_rides(dice: Dice, town: Town, prefix: str) -> tuple[RideRequest, ...]:
    """The ride requests of a city, two by two; standing ones by weekday, the others in the town's week."""
    people = {p.resident_id: p for p in town.residents}
    asking = _asking(dice, town, people)[: max(1, len(town.needs) // NEEDS_TO_A_PAIR)]
    n = len(asking)
    what, at = dice.uniform(n).tolist(), dice.uniform(n).tolist()
    standing, promised = dice.chance(65, n).tolist(), dice.chance(8, n).tolist()
    mode, limit = dice.pick((60, 25, 15), n).tolist(), dice.pick((70, 8, 12, 10), n).tolist()
    together = dice.chance(6, n).tolist()
    out: list[RideRequest] = []
    for i, (need, person) in enumerate(asking):
        errand = _errand(need, person, town, tuple(Weekday)[i % 5], what[i], at[i])
        back = _MODES[mode[i]]
        if back is ReturnMode.DRIVER_WAITS and not errand.short:
            back = ReturnMode.SAME_CAR
        first = RideRequest(
            f"{prefix}q{2 * i + 1:03}",
            person.resident_id,
            need.need_id,
            None if standing[i] else _day(town.week_of, errand.weekday),
            errand.weekday if standing[i] else None,
            person.latitude,
            person.longitude,
            errand.latitude,
            errand.longitude,
            _earlier(errand.arrive, 40) if promised[i] else None,
            errand.arrive,
            max_ride_minutes=_LIMITS[limit[i]],
            passengers=2 if together[i] else 1,
            wheelchairs=int("wheelchair" in person.requires),
            escort=person.escort,
            priority=errand.priority,
            promised=promised[i],
        )
        out += [first, _home(first, f"{prefix}q{2 * i + 2:03}", errand.ready, back)]
    return tuple(out)


def _home(first: RideRequest, ride_id: str, ready: time, mode: ReturnMode) -> RideRequest:
    """The ride home from where the first one went."""
    return RideRequest(
        ride_id,
        first.resident_id,
        first.need_id,
        first.date,
        first.weekday,
        first.to_latitude,
        first.to_longitude,
        first.from_latitude,
        first.from_longitude,
        ready_from=ready,
        max_ride_minutes=first.max_ride_minutes,
        passengers=first.passengers,
        wheelchairs=first.wheelchairs,
        escort=first.escort,
        returns=first.ride_id,
        return_mode=mode,
        priority=first.priority,
        promised=first.promised,
    )


def _asking(dice: Dice, town: Town, people: dict[str, Resident]) -> list[tuple[Need, Resident]]:
    """Needs that are about going somewhere or ask for a ride, one a person, in a drawn order.

    Who always needs a ride or uses a wheelchair comes first, then who may need one.
    """
    found: dict[str, tuple[Need, Resident]] = {}
    shuffled = [town.needs[i] for i in dice.order(len(town.needs)).tolist()]
    rank = {RideWish.ALWAYS: 1, RideWish.IF_NEEDED: 2, RideWish.NO: 3}
    pairs = [(need, people[need.resident_id]) for need in shuffled]
    for need, person in sorted(pairs, key=lambda p: 1 if "wheelchair" in p[1].requires else rank[p[0].ride]):
        goes = need.kind in (NeedKind.MOBILITY, NeedKind.SHOPPING) or need.ride is not RideWish.NO
        if goes and person.latitude is not None:
            found.setdefault(person.resident_id, (need, person))
    return list(found.values())


def _errand(need: Need, person: Resident, town: Town, weekday: Weekday, what: float, at: float) -> _Errand:
    """A gathering on its own day, else on `weekday` a clinic or the shops, in the middle of the city or nearby."""
    joins = what < (0.65 if need.kind is NeedKind.PARTICIPATION else 0.3)
    openings = list(_gatherings(town, person)) if joins else []
    if openings:
        held, place = openings[int(at * len(openings))]
        return _Errand(place.latitude or 0.0, place.longitude or 0.0, held.weekday, held.start, held.end, 1, False)
    shops = what > 0.8
    middle = _middle(town.ground.areas, person, shops)
    hour = 9 + int(at * 991) % (3 if shops else 2)
    half = 30 * (int(at * 983) % 2)
    stay = 45 if shops else 75
    arrive = time(hour, half)
    return _Errand(
        middle.latitude or 0.0,
        middle.longitude or 0.0,
        weekday,
        arrive,
        _earlier(arrive, -stay),
        2 if shops else 3,
        shops,
    )


def _gatherings(town: Town, person: Resident) -> Iterator[tuple[Span, Resource]]:
    """When and where people gather every week, in the person's own area; without one there, in the whole city."""
    resources = {r.resource_id: r for r in town.places.resources}
    all_ = [
        (held, resources[opening.resource_id])
        for opening in town.places.openings
        if (held := opening.hours) is not None
        and resources[opening.resource_id].kind in _GATHERINGS
        and resources[opening.resource_id].where is Where.THERE
        and not opening.weeks_of_month
    ]
    near = [pair for pair in all_ if pair[1].area_id == person.area_id]
    yield from near or all_


def _middle(areas: Sequence[Area], person: Resident, shops: bool) -> Area:
    """Clinics are in the middle of the city (its first area); shops in the middle of one's own area's neighbour."""
    if not shops or len(areas) < 3:
        return areas[min(1, len(areas) - 1)]
    own = next((i for i, area in enumerate(areas) if area.area_id == person.area_id), 1)
    return areas[1 + own % (len(areas) - 1)]


def _day(week_of: date, weekday: Weekday) -> date:
    return week_of + timedelta(days=weekday.number)


def _earlier(at: time, minutes: int) -> time:
    whole = at.hour * 60 + at.minute - minutes
    return time(whole // 60, whole % 60)

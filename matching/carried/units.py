"""What the cars of a standing week would have to drive: out and home for each pair by ride, and what is promised.

A placement goes on week after week, so its rides stand on the weekday of the opening: out to arrive when it begins,
home when it ends. Where somebody already asks for that very ride, it is that request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import numpy as np

from matching.domain import Community, Opening, Points, RideRequest, Sharing, Span, meet, minute_of_day
from matching.rides.requests import PROMISED, Wanted, asked_on
from matching.rules import Pairs
from matching.rules.arrays import EVERY_WEEK, I64
from matching.rules.frequency import USUAL_WEEKS
from matching.rules.ride_habits import RideHabits
from matching.rules.ways import by_planned_car

PARTS = 12
"""A ride in a week of the month weighs so much, so that twice a month of four or three is a whole number."""
METRES_APART = 100.0
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Unit:
    """What is driven or left as one: the rides of a pair, or those of a promise. All are of one weekday.

    Attributes:
        key: (need row, opening row), or (-1, number) of a promise.
        held: whether it is there already: a promise, or a place that somebody has.
        weeks: bits of the weeks of the month.
        parts: of a month, in `PARTS` a week; rides of who comes seldom are driven seldom.
    """

    key: tuple[int, int]
    held: bool
    weekday: int
    weeks: int
    parts: int
    rides: tuple[Wanted, ...]

    @property
    def name(self) -> str:
        """Its rides, by name."""
        return " ".join(ride.ride_id for ride in self.rides)


def units_of(pairs: Pairs, habits: RideHabits, room: Sharing) -> list[Unit]:
    """First what is promised or held, by weight; then every pair that would be driven by a planned car, in order."""
    rows = np.flatnonzero(by_planned_car(pairs))
    if not len(rows):
        return []
    town = pairs.town.community
    own = [one for one in town.ride_requests if one.weekday is not None]
    asked = _by_person(own)
    homes = {one.returns: one for one in own if one.returns}
    made = [(row, _rides_of(pairs, row, asked, homes, habits)) for row in rows.tolist()]
    known = {one.ride_id: one for one in own}
    new = {ride.ride_id: ride for _, rides in made for ride in rides if ride.ride_id not in known}
    wanted = _wanted(replace(town, ride_requests=(*own, *new.values())), habits, room)
    found = [*_promised(wanted, own), *_pairs(pairs, made, wanted)]
    return sorted(found, key=lambda one: (not one.held, one.key[0] >= 0, -max(r.priority for r in one.rides), one.key))


def date_of(week_of: date, weekday: int) -> date:
    """The day of the standing week that stands for a weekday."""
    return week_of + timedelta(days=weekday)


def _wanted(town: Community, habits: RideHabits, room: Sharing) -> Mapping[str, Wanted]:
    """Every ride of the standing week that can be looked at, as numbers."""
    out: dict[str, Wanted] = {}
    for weekday in sorted({one.weekday.number for one in town.ride_requests if one.weekday is not None}):
        asked = asked_on(date_of(town.info.week_of, weekday), town, habits, room)
        out.update({ride.ride_id: ride for ride in asked.rides})
    return out


def _by_person(own: Sequence[RideRequest]) -> Mapping[tuple[str, int], list[RideRequest]]:
    out: dict[tuple[str, int], list[RideRequest]] = {}
    for one in own:
        if one.weekday is not None and not one.returns:
            out.setdefault((one.resident_id, one.weekday.number), []).append(one)
    return out


def _rides_of(
    pairs: Pairs,
    row: int,
    asked: Mapping[tuple[str, int], list[RideRequest]],
    homes: Mapping[str, RideRequest],
    habits: RideHabits,
) -> tuple[RideRequest, RideRequest]:
    """Out and home of a pair; the person's own request where it is the same ride."""
    town, opening_row = pairs.town.community, int(pairs.opening_row[row])
    need, opening = town.needs[int(pairs.need_row[row])], town.openings[opening_row]
    person = town.residents[int(pairs.town.needs.resident[pairs.need_row[row]])]
    rolls = int(pairs.town.needs.wheelchair[pairs.need_row[row]])
    held, stay = _held(opening), attended(pairs, row)
    home_at = _point(pairs.town.homes, int(pairs.town.needs.place[pairs.need_row[row]]))
    place_at = _point(pairs.town.sites, int(pairs.town.openings.place[opening_row]))
    name = f"{need.need_id}@{opening.opening_id}"
    own = asked.get((person.resident_id, held.weekday.number), ())
    out = next((one for one in own if _same(one, place_at, held.start, habits)), None) or RideRequest(
        f"{name}>", person.resident_id, need.need_id, weekday=held.weekday, latest_arrival=stay.start,
        wheelchairs=rolls, escort=person.escort, from_latitude=home_at[0], from_longitude=home_at[1],
        to_latitude=place_at[0], to_longitude=place_at[1],
    )  # fmt: skip
    home = homes.get(out.ride_id) or RideRequest(
        f"{name}<", person.resident_id, need.need_id, weekday=held.weekday, ready_from=stay.end, returns=out.ride_id,
        wheelchairs=rolls, escort=person.escort, from_latitude=place_at[0], from_longitude=place_at[1],
        to_latitude=home_at[0], to_longitude=home_at[1],
    )  # fmt: skip
    return out, home


def _point(points: Points, at: int) -> tuple[float, float]:
    return float(points.latitude[at]), float(points.longitude[at])


def attended(pairs: Pairs, row: int) -> Span:
    """From when to when the person is there: the whole opening, or the longest part of it that suits them."""
    town = pairs.town.community
    need, held = town.needs[int(pairs.need_row[row])], _held(town.openings[int(pairs.opening_row[row])])
    suits = [
        Span(held.weekday, max(span.start, held.start), min(span.end, held.end))
        for span in need.available
        if meet(span, held)
    ]
    return max(suits, key=lambda part: part.minutes, default=held)


def _held(opening: Opening) -> Span:
    """When a car goes there; a place whose hours are not known is never proposed by car."""
    if opening.hours is None:
        raise ValueError(f"{opening.opening_id}: no ride can be planned while its hours are not known")
    return opening.hours


def _same(one: RideRequest, there: tuple[float, float], begins: time, habits: RideHabits) -> bool:
    """Whether a request goes to a place at its hour."""
    if one.to_latitude is None or one.to_longitude is None or one.latest_arrival is None:
        return False
    north = (one.to_latitude - there[0]) * _METRES_PER_DEGREE
    east = (one.to_longitude - there[1]) * _METRES_PER_DEGREE
    late = minute_of_day(one.latest_arrival) - minute_of_day(begins)
    return max(abs(north), abs(east)) <= METRES_APART and abs(late) <= habits.early


def _promised(wanted: Mapping[str, Wanted], own: Sequence[RideRequest]) -> Iterator[Unit]:
    """What has been promised: out and home together, or one ride alone."""
    homes = {one.returns: one.ride_id for one in own if one.returns}
    for number, one in enumerate(own):
        if one.returns in wanted or one.ride_id not in wanted or one.weekday is None:
            continue
        rides = [wanted[name] for name in (one.ride_id, homes.get(one.ride_id, "")) if name in wanted]
        if any(ride.priority > PROMISED for ride in rides):
            yield Unit((-1, number), True, one.weekday.number, EVERY_WEEK, PARTS * USUAL_WEEKS, tuple(rides))


def _pairs(
    pairs: Pairs, made: Sequence[tuple[int, tuple[RideRequest, RideRequest]]], wanted: Mapping[str, Wanted]
) -> Iterator[Unit]:
    held = pairs.held
    for row, requests in made:
        if any(one.ride_id not in wanted for one in requests):
            continue
        key = int(pairs.need_row[row]), int(pairs.opening_row[row])
        weeks = int(pairs.town.openings.weeks[key[1]])
        times = USUAL_WEEKS if weeks == EVERY_WEEK else weeks.bit_count()
        asked = int(pairs.town.needs.times_per_month[key[0]])
        parts = PARTS * (times if asked < 0 else min(asked, times))
        rides = tuple(wanted[one.ride_id] for one in requests)
        yield Unit(key, bool(held[row]), int(pairs.town.openings.weekday[key[1]]), weeks, parts, rides)


def key_of(keys: Sequence[tuple[int, int]], openings: int) -> I64:
    """(need row, opening row) as one number each."""
    both = np.array(keys, np.int64).reshape(-1, 2)
    return np.asarray(both[:, 0] * openings + both[:, 1], np.int64)

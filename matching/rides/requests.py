"""The rides of one day as numbers: windows, boarding, loads; what makes no sense is named, the rest goes on."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from matching.domain import Community, Resident, RideRequest, Sharing, minute_of_day
from matching.domain.tour import Unserved
from matching.rules.ride_habits import RideHabits

END_OF_DAY = 24 * 60.0
PROMISED = 1_000_000
"""Added to the priority of a promised ride: before every other, however pressing."""
Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One ride of the day: when it may begin to board and to alight, minutes a stop, and who takes room.

    `max_ride` is NaN where nothing is asked; `uncertain` where «ready from» says when it may end; `areas` are the
    person's own and those it lies in.
    """

    request: RideRequest
    resident: Resident
    pickup: Window
    drop: Window
    boarding: float
    seats: int
    wheelchairs: int
    max_ride: float
    priority: int
    uncertain: bool
    areas: frozenset[str]

    @property
    def ride_id(self) -> str:
        """As the request."""
        return self.request.ride_id

    @property
    def times_told(self) -> bool:
        """Whether the request names any time at all."""
        one = self.request
        return not (one.earliest_pickup is None and one.latest_arrival is None and one.ready_from is None)


@dataclass(frozen=True, slots=True)
class Asked:
    """The rides of a day that can be looked at, those that cannot, and how many this room may not look at."""

    rides: tuple[Wanted, ...]
    senseless: tuple[Unserved, ...]
    refused: int


def asked_on(day: date, town: Community, habits: RideHabits, room: Sharing = Sharing.CONSENT) -> Asked:
    """Dated rides of the day and standing ones of its weekday, in the order of the town's rows.

    A holiday is nothing to decide here: whether a standing ride is needed on it, people say.
    """
    people = {person.resident_id: person for person in town.residents}
    above = {area.area_id: area.parent_id for area in town.areas}
    rides, senseless, refused = [], [], 0
    for request in town.ride_requests:
        if not _on(request, day):
            continue
        resident = people[request.resident_id]
        if not may_be_looked_at(resident, room):
            refused += 1
            continue
        wrong = next(_senseless(request), None)
        if wrong is None:
            rides.append(_wanted(request, resident, habits, _areas(resident.area_id, above)))
        else:
            senseless.append(wrong)
    return Asked(tuple(rides), tuple(senseless), refused)


def may_be_looked_at(resident: Resident, room: Sharing) -> bool:
    """With consent always; on the basis of a support conference in that room alone."""
    return resident.sharing is Sharing.CONSENT or (
        room is Sharing.SUPPORT_CONFERENCE and resident.sharing is Sharing.SUPPORT_CONFERENCE
    )


def _areas(area_id: str, above: Mapping[str, str]) -> frozenset[str]:
    """An area and all that it lies in; a ring of areas ends."""
    found: set[str] = set()
    while area_id and area_id not in found:
        found.add(area_id)
        area_id = above.get(area_id, "")
    return frozenset(found)


def _on(request: RideRequest, day: date) -> bool:
    if request.date is not None:
        return request.date == day
    return request.weekday is not None and request.weekday.number == day.weekday()


def _senseless(request: RideRequest) -> Iterator[Unserved]:
    missing = [name for name in ("from_latitude", "to_latitude") if getattr(request, name) is None]
    if missing:
        yield Unserved(request.ride_id, "no_place", {"missing": ", ".join(missing)})
    if request.passengers + request.wheelchairs == 0:
        yield Unserved(request.ride_id, "nobody", {})


def _wanted(request: RideRequest, resident: Resident, habits: RideHabits, areas: frozenset[str]) -> Wanted:
    usual = habits.boarding_wheelchair if request.wheelchairs else habits.boarding
    boarding = usual if request.boarding_minutes is None else request.boarding_minutes
    pickup, drop = _windows(request, habits)
    return Wanted(
        request,
        resident,
        pickup,
        drop,
        float(boarding),
        max(0, request.passengers - request.wheelchairs) + request.escort,
        request.wheelchairs,
        math.nan if request.max_ride_minutes is None else float(request.max_ride_minutes),
        (request.priority or 1) + PROMISED * request.promised,
        request.ready_from is not None,
        areas,
    )


def _windows(request: RideRequest, habits: RideHabits) -> tuple[Window, Window]:
    """When boarding and alighting may begin, by what the request says (docs/data.md)."""
    fetch = _minute(request.ready_from) if request.ready_from is not None else _minute(request.earliest_pickup)
    arrive = _minute(request.latest_arrival)
    slack = habits.promised_slack if request.promised else habits.ready_slack
    earliest = max((one for one in (fetch, _minute(request.earliest_pickup)) if one is not None), default=0.0)
    latest = END_OF_DAY
    if fetch is not None and (request.promised or request.ready_from is not None or arrive is None):
        latest = earliest + slack
    drop = (0.0, END_OF_DAY)
    if arrive is not None:
        early = habits.promised_slack if request.promised else habits.early
        drop = (arrive - early if fetch is None else 0.0, arrive)
    return (earliest, latest), drop


def _minute(at: time | None) -> float | None:
    return None if at is None else float(minute_of_day(at))


def halves(rides: tuple[Wanted, ...]) -> Mapping[str, str]:
    """Each ride home with the ride out that it returns from, both of this day."""
    known = {ride.ride_id for ride in rides}
    return {r.ride_id: r.request.returns for r in rides if r.request.returns in known}

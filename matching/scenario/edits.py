"""Edits of a town: a salon closes, drivers stop, a place opens … each makes another `Community` and leaves the first.

An edit that names what the town does not have is refused, with the nearest name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import groupby
from typing import Any

import numpy as np

from matching.domain import (
    Accepting,
    Area,
    BusLines,
    Community,
    Driver,
    Mode,
    NeedKind,
    Opening,
    Placement,
    Resource,
    ResourceKind,
    Span,
    TravelTimes,
    Vehicle,
    Weekday,
    Where,
)
from matching.scenario.consultation import StaffConsultation, staffed
from matching.scenario.demand import grown, of_residents
from matching.scenario.later import LaterYear, later
from matching.scenario.names import fresh, known, refused, unused
from matching.scenario.no_bus import WithoutBus


@dataclass(frozen=True, slots=True)
class CloseResource:
    """A resource takes nobody any more; who has a place there waits again, and its cars stand."""

    resource: str


@dataclass(frozen=True, slots=True)
class CloseOpening:
    """One opening is no longer held; who has a place there waits again."""

    opening: str


@dataclass(frozen=True, slots=True)
class MorePlaces:
    """An opening has so many places more (or, negative, fewer)."""

    opening: str
    places: int


@dataclass(frozen=True, slots=True)
class AddOpening:
    """A resource opens at one more hour of the week."""

    resource: str
    weekday: Weekday
    start: time
    end: time
    places: int
    opening: str = ""


@dataclass(frozen=True, slots=True)
class AddPlace:
    """A new place in an area, at the area's point where no other is told, open once a week."""

    resource: str
    area: str
    weekday: Weekday
    start: time
    end: time
    places: int
    name: str = ""
    kind: ResourceKind = ResourceKind.SALON
    activities: tuple[str, ...] = ()
    serves: tuple[NeedKind, ...] = ()
    features: tuple[str, ...] = ()
    where: Where = Where.THERE
    max_travel_minutes: int | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class LoseDrivers:
    """So many drivers stop: those named, or else those who offered most hours, which is the harder case."""

    drivers: tuple[str, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class AddCar:
    """A resource has one more car with a driver, at some hours of the week."""

    resource: str
    available: tuple[Span, ...]
    seats: int = 4
    wheelchair_places: int = 0
    hours_per_month: float | None = None


@dataclass(frozen=True, slots=True)
class AddDriver:
    """A resource has one more driver for the cars that it has, at some hours of the week."""

    resource: str
    available: tuple[Span, ...]
    hours_per_month: float | None = None


@dataclass(frozen=True, slots=True)
class MoreNeeds:
    """So many people ask, in per cent of today: those of an area, a sex, from an age on, or all."""

    percent: int
    area: str = ""
    sex: str = ""
    age_from: int = 0


@dataclass(frozen=True, slots=True)
class NoBus:
    """No bus runs."""


@dataclass(frozen=True, slots=True)
class EndBusLine:
    """One bus line (`route_id` of the timetable) no longer runs."""

    line: str


_Places = CloseResource | CloseOpening | MorePlaces | AddOpening | AddPlace
_People = MoreNeeds | LaterYear | StaffConsultation
Edit = _Places | LoseDrivers | AddCar | AddDriver | _People | NoBus | EndBusLine


def edited(town: Community, edits: Iterable[Edit]) -> Community:
    """The town after each edit in turn; the one given stays as it is.

    Raises:
        InputError: an edit names what is not there, or makes no sense there.
    """
    for kind, some in groupby(edits, type):
        if kind in _APPLY_MANY:  # each town is checked whole: many places at once are checked once
            town = _APPLY_MANY[kind](town, list(some))
            continue
        for edit in some:
            town = _APPLY[kind](town, edit)
    return town


def travel_after(travel: TravelTimes, edits: Iterable[Edit]) -> TravelTimes:
    """Who says how many minutes after the edits: the same, without the buses that no longer run.

    Raises:
        InputError: a line ends that the timetable does not have.
    """
    some = list(edits)
    ended = frozenset(edit.line for edit in some if isinstance(edit, EndBusLine))
    lines = travel.lines if isinstance(travel, BusLines) else frozenset()
    for line in sorted(ended):
        known(line, lines, "line")
    if Mode.BUS in travel.modes and any(isinstance(edit, NoBus) for edit in some):
        return WithoutBus(travel)
    return travel.without_lines(ended) if ended and isinstance(travel, BusLines) else travel


def _close_resource(town: Community, edit: CloseResource) -> Community:
    known(edit.resource, [r.resource_id for r in town.resources], "resource")
    gone = {o.opening_id for o in town.openings if o.resource_id == edit.resource}
    closed = tuple(
        replace(r, accepting=Accepting.CLOSED) if r.resource_id == edit.resource else r for r in town.resources
    )
    return replace(town, resources=closed, placements=_without(town, gone))


def _close_opening(town: Community, edit: CloseOpening) -> Community:
    known(edit.opening, [o.opening_id for o in town.openings], "opening")
    left = tuple(o for o in town.openings if o.opening_id != edit.opening)
    return replace(town, openings=left, placements=_without(town, {edit.opening}))


def _more_places(town: Community, edit: MorePlaces) -> Community:
    known(edit.opening, [o.opening_id for o in town.openings], "opening")
    return replace(
        town, openings=tuple(_with_more(o, edit.places) if o.opening_id == edit.opening else o for o in town.openings)
    )


def _with_more(opening: Opening, places: int) -> Opening:
    """More places; where none were told, those that would be new are all that is known."""
    if opening.capacity is None and opening.comfortable_load is None:
        return replace(opening, comfortable_load=opening.attending + max(0, places))
    capacity, load = opening.capacity, opening.comfortable_load
    return replace(
        opening,
        capacity=None if capacity is None else max(0, capacity + places),
        comfortable_load=None if load is None else max(0, load + places),
    )


def _add_openings(town: Community, edits: Sequence[AddOpening]) -> Community:
    resources = {r.resource_id for r in town.resources}
    taken = {o.opening_id for o in town.openings}
    added = []
    for edit in edits:
        known(edit.resource, resources, "resource")
        name = edit.opening or fresh(f"{edit.resource}-new", taken)
        unused(name, taken, "opening")
        taken.add(name)
        added.append(
            Opening(
                name, edit.resource, edit.weekday, edit.start, edit.end, capacity=edit.places,
                comfortable_load=edit.places,
            )
        )  # fmt: skip
    return replace(town, openings=(*town.openings, *added))


def _add_places(town: Community, edits: Sequence[AddPlace]) -> Community:
    areas = {a.area_id: a for a in town.areas}
    taken = {r.resource_id for r in town.resources}
    added = []
    for edit in edits:
        known(edit.area, areas, "area")
        unused(edit.resource, taken, "resource")
        taken.add(edit.resource)
        added.append(_new_resource(edit, areas[edit.area], town.info.week_of))
    openings = [AddOpening(e.resource, e.weekday, e.start, e.end, e.places, "") for e in edits]
    return _add_openings(replace(town, resources=(*town.resources, *added)), openings)


def _new_resource(edit: AddPlace, area: Area, today: date) -> Resource:
    here = edit.latitude is not None and edit.longitude is not None
    return Resource(
        edit.resource, edit.name or edit.resource, edit.kind, edit.where, area_id=edit.area,
        max_travel_minutes=edit.max_travel_minutes,
        latitude=edit.latitude if here else area.latitude, longitude=edit.longitude if here else area.longitude,
        features=edit.features, activities=edit.activities, serves=edit.serves, accepting=Accepting.OPEN,
        confirmed_on=today,
    )  # fmt: skip


def _lose_drivers(town: Community, edit: LoseDrivers) -> Community:
    for one in edit.drivers:
        known(one, [d.driver_id for d in town.drivers], "driver")
    if edit.number > len(town.drivers):
        raise refused(
            "drivers", str(edit.number), f"運転者は{len(town.drivers)}人です", f"there are {len(town.drivers)} drivers"
        )
    busiest = sorted(town.drivers, key=lambda d: (-(d.offered_hours_per_month or 0.0), d.driver_id))
    gone = set(edit.drivers) or {d.driver_id for d in busiest[: edit.number]}
    requests = tuple(replace(r, driver_id="") if r.driver_id in gone else r for r in town.ride_requests)
    ties = tuple(t for t in town.ties if not {t.from_id, t.to_id} & gone)
    return replace(
        town, drivers=tuple(d for d in town.drivers if d.driver_id not in gone), ride_requests=requests, ties=ties
    )


def _add_car(town: Community, edit: AddCar) -> Community:
    known(edit.resource, [r.resource_id for r in town.resources], "resource")
    resource = next(r for r in town.resources if r.resource_id == edit.resource)
    car = fresh(f"{edit.resource}-car", (v.vehicle_id for v in town.vehicles))
    vehicle = Vehicle(
        car, edit.resource, edit.seats, edit.wheelchair_places, resource.latitude, resource.longitude
    )  # fmt: skip
    return _with_driver(replace(town, vehicles=(*town.vehicles, vehicle)), edit, (car,))


def _add_driver(town: Community, edit: AddDriver) -> Community:
    known(edit.resource, [v.resource_id for v in town.vehicles], "resource")
    cars = tuple(v.vehicle_id for v in town.vehicles if v.resource_id == edit.resource)
    return _with_driver(town, edit, cars)


def _with_driver(town: Community, edit: AddCar | AddDriver, cars: tuple[str, ...]) -> Community:
    name = fresh(f"{edit.resource}-driver", (d.driver_id for d in town.drivers))
    who = Driver(name, edit.resource, cars, edit.available, offered_hours_per_month=edit.hours_per_month)
    return replace(town, drivers=(*town.drivers, who))


def _more_needs(town: Community, edit: MoreNeeds) -> Community:
    if edit.area:
        known(edit.area, [a.area_id for a in town.areas], "area")
    who = {r.resident_id: r for r in town.residents}
    year = town.info.week_of.year
    asked = [
        one
        for one in of_residents(town)
        if (not edit.area or who[one].area_id == edit.area)
        and (not edit.sex or who[one].sex == edit.sex)
        and (not edit.age_from or year - (who[one].birth_year or year) >= edit.age_from)
    ]
    wanted = np.arange(1, len(asked) + 1) * max(0, edit.percent) // 100
    times = np.diff(np.concatenate([[0], wanted]))
    return grown(town, dict(zip(asked, times.tolist(), strict=True)))


def _same(town: Community, _edit: NoBus | EndBusLine) -> Community:
    return town


_APPLY: Mapping[type[Edit], Callable[[Community, Any], Community]] = {
    CloseResource: _close_resource,
    CloseOpening: _close_opening,
    MorePlaces: _more_places,
    LoseDrivers: _lose_drivers,
    AddCar: _add_car,
    AddDriver: _add_driver,
    MoreNeeds: _more_needs,
    NoBus: _same,
    EndBusLine: _same,
    LaterYear: later,
    StaffConsultation: staffed,
}
_APPLY_MANY: Mapping[type[Edit], Callable[[Community, Any], Community]] = {
    AddOpening: _add_openings,
    AddPlace: _add_places,
}


def _without(town: Community, openings: set[str]) -> tuple[Placement, ...]:
    return tuple(p for p in town.placements if p.opening_id not in openings)

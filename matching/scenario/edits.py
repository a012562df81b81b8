"""Edits of a town: a salon closes, drivers stop, a place opens … each makes another `Community` and leaves the first.

An edit that names what the town does not have is refused, with the nearest name.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

import numpy as np

from matching.domain import (
    Accepting,
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
from matching.errors import InputError, Problem
from matching.scenario.demand import grown, of_residents
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


_Places = CloseResource | CloseOpening | MorePlaces | AddOpening | AddPlace
Edit = _Places | LoseDrivers | AddCar | AddDriver | MoreNeeds | NoBus


def edited(town: Community, edits: Iterable[Edit]) -> Community:
    """The town after each edit in turn; the one given stays as it is.

    Raises:
        InputError: an edit names what is not there, or makes no sense there.
    """
    for edit in edits:
        town = _APPLY[type(edit)](town, edit)
    return town


def travel_after(travel: TravelTimes, edits: Iterable[Edit]) -> TravelTimes:
    """Who says how many minutes after the edits: the same, without buses where none runs."""
    if Mode.BUS in travel.modes and any(isinstance(edit, NoBus) for edit in edits):
        return WithoutBus(travel)
    return travel


def _close_resource(town: Community, edit: CloseResource) -> Community:
    _known(edit.resource, (r.resource_id for r in town.resources), "resource")
    gone = {o.opening_id for o in town.openings if o.resource_id == edit.resource}
    closed = tuple(
        replace(r, accepting=Accepting.CLOSED) if r.resource_id == edit.resource else r for r in town.resources
    )
    return replace(town, resources=closed, placements=_without(town, gone))


def _close_opening(town: Community, edit: CloseOpening) -> Community:
    _known(edit.opening, (o.opening_id for o in town.openings), "opening")
    left = tuple(o for o in town.openings if o.opening_id != edit.opening)
    return replace(town, openings=left, placements=_without(town, {edit.opening}))


def _more_places(town: Community, edit: MorePlaces) -> Community:
    _known(edit.opening, (o.opening_id for o in town.openings), "opening")
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


def _add_opening(town: Community, edit: AddOpening) -> Community:
    _known(edit.resource, (r.resource_id for r in town.resources), "resource")
    name = edit.opening or _fresh(f"{edit.resource}-new", (o.opening_id for o in town.openings))
    _unused(name, (o.opening_id for o in town.openings), "opening")
    opening = Opening(
        name, edit.resource, edit.weekday, edit.start, edit.end, capacity=edit.places, comfortable_load=edit.places
    )
    return replace(town, openings=(*town.openings, opening))


def _add_place(town: Community, edit: AddPlace) -> Community:
    _known(edit.area, (a.area_id for a in town.areas), "area")
    _unused(edit.resource, (r.resource_id for r in town.resources), "resource")
    area = next(a for a in town.areas if a.area_id == edit.area)
    here = edit.latitude is not None and edit.longitude is not None
    resource = Resource(
        edit.resource, edit.name or edit.resource, edit.kind, edit.where, area_id=edit.area,
        max_travel_minutes=edit.max_travel_minutes,
        latitude=edit.latitude if here else area.latitude, longitude=edit.longitude if here else area.longitude,
        features=edit.features, activities=edit.activities, serves=edit.serves, accepting=Accepting.OPEN,
        confirmed_on=town.info.week_of,
    )  # fmt: skip
    opening = AddOpening(edit.resource, edit.weekday, edit.start, edit.end, edit.places, "")
    return _add_opening(replace(town, resources=(*town.resources, resource)), opening)


def _lose_drivers(town: Community, edit: LoseDrivers) -> Community:
    for one in edit.drivers:
        _known(one, (d.driver_id for d in town.drivers), "driver")
    if edit.number > len(town.drivers):
        raise _refused(
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
    _known(edit.resource, (r.resource_id for r in town.resources), "resource")
    resource = next(r for r in town.resources if r.resource_id == edit.resource)
    car = _fresh(f"{edit.resource}-car", (v.vehicle_id for v in town.vehicles))
    vehicle = Vehicle(
        car, edit.resource, edit.seats, edit.wheelchair_places, resource.latitude, resource.longitude
    )  # fmt: skip
    return _with_driver(replace(town, vehicles=(*town.vehicles, vehicle)), edit, (car,))


def _add_driver(town: Community, edit: AddDriver) -> Community:
    _known(edit.resource, (v.resource_id for v in town.vehicles), "resource")
    cars = tuple(v.vehicle_id for v in town.vehicles if v.resource_id == edit.resource)
    return _with_driver(town, edit, cars)


def _with_driver(town: Community, edit: AddCar | AddDriver, cars: tuple[str, ...]) -> Community:
    name = _fresh(f"{edit.resource}-driver", (d.driver_id for d in town.drivers))
    who = Driver(name, edit.resource, cars, edit.available, offered_hours_per_month=edit.hours_per_month)
    return replace(town, drivers=(*town.drivers, who))


def _more_needs(town: Community, edit: MoreNeeds) -> Community:
    if edit.area:
        _known(edit.area, (a.area_id for a in town.areas), "area")
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


def _no_bus(town: Community, _edit: NoBus) -> Community:
    return town


_APPLY: Mapping[type[Edit], Callable[[Community, Any], Community]] = {
    CloseResource: _close_resource,
    CloseOpening: _close_opening,
    MorePlaces: _more_places,
    AddOpening: _add_opening,
    AddPlace: _add_place,
    LoseDrivers: _lose_drivers,
    AddCar: _add_car,
    AddDriver: _add_driver,
    MoreNeeds: _more_needs,
    NoBus: _no_bus,
}


def _without(town: Community, openings: set[str]) -> tuple[Placement, ...]:
    return tuple(p for p in town.placements if p.opening_id not in openings)


def _fresh(name: str, taken: Iterable[str]) -> str:
    """The name with the first number that nobody has."""
    used, number = set(taken), 1
    while f"{name}{number}" in used:
        number += 1
    return f"{name}{number}"


def _known(name: str, names: Iterable[str], what: str) -> None:
    known = list(names)
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        ja, en = (f"「{near[0]}」では？", f" Maybe {near[0]}?") if near else ("", "")
        raise _refused(what, name, f"この町にありません。{ja}", f"is not in this town.{en}")


def _unused(name: str, names: Iterable[str], what: str) -> None:
    if name in set(names):
        raise _refused(what, name, "すでにあります。別の番号にしてください。", "is there already. Maybe another id?")


def _refused(what: str, value: str, ja: str, en: str) -> InputError:
    return InputError([Problem("scenarios", 0, what, "no_such_edit", f"「{value}」{ja}", f"{what} {value}: {en}")])

"""Who can drive what on a day: every stretch of a driver's time with every car they may drive and the law allows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matching.domain import Accepting, Community, Driver, Resource, Span, Vehicle, minute_of_day
from matching.lawful import Law, LawFinding, Run, Standing, check_law
from matching.rides.requests import Window

NO_QUOTA = 1_000_000


@dataclass(frozen=True, slots=True)
class Driven:
    """What volunteers drive on other days, as rides: in this week, and in this month beyond the town's file."""

    this_week: Mapping[str, int]
    this_month: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """One driver with one car for one stretch of the day, beginning and ending at home or where the car stands.

    Minutes of the day; `most_minutes` from leaving to being back (inf = none), `most_rides` what is left of the quota.
    """

    driver: Driver
    vehicle: Vehicle
    resource: Resource
    span: Window
    pauses: tuple[Window, ...]
    most_minutes: float
    most_rides: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers of a day; groups of which at most one may be used; and what was left out or should be known."""

    offers: tuple[Offer, ...]
    exclusive: tuple[tuple[int, ...], ...]
    unfit: tuple[tuple[Driver, Vehicle, LawFinding], ...]
    one_span: tuple[str, ...]


def offers_on(day: date, town: Community, law: Law, driven: Driven | None = None) -> Offers:
    """Every offer of the day, drivers in the order of the town's rows, then their cars, then the hours."""
    driven = driven or Driven({}, {})
    resources = {one.resource_id: one for one in town.resources}
    fleets = _fleets(town)
    offers: list[Offer] = []
    unfit: list[tuple[Driver, Vehicle, LawFinding]] = []
    for driver in town.drivers:
        spans = _spans(driver, day)
        for vehicle in _cars(driver, town) if spans else ():
            if resources[vehicle.resource_id].accepting is Accepting.CLOSED:
                continue
            run = Run(day, vehicle, driver, (), len(fleets[vehicle.resource_id]))
            against = [one for one in check_law(run, law) if one.standing is Standing.UNFIT]
            if against:
                unfit.append((driver, vehicle, against[0]))
                continue
            offers += _of(driver, vehicle, resources[vehicle.resource_id], spans, day, driven)
    one_span = {o.driver.driver_id: None for o in offers if _limited(o) and len(_spans(o.driver, day)) > 1}
    return Offers(tuple(offers), tuple(_groups(offers)), tuple(unfit), tuple(one_span))


def without_driver(day: date, town: Community, law: Law) -> tuple[Offer, ...]:
    """Every car that the law allows, at any hour, as if somebody drove it: what one more driver could do."""
    resources, fleets = {one.resource_id: one for one in town.resources}, _fleets(town)
    offers: list[Offer] = []
    for vehicle in town.vehicles:
        resource, somebody = resources[vehicle.resource_id], Driver("", vehicle.resource_id)
        run = Run(day, vehicle, somebody, (), len(fleets[vehicle.resource_id]))
        unfit = any(one.standing is Standing.UNFIT for one in check_law(run, law))
        if not unfit and resource.accepting is not Accepting.CLOSED:
            offers += _of(somebody, vehicle, resource, [(0.0, 24 * 60.0)], day, Driven({}, {}))
    return tuple(offers)


def _of(
    driver: Driver, vehicle: Vehicle, resource: Resource, spans: Sequence[Window], day: date, driven: Driven
) -> Iterator[Offer]:
    latitude, longitude = driver.start_latitude, driver.start_longitude
    if latitude is None or longitude is None:
        latitude, longitude = vehicle.base_latitude, vehicle.base_longitude
    if latitude is None or longitude is None:
        latitude, longitude = resource.latitude, resource.longitude
    if latitude is None or longitude is None:
        return
    most = float("inf") if driver.max_minutes_per_day is None else float(driver.max_minutes_per_day)
    pauses = tuple(_on(driver.breaks, day))
    left = _left(driver, driven)
    for span in spans:
        inside = tuple(one for one in pauses if span[0] < one[1] and one[0] < span[1])
        yield Offer(driver, vehicle, resource, span, inside, most, left, latitude, longitude)


def _left(driver: Driver, driven: Driven) -> int:
    """Rides left of what the driver offered for the week and the month."""
    left = NO_QUOTA
    if driver.max_trips_per_week is not None:
        left = min(left, driver.max_trips_per_week - driven.this_week.get(driver.driver_id, 0))
    if driver.max_trips_per_month is not None:
        done = (driver.trips_this_month or 0) + driven.this_month.get(driver.driver_id, 0)
        left = min(left, driver.max_trips_per_month - done)
    return max(0, left)


def _cars(driver: Driver, town: Community) -> Iterator[Vehicle]:
    """The cars a driver names; where none is named, those of their resource."""
    for vehicle in town.vehicles:
        if vehicle.vehicle_id in driver.vehicles or (not driver.vehicles and vehicle.resource_id == driver.resource_id):
            yield vehicle


def _fleets(town: Community) -> Mapping[str, Sequence[str]]:
    fleets: dict[str, list[str]] = {}
    for vehicle in town.vehicles:
        fleets.setdefault(vehicle.resource_id, []).append(vehicle.vehicle_id)
    return fleets


def _spans(driver: Driver, day: date) -> list[Window]:
    """The driver's stretches of that weekday, those that meet made one."""
    out: list[Window] = []
    for start, end in sorted(_on(driver.available, day)):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _on(spans: Sequence[Span], day: date) -> Iterator[Window]:
    for span in spans:
        if span.weekday.number == day.weekday():
            yield float(minute_of_day(span.start)), float(minute_of_day(span.end))


def _limited(offer: Offer) -> bool:
    """Whether a limit of the day binds, so that two stretches could exceed it together."""
    return offer.most_minutes < float("inf") or offer.most_rides < NO_QUOTA


def _groups(offers: Sequence[Offer]) -> Iterator[tuple[int, ...]]:
    """At most one offer of each: the same car or driver at one moment; a driver with a limit, in the whole day."""
    cars: dict[str, list[int]] = {}
    drivers: dict[str, list[int]] = {}
    for i, offer in enumerate(offers):
        cars.setdefault(offer.vehicle.vehicle_id, []).append(i)
        drivers.setdefault(offer.driver.driver_id, []).append(i)
    found: dict[tuple[int, ...], None] = {}
    for mine in drivers.values():
        groups = [tuple(mine)] if _limited(offers[mine[0]]) else _at_once(mine, offers)
        found.update(dict.fromkeys(groups))
    for mine in cars.values():
        found.update(dict.fromkeys(_at_once(mine, offers)))
    return (group for group in found if len(group) > 1)


def _at_once(mine: Sequence[int], offers: Sequence[Offer]) -> Iterator[tuple[int, ...]]:
    """For each moment at which one of them begins: those that hold it."""
    for at in sorted({offers[i].span[0] for i in mine}):
        yield tuple(i for i in mine if offers[i].span[0] <= at < offers[i].span[1])

"""The tours of a day that was re-planned: what has been driven as it was told, then what comes now."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from matching.domain.tour import Stop, StopKind, Tour
from matching.rides.problem_of_day import Posed
from matching.rides.replan import Going, Replanned, reached
from matching.rides.solved import pauses_of
from matching.routing.problem import Plan, Route


def replanned_tours(
    told: Sequence[Tour], before: Posed, plan: Plan, after: Posed, found: Replanned, now: float
) -> tuple[Tour, ...]:
    """Every tour that goes on or begins; `plan` are the routes of `told`, in the same order."""
    routes = {route.duty: route for route in found.plan.routes if len(route.nodes) > 2}
    going = {car.duty: car for car in found.going}
    name = {(o.driver.driver_id, o.vehicle.vehicle_id, o.span[0]): d for d, o in enumerate(after.offers.offers)}
    tours = []
    for tour, route in zip(told, plan.routes, strict=True):
        offer = before.offers.offers[route.duty]
        duty = name.get((offer.driver.driver_id, offer.vehicle.vehicle_id, offer.span[0]))
        last = reached(before.problem, route, now)
        if duty is not None and duty in going:
            tours.append(_goes_on(tour, route, before, after, found, going[duty], routes.pop(duty, None)))
        elif duty is None and last >= 0:  # whoever cannot come any more has driven so far
            tours.append(Tour(tour.driver_id, tour.vehicle_id, _until(tour, last), _so_far(before, route, last)))
    for duty, route in sorted(routes.items()):
        offer = after.offers.offers[duty]
        stops = tuple(_stops(after, found, route, 0, 0))
        tours.append(Tour(offer.driver.driver_id, offer.vehicle.vehicle_id, stops, _driven(found, route)))
    return tuple(tours)


def _goes_on(
    tour: Tour, route: Route, before: Posed, after: Posed, found: Replanned, car: Going, then: Route | None
) -> Tour:
    past = _until(tour, car.stop)
    minutes = _so_far(before, route, car.stop)
    rest: tuple[Stop, ...] = ()
    if then is not None:
        rest = tuple(_stops(after, found, then, past[-1].seats, past[-1].wheelchairs))[1:]
        minutes += _driven(found, then)
    elif past[-1].kind is not StopKind.BACK:
        way = float(after.problem.minutes[car.node, after.problem.end[car.duty]])
        offer, minutes = after.offers.offers[car.duty], minutes + way
        rest = (Stop(StopKind.BACK, car.free_at + way, car.free_at + way, offer.latitude, offer.longitude),)
    return Tour(tour.driver_id, tour.vehicle_id, (*past, *rest), minutes)


def _until(tour: Tour, last: int) -> tuple[Stop, ...]:
    """The stops of a tour up to its stop number `last`, pauses not counted."""
    past: list[Stop] = []
    for stop in tour.stops:
        if stop.kind is not StopKind.PAUSE:
            if last < 0:
                break
            last -= 1
        past.append(stop)
    while past[-1].kind is StopKind.PAUSE:
        past.pop()
    return tuple(past)


def _so_far(before: Posed, route: Route, last: int) -> float:
    return sum(float(before.problem.minutes[a, b]) for a, b in pairwise(route.nodes[: last + 1]))


def _driven(found: Replanned, route: Route) -> float:
    return sum(float(found.problem.minutes[a, b]) for a, b in pairwise(route.nodes))


def _stops(after: Posed, found: Replanned, route: Route, seats: int, chairs: int) -> Iterator[Stop]:
    """The stops of a route from now on; who is on board has boarded before."""
    picks = {int(found.problem.pickup[i]): ride for i, ride in enumerate(found.rides)}
    drops = {int(found.problem.drop[i]): ride for i, ride in enumerate(found.rides)}
    aboard = {node for node in picks if node >= len(after.problem.open)}
    offer, pauses = after.offers.offers[route.duty], dict(pauses_of(found.problem, route))
    for i, node in enumerate(route.nodes):
        when = route.arrives[i], route.begins[i]
        if i in (0, len(route.nodes) - 1):
            yield Stop(StopKind.BACK if i else StopKind.LEAVE, *when, offer.latitude, offer.longitude)
        elif node not in aboard:
            boards = node in picks
            ride = after.rides[picks[node] if boards else drops[node]]
            sign = 1 if boards else -1
            seats, chairs = seats + sign * ride.seats, chairs + sign * ride.wheelchairs
            one = ride.request
            at = (one.from_latitude, one.from_longitude) if boards else (one.to_latitude, one.to_longitude)
            kind = StopKind.BOARD if boards else StopKind.ALIGHT
            yield Stop(kind, *when, *at, one.ride_id, one.resident_id, seats, chairs)
        if i in pauses:
            yield Stop(StopKind.PAUSE, pauses[i], pauses[i])

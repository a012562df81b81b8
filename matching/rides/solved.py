"""From a routing plan back to the town: tours with their stops, in minutes of the day."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.domain.tour import RideTier, Stop, StopKind, Tour
from matching.rides.problem_of_day import Posed
from matching.rides.requests import PROMISED
from matching.routing.problem import Plan, Route, RoutingProblem
from matching.routing.solvers import Progress, solve_rides

EPS = 1e-6


@dataclass(frozen=True, slots=True)
class Solved:
    """The day's tours and how good they are proven to be; `plan` as the solver gave it, checked."""

    plan: Plan
    status: str
    tiers: tuple[RideTier, ...]
    tours: tuple[Tour, ...]


def solve(posed: Posed, seconds: float, progress: Progress) -> Solved:
    """The best plan of a posed day.

    Raises:
        NoAnswerError: none was found within the time.
        RefusedPlanError: the plan did not pass the judge; a fault of ours.
    """
    plan = solve_rides(posed.problem, seconds, progress)
    tours = tuple(tour_of(posed, route) for route in plan.routes if len(route.nodes) > 2)
    return Solved(plan, plan.status, tuple(_tiers(posed, plan)), tours)


def _tiers(posed: Posed, plan: Plan) -> Iterator[RideTier]:
    """The aims by name: rides by priority from the highest down, then the effort."""
    classes = sorted({ride.priority for ride in posed.rides}, reverse=True)
    for priority, tier in zip(classes, plan.tiers, strict=False):
        kind, number = ("promised", priority - PROMISED) if priority > PROMISED else ("served", priority)
        yield RideTier(f"{kind}:{number}", tier.value, tier.bound)
    for tier in plan.tiers[len(classes) :]:
        yield RideTier(f"effort:{posed.per_car}", tier.value, tier.bound)


def tour_of(posed: Posed, route: Route) -> Tour:
    """A route of a posed day in the words of the town."""
    offer = posed.offers.offers[route.duty]
    return Tour(offer.driver.driver_id, offer.vehicle.vehicle_id, tuple(_stops(posed, route)), _driven(posed, route))


def _driven(posed: Posed, route: Route) -> float:
    minutes = posed.problem.minutes
    return float(sum(minutes[a, b] for a, b in zip(route.nodes, route.nodes[1:], strict=False)))


def _stops(posed: Posed, route: Route) -> Iterator[Stop]:
    """The stops of a route with who is on board, and its pauses between them."""
    offer, rides = posed.offers.offers[route.duty], posed.rides
    pauses = dict(pauses_of(posed.problem, route))
    seats = chairs = 0
    for i, node in enumerate(route.nodes):
        when = route.arrives[i], route.begins[i]
        if i in (0, len(route.nodes) - 1):
            yield Stop(StopKind.BACK if i else StopKind.LEAVE, *when, offer.latitude, offer.longitude)
        else:
            boards = node < len(rides)
            ride = rides[node if boards else node - len(rides)]
            sign = 1 if boards else -1
            seats, chairs = seats + sign * ride.seats, chairs + sign * ride.wheelchairs
            one = ride.request
            at = (one.from_latitude, one.from_longitude) if boards else (one.to_latitude, one.to_longitude)
            kind = StopKind.BOARD if boards else StopKind.ALIGHT
            yield Stop(kind, *when, *at, one.ride_id, one.resident_id, max(0, seats), max(0, chairs))
        if i in pauses:
            yield Stop(StopKind.PAUSE, pauses[i], pauses[i])


def pauses_of(problem: RoutingProblem, route: Route) -> Iterator[tuple[int, float]]:
    """After which stop each pause within the route is, and when it begins: the first gap with nobody on board."""
    nodes, begins = route.nodes, route.begins
    picks, drops = set(problem.pickup.tolist()), set(problem.drop.tolist())
    heads = np.cumsum([(n in picks) - (n in drops) for n in nodes])
    for pause in problem.breaks:
        if pause.duty != route.duty or pause.latest >= begins[-1] or pause.earliest + pause.length <= begins[0]:
            continue
        for i in np.flatnonzero(heads[:-1] == 0).tolist():
            done = begins[i] + float(problem.service[nodes[i]])
            way, start = float(problem.minutes[nodes[i], nodes[i + 1]]), max(done, pause.earliest)
            room = start + pause.length <= begins[i + 1] + EPS and done + way + pause.length <= begins[i + 1] + EPS
            if start <= pause.latest + EPS and room:
                yield i, start
                break

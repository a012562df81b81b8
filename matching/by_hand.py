"""An order made by hand: its times, and every rule that it breaks; nothing is moved, nothing refused."""

from collections.abc import Sequence
from dataclasses import replace

from matching.domain import Community, TravelTimes
from matching.domain.tour import RideTier, Tour, Unserved
from matching.lawful import Law
from matching.plan_rides import DayPlan, WantedDay, checked, digest_of, plan_rides
from matching.rides.broken import broken_between, broken_by, timed
from matching.rides.duties import offers_on
from matching.rides.problem_of_day import Posed, pose, ways_of
from matching.rides.requests import PROMISED, Wanted, asked_on
from matching.rides.solved import tour_of
from matching.rides.told_tours import offers_of, order_of, problems_with
from matching.routing.problem import Route
from matching.rules import Rulebook


def by_hand(
    town: Community, rulebook: Rulebook, travel: TravelTimes, law: Law, orders: Sequence[Tour], wanted: WantedDay
) -> DayPlan:
    """The day as people ordered it, its aims beside those of the best plan; times in `orders` are not looked at.

    Raises:
        InputError: the orders name what the town does not know or have on that day; all at once.
    """
    asked = asked_on(wanted.date, town, rulebook.rides, wanted.room)
    offers = offers_on(wanted.date, town, law, wanted.driven)
    problems_with(orders, asked.rides, offers)
    chosen = {ride for tour in orders for ride in tour.rides}
    rides = tuple(one for one in asked.rides if one.ride_id in chosen)
    posed = pose(rides, offers, ways_of(rides, offers.offers, travel, wanted.date), rulebook.rides)
    routes = [_route(posed, order) for order in orders if order.rides]
    tours = tuple(tour_of(posed, route) for route in routes)
    best = plan_rides(town, rulebook, travel, law, wanted)
    told = {one.ride_id: one for one in best.unserved}
    left = [one.ride_id for one in asked.rides if one.ride_id not in chosen]
    broken = [one for route in routes for one in broken_by(posed, route)]
    return replace(
        best,
        inputs_digest=digest_of(town, rulebook, (wanted.date, wanted.room, tours)),
        status="by_hand",
        tiers=tuple(_tier(one, rides, tours, rulebook.rides.per_car) for one in best.tiers),
        tours=tours,
        law=checked(tours, town, law, wanted.date),
        unserved=(*asked.senseless, *(told.get(ride, Unserved(ride, "not_in_order", {})) for ride in left)),
        warnings=(*broken, *broken_between(posed, routes)),
    )


def _route(posed: Posed, order: Tour) -> Route:
    """The order with its times, in those hours of the driver in which it breaks least."""
    found = [timed(posed, duty, order_of(order, posed)) for duty in offers_of(order, posed.offers.offers)]
    return min(found, key=lambda route: len(list(broken_by(posed, route))))


def _tier(best: RideTier, rides: Sequence[Wanted], tours: Sequence[Tour], per_car: int) -> RideTier:
    """The same aim, reached by hand."""
    kind, _, number = best.name.partition(":")
    if kind == "effort":
        return replace(best, value=sum(tour.minutes for tour in tours) + per_car * len(tours))
    priority = int(number) + PROMISED * (kind == "promised")
    return replace(best, value=float(sum(one.priority == priority for one in rides)))

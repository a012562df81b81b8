"""Rides that people give to another driver themselves: done where nobody loses theirs by it, or told what it breaks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise

from matching.domain import Warned
from matching.domain.tour import Tour
from matching.rides.broken import broken_by, timed, whom
from matching.rides.problem_of_day import Posed
from matching.rides.replan import Ordered, Replanned, held_to, replan
from matching.rides.replanned_tours import replanned_tours
from matching.rides.told_tours import order_of
from matching.routing.problem import PairMode, Plan, Route

TOLERANCE = 5.0
"""Minutes by which a time may differ from what was told."""
Given = Mapping[str, tuple[str, str]]
"""(driver, vehicle) by ride."""
DayGoing = tuple[Sequence[Tour], Posed, Plan, Posed, float]
"""The tours told, posed and as routes; the day after the call; now."""


def as_ordered(
    day: DayGoing, most_moved: int, pinned: frozenset[str], given: Given
) -> tuple[Replanned, tuple[Warned, ...]]:
    """The rest of the day with as many of the orders as can be, and what is to be said of them.

    A ride is given away only where everybody is still driven who would be without it.
    """
    _, before, plan, after, now = day

    def tried(rides: Collection[str]) -> Replanned:
        duties = {one: _duties(after, *given[one]) for one in sorted(rides) if one in given}
        halves = {other: duties[one] for one in duties for other in _bound(after, one) if other not in given}
        return replan(before, plan, after, now, most_moved, TOLERANCE, Ordered(pinned, {**halves, **duties}))

    usual = tried(())
    open_rides = _waiting(after, usual)
    known = {one.ride_id for one in after.rides}  # why anybody else cannot be driven is told with who is left
    late = [Warned("given_too_late", {"ride": one}) for one in sorted(given.keys() & known - open_rides)]
    wanted, done, refused = sorted(given.keys() & open_rides), set[str](), list[str]()
    found = tried(wanted)
    if _loses(after, usual, found, wanted):
        found = usual
        for ride in wanted:
            then = tried({*done, ride})
            if _loses(after, usual, then, [*done, ride]):
                refused.append(ride)
            else:
                found, done = then, {*done, ride}
    else:
        done = set(wanted)
    told = [one for ride in refused for one in _why_not(day, found, ride, given[ride])]
    return found, (*late, *told, *(_price(usual, found) if done else ()))


def _duties(after: Posed, driver: str, vehicle: str) -> frozenset[int]:
    offers = enumerate(after.offers.offers)
    return frozenset(d for d, one in offers if (one.driver.driver_id, one.vehicle.vehicle_id) == (driver, vehicle))


def _bound(after: Posed, ride_id: str) -> Iterator[str]:
    """The other half of a promise that keeps to one car."""
    for pair in after.problem.pairs:
        ends = after.rides[pair.out].ride_id, after.rides[pair.home].ride_id
        if pair.mode is not PairMode.FREE and ride_id in ends:
            yield ends[ends[0] == ride_id]


def _waiting(after: Posed, found: Replanned) -> frozenset[str]:
    """Rides that nobody has boarded yet."""
    aboard = {ride for car in found.going for ride, _ in car.aboard}
    return frozenset(after.rides[ride].ride_id for ride in found.rides if ride not in aboard)


def _loses(after: Posed, usual: Replanned, found: Replanned, given: Collection[str]) -> bool:
    """Whether a plan leaves anybody behind who would be driven without these orders, or one of those given."""
    left, before = ({after.rides[one.rides[row]].ride_id for row in one.plan.unserved} for one in (found, usual))
    return bool((left - before) | (left & {*given}))


def _price(usual: Replanned, found: Replanned) -> Iterator[Warned]:
    """What the orders cost or save in minutes driven."""
    more = round(_driven(found) - _driven(usual))
    yield Warned("given_costs" if more >= 0 else "given_saves", {"minutes": abs(more)})


def _driven(found: Replanned) -> float:
    return sum(float(found.problem.minutes[a, b]) for route in found.plan.routes for a, b in pairwise(route.nodes))


def _why_not(day: DayGoing, found: Replanned, ride_id: str, to: tuple[str, str]) -> Iterator[Warned]:
    """That a ride was not given away, and the rules that the best place for it in that driver's order breaks."""
    told, before, plan, after, now = day
    driver, vehicle = to
    yield Warned("given_refused", {"ride": ride_id, "driver": driver, "vehicle": vehicle})
    duties = _duties(after, driver, vehicle)
    if not duties:
        yield Warned("given_not_there", {"driver": driver, "vehicle": vehicle})
        return
    row = {one.ride_id: i for i, one in enumerate(after.rides)}
    tours = replanned_tours(told, before, plan, after, found, now)
    mine = next((tour for tour in tours if (tour.driver_id, tour.vehicle_id) == to), None)
    order = order_of(mine, after) if mine else []
    kept = {row[one]: promise for one, promise in found.told.items() if promise[0] in duties and one != ride_id}
    held = replace(after, problem=held_to(after.problem, kept, TOLERANCE))
    pick, drop = int(after.problem.pickup[row[ride_id]]), int(after.problem.drop[row[ride_id]])
    order = [node for node in order if node not in (pick, drop)]
    tries = [
        timed(held, duty, [*order[:i], pick, *order[i:j], drop, *order[j:]])
        for duty in sorted(duties)
        for i, j in combinations_with_replacement(range(len(order) + 1), 2)
    ]
    best = min(tries, key=lambda route: len([*broken_by(held, route), *_too_many(held, route)]))
    yield from (*broken_by(held, best), *_too_many(held, best), *_at_once(after, found, best))
    for other in _bound(after, ride_id):
        if other not in _waiting(after, found):
            yield Warned("hand_other_car", {"ride": ride_id, "other": other})


def _at_once(after: Posed, found: Replanned, route: Route) -> Iterator[Warned]:
    """The same person or car in two tours at once."""
    for other in found.plan.routes:
        both = {other.duty, route.duty}
        if len(both) == 2 and any(both <= {*group} for group in after.problem.exclusive):
            yield Warned("hand_at_once", {"one": whom(after, other), "other": whom(after, route)})


def _too_many(posed: Posed, route: Route) -> Iterator[Warned]:
    """More trips than the driver offered."""
    offer = posed.offers.offers[route.duty]
    trips = sum(node < posed.problem.rides for node in route.nodes[1:-1])
    if trips > offer.most_rides:
        yield Warned("hand_trips", {"driver": offer.driver.driver_id, "trips": trips, "most": offer.most_rides})

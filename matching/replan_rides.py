"""After a phone call: the tours of the day as they go on, who has to be told another time, and what that costs.

Read `replan_rides` like a recipe; what has happened until now stays as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from matching.domain import Community, Sharing, TravelTimes, Warned
from matching.domain.tour import Stop, StopKind, Tour, Unserved
from matching.errors import InputError, Problem
from matching.lawful import Law
from matching.plan_rides import DayPlan, checked, digest_of
from matching.rides.alone import alone, clock
from matching.rides.duties import Driven, Offers, offers_on
from matching.rides.orders import TOLERANCE, as_ordered
from matching.rides.problem_of_day import Posed, pose, ways_of
from matching.rides.replan import Replanned
from matching.rides.replanned_tours import replanned_tours
from matching.rides.requests import Asked, Wanted, asked_on, halves
from matching.rides.told_tours import placed, problems_with, routes_of
from matching.routing.problem import Plan
from matching.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Call:
    """What a phone call changes: `now` in minutes of the day; rides that are not needed, drivers who cannot come.

    New rides stand in the town. At most `most_moved` of those who were told a time may get another one or another car,
    and none who is `pinned`. `given` are rides for another driver and car: (driver, vehicle) by ride.
    """

    date: date
    now: float
    without: frozenset[str] = frozenset()
    without_drivers: frozenset[str] = frozenset()
    most_moved: int = 1
    room: Sharing = Sharing.CONSENT
    driven: Driven | None = None
    pinned: frozenset[str] = frozenset()
    given: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def replan_rides(
    town: Community, rulebook: Rulebook, travel: TravelTimes, law: Law, told: Sequence[Tour], call: Call
) -> DayPlan:
    """The day from the call on, where `told` are its tours as they were planned.

    Raises:
        InputError: the tours name what the town does not know or have on that day; all at once.
    """
    asked = asked_on(call.date, town, rulebook.rides, call.room)
    offers = offers_on(call.date, town, law, call.driven)
    problems_with(told, asked.rides, offers)
    told = placed(told, asked.rides)
    _nobody_stranded(told, call)
    planned = {ride for tour in told for ride in tour.rides}
    before = _posed(tuple(one for one in asked.rides if one.ride_id in planned), offers, travel, call.date, rulebook)
    plan = Plan("feasible", routes_of(told, before), (), ())
    gone = _gone(asked, told, call)
    rides, unable = _needed(asked, offers, planned, gone, travel, call.date, rulebook)
    after = _posed(rides, _without(offers, call.without_drivers), travel, call.date, rulebook)
    found, orders = as_ordered((told, before, plan, after, call.now), call.most_moved, call.pinned, call.given)
    tours = replanned_tours(told, before, plan, after, found, call.now)
    unserved = (*asked.senseless, *unable, *_left(after, found))
    return DayPlan(
        town=town.info.name,
        inputs_digest=digest_of(town, rulebook, (call, told)),
        date=call.date,
        room=call.room,
        status="replanned",
        tiers=(),
        tours=tours,
        law=checked(tours, town, law, call.date),
        unserved=unserved,
        refused=asked.refused,
        warnings=(*_warnings(told, tours, unserved, gone, found, call), *orders),
    )


def _posed(rides: tuple[Wanted, ...], offers: Offers, travel: TravelTimes, day: date, rulebook: Rulebook) -> Posed:
    return pose(rides, offers, ways_of(rides, offers.offers, travel, day), rulebook.rides)


def _gone(asked: Asked, told: Sequence[Tour], call: Call) -> frozenset[str]:
    """Rides that are not needed any more: nobody is fetched home who did not go; who has boarded is driven."""
    boarded = {
        stop.ride_id for tour in told for stop in tour.stops if stop.kind is StopKind.BOARD and stop.start <= call.now
    }
    gone = call.without - boarded
    return gone | frozenset(home for home, out in halves(asked.rides).items() if out in gone)


def _nobody_stranded(told: Sequence[Tour], call: Call) -> None:
    """Refuse to take a driver away from people who are on board.

    Raises:
        InputError: who is on board, and until when.
    """
    problems = []
    for tour in told:
        if tour.driver_id not in call.without_drivers:
            continue
        since = {stop.ride_id: stop.start for stop in tour.stops if stop.kind is StopKind.BOARD}
        for stop in tour.stops:
            if stop.kind is StopKind.ALIGHT and since.get(stop.ride_id, stop.start) <= call.now < stop.start:
                until = clock(stop.start)
                problems.append(
                    Problem(
                        "--without-driver", 0, tour.driver_id, "on_board",
                        f"{tour.driver_id}さんの車には{stop.ride_id}の方が乗っています（{until}まで）。降りたあとの時刻にしてください",
                        f"{stop.ride_id} is on board of {tour.driver_id} until {until}. Maybe a time after that?",
                    )
                )  # fmt: skip
    if problems:
        raise InputError(problems)


def _needed(
    asked: Asked,
    offers: Offers,
    planned: set[str],
    gone: frozenset[str],
    travel: TravelTimes,
    day: date,
    rulebook: Rulebook,
) -> tuple[tuple[Wanted, ...], list[Unserved]]:
    """The rides that go on or are new and could be driven, and why new ones cannot be."""
    rides = tuple(one for one in asked.rides if one.ride_id not in gone)
    ways = ways_of(rides, offers.offers, travel, day)
    told = [alone(row, ride, offers, ways, rulebook.rides) for row, ride in enumerate(rides)]
    unable = {one.ride_id: one for one in told if one is not None and one.ride_id not in planned}
    for home, out in halves(rides).items():
        for one, other in ((home, out), (out, home)):
            if other in unable and one not in unable and one not in planned:
                unable[one] = Unserved(one, "other_half", {"other": other})
    return tuple(one for one in rides if one.ride_id not in unable), list(unable.values())


def _without(offers: Offers, drivers: frozenset[str]) -> Offers:
    """The offers of the others."""
    stay = [i for i, one in enumerate(offers.offers) if one.driver.driver_id not in drivers]
    row = {old: new for new, old in enumerate(stay)}
    groups = (tuple(row[i] for i in group if i in row) for group in offers.exclusive)
    return replace(
        offers,
        offers=tuple(offers.offers[i] for i in stay),
        exclusive=tuple(group for group in groups if len(group) > 1),
    )


def _left(after: Posed, found: Replanned) -> Iterator[Unserved]:
    for row in found.plan.unserved:
        yield Unserved(after.rides[found.rides[row]].ride_id, "no_room_left", {})


def _warnings(
    told: Sequence[Tour],
    tours: Sequence[Tour],
    unserved: Sequence[Unserved],
    gone: frozenset[str],
    found: Replanned,
    call: Call,
) -> Iterator[Warned]:
    """Who has to be called: who gets another time or car, who loses the ride; and what keeping the others costs."""
    before, now, left = _boarding(told), _boarding(tours), {one.ride_id for one in unserved}
    for ride in sorted(gone):
        yield Warned("cancelled", {"ride": ride})
    for ride, (tour, at) in before.items():
        if ride in gone:
            continue
        if ride in left or ride not in now:
            yield Warned("dropped", {"ride": ride, "told": clock(at)})
            continue
        other, then = now[ride]
        whom = {"ride": ride, "told": clock(at), "time": clock(then)}
        if (tour.driver_id, tour.vehicle_id) != (other.driver_id, other.vehicle_id):
            yield Warned("other_car", {**whom, "driver": other.driver_id, "vehicle": other.vehicle_id})
        elif abs(then - at) > TOLERANCE + 1e-6:
            yield Warned("moved", whom)
    if found.price is None:
        yield Warned("stability_serves", {"most": call.most_moved})
    else:
        yield Warned("stability", {"minutes": int(np.ceil(found.price - 1e-6)), "most": call.most_moved})


def _boarding(tours: Sequence[Tour]) -> Mapping[str, tuple[Tour, float]]:
    def boards(stop: Stop) -> bool:
        return stop.kind is StopKind.BOARD

    return {stop.ride_id: (tour, stop.start) for tour in tours for stop in filter(boards, tour.stops)}

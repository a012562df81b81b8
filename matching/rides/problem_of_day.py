"""A town's day as a routing problem: points and minutes, rides, duties, and what belongs together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.domain import ReturnMode, TravelTimes
from matching.rides.alone import Ways, most_on_board, who_could
from matching.rides.duties import Offer, Offers
from matching.rides.requests import END_OF_DAY, Wanted, halves
from matching.rides.ways import minutes_between
from matching.routing.problem import Bools, Break, Pair, PairMode, RoutingProblem
from matching.rules.ride_habits import RideHabits

_MODES = {
    ReturnMode.FREE: PairMode.FREE,
    ReturnMode.SAME_CAR: PairMode.SAME_CAR,
    ReturnMode.DRIVER_WAITS: PairMode.DRIVER_WAITS,
}


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem of a day, beside what its numbers stand for: ride r is `rides[r]`, duty d is `offers.offers[d]`.

    Nodes: pick-ups, drops, then where each offer begins, then where it ends.
    """

    problem: RoutingProblem
    rides: tuple[Wanted, ...]
    offers: Offers
    per_car: int


def ways_of(rides: Sequence[Wanted], offers: Sequence[Offer], travel: TravelTimes, day: date) -> Ways:
    """Minutes by car between all points of the day: pick-ups, drops, then the bases of the offers."""
    starts = [(_known(one.request.from_latitude), _known(one.request.from_longitude)) for one in rides]
    ends = [(_known(one.request.to_latitude), _known(one.request.to_longitude)) for one in rides]
    bases = [(one.latitude, one.longitude) for one in offers]
    return Ways(len(rides), minutes_between([*starts, *ends, *bases], travel, day))


def pose(rides: tuple[Wanted, ...], offers: Offers, ways: Ways, habits: RideHabits) -> Posed:
    """The routing problem of rides that somebody could drive alone, and of the day's offers."""
    r, d = len(rides), len(offers.offers)
    at = np.concatenate([np.arange(2 * r + d), np.arange(2 * r, 2 * r + d)])
    minutes = ways.minutes[np.ix_(at, at)]
    row = {ride.ride_id: i for i, ride in enumerate(rides)}
    problem = RoutingProblem(
        open=np.array([*(one.pickup[0] for one in rides), *(one.drop[0] for one in rides), *[0.0] * 2 * d]),
        close=np.array([*(one.pickup[1] for one in rides), *(one.drop[1] for one in rides), *[END_OF_DAY] * 2 * d]),
        service=np.array([*(one.boarding for one in rides), *(one.boarding for one in rides), *[0.0] * 2 * d]),
        minutes=minutes,
        cost=minutes,
        pickup=np.arange(r),
        drop=np.arange(r, 2 * r),
        load=np.array([(one.seats, one.wheelchairs) for one in rides], np.int64).reshape(r, 2),
        max_ride=np.array([most_on_board(one, ways.direct(i), habits) for i, one in enumerate(rides)]),
        priority=np.array([one.priority for one in rides], np.int64),
        must=np.zeros(r, np.bool_),
        start=np.arange(2 * r, 2 * r + d),
        end=np.arange(2 * r + d, 2 * r + 2 * d),
        leave=np.array([one.span[0] for one in offers.offers]),
        back=np.array([one.span[1] for one in offers.offers]),
        max_minutes=np.array([one.most_minutes for one in offers.offers]),
        capacity=np.array(
            [(one.vehicle.seats, one.vehicle.wheelchair_places) for one in offers.offers], np.int64
        ).reshape(d, 2),
        fixed_cost=np.full(d, float(habits.per_car)),
        max_rides=np.array([one.most_rides for one in offers.offers], np.int64),
        breaks=tuple(
            Break(i, start, start, end - start) for i, one in enumerate(offers.offers) for start, end in one.pauses
        ),
        allowed=_who_could(rides, offers.offers),
        exclusive=offers.exclusive,
        pairs=tuple(
            Pair(row[out], row[home], _MODES[rides[row[home]].request.return_mode])
            for home, out in halves(rides).items()
        ),
    )
    return Posed(problem, rides, offers, habits.per_car)


def _who_could(rides: Sequence[Wanted], offers: Sequence[Offer]) -> Bools:
    """Shape (R, D): who may drive whom, whatever the hours; rides that ask for the same are looked at once."""
    known: dict[tuple[object, ...], list[bool]] = {}
    for ride in rides:
        if (key := _asks(ride)) not in known:
            known[key] = who_could(ride, offers)
    return np.array([known[_asks(ride)] for ride in rides], np.bool_).reshape(len(rides), len(offers))


def _asks(ride: Wanted) -> tuple[object, ...]:
    """All of a ride that `who_could` looks at."""
    return ride.request.driver_id, ride.request.vehicle_id, ride.areas, ride.seats, ride.wheelchairs


def _known(degrees: float | None) -> float:
    """A coordinate of a ride that can be looked at; those without one were told before."""
    if degrees is None:
        raise ValueError("a ride without coordinates is no ride of the day")
    return degrees

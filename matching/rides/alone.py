"""Each ride alone: whether anybody could drive it that day, and if not, the first reason that says why."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from matching.domain.place import Floats
from matching.domain.tour import Unserved
from matching.errors import Facts
from matching.rides.duties import Offer, Offers
from matching.rides.requests import Wanted
from matching.rules.ride_habits import RideHabits


@dataclass(frozen=True, slots=True)
class Ways:
    """Minutes by car, shape (n, n): the pick-ups of the rides, then their drops, then the bases of the offers."""

    rides: int
    minutes: Floats

    def direct(self, row: int) -> float:
        """From the pick-up of a ride to its drop."""
        return float(self.minutes[row, self.rides + row])

    def to_pickup(self, offer: int, row: int) -> float:
        """From the base of an offer to a pick-up."""
        return float(self.minutes[2 * self.rides + offer, row])

    def from_drop(self, row: int, offer: int) -> float:
        """From a drop to the base of an offer."""
        return float(self.minutes[self.rides + row, 2 * self.rides + offer])


def most_on_board(ride: Wanted, direct: float, habits: RideHabits) -> float:
    """The ride limit: what was asked, else the usual one, with room for a detour where the direct way is long."""
    if not math.isnan(ride.max_ride):
        return ride.max_ride
    return max(float(habits.max_ride), direct * habits.detour_percent / 100)


def who_could(ride: Wanted, offers: Sequence[Offer]) -> list[bool]:
    """The offers that the request, the area and the room in the car allow, whatever the hours."""
    return [_fixed(ride, one) and _area(ride, one) and _room(ride, one) for one in offers]


def alone(row: int, ride: Wanted, offers: Offers, ways: Ways, habits: RideHabits) -> Unserved | None:
    """Why nobody could drive this ride, even with all cars free; None where somebody could."""
    direct = ways.direct(row)
    limit = most_on_board(ride, direct, habits)
    if not math.isfinite(direct):
        return Unserved(ride.ride_id, "no_way", {})
    told = _itself(ride, direct, limit)
    if told is not None:
        return told
    if not offers.offers:
        return Unserved(ride.ride_id, "law" if offers.unfit else "no_driver", {})
    sieves = list(_sieves(row, ride, ways))
    if any(all(fits(i, one) for _, fits, _ in sieves) for i, one in enumerate(offers.offers)):
        return None
    left = list(range(len(offers.offers)))
    for code, fits, facts in sieves:
        left = [i for i in left if fits(i, offers.offers[i])]
        if not left:
            return Unserved(ride.ride_id, code, facts)
    return None


def _itself(ride: Wanted, direct: float, limit: float) -> Unserved | None:
    """What is wrong with the ride whoever drives."""
    if direct > limit + 1e-6:
        return Unserved(ride.ride_id, "ride_too_long", {"minutes": math.ceil(direct), "limit": int(limit)})
    earliest = ride.pickup[0] + ride.boarding + direct
    if earliest > ride.drop[1] + 1e-6:
        facts: Facts = {
            "earliest": clock(ride.pickup[0]),
            "latest": clock(ride.drop[1]),
            "minutes": math.ceil(direct + ride.boarding),
        }
        return Unserved(ride.ride_id, "window", facts)
    return None


Sieve = tuple[str, Callable[[int, Offer], bool], Facts]


def _sieves(row: int, ride: Wanted, ways: Ways) -> Iterator[Sieve]:
    request = ride.request
    fixed: Facts = {"driver": request.driver_id, "vehicle": request.vehicle_id}
    room: Facts = {"seats": ride.seats, "wheelchairs": ride.wheelchairs}
    yield "fixed_missing", lambda _, one: _fixed(ride, one), fixed
    yield "not_area", lambda _, one: _area(ride, one), {}
    yield "no_car", lambda _, one: _room(ride, one), room
    yield "no_way", lambda i, _: all(map(math.isfinite, _three(ways, i, row))), {}
    yield "quota", lambda _, one: one.most_rides > 0, {}
    yield "hours", lambda i, one: _in_time(ride, one, *_three(ways, i, row)), {}


def _three(ways: Ways, offer: int, row: int) -> tuple[float, float, float]:
    return ways.to_pickup(offer, row), ways.direct(row), ways.from_drop(row, offer)


def _fixed(ride: Wanted, one: Offer) -> bool:
    request = ride.request
    return request.driver_id in ("", one.driver.driver_id) and request.vehicle_id in ("", one.vehicle.vehicle_id)


def _area(ride: Wanted, one: Offer) -> bool:
    return not one.resource.areas_served or not ride.areas.isdisjoint(one.resource.areas_served)


def _room(ride: Wanted, one: Offer) -> bool:
    return ride.seats <= one.vehicle.seats and ride.wheelchairs <= one.vehicle.wheelchair_places


def _in_time(ride: Wanted, one: Offer, there: float, direct: float, back: float) -> bool:
    """Necessary, not sufficient: hours and the day's limit; what breaks forbid, the solver tells."""
    fetch = max(ride.pickup[0], one.span[0] + there)
    arrive = max(fetch + ride.boarding + direct, ride.drop[0])
    whole = there + 2 * ride.boarding + direct + back
    return (
        fetch <= ride.pickup[1] + 1e-6
        and arrive <= ride.drop[1] + 1e-6
        and arrive + ride.boarding + back <= one.span[1] + 1e-6
        and whole <= one.most_minutes + 1e-6
    )


def clock(minute: float) -> str:
    """HH:MM of a minute of the day, to the nearest minute."""
    whole = max(0, math.floor(minute + 0.5))
    return f"{whole // 60:02}:{whole % 60:02}"

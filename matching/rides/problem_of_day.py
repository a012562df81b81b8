"""A town's day as a routing problem: points and minutes, rides, duties, and what belongs together."""

from collections.abc import Sequence
from datetime import date

from matching.domain import TravelTimes
from matching.rides.alone import Ways
from matching.rides.duties import Offer
from matching.rides.requests import Wanted
from matching.rides.ways import minutes_between


def ways_of(rides: Sequence[Wanted], offers: Sequence[Offer], travel: TravelTimes, day: date) -> Ways:
    """Minutes by car between all points of the day: pick-ups, drops, then the bases of the offers."""
    starts = [(_known(one.request.from_latitude), _known(one.request.from_longitude)) for one in rides]
    ends = [(_known(one.request.to_latitude), _known(one.request.to_longitude)) for one in rides]
    bases = [(one.latitude, one.longitude) for one in offers]
    return Ways(len(rides), minutes_between([*starts, *ends, *bases], travel, day))


def _known(degrees: float | None) -> float:
    """A coordinate of a ride that can be looked at; those without one were told before."""
    if degrees is None:
        raise ValueError("a ride without coordinates is no ride of the day")
    return degrees

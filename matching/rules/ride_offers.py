"""Who could drive whom, when: resources with vehicles, the areas they serve, and the openings they cover in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.domain import Accepting, Community, Resource, Weekday, minute_of_day
from matching.rules.arrays import EVERY_WEEK, I32, UNKNOWN, Bools


@dataclass(frozen=True, slots=True)
class RideOffers:
    """One row a resource with vehicles, the one with most seats first; `covers` is (openings, offers)."""

    resource: I32
    seats: I32
    wheelchair_places: I32
    served: Bools
    """(offers, areas)."""
    covers: Bools

    def choose(self, area: I32, opening: I32, wheelchair: Bools, escort: Bools) -> I32:
        """The first offer that serves the area at that hour and has room for the person (and escort), else UNKNOWN."""
        chosen = np.full(len(area), UNKNOWN, np.int32)
        if not len(self.resource):
            return chosen
        for one in np.unique(area[area != UNKNOWN]):
            rows = np.flatnonzero(area == one)
            for offer in np.flatnonzero(self.served[:, one]):
                room = np.where(wheelchair[rows], self.wheelchair_places[offer] > 0, self.seats[offer] > escort[rows])
                room &= ~escort[rows] | (self.seats[offer] > 0)
                fits = (chosen[rows] == UNKNOWN) & self.covers[opening[rows], offer] & room
                chosen[rows[fits]] = offer
        return chosen


def ride_offers(town: Community, served: Bools, served_row: Mapping[tuple[str, ...], int]) -> RideOffers:
    """The offers of a town; a closed resource and one without a car, a driver's time or an opening offers none."""
    seats: dict[str, tuple[int, int]] = {}
    for car in town.vehicles:
        sitting, rolling = seats.get(car.resource_id, (0, 0))
        seats[car.resource_id] = (sitting + car.seats, rolling + car.wheelchair_places)
    row = {r.resource_id: i for i, r in enumerate(town.resources)}
    able: list[Resource] = [
        town.resources[row[name]] for name in seats if town.resources[row[name]].accepting != Accepting.CLOSED
    ]
    able.sort(key=lambda r: (-sum(seats[r.resource_id]), r.resource_id))
    covers = np.zeros((len(town.openings), len(able)), np.bool_)
    for column, resource in enumerate(able):
        covers[:, column] = _covered(town, resource)
    return RideOffers(
        np.array([row[r.resource_id] for r in able], np.int32),
        np.array([seats[r.resource_id][0] for r in able], np.int32),
        np.array([seats[r.resource_id][1] for r in able], np.int32),
        served[[served_row[r.areas_served] for r in able]] if able else np.zeros((0, served.shape[1]), np.bool_),
        covers,
    )


def _covered(town: Community, resource: Resource) -> Bools:
    """Openings of the town that begin while the resource drives: in its own opening hours or a driver's time."""
    times = [
        (o.weekday, minute_of_day(o.start), minute_of_day(o.end), _weeks(o.weeks_of_month))
        for o in town.openings
        if o.resource_id == resource.resource_id
    ]
    times += [
        (s.weekday, minute_of_day(s.start), minute_of_day(s.end), EVERY_WEEK)
        for d in town.drivers
        if d.resource_id == resource.resource_id
        for s in d.available
    ]
    day, start, weeks = _when(town)
    out = np.zeros(len(town.openings), np.bool_)
    for weekday, opens, closes, bits in times:
        out |= (day == weekday.number) & (opens <= start) & (start < closes) & ((weeks & ~bits) == 0)
    return out


def _when(town: Community) -> tuple[I32, I32, I32]:
    days = [Weekday(o.weekday).number for o in town.openings]
    starts = [minute_of_day(o.start) for o in town.openings]
    weeks = [_weeks(o.weeks_of_month) for o in town.openings]
    return np.array(days, np.int32), np.array(starts, np.int32), np.array(weeks, np.int32)


def _weeks(weeks: Sequence[int]) -> int:
    return sum({1 << (w - 1) for w in weeks}) or EVERY_WEEK

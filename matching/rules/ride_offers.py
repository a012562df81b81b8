"""Who could drive whom, when: resources with vehicles, the areas they serve, and the openings they cover in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.domain import Accepting, Community, Opening, Resource, minute_of_day
from matching.errors import Facts
from matching.rules.arrays import EVERY_WEEK, I32, I64, UNKNOWN, Bools


@dataclass(frozen=True, slots=True)
class Cut:
    """What the cars cannot carry together: the weights of the chosen among these pairs sum to at most `most`.

    `key` is need row × openings + opening row, ascending; `facts` say which cars, when.
    """

    key: I64
    weight: I64
    most: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class RideOffers:
    """One row a resource with vehicles, the one with most seats first; `covers` is (openings, offers).

    `planned` (offers,) where the drivers are known, so that tours can be planned. What planning them has shown:
    `barred` pairs (keys as in `Cut`, ascending) that no car can carry even alone, and `cuts`.
    """

    resource: I32
    seats: I32
    wheelchair_places: I32
    served: Bools
    """(offers, areas)."""
    covers: Bools
    planned: Bools
    barred: I64 = field(default_factory=lambda: np.zeros(0, np.int64))
    cuts: tuple[Cut, ...] = ()

    def choose(self, area: I32, opening: I32, wheelchair: Bools, escort: Bools) -> I32:
        """The first offer that serves the area at that hour and has room for the person (and escort), else UNKNOWN."""
        chosen = np.full(len(area), UNKNOWN, np.int32)
        if not len(self.resource):
            return chosen
        people, who = _distinct((area + 1) * np.int32(4) + wheelchair * np.int32(2) + escort)
        fits = self.fits(people // 4 - 1, people % 4 >= 2, people % 2 == 1)
        _, offers = np.nonzero(fits)
        start = np.concatenate([[0], np.cumsum(fits.sum(axis=1))])
        at, end = start[who], start[who + 1]
        left = np.flatnonzero(at < end)
        while len(left):
            offer = offers[at[left]]
            found = self.covers[opening[left], offer]
            chosen[left[found]] = offer[found]
            left = left[~found]
            at[left] += 1
            left = left[at[left] < end[left]]
        return chosen

    def fits(self, area: I32, wheelchair: Bools, escort: Bools) -> Bools:
        """(people, offers): which offers serve the area and have room for the person and an escort."""
        served = self.served.T[area] if self.served.size else np.zeros((len(area), len(self.resource)), np.bool_)
        sits = self.seats > escort[:, None]
        rolls = (self.wheelchair_places > 0) & (self.seats >= escort[:, None])
        return np.asarray(served & (area != UNKNOWN)[:, None] & np.where(wheelchair[:, None], rolls, sits))


def _distinct(small: I32) -> tuple[I32, I32]:
    """The distinct ones of small numbers, and which of them each is; without sorting."""
    present = np.bincount(small) > 0
    return np.flatnonzero(present).astype(np.int32), (np.cumsum(present, dtype=np.int32) - 1)[small]


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
    covers = _covers(town, able)
    return RideOffers(
        np.array([row[r.resource_id] for r in able], np.int32),
        np.array([seats[r.resource_id][0] for r in able], np.int32),
        np.array([seats[r.resource_id][1] for r in able], np.int32),
        served[[served_row[r.areas_served] for r in able]] if able else np.zeros((0, served.shape[1]), np.bool_),
        covers,
        np.isin([r.resource_id for r in able], [d.resource_id for d in town.drivers if d.available]),
    )


def _covers(town: Community, able: Sequence[Resource]) -> Bools:
    """(openings, offers): what begins while the resource drives, in its own opening hours or a driver's time."""
    time = np.array([_time(o) for o in town.openings], np.int32).reshape(-1, 4)
    times, which = np.unique(time, axis=0, return_inverse=True)
    day, start, _, weeks = times.T
    column = {resource.resource_id: at for at, resource in enumerate(able)}
    out = np.zeros((len(times), len(able)), np.bool_)
    drives = [(o.resource_id, _time(o)) for o in town.openings if o.resource_id in column]
    drives += [
        (d.resource_id, (s.weekday.number, minute_of_day(s.start), minute_of_day(s.end), EVERY_WEEK))
        for d in town.drivers
        if d.resource_id in column
        for s in d.available
    ]
    for resource, (weekday, opens, closes, bits) in drives:
        fits = (day == weekday) & (opens <= start) & (start < closes) & ((weeks & ~bits) == 0)
        out[:, column[resource]] |= fits
    return out[which.ravel()]


def _time(opening: Opening) -> tuple[int, int, int, int]:
    """Weekday (UNKNOWN where the hours are not known: nobody drives then), begin, end and weeks as bits."""
    weeks, span = _weeks(opening.weeks_of_month), opening.hours
    if span is None:
        return UNKNOWN, 0, 0, weeks
    return span.weekday.number, minute_of_day(span.start), minute_of_day(span.end), weeks


def _weeks(weeks: Sequence[int]) -> int:
    return sum({1 << (w - 1) for w in weeks}) or EVERY_WEEK

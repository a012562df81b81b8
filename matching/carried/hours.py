"""Which pairs by ride no driver's hours allow, even if no way took a minute: told for a whole town at once.

Drivers rest at noon, or are free on some mornings only; so whole classes of pairs are out by their weekday and hours
alone. A town too large for every ride to be looked at is matched without them from the beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.carried.fleet import in_hours
from matching.carried.units import Unit, attended, date_of, units_of
from matching.domain import Sharing, minute_of_day
from matching.lawful import Law
from matching.rides.alone import Ways
from matching.rides.duties import Offers, offers_on
from matching.rules import Pairs
from matching.rules.arrays import I64, Bools
from matching.rules.ride_habits import RideHabits


def out_of_hours(pairs: Pairs, law: Law, habits: RideHabits, room: Sharing) -> Bools:
    """Pairs by ride (pairs,) that nobody could drive there, or home, whatever the ways; never one that somebody could.

    Whoever asks for a ride of their own that weekday is not judged here, since theirs may be at another hour.
    """
    out = np.zeros(len(pairs), np.bool_)
    judged = np.flatnonzero(~_asks_themselves(pairs))
    if not len(judged):
        return out
    some = pairs.take(judged)
    times = _times(some)
    first, hours = np.unique(times, return_index=True, return_inverse=True)[1:]
    units = {unit.key: unit for unit in units_of(some.take(first), habits, room)}
    keys = list(zip(some.need_row[first].tolist(), some.opening_row[first].tolist(), strict=True))
    able = _able(some, [units.get(key) for key in keys], law)
    out[judged] = ~_somebody(some, able, hours)
    return out


@dataclass(frozen=True, slots=True)
class _Able:
    """(hours, offering resources): whose drivers' hours allow the way there, and the way home."""

    there: Bools
    home: Bools


def _asks_themselves(pairs: Pairs) -> Bools:
    """Where the person asks for a standing ride on the weekday of the opening."""
    row = {one.resident_id: i for i, one in enumerate(pairs.town.community.residents)}
    asks = np.zeros((len(row), 7), np.bool_)
    for one in pairs.town.community.ride_requests:
        if one.weekday is not None:
            asks[row[one.resident_id], one.weekday.number] = True
    return np.asarray(asks[pairs.need.resident, pairs.opening.weekday])


def _times(pairs: Pairs) -> I64:
    """One number for each pair: the weekday, from when to when they stay, and how long they board."""
    needs, town = pairs.town.needs, pairs.town.community
    spans: dict[object, int] = {}
    rows = np.unique(pairs.need_row)
    suits = np.zeros(len(town.needs), np.int64)
    suits[rows] = [spans.setdefault(town.needs[row].available, len(spans)) for row in rows.tolist()]
    opening = pairs.opening
    day, start, end = (np.asarray(column, np.int64) for column in (opening.weekday, opening.start, opening.end))
    alike = ((suits[pairs.need_row] * 7 + day) * 1440 + start) * 1441 + end
    first, which = np.unique(alike, return_index=True, return_inverse=True)[1:]
    stays = [attended(pairs, row) for row in first.tolist()]
    begins, ends = np.array([[minute_of_day(at) for at in (one.start, one.end)] for one in stays], np.int64)[which].T
    return np.asarray(((day * 1440 + begins) * 1441 + ends) * 2 + needs.wheelchair[pairs.need_row], np.int64)


def _able(pairs: Pairs, units: Sequence[Unit | None], law: Law) -> _Able:
    """Whose drivers could drive one unit of each hours; one that cannot be looked at is left to everybody."""
    resources = {int(row): at for at, row in enumerate(pairs.town.rides.resource.tolist())}
    out = _Able(*(np.ones((len(units), len(resources)), np.bool_) for _ in range(2)))
    town = pairs.town.community
    fresh = replace(town, drivers=tuple(replace(one, trips_this_month=None) for one in town.drivers))
    row = {resource.resource_id: i for i, resource in enumerate(town.resources)}
    for day in sorted({unit.weekday for unit in units if unit is not None}):
        offers = offers_on(date_of(town.info.week_of, day), fresh, law)
        owner = np.array([resources[row[one.resource.resource_id]] for one in offers.offers], np.int64)
        mine = {at: unit for at, unit in enumerate(units) if unit is not None and unit.weekday == day}
        for nth, (there, home) in zip(mine, _both(list(mine.values()), offers), strict=True):
            for able, fits in ((out.there, there), (out.home, home)):
                able[nth] = np.bincount(owner[fits], minlength=len(resources)) > 0
    return out


def _both(units: Sequence[Unit], offers: Offers) -> Iterator[tuple[Bools, Bools]]:
    """Of each unit, which offers (offers,) could drive it there, and which home."""
    rides = tuple(ride for unit in units for ride in unit.rides)
    points = 2 * len(rides) + len(offers.offers)
    fits = in_hours(rides, offers, Ways(len(rides), np.zeros((points, points))))
    yield from zip(fits[0::2], fits[1::2], strict=True)


def _somebody(pairs: Pairs, able: _Able, hours: I64) -> Bools:
    """Whether a resource that serves the person's area and has room for them could drive there, and one home."""
    need = pairs.need
    alike = (need.area.astype(np.int64) * 2 + need.wheelchair) * 2 + need.escort
    first, person = np.unique(alike, return_index=True, return_inverse=True)[1:]
    whom = pairs.town.rides.fits(need.area[first], need.wheelchair[first], need.escort[first]).astype(np.float32)
    out = np.ones(len(pairs), np.bool_)
    for one in (able.there, able.home):
        out &= (one.astype(np.float32) @ whom.T > 0)[hours, person]
    return out

"""When drivers' trips alone are too few: more rides than those who could drive them offer a week or month (Hall).

A flow from rides to drivers finds the drivers who are asked for more than they offer. What only they could drive, of
all units, then never exceeds that: one cut for all of them, and it holds for every plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from matching.carried.fleet import Fleet
from matching.carried.units import PARTS, Unit

ENDLESS = 2**30


@dataclass(frozen=True, slots=True)
class Scarce:
    """Drivers who are asked for too much, and whether in a month or in one of its weeks (counted from 0)."""

    drivers: frozenset[str]
    week: int | None
    offered: int


def drivers_of(fleet: Fleet) -> Mapping[str, frozenset[str]]:
    """Who could drive each ride, as far as hours, room and areas of the ride alone tell."""
    out: dict[str, frozenset[str]] = {}
    for day in fleet.days.values():
        names = [offer.driver.driver_id for offer in day.offers.offers]
        for ride, could in zip(day.rides, day.could, strict=True):
            out[ride.ride_id] = frozenset(names[i] for i in np.flatnonzero(could).tolist())
    return out


def scarce(fleet: Fleet, who: Mapping[str, frozenset[str]], units: Sequence[Unit]) -> Iterator[Scarce]:
    """The drivers asked for too much, month and weeks apart."""
    for week in (None, *range(5)):
        asked = weights(units, week)
        short = _short({ride: weight for ride, weight in asked.items() if weight}, who, _offered(fleet, week))
        if short:
            yield Scarce(short, week, sum(_offered(fleet, week)[name] for name in short))


def weights(units: Sequence[Unit], week: int | None) -> Mapping[str, int]:
    """What each ride takes: a trip of that week, or parts of a month."""
    out: dict[str, int] = {}
    for unit in units:
        takes = unit.parts if week is None else int(unit.weeks >> week & 1)
        for ride in unit.rides:
            out[ride.ride_id] = max(out.get(ride.ride_id, 0), takes)
    return out


def _offered(fleet: Fleet, week: int | None) -> Mapping[str, int]:
    """What each driver offers in a month (in parts) or week; a large number where nothing is said."""
    limit = {name: one.max_trips_per_month if week is None else one.max_trips_per_week
             for name, one in fleet.drivers.items()}  # fmt: skip
    return {name: ENDLESS if n is None else n * (PARTS if week is None else 1) for name, n in limit.items()}


def _short(
    asked: Mapping[str, int], who: Mapping[str, frozenset[str]], offered: Mapping[str, int]
) -> frozenset[str] | None:
    """The drivers of a least cut between rides and drivers that does not carry all that is asked; None if all fits."""
    rides, drivers = list(asked), sorted(offered)
    row = {name: 2 + len(rides) + i for i, name in enumerate(drivers)}
    edges = [(0, 2 + i, asked[ride]) for i, ride in enumerate(rides)]
    edges += [(2 + i, row[name], asked[ride]) for i, ride in enumerate(rides) for name in sorted(who[ride])]
    edges += [(row[name], 1, min(offered[name], ENDLESS)) for name in drivers]
    total = sum(asked.values())
    if not rides:
        return None
    source, target, room = np.array(edges, np.int32).T
    size = 2 + len(rides) + len(drivers)
    graph = sparse.csr_array((room, (source, target)), shape=(size, size)).astype(np.int32)
    graph.sort_indices()
    flow = maximum_flow(graph, 0, 1)
    if flow.flow_value >= total:
        return None
    left = (graph - flow.flow).tocsr()
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    reached = set(breadth_first_order(left, 0, return_predecessors=False).tolist())
    return frozenset(name for name in drivers if row[name] in reached)


def taken(unit: Unit, who: Mapping[str, frozenset[str]], one: Scarce) -> int:
    """What a unit takes of what these drivers offer, for sure: its rides that nobody else could drive."""
    per_ride = unit.parts if one.week is None else int(unit.weeks >> one.week & 1)
    return per_ride * sum(who[ride.ride_id] <= one.drivers for ride in unit.rides)

"""What one more or one fewer would change: a place at every opening at once, where the plan lets that be seen; else a
place, an hour, a driver, a car of those that most wait for, by solving the edited town again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.one_place import one_place
from matching.carried.agree import Agreed
from matching.domain import Community, Driver, Opening, Resource, Unplaced
from matching.domain.calendar import minute_of_day
from matching.pose import PLACED

TRIES = 8
"""More places or hours that are tried, those first that most people wait for."""
FEWER = 3
"""Of these places, so many are also tried with one fewer."""
FLEETS = 2
"""Groups that drive for which one more driver and one more car are tried, those that most wait for first."""
EVERY = 30
"""In a town with so many openings at most, one place more and one fewer is tried at every one of them."""
ADDED = "one-more"
"""What stands behind the identifier of a driver or car that is only tried."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One place, hour, driver or car more, or one place fewer.

    `what` is place, helper_hour, driver, car or place_less; `placed`: how many more needs the new best plan places
    (fewer are negative); `exact` if both plans are proven best.
    """

    what: str
    resource_id: str
    opening_id: str
    placed: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Worths:
    """What is known: the changes told, and at how many openings one place more and one fewer is known (0 or not)."""

    told: tuple[Worth, ...]
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class _Change:
    """A change, and the town with it."""

    what: str
    resource_id: str
    opening_id: str
    town: Community


def worths(
    town: Community,
    agreed: Agreed,
    why: Mapping[int, Unplaced],
    rides: Sequence[str],
    again: Callable[[Community], Agreed],
) -> Worths:
    """What one place is worth at each opening as far as the plan shows it; then what most of those who wait could use.

    The latter by solving the edited town again. `rides` are the areas of the needs that wait for a ride, one a need:
    drivers and cars are tried that serve them. A place that changes nothing is not told. Of a plan that is not proven
    nothing is tried (`why` and `rides` are empty): the next one would differ by more than what is asked about.
    """
    known = _at_once(agreed) if agreed.choice.proven.all() else {}
    out = [
        Worth(what, town.openings[row].resource_id, town.openings[row].opening_id, placed, exact=True)
        for (what, row), placed in known.items()
        if placed
    ]
    more, fewer = (sum(what == name for what, _ in known) for name in ("place", "place_less"))
    for change in _changes(town, agreed, why, rides, known):
        then = again(change.town)
        placed = int(then.choice.value[PLACED] - agreed.choice.value[PLACED])
        exact = bool(agreed.choice.proven.all() and then.choice.proven.all())
        out.append(Worth(change.what, change.resource_id, change.opening_id, placed, exact))
        more, fewer = more + (change.what == "place" and exact), fewer + (change.what == "place_less" and exact)
    waits = Counter(opening for one in why.values() for opening, _ in one.full)
    out.sort(key=lambda one: (-one.placed, one.what, -waits[one.opening_id], one.resource_id, one.opening_id))
    return Worths(tuple(out), more, fewer)


def _at_once(agreed: Agreed) -> dict[tuple[str, int], int]:
    """How many more are placed with one place more or fewer at each opening, where two sweeps tell it exactly."""
    problem, posed = agreed.posed.problem, agreed.posed
    found = one_place(problem, agreed.choice.chosen)
    if found is None:
        return {}
    rows = range(len(posed.places))
    known = {("place", row): int(found.plus[PLACED, row]) for row in rows if found.plus_exact[row]}
    held = np.bincount(posed.pairs.opening_row[posed.pairs.held], minlength=len(rows))
    spare = posed.places > np.diff(problem.slot_start)[: len(rows)]  # more places than needs that fit
    for row in np.flatnonzero(posed.places > held).tolist():
        if spare[row]:
            known["place_less", row] = 0
        elif found.minus_exact[row]:
            known["place_less", row] = -int(found.minus[PLACED, row])
    return known


def _changes(
    town: Community, agreed: Agreed, why: Mapping[int, Unplaced], rides: Sequence[str],
    known: Mapping[tuple[str, int], int],
) -> Iterator[_Change]:  # fmt: skip
    """What is tried: places and hours by how many wait for them, then drivers and cars; in a small town every place."""
    every, row_of = len(town.openings) <= EVERY, agreed.posed.pairs.town.opening_row()
    asked = _asked(town, why)[: None if every else TRIES]
    rest = [("place", name) for name in row_of if every and ("place", name) not in asked]
    fewer = 0
    for what, identifier in (*asked, *rest):
        if what == "helper_hour":
            yield _with_an_hour(town, identifier)
            continue
        row, places = row_of[identifier], int(agreed.posed.places[row_of[identifier]])
        if ("place", row) not in known:
            yield _with_places(town, row, places + 1, "place")
        if (every or fewer < FEWER) and ("place_less", row) not in known and _is_taken_anew(agreed, row):
            fewer += 1
            yield _with_places(town, row, places - 1, "place_less")
    for group in _groups(town, rides)[:FLEETS]:
        yield _with_a_driver(town, group)
        yield _with_a_car(town, group)


def _asked(town: Community, why: Mapping[int, Unplaced]) -> list[tuple[str, str]]:
    """Openings that are full, and helpers without hours, by how many wait for them."""
    counted: Counter[tuple[str, str]] = Counter()
    of_name = {resource.name: resource.resource_id for resource in town.resources if resource.max_hours_per_month}
    for one in why.values():
        counted.update(("place", opening) for opening, _ in one.full)
        names = [str(r.facts["place"]) for r in one.held_back if r.code == "helper_hours"]
        counted.update(("helper_hour", of_name[name]) for name in names if name in of_name)
    return [key for key, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _groups(town: Community, rides: Sequence[str]) -> list[str]:
    """Who has drivers and cars and serves some of these areas, by how many needs wait there."""
    able = {one.resource_id for one in town.drivers} & {one.resource_id for one in town.vehicles}
    counted = {
        one.resource_id: sum(not one.areas_served or area in one.areas_served for area in rides)
        for one in town.resources
        if one.resource_id in able
    }
    return sorted((group for group, needs in counted.items() if needs), key=lambda group: (-counted[group], group))


def _is_taken_anew(agreed: Agreed, row: int) -> bool:
    """Whether an opening has a place that nobody held before: such a one can be taken away."""
    pairs = agreed.posed.pairs
    return int(agreed.posed.places[row]) > int((pairs.held & (pairs.opening_row == row)).sum())


def _with_an_hour(town: Community, identifier: str) -> _Change:
    found = _resource(town, identifier)
    more = replace(found, max_hours_per_month=(found.max_hours_per_month or 0) + 1)
    changed = replace(town, resources=tuple(more if one is found else one for one in town.resources))
    return _Change("helper_hour", identifier, "", changed)


def _with_places(town: Community, row: int, places: int, what: str) -> _Change:
    """So many places for people of the needs; the comfortable load goes along where it is a limit."""
    opening = town.openings[row]
    changed = (*town.openings[:row], _sized(opening, places), *town.openings[row + 1 :])
    return _Change(what, opening.resource_id, opening.opening_id, replace(town, openings=changed))


def _sized(opening: Opening, places: int) -> Opening:
    most, load = places + opening.attending, opening.comfortable_load
    return replace(opening, capacity=most, comfortable_load=None if load is None else max(load, most))


def _with_a_driver(town: Community, group: str) -> _Change:
    """Another driver like the one of the group who offers most time."""
    own = [one for one in town.drivers if one.resource_id == group]
    model = max(own, key=lambda one: (_minutes(one), one.driver_id))
    more = replace(model, driver_id=f"{model.driver_id}-{ADDED}", trips_this_month=None)
    return _Change("driver", group, "", replace(town, drivers=(*town.drivers, more)))


def _with_a_car(town: Community, group: str) -> _Change:
    """Another car like the largest of the group; who drives that one may drive this one."""
    own = [one for one in town.vehicles if one.resource_id == group]
    model = max(own, key=lambda one: (one.seats, one.vehicle_id))
    name = f"{model.vehicle_id}-{ADDED}"
    drivers = tuple(
        replace(one, vehicles=(*one.vehicles, name)) if model.vehicle_id in one.vehicles else one
        for one in town.drivers
    )
    vehicles = (*town.vehicles, replace(model, vehicle_id=name))
    return _Change("car", group, "", replace(town, vehicles=vehicles, drivers=drivers))


def _minutes(driver: Driver) -> int:
    return sum(minute_of_day(span.end) - minute_of_day(span.start) for span in driver.available)


def _resource(town: Community, identifier: str) -> Resource:
    return next(one for one in town.resources if one.resource_id == identifier)

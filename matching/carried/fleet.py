"""Cars and drivers that serve the same people over a standing week: who could drive whom, and what each offers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.carried.units import PARTS, Unit, date_of
from matching.domain import Community, Driver, TravelTimes
from matching.lawful import Law
from matching.rides.alone import Ways, most_on_board, who_could
from matching.rides.duties import Offer, Offers, offers_on
from matching.rides.problem_of_day import pose, ways_of
from matching.rides.requests import Wanted
from matching.routing.problem import Plan, RoutingProblem
from matching.routing.week import Shared, Week
from matching.rules.arrays import EVERY_WEEK, F64, I64, Bools
from matching.rules.frequency import USUAL_WEEKS
from matching.rules.ride_habits import RideHabits

EPS = 1e-6
MONTH = range(4)
"""The weeks of a month that every month has."""


@dataclass(frozen=True, slots=True)
class Weekday:
    """One weekday of a fleet: every ride it may be asked for, its offers, the ways between, and who could drive whom.

    `could` (rides, offers): as far as hours, room and areas of the ride alone tell; necessary, not sufficient.
    """

    rides: tuple[Wanted, ...]
    row: Mapping[str, int]
    offers: Offers
    ways: Ways
    could: Bools


@dataclass(frozen=True, slots=True)
class Fleet:
    """Its units, those that are there already first; its weekdays by number; its drivers by id."""

    units: tuple[Unit, ...]
    days: Mapping[int, Weekday]
    drivers: Mapping[str, Driver]
    habits: RideHabits


@dataclass(frozen=True, slots=True)
class Instance:
    """A weekday in those weeks of the month in which the same units are driven."""

    weekday: int
    weeks: tuple[int, ...]
    units: tuple[Unit, ...]
    rides: tuple[Wanted, ...]


def fleets(
    units: Sequence[Unit], town: Community, travel: TravelTimes, law: Law, habits: RideHabits
) -> tuple[list[Fleet], list[Unit]]:
    """The fleets of a town with the units that each could drive, and the units that nobody could."""
    fresh = replace(town, drivers=tuple(replace(one, trips_this_month=None) for one in town.drivers))
    offers = {day: offers_on(date_of(town.info.week_of, day), fresh, law) for day in sorted({u.weekday for u in units})}
    nearby = {day: _by_area(some.offers) for day, some in offers.items()}
    whose = {unit.key: _whose(unit, nearby[unit.weekday]) for unit in units}
    joined = _joined(list(whose.values()))
    found, nobody = [], [unit for unit in units if not whose[unit.key]]
    for group in sorted(set(joined.values())):
        mine = [unit for unit in units if whose[unit.key] and joined[whose[unit.key][0]] == group]
        resources = {name for name, of in joined.items() if of == group}
        days = {
            day: _weekday(
                [u for u in mine if u.weekday == day], _only(offers[day], resources), town, travel, day, habits
            )
            for day in sorted({u.weekday for u in mine})
        }
        able = {
            key for number, day in days.items() for key in able_alone([u for u in mine if u.weekday == number], day)
        }
        nobody += [unit for unit in mine if unit.key not in able]
        if able:
            drivers = {one.driver_id: one for one in town.drivers if one.resource_id in resources}
            found.append(Fleet(tuple(unit for unit in mine if unit.key in able), days, drivers, habits))
    return found, nobody


def _by_area(offers: Sequence[Offer]) -> dict[str, list[Offer]]:
    """The offers that serve an area; under no area, those that serve every one."""
    found: dict[str, list[Offer]] = {"": []}
    for one in offers:
        for area in one.resource.areas_served or [""]:
            found.setdefault(area, []).append(one)
    return found


def _whose(unit: Unit, nearby: Mapping[str, Sequence[Offer]]) -> list[str]:
    """The resources whose cars could drive at least one ride of a unit, as far as request, area and room say."""
    able: set[str] = set()
    for ride in unit.rides:
        near = [one for area in ("", *ride.areas) for one in nearby.get(area, ())]
        able.update(one.resource.resource_id for one, could in zip(near, who_could(ride, near), strict=True) if could)
    return sorted(able)


def instances(units: Sequence[Unit], each_week: bool = False) -> list[Instance]:
    """The days that the units make, each weekday once for every set of units that one of its weeks has.

    With `each_week` as if everybody came each week: what can be carried so can be carried anyway, by the same drivers.
    """
    out = []
    for weekday in sorted({unit.weekday for unit in units}):
        mine = [unit for unit in units if unit.weekday == weekday]
        alike: dict[tuple[int, ...], list[int]] = {}
        for nth in range(5):
            there = tuple(i for i, u in enumerate(mine) if each_week or u.weeks >> nth & 1)
            alike.setdefault(there, []).append(nth)
        for some, weeks in alike.items():
            if some:
                driven = tuple(mine[i] for i in some)
                rides = {ride.ride_id: ride for unit in driven for ride in unit.rides}
                out.append(Instance(weekday, tuple(weeks), driven, tuple(rides.values())))
    return out


def week_of(fleet: Fleet, days: Sequence[Instance]) -> Week:
    """The routing problems of these days, with what drivers offer a week and a month."""
    shared = tuple(_shared(fleet, days))
    return Week(tuple(_problem(fleet, one) for one in days), shared)


def parts(one: Instance) -> I64:
    """What each ride of a day takes of a month, in `PARTS` a week, shape (rides,)."""
    weight: dict[str, int] = {}
    for unit in one.units:
        month = MONTH if unit.weeks == EVERY_WEEK else [nth for nth in range(5) if unit.weeks >> nth & 1]
        here = len(set(month) & set(one.weeks))
        for ride in unit.rides:
            weight[ride.ride_id] = max(weight.get(ride.ride_id, 0), unit.parts * here // len(month))
    return np.array([weight[ride.ride_id] for ride in one.rides], np.int64)


class Left:
    """What each driver still offers while one weekday after the other is planned."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._week = {name: one.max_trips_per_week for name, one in fleet.drivers.items()}
        month = {name: one.max_trips_per_month for name, one in fleet.drivers.items()}
        self._month = {name: None if most is None else PARTS * most for name, most in month.items()}

    def rides(self, one: Instance) -> I64:
        """How many rides each offer of a day can surely drive, shape (offers,)."""
        heavy = np.cumsum(-np.sort(-parts(one)))
        out = []
        for offer in self._fleet.days[one.weekday].offers.offers:
            week, month = self._week[offer.driver.driver_id], self._month[offer.driver.driver_id]
            most = len(one.rides) if week is None else week
            out.append(most if month is None else min(most, int(np.searchsorted(heavy, month, side="right"))))
        return np.array(out, np.int64)

    def spent(self) -> set[str]:
        """The drivers who may not be able to drive one place more, out and home each week."""
        week = {name for name, most in self._week.items() if most is not None and most < 2}
        return week | {
            name for name, most in self._month.items() if most is not None and most < 2 * PARTS * USUAL_WEEKS
        }

    def take(self, one: Instance, problem: RoutingProblem, plan: Plan) -> None:
        """A planned day is taken off."""
        weight = parts(one)
        for route in plan.routes:
            name = self._fleet.days[one.weekday].offers.offers[route.duty].driver.driver_id
            mine = np.isin(problem.pickup, route.nodes)
            week, month = self._week[name], self._month[name]
            self._week[name] = None if week is None else week - int(mine.sum())
            self._month[name] = None if month is None else month - int(weight[mine].sum())


def _joined(groups: Sequence[Sequence[str]]) -> Mapping[str, str]:
    """Each resource with the first of all that share somebody with it, however far."""
    first: dict[str, str] = {}

    def root(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    for group in groups:
        for name in group:
            one, other = sorted((root(group[0]), root(name)))
            first[other] = one
    return {name: root(name) for name in sorted(first)}


def _only(offers: Offers, resources: set[str]) -> Offers:
    """The offers of some resources; a car or driver belongs to one."""
    kept = [i for i, one in enumerate(offers.offers) if one.resource.resource_id in resources]
    at = {old: new for new, old in enumerate(kept)}
    groups = (tuple(at[i] for i in group if i in at) for group in offers.exclusive)
    return Offers(tuple(offers.offers[i] for i in kept), tuple(g for g in groups if len(g) > 1), (), ())


def _weekday(
    units: Sequence[Unit], offers: Offers, town: Community, travel: TravelTimes, day: int, habits: RideHabits
) -> Weekday:
    rides = tuple({ride.ride_id: ride for unit in units for ride in unit.rides}.values())
    ways = ways_of(rides, offers.offers, travel, date_of(town.info.week_of, day))
    return Weekday(
        rides, {r.ride_id: i for i, r in enumerate(rides)}, offers, ways, _could(rides, offers, ways, habits)
    )


def _could(rides: Sequence[Wanted], offers: Offers, ways: Ways, habits: RideHabits) -> Bools:
    """(rides, offers): hours, pauses, room, areas, the ride limit and the day's limit of each ride alone."""
    fits = in_hours(rides, offers, ways)
    limit = np.array([most_on_board(ride, ways.direct(i), habits) for i, ride in enumerate(rides)])
    direct = np.array([ways.direct(i) for i in range(len(rides))])
    fits &= ((direct <= limit + EPS) & np.isfinite(direct))[:, None]
    return np.asarray(fits & np.array([who_could(ride, offers.offers) for ride in rides], np.bool_).reshape(fits.shape))


def in_hours(rides: Sequence[Wanted], offers: Offers, ways: Ways) -> Bools:
    """(rides, offers): whether hours, pauses and the day's limit allow each ride alone, whoever may drive whom."""
    spread = _spread(rides, offers, ways)
    fits = _within(spread, spread.pickup[:, :1]) & spread.short
    for number, offer in enumerate(offers.offers):
        mine = spread.of(number)
        for begin, end in offer.pauses:
            before = _done(mine, mine.pickup[:, :1]) <= begin + EPS
            fits[:, number] &= (before | _within(mine, np.maximum(mine.pickup[:, :1], end)))[:, 0]
    return np.asarray(fits)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Rides (rows) and offers (columns): minutes to the pick-up, between, and back; windows; the offers' hours."""

    there: F64
    direct: F64
    back: F64
    board: F64
    pickup: F64
    drop: F64
    span: F64
    most: F64

    @property
    def short(self) -> Bools:
        """Where the ride alone keeps within the driver's day."""
        return np.asarray(self.there + 2 * self.board + self.direct + self.back <= self.most + EPS)

    def of(self, number: int) -> "_Spread":
        """The same rides before one offer only."""
        one = slice(number, number + 1)
        hours = {"there": self.there[:, one], "back": self.back[:, one], "span": self.span[one], "most": self.most[one]}
        return replace(self, **hours)


def _spread(rides: Sequence[Wanted], offers: Offers, ways: Ways) -> _Spread:
    r, each = len(rides), offers.offers
    return _Spread(
        ways.minutes[2 * r :, :r].T,
        np.array([ways.direct(i) for i in range(r)]).reshape(-1, 1),
        ways.minutes[r : 2 * r, 2 * r :],
        np.array([ride.boarding for ride in rides]).reshape(-1, 1),
        _windows(rides, "pickup"),
        _windows(rides, "drop"),
        np.array([one.span for one in each]).reshape(-1, 2),
        np.array([one.most_minutes for one in each]),
    )


def _done(one: _Spread, earliest: F64) -> F64:
    """When the person has got off, if they get on no sooner than `earliest`."""
    fetch = np.maximum(earliest, one.span[None, :, 0] + one.there)
    return np.asarray(np.maximum(fetch + one.board + one.direct, one.drop[:, :1]) + one.board)


def _within(one: _Spread, earliest: F64) -> Bools:
    """Where that is within the windows and hours."""
    fetch, done = np.maximum(earliest, one.span[None, :, 0] + one.there), _done(one, earliest)
    fits = (fetch <= one.pickup[:, 1:] + EPS) & (done - one.board <= one.drop[:, 1:] + EPS)
    return np.asarray(fits & (done + one.back <= one.span[None, :, 1] + EPS))


def _windows(rides: Sequence[Wanted], name: str) -> F64:
    return np.array([getattr(ride, name) for ride in rides], np.float64).reshape(-1, 2)


def able_alone(units: Sequence[Unit], day: Weekday, free: Bools | None = None) -> Iterator[tuple[int, int]]:
    """Which units could be driven with all cars free, or only these (offers,): out and home by one driver or by two."""
    both = ~_exclusive(day.offers)
    open_to = day.could if free is None else day.could & free
    spread = _spread(day.rides, day.offers, day.ways)
    leave = np.minimum(spread.drop[:, 1:] - spread.direct - spread.board, spread.pickup[:, 1:]) - spread.there
    back = _done(spread, spread.pickup[:, :1]) + spread.back
    for unit in units:
        rows = [day.row[ride.ride_id] for ride in unit.rides]
        could = open_to[rows]
        fits = bool(could.any(axis=1).all())
        if fits and len(rows) == 2:
            one = could.all(axis=0) & (back[rows[1]] - leave[rows[0]] <= spread.most + EPS)
            fits = bool(one.any() or (both & could[0][:, None] & could[1][None]).any())
        if fits:
            yield unit.key


def untouched(day: Weekday, drivers: set[str], duties: set[int]) -> Bools:
    """(offers,): those of other drivers, that may be used beside these duties."""
    named = [offer.driver.driver_id in drivers for offer in day.offers.offers]
    return np.asarray(~np.array(named, np.bool_) & ~_exclusive(day.offers)[:, sorted(duties)].any(axis=1))


def _exclusive(offers: Offers) -> Bools:
    """(offers, offers): of which two at most one may be used; of one alone anyhow."""
    out = np.eye(len(offers.offers), dtype=np.bool_)
    for group in offers.exclusive:
        out[np.ix_(group, group)] = True
    return out


def _problem(fleet: Fleet, one: Instance) -> RoutingProblem:
    """The day with these rides; nobody drives more rides than the month lets them."""
    day = fleet.days[one.weekday]
    at = np.array([day.row[ride.ride_id] for ride in one.rides], np.int64)
    n = len(day.rides)
    nodes = np.concatenate([at, n + at, 2 * n + np.arange(len(day.offers.offers))])
    problem = pose(one.rides, day.offers, Ways(len(at), day.ways.minutes[np.ix_(nodes, nodes)]), fleet.habits).problem
    least = int(parts(one).min(initial=PARTS))
    month = [fleet.drivers[offer.driver.driver_id].max_trips_per_month for offer in day.offers.offers]
    most = [rides if m is None or not least else min(rides, PARTS * m // least)
            for rides, m in zip(problem.max_rides.tolist(), month, strict=True)]  # fmt: skip
    return replace(problem, max_rides=np.array(most, np.int64), allowed=day.could[at])


def _shared(fleet: Fleet, days: Sequence[Instance]) -> Iterator[Shared]:
    """A row for each driver and week of the month, and one for the month, where the days could exceed it."""
    ones = tuple(np.ones(len(day.rides), np.int64) for day in days)
    monthly = tuple(parts(day) for day in days)
    for name, driver in fleet.drivers.items():
        duties = tuple(
            (number, duty)
            for number, day in enumerate(days)
            for duty, offer in enumerate(fleet.days[day.weekday].offers.offers)
            if offer.driver.driver_id == name
        )
        seen = set()
        for nth in range(5) if driver.max_trips_per_week is not None else ():
            mine = tuple(one for one in duties if nth in days[one[0]].weeks)
            if len({day for day, _ in mine}) > 1 and mine not in seen:
                seen.add(mine)
                yield Shared(mine, ones, driver.max_trips_per_week or 0)
        if driver.max_trips_per_month is not None and duties:
            most = PARTS * driver.max_trips_per_month
            alike = int(np.gcd.reduce(np.concatenate([*monthly, np.zeros(1, np.int64)])))
            yield Shared(duties, tuple(one // alike for one in monthly) if alike else monthly, most // max(alike, 1))

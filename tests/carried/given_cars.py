"""Small towns in which a ride decides who goes where, and the plain truth about them: every plan, every week."""

from dataclasses import replace
from datetime import time
from itertools import product

from hypothesis import strategies as st

from matching.candidates import judge_town
from matching.carried.carry import Crew
from matching.carried.fleet import fleets, instances, week_of
from matching.carried.units import units_of
from matching.domain import (
    Community,
    Mode,
    Need,
    NeedKind,
    Opening,
    Resource,
    ResourceKind,
    RideWish,
    Sharing,
    Weekday,
    Where,
)
from matching.lawful import read_law
from matching.pose import pose
from matching.routing.schedule import route_of
from matching.rules import columns, rulebook
from matching.rules.arrays import UNKNOWN
from tests.assignment.brute import all_plans, values
from tests.rides.given_rides import LONGITUDE, TRAVEL, driver, north, resident, span, town, vehicle

LAW, BOOK = read_law(), rulebook()


def person(number: int, km: float, **changes):
    """Somebody who walks at most five minutes."""
    return resident(f"p{number}", latitude=north(km), modes=(Mode.WALK,), max_walk_minutes=5, **changes)


def need(number: int, **changes) -> Need:
    return replace(Need(f"n{number}", f"p{number}", NeedKind.PARTICIPATION, ride=RideWish.IF_NEEDED), **changes)


def salon(number: int, km: float, **changes) -> Resource:
    usual = Resource(
        f"s{number}", f"サロン{number}", ResourceKind.SALON, Where.THERE, latitude=north(km), longitude=LONGITUDE
    )
    return replace(usual, **changes)


def opening(number: int, begins: int, ends: int, weekday: Weekday = Weekday.THU, **changes) -> Opening:
    usual = Opening(f"o{number}", f"s{number}", weekday, time(begins), time(ends), capacity=5)
    return replace(usual, **changes)


def going(people, salons, openings, **tables) -> Community:
    """A town in which these people would like to go to these places, with one car and driver unless told otherwise."""
    needs = tables.pop("needs", tuple(need(int(one.resident_id[1:])) for one in people))
    usual = town(**tables)
    return replace(
        usual,
        residents=tuple(people),
        needs=needs,
        resources=(*usual.resources, *salons),
        openings=tuple(openings),
    )


@st.composite
def towns_with_a_car(draw: st.DrawFn) -> Community:
    """Two or three people, two places, a small car or two, and drivers with little time."""
    people = [
        person(i, draw(st.sampled_from((1.0, 6.0, 12.0))), escort=draw(st.booleans()))
        for i in range(draw(st.integers(2, 3)))
    ]
    salons = [salon(i, draw(st.sampled_from((3.0, 15.0)))) for i in range(2)]
    hours, days = st.sampled_from(((9, 10), (10, 12), (13, 15))), st.sampled_from((Weekday.THU, Weekday.FRI))
    weeks = st.sampled_from(((), (), (1, 3)))
    openings = [opening(i, *draw(hours), draw(days), weeks_of_month=draw(weeks)) for i in range(2)]
    drivers = []
    for i in range(draw(st.integers(1, 2))):
        start, end = draw(st.sampled_from(("08:00", "08:30"))), draw(st.sampled_from(("11:30", "13:00", "16:00")))
        limits = draw(st.sampled_from((None, 2, 4))), draw(st.sampled_from((None, 8, 12)))
        both = (span(f"{start}-{end}"), span("08:30-15:30", Weekday.FRI))
        drivers.append(driver(f"d{i}", available=both, max_trips_per_week=limits[0], max_trips_per_month=limits[1]))
    cars = tuple(vehicle(f"v{i}", seats=draw(st.integers(1, 2))) for i in range(draw(st.integers(1, 2))))
    return going(people, salons, openings, drivers=tuple(drivers), vehicles=cars)


def best_by_hand(community: Community) -> tuple[int, ...] | None:
    """The lexicographic best over every plan of the matching whose rides one week carries, by trying them all."""
    known = columns(community, Sharing.CONSENT)
    judged = judge_town(known, TRAVEL, BOOK)
    matched = known.needs.sharing >= known.basis
    posed = pose(judged, BOOK, matched)
    units = units_of(judged.pairs, BOOK.rides, Sharing.CONSENT)
    found, nobody = fleets(units, community, TRAVEL, LAW, BOOK.rides)
    plans = all_plans(posed.problem)
    told = values(posed.problem, plans)
    never = {unit.key for unit in nobody}
    by_key = {unit.key: (at, unit) for at, fleet in enumerate(found) for unit in fleet.units}
    crews = [Crew(fleet) for fleet in found]
    for row in sorted(range(len(plans)), key=lambda r: told[r], reverse=True):
        pairs = posed.pair_row[plans[row]]
        keys = [(int(posed.pairs.need_row[p]), int(posed.pairs.opening_row[p])) for p in pairs.tolist() if p != UNKNOWN]
        if any(key in never for key in keys):
            continue
        mine = [by_key[key] for key in keys if key in by_key]
        if all(carried_by_hand(crew, [unit for of, unit in mine if of == at]) for at, crew in enumerate(crews)):
            return tuple(told[row])
    return None


def carried_by_hand(crew: Crew, units) -> bool:
    """Whether a week carries the units: every ride given to every duty, every order tried, every quota counted."""
    days = instances(units)
    week = week_of(crew.fleet, days)
    ways = []
    for problem in week.days:
        mine = []
        for given in product(range(problem.duties), repeat=problem.rides):
            used = set(given)
            if any(len(used & set(group)) > 1 for group in problem.exclusive):
                continue
            if all(_drives(problem, duty, [r for r, d in enumerate(given) if d == duty]) for duty in used):
                mine.append(given)
        ways.append(mine)
    return any(_within(week, given) for given in product(*ways))


def _drives(problem, duty, rides) -> bool:
    if len(rides) > problem.max_rides[duty] or not all(problem.allowed[r, duty] for r in rides):
        return False
    start, end = int(problem.start[duty]), int(problem.end[duty])
    return any(
        route_of(problem, duty, (start, *order, end), tuple(rides)) is not None
        for order in _orders(problem, duty, rides, (), float(problem.leave[duty]), frozenset(), frozenset())
    )


def _orders(problem, duty, rides, order, at, on, done):
    """Every order in which nobody is too late and nobody has too little room."""
    if len(done) == len(rides):
        yield order
    here = order[-1] if order else int(problem.start[duty])
    for ride in rides:
        if ride in done:
            continue
        gets_off = ride in on
        node = int(problem.drop[ride] if gets_off else problem.pickup[ride])
        then = max(at + float(problem.service[here] + problem.minutes[here, node]), float(problem.open[node]))
        aboard = on - {ride} if gets_off else on | {ride}
        room = problem.load[sorted(aboard)].sum(axis=0) <= problem.capacity[duty]
        if then <= problem.close[node] + 1e-6 and bool(room.all()):
            left = done | {ride} if gets_off else done
            yield from _orders(problem, duty, rides, (*order, node), then, aboard, left)


def _within(week, given) -> bool:
    for one in week.shared:
        mine = set(one.duties)
        total = sum(
            int(one.weight[day][ride])
            for day, duties in enumerate(given)
            for ride, duty in enumerate(duties)
            if (day, duty) in mine
        )
        if total > one.most:
            return False
    return True

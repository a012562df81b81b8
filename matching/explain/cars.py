"""What would help whom the cars cannot carry: one more car and driver, proved by the tour that it would drive.

All tours stay as they are, and everybody else where they are: the new car fetches the person and brings them home.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from matching.carried.agree import Agreed
from matching.carried.fleet import Fleet
from matching.carried.units import Unit
from matching.domain import Change
from matching.explain.accounts import no_place_left
from matching.explain.quotas import broken
from matching.rides.alone import Ways, clock
from matching.rides.helps import with_one_more
from matching.rides.problem_of_day import pose
from matching.routing.problem import Budget, RoutingProblem
from matching.routing.solvers import anytime
from matching.routing.verify import verify_plan
from matching.rules import Rulebook
from matching.rules.arrays import I32
from matching.rules.ways import by_planned_car

STEPS, COMPANY = 100, 8
"""Of the search for the tour, and how many others are looked at who could ride along."""
FIRST = 2
"""The priority of the person before the others."""


def one_more_car(agreed: Agreed, rulebook: Rulebook, needs: I32) -> dict[int, Change]:
    """For each waiting need row that nothing but the cars keeps from a place with room: when a car would help."""
    waiting = _waiting(agreed, rulebook, needs)
    out: dict[int, Change] = {}
    for fleet, _ in agreed.carrying.weeks:
        mine = [unit for unit in fleet.units if unit.key in waiting]
        for unit in mine:
            if unit.key[0] not in out:
                company = [one for one in mine if one.weekday == unit.weekday and one.key[0] != unit.key[0]]
                found = next(_tour(fleet, unit, company[:COMPANY]), None)
                if found is not None:
                    out[unit.key[0]] = found
    return out


def _waiting(agreed: Agreed, rulebook: Rulebook, needs: I32) -> set[tuple[int, int]]:
    """The pairs by a planned car that have room and that no other quota keeps apart."""
    posed, choice = agreed.posed, agreed.choice
    pairs = posed.pairs
    rows = np.flatnonzero(
        np.isin(pairs.need_row, needs) & ~no_place_left(posed, choice)[pairs.opening_row] & by_planned_car(pairs)
    )
    some = pairs.take(rows)
    fits = np.ones(len(some), np.bool_)
    for one in broken(posed, choice, rulebook, some):
        if one.quota.code != "cars":
            fits[one.extra] = False
    return set(zip(some.need_row[fits].tolist(), some.opening_row[fits].tolist(), strict=True))


def _tour(fleet: Fleet, unit: Unit, company: Sequence[Unit]) -> Iterator[Change]:
    """The tour of one more car for a unit, with as many others as can ride along; nothing where there is none."""
    distinct = {ride.ride_id: ride for one in (unit, *company) for ride in one.rides}
    rides, day = tuple(distinct.values()), fleet.days[unit.weekday]
    at = np.array([day.row[ride.ride_id] for ride in rides], np.int64)
    n = len(day.rides)
    nodes = np.concatenate([at, n + at, 2 * n + np.arange(len(day.offers.offers))])
    posed = pose(rides, day.offers, Ways(len(at), day.ways.minutes[np.ix_(nodes, nodes)]), fleet.habits).problem
    own = [row for row, ride in enumerate(rides) if ride in unit.rides]
    room = posed.load[own].max(axis=0)
    able = [d for d in range(posed.duties) if bool((posed.capacity[d] >= room).all())]
    if not able:
        return
    like = min(able, key=lambda d: (int(posed.capacity[d].sum()), d))
    alone = _only_the_new(with_one_more(posed, like), own)
    plan = anytime.solve(alone, Budget(60.0, STEPS), 1, lambda _best, _bound: None)
    if set(own) & set(plan.unserved) or verify_plan(alone, plan):
        return
    served = {rides[row].ride_id for row in range(len(rides)) if row not in plan.unserved}
    people = {one.key[0] for one in (unit, *company) if all(ride.ride_id in served for ride in one.rides)}
    route, (seats, chairs) = plan.routes[0], posed.capacity[like].tolist()
    weekday = str(fleet.days[unit.weekday].rides[at[0]].request.weekday)
    yield Change("one_more_car", {
        "weekday": weekday, "start": clock(route.begins[0]), "end": clock(route.begins[-1]), "seats": seats,
        "wheelchairs": chairs, "people": len(people),
    }, True)  # fmt: skip


def _only_the_new(problem: RoutingProblem, own: Sequence[int]) -> RoutingProblem:
    """The day in which the last duty alone drives, and who is asked about comes first."""
    allowed = np.zeros((problem.rides, problem.duties), np.bool_)
    allowed[:, -1] = True
    priority = np.ones(problem.rides, np.int64)
    priority[list(own)] = FIRST
    return replace(problem, allowed=allowed, priority=priority, exclusive=())

"""After a phone call: the day goes on from where the cars are, with as little change as can be for everybody else.

What has happened stays. Who is on board gets off, who was driven out is driven home, and who was told a time keeps it,
but for at most so many. It is the day's problem changed: a car begins where it is, and who is on board is picked up
there, at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice

import numpy as np

from matching.rides.best import quick_plan
from matching.rides.part import only
from matching.rides.problem_of_day import Posed
from matching.rides.requests import END_OF_DAY
from matching.routing.problem import PairMode, Plan, Route, RoutingProblem

TRIES = 12
"""Sets of rides to be moved that are looked at, the nearest in time first."""


@dataclass(frozen=True, slots=True)
class Going:
    """A car on its way: the last stop it keeps (`stop` of its route, there `node`), and when it is free there.

    `aboard` are rides of the day after, each with the minute from which it has been on board.
    """

    duty: int
    stop: int
    node: int
    free_at: float
    left_at: float
    aboard: tuple[tuple[int, float], ...]
    boarded: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """What people order themselves: rides that stay as they were told, and rides for these duties alone.

    By ride id; duties are those of the day after. Who is given away counts to nobody that may be moved.
    """

    pinned: frozenset[str] = frozenset()
    given: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replanned:
    """The rest of the day: `problem` and `plan` from now on, with ride i of it being `rides[i]` of the day after.

    `moved` are rides of the day after that get another car or time; `price` is what keeping the others costs more than
    the best plan that might move everybody, None where that one serves others. `going` are the cars on
    their way, `told` the duty and the time that were told to each ride that waits.
    """

    problem: RoutingProblem
    plan: Plan
    rides: tuple[int, ...]
    moved: tuple[int, ...]
    price: float | None
    going: tuple[Going, ...]
    told: Mapping[str, tuple[int, float]]


def replan(
    before: Posed,
    plan: Plan,
    after: Posed,
    now: float,
    most_moved: int,
    tolerance: float = 5.0,
    ordered: Ordered | None = None,
) -> Replanned:
    """The day `after` the call, from `now` on, where `before` and `plan` say what was going on.

    A ride may be new or gone, a driver gone; rides keep their ids and offers their drivers, cars and hours. Whoever
    keeps their car and is fetched within `tolerance` minutes of the time they were told is not moved.
    """
    ordered = ordered or Ordered()
    going, done, told = _state(before, plan, after, now)
    rides = tuple(i for i, one in enumerate(after.rides) if one.ride_id not in done)
    begun = _bring_home(after, done, going, told)
    row = {after.rides[ride].ride_id: i for i, ride in enumerate(rides)}
    given = {row[ride]: duties for ride, duties in ordered.given.items() if ride in row}
    open_day = _given(only(_from_now_on(begun, going, now), rides), given)
    kept = {row[ride]: promise for ride, promise in told.items() if ride in row and row[ride] not in given}
    pinned = {row[ride] for ride in ordered.pinned if ride in row}
    free = quick_plan(open_day)
    best, problem = free, open_day
    for moving in islice(_who_moves(open_day, kept, pinned, most_moved), TRIES):
        held = held_to(open_day, {ride: kept[ride] for ride in kept if ride not in moving}, tolerance)
        found = quick_plan(held)
        if best is free or _value(found)[:-1] > _value(best)[:-1]:
            best, problem = found, held
        if _value(best)[:-1] >= _value(free)[:-1]:
            break
    moved = tuple(rides[ride] for ride in sorted(_moved(open_day, best, kept, tolerance)))
    same = _value(best)[:-1] == _value(free)[:-1]
    price = max(0.0, _value(free)[-1] - _value(best)[-1]) if same else None
    return Replanned(problem, best, rides, moved, price, tuple(going), told)


def _value(plan: Plan) -> tuple[float, ...]:
    return (*(tier.value for tier in plan.tiers[:-1]), -plan.tiers[-1].value)


def _state(
    before: Posed, plan: Plan, after: Posed, now: float
) -> tuple[list[Going], set[str], dict[str, tuple[int, float]]]:
    """Cars on their way, rides that are over, and what was told to those still waiting: their duty and time."""
    duty_of = {_name(after, d): d for d in range(after.problem.duties)}
    going: list[Going] = []
    done: set[str] = set()
    told: dict[str, tuple[int, float]] = {}
    for route in plan.routes:
        duty = duty_of.get(_name(before, route.duty))
        last = reached(before.problem, route, now)
        picks = {int(before.problem.pickup[i]): i for i in range(before.problem.rides)}
        places = {node: at for at, node in enumerate(route.nodes)}
        aboard = []
        for node, ride in picks.items():
            if node not in places:
                continue
            ride_id, on = before.rides[ride].ride_id, places[node]
            off = places[int(before.problem.drop[ride])]
            if off <= last:
                done.add(ride_id)
            elif on <= last:
                since = route.begins[on] + float(before.problem.service[node])
                aboard += [(i, since) for i, one in enumerate(after.rides) if one.ride_id == ride_id]
            elif duty is not None:
                told[ride_id] = duty, route.begins[on]
        if duty is not None and last >= 0:  # who is back already has used up some of the day, too
            node, boarded = route.nodes[last], sum(places.get(n, last + 1) <= last for n in picks)
            free_at = route.begins[last] + float(before.problem.service[node])
            at = _same_node(before, after, node, duty)
            going.append(Going(duty, last, at, max(now, free_at), route.begins[0], tuple(aboard), boarded))
    return going, done, told


def _name(posed: Posed, duty: int) -> tuple[str, str, float]:
    offer = posed.offers.offers[duty]
    return offer.driver.driver_id, offer.vehicle.vehicle_id, offer.span[0]


def reached(problem: RoutingProblem, route: Route, now: float) -> int:
    """The last stop that is done or that the car is already on its way to; −1 where it has not left."""
    last = -1
    for i, begin in enumerate(route.begins):
        way = float(problem.minutes[route.nodes[i - 1], route.nodes[i]]) if i else 0.0
        if begin - way <= now:
            last = i
    return last


def _same_node(before: Posed, after: Posed, node: int, duty: int) -> int:
    """The node of the day after at the place of one of the day before."""
    rides = before.problem.rides
    if node >= 2 * rides:
        return int(after.problem.start[duty])
    ride_id = before.rides[node % rides].ride_id
    row = next((i for i, one in enumerate(after.rides) if one.ride_id == ride_id), None)
    if row is None:
        return int(after.problem.start[duty])
    return int(after.problem.pickup[row] if node < rides else after.problem.drop[row])


def _bring_home(
    after: Posed, done: set[str], going: Sequence[Going], told: dict[str, tuple[int, float]]
) -> RoutingProblem:
    """Nobody who was driven out stays there; the same car and a driver who waits stay promised."""
    problem = after.problem
    out = {ride for car in going for ride, _ in car.aboard} | {
        ride for ride, one in enumerate(after.rides) if one.ride_id in done
    }
    must = problem.must.copy()
    allowed = problem.who_may()
    for pair in problem.pairs:
        if pair.out in out and pair.home not in out:
            must[pair.home] = True
            promise = told.get(after.rides[pair.home].ride_id)
            if pair.mode is not PairMode.FREE and promise is not None:
                allowed[pair.home] &= np.arange(problem.duties) == promise[0]
    return replace(problem, must=must, allowed=allowed)


def _from_now_on(problem: RoutingProblem, going: Sequence[Going], now: float) -> RoutingProblem:
    """The day with every car where it is, and everybody on board picked up there."""
    opens = np.maximum(problem.open, np.where(problem.close >= now, now, problem.open))
    day = replace(problem, open=opens, leave=np.maximum(problem.leave, now))
    for car in going:
        day = _going_on(day, car)
    return day


def _going_on(problem: RoutingProblem, car: Going) -> RoutingProblem:
    extra = [car.node] * (1 + len(car.aboard))
    at = np.concatenate([np.arange(len(problem.open)), extra]).astype(np.int64)
    first = len(problem.open)
    opens, closes, service = problem.open[at], problem.close[at], problem.service[at]
    opens[first:], service[first:] = car.free_at, 0.0
    closes[first], closes[first + 1 :] = END_OF_DAY, car.free_at
    start, leave = problem.start.copy(), problem.leave.copy()
    back, limit = problem.back.copy(), problem.max_minutes.copy()
    start[car.duty], leave[car.duty] = first, car.free_at
    # it has left already: what is left of its day ends at a time, however long it now stands
    back[car.duty], limit[car.duty] = min(back[car.duty], car.left_at + limit[car.duty]), np.inf
    pickup, rest, must = problem.pickup.copy(), problem.max_ride.copy(), problem.must.copy()
    allowed = problem.who_may()
    quota = problem.max_rides.copy()
    quota[car.duty] -= car.boarded - len(car.aboard)
    for n, (ride, since) in enumerate(car.aboard):
        pickup[ride], must[ride] = first + 1 + n, True
        rest[ride] -= car.free_at - since
        allowed[ride] = np.arange(problem.duties) == car.duty
    apart = [group for group in problem.exclusive if car.duty in group]
    for group in apart:
        allowed[:, [duty for duty in group if duty != car.duty]] = False
    aboard = {ride for ride, _ in car.aboard}
    return replace(
        problem,
        open=opens, close=closes, service=service,
        minutes=problem.minutes[np.ix_(at, at)], cost=problem.cost[np.ix_(at, at)],
        start=start, leave=leave, back=back, max_minutes=limit, max_rides=quota,
        pickup=pickup, max_ride=rest, must=must, allowed=allowed,
        pairs=tuple(pair for pair in problem.pairs if not {pair.out, pair.home} & aboard),
    )  # fmt: skip


def _who_moves(
    problem: RoutingProblem, kept: dict[int, tuple[int, float]], pinned: set[int], most: int
) -> Iterator[tuple[int, ...]]:
    """Nobody first; then one, two … of those who wait and are not pinned, who are nearest in time to somebody new."""
    new = [float(problem.open[problem.pickup[ride]]) for ride in range(problem.rides) if ride not in kept]

    def away(ride: int) -> float:
        return min((abs(kept[ride][1] - at) for at in new), default=0.0)

    near = sorted(kept.keys() - pinned, key=lambda ride: (away(ride), ride))
    for many in range(most + 1):
        yield from combinations(near[:8], many)


def _given(problem: RoutingProblem, given: Mapping[int, frozenset[int]]) -> RoutingProblem:
    """The day in which these rides are driven by these duties."""
    if not given:
        return problem
    must, allowed = problem.must.copy(), problem.who_may()
    for ride, duties in given.items():
        must[ride] = True
        allowed[ride] &= np.isin(np.arange(problem.duties), sorted(duties))
    return replace(problem, must=must, allowed=allowed)


def held_to(problem: RoutingProblem, kept: Mapping[int, tuple[int, float]], tolerance: float) -> RoutingProblem:
    """The day in which these rides keep their car and their time."""
    opens, closes = problem.open.copy(), problem.close.copy()
    allowed = problem.who_may()
    for ride, (duty, at) in kept.items():
        node = int(problem.pickup[ride])
        opens[node], closes[node] = max(opens[node], at - tolerance), min(closes[node], at + tolerance)
        allowed[ride] &= np.arange(problem.duties) == duty
    must = problem.must.copy()
    must[np.array(sorted(kept), np.int64)] = True
    return replace(problem, open=opens, close=closes, allowed=allowed, must=must)


def _moved(problem: RoutingProblem, plan: Plan, kept: dict[int, tuple[int, float]], tolerance: float) -> set[int]:
    """Those who were told a time and get another one, another car, or none."""
    now = {node: (route.duty, at) for route in plan.routes for node, at in zip(route.nodes, route.begins, strict=True)}
    return {
        ride
        for ride, (duty, at) in kept.items()
        if (found := now.get(int(problem.pickup[ride]))) is None
        or found[0] != duty
        or abs(found[1] - at) > tolerance + 1e-6
    }

"""The rules that an order breaks, one by one, with by how much: for people who ordered the stops themselves."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from matching.domain import Warned
from matching.rides.alone import clock
from matching.rides.problem_of_day import Posed
from matching.routing.problem import Break, PairMode, Route
from matching.routing.schedule import route_of

EPS = 1e-6


def timed(posed: Posed, duty: int, nodes: Sequence[int]) -> Route:
    """The order with times that keep every rule of time; where there are none, as early as the stops can be reached."""
    problem = posed.problem
    whole = (int(problem.start[duty]), *nodes, int(problem.end[duty]))
    rides = tuple(node for node in nodes if node < problem.rides)
    found = route_of(problem, duty, whole, rides)
    if found is not None and all(nodes.index(ride) < nodes.index(ride + problem.rides) for ride in rides):
        return found
    begins, arrives = [float(problem.leave[duty])], [float(problem.leave[duty])]
    for a, b in pairwise(whole):
        way = float(problem.minutes[a, b])
        arrives.append(begins[-1] + float(problem.service[a]) + (way if math.isfinite(way) else 0.0))
        begins.append(max(arrives[-1], float(problem.open[b])))
    late = begins[1] - arrives[1]
    begins[0], arrives[0], arrives[1] = begins[0] + late, arrives[0] + late, begins[1]
    return Route(duty, whole, tuple(begins), tuple(arrives))


def broken_by(posed: Posed, route: Route) -> Iterator[Warned]:
    """What one tour breaks: times, ways, room, who may drive whom, hours and breaks."""
    yield from _times(posed, route)
    yield from _room(posed, route)
    yield from _driver(posed, route)


def broken_between(posed: Posed, routes: Sequence[Route]) -> Iterator[Warned]:
    """What tours break together: trips that were offered, one thing at a time, out and home."""
    problem, offers = posed.problem, posed.offers.offers
    trips: Counter[str] = Counter()
    for route in routes:
        trips[offers[route.duty].driver.driver_id] += sum(node < problem.rides for node in route.nodes)
    most = {one.driver.driver_id: one.most_rides for one in offers}
    for driver, many in trips.items():
        if many > most[driver]:
            yield Warned("hand_trips", {"driver": driver, "trips": many, "most": most[driver]})
    for one, other in combinations(routes, 2):
        if any(one.duty in group and other.duty in group for group in problem.exclusive) or one.duty == other.duty:
            yield Warned("hand_at_once", {"one": whom(posed, one), "other": whom(posed, other)})
    yield from _promises(posed, routes)


def _times(posed: Posed, route: Route) -> Iterator[Warned]:
    problem, n = posed.problem, posed.problem.rides
    at = dict(zip(route.nodes[1:-1], route.begins[1:-1], strict=True))
    for a, b in pairwise(route.nodes):
        if not math.isfinite(float(problem.minutes[a, b])):
            yield Warned("hand_no_way", {"ride": posed.rides[(b if b < 2 * n else a) % n].ride_id})
    for node, when in at.items():
        close, ride = float(problem.close[node]), posed.rides[node % n].ride_id
        if when > close + EPS:
            code = "hand_late_board" if node < n else "hand_late_alight"
            yield Warned(code, {"ride": ride, "time": clock(when), "latest": clock(close)})
        if node < n:
            aboard = at[node + n] - when - float(problem.service[node])
            if aboard < 0:
                yield Warned("hand_backwards", {"ride": ride})
            if aboard > problem.max_ride[node] + EPS:
                limit = {"minutes": math.ceil(aboard - EPS), "limit": int(problem.max_ride[node])}
                yield Warned("hand_long", {"ride": ride, **limit})


def _room(posed: Posed, route: Route) -> Iterator[Warned]:
    problem, n = posed.problem, posed.problem.rides
    on = problem.load[0] * 0
    for node in route.nodes[1:-1]:
        on = on + problem.load[node] if node < n else on - problem.load[node - n]
        if node < n and (on > problem.capacity[route.duty]).any():
            car = posed.offers.offers[route.duty].vehicle.vehicle_id
            seats, chairs = on.tolist()
            yield Warned(
                "hand_full",
                {"vehicle": car, "ride": posed.rides[node].ride_id, "seats": seats, "wheelchairs": chairs},
            )


def _driver(posed: Posed, route: Route) -> Iterator[Warned]:
    problem, duty = posed.problem, route.duty
    offer, n = posed.offers.offers[duty], posed.problem.rides
    who, start, end = offer.driver.driver_id, route.begins[0], route.begins[-1]
    for node in route.nodes[1:-1]:
        roomy = node < n and (problem.load[node] <= problem.capacity[duty]).all()
        if roomy and problem.allowed is not None and not problem.allowed[node, duty]:
            ride = posed.rides[node].ride_id
            yield Warned("hand_not_theirs", {"ride": ride, "driver": who, "vehicle": offer.vehicle.vehicle_id})
    if start < offer.span[0] - EPS or end > offer.span[1] + EPS:
        hours = {"from": clock(offer.span[0]), "until": clock(offer.span[1])}
        yield Warned("hand_hours", {"driver": who, "start": clock(start), "end": clock(end), **hours})
    if end - start > offer.most_minutes + EPS:
        limit = {"minutes": math.ceil(end - start - EPS), "limit": int(offer.most_minutes)}
        yield Warned("hand_day", {"driver": who, **limit})
    for pause in problem.breaks:
        if pause.duty == duty and not _rests(posed, route, pause):
            hours = {"from": clock(pause.earliest), "until": clock(pause.latest + pause.length)}
            yield Warned("hand_break", {"driver": who, **hours})


def _rests(posed: Posed, route: Route, pause: Break) -> bool:
    """Whether a break fits before, after, or between two stops with nobody on board."""
    problem, on = posed.problem, 0
    if pause.earliest + pause.length <= route.begins[0] + EPS or route.begins[-1] <= pause.latest + EPS:
        return True
    stops = list(zip(route.nodes, route.begins, strict=True))
    for i, ((a, begin), (b, then)) in enumerate(pairwise(stops)):
        on += 0 if i == 0 else 1 if a < problem.rides else -1
        done = begin + float(problem.service[a])
        start = max(done, pause.earliest)
        late = max(start + pause.length, done + float(problem.minutes[a, b]) + pause.length)
        if on == 0 and start <= pause.latest + EPS and late <= then + EPS:
            return True
    return False


def _promises(posed: Posed, routes: Sequence[Route]) -> Iterator[Warned]:
    """Out and home: both or neither, in the same car, and the driver waiting, as they are promised."""
    of = {node: route for route in routes for node in route.nodes[1:-1]}
    chosen = {one.ride_id for one in posed.rides}
    for ride in posed.rides:
        if ride.request.returns and ride.request.returns not in chosen:
            yield Warned("hand_one_way", {"ride": ride.ride_id, "other": ride.request.returns})
    for pair in posed.problem.pairs:
        drop, pick = pair.out + posed.problem.rides, pair.home
        facts = {"ride": posed.rides[pair.out].ride_id, "other": posed.rides[pair.home].ride_id}
        if pair.mode is not PairMode.FREE and of[drop] is not of[pick]:
            yield Warned("hand_other_car", facts)
        elif pair.mode is PairMode.DRIVER_WAITS and of[pick].nodes.index(pick) != of[pick].nodes.index(drop) + 1:
            yield Warned("hand_waits", facts)


def whom(posed: Posed, route: Route) -> str:
    """The driver and car of a route, for people."""
    offer = posed.offers.offers[route.duty]
    return f"{offer.driver.driver_id}・{offer.vehicle.vehicle_id}"

"""A problem as the arrays of the search: every end of a ride a stop of its own, windows as tight as they can be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.routing.problem import PairMode, RoutingProblem
from matching.routing.solvers.tours import DUTY, F64, I32, I64, RIDE, STOP, Bools, Day

FAR = 1e8  # minutes and cost of no way
EVER = 1e6  # the end of time
HEAVIEST = 2**40
NEAR = 300  # neighbours of a stop that are known
LATE, WAIT = 1.0, 0.2  # what being too late (in mean ways) and a minute of waiting count in «near»


def day_of(problem: RoutingProblem) -> Day:
    """The problem for the loops; nodes may be shared by rides."""
    rides, bases = problem.rides, np.unique(np.concatenate([problem.start, problem.end]))
    node = np.concatenate([np.stack([problem.pickup, problem.drop], 1).ravel(), bases]).astype(np.int64)
    at = np.ix_(node, node)
    minutes = np.nan_to_num(problem.service[node, None] + problem.minutes[at], posinf=FAR)
    stops = _stops(problem, node, minutes)
    pairs = np.zeros(rides, RIDE)
    pairs["partner"], pairs["weight"] = -1, weights(problem)
    for pair in problem.pairs:
        pairs["partner"][pair.out], pairs["partner"][pair.home] = pair.home, pair.out
        pairs["mode"][pair.out] = int(pair.mode)
        stops["glued"][2 * pair.out + 1] = pair.mode == PairMode.DRIVER_WAITS
    allowed = problem.who_may()
    pauses = _pauses(problem)
    duties = _duties(problem, bases, allowed, pauses)
    return Day(
        minutes=np.ascontiguousarray(minutes),
        cost=np.nan_to_num(problem.cost[at], posinf=FAR),
        stops=stops,
        duties=duties,
        rides=pairs,
        load=problem.load.astype(np.int64),
        room=problem.capacity.astype(np.int64),
        allowed=allowed,
        clash=_clash(problem),
        pauses=pauses,
        near=_near(stops, minutes, 2 * rides),
    )


def weights(problem: RoutingProblem) -> I64:
    """What leaving out a ride counts, shape (R,): more than all rides of lower priority together (up to a limit)."""
    rank = np.where(problem.must, np.iinfo(np.int64).max, problem.priority)
    weight, lower = np.zeros(problem.rides, np.int64), 0
    for priority in np.unique(rank):
        mine = rank == priority
        weight[mine] = min(HEAVIEST, lower + 1)
        lower += int(weight[mine].sum())
    return weight


def _stops(problem: RoutingProblem, node: I64, minutes: F64) -> NDArray[Any]:
    """Windows of the stops, each tightened by the other end of its ride."""
    stops = np.zeros(len(node), STOP)
    stops["opens"], stops["closes"] = np.maximum(problem.open[node], -EVER), np.minimum(problem.close[node], EVER)
    stops["service"] = problem.service[node]
    up = np.arange(0, 2 * problem.rides, 2)
    down, way = up + 1, minutes[up, up + 1]
    opens, closes = stops["opens"], stops["closes"]
    limit = np.minimum(problem.max_ride + problem.service[problem.pickup], 2 * EVER)
    stops["limit"][up] = limit
    opens[down] = np.maximum(opens[down], opens[up] + way)
    closes[up] = np.minimum(closes[up], closes[down] - way)
    opens[up] = np.maximum(opens[up], opens[down] - limit)
    closes[down] = np.minimum(closes[down], closes[up] + limit)
    return stops


def _pauses(problem: RoutingProblem) -> F64:
    """Shape (D, P, 3): the breaks of each duty in order, then zeros."""
    of = [
        sorted((b.earliest, b.latest, b.length) for b in problem.breaks if b.duty == d) for d in range(problem.duties)
    ]
    pauses = np.zeros((problem.duties, max([1, *map(len, of)]), 3))
    for d, mine in enumerate(of):
        if mine:
            pauses[d, : len(mine)] = mine
    return pauses


def _duties(problem: RoutingProblem, bases: I64, allowed: Bools, pauses: F64) -> NDArray[Any]:
    """The duties; those that nothing tells apart, not even who may use them, share a kind."""
    duties = np.zeros(problem.duties, DUTY)
    duties["leave"] = np.maximum(np.maximum(problem.leave, problem.open[problem.start]), -EVER)
    duties["back"] = np.minimum(np.minimum(problem.back, problem.close[problem.end]), EVER)
    duties["span"], duties["fixed"] = np.minimum(problem.max_minutes, 4 * EVER), problem.fixed_cost
    duties["first"] = 2 * problem.rides + np.searchsorted(bases, problem.start)
    duties["last"] = 2 * problem.rides + np.searchsorted(bases, problem.end)
    duties["most"], duties["pauses"] = problem.max_rides, (pauses[:, :, 2] > 0).sum(1)
    clashing = {d for group in problem.exclusive for d in group}
    kinds: dict[bytes, int] = {}
    for d in range(problem.duties):  # `kind` itself is still 0 for all
        same = (duties[d], problem.capacity[d], allowed[:, d], pauses[d], np.array(d if d in clashing else -1))
        key = b"|".join(column.tobytes() for column in same)
        duties["kind"][d] = kinds.setdefault(key, len(kinds))
    return duties


def _clash(problem: RoutingProblem) -> Bools:
    """Shape (D, D): which duties exclude each other."""
    clash = np.zeros((problem.duties, problem.duties), np.bool_)
    for group in problem.exclusive:
        clash[np.ix_(group, group)] = True
    np.fill_diagonal(clash, False)
    return clash


def _near(stops: NDArray[Any], minutes: F64, ends: int) -> I32:
    """Shape (ends, N): the stops from which or to which a car gets best, nearest first."""
    way = minutes[:ends, :ends]
    opens, closes = stops["opens"][:ends], stops["closes"][:ends]
    wait = np.maximum(0.0, opens[None, :] - closes[:, None] - way)
    late = opens[:, None] + way > closes[None, :]
    typical = float(np.median(way)) if ends else 0.0
    far = way + WAIT * wait + LATE * typical * late
    far = np.minimum(far, far.T)
    return np.argsort(far, axis=1, kind="stable")[:, :NEAR].astype(np.int32)

"""All sets of rides that one duty could drive, each with the least cost of any order, ride limits left aside.

Orders grow stop by stop, all at once as columns. A state is who was ever on board, who is now, and where the car is; of
two orders in one state the later and dearer is dropped. What is left aside (ride limits beyond what they do to windows,
breaks, the exact length of the duty) only makes more orders possible, so no set is missed and no cost too high.
"""

from dataclasses import dataclass

import numpy as np

from matching.routing.problem import Bools, Break, Floats, Ints, PairMode, RoutingProblem

EPS = 1e-7


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of the nodes, as narrow as rides and their limits make them."""

    opens: Floats
    closes: Floats


@dataclass(frozen=True, slots=True)
class Orders:
    """Columns of orders that have grown equally long; `first_out`, `last_back` bound when the duty has to be out."""

    served: Ints
    on: Ints
    node: Ints
    cost: Floats
    at: Floats
    first_out: Floats
    last_back: Floats

    def take(self, rows: Ints | Bools) -> "Orders":
        """Some of them."""
        return Orders(*(getattr(self, name)[rows] for name in self.__slots__))


def narrowed(problem: RoutingProblem) -> Windows:
    """Windows narrowed by the direct way and the ride limit, from both ends."""
    opens, closes = problem.open.copy(), problem.close.copy()
    pick, drop = problem.pickup, problem.drop
    way = problem.service[pick] + problem.minutes[pick, drop]
    limit = problem.service[pick] + problem.max_ride
    for _ in range(2):
        opens[drop] = np.maximum(opens[drop], opens[pick] + way)
        closes[pick] = np.minimum(closes[pick], closes[drop] - way)
        opens[pick] = np.maximum(opens[pick], opens[drop] - limit)
        closes[drop] = np.minimum(closes[drop], closes[pick] + limit)
    return Windows(opens, closes)


def alike(problem: RoutingProblem, d: int) -> bytes:
    """What says all about a duty that its sets depend on."""
    start, end = problem.start[d], problem.end[d]
    allowed = np.ones(0) if problem.allowed is None else problem.allowed[:, d]
    ends = np.concatenate([problem.pickup, problem.drop])
    pauses = np.array([(b.earliest, b.latest, b.length) for b in problem.breaks if b.duty == d], np.float64)
    parts = (
        problem.minutes[start, ends], problem.minutes[ends, end], problem.cost[start, ends], problem.cost[ends, end],
        problem.leave[d], problem.back[d], problem.max_minutes[d], problem.capacity[d], problem.fixed_cost[d],
        problem.max_rides[d], allowed, pauses,
    )  # fmt: skip
    return b"|".join(np.ascontiguousarray(part).tobytes() for part in parts)


def sets_of(problem: RoutingProblem, duty: int, windows: Windows, most: int) -> tuple[Ints, Floats] | None:
    """(sets,) as bits, and what each costs at least; None where there are more than `most` states."""
    start = Orders(
        np.zeros(1, np.int64), np.zeros(1, np.int64), problem.start[duty : duty + 1].astype(np.int64), np.zeros(1),
        problem.leave[duty : duty + 1].astype(np.float64), np.full(1, np.inf), np.full(1, -np.inf),
    )  # fmt: skip
    masks, costs, states = [], [], 0
    now, rides = start, _rides_of(problem, duty)
    while len(now.node):
        grown = [one for ride in rides for one in _grow(problem, duty, windows, now, ride, rides)]
        if not grown:
            break
        now = _best(Orders(*(np.concatenate([getattr(one, name) for one in grown]) for name in Orders.__slots__)))
        states += len(now.node)
        if states > most:
            return None
        empty = now.take(now.on == 0)
        whole = _whole(problem, empty.served)
        masks.append(empty.served[whole])
        costs.append((empty.cost + problem.cost[empty.node, problem.end[duty]])[whole])
    return _least(masks, costs, float(problem.fixed_cost[duty]))


def _rides_of(problem: RoutingProblem, duty: int) -> list[int]:
    fits = (problem.load <= problem.capacity[duty]).all(axis=1)
    allowed = fits if problem.allowed is None else fits & problem.allowed[:, duty]
    return np.flatnonzero(allowed).tolist() if problem.max_rides[duty] > 0 else []


def _grow(
    problem: RoutingProblem, duty: int, windows: Windows, now: Orders, ride: int, rides: list[int]
) -> list[Orders]:
    """The orders with one stop more: the ride gets on, or off."""
    bit = np.int64(1) << np.int64(ride)
    pick, drop = int(problem.pickup[ride]), int(problem.drop[ride])
    aboard = (now.on & bit) != 0
    off = _reach(problem, duty, windows, now.take(aboard & ~_waiting(problem, now.node)), drop, ride, rides)
    may = ((now.served & bit) == 0) & _waited(problem, now.node, ride)
    may &= np.bitwise_count(now.served) < problem.max_rides[duty]
    for kind in range(problem.load.shape[1]):
        loads = problem.load[:, kind]
        on_board = np.zeros(len(now.on), np.int64)
        for other in rides:
            if loads[other]:
                on_board += loads[other] * ((now.on >> other) & 1)
        may &= on_board + loads[ride] <= problem.capacity[duty, kind]
    on = _reach(problem, duty, windows, now.take(may), pick, ride, rides)
    return [one for one in (on, off) if len(one.node)]


def _waiting(problem: RoutingProblem, node: Ints) -> Bools:
    """Where a driver waits for somebody to come back, so that nothing else comes next."""
    drops = [problem.drop[pair.out] for pair in problem.pairs if pair.mode is PairMode.DRIVER_WAITS]
    return np.isin(node, np.array(drops, np.int64))


def _waited(problem: RoutingProblem, node: Ints, ride: int) -> Bools:
    """Whether this ride may board next: who was waited for, at once; others not while a driver waits."""
    for pair in problem.pairs:
        if pair.home == ride and pair.mode is PairMode.DRIVER_WAITS:
            return np.asarray(node == problem.drop[pair.out])
    return ~_waiting(problem, node)


def _reach(
    problem: RoutingProblem, duty: int, windows: Windows, now: Orders, node: int, ride: int, rides: list[int]
) -> Orders:
    """The orders that go on to a node, where they get there in time and everybody on board gets off in time."""
    bit = np.int64(1) << np.int64(ride)
    at = np.maximum(now.at + problem.service[now.node] + problem.minutes[now.node, node], windows.opens[node])
    for pause in problem.breaks:
        if pause.duty == duty and pause.latest <= pause.earliest:
            at = _after_pause(problem, windows, now, node, at, pause, rides)
    boards = node == problem.pickup[ride]
    on = now.on | bit if boards else now.on & ~bit
    base = problem.minutes[problem.start[duty], node], problem.minutes[node, problem.end[duty]]
    done = problem.service[node]
    first_out = np.minimum(now.first_out, windows.closes[node] - base[0])
    last_back = np.maximum(now.last_back, windows.opens[node] + done + base[1])
    fits = at <= windows.closes[node] + EPS
    fits &= at + done + base[1] <= problem.back[duty] + EPS
    fits &= last_back - first_out <= problem.max_minutes[duty] + EPS
    for other in rides:
        drop = problem.drop[other]
        late = at + done + problem.minutes[node, drop] > windows.closes[drop] + EPS
        fits &= ~late | (((on >> other) & 1) == 0)
    cost = now.cost + problem.cost[now.node, node]
    served = now.served | bit
    return Orders(served, on, np.full(len(at), node, np.int64), cost, at, first_out, last_back).take(fits)


def _after_pause(
    problem: RoutingProblem, windows: Windows, now: Orders, node: int, at: Floats, pause: Break, rides: list[int]
) -> Floats:
    """When the next stop begins if a break stands at a fixed time: before it, or after it, never across it.

    With somebody on board the whole ride is after the break, if their windows let it.
    """
    begin, end = pause.earliest, pause.earliest + pause.length
    done = now.at + problem.service[now.node]
    way = problem.minutes[now.node, node]
    # the last stop itself is begun after the break where it would not be over before
    late = (now.at < end) & (done > begin + EPS)
    shifted = end + problem.service[now.node] + way
    later = np.where(late, shifted, np.maximum(end, done + way + pause.length))
    may = np.where(late, windows.closes[now.node] >= end - EPS, True)
    for ride in rides:
        if windows.closes[problem.pickup[ride]] < end - EPS:
            may &= ((now.on >> ride) & 1) == 0
    aboard = now.on != 0
    later = np.where(aboard, np.maximum(later, shifted), later)
    later = np.where(may, np.maximum(at, later), np.inf)
    untouched = (now.at >= end - EPS) | (~late & (at + problem.service[node] <= begin + EPS))
    return np.asarray(np.where(untouched, at, later))


def _best(grown: Orders) -> Orders:
    """Without those that another order of the same state beats: no later and no dearer."""
    order = np.lexsort((grown.at, grown.cost, grown.node, grown.on, grown.served))
    now = grown.take(order)
    new = np.ones(len(order), np.bool_)
    new[1:] = (now.node[1:] != now.node[:-1]) | (now.on[1:] != now.on[:-1]) | (now.served[1:] != now.served[:-1])
    group = np.cumsum(new) - 1
    span = float(now.at.max() - now.at.min()) + 1.0
    shifted = now.at - group * span
    before = np.concatenate([[np.inf], np.minimum.accumulate(shifted)[:-1]])
    return now.take(new | (shifted < before - EPS))


def _whole(problem: RoutingProblem, served: Ints) -> Bools:
    """Without sets that tear a pair apart that has to be in one car."""
    whole = np.ones(len(served), np.bool_)
    for pair in problem.pairs:
        if pair.mode is not PairMode.FREE:
            whole &= ((served >> pair.out) & 1) == ((served >> pair.home) & 1)
    return whole


def _least(masks: list[Ints], costs: list[Floats], fixed: float) -> tuple[Ints, Floats]:
    if not masks:
        return np.zeros(0, np.int64), np.zeros(0)
    mask, cost = np.concatenate(masks), np.concatenate(costs) + fixed
    order = np.lexsort((cost, mask))
    first = np.ones(len(order), np.bool_)
    first[1:] = mask[order][1:] != mask[order][:-1]
    return mask[order][first], cost[order][first]

"""When each stop of an order begins: as early as it can be, but nobody waits on board where that can be had.

Windows, travel, ride limits and the length of the duty are difference constraints; the least solution is found by
relaxing (Bellman and Ford). Then groups of stops that hang together are moved later as long as more people board than
alight among them: what is won is time on board, and no stop after them moves. Pauses stand where they fit.
"""

from collections.abc import Iterator
from itertools import combinations_with_replacement, pairwise

from matching.routing.problem import Break, Route, RoutingProblem

EPS, SLACK = 1e-8, 5e-7  # minutes: what counts as a move, and by how much a window may be missed (the judge: 1e-6)
Edge = tuple[int, int, float]
"""(a, b, w): stop b begins at least w minutes after stop a."""


def route_of(problem: RoutingProblem, duty: int, nodes: tuple[int, ...], rides: tuple[int, ...]) -> Route | None:
    """The times of an order of nodes that serves `rides`, or None where there are none.

    `nodes` begin and end with the bases of the duty; every ride's nodes stand in it once.
    """
    at = {node: k for k, node in enumerate(nodes)}
    ends = [(at[int(problem.pickup[r])], at[int(problem.drop[r])], r) for r in rides]
    pauses = sorted((b for b in problem.breaks if b.duty == duty), key=lambda b: (b.earliest, b.latest))
    for gaps in _gaps(len(nodes), len(pauses)):
        times = _times(problem, duty, nodes, ends, list(zip(gaps, pauses, strict=True)))
        if times is not None:
            way = [float(problem.service[a] + problem.minutes[a, b]) for a, b in pairwise(nodes)]
            arrives = (times[0], *(t + w for t, w in zip(times, way, strict=False)))
            return Route(duty, nodes, tuple(times), arrives)
    return None


def _gaps(nodes: int, pauses: int) -> list[tuple[int, ...]]:
    """Where the pauses may stand, in their order: after coming back, else before leaving, else on the way."""
    every = combinations_with_replacement(range(nodes + 1), pauses)
    return sorted(every, key=lambda gaps: (sum(0 < gap < nodes for gap in gaps), gaps.count(0)))


def _times(
    problem: RoutingProblem,
    duty: int,
    nodes: tuple[int, ...],
    ends: list[tuple[int, int, int]],
    pauses: list[tuple[int, Break]],
) -> list[float] | None:
    """The times with each pause in its gap (0: before the first stop, k: behind stop k - 1)."""
    last = len(nodes) - 1
    low = [float(problem.open[n]) for n in nodes]
    high = [float(problem.close[n]) for n in nodes]
    low[0], high[-1] = max(low[0], float(problem.leave[duty])), min(high[-1], float(problem.back[duty]))
    way = [float(problem.service[a] + problem.minutes[a, b]) for a, b in pairwise(nodes)]
    taken = set()
    for gap, pause in pauses:
        inside = 0 < gap <= last
        if inside and (gap in taken or any(p < gap <= q for p, q, _ in ends)):
            return None
        taken.add(gap)
        if inside:
            way[gap - 1] += pause.length
        if gap <= last:
            low[gap] = max(low[gap], pause.earliest + pause.length)
        if gap > 0:
            served = float(problem.service[nodes[gap - 1]]) if inside else 0.0
            high[gap - 1] = min(high[gap - 1], pause.latest - served)
    edges = [(k, k + 1, w) for k, w in enumerate(way)]
    edges += [(q, p, -float(problem.max_ride[r] + problem.service[nodes[p]])) for p, q, r in ends]
    edges.append((last, 0, -float(problem.max_minutes[duty])))
    times = _least(low, high, edges)
    if times is None:
        return None
    gain = [0.001, *[0.0] * (last - 1), -0.001]
    for p, q, _ in ends:
        gain[p] += 1.0
        gain[q] -= 1.0
    return _later(times, high, edges, gain)


def _least(low: list[float], high: list[float], edges: list[Edge]) -> list[float] | None:
    """The least times, or None where there are none."""
    times = list(low)
    for _ in range(len(low) + 1):
        moved = False
        for a, b, w in edges:
            if times[a] + w > times[b] + EPS:
                times[b] = times[a] + w
                moved = True
        if any(t > h + SLACK for t, h in zip(times, high, strict=True)):
            return None
        if not moved:
            return times
    return None


def _later(times: list[float], high: list[float], edges: list[Edge], gain: list[float]) -> list[float]:
    """Move groups later while that gains and they can."""
    for _ in range(4 * len(times)):
        won = ((sum(gain[k] for k in group), group) for group in _groups(times, edges))
        moves = ((more, _room(times, high, edges, group), group) for more, group in won if more > 0)
        best = max((move for move in moves if move[1] > EPS), key=lambda move: move[:2], default=None)
        if best is None:
            break
        for k in best[2]:
            times[k] += best[1]
    return times


def _room(times: list[float], high: list[float], edges: list[Edge], group: frozenset[int]) -> float:
    """How much later a group can begin before it pushes another stop or a window closes."""
    slack = [times[b] - times[a] - w for a, b, w in edges if a in group and b not in group]
    return min([*slack, *(high[k] - times[k] for k in group)])


def _groups(times: list[float], edges: list[Edge]) -> Iterator[frozenset[int]]:
    """For each stop: itself and all that have to move with it."""
    pushed: list[list[int]] = [[] for _ in times]
    for a, b, w in edges:
        if times[b] - times[a] - w <= EPS:
            pushed[a].append(b)
    for k in range(len(times)):
        group, waiting = {k}, [k]
        while waiting:
            fresh = [b for b in pushed[waiting.pop()] if b not in group]
            group.update(fresh)
            waiting += fresh
        yield frozenset(group)

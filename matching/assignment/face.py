"""The plans that are still in question after some tiers are settled: the face of their optimum, again an assignment.

By complementary slackness with exact integer prices, the optimal plans of a pure flow are exactly those that take only
pairs without reduced cost, fill every place that costs less than the price of its site, and none that costs more.
"""

from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.packing import packing
from matching.assignment.problem import I32, I64, Problem, TieredProblem

SAFE = 2**60  # what a cost times the number of needs, sites and places may reach inside the solvers


@dataclass(frozen=True, slots=True)
class Face:
    """The pairs that may be taken, and between how many needs each site must and may hold.

    Attributes:
        pair: indices into the problem's pairs, ascending.
        floor, ceiling: (sites,).
    """

    pair: I32
    floor: I64
    ceiling: I64

    def limited(self, pair: I32) -> "Face":
        """The same face with these pairs only."""
        return replace(self, pair=pair)


def whole(problem: TieredProblem) -> Face:
    """Every plan."""
    floor = np.zeros(problem.sites, np.int64)
    return Face(np.arange(len(problem.need), dtype=np.int32), floor, np.diff(problem.slot_start))


def stage(problem: TieredProblem, face: Face, first: int, together: int) -> tuple[Problem, int]:
    """Tiers `first` to, but without, `last` as one flow on the face: (its problem, last).

    It takes as many tiers as fit exactly, and no more than `together`.

    Places below the floor cost so much less than nothing that the optimum fills them all.
    """
    slots = _open_places(problem, face)
    reach = [reach_of(problem, face, tier) for tier in range(first, min(first + together, problem.tiers))]
    size = max(problem.needs + problem.sites + len(slots) + 2, 2**14)
    forcing = 4 if face.floor.any() else 1
    words = packing(reach, SAFE // size // forcing)
    taken = int((words.word == 0).sum())
    factor = words.factor[:taken, None]
    cost = -(problem.points[first : first + taken, face.pair] * factor).sum(axis=0)
    slot_cost = -(problem.slot_points[first : first + taken, slots] * factor).sum(axis=0)
    forced = 2 * (sum(r * int(f) for r, f in zip(reach, words.factor[:taken], strict=False)) + 1)
    nth = slots - np.repeat(problem.slot_start[:-1], face.ceiling)
    slot_cost[nth < np.repeat(face.floor, face.ceiling)] -= forced
    start = np.concatenate([[0], np.cumsum(face.ceiling)])
    flow = Problem(
        problem.needs, problem.sites, problem.need[face.pair], problem.site[face.pair], cost, start, slot_cost
    )
    return flow, first + taken


def optimal_face(face: Face, flow: Problem, price: I64) -> Face:
    """The part of the face where `flow` (its stage) is optimal, by its exact prices."""
    offer = flow.cost + price[flow.site]
    least = np.minimum.reduceat(offer, np.searchsorted(flow.need, np.arange(flow.needs)))
    owner = np.repeat(np.arange(flow.sites), face.ceiling)
    gain = price[owner] - flow.slot_cost
    floor = np.bincount(owner[gain > 0], minlength=flow.sites)
    ceiling = np.bincount(owner[gain >= 0], minlength=flow.sites)
    return Face(face.pair[offer == least[flow.need]], floor.astype(np.int64), ceiling.astype(np.int64))


def _open_places(problem: TieredProblem, face: Face) -> I64:
    first = np.repeat(problem.slot_start[:-1], face.ceiling)
    start = np.concatenate([[0], np.cumsum(face.ceiling)])
    return np.asarray(first + np.arange(start[-1]) - np.repeat(start[:-1], face.ceiling), np.int64)


def reach_of(problem: TieredProblem, face: Face, tier: int) -> int:
    """What the tier of two plans of the face cannot differ by, nor any single cost exceed."""
    points, need, slots = problem.points[tier, face.pair], problem.need[face.pair], _open_places(problem, face)
    first = np.searchsorted(need, np.arange(problem.needs))
    spread = np.maximum.reduceat(points, first) - np.minimum.reduceat(points, first)
    places = problem.slot_points[tier, slots]
    held = int(places.max(initial=0)) - int(places.min(initial=0))
    largest = int(np.abs(points).max(initial=0)) + int(np.abs(places).max(initial=0))
    return int(spread.sum()) + min(problem.needs * held, int(np.abs(places).sum())) + largest

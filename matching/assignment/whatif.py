"""What if one site closes, one place more is there, one need comes or goes: the new optimum, without solving anew.

For plans that no row couples. A change of one unit shifts an optimal plan along one shortest path of its residual
graph; a site that closes takes one path for everybody there (successive shortest paths; Ahuja, Magnanti & Orlin 1993).
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.prices import Residual, residual_graph
from matching.assignment.problem import I32, I64, TieredProblem
from matching.errors import NoAnswerError


@dataclass(frozen=True, slots=True)
class CloseSite:
    """The site takes nobody any more."""

    site: int


@dataclass(frozen=True, slots=True)
class OneMorePlace:
    """The site has one place more, with the points of its last one (0 where it has none)."""

    site: int


@dataclass(frozen=True, slots=True)
class OneNeedFewer:
    """The need is no longer there."""

    need: int


@dataclass(frozen=True, slots=True)
class OneNeedMore:
    """One more need, with the sites that fit it and its points there, shape (tiers, sites that fit)."""

    site: I32
    points: I64


Change = CloseSite | OneMorePlace | OneNeedFewer | OneNeedMore


@dataclass(frozen=True, slots=True)
class Replan:
    """The optimum after a change: what it gains in each tier, and who moves.

    Attributes:
        gain: (tiers,), negative where the change costs.
        need, pair: who moves, and to which pair. A need that is gone has no row here; a new one has the number
            `problem.needs`, and its pair counts within the change's own sites.
    """

    gain: I64
    need: I32
    pair: I32


def replan(problem: TieredProblem, chosen: I32, change: Change) -> Replan:
    """The exact new optimum of a flow plan after one change.

    Args:
        problem: the columns; no row may touch the component that changes (`prices.coupled_needs`).
        chosen: shape (needs,), an optimal plan.
        change: what changes.

    Raises:
        NoAnswerError: after the change no plan is left.
        ValueError: the plan is not optimal.
    """
    extra = np.abs(change.points).max(axis=1, initial=0) if isinstance(change, OneNeedMore) else None
    residual = residual_graph(problem, chosen, extra)
    if isinstance(change, CloseSite):
        return _close(problem, residual, change.site)
    if isinstance(change, OneMorePlace):
        return _one_more_place(problem, residual, change.site)
    if isinstance(change, OneNeedFewer):
        return _one_need_fewer(problem, residual, change.need)
    return _one_need_more(problem, residual, change)


def _close(problem: TieredProblem, residual: Residual, site: int) -> Replan:
    from matching.assignment.solvers import repair

    words = residual.packing
    places = words.pack(np.vstack([np.zeros((1, problem.slot_points.shape[1]), np.int64), -problem.slot_points]))
    ground = repair.Ground(problem.need_start, problem.site, residual.cost, problem.slot_start, places)
    at, search = repair.opened(ground, residual.chosen.astype(np.int32), residual.out.copy())
    if not repair.evict(site, ground, at, search):
        raise NoAnswerError(
            f"枠{site}を閉じると、行き先のない人が残ります / without site {site} someone has no place left"
        )
    moved = np.flatnonzero(at.chosen != residual.chosen).astype(np.int32)
    return Replan(problem.value(at.chosen) - problem.value(residual.chosen), moved, at.chosen[moved])


def _one_more_place(problem: TieredProblem, residual: Residual, site: int) -> Replan:
    first, last = int(problem.slot_start[site]), int(problem.slot_start[site + 1])
    points = problem.slot_points[:, last - 1] if last > first else np.zeros(problem.tiers, np.int64)
    gain = points - residual.packing.unpack(residual.back[site][None, :])[1:, 0]
    reached = residual.packing.unpack(residual.back[site][None, :])[0, 0] == 0
    if not reached or gain.tolist() <= [0] * problem.tiers:
        return Replan(np.zeros(problem.tiers, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
    return _moved(problem, gain, way_back(problem, residual, site))


def _one_need_fewer(problem: TieredProblem, residual: Residual, need: int) -> Replan:
    present = int(residual.chosen[need])
    site = int(problem.site[present])
    gain = -residual.packing.unpack(residual.back[site][None, :])[1:, 0] - problem.points[:, present]
    return _moved(problem, gain, way_back(problem, residual, site))


def _one_need_more(problem: TieredProblem, residual: Residual, change: OneNeedMore) -> Replan:
    cost = np.vstack([np.zeros((1, len(change.site)), np.int64), -change.points])
    digits = residual.packing.unpack(residual.packing.pack(cost) + residual.out[change.site])
    best = int(np.lexsort(digits[::-1])[0]) if len(change.site) else -1
    if best < 0 or digits[0, best] > 0:
        raise NoAnswerError("もう1件の行き先がありません / one more need finds no place")
    moved = _moved(problem, -digits[1:, best], way_out(problem, residual, int(change.site[best])))
    return Replan(moved.gain, np.append(moved.need, np.int32(problem.needs)), np.append(moved.pair, np.int32(best)))


def _moved(problem: TieredProblem, gain: I64, pairs: list[int]) -> Replan:
    pair = np.asarray(sorted(pairs), np.int32)
    return Replan(gain, problem.need[pair], pair)


def way_back(problem: TieredProblem, residual: Residual, site: int) -> list[int]:
    """The moves that fill one gap at the site for the least cost."""
    pairs: list[int] = []
    while residual.back_via[site] >= 0:
        pairs.append(int(residual.move[residual.back_via[site]]))
        site = int(problem.site[residual.chosen[problem.need[pairs[-1]]]])
    return pairs


def way_out(problem: TieredProblem, residual: Residual, site: int) -> list[int]:
    """The moves that absorb one need too many at the site for the least cost."""
    pairs: list[int] = []
    while residual.out_via[site] >= 0:
        pairs.append(int(residual.move[residual.out_via[site]]))
        site = int(problem.site[pairs[-1]])
    return pairs

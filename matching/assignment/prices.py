"""What one place or one pair is worth: exact values of an optimal plan, by shortest paths in its residual graph.

For plans that no row couples (see `coupled_needs`). Every answer is a vector of tiers, exact and lexicographic. One
sweep from «a need too many» and one from «a need too few» value one more and one fewer place of every site at once; a
search between two sites values a single pair. LP duals would not: they lie somewhere between the two
(Demange & Gale 1985 for why; docs/algorithms.md for how).
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.packing import Packing, packing
from matching.assignment.problem import I32, I64, Bools, Problem, TieredProblem

IMPOSSIBLE = int(np.iinfo(np.int64).max)  # the loss of a pair that no plan can hold


@dataclass(frozen=True, slots=True)
class Residual:
    """The residual graph of a plan, folded onto its sites; all costs are words of `packing`, whose digit 0 counts
    places or needs that had to be invented.

    Attributes:
        chosen, load: the plan: pair of every need, needs at every site.
        cost: of each pair, (pairs, words).
        start, head, arc_cost, move: the cheapest move between two sites, CSR by the site it leaves; `move` is the pair.
        into, tail, number: the same arcs by the site they enter.
        out: (sites, words) what one need too many at a site costs.
        back: (sites, words) what one need too few at a site costs.
        out_via, back_via: the first arc of either way, -1 where it is a place of the site itself.
    """

    packing: Packing
    chosen: I32
    load: I64
    cost: I64
    start: I64
    head: I32
    arc_cost: I64
    move: I32
    into: I64
    tail: I32
    number: I64
    out: I64
    back: I64
    out_via: I64
    back_via: I64


def worth(problem: TieredProblem, chosen: I32) -> tuple[I64, I64]:
    """What one more and one fewer place at each site would change in the optimum: (plus, minus), (tiers, sites) each.

    One more place has the points of the site's last one (0 points where it has none); one fewer takes that last one
    away. A `minus` of `IMPOSSIBLE` in every tier: without that place no plan is left.
    """
    return worth_in(residual_graph(problem, chosen), problem)


def worth_in(residual: Residual, problem: TieredProblem) -> tuple[I64, I64]:
    """As `worth`, where the residual graph of the plan is there already."""
    last = _last_place(problem)
    plus = -residual.packing.unpack(residual.back + residual.packing.pack(last))
    no_gain = ~_is_positive(plus)
    plus[:, no_gain] = 0
    minus = residual.packing.unpack(residual.out - residual.packing.pack(last))
    free = residual.load < np.diff(problem.slot_start)
    minus[:, minus[0] > 0] = IMPOSSIBLE
    minus[:, free | (np.diff(problem.slot_start) == 0)] = 0
    return plus[1:], minus[1:]


def loss(problem: TieredProblem, chosen: I32, pairs: I32) -> I64:
    """The optimum less the best plan that takes the pair, for each of `pairs`: (tiers, n), exact.

    `IMPOSSIBLE` in every tier where no plan takes it.
    """
    residual = residual_graph(problem, chosen)
    present = residual.chosen[problem.need[pairs]]
    lost = _detour(residual, problem.site[pairs], problem.site[present])
    lost += residual.cost[pairs] - residual.cost[present]
    digits = residual.packing.unpack(lost)
    digits[:, digits[0] > 0] = IMPOSSIBLE
    return digits[1:]


def loss_of_added(problem: TieredProblem, chosen: I32, need: I32, site: I32, points: I64) -> I64:
    """The optimum less the best plan that takes a pair (need, site) which the problem lacks: (tiers, n), exact.

    Each of the n pairs is judged alone; `points` has shape (tiers, n). Lexicographically negative where the pair would
    better the optimum; `IMPOSSIBLE` in every tier where no plan takes it.
    """
    residual = residual_graph(problem, chosen, extra=np.abs(points).max(axis=1, initial=0))
    present = residual.chosen[need]
    cost = residual.packing.pack(np.vstack([np.zeros((1, len(need)), np.int64), -points]))
    digits = residual.packing.unpack(_detour(residual, site, problem.site[present]) + cost - residual.cost[present])
    digits[:, digits[0] > 0] = IMPOSSIBLE
    return digits[1:]


def gain_of_pair(problem: TieredProblem, chosen: I32, need: I32, site: I32, points: I64) -> I64:
    """What the optimum would gain if a pair (need, site) with such points were added: (tiers, n), 0 where nothing."""
    gained = -loss_of_added(problem, chosen, need, site, points)
    gained[:, ~_is_positive(gained)] = 0
    return gained


def site_prices(problem: Problem, chosen: I32) -> I64:
    """Exact integer prices (sites,) that prove an optimal plan of a pure flow optimal: what one need too many costs.

    Raises:
        ValueError: the plan is not optimal.
    """
    tiered = TieredProblem(
        problem.needs, problem.sites, problem.need, problem.site, -problem.cost[None, :],
        problem.slot_start, -problem.slot_cost[None, :], np.zeros(1, np.int64),
    )  # fmt: skip
    residual = residual_graph(tiered, chosen)
    if residual.packing.words > 1:
        raise ValueError("the costs are too large for prices of one integer")
    return np.ascontiguousarray(residual.out[:, 0])


def coupled_needs(problem: TieredProblem) -> Bools:
    """Which needs compete, through scarce places, with a pair that stands in a row: (needs,)."""
    if not len(problem.rows):
        return np.zeros(problem.needs, np.bool_)
    label = components(problem)
    in_rows = np.unique(label[problem.need[problem.rows.pair]])
    return np.asarray(np.isin(label, in_rows))


def components(problem: TieredProblem) -> I64:
    """The number of the component of each need: needs are joined by sites that are scarce for them, and by rows.

    A site is not scarce when it has a place for every need that fits and all places it may fill are alike.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    fitting = np.bincount(problem.site, minlength=problem.sites)
    joins = scarce(problem, fitting)[problem.site]
    row_of = np.repeat(np.arange(len(problem.rows)), np.diff(problem.rows.start))
    left = np.concatenate([problem.need[joins], problem.need[problem.rows.pair]]).astype(np.int64)
    right = np.concatenate([problem.needs + problem.site[joins], problem.needs + problem.sites + row_of])
    nodes = problem.needs + problem.sites + len(problem.rows)
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1][: problem.needs], np.int64)


def scarce(problem: TieredProblem, fitting: I64) -> Bools:
    """Which sites make their needs compete, when so many needs fit each: (sites,)."""
    places = np.diff(problem.slot_start)
    nth = np.arange(problem.slot_start[-1]) - np.repeat(problem.slot_start[:-1], places)
    usable = nth < np.repeat(fitting, places)
    first = np.repeat(problem.slot_start[:-1], places)
    unlike = usable & np.any(problem.slot_points != problem.slot_points[:, first], axis=0)
    site_of = np.repeat(np.arange(problem.sites), places)
    return np.asarray((fitting > places) | (np.bincount(site_of[unlike], minlength=problem.sites) > 0))


def residual_graph(problem: TieredProblem, chosen: I32, extra: I64 | None = None) -> Residual:
    """The residual graph of an optimal plan, with both sweeps.

    Args:
        problem: the columns; their rows are not looked at.
        chosen: shape (needs,), an optimal plan.
        extra: (tiers,) the largest points that hypothetical pairs will have.

    Raises:
        ValueError: the plan is not optimal (some round of moves gains).
    """
    from matching.assignment.solvers import residual as paths

    words = packing(_reach(problem, extra))
    cost = words.pack(np.vstack([np.zeros((1, len(problem.need)), np.int64), -problem.points]))
    load = problem.load(chosen)
    start, head, arc_cost, move = paths.arcs(problem.need_start, problem.site, cost, chosen, problem.sites)
    into, tail, number = paths.turned(start, head)
    out = words.pack(_next_place(problem, load, 0))
    back = words.pack(-_next_place(problem, load, -1))
    out_via, back_via = np.full((2, problem.sites), -1, np.int64)
    stuck = paths.sweep(out, out_via, into, tail, number, arc_cost)
    if stuck < 0:
        stuck = paths.sweep(back, back_via, start, head, np.arange(len(head)), arc_cost)
    if stuck < 0 and _is_negative(out + back).any():
        stuck = int(_is_negative(out + back).argmax())
    if stuck >= 0:
        raise ValueError(f"the plan is not optimal: a round of moves through site {stuck} gains")
    return Residual(
        words, chosen, load, cost, start, head, arc_cost, move, into, tail, number, out, back, out_via, back_via
    )


def _detour(residual: Residual, origin: I32, target: I32) -> I64:
    """The shortest way of a need too many at `origin` into the gap at `target`: (n, words)."""
    from matching.assignment.solvers import residual as paths

    order = np.argsort(target, kind="stable")
    return np.asarray(
        paths.between(
            origin, target, order, residual.into, residual.tail, residual.number, residual.arc_cost,
            residual.out, residual.back,
        )
    )  # fmt: skip


def _reach(problem: TieredProblem, extra: I64 | None) -> list[int]:
    """What no way adds up to, in each tier: it moves every need and enters every site at most once."""
    reach = [16]
    sites = min(problem.sites, problem.needs)
    first = problem.need_start[:-1]
    for tier in range(problem.tiers):
        points = problem.points[tier]
        spread = np.maximum.reduceat(points, first) - np.minimum.reduceat(points, first) if len(points) else points
        way = int(np.sort(spread)[::-1][:sites].sum()) + 2 * int(np.abs(problem.slot_points[tier]).max(initial=0))
        reach.append(6 * way + 2 * (0 if extra is None else int(extra[tier])) + 2 * int(np.abs(points).max(initial=0)))
    return reach


def _next_place(problem: TieredProblem, load: I64, step: int) -> I64:
    """Digits (1 + tiers, sites) of the cost of the place that is filled next (0) or was filled last (-1)."""
    at = problem.slot_start[:-1] + load + step
    there = (at >= problem.slot_start[:-1]) & (at < problem.slot_start[1:])
    digits = np.zeros((1 + problem.tiers, problem.sites), np.int64)
    digits[0, ~there] = 1 if step == 0 else -1
    digits[1:, there] = -problem.slot_points[:, at[there]]
    return digits


def _last_place(problem: TieredProblem) -> I64:
    """Digits (1 + tiers, sites) of the cost of the last place of every site, 0 where it has none."""
    return _next_place(problem, np.diff(problem.slot_start), -1) * (np.diff(problem.slot_start) > 0)


def _is_positive(digits: I64) -> Bools:
    """Columns whose first digit other than 0 is positive."""
    lead = np.take_along_axis(digits, (digits != 0).argmax(axis=0)[None, :], axis=0)[0]
    return np.asarray(lead > 0)


def _is_negative(packed: I64) -> Bools:
    """Rows whose first word other than 0 is negative."""
    return _is_positive(-packed.T)

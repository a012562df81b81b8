"""What the coupling rows are worth: the LP over all of them, its columns asked for by exact flows.

Each LP prices the rows; the flow under these prices names the pairs that would better it, and bounds it. Where both
agree, that is the LP's optimum (Dantzig and Wolfe 1960).
"""

import time
from dataclasses import dataclass

import numpy as np

from matching.assignment.face import whole
from matching.assignment.problem import I32, I64, RowPrices, TieredProblem
from matching.assignment.solvers.blend import charged_flow
from matching.assignment.solvers.linear import solve_lp
from matching.assignment.solvers.master import (
    EPS,
    Bound,
    Floats,
    View,
    bound_of,
    broken_gates,
    charges,
    duals,
    first_few,
    programme,
    view_of,
    with_partners,
)

FEW = 2  # pairs of each need that are in play at first, and that come in with each LP where many would
STRETCH = 12_000
MANY = 0.2  # of the pairs in play; no more come in at once
MET = 1e-6  # a gap between the LP and its bound that needs no further round


@dataclass(frozen=True, slots=True)
class Priced:
    """The prices of all rows; and of each pair (pairs,) how much the LP takes of it, and what it costs beyond the best.

    `least` is what every plan costs at least.
    """

    prices: RowPrices
    taken: Floats
    reduced: I64
    least: int


def price_rows(one: TieredProblem, plan: I32, home: I32, deadline: float, rounds: int) -> Priced:
    """The prices of the rows of a one-tier problem, by one LP after the other until it meets its bound.

    Args:
        one: the problem.
        plan: a plan that obeys the rows.
        home: of each need, the pair that waits, -1 where there is none.
        deadline: in `time.process_time()`; one LP is solved in any case.
        rounds: how many LPs are solved at most.
    """
    view = view_of(one, whole(one), np.ones(1, np.int64), {})
    opened, best = np.zeros(len(view.lower), np.bool_), nothing(view)
    chosen, least, reduced = charged_flow(one, np.zeros(len(view.need), np.int64), deadline)
    active = _known(view, first_few(view.need, reduced, FEW), chosen, plan, home)
    taken = np.zeros(len(view.need))
    for _ in range(rounds):
        made = programme(view, active, opened)
        solved = solve_lp(made, max(1.0, deadline - time.process_time()))
        if solved is None:
            break
        x, dual, value = solved
        taken[:] = 0
        taken[active] = x[: len(active)]
        latest = duals(view, made, dual, 1)[1]
        fresh = _known(view, active, _undercutting(view, bound_of(view, made, dual), active))
        for prices in (latest, _between(best, latest)):
            coupling, held = charges(view, prices)
            chosen, cost, offer = charged_flow(one, coupling, deadline)
            fresh = _known(view, fresh, chosen, first_few(view.need, offer, 1))
            if cost + held > least:
                least, best, reduced = cost + held, prices, offer
        broken = broken_gates(view, opened, taken)
        met = value - least <= MET * abs(value) or len(fresh) == len(active)
        if (met and not broken.any()) or time.process_time() > deadline:
            break
        opened |= broken
        active = fresh
    return Priced(best, taken, reduced, least)


def _undercutting(view: View, bound: Bound, active: I64) -> I64:
    """The pairs, out of play, that undercut by the LP's duals what their need pays; of many, the few that do most."""
    pays = np.full(view.needs, np.iinfo(np.int64).max)
    np.minimum.at(pays, view.need[active], bound.reduced[active])
    under = np.flatnonzero(bound.reduced + max(1, bound.fine // 1000) < pays[view.need])
    if len(under) <= MANY * len(active):
        return under
    return under[first_few(view.need[under], bound.reduced[under], FEW)]


def nothing(view: View) -> RowPrices:
    """Rows that cost nothing."""
    rows, entries = len(view.lower), len(view.entry_row)
    return RowPrices(
        np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(entries, np.int64),
        np.zeros(0, np.int64),
    )  # fmt: skip


def _between(one: RowPrices, other: RowPrices) -> RowPrices:
    """Half-way: steadier than the latest, which swing (Wentges 1997)."""
    return RowPrices(
        (one.plain + other.plain) // 2, (one.least + other.least) // 2, (one.most + other.most) // 2,
        (one.link + other.link) // 2, one.keep,
    )  # fmt: skip


def _known(view: View, *pairs: I64 | I32) -> I64:
    """All these pairs, with their partners."""
    inside = np.zeros(len(view.need), np.bool_)
    for some in pairs:
        inside[some[some >= 0]] = True
    return with_partners(view, np.flatnonzero(inside))


def split_needs(one: TieredProblem, taken: Floats) -> I64:
    """The needs that the LP splits between pairs."""
    return np.unique(one.need[(taken > EPS) & (taken < 1 - EPS)]).astype(np.int64)

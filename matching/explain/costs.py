"""What choosing another option would cost everybody else: the optimum less the best plan with it, tier by tier."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.giving_way import loss_of_giving_way
from matching.assignment.prices import IMPOSSIBLE, loss, loss_of_added
from matching.assignment.problem import I32, I64, PROVABLE, Bools, Budget, Choice, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.untied import GONE, may_join_alone, untied
from matching.errors import NoAnswerError
from matching.pose import Posed
from matching.rules.arrays import UNKNOWN
from matching.rules.ways import by_planned_car

SOLVED_AGAIN = 200_000
"""Pairs of the problem times costs still in question, up to which each is found by solving again."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What each asked pair of the problem would cost: the optimum less the best plan with it, (tiers, n), and
    whether that is exact or only an upper bound.
    """

    pairs: I32
    lost: I64
    exact: Bools


def costs(posed: Posed, choice: Choice) -> Costs:
    """The loss of every alternative of the placed needs.

    Without rows it is exact. With rows, the best plan in which others only leave what rows hold together is a plan, so
    its loss is an upper bound; the plan that ignores the rows gives a lower one; where they meet, it is exact. Of a
    small town, what is still in question is solved again; of a large one, plans are looked for in which somebody gives
    way in a row.
    """
    problem = posed.problem
    asked = _alternatives(posed, choice)
    if not len(problem.rows):
        return Costs(asked, loss(problem, choice.chosen, asked), np.ones(len(asked), np.bool_))
    free, row_of_pair = untied(problem, choice.chosen)
    chosen = row_of_pair[choice.chosen]
    inside = row_of_pair[asked] != GONE
    upper = np.full((len(choice.value), len(asked)), IMPOSSIBLE, np.int64)
    upper[:, inside] = loss(free, chosen, row_of_pair[asked[inside]])
    alone = np.flatnonzero(~inside & may_join_alone(problem, choice.chosen)[asked])
    pairs = asked[alone]
    upper[:, alone] = loss_of_added(free, chosen, problem.need[pairs], problem.site[pairs], problem.points[:, pairs])
    new_ride, lower = _new_rides(posed, choice), _without_rows(problem, choice, asked)
    exact = _met(upper, lower)
    if len(problem.need) * int((~exact).sum()) <= SOLVED_AGAIN and bool(choice.proven.all()):
        _solve_again(problem, choice, asked, upper, exact, new_ride)
    else:
        _give_way(problem, choice, asked, upper, ~exact, new_ride)
        exact = _met(upper, lower)
    return Costs(asked, upper, exact)


def _met(upper: I64, lower: I64 | None) -> Bools:
    """Where the bounds meet; without a lower one, where nobody loses anything."""
    return np.asarray(np.all(upper == (0 if lower is None else lower), axis=0))


def _give_way(
    problem: TieredProblem, choice: Choice, asked: I32, upper: I64, in_question: Bools, new_ride: Bools
) -> None:
    """Lower the bounds by plans in which a few others give way; in a large town only where nothing was found yet.

    Nobody gives way by a ride that the plan does not have: whether the cars carry it is not known.
    """
    small = problem.needs <= PROVABLE
    at = np.flatnonzero(in_question if small else upper[0] == IMPOSSIBLE)
    found = loss_of_giving_way(problem, choice.chosen, asked[at], new_ride, far=small)
    differs = found != upper[:, at]
    first = differs.argmax(axis=0)
    lower = np.take_along_axis(found < upper[:, at], first[None, :], axis=0)[0]
    upper[:, at[lower]] = found[:, lower]


def _solve_again(problem: TieredProblem, choice: Choice, asked: I32, upper: I64, exact: Bools, new_ride: Bools) -> None:
    """The exact loss of each pair in question: the best plan in which its need can go nowhere else.

    A plan with a ride that the present one does not have proves nothing: whether the cars carry it is not known.
    """
    for at in np.flatnonzero(~exact):
        pair = asked[at]
        kept = np.flatnonzero((problem.need != problem.need[pair]) | (np.arange(len(problem.need)) == pair))
        try:
            again = solve_tiers(_only(problem, kept), Budget(10))
        except NoAnswerError:
            upper[:, at], exact[at] = IMPOSSIBLE, True
            continue
        if bool(again.proven.all()) and not new_ride[kept[again.chosen]].any():
            upper[:, at], exact[at] = choice.value - again.value, True


def _new_rides(posed: Posed, choice: Choice) -> Bools:
    """Pairs of the problem that a planned car would have to drive, and does not drive in the plan."""
    driven = np.append(by_planned_car(posed.pairs), False)[posed.pair_row]
    driven[choice.chosen] = False
    return np.asarray(driven)


def _only(problem: TieredProblem, kept: I64) -> TieredProblem:
    """The problem with some of its pairs."""
    at = np.full(len(problem.need), GONE, np.int32)
    at[kept] = np.arange(len(kept))
    rows = problem.rows
    stays = at[rows.pair] != GONE
    row = np.repeat(np.arange(len(rows)), np.diff(rows.start))[stays]
    start = np.searchsorted(row, np.arange(len(rows) + 1)).astype(np.int64)
    left = replace(rows, start=start, pair=at[rows.pair[stays]], weight=rows.weight[stays])
    return replace(problem, need=problem.need[kept], site=problem.site[kept], points=problem.points[:, kept], rows=left)


def nothing_asked(posed: Posed) -> Costs:
    """No alternatives at all: for rounds that are not to be explained."""
    return Costs(np.zeros(0, np.int32), np.zeros((posed.problem.tiers, 0), np.int64), np.zeros(0, np.bool_))


def _alternatives(posed: Posed, choice: Choice) -> I32:
    """The pairs with an opening, other than the chosen one, of every need that is placed."""
    placed = posed.pair_row[choice.chosen] != UNKNOWN
    other = np.ones(len(posed.problem.need), np.bool_)
    other[choice.chosen] = False
    other &= (posed.pair_row != UNKNOWN) & placed[posed.problem.need]
    return np.flatnonzero(other).astype(np.int32)


def _without_rows(problem: TieredProblem, choice: Choice, asked: I32) -> I64 | None:
    """A lower bound of the losses: those of the plan without rows, if the plan is the best there too."""
    try:
        return loss(replace(problem, rows=Rows()), choice.chosen, asked)
    except ValueError:
        return None

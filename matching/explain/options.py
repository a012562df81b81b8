"""Which options to show for a placed need, and what choosing each would cost everybody else."""

from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.prices import IMPOSSIBLE, loss
from matching.assignment.problem import I32, I64, Bools, Choice, Rows, TieredProblem
from matching.assignment.untied import GONE, untied
from matching.domain import Option
from matching.explain.reasons import reasons
from matching.pose import Posed
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN
from matching.rules.ways import told

MOST_OPTIONS = 4


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

    Without rows it is exact. With rows, the best plan that leaves alone what the rows hold together is a plan, so its
    loss is an upper bound; the plan that ignores the rows gives a lower one; where they meet, it is exact.
    """
    problem = posed.problem
    asked = _alternatives(posed, choice)
    if not len(problem.rows):
        return Costs(asked, loss(problem, choice.chosen, asked), np.ones(len(asked), np.bool_))
    free, row_of_pair = untied(problem, choice.chosen)
    possible = np.flatnonzero(row_of_pair[asked] != GONE)
    upper = np.full((len(choice.value), len(asked)), IMPOSSIBLE, np.int64)
    chosen = row_of_pair[choice.chosen]
    upper[:, possible] = loss(free, chosen, row_of_pair[asked[possible]])
    lower = _without_rows(problem, choice, asked)
    exact = np.all(upper == lower, axis=0) if lower is not None else np.all(upper == 0, axis=0)
    return Costs(asked, upper, np.asarray(exact))


def shown(posed: Posed, found: Costs) -> list[I32]:
    """For each need of the problem, the positions in `found.pairs` to show: the least loss first."""
    problem = posed.problem
    need = problem.need[found.pairs]
    possible = np.flatnonzero(found.lost[0] != IMPOSSIBLE)
    keys = [problem.site[found.pairs], *(-problem.points[t, found.pairs] for t in range(problem.tiers - 1, -1, -1))]
    order = np.lexsort([k[possible] for k in keys] + [found.lost[t, possible] for t in range(problem.tiers - 1, -1, -1)]
                       + [need[possible]])  # fmt: skip
    ordered = possible[order].astype(np.int32)
    start = np.searchsorted(need[ordered], np.arange(problem.needs + 1))
    return [ordered[start[i] : min(start[i + 1], start[i] + MOST_OPTIONS - 1)] for i in range(problem.needs)]


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


def options(posed: Posed, choice: Choice, rulebook: Rulebook, found: Costs) -> list[tuple[Option, ...]]:
    """The options of each need of the problem, the chosen one first; none for who waits."""
    others = shown(posed, found)
    own = [[int(p)] if posed.pair_row[p] != UNKNOWN else [] for p in choice.chosen]
    listed = np.array(
        [p for mine, more in zip(own, others, strict=True) for p in (*mine, *found.pairs[more])], np.int32
    )
    at = {int(found.pairs[k]): int(k) for more in others for k in more}
    made = iter(_made(posed, choice, rulebook, found, listed, at))
    return [tuple(next(made) for _ in range(len(mine) + len(more))) for mine, more in zip(own, others, strict=True)]


def nothing_asked(posed: Posed) -> Costs:
    """No alternatives at all: for rounds that are not to be explained."""
    return Costs(np.zeros(0, np.int32), np.zeros((posed.problem.tiers, 0), np.int64), np.zeros(0, np.bool_))


def _made(
    posed: Posed, choice: Choice, rulebook: Rulebook, found: Costs, listed: I32, at: dict[int, int]
) -> list[Option]:
    problem = posed.problem
    load = problem.load(choice.chosen)
    rows = posed.pair_row[listed]
    why, ways = reasons(posed, rulebook, listed), told(posed.pairs.take(rows))
    openings = posed.pairs.town.community.openings
    out = []
    for k, pair in enumerate(listed.tolist()):
        mine = int(choice.chosen[problem.need[pair]])
        opening, points = openings[posed.pairs.opening_row[rows[k]]], problem.points[:, pair]
        cost, exact = np.zeros(problem.tiers, np.int64), True
        if pair != mine:
            cost = found.lost[:, at[pair]] - problem.points[:, mine] + points
            exact = bool(found.exact[at[pair]])
        out.append(
            Option(
                opening_id=opening.opening_id,
                resource_id=opening.resource_id,
                chosen=pair == mine,
                minutes=ways[k].minutes,
                mode=ways[k].mode,
                points=tuple(points.tolist()),
                opportunity_cost=tuple(cost.tolist()),
                exact=exact,
                ask_first=bool(posed.asks[rows[k]]),
                holders=int(load[problem.site[pair]]) - (pair == mine),
                reasons=why[k],
            )
        )
    return out

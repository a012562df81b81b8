"""The options of a need: the chosen one first, then those whose choice would cost the whole least."""

import numpy as np

from matching.assignment.prices import IMPOSSIBLE
from matching.assignment.problem import I32, Choice
from matching.domain import Option
from matching.explain.costs import Costs
from matching.explain.reasons import reasons
from matching.pose import Posed
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN
from matching.rules.ways import told

MOST_OPTIONS = 4


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

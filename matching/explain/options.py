"""The options of a need: the chosen one first, then those whose choice would cost the whole least."""

import numpy as np

from matching.assignment.prices import IMPOSSIBLE
from matching.assignment.problem import I32, I64, Choice
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
    stop = np.minimum(start[1:], start[:-1] + MOST_OPTIONS - 1)
    return [ordered[first:last] for first, last in zip(start[:-1].tolist(), stop.tolist(), strict=True)]


def options(posed: Posed, choice: Choice, rulebook: Rulebook, found: Costs) -> list[tuple[Option, ...]]:
    """The options of each need of the problem, the chosen one first; none for who waits."""
    others = shown(posed, found)
    placed = posed.pair_row[choice.chosen] != UNKNOWN
    sizes = placed + np.array([len(more) for more in others], np.int64)
    end = np.cumsum(sizes)
    # Position in `found.pairs` of every option that is listed, UNKNOWN for the chosen one, which comes first.
    at = np.full(int(sizes.sum()), UNKNOWN, np.int64)
    first = np.zeros(len(at), np.bool_)
    first[(end - sizes)[placed]] = True
    at[~first] = np.concatenate([np.zeros(0, np.int64), *others])
    need = np.repeat(np.arange(len(others)), sizes)
    listed = np.where(first, choice.chosen[need], np.append(found.pairs, UNKNOWN)[at]).astype(np.int32)
    made = _made(posed, choice, rulebook, found, listed, at)
    return [tuple(made[stop - size : stop]) for stop, size in zip(end.tolist(), sizes.tolist(), strict=True)]


def _made(posed: Posed, choice: Choice, rulebook: Rulebook, found: Costs, listed: I32, at: I64) -> list[Option]:
    problem, rows = posed.problem, posed.pair_row[listed]
    chosen = at == UNKNOWN
    points, mine = problem.points[:, listed], problem.points[:, choice.chosen[problem.need[listed]]]
    lost = np.hstack([found.lost, np.zeros((problem.tiers, 1), np.int64)])[:, at]
    columns = zip(
        posed.pairs.opening_row[rows].tolist(),
        chosen.tolist(),
        told(posed.pairs.take(rows)),
        points.T.tolist(),
        (lost - mine + points).T.tolist(),
        np.append(found.exact, True)[at].tolist(),
        posed.asks[rows].tolist(),
        (problem.load(choice.chosen)[problem.site[listed]] - chosen).tolist(),
        reasons(posed, rulebook, listed),
        strict=True,
    )
    openings = posed.pairs.town.community.openings
    return [
        Option(
            opening_id=openings[row].opening_id,
            resource_id=openings[row].resource_id,
            chosen=is_chosen,
            minutes=way.minutes,
            mode=way.mode,
            points=tuple(earned),
            opportunity_cost=tuple(cost),
            exact=exact,
            ask_first=asks,
            holders=holders,
            reasons=why,
        )
        for row, is_chosen, way, earned, cost, exact, asks, holders, why in columns
    ]

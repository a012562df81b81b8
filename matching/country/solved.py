"""One synthetic municipality with all its scenarios: today solved once, most scenarios from its prices, all proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assignment.problem import I32, Budget, Choice, Problem
from matching.assignment.solvers import auction, mend
from matching.assignment.solvers.mend import Near, nothing_known
from matching.country import Municipality
from matching.country.changes import Kind, Scenario, changed
from matching.country.ground import posed
from matching.errors import NoAnswerError

LONG = Budget(60.0)
"""What one plan may take; the largest municipality needs far less than a CPU second."""

GRADED: frozenset[Kind] = frozenset({"all_fewer", "all_more", "reach", "needs"})
"""Kinds whose scenarios go step by step, each near the one before; one of another kind is near today."""
ROOMY: frozenset[Kind] = frozenset({"all_more", "needs"})
"""Of these the first leaves so much more room than today that it is planned from nothing."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Needs with a place today, and in each scenario, in their order."""

    today: int
    after: tuple[int, ...]


def tried(of: Municipality, scenarios: Sequence[Scenario]) -> Tried:
    """What each scenario makes of a municipality; the same numbers on every machine.

    Raises:
        NoAnswerError: a plan could not be proven within its time.
    """
    today = posed(of)
    first = _proven(auction.solve(today, LONG))
    as_today = _near(today, first, np.arange(len(today.need), dtype=np.int32))
    after, last = list[int](), dict[Kind, Near](dict.fromkeys(ROOMY, nothing_known(today)))
    for one in scenarios:
        like = last.get(one.kind, as_today)
        then, held, pair = changed(today, like.held, one, of.number)
        found = _proven(mend.solve(then, LONG, Near(like.price, held)))
        if one.kind in GRADED:
            last[one.kind] = _near(today, found, pair)
        after.append(_placed(then, found))
    return Tried(_placed(today, first), tuple(after))


def _near(today: Problem, found: Choice, pair: I32) -> Near:
    """A plan in today's numbers, when `pair` tells those of its pairs."""
    price, held = nothing_known(today).price if found.site_price is None else found.site_price, pair[found.chosen]
    plan = np.full(today.needs, -1, np.int32)
    plan[today.need[held]] = held
    return Near(price, plan)


def _placed(problem: Problem, choice: Choice) -> int:
    """How many needs have a place."""
    return int(np.count_nonzero(problem.site[choice.chosen] < problem.sites - 1))


def _proven(choice: Choice) -> Choice:
    """A plan that is the best.

    Raises:
        NoAnswerError: it is not proven.
    """
    if not choice.proven.all():
        raise NoAnswerError("案を証明できませんでした / a plan could not be proven in time")
    return choice

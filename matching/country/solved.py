"""One synthetic municipality with all its scenarios: today solved once, most scenarios from its prices, all proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assignment.problem import Budget, Choice, Problem
from matching.assignment.solvers import auction
from matching.assignment.solvers.auction import Near
from matching.country import Municipality
from matching.country.changes import Kind, Scenario, changed
from matching.country.ground import posed
from matching.errors import NoAnswerError

SECONDS = 60.0
"""CPU seconds that one plan may take; the largest municipality needs far less than one."""

GRADED: frozenset[Kind] = frozenset({"all_fewer", "all_more", "reach", "needs"})
"""Kinds whose scenarios go step by step, each near the one before; one of another kind is near today."""
ROOMY: frozenset[Kind] = frozenset({"all_more", "needs"})
"""Of these the first leaves so much more room than today that all its prices would have to come down."""


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
    first = _proven(today, None)
    after, last = list[int](), dict[Kind, Choice | None](dict.fromkeys(ROOMY))
    for one in scenarios:
        then, held = changed(today, first.chosen, one, of.number)
        like = last.get(one.kind, first)
        near = None if like is None or like.site_price is None else Near(like.site_price, held)
        found = _proven(then, near)
        if one.kind in GRADED:
            last[one.kind] = found
        after.append(_placed(then, found))
    return Tried(_placed(today, first), tuple(after))


def _placed(problem: Problem, choice: Choice) -> int:
    """How many needs have a place."""
    return int(np.count_nonzero(problem.site[choice.chosen] < problem.sites - 1))


def _proven(problem: Problem, near: Near | None) -> Choice:
    """The best plan by an auction."""
    choice = auction.solve(problem, Budget(SECONDS), near)
    if not choice.proven.all():
        raise NoAnswerError("案を証明できませんでした / a plan could not be proven in time")
    return choice

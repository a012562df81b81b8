"""One synthetic municipality with all its scenarios: today solved once, most scenarios from its prices, all proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.assignment.again import beginning, mended
from matching.assignment.problem import I32, I64, Budget, Choice, Problem
from matching.assignment.solvers import auction
from matching.assignment.solvers.auction import WARM
from matching.country import Municipality
from matching.country.changes import Kind, Scenario, changed
from matching.country.ground import posed
from matching.errors import NoAnswerError

SECONDS = 60.0
"""CPU seconds that one plan may take; the largest municipality needs far less than one."""

STEP = 64
"""What an auction begins with (`part`) from one scenario of a kind to the next."""
ALIKE = 1.01
"""From so many times today's places for each need on, a plan is made without today's prices."""


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
    after, last = list[int](), dict[Kind, tuple[Problem, Choice]]()
    for one in scenarios:
        then, held = changed(today, first.chosen, one, of.number)
        found = _mended(then, held, first) or _anew(then, held, (today, first), last.get(one.kind))
        last[one.kind] = then, found
        after.append(_placed(then, found))
    return Tried(_placed(today, first), tuple(after))


def _mended(then: Problem, held: I32, first: Choice) -> Choice | None:
    """Today's plan, mended; None where much changed."""
    return None if first.site_price is None else mended(then, held, first.site_price)


def _anew(then: Problem, held: I32, today: tuple[Problem, Choice], last: tuple[Problem, Choice] | None) -> Choice:
    """From the prices of the last scenario of its kind, or today's; from none where all would have to come down."""
    if last is not None and _as_scarce(last[0], then):
        return _proven(then, last[1].site_price, STEP)
    if _as_scarce(today[0], then):
        return _proven(then, today[1].site_price, beginning(then, held))
    return _proven(then, None)


def _as_scarce(before: Problem, then: Problem) -> bool:
    """Whether places are about as scarce as before, for each need."""
    return _openings(then) * before.needs <= ALIKE * _openings(before) * then.needs


def _openings(problem: Problem) -> int:
    """Places but those of the waiting list."""
    return int(problem.slot_start[-2])


def _placed(problem: Problem, choice: Choice) -> int:
    """How many needs have a place."""
    return int(np.count_nonzero(problem.site[choice.chosen] < problem.sites - 1))


def _proven(problem: Problem, price: I64 | None, part: int = WARM) -> Choice:
    """The best plan by an auction, from some prices."""
    choice = auction.solve(problem, Budget(SECONDS), price, part)
    if not choice.proven.all():
        raise NoAnswerError("案を証明できませんでした / a plan could not be proven in time")
    return choice

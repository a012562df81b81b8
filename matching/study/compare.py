"""What a scenario changes: who gains, who loses, as counts that may be told; intervals; the frontier of cost.

All numbers are multiples of five, so that no two scenarios tell of a few people by their difference.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.develop.told import GROUPS, coarse, group_of
from matching.domain import Community
from matching.scenario.demand import COPY
from matching.small_cells import hidden_cells, told, with_totals
from matching.study import Outcome

FEWEST_DRAWS = 20
"""From so many draws on an interval is told."""
ROUND = 5


@dataclass(frozen=True, slots=True)
class Change:
    """Needs that have a place in one outcome only: those that gain it in the second, and those that lose it."""

    gains: tuple[str, ...]
    losses: tuple[str, ...]

    @property
    def net(self) -> int:
        """How many needs more have a place."""
        return len(self.gains) - len(self.losses)


@dataclass(frozen=True, slots=True)
class Counts:
    """People who gain, or who lose: all of them, by area, by sex and 75+; None is a hidden number, not 0."""

    people: int | None
    areas: Mapping[str, int | None]
    groups: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Interval:
    """Of the repeated demands: the mean and the middle 90 in 100 of needs placed, and of what the scenario changes."""

    draws: int
    placed: tuple[int, int, int]
    change: tuple[int, int, int]


def change(before: Outcome, after: Outcome) -> Change:
    """From one outcome to another; the way back is the same with gains and losses exchanged."""
    had, has = set(before.placed), set(after.placed)
    return Change(
        tuple(name for name in after.placed if name not in had),
        tuple(name for name in before.placed if name not in has),
    )


def counts(town: Community, needs: Sequence[str]) -> Counts:
    """The people of some needs, counted once each; a copy of somebody counts where they live."""
    resident_of = {need.need_id: need.resident_id for need in town.needs}
    person = {r.resident_id: r for r in town.residents}
    who = {(resident_of[known], name.removeprefix(known)) for name in needs for known in [_known(name, resident_of)]}
    people = [person[one] for one, _ in sorted(who)]
    year = town.info.week_of.year
    area, group = Counter(r.area_id for r in people), Counter(group_of(r, year) for r in people)
    total, areas = _line([a.area_id for a in town.areas], area)
    _, groups = _line(GROUPS, group)
    return Counts(total, areas, groups)


def rounded(number: float) -> int:
    """Towards nothing, to a multiple of five: a difference of fewer is not told."""
    return int(number / ROUND) * ROUND


def more_waiting(before: Outcome, after: Outcome) -> int:
    """How many needs more wait: those asked more, less those placed more, each as it is told.

    So it tells nothing of who gains and loses that their own difference does not.
    """
    placed = len(after.placed) - len(before.placed)
    asked = placed + len(after.waiting) - len(before.waiting)
    return rounded(asked) - rounded(placed)


def points_changed(before: Outcome, after: Outcome) -> dict[str, int]:
    """By code of a rule, what its points change by, as far as that tells of no few people.

    In steps of five times the most that it gives one placement, and only where it speaks of five or more at both times.
    """
    out = {}
    for code in sorted(before.points.keys() | after.points.keys()):
        (had, was), (has, now) = before.points.get(code, (0, 0)), after.points.get(code, (0, 0))
        if min(had, has) < ROUND:
            continue
        step = ROUND * max(abs(was) // had, abs(now) // has, 1)
        out[code] = int((now - was) / step) * step
    return {code: change for code, change in out.items() if change}


def newly_tight(before: Outcome, after: Outcome) -> dict[str, tuple[int, int]]:
    """By code, how many openings, helpers or cars are used up that were not, and how many no longer are."""
    had, has = set(before.tight), set(after.tight)
    new, gone = Counter(code for code, _ in has - had), Counter(code for code, _ in had - has)
    return {code: (new[code], gone[code]) for code in sorted(new.keys() | gone.keys())}


def interval(before: Sequence[Outcome], after: Sequence[Outcome]) -> Interval | None:
    """Over repeated demands, each compared with today's plan of the same demand; None where they are too few."""
    if len(after) < FEWEST_DRAWS:
        return None
    placed = np.array([len(one.placed) for one in after], float)
    return Interval(len(after), _middle(placed), _middle(placed - [len(one.placed) for one in before]))


def frontier(costs: Sequence[int | None], changes: Sequence[int]) -> tuple[int, ...]:
    """The rows that bring something, and for their cost the most; the cheapest first.

    `changes` are as they are told (`rounded`): rows that cost the same and are told to bring the same stay together.
    """
    known = [
        (cost, -change, at)
        for at, (cost, change) in enumerate(zip(costs, changes, strict=True))
        if cost is not None and change > 0
    ]
    best, kept = (0, 0), list[int]()
    for cost, fewer, at in sorted(known):
        if fewer < best[1] or (cost, fewer) == best:
            best = cost, fewer
            kept.append(at)
    return tuple(kept)


def _known(need: str, resident_of: Mapping[str, str]) -> str:
    """The need of the town that this one is, or is a copy of."""
    while need not in resident_of:
        need = need.rpartition(COPY)[0]
    return need


def _middle(values: np.ndarray) -> tuple[int, int, int]:
    """Mean, and the ends of the middle 90 in 100 with the fives that hold them."""
    low, high = np.quantile(values, [0.05, 0.95])
    return round(float(values.mean()) / ROUND) * ROUND, math.floor(low / ROUND) * ROUND, math.ceil(high / ROUND) * ROUND


def _line(names: Sequence[str], counted: Mapping[str, int]) -> tuple[int | None, dict[str, int | None]]:
    """A total and its parts, as far as they may be told; parts without anybody are left out."""
    table = with_totals(np.array([counted.get(name, 0) for name in names], np.int64))
    *parts, total = (coarse(count) for count in told(table, hidden_cells(table)))
    return total, {name: one for name, one in zip(names, parts, strict=True) if counted.get(name, 0)}

"""資源開発: what a town could develop first, the best 1, 2 … k steps, each tried by the engine itself.

Read `develop` like a recipe: who waits today; which steps somebody could come to; the best plan of each size, to a
proven bound; and each step of the plan really taken, one after the other, with the same rules, quotas and cars as
`propose`. Residents' own ideas come first where the effect is equal.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matching.assignment.problem import Choice
from matching.carried.agree import Agreed
from matching.carried.same_rides import rides_of
from matching.develop.candidates import candidates
from matching.develop.model import Asked, siting_of, worth_weighing
from matching.develop.solvers.covering import MOST_STEPS, Cover, Siting, best_cover
from matching.develop.step import KINDS, RIDES, Step, Takes, Unit, read_takes
from matching.domain import Community, Sharing, TravelTimes
from matching.errors import NoAnswerError
from matching.pose import Posed
from matching.propose import Wanted, decided, digest
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN
from matching.scenario import edited

SECONDS = 60.0
"""For one plan of the portfolio; what is not proven by then is told with its bound."""


_TOO_LONG = "時間内に歩みの組が見つかりませんでした / no set of steps was found in time"


@dataclass(frozen=True, slots=True)
class Limits:
    """So many steps at most, within a budget of the unit where one is given; ten steps are the most."""

    steps: int = 5
    budget: int | None = None
    unit: Unit = "hours"


@dataclass(frozen=True, slots=True)
class Plan:
    """The best steps of one number: how many needs the covering places with them, at most any such steps could."""

    steps: tuple[Step, ...]
    placed: int
    bound: int
    optimal: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A step of the plan, really taken after those before it: which needs find a place then, and which lose it."""

    step: Step
    gains: tuple[str, ...]
    losses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Development:
    """What `develop` answers; need ids are for the tables of counts only, and never told.

    Attributes:
        placed_today: needs with a place today, as `propose` would place them.
        most_today: how many could have one at most with nothing developed (covering).
        portfolio: the best plans of 1, 2 … k steps; shorter where another step would help nobody.
        taken: the steps of the largest plan in the order in which each helps most.
        waiting: the needs that wait still.
        weighed: how many steps were weighed against each other.
    """

    town: Community
    inputs_digest: str
    limits: Limits
    placed_today: tuple[str, ...]
    most_today: int
    portfolio: tuple[Plan, ...]
    taken: tuple[Taken, ...]
    waiting: tuple[str, ...]
    weighed: int


Progress = Callable[[str, float], None]


def develop(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    takes: Mapping[str, Takes],
    limits: Limits | None = None,
    progress: Progress = lambda _step, _share: None,
) -> Development:
    """The portfolio of a town; only data of those who consented are used.

    Raises:
        NoAnswerError, RefusedPlanError: as `propose`, or no set of steps was found in time.
        ValueError: no steps, or more than ten.
    """
    limits = limits or Limits()
    if not 1 <= limits.steps <= MOST_STEPS:
        raise ValueError(f"{limits.steps} steps: 1 to {MOST_STEPS} can be weighed")
    wanted = Wanted(Sharing.CONSENT, "none")
    progress("today", 0.0)
    today = decided(town, rulebook, travel, wanted)
    placed, waiting = placed_needs(town, today.posed, today.choice)
    asked = Asked(town, rulebook, travel, wanted, frozenset(waiting))
    progress("weigh", 0.0)
    steps = worth_weighing(asked, candidates(town, takes, [n for n in town.needs if n.need_id in asked.waiting]))
    siting, _ = siting_of(asked, steps, limits.unit)
    most_today, plans = _portfolio(siting, steps, limits, progress)
    order = _order(siting, plans, steps)
    taken, waiting = _really(asked, order, today, progress)
    return Development(
        town, digest(town, rulebook), limits, placed, most_today, plans, taken, waiting, len(steps)
    )  # fmt: skip


def placed_needs(town: Community, posed: Posed, choice: Choice) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The needs of a decision that have a place, and those that wait, in the town's order."""
    has = posed.pair_row[choice.chosen] != UNKNOWN
    ids = [town.needs[row].need_id for row in posed.need_row.tolist()]
    return (
        tuple(name for name, yes in zip(ids, has, strict=True) if yes),
        tuple(name for name, yes in zip(ids, has, strict=True) if not yes),
    )


def _portfolio(
    siting: Siting, steps: Sequence[Step], limits: Limits, progress: Progress
) -> tuple[int, tuple[Plan, ...]]:
    """The best plan of each number of steps, as long as another step helps."""
    none = best_cover(siting, 0, None, SECONDS, only=())
    if none is None:
        raise NoAnswerError(_TOO_LONG)
    today = none.placed
    plans: list[Plan] = []
    for number in range(1, limits.steps + 1):
        progress("choose", (number - 1) / limits.steps)
        found = best_cover(siting, number, limits.budget, SECONDS)
        if found is None:
            raise NoAnswerError(_TOO_LONG)
        if found.placed <= (plans[-1].placed if plans else today):
            break
        chosen = tuple(steps[at] for at in found.steps)
        plans.append(Plan(chosen, found.placed, found.bound, found.optimal))
    return today, tuple(plans)


def _order(siting: Siting, plans: Sequence[Plan], steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of the largest plan, each time the one that helps most next; the residents' own first where equal.

    A step helps the fewer the more others are there, so that what it helped before bounds it: only the most promising
    are looked at again (Minoux 1978).
    """
    order, placed = list[int](), 0

    def more(at: int) -> int:
        cover = best_cover(siting, len(order) + 1, None, SECONDS, only=(*order, at))
        return (cover.placed if cover else 0) - placed

    at_most = {steps.index(step): siting.needs for step in (plans[-1].steps if plans else ())}
    while at_most:
        seen: dict[int, int] = {}
        while (first := min(at_most, key=lambda at: (-at_most[at], KINDS.index(steps[at].kind), at))) not in seen:
            at_most[first] = seen[first] = more(first)
        placed += at_most.pop(first)
        order.append(first)
    return tuple(steps[at] for at in order)


def _really(
    asked: Asked, order: Sequence[Step], today: Agreed, progress: Progress
) -> tuple[tuple[Taken, ...], tuple[str, ...]]:
    """Take the steps one after the other, each decided anew by the engine."""
    town, before, taken = asked.town, today, list[Taken]()
    placed, waiting = placed_needs(town, today.posed, today.choice)
    for number, step in enumerate(order):
        progress("try", number / len(order))
        town = edited(town, step.edits)
        before = _after(asked, town, step, before)
        now, left = placed_needs(town, before.posed, before.choice)
        gains = tuple(name for name in now if name in set(waiting))
        losses = tuple(name for name in left if name in set(placed))
        placed, waiting = now, left
        taken.append(Taken(step, gains, losses))
    return tuple(taken), waiting


def _after(asked: Asked, town: Community, step: Step, before: Agreed) -> Agreed:
    """The town with the step: who is driven stays as it was, but where the step is a driver or a car.

    What was planned before is still possible then, so that no step takes a place from anybody for want of a ride.
    """
    same = decided(town, asked.rulebook, asked.travel, asked.wanted, rides=rides_of(before.posed, before.choice))
    if step.kind not in RIDES:
        return same
    anew = decided(town, asked.rulebook, asked.travel, asked.wanted)
    return max(same, anew, key=lambda one: one.choice.value.tolist())


__all__ = [
    "KINDS",
    "MOST_STEPS",
    "Cover",
    "Development",
    "Limits",
    "Plan",
    "Siting",
    "Step",
    "Taken",
    "Takes",
    "best_cover",
    "candidates",
    "develop",
    "read_takes",
]

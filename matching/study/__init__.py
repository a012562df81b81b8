"""試算: what would happen if. Each scenario is the town edited and decided anew by the same engine as `propose`.

Values in, values out: a study reads a community and gives numbers; nothing here can write to the register.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from matching.carried.agree import Agreed
from matching.carried.learnt import Learnt
from matching.domain import Community, Sharing, TravelTimes
from matching.propose import Wanted, decided
from matching.rules import Rulebook
from matching.rules.arrays import I32, UNKNOWN
from matching.scenario import CloseResource, MorePlaces, edited, grown, of_residents, travel_after
from matching.scenario.reading import Scenario

TODAY = Scenario("")
"""The town as it is: what every scenario is compared with; no scenario of a file can have its name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who would have a place, and who would wait, of those who consented; in the order of the town's rows.

    Attributes:
        placed, waiting: needs.
        value, bound: of each tier; where they are equal the plan is proven the best.
        points: for each code of a rule that gives points, how many of those placed it speaks of, and its points in all.
        tight: what is used up, as (code, what): places of an opening, hours of a helper, seats and drivers.
    """

    placed: tuple[str, ...]
    waiting: tuple[str, ...]
    value: tuple[int, ...] = ()
    bound: tuple[int, ...] = ()
    points: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tight: tuple[tuple[str, str], ...] = ()

    @property
    def proven(self) -> bool:
        """Whether nothing better exists in any tier."""
        return self.value == self.bound


_WANTED = Wanted(Sharing.CONSENT, "none")
PLACES_ONLY = (CloseResource, MorePlaces)
"""Edits after which nobody else may ask the cars for a ride: what was learnt of them today holds."""


class Today(NamedTuple):
    """The town as it is: what comes of it, and what was learnt of its cars."""

    outcome: Outcome
    learnt: Learnt | None


def today_of(town: Community, rulebook: Rulebook, travel: TravelTimes) -> Today:
    """The town as it is, decided.

    Raises:
        NoAnswerError, RefusedPlanError: as `propose`.
    """
    agreed = decided(town, rulebook, travel, _WANTED)
    return Today(_outcome(town, agreed, rulebook), agreed.learnt)


def tried(
    town: Community,
    rulebook: Rulebook,
    travel: TravelTimes,
    scenario: Scenario,
    draw: int = 0,
    seed: int = 1,
    today: Callable[[], Today] | None = None,
) -> Outcome:
    """What a scenario makes of a town; draw 0 is the demand as it is, any other a repeated one, the same for all.

    `today` gives what `today_of` the town said, where that is at hand: scenarios of places alone begin from it.

    Raises:
        InputError: an edit names what the town does not have.
        NoAnswerError, RefusedPlanError: as `propose`.
    """
    asked = town if draw == 0 else grown(town, demand(town, seed, draw))
    after = edited(asked, scenario.edits)
    near = draw == 0 and all(isinstance(one, PLACES_ONLY) for one in scenario.edits)
    known = today() if today is not None and near else None
    if known is not None and not scenario.edits:
        return known.outcome
    learnt = None if known is None else known.learnt
    return _outcome(
        after, decided(after, rulebook, travel_after(travel, scenario.edits), _WANTED, learnt=learnt), rulebook
    )


def _outcome(town: Community, agreed: Agreed, rulebook: Rulebook) -> Outcome:
    posed, choice = agreed.posed, agreed.choice
    has = posed.pair_row[choice.chosen] != UNKNOWN
    ids = [town.needs[row].need_id for row in posed.need_row.tolist()]
    return Outcome(
        tuple(name for name, yes in zip(ids, has, strict=True) if yes),
        tuple(name for name, yes in zip(ids, has, strict=True) if not yes),
        tuple(choice.value.tolist()),
        tuple(choice.bound.tolist()),
        points_by_rule(agreed, rulebook),
        used_up(agreed),
    )


def points_by_rule(agreed: Agreed, rulebook: Rulebook) -> dict[str, tuple[int, int]]:
    """For each code that gives or takes points: of how many placements, and how many points in all.

    Pins that are kept against a rule have no points.
    """
    plan = agreed.posed.pairs.take(np.setdiff1d(_rows(agreed), agreed.posed.against_rule))
    out = {}
    for rule in rulebook.rules:
        verdict = rule.judge(plan)
        for number, code in enumerate(rule.texts, 1):
            some = (verdict.code == number) & (verdict.points != 0)
            if some.any():
                out[code] = int(some.sum()), int(verdict.points[some].sum())
    return out


def used_up(agreed: Agreed) -> tuple[tuple[str, str], ...]:
    """What takes nobody more: openings that are full, and quotas of hours, seats and drivers that are at their end.

    Quotas that speak of people only (companions, clashes) are no resource, and are left out.
    """
    posed, rows = agreed.posed, _rows(agreed)
    chosen = np.zeros(len(posed.pairs), np.int64)
    chosen[rows] = 1
    load = np.bincount(posed.pairs.opening_row[rows], minlength=len(posed.places))
    openings = posed.pairs.town.community.openings
    full = [("places", openings[at].opening_id) for at in np.flatnonzero((posed.places > 0) & (load >= posed.places))]
    ends = [
        (quota.code, ";".join(str(value) for key, value in sorted(quota.facts.items()) if key in {"place", "weekday"}))
        for quota in posed.quotas
        if quota.facts.keys() & {"place", "weekday"}
        and int((quota.weight * chosen[quota.pair]).sum()) + int(quota.weight.min(initial=1)) > quota.upper
    ]
    return tuple(sorted({*full, *ends}))


def _rows(agreed: Agreed) -> I32:
    """The chosen pairs, as positions in those that were posed."""
    rows = agreed.posed.pair_row[agreed.choice.chosen]
    return np.asarray(rows[rows != UNKNOWN], np.int32)


def demand(town: Community, seed: int, draw: int) -> Mapping[str, int]:
    """How often each resident stands in one repeated demand: Poisson with mean 1, for each of them apart.

    The number depends on the seed, the draw and the resident alone, so that every scenario meets the same people
    (common random numbers), whatever else it changes.
    """
    return {who: int(_POISSON.searchsorted(_uniform(seed, draw, who))) for who in of_residents(town)}


def _uniform(seed: int, draw: int, who: str) -> float:
    told = hashlib.sha256(f"{seed}/{draw}/{who}".encode()).digest()
    return int.from_bytes(told[:7], "big") / 2**56


def _poisson() -> np.ndarray:
    """The distribution function of Poisson(1), up to where nothing is left."""
    chance = np.exp(-1.0) / np.cumprod([1.0, *range(1, 19)])
    return np.cumsum(chance)


_POISSON = _poisson()

__all__ = ["TODAY", "Outcome", "Today", "demand", "today_of", "tried"]

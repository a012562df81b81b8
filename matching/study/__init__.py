"""試算: what would happen if. Each scenario is the town edited and decided anew by the same engine as `propose`.

Values in, values out: a study reads a community and gives numbers; nothing here can write to the register.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.domain import Community, Sharing, TravelTimes
from matching.propose import Wanted, decided
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN
from matching.scenario import edited, grown, of_residents, travel_after
from matching.scenario.reading import Scenario

TODAY = Scenario("")
"""The town as it is: what every scenario is compared with; no scenario of a file can have its name."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who would have a place, and who would wait, of those who consented; in the order of the town's rows."""

    placed: tuple[str, ...]
    waiting: tuple[str, ...]


def tried(
    town: Community, rulebook: Rulebook, travel: TravelTimes, scenario: Scenario, draw: int = 0, seed: int = 1
) -> Outcome:
    """What a scenario makes of a town; draw 0 is the demand as it is, any other a repeated one, the same for all.

    Raises:
        InputError: an edit names what the town does not have.
        NoAnswerError, RefusedPlanError: as `propose`.
    """
    asked = town if draw == 0 else grown(town, demand(town, seed, draw))
    after = edited(asked, scenario.edits)
    agreed = decided(after, rulebook, travel_after(travel, scenario.edits), Wanted(Sharing.CONSENT, "none"))
    has = agreed.posed.pair_row[agreed.choice.chosen] != UNKNOWN
    ids = [after.needs[row].need_id for row in agreed.posed.need_row.tolist()]
    return Outcome(
        tuple(name for name, yes in zip(ids, has, strict=True) if yes),
        tuple(name for name, yes in zip(ids, has, strict=True) if not yes),
    )


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

__all__ = ["TODAY", "Outcome", "demand", "tried"]

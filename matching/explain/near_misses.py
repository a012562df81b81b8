"""The smallest change that would help: places that only one rule (or one missing place) keeps a person from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.domain import Change
from matching.explain.reasons import Cases
from matching.pose import Posed
from matching.rules import Case, Columns, Pairs, Rulebook
from matching.rules.arrays import I32, I64, Bools
from matching.texts import CHANGES

REMEDY: Mapping[str, str] = {
    "feature_unknown": "ask_feature",
    "no_ride": "ride",
    "too_far": "longer_way",
    "walk_too_long": "shorter_walk",
    "helper_too_far": "helper_comes_further",
    "hours": "other_hour",
    "feature_missing": "add_feature",
    "fee": "lower_fee",
    "hours_used_up": "more_hours",
    "closed": "reopen",
    "host_tired": "rest_first",
    "activity": "other_activity",
    "area": "other_area",
    "language": "interpreter",
}
"""Which change would lift which block; a code that is not here (a «never», an age, a missing consent) is respected."""

_EFFORT = ("ask_feature", "one_more_place", "ride", "lower_fee", "other_hour", "longer_way", "shorter_walk")
"""From the least effort on; what is not named comes after, in the order of `REMEDY`."""


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Pairs of unplaced needs that exactly one rule blocks, each with that rule's code and the points it would earn."""

    pairs: Pairs
    code: tuple[str, ...]
    points: I32


def near_misses(town: Columns, posed: Posed, rulebook: Rulebook, needs: I32) -> NearMisses:
    """All pairs of some need rows that a single rule keeps from being admissible, and that a change could lift."""
    openings = np.arange(len(town.community.openings), dtype=np.int32)
    pairs = Pairs(
        town, posed.pairs.travel, np.repeat(needs, len(openings)).astype(np.int32), np.tile(openings, len(needs))
    )
    blocks, points = np.zeros(len(pairs), np.int32), np.zeros(len(pairs), np.int32)
    code = np.zeros(len(pairs), np.int32)
    first = 0
    liftable = np.array([c in REMEDY for c in rulebook.codes()])
    for rule in rulebook.rules:
        verdict = rule.judge(pairs)
        blocks += verdict.blocked
        points += verdict.points
        code = np.where(verdict.blocked, first + verdict.code.astype(np.int32) - 1, code)
        first += len(rule.texts)
    near = np.flatnonzero((blocks == 1) & liftable[code])
    names = rulebook.codes()
    return NearMisses(pairs.take(near), tuple(names[c] for c in code[near]), points[near])


def change(code: str, case: Case, facts: Mapping[str, object]) -> tuple[Change, tuple[int, float]]:
    """The change that would lift a block, with its effort (the kind's rank, then the amount)."""
    name = REMEDY.get(code, code)
    text = CHANGES[name]
    told = {key: value for key, value in facts.items() if f"{{{key}}}" in text.ja + text.en}
    order = (*_EFFORT, *(r for r in REMEDY.values() if r not in _EFFORT))
    return Change(name, told, True), (order.index(name), _amount(name, case))  # type: ignore[arg-type]


def _amount(name: str, case: Case) -> float:
    way = case.way
    if name == "longer_way":
        return way.minutes - (case.need.max_minutes or 0)
    if name == "shorter_walk":
        return way.walking - (case.resident.max_walk_minutes or 0)
    if name == "helper_comes_further":
        return way.minutes - (case.resource.max_travel_minutes or 0)
    if name == "lower_fee":
        return (case.resource.fee_yen or 0) - (case.resident.max_fee_yen or 0)
    return 0.0


__all__ = ["REMEDY", "Bools", "Cases", "I64", "NearMisses", "change", "near_misses"]

"""Places that only one rule keeps a person from, and which change would lift that."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.rules import Case, Pairs, Rulebook
from matching.rules.arrays import I32, Bools

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

EFFORT = (
    "ask_feature",
    "one_more_place",
    "one_more_seat",
    "ride",
    "lower_fee",
    "other_hour",
    "longer_way",
    "shorter_walk",
    "helper_comes_further",
    "more_hours",
    "interpreter",
    "other_activity",
    "add_feature",
    "other_area",
    "rest_first",
    "reopen",
)
"""Changes from the least effort on (an assumption, to be reviewed with coordinators)."""


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Pairs that exactly one rule blocks, in order of need and opening, with that code and the points of fit."""

    pairs: Pairs
    code: tuple[str, ...]
    points: I32


def near_misses(pairs: Pairs, rulebook: Rulebook) -> NearMisses:
    """Those of the pairs that a single rule keeps from being admissible, and that a change could lift."""
    names = rulebook.codes()
    liftable = np.array([name in REMEDY for name in names])
    points, code = np.zeros(len(pairs), np.int32), np.full(len(pairs), -1, np.int32)
    first = 0
    for rule in rulebook.rules:
        verdict = rule.judge(pairs)
        points += verdict.points
        if verdict.blocked.any():
            now = first + verdict.code.astype(np.int32) - 1
            out = verdict.blocked & ((code >= 0) | ~liftable[now])
            code = np.where(verdict.blocked, now, code)
            keep = np.flatnonzero(~out)
            pairs, points, code = pairs.take(keep), points[keep], code[keep]
        first += len(rule.texts)
    near = np.flatnonzero(code >= 0)
    return NearMisses(pairs.take(near), tuple(names[c] for c in code[near]), points[near])


def best_of_each(found: NearMisses, allowed: Bools, most: int) -> I32:
    """The rows with the most points, at most so many for each need and code, among the allowed ones."""
    rows = np.flatnonzero(allowed)
    _, code = np.unique(np.array(found.code, dtype=object), return_inverse=True) if len(found.code) else (None, rows)
    need = found.pairs.need_row
    order = rows[np.lexsort((rows, -found.points[rows], code[rows], need[rows]))]
    group = np.stack([need[order], code[order]])
    new = np.ones(len(order), np.bool_)
    new[1:] = np.any(group[:, 1:] != group[:, :-1], axis=0)
    start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    return np.asarray(order[np.arange(len(order)) - start < most], np.int32)


def amount(change: str, case: Case) -> float:
    """How much a change asks for, within its kind: minutes, yen, or nothing."""
    way = case.way
    if change == "longer_way":
        return way.minutes - (case.need.max_minutes or 0)
    if change == "shorter_walk":
        return way.walking - (case.resident.max_walk_minutes or 0)
    if change == "helper_comes_further":
        return way.minutes - (case.resource.max_travel_minutes or 0)
    if change == "lower_fee":
        return (case.resource.fee_yen or 0) - (case.resident.max_fee_yen or 0)
    return 0.0

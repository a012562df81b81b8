"""Places that only one rule keeps a person from, and which change would lift that."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.candidates import worth_a_look
from matching.domain import TravelTimes
from matching.rules import Case, Columns, Pairs, Rulebook
from matching.rules.arrays import I32, I64, Bools
from matching.rules.reach import Reach

REMEDY: Mapping[str, str] = {
    "feature_unknown": "ask_feature",
    "no_ride": "ride",
    "not_carried": "ride",
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
    "ride_wheelchair",
    "one_more_car",
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


OF_THE_PERSON = ("hours", "too_far", "walk_too_long")
"""What is lifted for this very person; any other change opens the place to whoever else waits for it."""
FURTHER = 2.0
"""A way more than so many times as long as what suits a person is no small change."""


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Pairs that exactly one rule blocks, with that code (a position in the rulebook's codes) and the points of fit."""

    pairs: Pairs
    code: I32
    points: I32


def near_misses(town: Columns, travel: TravelTimes, rulebook: Rulebook, needs: I32, openings: I32) -> NearMisses:
    """Those pairs of some needs and openings that a single rule blocks, and that a change could lift."""
    none = np.zeros(0, np.int32)
    blocks = worth_a_look(town, travel, rulebook, needs, openings, REMEDY, FURTHER)
    found = [NearMisses(Pairs(town, travel, none, none), none, none), *(_of_block(b, rulebook) for b in blocks)]
    need = np.concatenate([f.pairs.need_row for f in found])
    opening = np.concatenate([f.pairs.opening_row for f in found])
    order = np.lexsort((opening, need))
    code, points = np.concatenate([f.code for f in found]), np.concatenate([f.points for f in found])
    return NearMisses(Pairs(town, travel, need[order], opening[order]), code[order], points[order])


def _of_block(pairs: Pairs, rulebook: Rulebook) -> NearMisses:
    """The near misses of a block; the rules that look at the way come last, for the few that are left."""
    liftable = np.array([name in REMEDY for name in rulebook.codes()])
    first = np.cumsum([0, *(len(rule.texts) for rule in rulebook.rules)]).tolist()
    numbered = sorted(zip(rulebook.rules, first, strict=False), key=lambda rule: isinstance(rule[0], Reach))
    points, code = np.zeros(len(pairs), np.int32), np.full(len(pairs), -1, np.int32)
    for rule, offset in numbered:
        verdict = rule.judge(pairs)
        points += verdict.points
        if verdict.blocked.any():
            now = verdict.code.astype(np.int32) + np.int32(offset - 1)
            keep = np.flatnonzero(~verdict.blocked | ((code < 0) & liftable[now]))
            code = np.where(verdict.blocked, now, code)[keep]
            pairs, points = pairs.take(keep), points[keep]
    near = np.flatnonzero(code >= 0)
    return NearMisses(pairs.take(near), code[near], points[near])


def best_of_each(found: NearMisses, allowed: Bools, most: int) -> I32:
    """The rows with the most points, at most so many for each need and code, among the allowed ones."""
    rows = np.flatnonzero(allowed)
    need, code = found.pairs.need_row, found.code
    order = rows[np.lexsort((rows, -found.points[rows], code[rows], need[rows]))]
    new = np.ones(len(order), np.bool_)
    new[1:] = (np.diff(need[order]) != 0) | (np.diff(code[order]) != 0)
    start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    return np.asarray(order[np.arange(len(order)) - start < most], np.int32)


def goes_first(found: NearMisses, priority: I64, room: I64) -> Bools:
    """Whether the person would have the place although the change opens it to others who wait for the same change.

    `priority` and `room` (places that are free) are one a row. What a person alone changes has no rivals.
    """
    group = found.pairs.opening_row.astype(np.int64) * 1000 + found.code
    order = np.lexsort((-priority, group))
    new = np.diff(group[order], prepend=-1) != 0
    first = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    last_equal = np.flatnonzero(np.append(new[1:] | (np.diff(priority[order]) != 0), True)[: len(order)])
    rivals = np.zeros(len(order), np.int64)
    rivals[order] = last_equal[np.searchsorted(last_equal, np.arange(len(order)))] - first
    return np.asarray(rivals < room)


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

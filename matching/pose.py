"""From judged pairs to the assignment problem: sites, places, tiers of points, and the rows that couple pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.problem import Rows, TieredProblem
from matching.candidates import Judged, judge_block
from matching.rules import Columns, Couples, Pairs, PricesPlaces, Quota, Rulebook
from matching.rules.arrays import I32, I64, UNKNOWN, Bools
from matching.rules.carried import Carried

TIERS = ("worst_off", "placed", "spread", "fit", "few_changes")
"""The order of the tiers: urgency × waiting, how many, spread over areas, fit, few changes."""
WORST_OFF, PLACED, SPREAD, FIT, FEW_CHANGES = range(len(TIERS))
FIXED = 2


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, and how to read its answer.

    Attributes:
        judged: the town as judged, with pins put back that a rule speaks against.
        pairs: the pairs that may be chosen, in the order of the problem's first pairs of each need; `pair_row` gives
            the position in `pairs` of each pair of the problem, UNKNOWN for a pair with a waiting list.
        problem_need: the problem's need of each need row, UNKNOWN for who is not matched in this room.
        need_row: the need row of each need of the problem.
        kept: the needs of the problem that hold their place (a pin, or an arrangement that goes on).
        against_rule: position in `pairs` of pins that are kept although a rule speaks against them.
        released: need rows whose arrangement a rule no longer allows.
        assumed: openings whose number of places is only assumed.
        places: of each opening, for who is matched.
    """

    problem: TieredProblem
    judged: Judged
    pairs: Pairs
    asks: Bools
    pair_row: I32
    problem_need: I32
    need_row: I32
    kept: Bools
    against_rule: I32
    released: I32
    assumed: Bools
    places: I32
    quotas: tuple[Quota, ...]


def pose(
    judged: Judged, rulebook: Rulebook, matched: Bools, previous: I32 | None = None, before: Posed | None = None
) -> Posed:
    """The problem of a town: who is `matched` (needs) goes to an admissible opening or to the area's waiting list.

    `previous` is the opening row of each need in an earlier plan (UNKNOWN where none), for the tier of few changes.
    `before` is the same town as it was posed when less was known of its cars; its other quotas are not made again.
    """
    town = judged.pairs.town
    judged, against, released = _with_pins(judged, rulebook, matched)
    allowed = _holds_or_free(judged.pairs, matched)
    keep = np.flatnonzero(allowed & matched[judged.pairs.need_row])
    pairs, points, asks = judged.pairs.take(keep), judged.points[keep], judged.asks[keep]
    against_rule = np.flatnonzero(np.isin(keep, against)).astype(np.int32)
    need_row = np.flatnonzero(matched).astype(np.int32)
    problem_need = np.full(len(matched), UNKNOWN, np.int32)
    problem_need[need_row] = np.arange(len(need_row))
    kept = np.zeros(len(need_row), np.bool_)
    kept[problem_need[pairs.need_row[pairs.held]]] = True
    free, assumed = rulebook.places.free(town)
    places = _places(town, free, pairs, matched)
    known = before.quotas if before is not None and _same(before.pairs, pairs) else None
    quotas = tuple(_quotas(pairs, rulebook, known))
    problem, pair_row = _problem(town, rulebook, pairs, points, problem_need, kept, places, quotas, previous)
    return Posed(
        problem,
        judged,
        pairs,
        asks,
        pair_row,
        problem_need,
        need_row,
        kept,
        against_rule,
        released,
        assumed,
        places,
        quotas,
    )


def _same(one: Pairs, other: Pairs) -> bool:
    return np.array_equal(one.need_row, other.need_row) and np.array_equal(one.opening_row, other.opening_row)


def _quotas(pairs: Pairs, rulebook: Rulebook, known: Sequence[Quota] | None) -> Iterator[Quota]:
    """The quotas of each rule, for these pairs; those `known` are taken over, but for what the cars say."""
    held = pairs.held
    for rule in rulebook.rules:
        if not isinstance(rule, Couples):
            continue
        if known is None or isinstance(rule, Carried):
            yield from (_with_what_is_kept(quota, held) for quota in rule.quotas(pairs))
        else:
            yield from (quota for quota in known if quota.code in rule.texts)


def _with_pins(judged: Judged, rulebook: Rulebook, matched: Bools) -> tuple[Judged, I32, I32]:
    """Held pairs that a rule blocks: a fixed one is put back (with no points), any other is released."""
    town, travel = judged.pairs.town, judged.pairs.travel
    holds = np.flatnonzero((town.needs.held != UNKNOWN) & matched).astype(np.int32)
    admissible = np.isin(holds, judged.pairs.need_row[judged.pairs.held])
    lost = holds[~admissible]
    fixed = lost[town.needs.held_state[lost] == FIXED]
    if not len(fixed):
        return judged, np.zeros(0, np.int32), lost
    need = np.concatenate([judged.pairs.need_row, fixed])
    opening = np.concatenate([judged.pairs.opening_row, town.needs.held[fixed]])
    order = np.lexsort((opening, need))
    excluded = judged.excluded.copy()
    again = np.zeros_like(excluded)
    judge_block(Pairs(town, travel, fixed, town.needs.held[fixed]), rulebook, again)
    excluded -= again
    joined = Judged(
        Pairs(town, travel, need[order], opening[order]),
        np.concatenate([judged.points, np.zeros(len(fixed), np.int32)])[order],
        np.concatenate([judged.asks, _is_asked(town, fixed)])[order],
        excluded,
    )
    against = np.flatnonzero(order >= len(judged.points)).astype(np.int32)
    return joined, against, np.setdiff1d(lost, fixed)


def _is_asked(town: Columns, fixed: I32) -> Bools:
    """Whose place is to be asked, although it is theirs: a treasure, or one that wants to be asked first."""
    held = town.needs.held[fixed]
    return np.asarray(town.openings.informal[held] | (town.openings.accepting[held] == 1))


def _holds_or_free(pairs: Pairs, matched: Bools) -> Bools:
    """Who holds an admissible place keeps it: their other pairs are left out."""
    holders = np.zeros(len(matched), np.bool_)
    holders[pairs.need_row[pairs.held]] = True
    return np.asarray(pairs.held | ~holders[pairs.need_row])


def _places(town: Columns, free: I32, pairs: Pairs, matched: Bools) -> I32:
    """Places of each opening for who is matched: held ones of others are taken off, held ones of theirs always fit."""
    openings = len(free)
    held = town.needs.held
    outside = np.bincount(held[(held != UNKNOWN) & ~matched], minlength=openings)
    inside = np.bincount(pairs.opening_row[pairs.held], minlength=openings)
    return np.asarray(np.maximum(np.maximum(free - outside, 0), inside), np.int32)


def _with_what_is_kept(quota: Quota, held: Bools) -> Quota:
    """What people already agreed to never makes the whole impossible: the bounds give way to it."""
    kept = int(quota.weight[held[quota.pair]].sum())
    if min(quota.lower, 0) <= kept <= quota.upper:
        return quota
    return replace(quota, lower=min(quota.lower, kept), upper=max(quota.upper, kept))


def _problem(
    town: Columns,
    rulebook: Rulebook,
    pairs: Pairs,
    points: I32,
    problem_need: I32,
    kept: Bools,
    places: I32,
    quotas: Sequence[Quota],
    previous: I32 | None,
) -> tuple[TieredProblem, I32]:
    needs, openings = len(kept), len(places)
    places = np.minimum(places, np.bincount(pairs.opening_row, minlength=openings)).astype(np.int32)
    area = town.needs.area[problem_need != UNKNOWN]
    areas, waiting = np.unique(area, return_inverse=True)
    waits = np.flatnonzero(~kept).astype(np.int32)
    need = np.concatenate([problem_need[pairs.need_row], waits])
    site = np.concatenate([pairs.opening_row, (openings + waiting[waits]).astype(np.int32)])
    order = np.argsort(need, kind="stable")
    pair_row = np.concatenate([np.arange(len(pairs)), np.full(len(waits), UNKNOWN)])[order].astype(np.int32)
    tiers = np.zeros((len(TIERS), len(need)), np.int64)
    tiers[:, : len(pairs)] = _points(town, rulebook, pairs, points, previous)
    loads = np.bincount(waiting, minlength=len(areas))
    slot_start = np.concatenate([[0], np.cumsum(np.concatenate([places, loads]))]).astype(np.int64)
    slots = np.zeros((len(TIERS), slot_start[-1]), np.int64)
    slots[FIT, : places.sum()] = _place_points(town, rulebook, places)
    gains = [rulebook.tiers.area_points * (n - np.arange(n)) // n for n in loads]
    slots[SPREAD, places.sum() :] = -np.concatenate([np.zeros(0, np.int64), *(g[::-1] for g in gains)])
    constant = np.zeros(len(TIERS), np.int64)
    constant[SPREAD] = sum(int(g.sum()) for g in gains)
    at = np.argsort(order, kind="stable")
    rows = _rows(quotas, at)
    problem = TieredProblem(
        needs,
        openings + len(areas),
        need[order].astype(np.int32),
        site[order].astype(np.int32),
        tiers[:, order],
        slot_start,
        slots,
        constant,
        rows,
    )
    return problem, pair_row


def _points(town: Columns, rulebook: Rulebook, pairs: Pairs, points: I32, previous: I32 | None) -> I64:
    """(tiers, pairs): what each pair earns in each tier."""
    need = pairs.need
    out = np.zeros((len(TIERS), len(pairs)), np.int64)
    out[WORST_OFF] = need.urgency.astype(np.int64) * (need.weeks_waiting // rulebook.tiers.weeks_per_point + 1)
    out[PLACED] = 1
    out[FIT] = points
    before = town.needs.held if previous is None else np.where(town.needs.held == UNKNOWN, previous, town.needs.held)
    out[FEW_CHANGES] = before[pairs.need_row] == pairs.opening_row
    return out


def _place_points(town: Columns, rulebook: Rulebook, places: I32) -> I64:
    """Points of each place of the openings, in their order; places of one opening never get dearer backwards."""
    opening = np.repeat(np.arange(len(places), dtype=np.int32), places)
    before = np.concatenate([[0], np.cumsum(places)[:-1]]).astype(np.int64)
    nth = (np.arange(len(opening)) - before[opening] + 1).astype(np.int32)
    total = np.zeros(len(opening), np.int64)
    for rule in rulebook.rules:
        if isinstance(rule, PricesPlaces):
            total += rule.place_points(town, opening, nth)
    return total


def _rows(quotas: Sequence[Quota], at: I64) -> Rows:
    """Quotas as rows over the problem's pairs; `at` is where each pair of the columns went."""
    if not quotas:
        return Rows()
    sizes = np.array([len(q.pair) for q in quotas])
    return Rows(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        at[np.concatenate([q.pair for q in quotas])].astype(np.int32),
        np.concatenate([q.weight for q in quotas]).astype(np.int64),
        np.array([q.lower for q in quotas], np.int64),
        np.array([q.upper for q in quotas], np.int64),
        np.array([q.or_none for q in quotas], np.bool_),
    )

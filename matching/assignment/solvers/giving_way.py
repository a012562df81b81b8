"""Who gives way when one need takes a pair that rows or a full site hold: the best of a few short chains, compiled.

The need takes the pair; somebody in what is then overfull takes another pair, and where that does not do, one more.
Who gains most by a place that came free may take it. Every step is tried on sums of rows and loads of sites that are
kept as needs move, so what is found is a plan that obeys every row.
"""

from collections import namedtuple

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64

Ground = namedtuple(
    "Ground",
    [
        "need", "site", "points", "need_start", "slot_start", "slot_points", "row_start", "row_pair", "row_weight",
        "lower", "upper", "or_none", "entry_start", "entry_row", "entry_weight", "site_start", "site_pair", "barred",
    ],
)  # fmt: skip
"""The columns of a problem: pairs by need (`need_start`) and by site (`site_start`, `site_pair`), entries of rows by
row (`row_start`) and by pair (`entry_start`), `points` (pairs, tiers) and `slot_points` (places, tiers); `barred` are
pairs that nobody may take to give way."""

PARTIAL = 6
"""So many of those who mend a part of what is broken are followed by one more."""


@njit(cache=True)
def _less(a: I64, b: I64) -> bool:
    for t in range(len(a)):
        if a[t] != b[t]:
            return bool(a[t] < b[t])
    return False


@njit(cache=True)
def _holds(g: Ground, sums: I64, row: int) -> bool:
    total = sums[row]
    return bool((g.lower[row] <= total <= g.upper[row]) or (g.or_none[row] and total == 0))


@njit(cache=True)
def _overfull(g: Ground, load: I64, site: int) -> bool:
    return bool(load[site] > g.slot_start[site + 1] - g.slot_start[site])


@njit(cache=True)
def _shift(g: Ground, sums: I64, load: I64, gain: I64, pair: int, sign: int) -> int:
    """One need more (or fewer) on a pair; how many more rows and sites are broken by it. `gain` gets the points."""
    broken = 0
    for e in range(g.entry_start[pair], g.entry_start[pair + 1]):
        row = g.entry_row[e]
        broken -= 0 if _holds(g, sums, row) else 1
        sums[row] += sign * g.entry_weight[e]
        broken += 0 if _holds(g, sums, row) else 1
    site = g.site[pair]
    broken -= 1 if _overfull(g, load, site) else 0
    place = g.slot_start[site] + load[site] - (1 if sign < 0 else 0)
    load[site] += sign
    broken += 1 if _overfull(g, load, site) else 0
    inside = place < g.slot_start[site + 1]
    for t in range(len(gain)):
        gain[t] += sign * (g.points[pair, t] + (g.slot_points[place, t] if inside else 0))
    return broken


@njit(cache=True)
def _move(g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, pair: int) -> int:
    """The need of the pair changes to it; how many more rows and sites are broken."""
    need = g.need[pair]
    broken = _shift(g, sums, load, gain, chosen[need], -1) + _shift(g, sums, load, gain, pair, 1)
    chosen[need] = pair
    return broken


@njit(cache=True)
def _gains(g: Ground, chosen: I32, load: I64, gain: I64, pair: int, out: I64) -> bool:
    """Whether the site of a pair has a free place; `out` is then the gain with its need changed to it."""
    old, site = chosen[g.need[pair]], g.site[pair]
    place = g.slot_start[site] + load[site]
    if place >= g.slot_start[site + 1]:
        return False
    left = g.slot_start[g.site[old]] + load[g.site[old]] - 1
    inside = left < g.slot_start[g.site[old] + 1]
    for t in range(len(gain)):
        out[t] = gain[t] + g.points[pair, t] - g.points[old, t] + g.slot_points[place, t]
        if inside:
            out[t] -= g.slot_points[left, t]
    return True


@njit(cache=True)
def _crowd(g: Ground, chosen: I32, sums: I64, load: I64, pair: int, out: I32) -> int:
    """The pairs of all who stand with this one in the first thing that it breaks; how many, 0 where nothing is over."""
    count = 0
    for e in range(g.entry_start[pair], g.entry_start[pair + 1]):
        row = g.entry_row[e]
        if sums[row] > g.upper[row]:
            for k in range(g.row_start[row], g.row_start[row + 1]):
                other = g.row_pair[k]
                if chosen[g.need[other]] == other and other != pair and g.row_weight[k] > 0:
                    out[count] = other
                    count += 1
            return count
    site = g.site[pair]
    if _overfull(g, load, site):
        for k in range(g.site_start[site], g.site_start[site + 1]):
            other = g.site_pair[k]
            if chosen[g.need[other]] == other and other != pair:
                out[count] = other
                count += 1
    return count


@njit(cache=True)
def _best_way(
    g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, broken: int, pair: int, crowd: I32, best: I64,
    partial: I32, partial_gain: I64,
) -> tuple[int, int]:  # fmt: skip
    """The best single step that mends all (-1: none), `best` raised to it; and how many `partial` ones mend a part."""
    count, found, few = _crowd(g, chosen, sums, load, pair, crowd), -1, 0
    trial, spare = np.empty(len(gain), np.int64), np.empty(len(gain), np.int64)
    for c in range(count):
        old = crowd[c]
        need = g.need[old]
        for p in range(g.need_start[need], g.need_start[need + 1]):
            if p == old or g.barred[p] or not _gains(g, chosen, load, gain, p, trial):
                continue
            better = _less(best, trial)
            if not better and (found >= 0 or not len(partial)):
                continue
            after = broken + _move(g, chosen, sums, load, spare, p)
            _move(g, chosen, sums, load, spare, old)
            if after == 0:
                if better:
                    best[:] = trial
                    found = p
            elif after < broken and found < 0:
                few = _kept(p, trial, partial, partial_gain, few)
    return found, few


@njit(cache=True)
def _kept(pair: int, gain: I64, partial: I32, partial_gain: I64, few: int) -> int:
    """Keep the best of those who mend a part, in order; how many there are."""
    at = few
    while at and _less(partial_gain[at - 1], gain):
        if at < len(partial):
            partial[at], partial_gain[at] = partial[at - 1], partial_gain[at - 1]
        at -= 1
    if at < len(partial):
        partial[at], partial_gain[at] = pair, gain
        return min(few + 1, len(partial))
    return few


@njit(cache=True)
def _filler(g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, site: int, moved: I32) -> int:
    """The pair by which a need that has not moved yet gains the whole most at a site with a free place; -1: none."""
    found, best = -1, gain.copy()
    trial, spare = np.empty(len(gain), np.int64), np.empty(len(gain), np.int64)
    for k in range(g.site_start[site], g.site_start[site + 1]):
        pair = g.site_pair[k]
        need = g.need[pair]
        old = chosen[need]
        if g.barred[pair] or old == pair or need in moved:
            continue
        if not _gains(g, chosen, load, gain, pair, trial) or not _less(best, trial):
            continue
        if _move(g, chosen, sums, load, spare, pair) == 0:
            best[:] = trial
            found = pair
        _move(g, chosen, sums, load, spare, old)
    return found


@njit(cache=True)
def _mended(
    g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, broken: int, pair: int, crowd: I32, best: I64,
    partial: I32, partial_gain: I64,
) -> tuple[int, int]:  # fmt: skip
    """The one or two steps after which nothing is broken, the best that were found; -1 where there are none."""
    first, few = _best_way(g, chosen, sums, load, gain, broken, pair, crowd, best, partial, partial_gain)
    if first >= 0:
        return first, -1
    second, trial = -1, np.empty(len(gain), np.int64)
    for f in range(few):
        step = partial[f]
        old = chosen[g.need[step]]
        trial[:] = gain
        left = broken + _move(g, chosen, sums, load, trial, step)
        then, _ = _best_way(g, chosen, sums, load, trial, left, pair, crowd, best, partial[:0], partial_gain[:0])
        _move(g, chosen, sums, load, trial, old)
        if then >= 0:
            first, second = step, then
    return first, second


@njit(cache=True)
def give_way(g: Ground, chosen: I32, sums: I64, load: I64, asked: I32, impossible: int) -> I64:
    """The least that a plan with each asked pair was found to lose: (asked, tiers); `impossible` where none was.

    `chosen`, `sums` and `load` are the plan; they are as before when it ends.
    """
    tiers = g.points.shape[1]
    out = np.full((len(asked), tiers), impossible, np.int64)
    gain, best = np.empty(tiers, np.int64), np.empty(tiers, np.int64)
    crowd = np.empty(len(chosen), np.int32)
    partial, partial_gain = np.empty(PARTIAL, np.int32), np.empty((PARTIAL, tiers), np.int64)
    moved, back, steps = np.empty(6, np.int32), np.empty(6, np.int32), np.empty(3, np.int32)
    for a in range(len(asked)):
        moved[:], steps[:], gain[:], best[:] = -1, -1, 0, -impossible
        moved[0], back[0] = g.need[asked[a]], chosen[g.need[asked[a]]]
        many, broken = 1, _move(g, chosen, sums, load, gain, asked[a])
        if broken:
            steps[1], steps[2] = _mended(
                g, chosen, sums, load, gain, broken, asked[a], crowd, best, partial, partial_gain
            )
        for k in range(1, 3):
            if steps[k] >= 0:
                moved[many], back[many] = g.need[steps[k]], chosen[g.need[steps[k]]]
                broken += _move(g, chosen, sums, load, gain, steps[k])
                many += 1
        if broken == 0:
            for m in range(many):
                pair = _filler(g, chosen, sums, load, gain, g.site[back[m]], moved)
                if pair >= 0:
                    moved[many], back[many] = g.need[pair], chosen[g.need[pair]]
                    _move(g, chosen, sums, load, gain, pair)
                    many += 1
            out[a] = -gain
        for m in range(many - 1, -1, -1):
            _move(g, chosen, sums, load, gain, back[m])
    return out

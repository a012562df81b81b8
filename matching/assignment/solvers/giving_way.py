"""Who gives way when one need takes a pair that rows or a full site hold: the best of a few short chains, compiled.

The need takes the pair; somebody in what is then overfull takes another pair, which may crowd out the next one, and so
on for a few steps, of which the most hopeful are followed (an ejection chain: Glover 1996). Who gains most by a place
that came free takes it. Every step is tried on sums of rows and loads of sites that are kept as needs move, so what is
found is a plan that obeys every row.
"""

from collections import namedtuple
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from matching.assignment.problem import I32, I64
from matching.assignment.solvers.residual import _less

BEYOND = np.iinfo(np.int64).max  # as `prices.IMPOSSIBLE`
NEAR, FAR, WIDTH = 2, 3, 3
"""How many give way one after the other, near and far (one more each time); and how many ways are followed."""

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

Fn = TypeVar("Fn", bound=Callable[..., Any])


def _inner(function: Fn) -> Fn:
    """Compile what only other kernels call: a way in from Python would take most of the compiling."""
    how: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast("Fn", njit(cache=True, error_model="numpy", **how)(function))


@_inner
def _set(a: I64, b: I64) -> None:
    for k in range(len(a)):
        a[k] = b[k]


@_inner
def _has(some: I32, one: int) -> bool:
    found = False
    for k in range(len(some)):
        found = found or some[k] == one
    return found


@_inner
def _fill(a: I64 | I32, value: int) -> None:
    for k in range(len(a)):
        a[k] = value


@_inner
def _holds(g: Ground, sums: I64, row: int) -> bool:
    total = sums[row]
    return bool((g.lower[row] <= total <= g.upper[row]) or (g.or_none[row] and total == 0))


@_inner
def _overfull(g: Ground, load: I64, site: int) -> bool:
    return bool(load[site] > g.slot_start[site + 1] - g.slot_start[site])


@_inner
def _move(g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, pair: int) -> int:
    """The need of the pair changes to it; how many more rows and sites are broken. `gain` gets the points."""
    broken, need = 0, g.need[pair]
    for sign in (-1, 1):
        one = chosen[need] if sign < 0 else pair
        for e in range(g.entry_start[one], g.entry_start[one + 1]):
            row = g.entry_row[e]
            broken -= 0 if _holds(g, sums, row) else 1
            sums[row] += sign * g.entry_weight[e]
            broken += 0 if _holds(g, sums, row) else 1
        site = g.site[one]
        broken -= 1 if _overfull(g, load, site) else 0
        place = g.slot_start[site] + load[site] - (1 if sign < 0 else 0)
        load[site] += sign
        broken += 1 if _overfull(g, load, site) else 0
        for t in range(len(gain)):
            gain[t] += sign * g.points[one, t]
            if place < g.slot_start[site + 1]:
                gain[t] += sign * g.slot_points[place, t]
    chosen[need] = pair
    return broken


@_inner
def _breaks(g: Ground, chosen: I32, sums: I64, load: I64, pair: int, spare: I64) -> int:
    """How many more rows and sites would be broken if the need of the pair changed to it; nothing is changed."""
    old = chosen[g.need[pair]]
    broken = _move(g, chosen, sums, load, spare, pair)
    _move(g, chosen, sums, load, spare, old)
    return broken


@_inner
def _gains(g: Ground, chosen: I32, load: I64, gain: I64, pair: int, out: I64) -> bool:
    """What the whole has gained once the need of a pair changes to it, in `out`; whether its site has a free place."""
    old, site = chosen[g.need[pair]], g.site[pair]
    place, left = g.slot_start[site] + load[site], g.slot_start[g.site[old]] + load[g.site[old]] - 1
    roomy, held = place < g.slot_start[site + 1], left < g.slot_start[g.site[old] + 1]
    for t in range(len(gain)):
        out[t] = gain[t] + g.points[pair, t] - g.points[old, t]
        if roomy:
            out[t] += g.slot_points[place, t]
        if held:
            out[t] -= g.slot_points[left, t]
    return bool(roomy)


@_inner
def _crowd(g: Ground, chosen: I32, sums: I64, load: I64, moved: I32, out: I32) -> int:
    """The pairs of all who stand in the first thing that is over where `moved` went; how many, 0 where nothing is."""
    count = 0
    for m in range(len(moved)):
        need = moved[m]
        if need < 0:
            break
        pair = chosen[need]
        for e in range(g.entry_start[pair], g.entry_start[pair + 1]):
            row = g.entry_row[e]
            if sums[row] > g.upper[row]:
                for k in range(g.row_start[row], g.row_start[row + 1]):
                    other = g.row_pair[k]
                    if chosen[g.need[other]] == other and g.row_weight[k] > 0 and not _has(moved, g.need[other]):
                        out[count] = other
                        count += 1
                return count
        site = g.site[pair]
        if _overfull(g, load, site):
            for k in range(g.site_start[site], g.site_start[site + 1]):
                other = g.site_pair[k]
                if chosen[g.need[other]] == other and not _has(moved, g.need[other]):
                    out[count] = other
                    count += 1
            return count
    return count


@_inner
def _keep(beam: I32, gains: I64, many: int, steps: I32, pair: int, depth: int, gain: I64) -> int:
    """Keep a way of `depth` steps and one more among the best, in order; how many are kept."""
    at = many
    while at and _less(gains[at - 1], gain):
        if at < len(beam):
            _set(beam[at], beam[at - 1])
            _set(gains[at], gains[at - 1])
        at -= 1
    if at == len(beam):
        return many
    for d in range(depth):
        beam[at, d] = steps[d]
    beam[at, depth] = pair
    _set(gains[at], gain)
    return min(many + 1, len(beam))


@_inner
def _steps(
    g: Ground, chosen: I32, sums: I64, load: I64, moved: I32, gain: I64, left: int, crowd: I32, best: I64,
    steps: I32, depth: int, most: int, crowding: bool, further: I32, their: I64, count: int,
) -> tuple[int, int]:  # fmt: skip
    """Try every next step: the best that mends all (-1: none), `best` raised to it; the others go to `further`."""
    found, trial, spare = -1, np.empty(len(gain), np.int64), np.empty(len(gain), np.int64)
    for c in range(_crowd(g, chosen, sums, load, moved, crowd)):
        old = crowd[c]
        need = g.need[old]
        for p in range(g.need_start[need], g.need_start[need + 1]):
            if p == old or g.barred[p]:
                continue
            roomy = _gains(g, chosen, load, gain, p, trial)
            if not _less(best, trial) or not (roomy or (crowding and depth + 1 < most)):
                continue
            after = left + _breaks(g, chosen, sums, load, p, spare)
            if after == 0:
                _set(best, trial)
                found = p
            elif after <= left and depth + 1 < most:
                count = _keep(further, their, count, steps, p, depth, trial)
    return found, count


@_inner
def _way(
    g: Ground, chosen: I32, sums: I64, load: I64, moved: I32, gain: I64, broken: int, crowd: I32,
    most: int, width: int, crowding: bool, best: I64, way: I32,
) -> int:  # fmt: skip
    """A way better than `best` after which nothing is broken, in `way`: how many steps it has, -1 where none was found.

    `crowding`: a step may also go to a full site, and the next one leaves it.
    """
    tiers, found, spare = len(gain), -1, np.empty(len(gain), np.int64)
    beam, gains, many = np.empty((width, most), np.int32), np.empty((width, tiers), np.int64), 1
    further, their = np.empty((width, most), np.int32), np.empty((width, tiers), np.int64)
    back = np.empty(most, np.int32)
    _set(gains[0], gain)
    for depth in range(most):
        count = 0
        for b in range(many):
            if depth and not _less(best, gains[b]):
                break
            left = broken
            for d in range(depth):
                need = g.need[beam[b, d]]
                moved[1 + d], back[d] = need, chosen[need]
                left += _move(g, chosen, sums, load, spare, beam[b, d])
            done, count = _steps(
                g,
                chosen,
                sums,
                load,
                moved,
                gains[b],
                left,
                crowd,
                best,
                beam[b],
                depth,
                most,
                crowding,
                further,
                their,
                count,
            )
            if done >= 0:
                found = depth + 1
                for d in range(depth):
                    way[d] = beam[b, d]
                way[depth] = done
            for d in range(depth - 1, -1, -1):
                _move(g, chosen, sums, load, spare, back[d])
                moved[1 + d] = -1
        beam, further, gains, their, many = further, beam, their, gains, count
    return found


@_inner
def _filler(g: Ground, chosen: I32, sums: I64, load: I64, gain: I64, site: int, moved: I32) -> int:
    """The pair by which a need that has not moved yet gains the whole most at a site with a free place; -1: none."""
    found, best = -1, np.empty(len(gain), np.int64)
    trial, spare = np.empty(len(gain), np.int64), np.empty(len(gain), np.int64)
    _set(best, gain)
    for k in range(g.site_start[site], g.site_start[site + 1]):
        pair = g.site_pair[k]
        need = g.need[pair]
        old = chosen[need]
        if g.barred[pair] or old == pair or _has(moved, need):
            continue
        if not _gains(g, chosen, load, gain, pair, trial) or not _less(best, trial):
            continue
        if _breaks(g, chosen, sums, load, pair, spare) == 0:
            _set(best, trial)
            found = pair
    return found


@njit(cache=True, error_model="numpy")
def give_way(g: Ground, chosen: I32, sums: I64, load: I64, asked: I32, far: bool) -> I64:
    """The least that a plan with each asked pair was found to lose: (asked, tiers); `BEYOND` where none was.

    `chosen`, `sums` and `load` are the plan; they are as before when it ends. One or two others give way to free
    places; where `far`, also some more, to places that are full as yet.
    """
    tiers = g.points.shape[1]
    out, gain = np.full((len(asked), tiers), BEYOND, np.int64), np.empty(tiers, np.int64)
    crowd, way, best = np.empty(len(chosen), np.int32), np.empty(FAR, np.int32), np.empty(tiers, np.int64)
    moved, back = np.empty(2 * FAR + 2, np.int32), np.empty(2 * FAR + 2, np.int32)
    for a in range(len(asked)):
        _fill(moved, -1)
        _fill(gain, 0)
        _fill(best, -BEYOND)
        moved[0], back[0], many = g.need[asked[a]], chosen[g.need[asked[a]]], 1
        broken = _move(g, chosen, sums, load, gain, asked[a])
        length = -1 if broken else 0
        for reach in range(NEAR, (FAR if far else NEAR) + 1 if broken else NEAR):
            more = _way(g, chosen, sums, load, moved, gain, broken, crowd, reach, WIDTH, reach > NEAR, best, way)
            length = more if more >= 0 else length
        for k in range(length):
            moved[many], back[many] = g.need[way[k]], chosen[g.need[way[k]]]
            _move(g, chosen, sums, load, gain, way[k])
            many += 1
        for m in range(many if length >= 0 else 0):
            pair = _filler(g, chosen, sums, load, gain, g.site[back[m]], moved)
            if pair >= 0:
                moved[many], back[many] = g.need[pair], chosen[g.need[pair]]
                _move(g, chosen, sums, load, gain, pair)
                many += 1
        if length >= 0:
            out[a] = -gain
        for m in range(many - 1, -1, -1):
            _move(g, chosen, sums, load, gain, back[m])
    return out

"""Ruin and recreate under annealing: the compiled loop of the anytime solver.

Weights of who is left out come before any cost. With `press`, a plan may leave out others than before if those were
left out less often so far, whatever it costs: so the hard rides find their seat (Christiaens and Vanden Berghe 2020).
"""

from typing import NamedTuple

import numpy as np

from matching.routing.solvers.insertion import close_gaps, copy_tour, insert, place, place_waiting, refresh, restore
from matching.routing.solvers.pool import Pool, keep
from matching.routing.solvers.ruin import ruin
from matching.routing.solvers.tours import (
    BEST,
    DRIVER_WAITS,
    EPS,
    F64,
    FREE,
    I64,
    NOW,
    OLD,
    TRIAL,
    Bools,
    Day,
    Desk,
    Tours,
    draw,
    entry,
    kernel,
)

BLINK = 0.01
NEARLY = 0.02  # how much dearer than the best a plan may be for its tours to be kept
WAITING = 20  # of those left out, how many are tried again in each step


class Search(NamedTuple):
    """The search as it stands.

    `out` (R,) lists who is left out now, `shut` (D,) marks duties not to be used; `counts` holds how many are out, the
    weight of these, that of the best plan, steps done and accepted, and a running number; `cost` is now and at best.
    """

    tours: Tours
    out: I64
    shut: Bools
    pool: Pool
    counts: I64
    cost: F64


OUT, WEIGHT, BEST_WEIGHT, STEPS, ACCEPTED, STAMP = 0, 1, 2, 3, 4, 5


@entry
def run(day: Day, desk: Desk, s: Search, steps: int, hot: float, cold: float, press: bool) -> None:
    """Search for `steps` steps, cooling from `hot` to `cold`; pressing ends when nobody is left out."""
    t = s.tours
    for step in range(steps):
        if press and s.counts[OUT] == 0:
            return
        heat = hot * (cold / hot) ** (step / steps)
        desk.touched[:] = False
        n = ruin(day, desk, t)
        for d in range(len(day.duties)):
            if desk.touched[d]:
                copy_tour(t, NOW, OLD, d)
                close_gaps(day, desk, t, d)
        n = _join_waiting(day, desk, s, n)
        recreate(day, desk, s, n)
        _accept(day, desk, s, n, heat, press)
        s.counts[STEPS] += 1


@entry
def resume(day: Day, desk: Desk, s: Search, best: bool) -> None:
    """Go on from the best plan, or from the stops that were written into the tours NOW."""
    s.tours.duty[:] = -1
    s.cost[0] = 0.0
    desk.touched[:] = True
    for d in range(len(day.duties)):
        if best:
            restore(s.tours, BEST, d)
        else:
            for k in range(1, s.tours.size[NOW, d] - 1):
                s.tours.duty[s.tours.line[NOW, d, k].stop >> 1] = d
            refresh(day, desk, s.tours, d)
        s.cost[0] += s.tours.cost[NOW, d]
    s.counts[WEIGHT] = 0
    for r in range(len(day.rides)):
        if s.tours.duty[r] < 0:
            s.counts[WEIGHT] += day.rides[r].weight
    _note(day, desk, s)


@kernel
def _join_waiting(day: Day, desk: Desk, s: Search, n: int) -> int:
    """Some of those left out are tried again: they move to the front of `out` and into `desk.todo`."""
    many = s.counts[OUT]
    for a in range(min(many, WAITING)):
        b = a + int(draw(desk.rng) * (many - a)) if many > WAITING else a
        s.out[a], s.out[b] = s.out[b], s.out[a]
    for a in range(min(many, WAITING)):
        n = _await(desk, s.tours, s.out[a], n)
        if day.rides[s.out[a]].partner >= 0:
            n = _await(desk, s.tours, day.rides[s.out[a]].partner, n)
    return n


@kernel
def _await(desk: Desk, t: Tours, r: int, n: int) -> int:
    """Ride r, left out so far, is to be tried as the n-th; once only."""
    if t.duty[r] == -1:
        t.duty[r] = -2
        desk.todo[n] = r
        n += 1
    return n


@kernel
def recreate(day: Day, desk: Desk, s: Search, n: int) -> None:
    """Insert the first n of `desk.todo` one after the other, each where it is cheapest."""
    _order(day, desk, n)
    for a in range(n):
        r = desk.todo[a]
        if s.tours.duty[r] != -2:
            continue
        q = day.rides[r].partner
        if q >= 0 and day.rides[r].mode == 0:  # the way home comes with its outing
            r, q = q, r
        s.counts[STAMP] += 1
        if q >= 0 and day.rides[r].mode == FREE and max(s.tours.duty[r], s.tours.duty[q]) >= 0:
            _seat_half(day, desk, s, q if s.tours.duty[r] >= 0 else r)
            continue
        if q < 0:
            good = _seat(day, desk, s, r, -1)
        elif day.rides[r].mode == FREE:
            good = _seat_both(day, desk, s, r, q)
        else:
            good = _seat_together(day, desk, s, r, q)
        if not good:
            s.tours.duty[r] = -1
            if q >= 0:
                s.tours.duty[q] = -1


@kernel
def _order(day: Day, desk: Desk, n: int) -> None:
    """Sort the rides to insert by one of several keys."""
    todo, key, x = desk.todo, desk.key, draw(desk.rng)
    for a in range(n):
        r, y = todo[a], draw(desk.rng)
        if x < 0.4:
            key[a] = y
        elif x < 0.55:
            key[a] = 0.1 * y - day.load[r, 0]
        elif x < 0.7:
            key[a] = day.stops[2 * r].closes - day.stops[2 * r].opens + y
        elif x < 0.85:
            key[a] = day.stops[2 * r].opens
        else:
            key[a] = 0.1 * y - day.cost[2 * r, 2 * r + 1]
    for a in range(1, n):
        k, r, b = key[a], todo[a], a - 1
        while b >= 0 and key[b] > k:
            key[b + 1], todo[b + 1] = key[b], todo[b]
            b -= 1
        key[b + 1], todo[b + 1] = k, r


@kernel
def _open(day: Day, desk: Desk, s: Search, r: int, d: int, rides: int) -> bool:
    """Whether duty d may take r and its way home; of equal duties without people one is enough to try."""
    t = s.tours
    if not day.allowed[r, d] or t.size[NOW, d] // 2 - 1 + rides > day.duties[d].most:
        return False
    if t.size[NOW, d] > 2:
        return True
    if s.shut[d] or desk.seen[day.duties[d].kind] == s.counts[STAMP]:
        return False
    for other in range(len(day.duties)):
        if day.clash[d, other] and t.size[NOW, other] > 2:
            return False
    desk.seen[day.duties[d].kind] = s.counts[STAMP]
    return True


@kernel
def _touch(desk: Desk, s: Search, d: int) -> None:
    """Keep what tour d was before this step."""
    if not desk.touched[d]:
        desk.touched[d] = True
        copy_tour(s.tours, NOW, OLD, d)


@kernel
def _seat(day: Day, desk: Desk, s: Search, r: int, only: int) -> bool:
    """Take r where it is cheapest (in duty `only`, if one is named); whether there is a place."""
    best, duty, first, second = np.inf, -1, -1, -1
    for d in range(len(day.duties)):
        if (only < 0 or d == only) and _open(day, desk, s, r, d, 1):
            cost, i, j = place(day, desk, s.tours, r, d, best, BLINK)
            if i >= 0:
                best, duty, first, second = cost, d, i, j
    if duty < 0:
        return False
    _touch(desk, s, duty)
    _put(day, desk, s.tours, r, duty, first, second)
    return True


@kernel
def _put(day: Day, desk: Desk, t: Tours, r: int, d: int, i: int, j: int) -> None:
    """Insert ride r after stops i and j of tour d."""
    desk.new[0], desk.new[1] = 2 * r, 2 * r + 1
    desk.gap[0], desk.gap[1] = i, j
    insert(day, desk, t, d, 2)


@kernel
def _seat_both(day: Day, desk: Desk, s: Search, r: int, q: int) -> bool:
    """Take outing and way home wherever each is cheapest; both or neither."""
    if not _seat(day, desk, s, r, -1):
        return False
    s.counts[STAMP] += 1
    if _seat(day, desk, s, q, -1):
        return True
    d = s.tours.duty[r]
    s.tours.duty[r] = -2
    close_gaps(day, desk, s.tours, d)
    return False


@kernel
def _seat_half(day: Day, desk: Desk, s: Search, r: int) -> None:
    """Take a ride whose other half is still driven, as where a duty has been closed."""
    if not _seat(day, desk, s, r, -1):
        s.tours.duty[r] = -1


@kernel
def _seat_together(day: Day, desk: Desk, s: Search, r: int, q: int) -> bool:
    """Take outing and way home in one duty, the way home directly after where the driver waits; both or neither."""
    waits, best, duty, found = day.rides[r].mode == DRIVER_WAITS, np.inf, -1, (-1, -1, -1, -1)
    for d in range(len(day.duties)):
        if day.allowed[q, d] and _open(day, desk, s, r, d, 2):
            if waits:
                cost, i, j, l = place_waiting(day, desk, s.tours, r, d, best)
                gaps = (i, j, j, l)
            else:
                cost, gaps = _place_pair(day, desk, s.tours, r, q, d, best)
            if gaps[0] >= 0:
                best, duty, found = cost, d, gaps
    if duty < 0:
        return False
    _touch(desk, s, duty)
    if waits:
        desk.new[0], desk.new[1], desk.new[2], desk.new[3] = 2 * r, 2 * r + 1, 2 * q, 2 * q + 1
        desk.gap[0], desk.gap[1], desk.gap[2], desk.gap[3] = found
        insert(day, desk, s.tours, duty, 4)
    else:
        _put(day, desk, s.tours, r, duty, found[0], found[1])
        _put(day, desk, s.tours, q, duty, found[2], found[3])
    return True


@kernel
def _place_pair(
    day: Day, desk: Desk, t: Tours, r: int, q: int, d: int, best: float
) -> tuple[float, tuple[int, int, int, int]]:
    """The outing where it is cheapest in tour d, then the way home: (cost, gaps), the latter after the outing is in."""
    cost, i, j = place(day, desk, t, r, d, best, BLINK)
    if i < 0:
        return best, (-1, -1, -1, -1)
    copy_tour(t, NOW, TRIAL, d)
    _put(day, desk, t, r, d, i, j)
    again, k, l = place(day, desk, t, q, d, best - cost, BLINK)
    restore(t, TRIAL, d)
    t.duty[r] = -2
    if k < 0:
        return best, (-1, -1, -1, -1)
    return cost + again, (i, j, k, l)


@kernel
def _accept(day: Day, desk: Desk, s: Search, n: int, heat: float, press: bool) -> None:
    """Keep the step or undo it; its n rides stand in `desk.todo`."""
    t, delta = s.tours, 0.0
    for d in range(len(day.duties)):
        if desk.touched[d]:
            delta += t.cost[NOW, d] - t.cost[OLD, d]
    weight, eased = _weigh(day, desk, s, n)
    better = weight < s.counts[WEIGHT] or (press and eased)
    if better or (weight == s.counts[WEIGHT] and delta < -heat * np.log(1.0 - draw(desk.rng))):
        s.cost[0] += delta
        s.counts[WEIGHT] = weight
        s.counts[ACCEPTED] += 1
        _note(day, desk, s)
    else:
        for a in range(n):
            t.duty[desk.todo[a]] = -1
        for d in range(len(day.duties)):
            if desk.touched[d]:
                restore(t, OLD, d)


@kernel
def _weigh(day: Day, desk: Desk, s: Search, n: int) -> tuple[int, bool]:
    """The weight of who is left out now, and whether these were left out less often than those before the step."""
    weight, eased = 0, 0
    for a in range(n):
        desk.hits[desk.todo[a]] += s.tours.duty[desk.todo[a]] == -1
    for a in range(s.counts[OUT]):
        eased += desk.hits[s.out[a]] * day.rides[s.out[a]].weight
    for r in range(len(day.rides)):
        if s.tours.duty[r] < 0:
            weight += day.rides[r].weight
            eased -= desk.hits[r] * day.rides[r].weight
    return weight, eased > 0


@kernel
def _note(day: Day, desk: Desk, s: Search) -> None:
    """Note who is left out, the tours for the pool, and the plan if it is the best so far."""
    n = 0
    for r in range(len(day.rides)):
        if s.tours.duty[r] < 0:
            s.out[n] = r
            n += 1
    s.counts[OUT] = n
    if s.counts[WEIGHT] == s.counts[BEST_WEIGHT] and s.cost[0] < s.cost[1] * (1.0 + NEARLY):
        for d in range(len(day.duties)):
            if desk.touched[d] and s.tours.size[NOW, d] > 2:
                keep(day, s.pool, s.tours, d)
    better = s.cost[0] < s.cost[1] - EPS
    if s.counts[WEIGHT] < s.counts[BEST_WEIGHT] or (s.counts[WEIGHT] == s.counts[BEST_WEIGHT] and better):
        s.counts[BEST_WEIGHT] = s.counts[WEIGHT]
        s.cost[1] = s.cost[0]
        for d in range(len(day.duties)):
            copy_tour(s.tours, NOW, BEST, d)

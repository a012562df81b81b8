"""The day and its tours as arrays that compiled loops can read, and when each stop of a tour can begin.

Stops are numbered for the loops alone: ride r is picked up at stop 2r and left at stop 2r + 1; then come the bases.
A tour is a row of stops with its base at both ends. Its times are a system of difference constraints (windows, travel,
ride limits, the length of the duty): `early` is its least solution and `late` its greatest, both found by relaxing
until nothing moves (Bellman and Ford; a round moves at least one ride for good, so there are at most as many as stops).
A tour is feasible exactly if the least solution exists, and whatever is inserted between two stops has to fit between
the least time of the one and the greatest of the other: that is the quick test before the exact one.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]

EPS = 1e-9  # minutes; the judge allows a thousand times as much
FREE, SAME_CAR, DRIVER_WAITS = 1, 2, 3

# Nothing in the kernels allocates, so nobody has to count references to arrays: counting took most of the time.
OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
INNER: dict[str, Any] = {**OPTIONS, "no_cpython_wrapper": True}
Fn = TypeVar("Fn", bound=Callable[..., Any])


def kernel(function: Fn) -> Fn:
    """Compile what only other kernels call: it needs no way in from Python."""
    return cast("Fn", njit(**INNER)(function))


def inlined(function: Fn) -> Fn:
    """Compile into its callers: passing a day's arrays to it would take longer than what it does."""
    return cast("Fn", njit(**INNER, forceinline=True)(function))


def entry(function: Fn) -> Fn:
    """Compile what Python calls."""
    return cast("Fn", njit(**OPTIONS)(function))


STOP = np.dtype([("opens", "f8"), ("closes", "f8"), ("service", "f8"), ("limit", "f8"), ("glued", "i8")])
DUTY = np.dtype(
    [("leave", "f8"), ("back", "f8"), ("span", "f8"), ("fixed", "f8"), ("first", "i8"), ("last", "i8"), ("most", "i8"),
     ("kind", "i8"), ("pauses", "i8")]
)  # fmt: skip
RIDE = np.dtype([("partner", "i8"), ("mode", "i8"), ("weight", "i8")])
PLACE = np.dtype([("stop", "i8"), ("early", "f8"), ("late", "f8")])


class Day(NamedTuple):
    """What stays as it is: S stops, R rides, D duties, K kinds of places, P pauses a duty.

    `minutes` (S, S) holds the service at the first and the way to the second; `stops` (S,) of STOP, where `limit` is
    the most from the start of a pick-up to the start at its drop, and `glued` says that the next stop follows directly;
    `duties` (D,) of DUTY, where `kind` numbers classes of equal duties; `rides` (R,) of RIDE, where `weight` is what
    leaving it out counts, before any cost; `clash` (D, D) excludes; `pauses` (D, P, 3) are earliest start, latest start
    and length; `near` (2R, N) lists neighbours.
    """

    minutes: F64
    cost: F64
    stops: NDArray[Any]
    duties: NDArray[Any]
    rides: NDArray[Any]
    load: I64
    room: I64
    allowed: Bools
    clash: Bools
    pauses: F64
    near: I32


NOW, OLD, TRIAL, BEST = 0, 1, 2, 3  # the tours as they are, before this step, before this trial, and at their best


class Tours(NamedTuple):
    """What moves, four times over (NOW, OLD, TRIAL, BEST): `line` (4, D, W) of PLACE, of which `size` (4, D) count.

    `on` (4, D, W, K) is who is on board after each, `cost` (4, D). Of NOW alone: `duty` (R,) is -1 for who stays, -2
    for who has been taken out; `at` (S,) is a stop's place in its tour.
    """

    line: NDArray[Any]
    size: I64
    on: I64
    cost: F64
    duty: I64
    at: I64


class Desk(NamedTuple):
    """Room to work in: one tour on trial (`seq`, `time`, `at`), up to four stops to insert, and what the search notes.

    Each of `new` goes behind the stop at its `gap`; `tried`, `pad` (minutes before a stop) and `pause` (gaps) are for
    pauses; `seen` (D,) the last ride that tried a class of duties; `touched` (D,) whose old state is kept; `todo` (R,)
    and `key` what is to be inserted; `hits` (R,) how often a ride was left out; `rng` the state of the random numbers.
    """

    seq: I64
    time: F64
    at: I64
    tried: F64
    pad: F64
    pause: I64
    new: I64
    gap: I64
    seen: I64
    touched: Bools
    todo: I64
    key: F64
    hits: I64
    rng: NDArray[np.uint64]


@kernel
def draw(rng: NDArray[np.uint64]) -> float:
    """A number in [0, 1): xorshift64* (Vigna 2016), whose state is ours and no one else's."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return float(np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * 1.1102230246251565e-16)


@kernel
def settle(
    way: F64, stops: NDArray[Any], span: float, back: float, seq: I64, at: I64, time: F64, pad: F64, m: int
) -> bool:
    """Raise `time` (going forward already consistent) to the least solution; whether there is one.

    `pad` holds extra minutes before a stop (pauses).
    """
    for _ in range(m + 1):
        moved = m
        for k in range(m - 2, 0, -1):
            s = seq[k]
            if s & 1 == 0 and time[at[s + 1]] - stops[s].limit > time[k] + EPS:
                time[k] = time[at[s + 1]] - stops[s].limit
                if time[k] > stops[s].closes + EPS:
                    return False
                moved = k
        if time[m - 1] - span > time[0] + EPS:
            time[0] = time[m - 1] - span
            moved = 0
        if moved == m:
            return True
        if not _push(way, stops, back, seq, time, pad, moved, m):
            return False
    return False


@kernel
def _push(way: F64, stops: NDArray[Any], back: float, seq: I64, time: F64, pad: F64, first: int, m: int) -> bool:
    """Move later what follows stop `first` where the way asks for it; whether the windows allow it."""
    for k in range(first + 1, m):
        x = time[k - 1] + way[seq[k - 1], seq[k]] + pad[k]
        if x > time[k]:
            if x > (back if k == m - 1 else stops[seq[k]].closes) + EPS:
                return False
            time[k] = x
    return True


@kernel
def settle_pauses(day: Day, desk: Desk, d: int, m: int) -> bool:
    """Whether the pauses of duty d can be had in the tour on the desk: before it, in gaps of their own, or after it."""
    many = day.duties[d].pauses
    desk.pause[:many] = 0
    good, more = False, True
    while more and not good:
        good = _with_pauses(day, desk, d, m, many)
        p = many - 1
        while p >= 0 and desk.pause[p] == m:
            p -= 1
        more = p >= 0
        if more:  # the next choice of gaps, not descending
            desk.pause[p] += 1
            for later in range(p + 1, many):
                desk.pause[later] = desk.pause[p]
    desk.pad[:m] = 0.0
    return good


@kernel
def _with_pauses(day: Day, desk: Desk, d: int, m: int, many: int) -> bool:
    """Whether the pauses fit behind stop `desk.pause` - 1 of the tour, with nobody on board (0: before, m: after)."""
    seq, tried, pad, back = desk.seq, desk.tried, desk.pad, day.duties[d].back
    if not _lay_pauses(day, desk, d, m, many):
        return False
    for k in range(m):
        if tried[k] > (back if k == 0 or k == m - 1 else day.stops[seq[k]].closes) + EPS:
            return False
    if not _push(day.minutes, day.stops, back, seq, tried, pad, 0, m):
        return False
    if not settle(day.minutes, day.stops, day.duties[d].span, back, seq, desk.at, tried, pad, m):
        return False
    for p in range(many):
        g = desk.pause[p]
        if g > 0 and tried[g - 1] + (day.stops[seq[g - 1]].service if g < m else 0.0) > day.pauses[d, p, 1] + EPS:
            return False
    return True


@kernel
def _lay_pauses(day: Day, desk: Desk, d: int, m: int, many: int) -> bool:
    """Lay the pauses into their gaps; whether nobody is on board there and each gap has one at most."""
    for k in range(m):
        desk.pad[k] = 0.0
        desk.tried[k] = desk.time[k]
    on, k = 0, 0
    for p in range(many):
        g, length = desk.pause[p], day.pauses[d, p, 2]
        while k < g - 1:
            k += 1
            on += 1 if desk.seq[k] & 1 == 0 else -1
        if 0 < g < m:
            if on > 0 or desk.pad[g] > 0.0:
                return False
            desk.pad[g] = length
        if g < m:
            desk.tried[g] = max(desk.tried[g], day.pauses[d, p, 0] + length)
    return True

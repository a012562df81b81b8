"""The arrays of a search, empty: nobody rides yet."""

import numpy as np
from numpy.typing import NDArray

from matching.routing.solvers.pool import Pool
from matching.routing.solvers.search import Search
from matching.routing.solvers.tours import PLACE, Day, Desk, Tours

POOL, STOPS = 2**17, 2**20  # entries and stops that the pool has room for


def begin(day: Day, seed: int) -> tuple[Desk, Search]:
    """A desk and a search in which everybody is still left out."""
    rides, duties = len(day.rides), len(day.duties)
    random = np.random.default_rng(seed)
    desk = desk_of(day, random.integers(1, 2**63, 1, dtype=np.uint64))
    words = random.integers(1, 2**63, rides + duties, dtype=np.uint64)
    pool = Pool(
        key=np.zeros(POOL, np.uint64),
        cost=np.zeros(POOL),
        kind=np.zeros(POOL, np.int64),
        begin=np.zeros(POOL, np.int64),
        size=np.zeros(POOL, np.int64),
        stops=np.zeros(STOPS, np.int32),
        mark=words[:rides],
        kinds=words[rides:],
        used=np.zeros(2, np.int64),
    )
    counts = np.array([rides, day.rides["weight"].sum(), day.rides["weight"].sum() + 1, 0, 0, 0])
    search = Search(
        tours=_empty(day), out=np.arange(rides),
        shut=np.zeros(duties, np.bool_), pool=pool, counts=counts, cost=np.array([0.0, np.inf]),
    )  # fmt: skip
    return desk, search


def desk_of(day: Day, rng: NDArray[np.uint64] | None = None) -> Desk:
    """A desk for one tour of a day at a time; `rng` for those who draw."""
    rides, duties, width = len(day.rides), len(day.duties), 2 * len(day.rides) + 2
    return Desk(
        seq=np.zeros(width + 4, np.int64),
        time=np.zeros(width + 4),
        tried=np.zeros(width + 4),
        pad=np.zeros(width + 4),
        at=np.zeros(len(day.stops), np.int64),
        new=np.zeros(4, np.int64),
        gap=np.zeros(4, np.int64),
        pause=np.zeros(day.pauses.shape[1] + 1, np.int64),
        seen=np.zeros(duties, np.int64),
        touched=np.zeros(duties, np.bool_),
        todo=np.zeros(rides + 1, np.int64),
        key=np.zeros(rides + 1),
        hits=np.ones(rides, np.int64),
        rng=np.ones(1, np.uint64) if rng is None else rng,
    )


def _empty(day: Day) -> Tours:
    """Tours without people."""
    rides, duties, kinds = len(day.rides), *day.room.shape
    width = 2 * rides + 2
    tours = Tours(
        line=np.zeros((4, duties, width), PLACE),
        size=np.full((4, duties), 2, np.int64),
        on=np.zeros((4, duties, width, kinds), np.int64),
        cost=np.zeros((4, duties)),
        duty=np.full(rides, -1, np.int64),
        at=np.zeros(len(day.stops), np.int64),
    )
    leave, back, first, last = (day.duties[name] for name in ("leave", "back", "first", "last"))
    way = day.minutes[first, last]
    tours.line["stop"][:, :, 0], tours.line["stop"][:, :, 1] = first, last
    tours.line["early"][:, :, 0], tours.line["late"][:, :, 1] = leave, back
    tours.line["early"][:, :, 1], tours.line["late"][:, :, 0] = leave + way, back - way
    return tours

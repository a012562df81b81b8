"""Every pair of a town judged one by one: what the fast path must equal."""

from typing import Any

import numpy as np

from matching.candidates import Judged, judge_block
from matching.domain import Mode, Points, TravelTimes, Trips
from matching.rules import Columns, Pairs, Rulebook
from matching.travel import StraightLine


def judge_every_pair(town: Columns, travel: TravelTimes, rulebook: Rulebook) -> Judged:
    """All needs × all openings."""
    needs, openings = len(town.community.needs), len(town.community.openings)
    need = np.repeat(np.arange(needs, dtype=np.int32), openings)
    pairs = Pairs(town, travel, need, np.tile(np.arange(openings, dtype=np.int32), needs))
    excluded = np.zeros((needs, len(rulebook.codes())), np.int32)
    return Judged(*judge_block(pairs, rulebook, excluded), excluded)


def same(one: Judged, other: Judged) -> bool:
    """The same pairs, points, questions and accounts."""
    mine, theirs = ((j.pairs.need_row, j.pairs.opening_row, j.points, j.asks, j.excluded) for j in (one, other))
    return all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))


class Unsure:
    """Travel times that bound what is too far but never what is near, and know no way of more than half an hour."""

    modes = frozenset({Mode.WALK, Mode.WHEELCHAIR, Mode.CAR})

    def __init__(self) -> None:
        self._line = StraightLine()

    def trips(self, mode: Mode, *asked: Any) -> Trips:
        """As the crow flies, but nothing beyond half an hour."""
        told = self._line.trips(mode, *asked)
        near = told.minutes <= 30
        return Trips(*(np.where(near, m, np.float32(np.inf)) for m in (told.minutes, told.walking)))

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """As `trips`."""
        return self._line.reach_metres(mode, min(minutes, 30), pace)


def scattered(rng: np.random.Generator, count: int, spread: float, north: float = 35, east: float = 135) -> Points:
    """Points around a point, within so many degrees."""
    low, high = np.maximum(north - spread, -90), np.minimum(north + spread, 90)
    return Points(rng.uniform(low, high, count), rng.uniform(east - spread, east + spread, count))

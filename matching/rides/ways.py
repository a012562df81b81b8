"""Minutes by car between all points of a day, from whoever says how many minutes a way takes."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from matching.domain import Mode, Points, TravelTimes
from matching.domain.place import Floats

LANE = np.float32(250)
"""Metres a minute from the street to the door, which a ride drives slowly, where others would walk."""


def minutes_between(points: Sequence[tuple[float, float]], travel: TravelTimes, day: date) -> Floats:
    """Shape (n, n), float64 minutes by car; `inf` where there is no way, 0 from a point to itself.

    Distinct points are asked about once: homes and salons come again and again.
    """
    distinct = sorted(set(points))
    row = {point: i for i, point in enumerate(distinct)}
    n = len(distinct)
    latitude, longitude = np.array(distinct, np.float64).reshape(-1, 2).T
    where = Points(latitude, longitude)
    origin, target = np.divmod(np.arange(n * n, dtype=np.int32), np.int32(max(n, 1)))
    zero = np.zeros(n * n, np.int32)
    trips = travel.trips(
        Mode.CAR, where, where, origin, target, np.full(n * n, LANE, np.float32), zero + day.weekday(), zero + 12 * 60
    )
    way = trips.minutes.astype(np.float64).reshape(n, n)
    np.fill_diagonal(way, 0.0)
    at = np.array([row[point] for point in points], np.int64)
    return way[np.ix_(at, at)]

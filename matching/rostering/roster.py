"""The tours of some weeks and who may drive them, as columns; and the judge of who drives what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Roster:
    """T tours, D drivers. A driver's share is Σ minutes driven ÷ minutes offered.

    `minutes`, `rides` (T,) of each tour; `begin`, `end` (T,) minutes since the first midnight; `day`, `week`, `month`
    (T,); `may` (T, D) whether the driver has the time, the car and the place to begin; `offered` (D,) minutes
    over all the weeks; `before` (D,) minutes driven before them; `most_rides_week` (D,) and `most_rides_month`
    (D, months) are left; `most_days` (D,) days a week on which somebody drives at most, so that there is rest.
    `day`, `week` and `month` are numbers from 0.
    """

    minutes: Floats
    rides: Ints
    begin: Floats
    end: Floats
    day: Ints
    week: Ints
    month: Ints
    may: Bools
    offered: Floats
    before: Floats
    most_rides_week: Ints
    most_rides_month: Ints
    most_days: Ints

    def __post_init__(self) -> None:
        if not bool((self.offered > 0).all()):
            raise ValueError("a driver who offers nothing has no share. Maybe leave them out?")
        if not bool(self.may.any(axis=1).all()):
            raise ValueError("a tour that nobody may drive. Maybe leave its present driver in?")

    def shares(self, driver: Ints) -> Floats:
        """(D,): what each drives of what they offered."""
        driven = np.bincount(driver, self.minutes, len(self.offered))
        return np.asarray((self.before + driven) / self.offered)


def leximin(shares: Floats) -> tuple[float, ...]:
    """The shares from the largest down: the smaller in this order, the fairer."""
    return tuple(sorted(shares.tolist(), reverse=True))


def wrong_with(roster: Roster, driver: Ints) -> list[str]:
    """Everything that speaks against a roster; nothing where it is sound. Knows no solver."""
    out = [f"tour {t} is not for driver {d}" for t, d in enumerate(driver.tolist()) if not roster.may[t, d]]
    for d in range(len(roster.offered)):
        mine = np.flatnonzero(driver == d)
        order = mine[np.argsort(roster.begin[mine], kind="stable")]
        if bool((roster.begin[order[1:]] < roster.end[order[:-1]]).any()):
            out.append(f"driver {d} drives two tours at once")
        in_week = np.bincount(roster.week[mine], roster.rides[mine], minlength=1)
        in_month = np.bincount(roster.month[mine], roster.rides[mine], roster.most_rides_month.shape[1])
        if in_week.max() > roster.most_rides_week[d]:
            out.append(f"driver {d} has more rides in a week than offered")
        if bool((in_month > roster.most_rides_month[d]).any()):
            out.append(f"driver {d} has more rides in a month than offered")
        days = np.unique(np.stack([roster.week[mine], roster.day[mine]]), axis=1)[0]
        if days.size and int(np.bincount(days).max()) > roster.most_days[d]:
            out.append(f"driver {d} has too few days of rest in a week")
    return out

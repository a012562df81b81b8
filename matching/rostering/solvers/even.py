"""The fairest roster: the largest share as small as possible, then the second largest, and so on (leximin).

The k largest shares together are the least k·r + Σ max(0, share − r) over r, a linear term; made smallest one after
the other for k = 1 … D, they give the fairest of all (Ogryczak & Śliwiński, «On solving linear programs with the
ordered weighted averaging objective», EJOR 148, 2003). Drivers who share no tour are evened out apart.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from matching.rostering.roster import Floats, Ints, Roster

SLACK = 1e-7


def even(roster: Roster, seconds: float = 10.0) -> tuple[Ints, bool]:
    """(T,) who drives each tour, and whether it is proven that nothing is fairer.

    Raises:
        ValueError: the tours cannot all be driven within quotas and rest.
    """
    driver = np.full(len(roster.minutes), -1, np.int64)
    proven = True
    groups = _apart(roster)
    for tours, drivers in groups:
        chosen, sure = _even_group(roster, tours, drivers, seconds / len(groups))
        driver[tours] = drivers[chosen]
        proven &= sure
    return driver, proven


def _apart(roster: Roster) -> list[tuple[Ints, Ints]]:
    """Groups of tours and drivers that have nothing to do with each other; drivers without a tour are in none."""
    tours, drivers = roster.may.shape
    tour, driver = np.nonzero(roster.may)
    links = sparse.csr_array((np.ones(len(tour)), (tour, tours + driver)), (tours + drivers, tours + drivers))
    _, label = connected_components(links, directed=False)
    return [
        (np.flatnonzero(label[:tours] == one), np.flatnonzero(label[tours:] == one))
        for one in np.unique(label[:tours]).tolist()
    ]


def _even_group(roster: Roster, tours: Ints, drivers: Ints, seconds: float) -> tuple[Ints, bool]:
    """The positions in `drivers` of who drives each of the tours."""
    t, d = len(tours), len(drivers)
    rows, low, high = _rules(roster, tours, drivers)
    width = t * d + d * (1 + d) + len(_day_slots(roster, tours)) * d
    share = _shares(roster, tours, drivers, width)
    before = roster.before[drivers] / roster.offered[drivers]
    most = np.ones(width)
    most[t * d : t * d + d * (1 + d)] = np.inf
    most[: t * d] = roster.may[np.ix_(tours, drivers)].ravel()
    whole = np.ones(width, np.int8)
    whole[t * d : t * d + d * (1 + d)] = 0
    chosen, proven = None, True
    for k in range(1, d + 1):
        aim = _k_largest(k, t, d, width)
        more, least = _over(k, share, before, t, d, width)
        rows, low, high = [*rows, more], [*low, least], [*high, np.full(d, np.inf)]
        limits = LinearConstraint(sparse.vstack(rows, "csr"), np.concatenate(low), np.concatenate(high))
        found = milp(
            aim,
            integrality=whole,
            bounds=Bounds(0, most),
            constraints=limits,
            options={"time_limit": max(0.05, seconds / d), "mip_rel_gap": 0.0},
        )
        if found.x is None:
            if chosen is None:
                raise ValueError("these tours cannot all be driven within quotas and rest")
            return chosen, False
        chosen = np.asarray(found.x[: t * d].reshape(t, d).argmax(axis=1), np.int64)
        proven &= found.status == 0
        rows, low, high = (
            [*rows, sparse.csr_array(aim[None])],
            [*low, np.array([-np.inf])],
            [*high, np.array([found.fun + SLACK])],
        )
    assert chosen is not None
    return chosen, proven


def _shares(roster: Roster, tours: Ints, drivers: Ints, width: int) -> sparse.csr_array:
    """(D, width): the share of each driver that the tours make."""
    t, d = len(tours), len(drivers)
    part = roster.minutes[tours][:, None] / roster.offered[drivers][None]
    return sparse.csr_array((part.ravel(), (np.tile(np.arange(d), t), np.arange(t * d))), (d, width))


def _k_largest(k: int, t: int, d: int, width: int) -> Floats:
    """The sum of the k largest shares, as a row: k times its threshold, and what is above it."""
    aim = np.zeros(width)
    at = t * d + (k - 1) * (1 + d)
    aim[at] = k
    aim[at + 1 : at + 1 + d] = 1
    return aim


def _over(
    k: int, share: sparse.csr_array, before: Floats, t: int, d: int, width: int
) -> tuple[sparse.csr_array, Floats]:
    """Threshold + what is above it − share ≥ what was driven before, for each driver."""
    at = t * d + (k - 1) * (1 + d)
    one = np.arange(d)
    up = sparse.csr_array(
        (np.ones(2 * d), (np.tile(one, 2), np.concatenate([np.full(d, at), at + 1 + one]))), (d, width)
    )
    return sparse.csr_array(up - share), before


def _day_slots(roster: Roster, tours: Ints) -> list[tuple[int, int]]:
    """The (week, day) pairs of the tours, in order."""
    return sorted(set(zip(roster.week[tours].tolist(), roster.day[tours].tolist(), strict=True)))


def _rules(roster: Roster, tours: Ints, drivers: Ints) -> tuple[list[sparse.csr_array], list[Floats], list[Floats]]:
    """Everybody is driven once; nobody is at two places, beyond a quota, or without rest."""
    t, d = len(tours), len(drivers)
    slots = _day_slots(roster, tours)
    first = t * d + d * (1 + d)
    width = first + len(slots) * d
    entries: list[dict[int, float]] = [{i * d + j: 1.0 for j in range(d)} for i in range(t)]
    high = [1.0] * t
    for i, other in _clashes(roster, tours):
        for j in range(d):
            entries.append({i * d + j: 1.0, other * d + j: 1.0})
            high.append(1.0)
    weekly = np.repeat(roster.most_rides_week[:, None], int(roster.week.max()) + 1, axis=1)
    for number, most in ((roster.week, weekly), (roster.month, roster.most_rides_month)):
        for one in np.unique(number[tours]).tolist():
            inside = np.flatnonzero(number[tours] == one).tolist()
            for j in range(d):
                entries.append({i * d + j: float(roster.rides[tours[i]]) for i in inside})
                high.append(float(most[drivers[j], one]))
    of_day = {slot: n for n, slot in enumerate(slots)}
    for i in range(t):
        n = of_day[int(roster.week[tours[i]]), int(roster.day[tours[i]])]
        for j in range(d):
            entries.append({i * d + j: 1.0, first + n * d + j: -1.0})
            high.append(0.0)
    for week in sorted({week for week, _ in slots}):
        for j in range(d):
            entries.append({first + n * d + j: 1.0 for n, (w, _) in enumerate(slots) if w == week})
            high.append(float(roster.most_days[drivers[j]]))
    row = np.repeat(np.arange(len(entries)), [len(one) for one in entries])
    column = np.array([at for one in entries for at in one])
    value = np.array([weight for one in entries for weight in one.values()])
    low = np.full(len(entries), -np.inf)
    low[:t] = 1.0
    return [sparse.csr_array((value, (row, column)), (len(entries), width))], [low], [np.array(high)]


def _clashes(roster: Roster, tours: Ints) -> list[tuple[int, int]]:
    """Pairs of tours that overlap in time."""
    begin, end = roster.begin[tours], roster.end[tours]
    meets = (begin[:, None] < end[None]) & (begin[None] < end[:, None])
    one, other = np.nonzero(np.triu(meets, 1))
    return list(zip(one.tolist(), other.tolist(), strict=True))

"""When openings meet in time: same weekday, a week in common, and hours that overlap."""

import numpy as np

from matching.rules.arrays import I32, Bools
from matching.rules.columns import OpeningColumns


def clash(openings: OpeningColumns, one: I32, other: I32) -> Bools:
    """Where two columns of opening rows cannot both be attended."""
    return np.asarray(
        (openings.weekday[one] == openings.weekday[other])
        & ((openings.weeks[one] & openings.weeks[other]) != 0)
        & (openings.start[one] < openings.end[other])
        & (openings.start[other] < openings.end[one])
    )


def cliques(openings: OpeningColumns, rows: I32) -> list[I32]:
    """Largest sets of some distinct opening rows that all meet at one moment; each clash is inside one of them."""
    found: dict[tuple[int, ...], None] = {}
    for row in rows:
        start = openings.start[row]
        for week in range(5):
            if not openings.weeks[row] >> week & 1:
                continue
            here = rows[
                (openings.weekday[rows] == openings.weekday[row])
                & ((openings.weeks[rows] >> week & 1) == 1)
                & (openings.start[rows] <= start)
                & (start < openings.end[rows])
            ]
            found[tuple(int(r) for r in here)] = None
    sets = sorted(found, key=len, reverse=True)
    kept: list[frozenset[int]] = []
    for one in sets:
        members = frozenset(one)
        if not any(members <= other for other in kept):
            kept.append(members)
    return [np.array(sorted(members), np.int32) for members in kept]

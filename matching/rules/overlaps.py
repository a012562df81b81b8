"""When openings meet in time: same weekday, a week in common, and hours that overlap."""

import numpy as np

from matching.rules.arrays import I8, I32, I64, Bools, spelt_out
from matching.rules.columns import OpeningColumns


def clash(openings: OpeningColumns, one: I32, other: I32) -> Bools:
    """Where two columns of opening rows cannot both be attended."""
    return np.asarray(
        (openings.weekday[one] == openings.weekday[other])
        & ((openings.weeks[one] & openings.weeks[other]) != 0)
        & (openings.start[one] < openings.end[other])
        & (openings.start[other] < openings.end[one])
    )


def cliques(openings: OpeningColumns, group: I32, rows: I32) -> tuple[I64, I64]:
    """Largest sets of opening rows of one group that all meet at one moment; each clash is inside one of them.

    Rows are distinct within a group. Told as columns: the number of the set (ascending), and a position in `rows`.
    """
    _, day = np.unique(group.astype(np.int64) * 7 + openings.weekday[rows], return_inverse=True)
    entry, week, mixed = _week_by_week(day, openings.weeks[rows])
    stretch = (day[entry] * 5 + week) * 1441
    begins, ends = stretch + openings.start[rows[entry]], stretch + openings.end[rows[entry]]
    events = np.unique(begins)
    first, last = np.searchsorted(events, begins), np.searchsorted(events, ends) - 1
    # A set of who is there when somebody comes is a largest one if somebody leaves before the next comes.
    largest = np.zeros(len(events) + 1, np.int64)
    largest[last + 1] = 1
    number = np.cumsum(largest)
    of, found = spelt_out(number[first], number[last + 1])
    order = np.lexsort((rows[entry[of]], found))
    return _without_smaller(found[order], entry[of][order], mixed)


def _week_by_week(day: I64, weeks: I8) -> tuple[I64, I64, Bools]:
    """Entries spelt out over the weeks of a month, without weeks in which nobody is there who is not in another.

    Also whether each entry is of a day on which several weeks are left.
    """
    present = np.zeros((int(day.max(initial=-1)) + 1, 5), np.int64)
    for nth in range(5):
        # A bit for every choice of weeks that somebody of the day has and that holds this week.
        there = (weeks >> nth & 1) == 1
        np.bitwise_or.at(present[:, nth], day[there], np.int64(1) << weeks[there].astype(np.int64))
    inside = (present[:, :, None] & ~present[:, None, :]) == 0
    as_good = inside & (~inside.transpose(0, 2, 1) | (np.arange(5)[None, :] < np.arange(5)[:, None]))
    kept = (present != 0) & ~as_good.any(axis=2)
    entry, week = np.nonzero(kept[day] & ((weeks[:, None] >> np.arange(5) & 1) == 1))
    return entry, week, np.asarray(kept.sum(axis=1)[day] > 1)


def _without_smaller(found: I64, member: I64, mixed: Bools) -> tuple[I64, I64]:
    """Drop the sets that are inside another; that can only be where several weeks are left."""
    start = np.flatnonzero(np.diff(found, prepend=-1))
    stop = np.append(start[1:], len(found))
    doubtful = np.flatnonzero(mixed[member[start]]).tolist()
    sets = {nth: frozenset(member[start[nth] : stop[nth]].tolist()) for nth in doubtful}
    kept_with: dict[int, list[frozenset[int]]] = {}
    keep = np.ones(len(start), np.bool_)
    for nth in sorted(sets, key=lambda n: -len(sets[n])):
        others = [kept_with.setdefault(one, []) for one in sets[nth]]
        if any(sets[nth] <= other for other in min(others, key=len)):
            keep[nth] = False
        else:
            for one in others:
                one.append(sets[nth])
    stays = np.repeat(keep, stop - start)
    return found[stays], member[stays]

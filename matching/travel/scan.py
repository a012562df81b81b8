"""Connection scan, backwards: of every stop, when one may leave it to be at one place just in time.

Dibbelt, Pajor, Strasser & Wagner, «Connection Scan Algorithm», ACM JEA 23 (2018), §4 (profile scan). Connections are
looked at from the latest departure to the earliest; each either ends at the place (on foot from its stop), or goes on
in the same bus, or changes to what is already known of the stops around. What is known of a stop is a list in which
each entry leaves earlier and arrives earlier than the one before: nothing else is worth leaving earlier for.
"""

import numpy as np
from numba import njit

from matching.domain.place import Ints

Rides = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]
"""Columns: departure, arrival (seconds), from stop, to stop, whether one may board and alight there, trip."""
Walks = tuple[Ints, Ints, Ints]
"""In CSR form: start, stop, seconds on foot."""
Known = tuple[Ints, Ints, Ints, Ints, Ints]
"""Per stop the newest entry (-1: none); per entry the one before it, its departure, its arrival, seconds on foot."""
NEVER = np.int32(2_000_000_000)
CHANGE_SECONDS = 60
"""Least time between getting off and the next bus, besides the walk between the two stops."""


@njit(cache=True)
def leave_times(rides: Rides, trips: int, changes: Walks, egress: Ints, earliest: int, latest: int) -> Known:
    """What is known of each stop; the place must be reached between `earliest` and `latest`.

    Rides come latest departure first, within a trip last first. `changes` lead from stop to stop, to itself among them;
    `egress` are the seconds on foot from each stop to the place (NEVER: too far).
    """
    depart, arrive, from_stop, to_stop, board, alight, trip = rides
    walk_start, walk_stop, walk_seconds = changes
    n = len(depart)
    newest = np.full(len(egress), -1, np.int32)
    before, leave = np.empty(n, np.int32), np.empty(n, np.int32)
    reach, foot = np.empty(n, np.int32), np.empty(n, np.int32)
    trip_reach, trip_foot = np.full(trips, NEVER, np.int32), np.zeros(trips, np.int32)
    entries = 0
    for c in range(n):
        best, walked = trip_reach[trip[c]], trip_foot[trip[c]]
        if alight[c]:
            at = to_stop[c]
            if egress[at] < NEVER and earliest <= arrive[c] + egress[at] <= latest:
                best, walked = _better(best, walked, arrive[c] + egress[at], egress[at])
            for w in range(walk_start[at], walk_start[at + 1]):
                e = newest[walk_stop[w]]
                while e >= 0 and leave[e] < arrive[c] + walk_seconds[w] + CHANGE_SECONDS:
                    e = before[e]
                if e >= 0:
                    best, walked = _better(best, walked, reach[e], foot[e] + walk_seconds[w])
        trip_reach[trip[c]], trip_foot[trip[c]] = best, walked
        e = newest[from_stop[c]]
        known = e >= 0 and not _worth(reach[e], leave[e], foot[e], best, depart[c], walked)
        if best < NEVER and board[c] and not known:
            before[entries], leave[entries] = e, depart[c]
            reach[entries], foot[entries] = best, walked
            newest[from_stop[c]] = entries
            entries += 1
    return newest, before[:entries], leave[:entries], reach[:entries], foot[:entries]


@njit(cache=True)
def _better(reach: int, foot: int, other_reach: int, other_foot: int) -> tuple[int, int]:
    """The earlier arrival, of equals the shorter walk."""
    if other_reach < reach or (other_reach == reach and other_foot < foot):
        return other_reach, other_foot
    return reach, foot


@njit(cache=True)
def _worth(reach: int, leave: int, foot: int, new_reach: int, new_leave: int, new_foot: int) -> bool:
    """Whether an entry that leaves no later than the newest one adds anything to it."""
    return new_reach < reach or (new_reach == reach and new_leave == leave and new_foot < foot)


@njit(cache=True)
def shortest(home: Ints, walks: Walks, known: Known) -> tuple[Ints, Ints]:
    """Of each home: seconds door to door of the shortest way, and seconds on foot in it; NEVER where there is none.

    Of ways equally long the one that leaves later, then the one with less walking. `walks` lead from homes to stops.
    """
    walk_start, walk_stop, walk_seconds = walks
    newest, before, leave, reach, foot = known
    length, walked = np.full(len(home), NEVER, np.int32), np.full(len(home), NEVER, np.int32)
    for i in range(len(home)):
        left = -NEVER
        for w in range(walk_start[home[i]], walk_start[home[i] + 1]):
            e = newest[walk_stop[w]]
            while e >= 0:
                leaves = leave[e] - walk_seconds[w]
                takes, on_foot = reach[e] - leaves, foot[e] + walk_seconds[w]
                if takes < length[i] or (
                    takes == length[i] and (leaves > left or (leaves == left and on_foot < walked[i]))
                ):
                    length[i], walked[i], left = takes, on_foot, leaves
                e = before[e]
    return length, walked

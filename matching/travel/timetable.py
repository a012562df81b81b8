"""Minutes by bus, from the timetable of a usual week: on foot to a stop, one ride or several, on foot to the place.

Told is the shortest way, door to door, among those that arrive in the hour before one must be there; of equals the one
that leaves later. So nobody waits more than an hour at the door, and a slow bus that leaves last is not held against
the place. Where the place is within one walk of home, one walks. Buses run punctually; no stay within one vehicle over
the end of its trip is assumed (`block_id`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from matching.domain.place import Floats, Ints, Points, TravelSettings, Trips
from matching.domain.words import Mode
from matching.travel.gtfs import Feed
from matching.travel.scan import CHANGE_SECONDS, NEVER, Rides, Walks, leave_times, shortest
from matching.travel.straight_line import EARTH_METRES, StraightLine, no_trips, straight_metres

I64 = NDArray[np.int64]
LONGEST_WALK_METRES = 1_000.0
"""Of one walk to or from a stop, detour included (17 minutes at 60 m a minute); nobody plans for more with a bus."""
LONGEST_CHANGE_METRES = 300.0
"""Of a walk between two buses: the poles of one crossing, or of a station."""
EARLY_MINUTES = 60
"""A way that arrives earlier than this before time is none."""
LONGEST_MINUTES = 180
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class _Walks:
    """From each point to the stops near it, in CSR form; metres with the detour."""

    start: Ints
    stop: Ints
    metres: Floats

    def at(self, pace: int) -> Walks:
        """At a pace in metres a minute: whole seconds, rounded up."""
        return self.start, self.stop, np.ceil(self.metres * 60 / pace).astype(np.int32)


class Timetable:
    """Answers for BUS (nothing, where no trip can be taken without a booking)."""

    def __init__(self, feeds: Sequence[Feed], settings: TravelSettings | None = None) -> None:
        self._feeds, self._settings = feeds, settings
        self._detour = StraightLine(settings)
        self._hops = _hops(feeds)
        self._trips = sum(len(feed.service) for feed in feeds)
        self._days = [self._connections(feeds, weekday) for weekday in range(7)]
        self.modes = frozenset({Mode.BUS} if any(board.any() for _, _, _, _, board, _, _ in self._days) else ())
        self.weeks = tuple(str(feed.week.monday) for feed in feeds if feed.week.monday)
        self._stops = _joined_stops(feeds)
        self._tree = cKDTree(_in_space(self._stops))
        self._changes = self._walks(self._stops, LONGEST_CHANGE_METRES)
        self._speed = _top_speed(self._stops, self._hops)

    @property
    def lines(self) -> frozenset[str]:
        """The lines (`route_id`) that its trips are of."""
        return frozenset(line for feed in self._feeds for line in feed.line)

    def without_lines(self, lines: frozenset[str]) -> "Timetable":
        """The same timetable in which these lines no longer run."""
        return Timetable([feed.without(lines) for feed in self._feeds], self._settings)

    def trips(
        self,
        mode: Mode,
        origins: Points,
        targets: Points,
        origin: Ints,
        target: Ints,
        pace: NDArray[np.float32],
        weekday: Ints,
        arrive: Ints,
    ) -> Trips:
        """Minutes of each asked way by bus; `walking` is the part on foot. The pace counts in whole metres a minute."""
        out = no_trips(len(origin))
        if mode not in self.modes or not len(origin):
            return out
        asked = _Asked.of(origin, target, pace, weekday, arrive)
        from_home = self._walks(origins, LONGEST_WALK_METRES)
        to_stops = self._walks(targets, LONGEST_WALK_METRES)
        straight = self._detour.way_metres(straight_metres(origins, targets, origin, target))
        on_foot = np.where((straight <= LONGEST_WALK_METRES) & (asked.pace > 0), straight, np.inf)
        seconds = np.ceil(on_foot * 60 / np.maximum(asked.pace, 1))
        walked = seconds.copy()
        within = np.diff(from_home.start)[origin] > 0
        for rows in asked.alike(within & (np.diff(to_stops.start)[target] > 0)):
            length, foot = self._ask(asked, rows, from_home, to_stops)
            better = length < np.minimum(seconds[rows], LONGEST_MINUTES * 60 + 1)
            seconds[rows[better]], walked[rows[better]] = length[better], foot[better]
        out.minutes[:], out.walking[:] = seconds / 60, walked / 60
        return out

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """As far as the fastest bus would go, its minutes rounded in its favour at each ride.

        A ride of t minutes takes nobody further than speed · (t + 1), and a change takes at least the minute.
        """
        if mode not in self.modes:
            return 0.0
        minutes = max(0.0, min(minutes, LONGEST_MINUTES))
        return max(self._speed, float(pace)) * (minutes + CHANGE_SECONDS / 60) * (1 + 1e-6) + 1.0

    def _ask(self, asked: "_Asked", rows: I64, from_home: _Walks, to_stops: _Walks) -> tuple[Ints, Ints]:
        """One scan, for rows alike in place, day, time and pace."""
        place, pace = int(asked.target[rows[0]]), int(asked.pace[rows[0]])
        latest = int(asked.arrive[rows[0]]) * 60
        earliest = latest - EARLY_MINUTES * 60
        egress = np.full(len(self._stops), NEVER, np.int32)
        near = slice(to_stops.start[place], to_stops.start[place + 1])
        egress[to_stops.stop[near]] = np.ceil(to_stops.metres[near] * 60 / pace)
        day = self._days[int(asked.weekday[rows[0]])]
        known = leave_times(
            _within(day, earliest - LONGEST_MINUTES * 60, latest),
            2 * self._trips,
            self._changes.at(pace),
            egress,
            earliest,
            latest,
        )
        told: tuple[Ints, Ints] = shortest(asked.origin[rows], from_home.at(pace), known)
        return told

    def _connections(self, feeds: Sequence[Feed], weekday: int) -> Rides:
        """The rides of a day, and those of the day before that run past midnight."""
        runs = np.concatenate([feed.week.runs[:, feed.service] for feed in feeds], axis=1)
        parts = []
        for day, shift, trips in ((weekday, 0, 0), ((weekday - 1) % 7, _DAY, self._trips)):
            some = runs[day][self._hops.trip] & (self._hops.arrive >= shift)
            ride = self._hops.take(np.flatnonzero(some))
            when = (ride.depart - shift, ride.arrive - shift)
            parts.append((*when, ride.from_stop, ride.to_stop, ride.board, ride.alight, ride.trip + trips, ride.nth))
        *columns, nth = (np.concatenate(one) for one in zip(*parts, strict=True))
        order = np.lexsort((-nth, columns[-1], -columns[0]))
        depart, arrive, *others, trip = (np.ascontiguousarray(one[order], np.int32) for one in columns)
        from_stop, to_stop, board, alight = others
        return depart, arrive, from_stop, to_stop, board, alight, trip

    def _walks(self, points: Points, longest: float) -> _Walks:
        """All walks from points to stops of at most `longest` metres on the ground."""
        known = np.flatnonzero(np.isfinite(points.latitude) & np.isfinite(points.longitude))
        at = _in_space(Points(points.latitude[known], points.longitude[known]))
        near: Any = self._tree.query_ball_point(at, longest, return_sorted=True) if len(known) else []
        row = np.repeat(known, [len(stops) for stops in near]).astype(np.int32)
        stop = np.array([stop for stops in near for stop in stops], np.int32)
        metres = self._detour.way_metres(straight_metres(points, self._stops, row, stop))
        keep = metres <= longest
        start = np.concatenate([[0], np.cumsum(np.bincount(row[keep], minlength=len(points)))]).astype(np.int32)
        return _Walks(start, stop[keep], metres[keep])


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions, whole numbers each; pace in whole metres a minute, rounded down, so that there are few."""

    origin: Ints
    target: Ints
    pace: Ints
    weekday: Ints
    arrive: Ints

    @staticmethod
    def of(origin: Ints, target: Ints, pace: NDArray[np.float32], weekday: Ints, arrive: Ints) -> "_Asked":
        whole = np.clip(np.nan_to_num(pace), 0, 9_999).astype(np.int32)
        return _Asked(origin.astype(np.int32), target, whole, weekday, np.clip(arrive, 0, 4_095))

    def alike(self, some: NDArray[np.bool_]) -> Iterator[I64]:
        """Rows among `some` that one scan answers, group by group."""
        rows = np.flatnonzero(some & (self.pace > 0))
        what = (self.target[rows].astype(np.int64) * 7 + self.weekday[rows]) * 4_096 + self.arrive[rows]
        key = what * 10_000 + self.pace[rows]
        order = np.argsort(key, kind="stable")
        new = np.flatnonzero(np.diff(key[order])) + 1
        return (group for group in np.split(rows[order], new) if len(group))


@dataclass(frozen=True, slots=True)
class _Hops:
    """From each stop to the next in the same trip, `nth` of it; rows of all feeds together."""

    trip: I64
    nth: I64
    depart: I64
    arrive: I64
    from_stop: I64
    to_stop: I64
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]

    def take(self, index: I64) -> "_Hops":
        return _Hops(*(getattr(self, name)[index] for name in self.__slots__))


def _hops(feeds: Sequence[Feed]) -> _Hops:
    parts, trips, stops = [], 0, 0
    for feed in feeds:
        times = feed.times
        here = np.flatnonzero(times.trip[1:] == times.trip[:-1])
        there = here + 1
        ends = (times.depart[here], times.arrive[there], times.stop[here] + stops, times.stop[there] + stops)
        parts.append((times.trip[here] + trips, here, *ends, times.board[here], times.alight[there]))
        trips, stops = trips + len(feed.service), stops + len(feed.stops)
    return _Hops(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def _within(rides: Rides, earliest: int, latest: int) -> Rides:
    """Those that depart within, as views of the columns."""
    start, end = np.searchsorted(-rides[0], [-latest, -earliest + 1])
    depart, arrive, from_stop, to_stop, board, alight, trip = (column[start:end] for column in rides)
    return depart, arrive, from_stop, to_stop, board, alight, trip


def _joined_stops(feeds: Sequence[Feed]) -> Points:
    return Points(
        np.concatenate([feed.stops.latitude for feed in feeds]),
        np.concatenate([feed.stops.longitude for feed in feeds]),
    )


def _in_space(points: Points) -> Floats:
    """Metres from the middle of the Earth; a chord is never longer than the way. Unknown points are far out."""
    north, east = np.radians(points.latitude), np.radians(points.longitude)
    axes = np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)
    return np.nan_to_num(EARTH_METRES * np.stack(axes, axis=1), nan=1e12)


def _top_speed(stops: Points, rides: _Hops) -> float:
    """Metres a minute between any two stops of any trip, each ride taken as a minute longer than the timetable says."""
    fastest, first = 0.0, np.arange(len(rides.trip))
    last = first
    while len(first):
        metres = straight_metres(stops, stops, rides.from_stop[first], rides.to_stop[last])
        seconds = rides.arrive[last] - rides.depart[first] + 60
        fastest = max(fastest, float(np.nanmax(metres / seconds, initial=0)) * 60)
        further = last + 1 < len(rides.trip)
        first, last = first[further], last[further] + 1
        same = rides.trip[first] == rides.trip[last]
        first, last = first[same], last[same]
    return fastest

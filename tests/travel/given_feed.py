"""Small GTFS feeds written as their files, and a bus search so slow and plain that it can be believed."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from matching.domain import Points
from matching.travel.straight_line import StraightLine, straight_metres
from tests.travel.given_ways import at

ALWAYS = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
EVERY_DAY = ALWAYS + "all,1,1,1,1,1,1,1,20190401,20190630\n"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def feed_files(
    stops: Mapping[str, tuple[float, float]],
    trips: Mapping[str, Sequence[tuple[str, ...]]],
    services: Mapping[str, str] | None = None,
    calendar: str = EVERY_DAY,
) -> dict[str, str]:
    """Stops by metres east and north; trips as rows of (stop, time[, pickup[, drop off]]); service `all` by default."""
    place = at(*stops.values())
    where = zip(stops, place.latitude, place.longitude, strict=True)
    rows = [
        f"{trip},{time},{time},{stop},{nth},{','.join((*kinds, '0', '0')[:2])}"
        for trip, times in trips.items()
        for nth, (stop, time, *kinds) in enumerate(times)
    ]
    served = [f"r,{(services or {}).get(trip, 'all')},{trip}" for trip in trips]
    return {
        "stops.txt": "\n".join(["stop_id,stop_name,stop_lat,stop_lon", *(f"{n},{n},{a},{o}" for n, a, o in where)]),
        "trips.txt": "\n".join(["route_id,service_id,trip_id", *served]),
        "stop_times.txt": "\n".join(
            ["trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type", *rows]
        ),
        "calendar.txt": calendar,
    }


def write_feed(folder: Path, files: Mapping[str, str]) -> Path:
    """The files in a folder, with a byte order mark as real feeds have one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8-sig")
    return folder


class SlowBus:
    """Reads a feed again by itself, and tries every departure of every stop near home, forwards."""

    def __init__(self, path: Path, monday: date, weekday: int) -> None:
        tables = _tables(path)
        stops = tables["stops.txt"]
        self.ids = [row["stop_id"] for row in stops]
        self.stops = Points(*(np.array([float(r[c]) for r in stops]) for c in ("stop_lat", "stop_lon")))
        row_of = {stop: row for row, stop in enumerate(self.ids)}
        day = monday + timedelta(days=weekday)
        runs = {trip["trip_id"]: _runs(tables, trip["service_id"], day) for trip in tables["trips.txt"]}
        trips = defaultdict(list)
        for row in tables["stop_times.txt"]:
            if runs[row["trip_id"]]:
                trips[row["trip_id"]].append((int(row["stop_sequence"]), row))
        self.hops = []
        for trip, times in trips.items():
            times.sort(key=lambda one: one[0])
            for nth, ((_, here), (_, there)) in enumerate(pairwise(times)):
                may = here["pickup_type"] in {"", "0", "3"}, there["drop_off_type"] in {"", "0", "3"}
                when = _seconds(here["departure_time"]), _seconds(there["arrival_time"])
                self.hops.append((*when, row_of[here["stop_id"]], row_of[there["stop_id"]], *may, trip, nth))
        self.hops.sort(key=lambda hop: (hop[0], hop[6], hop[7]))
        self.changes = [self.walks(self.stop(row), 300) for row in range(len(stops))]

    def stop(self, row: int) -> Points:
        """Where a stop is."""
        return Points(self.stops.latitude[row : row + 1], self.stops.longitude[row : row + 1])

    def walks(self, point: Points, longest: float) -> dict[int, float]:
        """Metres on foot to each stop near a point."""
        n = len(self.stops)
        metres = StraightLine().way_metres(straight_metres(point, self.stops, np.zeros(n, int), np.arange(n)))
        return {stop: float(metres[stop]) for stop in np.flatnonzero(metres <= longest).tolist()}

    def seconds(self, home: Points, place: Points, arrive: int, pace: float) -> float:
        """Door to door of the shortest way arriving within the hour before `arrive` (minute); inf if none."""
        latest, earliest = arrive * 60, arrive * 60 - 3_600
        access, egress = ({s: _walk(m, pace) for s, m in self.walks(end, 1_000).items()} for end in (home, place))
        best = np.inf
        direct = float(StraightLine().way_metres(straight_metres(home, place, *(2 * (np.zeros(1, int),))))[0])
        if direct <= 1_000:
            best = _walk(direct, pace)
        hops = [hop for hop in self.hops if earliest - 180 * 60 <= hop[0] and hop[1] <= latest]
        leaves = {hop[0] - access[hop[2]] for hop in hops if hop[2] in access and hop[4]}
        for leave in sorted(leaves, reverse=True):
            if earliest - leave >= best:
                break
            best = min(best, self._arrive(hops, leave, access, egress, earliest, latest, pace) - leave)
        return best if best <= 180 * 60 else np.inf

    def _arrive(self, hops, leave, access, egress, earliest, latest, pace) -> float:
        """Earliest arrival of who leaves at `leave`: board all that can be boarded until nothing is new."""
        there = {stop: leave + walk for stop, walk in access.items()}
        boarded: dict[str, int] = {}
        best, known = np.inf, None
        later = [hop for hop in hops if hop[0] >= leave]
        while known != (best, len(boarded), sum(there.values())):
            known = best, len(boarded), sum(there.values())
            for depart, arrive, from_stop, to_stop, board, alight, trip, nth in later:
                if board and there.get(from_stop, np.inf) <= depart:
                    boarded[trip] = min(boarded.get(trip, nth), nth)
                if boarded.get(trip, nth + 1) > nth or not alight:
                    continue
                if to_stop in egress and earliest <= arrive + egress[to_stop] <= latest:
                    best = min(best, arrive + egress[to_stop])
                for stop, metres in self.changes[to_stop].items():
                    there[stop] = min(there.get(stop, np.inf), arrive + 60 + _walk(metres, pace))
        return best


def _walk(metres: float, pace: float) -> int:
    return int(np.ceil(metres * 60 / pace))


def _seconds(clock: str) -> int:
    hours, minutes, seconds = map(int, clock.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def _tables(path: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in ("stops.txt", "trips.txt", "stop_times.txt", "calendar.txt", "calendar_dates.txt")
        }


def _runs(tables: Mapping[str, list[dict[str, str]]], service: str, day: date) -> bool:
    for row in tables["calendar_dates.txt"]:
        if row["service_id"] == service and row["date"] == f"{day:%Y%m%d}":
            return row["exception_type"] == "1"
    return any(
        row[DAYS[day.weekday()]] == "1" and row["start_date"] <= f"{day:%Y%m%d}" <= row["end_date"]
        for row in tables["calendar.txt"]
        if row["service_id"] == service
    )

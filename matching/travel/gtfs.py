"""GTFS and GTFS-JP feeds: what a timetable needs of them, as columns, with every problem told.

Read are stops, trips, stop_times, calendar, calendar_dates and frequencies. Everything else (shapes, fares, offices,
translations …) may be empty, misspelt or absent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Points
from matching.travel.feed_files import feed_sources
from matching.travel.sheets import Problems, Sheet, parse
from matching.travel.stop_times import FREQUENCIES, KNOWS, NEEDS, StopTimes, repeated, stop_times
from matching.travel.texts import problem
from matching.travel.week import CALENDAR, DATES, Week, typical_week


@dataclass(frozen=True, slots=True)
class Feed:
    """Stops, stop times, the service and the line (route) of each trip, and the week in which they are driven."""

    stops: Points
    times: StopTimes
    service: NDArray[np.int64]
    week: Week
    line: tuple[str, ...] = ()

    def without(self, lines: frozenset[str]) -> "Feed":
        """The same feed in which these lines never run."""
        ended = np.array([one in lines for one in self.line], np.bool_)
        if not ended.any():
            return self
        never = self.week.runs.shape[1]
        runs = np.concatenate([self.week.runs, np.zeros((len(self.week.runs), 1), np.bool_)], axis=1)
        return replace(self, service=np.where(ended, never, self.service), week=replace(self.week, runs=runs))


def read_feeds(path: Path, problems: Problems) -> list[Feed]:
    """The feeds of a `gtfs.zip`, or of a folder that is one feed, or that holds several as folders or zips."""
    return [_feed(_Files(name, files, problems)) for name, files in feed_sources(path, problems)]


@dataclass(frozen=True, slots=True)
class _Files:
    name: str
    files: Mapping[str, bytes]
    problems: Problems

    def sheet(self, file: str, needs: Sequence[str], knows: Sequence[str] = (), required: bool = True) -> Sheet:
        """A file as a sheet; without rows if it is not there."""
        if file in self.files:
            return parse(self.files[file], f"{self.name}/{file}", needs, knows, self.problems)
        if required:
            self.problems.append(problem(self.name, 0, "", "missing_file", {"file": file}))
        return Sheet(f"{self.name}/{file}", {}, ())


def _feed(files: _Files) -> Feed:
    problems = files.problems
    stops = files.sheet("stops.txt", ("stop_id", "stop_lat", "stop_lon"), ("stop_name", "location_type"))
    place = Points(stops.degrees("stop_lat", 90, problems), stops.degrees("stop_lon", 180, problems))
    trips = files.sheet("trips.txt", ("service_id", "trip_id"), ("route_id",))
    trip_rows, stop_rows = trips.identifiers("trip_id", problems), stops.identifiers("stop_id", problems)
    times = stop_times(files.sheet("stop_times.txt", NEEDS, KNOWS), trip_rows, stop_rows, problems)
    unused = len(stops) - len(np.unique(times.stop))
    if unused:
        problems.append(problem(stops.file, 0, "stop_id", "unused_stops", {"count": unused}, warning=True))
    services = {one: at for at, one in enumerate(dict.fromkeys(trips.text("service_id")))}
    service = np.array([services[one] for one in trips.text("service_id")], np.int64)
    line = trips.text("route_id")
    often = files.sheet("frequencies.txt", FREQUENCIES, required=False)
    if len(often):
        times, of = repeated(often, trip_rows, times, problems)
        service, line = service[of], [line[at] for at in of.tolist()]
    return Feed(place, times, service, _week(files, services, service), tuple(line))


def _week(files: _Files, services: Mapping[str, int], service: NDArray[np.int64]) -> Week:
    regular = files.sheet("calendar.txt", CALENDAR, required="calendar_dates.txt" not in files.files)
    dates = files.sheet("calendar_dates.txt", DATES, required=False)
    unknown = services.keys() - {*regular.text("service_id"), *dates.text("service_id")}
    for name in sorted(unknown) if len(regular) + len(dates) else ():
        facts = {"value": name, "file": "calendar.txt"}
        files.problems.append(problem(f"{files.name}/trips.txt", 0, "service_id", "unknown_id", facts, warning=True))
    return typical_week(regular, dates, services, np.bincount(service, minlength=len(services)), files.problems)

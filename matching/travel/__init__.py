"""Who says how many minutes a way takes: straight lines or streets, and the bus where the town has a timetable."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import BusLines, Ints, Points, SureTimes, TravelSettings, TravelTimes, Trips
from matching.domain.words import Mode
from matching.errors import Facts, InputError, Problem
from matching.travel.straight_line import StraightLine
from matching.travel.texts import problem

if TYPE_CHECKING:
    from matching.travel.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Travel:
    """The travel times of a town, facts worth telling about them, and what was odd in the files (warnings)."""

    times: TravelTimes
    facts: Facts
    warnings: tuple[Problem, ...]


def provider(settings: TravelSettings, folder: Path | None) -> TravelTimes:
    """The travel times that a town asks for; `folder` is the town folder, for its streets and timetable.

    Raises:
        InputError: with every problem of the street and timetable files.
    """
    return read_travel(settings, folder).times


def read_travel(settings: TravelSettings, folder: Path | None) -> Travel:
    """As `provider`, with what there is to tell.

    Raises:
        InputError: with every problem of the street and timetable files.
    """
    problems: list[Problem] = []
    ground, bus = _on_the_ground(settings, folder, problems), _timetable(settings, folder, problems)
    if any(not one.warning for one in problems):
        raise InputError(one for one in problems if not one.warning)
    if bus is None or not bus.modes:
        return Travel(ground, {}, tuple(sorted(problems)))
    return Travel(WithBus(ground, bus), {"timetable_week": ";".join(bus.weeks)}, tuple(sorted(problems)))


@dataclass(frozen=True, slots=True)
class WithBus:
    """Two providers as one: the second answers for the modes that it has."""

    ground: TravelTimes
    bus: TravelTimes

    @property
    def lines(self) -> frozenset[str]:
        """The bus lines, where the second knows them."""
        return self.bus.lines if isinstance(self.bus, BusLines) else frozenset()

    def without_lines(self, lines: frozenset[str]) -> "WithBus":
        """The same without these bus lines."""
        return WithBus(self.ground, self.bus.without_lines(lines)) if isinstance(self.bus, BusLines) else self

    @property
    def modes(self) -> frozenset[Mode]:
        """Those of both."""
        return self.ground.modes | self.bus.modes

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
        """Minutes of each asked way by the provider of the mode."""
        return self._of(mode).trips(mode, origins, targets, origin, target, pace, weekday, arrive)

    def reach_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """The reach of the provider of the mode."""
        return self._of(mode).reach_metres(mode, minutes, pace)

    def sure_metres(self, mode: Mode, minutes: float, pace: float) -> float:
        """What the provider of the mode is sure of; −1 if it cannot say."""
        times = self._of(mode)
        return times.sure_metres(mode, minutes, pace) if isinstance(times, SureTimes) else -1.0

    def _of(self, mode: Mode) -> TravelTimes:
        return self.bus if mode in self.bus.modes else self.ground


def _timetable(settings: TravelSettings, folder: Path | None, problems: list[Problem]) -> "Timetable | None":
    """The bus, where the town has feeds; without one trip that can be taken unbooked it is told, and has no modes."""
    found = [folder / name for name in ("gtfs", "gtfs.zip") if (folder / name).exists()] if folder is not None else []
    if not found:
        return None
    from matching.travel.gtfs import read_feeds
    from matching.travel.timetable import Timetable

    feeds = [feed for path in found for feed in read_feeds(path, problems)]
    if any(not one.warning for one in problems):
        return None
    bus = Timetable(feeds, settings)
    if not bus.modes:
        problems.append(problem(found[0].name, 0, "", "no_service", {}, warning=True))
    return bus


def _on_the_ground(settings: TravelSettings, folder: Path | None, problems: list[Problem]) -> TravelTimes:
    if settings.provider == "streets" and folder is not None:
        return _streets(settings, folder, problems)
    if settings.provider not in ("straight_line", "streets"):
        problems.append(problem("town.toml", 0, "provider", "no_provider", {"value": settings.provider}))
    return StraightLine(settings)


def _streets(settings: TravelSettings, folder: Path, problems: list[Problem]) -> TravelTimes:
    from matching.travel.road_files import read_osm, read_tables
    from matching.travel.streets import Streets

    if settings.streets:
        return Streets(read_osm(folder / settings.streets, problems), settings)
    if settings.nodes and settings.edges:
        return Streets(read_tables(folder / settings.nodes, folder / settings.edges, problems), settings)
    problems.append(problem("town.toml", 0, "provider", "no_street_files", {}))
    return StraightLine(settings)


__all__ = ["StraightLine", "Travel", "WithBus", "provider", "read_travel"]

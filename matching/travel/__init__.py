"""Who says how many minutes a way takes: straight lines or streets, and the bus where the town has a timetable."""

from dataclasses import dataclass
from pathlib import Path

from matching.domain.place import TravelSettings, TravelTimes
from matching.errors import Facts, InputError, Problem
from matching.travel.straight_line import StraightLine
from matching.travel.texts import problem


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
    times = _on_the_ground(settings, folder, problems)
    if any(not one.warning for one in problems):
        raise InputError(one for one in problems if not one.warning)
    return Travel(times, {}, tuple(sorted(problems)))


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


__all__ = ["StraightLine", "Travel", "provider", "read_travel"]

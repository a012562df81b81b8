"""Who says how many minutes a way takes."""

from pathlib import Path

from matching.domain.place import TravelSettings, TravelTimes
from matching.travel.straight_line import StraightLine


def provider(settings: TravelSettings, folder: Path | None) -> TravelTimes:  # noqa: ARG001
    """The travel times that a town asks for; `folder` is the town folder, for its streets and timetable."""
    return StraightLine(settings)


__all__ = ["StraightLine", "provider"]

"""Questions to travel times that read like sentences, and small street networks drawn on a flat map."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matching.domain import Mode, Points, TravelTimes, Trips
from matching.travel.roads import Roads, Use
from matching.travel.straight_line import straight_metres

SHARED = Path(__file__).parents[2].parent / "shared/data/open"
NORTH, EAST = 35.0, 135.0
METRES_NORTH = 111_195.08
METRES_EAST = METRES_NORTH * np.cos(np.radians(NORTH))
EVERYTHING = int(Use.WALK | Use.ROLL | Use.CYCLE | Use.DRIVE | Use.DRIVE_BACK)


def at(*metres: tuple[float, float]) -> Points:
    """Points by metres east and north of a corner of the map."""
    east, north = np.array(metres, np.float64).reshape(-1, 2).T
    return Points(NORTH + north / METRES_NORTH, EAST + east / METRES_EAST)


def ask(
    times: TravelTimes,
    mode: Mode,
    origins: Points,
    targets: Points,
    pace: float = 60.0,
    weekday: int = 0,
    arrive: int = 600,
) -> Trips:
    """Every origin to every target, a row each, origins first."""
    n, m = len(origins), len(targets)
    return times.trips(
        mode,
        origins,
        targets,
        np.repeat(np.arange(n, dtype=np.int32), m),
        np.tile(np.arange(m, dtype=np.int32), n),
        np.full(n * m, pace, np.float32),
        np.full(n * m, weekday, np.int32),
        np.full(n * m, arrive, np.int32),
    )


def minutes(times: TravelTimes, mode: Mode, origin: tuple[float, float], target: tuple[float, float]) -> float:
    """One way between two points of the map, at 60 metres a minute."""
    return float(ask(times, mode, at(origin), at(target)).minutes[0])


def roads(nodes: Sequence[tuple[float, float]], *edges: tuple[int, int] | tuple[int, int, int]) -> Roads:
    """Straight roads between nodes given in metres; (from, to) for everybody, or with a third: bits of Use."""
    points = at(*nodes)
    told = np.array([(*edge, EVERYTHING)[:3] for edge in edges], np.int64).reshape(-1, 3)
    u, v = told[:, 0].astype(np.int32), told[:, 1].astype(np.int32)
    metres = straight_metres(points, points, u, v)
    return Roads(points, u, v, metres, told[:, 2].astype(np.uint8), np.ones(len(told), np.float32))

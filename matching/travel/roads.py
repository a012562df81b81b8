"""A street network as columns, and what each class of road allows.

Words and tags are OpenStreetMap's (highway, oneway, access, foot, bicycle, motor_vehicle, wheelchair). A list value
such as "path,residential" is what simplification leaves of several parts: only what all of them allow is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
from numpy.typing import NDArray

from matching.domain.place import Floats, Ints, Points

CAR_SPEEDS: Mapping[str, float] = {
    "motorway": 2.5,
    "motorway_link": 1.4,
    "trunk": 1.5,
    "trunk_link": 1.0,
    "primary": 1.3,
    "primary_link": 1.0,
    "secondary": 1.2,
    "secondary_link": 0.9,
    "tertiary": 1.0,
    "tertiary_link": 0.8,
    "unclassified": 0.8,
    "residential": 0.7,
    "road": 0.7,
    "living_street": 0.35,
    "service": 0.35,
    "track": 0.35,
}
"""How fast a car goes, as a multiple of the town's `car_metres_per_minute` (500 is 30 km/h: trunk 45, residential 21).

Source: our assumption. It follows the order of the legal limits (60 km/h where no sign stands, 30 km/h on living roads
since September 2026) at about three quarters of them, for lights and turns; a town calibrates it by its own car speed.
"""
_NO_FOOT = frozenset({"motorway", "motorway_link"})
_FOOT_ONLY = frozenset(
    {"footway", "pedestrian", "path", "steps", "corridor", "bridleway", "cycleway", "elevator", "platform", "busway"}
)
_FOOT = (frozenset(CAR_SPEEDS) | _FOOT_ONLY) - _NO_FOOT
_REFUSED = frozenset({"no", "private"})
_GRANTED = frozenset({"yes", "designated", "permissive", "destination"})
_ONE_WAY = frozenset({"yes", "true", "1"})
_AGAINST = frozenset({"-1", "reverse"})


class Use(IntFlag):
    """Who may use an edge. People go both ways, bicycles too (自転車を除く is the usual sign under 一方通行)."""

    WALK = 1
    ROLL = 2
    CYCLE = 4
    DRIVE = 8
    """By car from `u` to `v`."""
    DRIVE_BACK = 16
    """By car from `v` to `u`."""


@dataclass(frozen=True, slots=True)
class Roads:
    """Nodes, and edges between them: `u`, `v` rows of `nodes`; `metres`; `use` bits of Use; `speed` see CAR_SPEEDS."""

    nodes: Points
    u: Ints
    v: Ints
    metres: Floats
    use: NDArray[np.uint8]
    speed: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.u)


def use_of(tags: Mapping[str, str]) -> tuple[Use, float]:
    """Who may use a way with these tags, and how fast a car goes on it (1 where none may)."""
    classes = {part.strip() for part in tags.get("highway", "").replace(";", ",").split(",")}
    use = _on_foot(classes, tags)
    if classes <= CAR_SPEEDS.keys() and not _refused(tags, "motorcar", "motor_vehicle", "vehicle", "access"):
        use |= _directions(classes, tags)
    return use, min((CAR_SPEEDS[one] for one in classes if one in CAR_SPEEDS), default=1.0)


def _on_foot(classes: set[str], tags: Mapping[str, str]) -> Use:
    use = Use(0)
    if not classes <= _FOOT or tags.get("motorroad") == "yes":
        return use
    if not _refused(tags, "foot", "access"):
        use |= Use.WALK
        if "steps" not in classes and tags.get("wheelchair") != "no":
            use |= Use.ROLL
    if "steps" not in classes and not _refused(tags, "bicycle", "vehicle", "access"):
        use |= Use.CYCLE
    return use


def _refused(tags: Mapping[str, str], *keys: str) -> bool:
    """The most particular key that says anything decides."""
    for key in keys:
        if tags.get(key) in _REFUSED:
            return True
        if tags.get(key) in _GRANTED:
            return False
    return False


def _directions(classes: set[str], tags: Mapping[str, str]) -> Use:
    told = tags.get("oneway", "").lower()
    if told in _AGAINST:
        return Use.DRIVE_BACK
    implied = told in {"", "nan"} and (tags.get("junction") == "roundabout" or "motorway" in classes)
    if told in _ONE_WAY or implied:
        return Use.DRIVE
    return Use.DRIVE | Use.DRIVE_BACK

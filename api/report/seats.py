"""Places taken and free under the plan, by kind of resource and by weekday."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.report.joined import Joined
from matching.domain import Accepting, Opening, Resource


@dataclass(frozen=True, slots=True)
class Seats:
    """Places of some openings: those that are taken (present visitors included) and those that stay free."""

    used: int = 0
    free: int = 0


@dataclass(frozen=True, slots=True)
class SeatCount:
    """Seats by a word, in the order of the town's rows, and the openings left out (closed, or of unknown size)."""

    by: Mapping[str, Seats]
    closed: int
    unknown: int


def seats(round_: Joined, by: Callable[[Opening, Resource], str]) -> SeatCount:
    """Count the places of every opening that takes people and says how many."""
    found: dict[str, Seats] = {}
    closed = unknown = 0
    for opening in round_.community.openings:
        resource = round_.resources[opening.resource_id]
        places = _places(opening, resource)
        if resource.accepting == Accepting.CLOSED:
            closed += 1
        elif places is None:
            unknown += 1
        else:
            used = opening.attending + round_.coming.get(opening.opening_id, 0)
            old = found.get(by(opening, resource), Seats())
            found[by(opening, resource)] = Seats(old.used + used, old.free + max(0, places - used))
    return SeatCount(found, closed, unknown)


def _places(opening: Opening, resource: Resource) -> int | None:
    """As the engine counts them: the stated places; an informal opening is never filled beyond its comfort."""
    stated, comfort = opening.capacity, opening.comfortable_load
    if stated is None or (resource.informal and comfort is not None):
        return comfort if stated is None or comfort is None else min(stated, comfort)
    return stated

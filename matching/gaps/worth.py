"""What one more place or one more hour of a helper would bring: the edited town is solved again, nothing is guessed."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from matching.carried.agree import Agreed
from matching.domain import Community, Opening, Resource, Unplaced
from matching.pose import PLACED

TRIES = 8
"""Changes that are tried, those first that most people wait for."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One more place at an opening, or one more hour a month of a helper.

    `placed`: how many more needs the new best plan places; `exact` if both plans are proven best.
    """

    what: str
    resource_id: str
    opening_id: str
    placed: int
    exact: bool


def worths(
    town: Community, agreed: Agreed, why: Mapping[int, Unplaced], again: Callable[[Community], Agreed]
) -> tuple[Worth, ...]:
    """The worth of the changes that most of those who wait could use, each by solving the edited town again."""
    out = []
    for what, identifier in _asked(town, why):
        changed, resource, opening = _edited(town, agreed, what, identifier)
        then = again(changed)
        placed = int(then.choice.value[PLACED] - agreed.choice.value[PLACED])
        exact = bool(agreed.choice.proven.all() and then.choice.proven.all())
        out.append(Worth(what, resource.resource_id, opening, placed, exact))
    return tuple(sorted(out, key=lambda one: (-one.placed, one.what, one.resource_id, one.opening_id)))


def _asked(town: Community, why: Mapping[int, Unplaced]) -> list[tuple[str, str]]:
    """Openings that are full, and helpers without hours, by how many wait for them."""
    counted: Counter[tuple[str, str]] = Counter()
    of_name = {resource.name: resource.resource_id for resource in town.resources if resource.max_hours_per_month}
    for one in why.values():
        counted.update(("place", opening) for opening, _ in one.full)
        names = [str(r.facts["place"]) for r in one.held_back if r.code == "helper_hours"]
        counted.update(("helper_hour", of_name[name]) for name in names if name in of_name)
    return [key for key, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:TRIES]]


def _edited(town: Community, agreed: Agreed, what: str, identifier: str) -> tuple[Community, Resource, str]:
    """The town with one more; its resource and opening."""
    resources = {resource.resource_id: resource for resource in town.resources}
    if what == "helper_hour":
        found = resources[identifier]
        more = replace(found, max_hours_per_month=(found.max_hours_per_month or 0) + 1)
        return replace(town, resources=tuple(more if r is found else r for r in town.resources)), found, ""
    row = agreed.posed.pairs.town.opening_row()[identifier]
    opening = town.openings[row]
    openings = (*town.openings[:row], _roomier(opening, int(agreed.posed.places[row])), *town.openings[row + 1 :])
    return replace(town, openings=openings), resources[opening.resource_id], identifier


def _roomier(opening: Opening, places: int) -> Opening:
    """One place more than there are for people of the needs; the comfortable load goes along where it is a limit."""
    most = places + opening.attending + 1
    load = opening.comfortable_load
    return replace(opening, capacity=most, comfortable_load=None if load is None else max(load, most))

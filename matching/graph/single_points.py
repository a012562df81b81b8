"""Single points of failure: «if this volunteer stops, n people lose their only place», exact, over the pair columns."""

from dataclasses import dataclass

import numpy as np

from matching.domain import Community
from matching.graph.could_go import GROUPS, I32, CouldGo, groups


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """What happens if one helper, resource, opening or organisation stops.

    Attributes:
        kind: one of `matching.graph.could_go.GROUPS`.
        id: of the resident who helps (opaque), the resource, the opening or the organisation.
        name: of the organisation, else of the resources (for a volunteer these tell a role, never a person).
        needs: ids of the needs that could go somewhere, but only through it, sorted.
        people: whose needs these are, each counted once.
        placed: needs that hold a place through it now, whether or not they could go elsewhere.
    """

    kind: str
    id: str
    name: str
    needs: tuple[str, ...]
    people: int
    placed: int


def single_points(could: CouldGo) -> tuple[SinglePoint, ...]:
    """Everything of which somebody's options, or present place, depend; those first who would leave most people alone.

    A need depends on a group if all its options are of that group: the smallest and the largest group number among its
    options are equal. O(pairs) for each kind of group.
    """
    found = [point for kind in GROUPS for point in _of_kind(could, kind)]
    return tuple(sorted(found, key=lambda p: (-p.people, -p.placed, GROUPS.index(p.kind), p.id)))


def _of_kind(could: CouldGo, kind: str) -> list[SinglePoint]:
    community = could.community
    of_opening, ids = groups(community, kind)
    group = of_opening[could.opening]
    alone = _alone(could.need, group)
    held = group[could.held]
    placed = np.bincount(held[held >= 0], minlength=len(ids)).tolist()
    names = _names(community, kind)
    points = []
    for number in sorted(set(alone) | {i for i, count in enumerate(placed) if count}):
        needs = [community.needs[i] for i in alone.get(number, ())]
        points.append(
            SinglePoint(
                kind=kind,
                id=ids[number],
                name=names.get(ids[number]) or ids[number],
                needs=tuple(sorted(need.need_id for need in needs)),
                people=len({need.resident_id for need in needs}),
                placed=placed[number],
            )
        )
    return points


def _alone(need: I32, group: I32) -> dict[int, list[int]]:
    """For each group the needs that have no option outside it; `need` ascends."""
    if not len(need):
        return {}
    first = np.flatnonzero(np.diff(need, prepend=-1))
    lowest, highest = np.minimum.reduceat(group, first), np.maximum.reduceat(group, first)
    alone: dict[int, list[int]] = {}
    for i in np.flatnonzero((lowest == highest) & (lowest >= 0)).tolist():
        alone.setdefault(int(lowest[i]), []).append(int(need[first[i]]))
    return alone


def _names(community: Community, kind: str) -> dict[str, str]:
    if kind == "organisation":
        return {row.organisation_id: row.name for row in community.organisations}
    name = {row.resource_id: row.name or row.resource_id for row in community.resources}
    if kind == "resource":
        return name
    if kind == "opening":
        return {row.opening_id: name[row.resource_id] for row in community.openings}
    helped: dict[str, set[str]] = {}
    for row in community.resources:
        helped.setdefault(row.resident_id, set()).add(name[row.resource_id])
    return {resident: "・".join(sorted(places)) for resident, places in helped.items()}

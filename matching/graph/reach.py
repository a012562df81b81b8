"""Reach: what each need could get to, openings that nobody can get to, needs with one possible place; by area."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.graph.could_go import CouldGo, groups


@dataclass(frozen=True, slots=True)
class NeedReach:
    """How many openings, and of how many resources, one need could go to; `only_resource_id` where there is but one."""

    need_id: str
    resident_id: str
    area_id: str
    openings: int
    resources: int
    only_resource_id: str


@dataclass(frozen=True, slots=True)
class AreaReach:
    """The needs of those who live in an area, how many could go nowhere, or to one resource only; and its openings.

    `people` have these needs, `people_nowhere` and `people_one` those that could go nowhere, or to one resource only.
    """

    area_id: str
    needs: int
    people: int
    nowhere: int
    people_nowhere: int
    one_resource: int
    people_one: int
    openings: int
    unreached: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Every need sorted by id, every area sorted by id («» = of no area), and the openings that nobody could go to."""

    needs: tuple[NeedReach, ...]
    areas: tuple[AreaReach, ...]
    unreached: tuple[str, ...]


def reach(could: CouldGo) -> Reach:
    """Count the ways that `could` tells. Needs without a way count as nowhere, whatever the reason."""
    needs = tuple(sorted(_needs(could), key=lambda row: row.need_id))
    nobody = np.bincount(could.opening, minlength=len(could.community.openings)) == 0
    openings = could.community.openings
    unreached = tuple(sorted(openings[j].opening_id for j in np.flatnonzero(nobody).tolist()))
    return Reach(needs, _areas(could, needs, unreached), unreached)


def _needs(could: CouldGo) -> list[NeedReach]:
    community = could.community
    lives = {row.resident_id: row.area_id for row in community.residents}
    of_opening, ids = groups(community, "resource")
    openings = np.bincount(could.need, minlength=len(community.needs)).tolist()
    width = max(len(ids), 1)
    distinct = np.unique(could.need.astype(np.int64) * width + of_opening[could.opening])
    resources = np.bincount(distinct // width, minlength=len(community.needs)).tolist()
    last = dict(zip((distinct // width).tolist(), (distinct % width).tolist(), strict=True))
    return [
        NeedReach(
            need_id=need.need_id,
            resident_id=need.resident_id,
            area_id=lives[need.resident_id],
            openings=openings[i],
            resources=resources[i],
            only_resource_id=ids[last[i]] if resources[i] == 1 else "",
        )
        for i, need in enumerate(community.needs)
    ]


def _areas(could: CouldGo, needs: tuple[NeedReach, ...], unreached: tuple[str, ...]) -> tuple[AreaReach, ...]:
    community = could.community
    place = {row.resource_id: row.area_id for row in community.resources}
    stands = {row.opening_id: place[row.resource_id] for row in community.openings}
    asked, people = _counted(needs)
    nowhere, people_nowhere = _counted([row for row in needs if row.resources == 0])
    one, people_one = _counted([row for row in needs if row.resources == 1])
    offered, empty = Counter(stands.values()), Counter(stands[opening] for opening in unreached)
    areas = {row.area_id for row in community.areas} | set(asked) | set(offered)
    return tuple(
        AreaReach(a, asked[a], people[a], nowhere[a], people_nowhere[a], one[a], people_one[a], offered[a], empty[a])
        for a in sorted(areas)
    )


def _counted(needs: Sequence[NeedReach]) -> tuple[Counter[str], Counter[str]]:
    """Needs by area, and the people who have them."""
    people = {(row.resident_id, row.area_id) for row in needs}
    return Counter(row.area_id for row in needs), Counter(area for _, area in people)

"""Who could go where, as columns: the pairs that the rules admit, and the places that are held already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.domain import Community

I32 = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CouldGo:
    """(need, opening) pairs of a town as index columns, in the order of `need`, then `opening`, each pair once.

    A place that is held can be gone to, even where the rules would not admit it today: `admissible` marks the pairs
    that the caller handed in, `held` the present places. Iterating gives the admissible (need_id, opening_id) pairs.

    Attributes:
        community: the town.
        need, opening: of each pair, indices into `community.needs` and `community.openings`.
        admissible, held: of each pair; at least one of them is true.
        judged: False where no rules have been asked; then nothing can be said about who could go where.
    """

    community: Community
    need: I32
    opening: I32
    admissible: Bools
    held: Bools
    judged: bool

    def __iter__(self) -> Iterator[tuple[str, str]]:
        needs, openings = self.community.needs, self.community.openings
        for i, j in zip(self.need[self.admissible].tolist(), self.opening[self.admissible].tolist(), strict=True):
            yield needs[i].need_id, openings[j].opening_id

    def openings_of(self, need_id: str) -> tuple[str, ...]:
        """The openings that one need could go to, sorted by id; empty for an unknown need."""
        row = next((i for i, need in enumerate(self.community.needs) if need.need_id == need_id), -1)
        return tuple(sorted(self.community.openings[j].opening_id for j in self.opening[self.need == row].tolist()))


def could_go(community: Community, pairs: Iterable[tuple[str, str]] | None = None) -> CouldGo:
    """Who could go where, from (need_id, opening_id) pairs that the rules admit; None where no rules have been asked.

    Raises:
        ValueError: a pair names a need or an opening that the town does not have.
    """
    needs = {need.need_id: i for i, need in enumerate(community.needs)}
    openings = {opening.opening_id: j for j, opening in enumerate(community.openings)}
    told = list(pairs or ())
    lost = [pair for pair in told if pair[0] not in needs or pair[1] not in openings]
    if lost:
        raise ValueError(f"could_go: {len(lost)} pairs of unknown needs or openings, e.g. {lost[0]}")
    need = np.fromiter((needs[n] for n, _ in told), np.int32, len(told))
    opening = np.fromiter((openings[o] for _, o in told), np.int32, len(told))
    return _columns(community, need, opening, judged=pairs is not None)


def could_go_columns(community: Community, need: I32, opening: I32) -> CouldGo:
    """Who could go where, from index columns into `community.needs` and `community.openings` (as candidates have them).

    Raises:
        ValueError: an index is outside the town.
    """
    sizes = len(community.needs), len(community.openings)
    for column, size in zip((need, opening), sizes, strict=True):
        if len(column) and (column.min() < 0 or column.max() >= size):
            raise ValueError(f"could_go: an index outside 0 … {size - 1}")
    return _columns(community, need, opening, judged=True)


def _columns(community: Community, need: I32, opening: I32, judged: bool) -> CouldGo:
    """Sorted, each pair once, with the held places among them."""
    needs = {row.need_id: i for i, row in enumerate(community.needs)}
    openings = {row.opening_id: j for j, row in enumerate(community.openings)}
    width = max(len(openings), 1)
    admitted = np.unique(need.astype(np.int64) * width + opening)
    held = np.unique(
        np.array([needs[p.need_id] * width + openings[p.opening_id] for p in community.placements], np.int64)
    )
    pair = np.union1d(admitted, held)
    return CouldGo(
        community=community,
        need=(pair // width).astype(np.int32),
        opening=(pair % width).astype(np.int32),
        admissible=np.isin(pair, admitted),
        held=np.isin(pair, held),
        judged=judged,
    )


GROUPS = ("helper", "resource", "opening", "organisation")
"""By what openings belong together: who helps at the resource, the resource, nothing (each alone), who runs it."""


def groups(community: Community, by: str) -> tuple[I32, tuple[str, ...]]:
    """For each opening the number of its group (-1: none), and the groups' ids, sorted; `by` is one of `GROUPS`."""
    resources = {row.resource_id: row for row in community.resources}
    if by == "opening":
        ids = [row.opening_id for row in community.openings]
    else:
        column = {"helper": "resident_id", "resource": "resource_id", "organisation": "organisation_id"}[by]
        ids = [str(getattr(resources[row.resource_id], column)) for row in community.openings]
    names = tuple(sorted({one for one in ids if one}))
    number = {name: i for i, name in enumerate(names)}
    return np.array([number.get(one, -1) for one in ids], np.int32), names

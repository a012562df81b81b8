"""E2SFCA: how many places there are for each need within its true reach, places shared with everybody who reaches them.

The enhanced two-step floating catchment area (Luo & Qi 2009), with the rules' own answer for who could go where, the
minutes of each way, and the places that are free for people of the needs.
"""

import numpy as np
from numpy.typing import NDArray

from matching.candidates import judge_town
from matching.domain import Community, TravelTimes
from matching.indicators.cells import AREA, KIND, Cells, Indicator
from matching.rules import Rulebook, columns
from matching.rules.arrays import I32, UNKNOWN
from matching.rules.ways import ways

ZONES = ((10, 1.0), (20, 0.68), (10**6, 0.22))
"""Up to so many minutes a place counts so much; the last zone ends where the person's own reach ends (the rules)."""
_WITHOUT_A_WAY = 2
"""From this `where` on (online, phone) nobody travels."""

Floats = NDArray[np.float64]


def access(town: Community, rulebook: Rulebook, travel: TravelTimes) -> Indicator:
    """Places a need, the mean over the needs of an area, or of a kind; of everybody who agreed to be matched."""
    known = columns(town)
    pairs = judge_town(known, travel, rulebook).pairs
    way = ways(pairs)
    sure = way.known | (pairs.opening.where >= _WITHOUT_A_WAY)
    matched = known.needs.sharing >= known.basis
    held = known.needs.held[(known.needs.held != UNKNOWN) & ~matched]
    places = rulebook.places.free(known)[0] - np.bincount(held, minlength=len(town.openings))
    found = e2sfca(
        len(town.needs), pairs.need_row[sure], pairs.opening_row[sure], way.minutes[sure], np.maximum(places, 0)
    )
    rows = np.flatnonzero(matched)
    return Indicator("access", cells=tuple(_mean(town, found, rows, axis) for axis in (AREA, KIND)))


def e2sfca(needs: int, need: I32, opening: I32, minutes: I32, places: NDArray[np.integer]) -> Floats:
    """Places for each need: Σ_j w_ij · (places_j ÷ Σ_k w_kj), over the pairs told, w by the ZONES of their minutes.

    Args:
        needs: how many there are.
        need, opening, minutes: of each pair, each pair once.
        places: of each opening.
    """
    weight = weights(minutes)
    asked = np.bincount(opening, weight, len(places))
    ratio = np.divide(places, asked, out=np.zeros(len(places)), where=asked > 0)
    return np.bincount(need, weight * ratio[opening], needs).astype(np.float64)


def weights(minutes: I32) -> Floats:
    """How much a place counts that is so far away."""
    ends = np.array([end for end, _ in ZONES])
    return np.array([weight for _, weight in ZONES])[np.searchsorted(ends, minutes)]


def _mean(town: Community, found: Floats, rows: NDArray[np.integer], axis: str) -> Cells:
    """Sums over the needs of each area or kind; a cell stands for the people whose needs are in it."""
    area = {one.resident_id: one.area_id for one in town.residents}
    needs = [town.needs[row] for row in rows.tolist()]
    key = [area[need.resident_id] if axis == AREA else need.kind.value for need in needs]
    labels, at = np.unique(np.array(key, np.str_), return_inverse=True)
    who = {(int(cell), need.resident_id) for cell, need in zip(at, needs, strict=True)}
    people = np.bincount(np.array([cell for cell, _ in who], np.int64), minlength=len(labels))
    everybody = len({person for _, person in who})
    return Cells(
        ((axis, tuple(labels.tolist())),),
        np.bincount(at, found[rows], len(labels)).astype(np.float64),
        np.bincount(at, minlength=len(labels)).astype(np.int64),
        np.append(people, everybody).astype(np.int64),
        told=False,
    )

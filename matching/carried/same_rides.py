"""The rides of a plan, and a town in which nobody else is newly driven: what changes then asks nothing of the cars."""

from collections.abc import Collection

import numpy as np

from matching.assignment.problem import Choice
from matching.candidates import Judged
from matching.carried.agree import without
from matching.pose import Posed
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN
from matching.rules.ways import by_planned_car

Ride = tuple[str, str]
"""A need and the opening to which the person is driven, by their ids."""


def rides_of(posed: Posed, choice: Choice) -> frozenset[Ride]:
    """Who is driven where in a plan, by cars whose runs are planned."""
    rows = posed.pair_row[choice.chosen]
    pairs = posed.pairs.take(rows[rows != UNKNOWN])
    town = pairs.town.community
    goes = by_planned_car(pairs)
    both = zip(pairs.need_row[goes].tolist(), pairs.opening_row[goes].tolist(), strict=True)
    return frozenset((town.needs[need].need_id, town.openings[opening].opening_id) for need, opening in both)


def with_no_other_rides(judged: Judged, rulebook: Rulebook, rides: Collection[Ride]) -> Judged:
    """Without the pairs by ride that are neither among these nor held."""
    pairs, town = judged.pairs, judged.pairs.town.community
    rows = np.flatnonzero(by_planned_car(pairs) & ~pairs.held)
    both = zip(pairs.need_row[rows].tolist(), pairs.opening_row[rows].tolist(), strict=True)
    new = [
        need * len(town.openings) + opening
        for need, opening in both
        if (town.needs[need].need_id, town.openings[opening].opening_id) not in rides
    ]
    return without(judged, rulebook, np.unique(np.array(new, np.int64)))

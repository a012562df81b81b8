"""The account of a need: every opening of the town is in exactly one of excluded, shown, full and others."""

from collections.abc import Sequence

import numpy as np

from matching.assignment.problem import Choice
from matching.domain import Account, Option
from matching.pose import Posed
from matching.rules import Rulebook
from matching.rules.arrays import Bools


def no_place_left(posed: Posed, choice: Choice) -> Bools:
    """Which openings are full under the plan."""
    load = posed.problem.load(choice.chosen)[: len(posed.places)]
    return np.asarray(load >= posed.places)


def accounts(posed: Posed, choice: Choice, rulebook: Rulebook, options: Sequence[Sequence[Option]]) -> list[Account]:
    """The account of each need of the problem, given the options that are shown."""
    judged, codes = posed.judged, rulebook.codes()
    town = judged.pairs.town.community
    full = no_place_left(posed, choice)
    admissible = np.bincount(judged.pairs.need_row, minlength=len(town.needs))
    are_full = np.bincount(judged.pairs.need_row[full[judged.pairs.opening_row]], minlength=len(town.needs))
    opening_row = judged.pairs.town.opening_row()
    out = []
    for row, seen in zip(posed.need_row.tolist(), options, strict=True):
        excluded = judged.excluded[row]
        hidden_full = int(are_full[row]) - sum(bool(full[opening_row[o.opening_id]]) for o in seen)
        out.append(
            Account(
                considered=len(town.openings),
                excluded=tuple((codes[c], int(excluded[c])) for c in np.flatnonzero(excluded)),
                full=hidden_full,
                shown=len(seen),
                others=int(admissible[row]) - hidden_full - len(seen),
            )
        )
    return out

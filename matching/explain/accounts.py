"""The account of a need: every opening of the town is in exactly one of excluded, shown, full and others."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from matching.assignment.problem import Choice
from matching.domain import Account, Option
from matching.pose import Posed
from matching.rules import Rulebook
from matching.rules.arrays import I32, I64, UNKNOWN, Bools


def no_place_left(posed: Posed, choice: Choice) -> Bools:
    """Which openings are full under the plan."""
    load = posed.problem.load(choice.chosen)[: len(posed.places)]
    return np.asarray(load >= posed.places)


def beyond_places(posed: Posed, rulebook: Rulebook) -> Bools:
    """Openings with fewer places than people who hold them: one more would not be one for somebody new."""
    free, _ = rulebook.places.free(posed.pairs.town)
    return np.asarray(posed.places > free - held_outside(posed))


def held_outside(posed: Posed) -> I64:
    """Places of each opening held by people who are not matched in this room."""
    held = posed.pairs.town.needs.held
    outside = (held != UNKNOWN) & (posed.problem_need == UNKNOWN)
    return np.bincount(held[outside], minlength=len(posed.places)).astype(np.int64)


def accounts(posed: Posed, choice: Choice, rulebook: Rulebook, options: Sequence[Sequence[Option]]) -> list[Account]:
    """The account of each need of the problem, given the options that are shown."""
    judged, codes = posed.judged, rulebook.codes()
    town = judged.pairs.town.community
    full = no_place_left(posed, choice)
    admissible = np.bincount(judged.pairs.need_row, minlength=len(town.needs))
    are_full = np.bincount(judged.pairs.need_row[full[judged.pairs.opening_row]], minlength=len(town.needs))
    opening_row = judged.pairs.town.opening_row()
    is_full = full.tolist()
    out = []
    columns = zip(
        _counted(judged.excluded[posed.need_row], codes),
        are_full[posed.need_row].tolist(),
        admissible[posed.need_row].tolist(),
        options,
        strict=True,
    )
    for excluded, taken, possible, seen in columns:
        hidden_full = taken - sum(is_full[opening_row[o.opening_id]] for o in seen)
        others = possible - hidden_full - len(seen)
        out.append(Account(len(town.openings), excluded, hidden_full, len(seen), others))
    return out


def _counted(excluded: I32, codes: Sequence[str]) -> list[tuple[tuple[str, int], ...]]:
    """For each row, its codes with their counts, without those that are 0."""
    row, code = np.nonzero(excluded)
    told = list(zip([codes[c] for c in code.tolist()], excluded[row, code].tolist(), strict=True))
    start = np.searchsorted(row, np.arange(len(excluded) + 1)).tolist()
    return [tuple(told[first:last]) for first, last in pairwise(start)]

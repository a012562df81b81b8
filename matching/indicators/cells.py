"""A number with its breakdown: how many of how many, by area, sex, age or kind; or what is lacking to say it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.errors import Facts
from matching.small_cells import with_totals

AREA, SEX, AGE, KIND = "area", "sex", "age", "kind"
SEXES = ("female", "male", "other")
"""Sex as it is counted; `other` where it is another or not known."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of an indicator, without totals.

    Attributes:
        axes: what the cells are told by, and the labels along each; none for a number of the whole town.
        part: above the line of each cell.
        whole: below the line; of people or needs, or (for a number of the whole town) of any unit.
        people: whom each cell and each total stands for (totals last, as in `small_cells`); fewer than five are not
            told.
        told: whether part and whole may be told beside the value.
    """

    axes: tuple[tuple[str, tuple[str, ...]], ...]
    part: NDArray[np.float64]
    whole: NDArray[np.int64]
    people: NDArray[np.int64]
    told: bool = True


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its code in `matching.indicators.texts`, and its cells or what it lacks.

    Attributes:
        code: which one.
        facts: what its formula names (a month, a year).
        cells: the same number told by several things, each a table with the same total; none where a table or a column
            is not there.
        lacks: the tables and columns it needs and does not have.
        left_out: what could not be counted, as rows of people by reason.
    """

    code: str
    facts: Facts = field(default_factory=dict)
    cells: tuple[Cells, ...] = ()
    lacks: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


def counted(axes: Sequence[str], of_part: Iterable[tuple[Sequence[str], int]],
            of_whole: Iterable[tuple[Sequence[str], int]], order: Mapping[str, Sequence[str]]) -> Cells:  # fmt: skip
    """Cells of people counted above and below the line; each row names its label along every axis.

    Labels stand in their `order` where an axis has one, else sorted; those that nobody has are left out.
    """
    above, below = list(of_part), list(of_whole)
    labels = [_labels([key[at] for key, _ in (*above, *below)], order.get(axis)) for at, axis in enumerate(axes)]
    place = [{label: n for n, label in enumerate(some)} for some in labels]
    part, whole = (np.zeros([len(some) for some in labels], np.int64) for _ in range(2))
    for rows, table in ((above, part), (below, whole)):
        for key, people in rows:
            table[tuple(place[at][label] for at, label in enumerate(key))] += people
    named = tuple((axis, tuple(some)) for axis, some in zip(axes, labels, strict=True))
    return Cells(named, part.astype(np.float64), whole, with_totals(whole))


def town_wide(part: float, whole: int, people: int, told: bool = True) -> tuple[Cells]:
    """One number of the whole town."""
    return (Cells((), np.array(part, np.float64), np.array(whole, np.int64), np.array(people, np.int64), told),)


def sex_of(word: str) -> str:
    """How a sex is counted."""
    return word if word in SEXES else "other"


def _labels(seen: Sequence[str], order: Sequence[str] | None) -> list[str]:
    return sorted(set(seen)) if order is None else [label for label in order if label in set(seen)]

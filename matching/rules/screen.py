"""What a rule tells of whole classes of pairs, so that most pairs of a town need never be looked at one by one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from matching.domain import TravelTimes
from matching.rules.arrays import F64, I32
from matching.rules.columns import Columns
from matching.rules.rule import U8


@dataclass(frozen=True, slots=True)
class Bands:
    """From how many metres as the crow flies a screen is certain.

    Attributes:
        of_opening: (openings,) the band of each opening.
        inner: (needs, bands) no pair that is at most so far apart is blocked; −1 where that is not known.
        outer: (needs, bands) every pair that is further apart is blocked; inf where that is not known.
    """

    of_opening: I32
    inner: F64
    outer: F64


@dataclass(frozen=True, slots=True)
class Screen:
    """The code (0 = not blocked) that a rule tells of each class of pairs at which the need holds no place.

    Without `bands` that is all there is to say: the rule blocks these pairs and no others. With them it holds for the
    pairs that are further apart than `outer`.

    Attributes:
        need_class: (needs,); opening_class: (openings,).
        code: (classes of needs, classes of openings), counted as in `Verdict.code`.
    """

    need_class: I32
    opening_class: I32
    code: U8
    bands: Bands | None = None


@runtime_checkable
class Screens(Protocol):
    """A rule that can tell what it blocks before any pair is looked at."""

    def screen(self, town: Columns, travel: TravelTimes) -> Screen:
        """What it tells of the town's classes of needs and openings."""
        ...


def screen_of(need: I32, opening: I32, code: int, blocks: Callable[[I32, I32], object]) -> Screen:
    """A screen over the distinct values of one column of the needs and one of the openings.

    `blocks` is told the values, of shapes (needs, 1) and (1, openings), and says where the code stands.
    """
    needs, need_class = np.unique(need, return_inverse=True)
    openings, opening_class = np.unique(opening, return_inverse=True)
    where = np.broadcast_to(np.asarray(blocks(needs[:, None], openings[None, :])), (len(needs), len(openings)))
    return Screen(need_class.astype(np.int32), opening_class.astype(np.int32), (where * code).astype(np.uint8))

"""What the rules tell in advance of a whole town: how many openings fall to which code, and which must be looked at."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matching.domain import TravelTimes
from matching.rules import Columns, Rulebook
from matching.rules.arrays import I32, I64, Bools
from matching.rules.screen import Bands, Screen, Screens

CELLS = 4_000_000
"""Pairs of classes treated at a time."""


@dataclass(frozen=True, slots=True)
class Screened:
    """The first rules of a rulebook, as far as their screens tell.

    Attributes:
        rules: so many rules are screened; none of them blocks a pair that is surely near.
        excluded: (needs, codes) as if no pair were looked at.
        pattern: (needs,) row of `open_to`.
        open_to: (patterns, classes of openings) which classes no screen blocks at every distance.
        opening_class: (openings,).
        bands: from which distance on the last screen is certain; None where every distance must be looked at.
    """

    rules: int
    excluded: I32
    pattern: I32
    open_to: Bools
    opening_class: I32
    bands: Bands | None
    _screens: tuple[Screen, ...]
    _first_code: tuple[int, ...]

    def code(self, need: I32, opening: I32) -> I32:
        """The code, counted over the rulebook, that a pair was given in `excluded`; −1 where none."""
        out = np.full(len(need), -1, np.int32)
        for screen, first in zip(reversed(self._screens), reversed(self._first_code), strict=True):
            code = screen.code[screen.need_class[need], screen.opening_class[opening]].astype(np.int32)
            out = np.where(code > 0, code - 1 + first, out)
        return out

    def far_code(self, need: I32, opening: I32) -> I32:
        """As `code`, for pairs of open classes: only the last screen can have given one."""
        if self.bands is None:
            return np.full(len(need), -1, np.int32)
        screen, first = self._screens[-1], self._first_code[-1]
        key = screen.need_class.take(need) * np.int32(screen.code.shape[1]) + screen.opening_class.take(opening)
        code = screen.code.ravel().take(key).astype(np.int32)
        return np.where(code > 0, code - np.int32(1 - first), np.int32(-1))


def screened(town: Columns, travel: TravelTimes, rulebook: Rulebook, lifted: Collection[str] = frozenset()) -> Screened:
    """Screen a town by the first rules of its rulebook, up to the first that needs distances or cannot tell.

    Classes that one of the `lifted` codes alone blocks stay open.
    """
    screens: list[Screen] = []
    first_code: list[int] = []
    codes = 0
    for rule in rulebook.rules:
        if not isinstance(rule, Screens) or (screens and screens[-1].bands is not None):
            break
        screens.append(rule.screen(town, travel))
        first_code.append(codes)
        codes += len(rule.texts)
    may = np.array([False, *(code in lifted for code in rulebook.codes())])
    return _composed(town, tuple(screens), tuple(first_code), may)


def _composed(town: Columns, screens: tuple[Screen, ...], first_code: tuple[int, ...], lifted: Bools) -> Screened:
    """Classes of all screens together, and the first code of each pair of classes."""
    codes = len(lifted) - 1
    needs, need_class = _distinct([s.need_class for s in screens], len(town.needs.resident))
    openings, opening_class = _distinct([s.opening_class for s in screens], len(town.openings.resource))
    size = np.bincount(opening_class, minlength=openings.shape[1])
    excluded = np.zeros((needs.shape[1], codes + 1), np.int32)
    open_to = np.zeros((needs.shape[1], openings.shape[1]), np.bool_)
    step = max(1, CELLS // max(1, openings.shape[1]))
    for start in range(0, needs.shape[1], step):
        some = slice(start, start + step)
        first, is_open = _first_of(screens, first_code, needs[:, some], openings, lifted)
        open_to[some] = is_open
        key = first.ravel() + 1 + np.repeat(np.arange(len(first)) * (codes + 1), openings.shape[1])
        counted = np.bincount(key, np.tile(size, len(first)), minlength=len(first) * (codes + 1))
        excluded[some] = counted.reshape(len(first), codes + 1)
    patterns, pattern = np.unique(np.packbits(open_to, axis=1), axis=0, return_inverse=True)
    bands = screens[-1].bands if screens else None
    return Screened(
        len(screens),
        np.ascontiguousarray(excluded[need_class, 1:]),
        pattern.ravel()[need_class].astype(np.int32),
        np.unpackbits(patterns, axis=1, count=openings.shape[1]).astype(np.bool_),
        opening_class,
        bands,
        screens,
        first_code,
    )


def _first_of(
    screens: tuple[Screen, ...], first_code: tuple[int, ...], needs: I32, openings: I32, lifted: Bools
) -> tuple[I32, Bools]:
    """(classes of needs, classes of openings): the first code, −1 where none, and which are open."""
    first = np.full((needs.shape[1], openings.shape[1]), -1, np.int32)
    against = np.zeros(first.shape, np.int8)
    for screen, offset, need, opening in zip(screens, first_code, needs, openings, strict=True):
        code = screen.code[need[:, None], opening[None, :]].astype(np.int32)
        told = np.where(code > 0, code - 1 + offset, -1)
        first = np.where(first < 0, told, first)
        if screen.bands is None:
            against += np.where(told < 0, 0, np.where(lifted[told + 1], 1, 2)).astype(np.int8)
    return first, against <= int(lifted.any())


def _distinct(classes: list[I32], count: int) -> tuple[I32, I32]:
    """The distinct columns of some rows of classes, (rows, distinct), and which one each is."""
    key: I64 = np.zeros(count, np.int64)
    for row in classes:
        _, key = np.unique(key * (int(row.max(initial=0)) + 1) + row, return_inverse=True)
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    rows = np.array([row[first] for row in classes], np.int32).reshape(len(classes), len(first))
    return rows, which.astype(np.int32)

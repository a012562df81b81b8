"""The numbers of columns: their types, what stands for «unknown», and words as bits."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Bits = NDArray[np.uint64]
Bools = NDArray[np.bool_]

UNKNOWN = -1
NO_LIMIT = 1_000_000_000
EVERY_WEEK = 0b11111
SEXES = ("female", "male", "other")
MODE_BIT = {"walk": 1, "bicycle": 2, "bus": 4, "car": 8}


class Vocabulary:
    """Words numbered in sorted order, so that the same town gives the same bits."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted(set(words)))
        self.number = {word: i for i, word in enumerate(self.words)}

    def bits(self, sets: Sequence[tuple[str, ...]]) -> Bits:
        """Shape (len(sets), words of 64): the bit of every word in each set."""
        out = np.zeros((len(sets), max(1, -(-len(self.words) // 64))), np.uint64)
        for row, words in enumerate(sets):
            for word in words:
                number = self.number[word]
                out[row, number >> 6] |= np.uint64(1 << (number & 63))
        return out


def spelt_out(start: I64, stop: I64) -> tuple[I64, I64]:
    """Every number of some ranges `start:stop`, with the position of its range first."""
    length = np.maximum(stop - start, 0)
    which = np.repeat(np.arange(len(start)), length)
    before = np.cumsum(length) - length
    return which, np.arange(len(which)) - np.repeat(before - start, length)


def grouped(rows: I64, of: I32 | I64) -> dict[int, I64]:
    """The rows of each value, in their order; `of` is aligned with the rows."""
    if not len(rows):
        return {}
    order = np.argsort(of, kind="stable")
    cuts = np.flatnonzero(np.diff(of[order])) + 1
    return {int(of[part[0]]): rows[part] for part in np.split(order, cuts)}

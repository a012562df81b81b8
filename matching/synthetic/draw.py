"""Dice: every random choice of a synthetic town, drawn from one seeded stream of uniform numbers.

Only `Generator(PCG64).random` is used, and comparisons and integers made of it, so that a seed gives the same town on
any machine and any version of Python.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Dice:
    """A seeded stream; `seeds` are whole numbers >= 0, and other numbers are another stream."""

    def __init__(self, *seeds: int) -> None:
        if any(seed < 0 for seed in seeds):
            raise ValueError(f"seed {min(seeds)} is negative. Maybe take 0 or any positive whole number?")
        self._stream = np.random.Generator(np.random.PCG64(list(seeds)))

    def uniform(self, n: int) -> Floats:
        """Shape (n,), from 0 to below 1."""
        return self._stream.random(n)

    def chance(self, percent: ArrayLike, n: int) -> Bools:
        """Shape (n,): true in `percent` of 100 cases; one percentage, or one a row."""
        return np.asarray(self.uniform(n) * 100 < np.asarray(percent))

    def between(self, low: ArrayLike, high: ArrayLike, n: int) -> Ints:
        """Shape (n,): whole numbers from `low` to `high`, both possible; bounds may be one a row."""
        first, last = np.asarray(low), np.asarray(high)
        return np.asarray(first + np.floor(self.uniform(n) * (last - first + 1)), np.int64)

    def pick(self, weights: Sequence[int], n: int) -> Ints:
        """Shape (n,): positions in `weights`, each drawn on its own in their proportion."""
        edges = np.cumsum(weights)
        return np.asarray(np.searchsorted(edges, self.uniform(n) * edges[-1], side="right"), np.int64)

    def deal(self, weights: Sequence[int], n: int) -> Ints:
        """Shape (n,): as `pick`, but like cards: the shares are met exactly, only their order is drawn."""
        return np.repeat(np.arange(len(weights)), shared_out(weights, n))[self.order(n)]

    def order(self, n: int) -> Ints:
        """Shape (n,): 0 … n−1 shuffled."""
        return np.argsort(self.uniform(n), kind="stable").astype(np.int64)

    def scatter(self, n: int) -> Floats:
        """Shape (n, 2): offsets from −1 to 1, dense in the middle."""
        return np.asarray((self._stream.random((n, 2, 3)).sum(axis=2) - 1.5) / 1.5)


def shared_out(weights: Sequence[int], n: int) -> Ints:
    """Split n into whole parts in proportion to `weights` (largest remainder), none of them off by 1 or more."""
    total = sum(weights)
    parts = np.array([n * weight // total for weight in weights], np.int64)
    rest = np.array([n * weight % total for weight in weights])
    parts[np.argsort(-rest, kind="stable")[: n - int(parts.sum())]] += 1
    return parts

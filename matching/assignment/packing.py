"""Several tiers in one integer, where that is exact: a word holds its tiers as the digits of one number.

A digit may be negative. Sums of words compare and read back like the vectors of their tiers as long as every digit
stays within its `reach`: the factor of the next higher tier is more than twice the reach of everything below it.
"""

from dataclasses import dataclass

import numpy as np

from matching.assignment.problem import I64

WORD = 2**61


@dataclass(frozen=True, slots=True)
class Packing:
    """Which word each tier stands in (`word`, ascending, first = most important) and its factor there."""

    word: I64
    factor: I64

    @property
    def words(self) -> int:
        """How many words the tiers take."""
        return int(self.word[-1]) + 1 if len(self.word) else 0

    def pack(self, digits: I64) -> I64:
        """Shape (tiers, n) -> (n, words)."""
        out = np.zeros((digits.shape[1], self.words), np.int64)
        for tier, word in enumerate(self.word):
            out[:, word] += digits[tier] * self.factor[tier]
        return out

    def unpack(self, packed: I64) -> I64:
        """Shape (n, words) -> (tiers, n): the digits back, each within its reach."""
        rest = packed.copy()
        out = np.empty((len(self.word), len(packed)), np.int64)
        for tier, word in enumerate(self.word):
            factor = self.factor[tier]
            out[tier] = (rest[:, word] + factor // 2) // factor
            rest[:, word] -= out[tier] * factor
        return out


def packing(reach: list[int], limit: int = WORD) -> Packing:
    """As few words as hold these tiers exactly, filled from the least important tier up.

    Args:
        reach: of each tier, what no sum of its digits exceeds in size.
        limit: what no word may exceed.

    Raises:
        ValueError: the reach of one tier alone is beyond the limit.
    """
    factor, breaks, below = [0] * len(reach), [0] * len(reach), 0
    for tier in range(len(reach) - 1, -1, -1):
        if reach[tier] >= limit:
            raise ValueError(f"tier {tier} reaches {reach[tier]}, more than an integer of this machine holds exactly")
        factor[tier] = 2 * below + 1
        if factor[tier] * reach[tier] + below >= limit:
            factor[tier], below, breaks[tier] = 1, 0, 1
        below += factor[tier] * reach[tier]
    below_it = np.cumsum(breaks[::-1], dtype=np.int64)[::-1]
    return Packing(below_it.max(initial=0) - below_it, np.asarray(factor, np.int64))

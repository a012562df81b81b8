"""Sets of rides as bits, and hash tables as lists in arrays (compiled)."""

import numpy as np

from matching.routing.problem import Ints
from matching.routing.solvers.tours import inlined

HEAD = 20  # the most bits of the hash table


@inlined
def bit_of(ride: int, word: int) -> np.uint64:
    """The bit of a ride in the first (0) or the second (1) of two words."""
    return np.uint64(1) << np.uint64(ride & 63) if ride >> 6 == word else np.uint64(0)


@inlined
def mixed(x: np.uint64) -> np.uint64:
    """A word with all its bits stirred (MurmurHash3's finaliser)."""
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> np.uint64(33))


@inlined
def slot(low: np.uint64, high: np.uint64, stop: int, more: np.uint64, bits: int) -> np.int64:
    """Where people and a stop belong in a hash table of 2 ** bits."""
    word = mixed(low ^ mixed(high + np.uint64(stop) * np.uint64(0x9E3779B97F4A7C15)) ^ mixed(more + np.uint64(1)))
    return np.int64(word & np.uint64((1 << bits) - 1))


@inlined
def cleared(head: Ints, size: int) -> int:
    """Make a part of a hash table free that suits so many entries; its bits."""
    bits = 8
    while (1 << bits) < size and bits < HEAD:
        bits += 1
    head[: 1 << bits] = -1
    return bits

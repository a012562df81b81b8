"""Every good tour that the search has seen, once for each set of people, at its least cost (compiled)."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.routing.solvers.tours import F64, I32, I64, NOW, Day, Tours, kernel


class Pool(NamedTuple):
    """An open hash table of `key` (class of duties and set of rides; 0: free) with `cost`, and the stops of each.

    Entry e has its `size[e]` stops at `begin[e]` in `stops`; `mark` (R,) and `kinds` (classes,) are random words whose
    exclusive or is the key; `used` counts entries and stops.
    """

    key: NDArray[np.uint64]
    cost: F64
    kind: I64
    begin: I64
    size: I64
    stops: I32
    mark: NDArray[np.uint64]
    kinds: NDArray[np.uint64]
    used: I64


@kernel
def keep(day: Day, pool: Pool, t: Tours, d: int) -> None:
    """Keep tour d, if there is room and it is new or cheaper."""
    m, kind = t.size[NOW, d] - 2, day.duties[d].kind
    key = pool.kinds[kind]
    for k in range(1, m + 1):
        if t.line[NOW, d, k].stop & 1 == 0:
            key ^= pool.mark[t.line[NOW, d, k].stop >> 1]
    mask = len(pool.key) - 1
    e = np.int64(key & np.uint64(mask))
    while pool.key[e] != key and pool.key[e] != np.uint64(0):
        e = (e + 1) & mask
    if pool.key[e] == np.uint64(0):
        if 2 * pool.used[0] > mask or pool.used[1] + m > len(pool.stops):
            return
        pool.key[e], pool.begin[e], pool.size[e], pool.kind[e] = key, pool.used[1], m, kind
        pool.used[0] += 1
        pool.used[1] += m
    elif pool.cost[e] <= t.cost[NOW, d]:
        return
    pool.cost[e] = t.cost[NOW, d]
    for k in range(m):
        pool.stops[pool.begin[e] + k] = t.line[NOW, d, k + 1].stop

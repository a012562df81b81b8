"""Subset-row inequalities (Jepsen et al. 2008): of three people only one pair can share a tour, of five people two.

A plan that is half this tour and half that one breaks them, a real plan never does.
"""

import numpy as np

from matching.routing.problem import Bools, Floats

Group = tuple[int, ...]
USED = 1e-6
LEAST, NEARLY, SEEDS = 0.02, 0.4, 150  # broken by so much; threes that fives may grow from, and how many


def broken_groups(member: Bools, plan: Floats, known: list[Group], most: int) -> list[Group]:
    """Groups of three, then of five, with more pairs on tours than there can be, the most broken first."""
    used = plan > USED
    on, share = member[used].astype(np.float64), plan[used]
    threes = _threes(on, share)
    fives = [five for _, three in threes[:SEEDS] for five in _fives(on, share, three)]
    broken = dict.fromkeys(group for over, group in (*threes, *sorted(fives)) if over < -LEAST)
    return [group for group in broken if group not in set(known)][:most]


def _threes(on: Floats, share: Floats) -> list[tuple[float, Group]]:
    """Groups of three and by how much they are broken (less than 0) or not, the most broken first."""
    both = (on * share[:, None]).T @ on
    np.fill_diagonal(both, 0.0)
    found: dict[Group, float] = {}
    for i, j in np.argwhere(np.triu(both) > USED).tolist():
        third = np.flatnonzero((both[i] > USED) | (both[j] > USED))
        third = third[(third != i) & (third != j)]
        all_three = (on[:, i] * on[:, j] * share) @ on[:, third]
        over = 1 - (both[i, j] + both[i, third] + both[j, third] - 2 * all_three)
        for k, value in zip(third[over < NEARLY].tolist(), over[over < NEARLY].tolist(), strict=True):
            found[tuple(sorted((i, j, k)))] = round(value, 9)
    return sorted((value, group) for group, value in found.items())


def _fives(on: Floats, share: Floats, three: Group) -> list[tuple[float, Group]]:
    """The group of five that is most broken, of those around a group of three."""
    many = on[:, list(three)].sum(axis=1)
    odd = share * (many % 2)
    alone = odd @ on
    gain = alone[:, None] + alone[None, :] + (on * (share - 2 * odd)[:, None]).T @ on
    gain[list(three)] = gain[:, list(three)] = -1.0
    np.fill_diagonal(gain, -1.0)
    u, v = np.unravel_index(int(np.argmax(gain)), gain.shape)
    over = 2 - float((share * (many // 2)).sum()) - float(gain[u, v])
    return [(round(over, 9), tuple(sorted((*three, int(u), int(v)))))] if over < -LEAST else []

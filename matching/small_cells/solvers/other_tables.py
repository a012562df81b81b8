"""What else a table could be, for a reader who sees all but its hidden cells: an integer programme a cell."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

Ints = NDArray[np.int64]
Line = tuple[Ints, int]
"""Positions of the parts of a line of a table, and of their total."""


WHOLE = 150
"""Hidden cells up to which only tables of whole numbers count; beyond, fractions too, which rarely tell otherwise."""


class OtherTables:
    """All tables of whole numbers with the same totals that agree where nothing is hidden, and are not 0 elsewhere."""

    def __init__(self, counts: Ints, hidden: NDArray[np.bool_], lines: Sequence[Line]) -> None:
        self._cells = np.flatnonzero(hidden)
        place = np.full(len(counts), -1, np.int64)
        place[self._cells] = np.arange(len(self._cells))
        seen = np.where(hidden, 0, counts)
        rows, columns, signs, right = list[int](), list[int](), list[int](), list[int]()
        for parts, total in lines:
            entries = [(int(place[p]), 1) for p in parts.tolist() if place[p] >= 0]
            entries += [(int(place[total]), -1)] if place[total] >= 0 else []
            if entries:
                rows += [len(right)] * len(entries)
                columns += [at for at, _ in entries]
                signs += [sign for _, sign in entries]
                right.append(int(seen[total]) - int(seen[parts].sum()))
        shape = (len(right), len(self._cells))
        self._rows = LinearConstraint(sparse.csr_array((signs, (rows, columns)), shape=shape), right, right)
        self._most = 10 * (int(counts.max(initial=0)) + 1)

    def with_most(self, cell: int, also: Ints) -> Ints:
        """The table in which one hidden cell is as large as it can be (and some others large), hidden cells first to
        last; cells that are bounded by nothing are large.

        Raises:
            ValueError: there is no table at all, not even the one that is hidden.
        """
        goal = np.zeros(len(self._cells))
        goal[np.searchsorted(self._cells, also)] = -1e-4
        goal[np.searchsorted(self._cells, cell)] = -1.0
        found = milp(
            goal,
            integrality=np.full(len(goal), len(goal) <= WHOLE, np.int8),
            bounds=Bounds(1, self._most),
            constraints=self._rows,
        )
        if found.x is None:
            raise ValueError("the hidden cells of a table are not those of any table")
        return np.asarray(np.rint(found.x), np.int64)

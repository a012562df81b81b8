"""秘匿: counts of fewer than five people are not told, nor anything from which they could be computed back.

A table is an array of counts with its totals: along every axis the last entry is the sum of the others. Cells of one to
four people are hidden, and then as many more as it takes that none of them follows from what is told: alone in a line
of the table, or from all lines together. All hidden cells look the same, so that a reader knows of each no more
than that it is not 0: it could as well be five or more.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SMALL = 5
"""So many people may be told."""
HIDDEN = "×"
"""What stands for a hidden number on paper; in JSON it is null."""

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
_Line = tuple[NDArray[np.int64], int]
"""Flat positions of the parts of a line, and of its total."""


def is_small(people: int) -> bool:
    """Whether so few people may not be told of as a number."""
    return 0 < people < SMALL


def with_totals(counts: NDArray[np.int64] | Sequence[int]) -> Counts:
    """The same table with the sum of every axis as its last entry."""
    table = np.asarray(counts, np.int64)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    return table


def hidden_cells(counts: Counts, small: Mask | None = None) -> Mask:
    """Which cells of a table with totals are not told.

    Args:
        counts: not negative; along every axis the last entry is the sum of the others.
        small: cells that stand for one to four people; where none is given, those that count one to four.

    Raises:
        ValueError: the totals are no sums, or a count is negative.
    """
    table, asked = _asked(counts, small)
    return _hidden(table.ravel(), asked.ravel(), list(_lines(table.shape))).reshape(table.shape)


def hidden_together(tables: Sequence[tuple[Counts, Mask | None]]) -> list[Mask]:
    """Which cells are not told of tables that count the same by different things, and so end in the same last row.

    Each is a table as of `hidden_cells` with the cells that are small; that row is one and the same for all of them,
    and nothing follows from all of them together.

    Raises:
        ValueError: as `hidden_cells`, or their last rows differ.
    """
    known = [_asked(counts, small) for counts, small in tables]
    last = known[0][0][-1]
    if any(not np.array_equal(table[-1], last) for table, _ in known):
        raise ValueError("tables that end in the same totals are needed")
    places, lines = list[Counts](), list[_Line]()
    end = last.size
    for table, _ in known:
        own = np.arange(end, end + table[:-1].size).reshape(table[:-1].shape)
        place = np.concatenate([own, np.arange(last.size).reshape((1, *last.shape))])
        lines += [(place.ravel()[parts], int(place.ravel()[total])) for parts, total in _lines(table.shape)]
        places.append(place)
        end += own.size
    flat, asked = np.zeros(end, np.int64), np.zeros(end, np.bool_)
    for (table, few), place in zip(known, places, strict=True):
        flat[place] = table
        asked[place] |= few
    hidden = _hidden(flat, asked, lines)
    return [hidden[place] for place in places]


def told(counts: Counts, hidden: Mask) -> list[int | None]:
    """The cells in their order, None for a hidden one."""
    return [None if out else int(n) for n, out in zip(counts.ravel(), hidden.ravel(), strict=True)]


def _asked(counts: Counts, small: Mask | None) -> tuple[Counts, Mask]:
    """A table, and its cells that are hidden in any case."""
    table = np.asarray(counts, np.int64)
    if (table < 0).any() or not np.array_equal(with_totals(table[tuple(slice(n - 1) for n in table.shape)]), table):
        raise ValueError("a table of counts whose totals are the sums of its parts is needed")
    return table, (table > 0) & ((table < SMALL) if small is None else np.asarray(small, np.bool_))


def _hidden(counts: Counts, asked: Mask, lines: Sequence[_Line]) -> Mask:
    """The cells, given flat, that are hidden: those asked for, and what it takes beside them."""
    hidden = asked.copy()
    if hidden.any():
        of_cell = _of_cell(lines, len(counts))
        _mend_lines(counts, hidden, lines)
        while told_back := _computable(counts, hidden, asked, lines):
            before = int(hidden.sum())
            for cell in told_back:
                hidden[_beside(counts, hidden, [lines[at] for at in of_cell[cell]])] = True
            if int(hidden.sum()) == before:
                hidden[counts > 0] = True  # nothing near is left to hide: then nothing is told
                break
            _mend_lines(counts, hidden, lines)
    return hidden


def _lines(shape: tuple[int, ...]) -> Iterator[_Line]:
    """Every line of the table along every axis."""
    number = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    for axis, size in enumerate(shape):
        for line in np.moveaxis(number, axis, -1).reshape(-1, size):
            yield line[:-1], int(line[-1])


def _of_cell(lines: Sequence[_Line], cells: int) -> list[list[int]]:
    """The lines of each cell."""
    out: list[list[int]] = [[] for _ in range(cells)]
    for at, (parts, total) in enumerate(lines):
        for cell in (*parts.tolist(), total):
            out[cell].append(at)
    return out


def _mend_lines(counts: Counts, hidden: Mask, lines: Sequence[_Line]) -> None:
    """Hide more until no line alone tells a hidden cell of it, or that it is small."""
    changed = True
    while changed:
        changed = False
        for line in lines:
            while not _is_safe(counts, hidden, line):
                more = _next_to(counts, hidden, [line])
                if more is None:
                    break
                hidden[more] = changed = True


def _is_safe(counts: Counts, hidden: Mask, line: _Line) -> bool:
    """Whether each hidden part could as well be of five people or more, and a hidden total has a hidden part."""
    parts, total = line
    out = int(hidden[parts].sum())
    if hidden[total]:
        return out > 0
    return out == 0 or (out > 1 and int(counts[parts][hidden[parts]].sum()) - (out - 1) >= SMALL)


def _next_to(counts: Counts, hidden: Mask, lines: Sequence[_Line]) -> int | None:
    """The cell of some lines that is hidden next: the smallest part that is told and not 0, else the smallest total."""
    for cells in ({int(c) for parts, _ in lines for c in parts}, {total for _, total in lines}):
        free = sorted((int(counts[c]), c) for c in cells if counts[c] > 0 and not hidden[c])
        if free:
            return free[0][1]
    return None


def _beside(counts: Counts, hidden: Mask, lines: Sequence[_Line]) -> list[int]:
    """In each of some lines the cell that is hidden next."""
    return sorted({one for line in lines if (one := _next_to(counts, hidden, [line])) is not None})


def _computable(counts: Counts, hidden: Mask, own: Mask, lines: Sequence[_Line]) -> list[int]:
    """Small cells that no other table with the same told cells has as five or more, and other than they are."""
    from matching.small_cells.solvers.other_tables import OtherTables

    cells, found = np.flatnonzero(hidden), list[int]()
    other = OtherTables(counts, hidden, lines)
    waiting = np.flatnonzero(own & hidden)
    while len(waiting):
        values = other.with_most(int(waiting[0]), waiting)[np.searchsorted(cells, waiting)]
        safe = (values >= SMALL) & (values != counts[waiting])
        found += [] if safe[0] else [int(waiting[0])]
        safe[0] = True
        waiting = waiting[~safe]
    return found

"""What of an indicator may be told: no cell of fewer than five people, nor what one could be computed from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from matching.indicators.cells import Cells, Indicator
from matching.small_cells import SMALL, hidden_cells, is_small, with_totals

ALL = "*"
"""The label of a total."""
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Row:
    """One cell or total: where it stands, and what may be told of it (None: not told, or nothing below the line)."""

    where: Mapping[str, str]
    part: int | None
    whole: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """An indicator as it may be told.

    Attributes:
        state: told, hidden (the number of the town is not told), or unknown (a table is not there).
        town: the number of the whole town.
        rows: all other cells and totals; nobody's cells are left out.
    """

    code: str
    state: str
    town: Row
    rows: tuple[Row, ...]


def told_of(one: Indicator) -> Told:
    """The rows that may be told of an indicator."""
    nothing = Row({}, None, None, None)
    if not one.cells:
        return Told(one.code, "unknown", nothing, ())
    tables = [tuple(_rows(cells)) for cells in one.cells]
    town = tables[0][-1]
    if any(rows[-1].value is None for rows in tables):  # a total that one table hides, no other may tell
        return Told(one.code, "hidden", nothing, ())
    return Told(one.code, "told", replace(town, where={}), tuple(row for rows in tables for row in rows[:-1]))


def _rows(cells: Cells) -> Iterator[Row]:
    part, whole = _totals(cells.part), with_totals(cells.whole)
    part_out, whole_out = _hidden(cells)
    names = [axis for axis, _ in cells.axes]
    labels = [(*some, ALL) for _, some in cells.axes]
    for at in product(*(range(len(some)) for some in labels)):
        if not (whole[at] or part[at]) and any(n < len(some) - 1 for n, some in zip(at, labels, strict=True)):
            continue
        where = {axis: labels[n][at[n]] for n, axis in enumerate(names)}
        known = not (part_out[at] or whole_out[at]) and whole[at] > 0
        yield Row(
            where,
            None if part_out[at] or not cells.told else round(part[at]),
            None if whole_out[at] or not cells.told else int(whole[at]),
            round(float(part[at] / whole[at]), 4) if known else None,
        )


def _hidden(cells: Cells) -> tuple[Bools, Bools]:
    """Which parts and which wholes are not told."""
    if not cells.axes:
        few = np.array(cells.people < 2 * SMALL)  # a single number of so few tells of some of them
        split = not cells.told or not (is_small(int(cells.part)) or is_small(int(cells.whole - cells.part)))
        return few | (not split), few
    if not cells.told:
        out = hidden_cells(with_totals(cells.whole), _small(cells.people))
        return out, out
    part = np.rint(cells.part).astype(np.int64)
    if (part <= cells.whole).all():
        joint = hidden_cells(with_totals(np.stack([part, cells.whole - part], axis=-1)))
        return joint[..., 0], joint[..., -1]
    above, below = with_totals(part), with_totals(cells.whole)
    rest = below - above  # people counted twice above the line: there is no other part, but a small rest still tells
    return hidden_cells(above, _small(above) | _small(rest)), hidden_cells(below)


def _small(counts: NDArray[np.int64]) -> Bools:
    return np.asarray((counts > 0) & (counts < SMALL))


def _totals(part: NDArray[np.float64]) -> NDArray[np.float64]:
    out = part
    for axis in range(part.ndim):
        out = np.concatenate([out, out.sum(axis=axis, keepdims=True)], axis=axis)
    return out

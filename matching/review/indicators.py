"""The same indicators at two dates, told so that their difference tells of no few people.

A cell is told only where it may be told at both dates, and its counts are rounded to fives: what changed by less than
five may look unchanged, and what looks like five may have been one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.domain import Community, TravelTimes
from matching.indicators import Row, Told, indicators, told_of
from matching.rules import Rulebook

FIVE = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One number at one date; None where it is not told."""

    part: int | None
    whole: int | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Both:
    """An indicator at both dates.

    Attributes:
        state: told; hidden (it may not be told at both dates); unknown (a table is not there at one of them).
        lacks: the tables that it needs and does not have, at each date.
        town: the number of the whole town, before and after.
        rows: the cells that may be told at both dates.
    """

    code: str
    state: str
    lacks: tuple[tuple[str, ...], tuple[str, ...]]
    town: tuple[Cell, Cell]
    rows: tuple[tuple[Mapping[str, str], Cell, Cell], ...]


def both_of(
    before: tuple[Community, Rulebook, TravelTimes], after: tuple[Community, Rulebook, TravelTimes]
) -> tuple[Both, ...]:
    """Every indicator at both dates, in the order in which they are told."""
    found = zip(indicators(*before), indicators(*after), strict=True)
    return tuple(side_by_side(told_of(one), told_of(other), (one.lacks, other.lacks)) for one, other in found)


def side_by_side(before: Told, after: Told, lacks: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())) -> Both:
    """One indicator at both dates, as far as it may be told at both."""
    state = next((s for s in ("unknown", "hidden") if s in (before.state, after.state)), "told")
    town = _pair(before.town, after.town)
    if state == "told" and town[0].value is None:
        state = "hidden"
    rows = []
    if state == "told":
        later = {tuple(sorted(row.where.items())): row for row in after.rows}
        for row in before.rows:
            other = later.get(tuple(sorted(row.where.items())))
            if other is not None and row.value is not None and other.value is not None:
                one, two = _pair(row, other)
                if one.value is not None:
                    rows.append((row.where, one, two))
    nothing = Cell(None, None, None)
    return Both(before.code, state, lacks, town if state == "told" else (nothing, nothing), tuple(rows))


def _pair(before: Row, after: Row) -> tuple[Cell, Cell]:
    """Both or neither."""
    one, other = _cell(before), _cell(after)
    if one.value is None or other.value is None:
        return Cell(None, None, None), Cell(None, None, None)
    return one, other


def _cell(row: Row) -> Cell:
    """Counts in fives, and the value that they give; a number without counts to two digits."""
    if row.value is None:
        return Cell(None, None, None)
    if row.part is None or row.whole is None:
        return Cell(None, None, float(f"{row.value:.2g}"))
    part, whole = (FIVE * round(count / FIVE) for count in (row.part, row.whole))
    return Cell(part, whole, round(part / whole, 2)) if whole else Cell(None, None, None)

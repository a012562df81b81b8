"""Who has a place and who waits why, counted by area, by kind and by hour, without cells that tell of a few people."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.causes import CAUSES
from matching.domain import Need, Opening, Span, Weekday, meet
from matching.small_cells import Counts, Mask, hidden_together, is_small, told, with_totals

if TYPE_CHECKING:
    from matching.gaps import Gaps

TOWN_WIDE = "*"
"""The row of totals."""
OTHERS = "+"
"""The row of all areas or kinds that have no row of their own."""
TOLD = (40, 30, 25, 20, 15, 10, 5, 3, 0)
"""So many areas or kinds get a row of their own: the most of these that leaves the town's own number to be told."""
OUTCOMES = ("placed", *CAUSES)
PARTS = (("morning", time(0), time(12)), ("afternoon", time(12), time(17)), ("evening", time(17), time(23, 59)))
"""Parts of a day."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Needs by label and outcome with totals, and which cells stand for one to four people."""

    labels: tuple[str, ...]
    counts: Counts
    few: Mask


def outcome_rows(found: "Gaps") -> dict[str, list[dict[str, Any]]]:
    """By `area` and by `kind`: needs and outcomes of each label, and last of the whole town.

    Both end in the same totals, and nothing follows from both together. The labels with the fewest needs are counted
    as OTHERS, as many of them as it takes that the town's own number can be told.
    """
    area = {person.resident_id: person.area_id for person in found.town.residents}
    keys: dict[str, Callable[[Need], str]] = {"area": lambda n: area[n.resident_id], "kind": lambda n: n.kind.value}
    sizes = {axis: Counter(map(key, found.town.needs)).most_common() for axis, key in keys.items()}
    of_kind, of_area = ([len(sizes[axis]), *(n for n in TOLD if n < len(sizes[axis]))] for axis in ("kind", "area"))
    for kinds, areas in product(of_kind, [n for n in of_area if n <= TOLD[0]]):
        named = {axis: {label for label, _ in sizes[axis][:most]} for axis, most in (("area", areas), ("kind", kinds))}
        tables = {axis: _counted(found, _only(key, named[axis])) for axis, key in keys.items()}
        hidden = hidden_together([(table.counts, table.few) for table in tables.values()])
        if not hidden[0][-1, -1]:
            break
    return {
        axis: [
            {axis: label, "needs": cells[-1], "outcomes": dict(zip(OUTCOMES, cells[:-1], strict=True))}
            for label, cells in zip((*table.labels, TOWN_WIDE), _rows(table, out), strict=True)
            if named[axis] or label == TOWN_WIDE
        ]
        for (axis, table), out in zip(tables.items(), hidden, strict=True)
    }


def _only(key: Callable[[Need], str], named: set[str]) -> Callable[[Need], str]:
    return lambda need: label if (label := key(need)) in named else OTHERS


def hour_rows(found: "Gaps") -> list[dict[str, Any]]:
    """Of those who agreed and wait: how many could come on each part of each day, and how many openings there are.

    A need counts wherever the person has time (everywhere where that is not told), so that the rows do not add up.
    """
    waits = [
        need
        for need, outcome in zip(found.town.needs, found.outcome, strict=True)
        if outcome not in ("placed", "no_consent")
    ]
    everybody = len({need.resident_id for need in waits})
    rows = []
    for day in Weekday:
        for name, start, end in PARTS:
            some = [need for need in waits if _has_time(need, day, start, end)]
            people = len({need.resident_id for need in some})
            few = is_small(people) or is_small(everybody - people)
            there = sum(_is_then(opening, day, start, end) for opening in found.town.openings)
            rows.append({"weekday": day.value, "part": name, "waiting": None if few else len(some), "openings": there})
    return rows


def _counted(found: "Gaps", key: Callable[[Need], str]) -> _Table:
    labels = tuple(sorted({key(need) for need in found.town.needs}, key=lambda label: (label == OTHERS, label)))
    at = {label: row for row, label in enumerate(labels)}
    column = {outcome: number for number, outcome in enumerate(OUTCOMES)}
    needs = np.zeros((len(labels), len(OUTCOMES)), np.int64)
    who: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for need, outcome in zip(found.town.needs, found.outcome, strict=True):
        row, of = at[key(need)], column[outcome]
        needs[row, of] += 1
        for cell in ((row, of), (row, -1), (-1, of), (-1, -1)):
            who[cell].add(need.resident_id)
    table = with_totals(needs)
    few = np.zeros(table.shape, np.bool_)
    for cell, persons in who.items():
        few[cell] = is_small(len(persons))
    return _Table(labels, table, few)


def _rows(table: _Table, hidden: Mask) -> Iterable[list[int | None]]:
    return [told(row, out) for row, out in zip(table.counts, hidden, strict=True)]


def _has_time(need: Need, day: Weekday, start: time, end: time) -> bool:
    return not need.available or any(meet(span, Span(day, start, end)) for span in need.available)


def _is_then(opening: Opening, day: Weekday, start: time, end: time) -> bool:
    return meet(opening.hours, Span(day, start, end))


def shown_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The outcomes that are not 0 in the last row."""
    return [outcome for outcome, count in rows[-1]["outcomes"].items() if count != 0]

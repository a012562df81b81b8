"""Bar charts as geometry: what the SVG template draws, in units of a drawing 360 wide."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
ROW = 38
MOST_BARS = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its look (a CSS class), its number, and where it lies."""

    look: str
    value: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its label and the number that is written at its end."""

    label: str
    total: str
    y: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its bars, its height, how many bars were left out, and what the looks mean as (look, words)."""

    name: str
    title: str
    desc: str
    note: str
    bars: tuple[Bar, ...]
    height: int
    more: int
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What a bar shows: a label, the words at its end, and a number for each look of the chart."""

    label: str
    total: str
    values: tuple[int, ...]


def chart(
    name: str, title: str, desc: str, rows: Sequence[Row], legend: Sequence[tuple[str, str]], note: str = ""
) -> Chart:
    """Lay out the rows, at most `MOST_BARS` of them, on one common scale."""
    shown = rows[:MOST_BARS]
    scale = WIDTH / max((sum(row.values) for row in shown), default=1) if any(sum(r.values) for r in shown) else 0.0
    bars = tuple(Bar(row.label, row.total, i * ROW, _parts(row, legend, scale)) for i, row in enumerate(shown))
    return Chart(name, title, desc, note, bars, max(1, len(bars)) * ROW, len(rows) - len(shown), tuple(legend))


def _parts(row: Row, legend: Sequence[tuple[str, str]], scale: float) -> tuple[Part, ...]:
    parts, x = [], 0.0
    for (look, _), value in zip(legend, row.values, strict=True):
        if value:
            parts.append(Part(look, value, round(x, 1), round(value * scale, 1)))
            x += value * scale
    return tuple(parts)

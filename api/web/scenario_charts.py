"""Scenarios side by side as drawings: who gains and who loses in each, and what it costs beside what it brings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from matching.small_cells import SMALL

ROW, LEFT, WIDTH, RIGHT = 34, 210, 620, 36
"""Of the bars: pixels a row, for the names at the left, of the whole, and free at the right."""
LETTERS = 26
"""Of a name beside its bar; letters of Japanese count twice."""
HIGH, PAD = 260, 46
"""Of the points: pixels high, and for the axes."""
LEAST = 10.0
"""People to each side that there is always room for."""
HIDDEN = 2.5
"""How long a bar is drawn for a count that is not told, for it is fewer than five."""
APART = 14.0
"""Pixels between two dots below which they are drawn as one."""
Row = Mapping[str, Any]
"""A scenario of `tsunagu.study/1`, with its `number` in the table."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One scenario: its bars to both sides of the middle, whether each is a count that is not told, and the net."""

    number: int
    name: str
    y: int
    lost_x: float
    lost: float
    lost_hidden: bool
    gained: float
    gained_hidden: bool
    net_x: float
    whisker: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Bars:
    """All of them, with where nothing changes, and marks of the axis: x and what stands there."""

    width: int
    height: int
    zero: float
    rows: tuple[Bar, ...]
    marks: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Cost to the right, change upwards; those on the frontier in their order of cost as a line."""

    width: int
    height: int
    dots: tuple[tuple[float, float, str, bool], ...]
    line: str
    zero: float
    across: tuple[tuple[float, int], ...]
    up: tuple[tuple[float, int], ...]


def bars(rows: Sequence[Row]) -> Bars:
    """Of each scenario the people who lose (left) and gain (right), and the net change with its interval."""
    values = [(_length(one["losses"]), _length(one["gains"]), one["change"], _interval(one)) for one in rows]
    low = max([LEAST, *(lost for lost, _, _, _ in values), *(-min(0, change) for _, _, change, _ in values),
               *(-min(0, span[0]) for *_, span in values if span)])  # fmt: skip
    high = max([LEAST, *(gained for _, gained, _, _ in values), *(max(0, change) for _, _, change, _ in values),
                *(max(0, span[1]) for *_, span in values if span)])  # fmt: skip
    scale = (WIDTH - LEFT - RIGHT) / (low + high)
    zero = LEFT + low * scale
    drawn = tuple(
        Bar(
            one["number"], _short(one["scenario"]), at * ROW + 8, _round(zero - lost * scale), _round(lost * scale),
            one["losses"]["people"] is None,
            _round(gained * scale), one["gains"]["people"] is None, _round(zero + change * scale),
            (_round(zero + span[0] * scale), _round(zero + span[1] * scale)) if span else None,
        )
        for at, (one, (lost, gained, change, span)) in enumerate(zip(rows, values, strict=True))
    )  # fmt: skip
    step = _step(low + high)
    first = -int(low // step) * step
    marks = tuple((_round(zero + n * scale), n) for n in range(first, int(high) + 1, step))
    return Bars(WIDTH, len(rows) * ROW + 34, _round(zero), drawn, marks)


def points(rows: Sequence[Row]) -> Points | None:
    """Cost a year beside the net change, of scenarios whose cost is known; None where fewer than two are."""
    known = [one for one in rows if one["yen_per_year"] is not None]
    if len(known) < 2:
        return None
    most = max(1, *(one["yen_per_year"] for one in known))
    low, high = min(0, *(one["change"] for one in known)), max(5, *(one["change"] for one in known))

    def spot(one: Row) -> tuple[float, float]:
        x = PAD + one["yen_per_year"] / most * (WIDTH - PAD - RIGHT)
        return _round(x), _round(_up(one["change"], low, high))

    best = sorted((one for one in known if one["frontier"]), key=lambda one: one["yen_per_year"])
    ups, across = max(SMALL, _step(high - low)), _step(most)
    return Points(
        WIDTH, HIGH, tuple(_dots(spot, known)),
        " ".join(f"{x},{y}" for x, y in map(spot, best)), _round(_up(0, low, high)),
        tuple((_round(PAD + n / most * (WIDTH - PAD - RIGHT)), n) for n in range(0, most + 1, across)),
        tuple((_round(_up(n, low, high)), n) for n in range(-(-low // ups) * ups, high + 1, ups)),
    )  # fmt: skip


def _dots(spot: Callable[[Row], tuple[float, float]], known: Sequence[Row]) -> Iterator[tuple[float, float, str, bool]]:
    """A dot for each place, with the numbers of all scenarios that lie there or so near that their numbers would."""
    by_place: dict[tuple[float, float], list[Row]] = {}
    for one in known:
        x, y = spot(one)
        near = next((at for at in by_place if abs(at[0] - x) < APART and abs(at[1] - y) < APART), (x, y))
        by_place.setdefault(near, []).append(one)
    for (x, y), those in by_place.items():
        yield x, y, "・".join(str(one["number"]) for one in those), any(one["frontier"] for one in those)


def _up(change: float, low: float, high: float) -> float:
    return HIGH - PAD - (change - low) / (high - low) * (HIGH - 2 * PAD + 20)


def _short(name: str) -> str:
    """A name as far as there is room for it."""
    left, out = LETTERS, ""
    for letter in name:
        left -= 2 if east_asian_width(letter) in "WF" else 1
        if left < 0:
            return f"{out}…"
        out += letter
    return out


def _length(counts: Row) -> float:
    return HIDDEN if counts["people"] is None else float(counts["people"])


def _interval(one: Row) -> tuple[float, float] | None:
    told = one["interval"]
    return None if told is None else (float(told["change"]["low"]), float(told["change"]["high"]))


def _step(span: float) -> int:
    """A round step that makes some five marks of a span."""
    step = 1
    while True:
        for times in (1, 2, 5):
            if span / (step * times) <= 6:
                return step * times
        step *= 10


def _round(value: float) -> float:
    return round(value, 1)

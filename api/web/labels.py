"""Names beside the dots of a picture, so that no two overlap; where there is no room, a number stands in the dot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any, NamedTuple
from unicodedata import east_asian_width

ASIDE, ABOVE = 220.0, 40.0
"""Room beside and above the canvas into which names may reach."""
LETTER, NARROW, LINE = 1.02, 0.62, 1.2
"""Width of a wide and of a narrow letter, and height of a line, by the size of the letters."""
TURNS = (0.25, 0.75, 0.0, 0.5, 0.875, 0.625, 0.125, 0.375)
"""Where a name is tried, as parts of a turn: above, below, right, left, and between."""
FARTHER = (0.0, 0.6, 1.3, 2.2)
"""How much farther away it is tried, by the size of the letters."""
FIRST = ("area", "council", "organisation", "resource")


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether they have something in common."""
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """A name as it is written: its middle and base line, and the box that it fills."""

    text: str
    kind: str
    size: float
    x: float
    y: float
    box: Box


@dataclass(frozen=True, slots=True)
class Labels:
    """The sheet, names that found room, and those told beside the picture: each with its number and its dot."""

    sheet: Box
    placed: Sequence[Label]
    numbered: Sequence[tuple[int, str, Mapping[str, Any]]]


def labels_of(picture: Mapping[str, Any], size: float, many: bool) -> Labels:
    """Names of the dots of `tsunagu.graph/1`: areas and councils first; of many dots only areas and who joins them."""
    dots = picture["dots"]
    wanted = [dot for dot in dots if not many or dot["kind"] == "area" or "broker" in dot["marks"]]
    wanted.sort(key=lambda dot: (FIRST.index(dot["kind"]), "broker" not in dot["marks"]))
    sheet = Box(-ASIDE, -ABOVE, picture["width"] + ASIDE, picture["height"] + ABOVE)
    taken = [_around(dot) for dot in dots if dot["kind"] != "area"]
    placed: list[Label] = []
    numbered: list[tuple[int, str, Mapping[str, Any]]] = []
    for dot in wanted:
        here = size * (1.2 if dot["kind"] == "area" else 1.0)
        found = next((one for one in _tried(dot, here) if _free(one.box, sheet, taken)), None)
        if found is None:
            numbered.append((len(numbered) + 1, dot["label"], dot))
        else:
            placed.append(found)
            taken.append(found.box)
    return Labels(sheet, placed, numbered)


def _free(box: Box, sheet: Box, taken: Sequence[Box]) -> bool:
    inside = sheet.left <= box.left and sheet.top <= box.top and box.right <= sheet.right and box.bottom <= sheet.bottom
    return inside and not any(box.meets(one) for one in taken)


def _around(dot: Mapping[str, Any]) -> Box:
    """The box of a dot with its marks."""
    r = dot["r"] + (6 if dot["marks"] else 1)
    return Box(dot["x"] - r, dot["y"] - r, dot["x"] + r, dot["y"] + r)


def _tried(dot: Mapping[str, Any], size: float) -> Iterator[Label]:
    """A name at all its places: an area's in its own circle first, every other around its dot, ever farther away."""
    width, height = _width(dot["label"]) * size, LINE * size
    if dot["kind"] == "area":
        yield _label(dot, size, dot["x"], dot["y"], width, height)
    for more in FARTHER:
        away = dot["r"] + (12 if dot["marks"] else 4) + more * size
        for turn in TURNS:
            right, down = cos(2 * pi * turn), -sin(2 * pi * turn)
            yield _label(dot, size, dot["x"] + right * (away + width / 2), dot["y"] + down * (away + height / 2),
                         width, height)  # fmt: skip


def _label(dot: Mapping[str, Any], size: float, x: float, y: float, width: float, height: float) -> Label:
    """A name around a middle point."""
    box = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return Label(dot["label"], dot["kind"], round(size, 1), round(x, 1), round(y + 0.35 * size, 1), box)


def _width(text: str) -> float:
    """How wide a text is in letters."""
    return sum(LETTER if east_asian_width(letter) in "WFA" else NARROW for letter in text)

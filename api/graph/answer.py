"""The ties of a town as a study keeps them: sentences in both languages, and a drawing; nobody is in either.

Where fewer than five people of an area go to a place, no line is drawn between them.
"""

from typing import Any

from matching.graph import CouldGo, brokers, findings, picture, single_points
from matching.graph.layout import Line
from matching.graph.told import told
from matching.small_cells import SMALL

MOST_MARKED = 10
"""As many as are told in sentences."""


def graph_document(could: CouldGo) -> dict[str, Any]:
    """`tsunagu.graph/1` with a `picture`: dots with their marks, and lines between them by number."""
    rows = [{"code": one.code, "facts": dict(one.facts), "ja": one.ja, "en": one.en} for one in told(findings(could))]
    return {"format": "tsunagu.graph/1", "findings": rows, "picture": _picture(could)}


def _picture(could: CouldGo) -> dict[str, Any]:
    found, marks = picture(could), _marks(could)
    dots = [
        {"kind": dot.kind, "label": dot.label, "x": dot.x, "y": dot.y, "r": dot.radius,
         "marks": [mark for mark, those in marks.items() if (dot.kind, dot.id) in those]}
        for dot in found.dots
    ]  # fmt: skip
    lines = [{"kind": line.kind, "from": line.source, "to": line.target} for line in found.lines if _may(line)]
    return {"width": found.width, "height": found.height, "left_out": found.left_out, "dots": dots, "lines": lines}


def _may(line: Line) -> bool:
    return line.kind != "goes" or line.people >= SMALL


def _marks(could: CouldGo) -> dict[str, set[tuple[str, str]]]:
    """Who joins areas, and on whom alone somebody depends: the first of each, as the sentences tell them."""
    joins = [(one.kind, one.id) for one in brokers(could.community).brokers]
    points = [one for one in single_points(could) if one.needs and one.kind in {"organisation", "resource"}]
    alone = [(one.kind, one.id) for one in points]
    return {"broker": set(joins[:MOST_MARKED]), "alone": set(alone[:MOST_MARKED])}

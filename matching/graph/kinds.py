"""Every kind of node and edge of the resource graph, told once: build, documentation and tests read this table.

A row of a town's table becomes a node by `Node`, and an edge by `Edge`; nothing else decides what the graph holds.
Population, attendance and survey are statistics of an area or a resource, and stay outside the graph.
"""

from dataclasses import dataclass

from matching.domain import Relation, TieKind
from matching.errors import Text


@dataclass(frozen=True, slots=True)
class Node:
    """A kind of node: one for each different value of `table.column`, keyed `(name, value)`.

    `columns` become attributes of the same names, enum words as their text; the attribute `node` holds `name`.
    """

    name: str
    text: Text
    table: str
    column: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """A kind of edge: one for each row of `table` in which both columns say something, keyed by `name`.

    `source` and `target` name the kinds of node that an end may be, tried in this order, because identifiers are unique
    only in their own file. A column with many values gives many edges. `only` keeps the rows whose column has a value.
    """

    name: str
    text: Text
    table: str
    source: tuple[str, ...]
    source_column: str
    target: tuple[str, ...]
    target_column: str
    columns: tuple[str, ...] = ()
    only: tuple[str, str] = ("", "")


NODES: tuple[Node, ...] = (
    Node("area", Text("日常生活圏域", "daily-life area"), "areas", "area_id", ("name", "tier")),
    Node("organisation", Text("団体", "organisation"), "organisations", "organisation_id", ("name", "sector")),
    Node("council", Text("協議体", "council"), "council_members", "council_id"),
    Node(
        "resource",
        Text("地域資源", "community resource"),
        "resources",
        "resource_id",
        ("name", "kind", "where", "informal", "accepting"),
    ),
    Node("opening", Text("開催枠・受入枠", "opening"), "openings", "opening_id", ("weekday", "capacity")),
    Node("resident", Text("住民（番号のみ）", "resident (an opaque id)"), "residents", "resident_id"),
    Node("need", Text("支援ニーズ", "need"), "needs", "need_id", ("kind", "urgency")),
    Node("vehicle", Text("車", "vehicle"), "vehicles", "vehicle_id", ("seats", "wheelchair_places", "scheme")),
    Node("driver", Text("運転の担い手（番号のみ）", "driver (an opaque id)"), "drivers", "driver_id"),
    Node("ride", Text("送迎の希望", "ride request"), "ride_requests", "ride_id", ("weekday",)),
    Node("idea", Text("やってみたい", "idea"), "ideas", "idea_id", ("activities", "offered_by", "state")),
)
"""In the order in which an identifier of no told kind (the end of a tie) is looked up."""

ANY = tuple(node.name for node in NODES)

_TIES = {
    TieKind.WORKS_WITH: Text("一緒に活動している", "works with"),
    TieKind.REFERS_TO: Text("紹介している", "refers to"),
    TieKind.KNOWS: Text("知り合い", "knows"),
    TieKind.MEMBER_OF: Text("参加している", "is a member of"),
    TieKind.LEADS: Text("中心になっている", "leads"),
    TieKind.SUPPORTS: Text("支えている", "supports"),
}

_RELATIONS = {
    Relation.TOGETHER: Text("一緒に行きたい", "wants to go together with"),
    Relation.APART: Text("別々にする", "is kept apart from"),
}


def _of(
    name: str, ja: str, en: str, table: str, source: tuple[str, str], target: tuple[str, str], *columns: str
) -> Edge:
    """An edge between two told kinds, each given as (kind of node, column)."""
    return Edge(name, Text(ja, en), table, (source[0],), source[1], (target[0],), target[1], columns)


_AREA = ("area", "area_id")
_ORGANISATION = ("organisation", "organisation_id")
_COUNCIL = ("council", "council_id")
_RESOURCE = ("resource", "resource_id")
_OPENING = ("opening", "opening_id")
_RESIDENT = ("resident", "resident_id")
_NEED = ("need", "need_id")
_VEHICLE = ("vehicle", "vehicle_id")
_DRIVER = ("driver", "driver_id")
_RIDE = ("ride", "ride_id")

COULD_GO = Edge(
    "could_go",
    Text("行くことができる（ルールの判断による）", "could go (judged by the rules)"),
    "",
    ("need",),
    "need_id",
    ("opening",),
    "opening_id",
)
"""The one kind that no table tells: the pairs that the rules admit, handed in by the caller."""

EDGES: tuple[Edge, ...] = (
    _of("parent_area", "広い圏域に含まれる", "lies in the wider area", "areas", _AREA, ("area", "parent_id")),
    _of("in_area", "圏域にある", "is in the area", "organisations", _ORGANISATION, _AREA),
    _of("in_area", "圏域にある", "is in the area", "resources", _RESOURCE, _AREA),
    _of("in_area", "圏域にある", "is in the area", "ideas", ("idea", "idea_id"), _AREA),
    _of("lives_in", "暮らしている", "lives in", "residents", _RESIDENT, _AREA),
    _of("serves_area", "対象の圏域とする", "serves the area", "resources", _RESOURCE, ("area", "areas_served")),
    _of("serves_area", "対象の圏域とする", "serves the area", "council_members", _COUNCIL, _AREA),
    _of("sits_in", "協議体に参加する", "sits in the council", "council_members", _ORGANISATION, _COUNCIL),
    _of("run_by", "運営する団体", "is run by", "resources", _RESOURCE, _ORGANISATION),
    _of("helped_by", "担い手である住民", "is helped by", "resources", _RESOURCE, _RESIDENT),
    _of("offers", "枠を開いている", "offers", "openings", _RESOURCE, _OPENING),
    _of("has_need", "ニーズがある", "has the need", "needs", _RESIDENT, _NEED),
    _of("holds", "つなぎ先がある", "holds a place at", "placements", _NEED, _OPENING, "state"),
    COULD_GO,
    Edge(
        "wishes",
        Text("本人の意向", "the person's own wish about"),
        "wishes",
        ("resident",),
        "resident_id",
        ("resource", "organisation", "resident"),
        "target",
        ("liking",),
    ),
    _of("has_vehicle", "車をもつ", "has the vehicle", "vehicles", _RESOURCE, _VEHICLE),
    _of("drives_for", "運転を引き受けている", "drives for", "drivers", _DRIVER, _RESOURCE),
    _of("drives", "この車を運転する", "drives", "drivers", _DRIVER, ("vehicle", "vehicles")),
    _of("asks_for", "送迎を希望する", "asks for the ride", "ride_requests", _RESIDENT, _RIDE),
    _of("ride_to", "このニーズのための送迎", "is the ride to", "ride_requests", _RIDE, _NEED),
    _of("driven_by", "運転する人", "is driven by", "ride_requests", _RIDE, _DRIVER),
    _of("goes_in", "使う車", "goes in", "ride_requests", _RIDE, _VEHICLE),
    _of("returns", "帰りの便である", "is the way home of", "ride_requests", _RIDE, ("ride", "returns")),
    *(
        Edge(kind.value, text, "ties", ANY, "from_id", ANY, "to_id", only=("kind", kind.value))
        for kind, text in _TIES.items()
    ),
    *(
        Edge(
            relation.value,
            text,
            "companions",
            ("resident",),
            "resident_id",
            ("resident",),
            "other_id",
            only=("relation", relation.value),
        )
        for relation, text in _RELATIONS.items()
    ),
)
"""Where a name stands twice, several tables tell the same kind of edge."""

TIES = tuple(kind.value for kind in TieKind)
"""The kinds of edge that `ties.csv` tells."""

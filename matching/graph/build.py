"""Community -> resource graph: every row that the table of kinds tells becomes a node or an edge, in sorted order."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum

import networkx as nx

from matching.domain import Community
from matching.graph.kinds import COULD_GO, EDGES, NODES, Edge, Node

Key = tuple[str, str]
"""A node: its kind and its identifier, because identifiers are unique only in their own file."""

Known = Mapping[str, frozenset[str]]


def build(
    community: Community,
    admissible: Iterable[tuple[str, str]] | None = None,
    kinds: Collection[str] | None = None,
) -> "nx.MultiDiGraph[Key]":
    """The resource graph of a town; `matching.graph.kinds` tells every kind of node and edge in it.

    Nodes are keyed (kind, identifier) with the attribute `node`; edges are keyed by their kind, one of a kind between
    two nodes. Nodes and edges stand in sorted order, so that rows in another order give the same graph.

    Args:
        community: the town.
        admissible: (need_id, opening_id) pairs that the rules admit: the edges `could_go`.
        kinds: only these kinds of node, and the edges between them; all kinds if None.

    Raises:
        ValueError: a pair names a need or an opening that the town does not have.
    """
    wanted = [node for node in NODES if kinds is None or node.name in kinds]
    known = {node.name: _values(community, node) for node in NODES}
    graph: nx.MultiDiGraph[Key] = nx.MultiDiGraph()
    for node in wanted:
        rows = {getattr(row, node.column): row for row in getattr(community, node.table)}
        for value in sorted(rows):
            graph.add_node((node.name, value), node=node.name, **_attributes(rows[value], node.columns))
    for edge in EDGES:
        found = _could_go(admissible or (), known) if edge is COULD_GO else _edges(community, edge, known)
        for source, target, attributes in sorted(found, key=_order):
            if source in graph and target in graph and not graph.has_edge(source, target, edge.name):
                graph.add_edge(source, target, key=edge.name, **attributes)  # told twice: the lowest stands
    return graph


def _order(edge: tuple[Key, Key, dict[str, object]]) -> tuple[Key, Key, list[object]]:
    """Sorted by the ends, then by the attributes (all edges of a kind have the same, of one type each)."""
    return edge[0], edge[1], list(edge[2].values())


def _values(community: Community, node: Node) -> frozenset[str]:
    return frozenset(getattr(row, node.column) for row in getattr(community, node.table))


def _edges(community: Community, edge: Edge, known: Known) -> Iterator[tuple[Key, Key, dict[str, object]]]:
    """The edges of one kind that one table tells, as far as both ends are in the town."""
    column, value = edge.only
    for row in getattr(community, edge.table):
        if column and getattr(row, column) != value:
            continue
        source = _key(getattr(row, edge.source_column), edge.source, known)
        told = getattr(row, edge.target_column)
        for one in (told,) if isinstance(told, str) else told:
            target = _key(one, edge.target, known)
            if source and target:
                yield source, target, _attributes(row, edge.columns)


def _could_go(admissible: Iterable[tuple[str, str]], known: Known) -> Iterator[tuple[Key, Key, dict[str, object]]]:
    for need, opening in sorted(set(admissible)):
        if need not in known["need"] or opening not in known["opening"]:
            raise ValueError(f"could_go: this town has no need {need!r} or no opening {opening!r}")
        yield ("need", need), ("opening", opening), {}


def _key(value: str, kinds: tuple[str, ...], known: Known) -> Key | None:
    return next(((kind, value) for kind in kinds if value and value in known[kind]), None)


def _attributes(row: object, columns: tuple[str, ...]) -> dict[str, object]:
    return {column: _plain(getattr(row, column)) for column in columns}


def _plain(value: object) -> object:
    """Enum words as their text, so that the graph can be written to any format."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return value.value if isinstance(value, Enum) else value

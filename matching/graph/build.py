"""Community -> resource graph: every row that the table of kinds tells becomes a node or an edge, in sorted order."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import networkx as nx

from matching.domain import Community
from matching.graph.kinds import COULD_GO, EDGES, NODES, Edge, Node

Key = tuple[str, str]
"""A node: its kind and its identifier, because identifiers are unique only in their own file."""

Told = tuple[Key, Key, dict[str, Any]]
"""An edge: from, to, attributes."""

Known = Mapping[str, Mapping[str, Key]]
"""For each kind of node, its identifiers and the keys that stand for them (one object each, shared by all edges)."""


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
    known = {node.name: _keys(community, node) for node in NODES}
    graph: nx.MultiDiGraph[Key] = nx.MultiDiGraph()
    for node in NODES:
        if kinds is None or node.name in kinds:
            rows = {getattr(row, node.column): row for row in getattr(community, node.table)}
            for value, key in known[node.name].items():
                graph.add_node(key, node=node.name, **_attributes(rows[value], node.columns))
    for edge in EDGES:
        if edge is COULD_GO:
            for source, target in _could_go(admissible or (), known):
                if source in graph and target in graph:
                    graph.add_edge(source, target, key=edge.name)
        elif kinds is None or set(edge.source) & set(kinds):
            _add_edges(graph, edge.name, _edges(community, edge, known))
    return graph


def _keys(community: Community, node: Node) -> dict[str, Key]:
    values = sorted({getattr(row, node.column) for row in getattr(community, node.table)})
    return {value: (node.name, value) for value in values}


def _add_edges(graph: "nx.MultiDiGraph[Key]", name: str, found: Iterable[Told]) -> None:
    """In the order of their ends; of edges told twice, the one with the lowest attributes stands."""
    told: dict[tuple[Key, Key], dict[str, Any]] = {}
    for source, target, attributes in found:
        if source in graph and target in graph:
            other = told.get((source, target))
            if other is None or list(attributes.values()) < list(other.values()):
                told[source, target] = attributes
    for source, target in sorted(told):
        graph.add_edge(source, target, key=name, **told[source, target])


def _edges(community: Community, edge: Edge, known: Known) -> Iterator[Told]:
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


def _could_go(admissible: Iterable[tuple[str, str]], known: Known) -> Iterator[tuple[Key, Key]]:
    needs, openings = known["need"], known["opening"]
    for need, opening in sorted(set(admissible)):
        if need not in needs or opening not in openings:
            raise ValueError(f"could_go: this town has no need {need!r} or no opening {opening!r}")
        yield needs[need], openings[opening]


def _key(value: str, kinds: tuple[str, ...], known: Known) -> Key | None:
    return next((known[kind][value] for kind in kinds if value and value in known[kind]), None)


def _attributes(row: object, columns: tuple[str, ...]) -> dict[str, Any]:
    return {column: _plain(getattr(row, column)) for column in columns}


def _plain(value: object) -> object:
    """Enum words as their text, so that the graph can be written to any format."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return value.value if isinstance(value, Enum) else value

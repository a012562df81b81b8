"""The bodies of a town and what joins them: an organisation with its resources is one body, a council is a meeting."""

import networkx as nx

from matching.domain import Community
from matching.graph.build import Key, build
from matching.graph.kinds import TIES

BODIES = ("organisation", "council", "resource")
JOINS = (*TIES, "sits_in", "in_area", "serves_area")
"""The kinds of edge that join bodies, councils and areas; `run_by` makes a resource part of a body instead."""


def bodies(community: Community, areas: bool = False) -> "nx.Graph[Key]":
    """Organisations, councils and resources that no organisation runs, joined by ties, seats and, with `areas`, areas.

    A resource is one with the organisation that runs it: what it touches, the organisation touches. No people in it.
    Of areas only the daily-life areas (tier 2) stand in it, where there are any: to lie in the same city joins nobody.
    """
    told = build(community, kinds=(*BODIES, "area") if areas else BODIES)
    body = body_of(told)
    left_out = _wide(community)
    joined: nx.Graph[Key] = nx.Graph()
    joined.add_nodes_from(sorted({key for key in body.values() if key not in left_out}))
    joined.add_edges_from(
        (body[source], body[target])
        for source, target, kind in told.edges(keys=True)
        if kind in JOINS and body[source] != body[target] and not {source, target} & left_out
    )
    return joined


def body_of(told: "nx.MultiDiGraph[Key]") -> dict[Key, Key]:
    """The body of each node: of a resource the organisation that runs it, of everything else the node itself."""
    run_by = {source: target for source, target, kind in told.edges(keys=True) if kind == "run_by"}
    return {key: run_by.get(key, key) for key in told}


def named(community: Community) -> dict[Key, str]:
    """What to call a body or an area: its name, else its id; a council by its areas and its id."""
    areas = {row.area_id: row.name or row.area_id for row in community.areas}
    of: dict[str, set[str]] = {}
    for row in community.council_members:
        of.setdefault(row.council_id, set()).add(areas.get(row.area_id, ""))
    return {
        **{("organisation", row.organisation_id): row.name or row.organisation_id for row in community.organisations},
        **{("resource", row.resource_id): row.name or row.resource_id for row in community.resources},
        **{
            ("council", council): f"{'・'.join(sorted(names - {''}))}協議体 ({council})"
            for council, names in of.items()
        },
        **{("area", area): name for area, name in areas.items()},
    }


def split_pairs(graph: "nx.Graph[Key]", kind: str) -> dict[Key, int]:
    """For each node: how many pairs of other nodes of `kind` lose each other when it goes; exact, in linear time.

    Hopcroft & Tarjan (1973), one depth-first search: the part under a child falls off when no edge leads past the node.
    """
    lost: dict[Key, int] = {}
    for part in nx.connected_components(graph):
        root = min(part)
        walk = list(nx.dfs_edges(graph, root))
        parent = {child: above for above, child in walk}
        order = [root, *parent]
        number = {node: i for i, node in enumerate(order)}
        low = {node: min((number[other] for other in graph[node]), default=0) for node in order}
        weight = {node: int(node[0] == kind) for node in order}
        total = sum(weight.values())
        fallen: dict[Key, list[int]] = {node: [] for node in order}
        for child, above in reversed(parent.items()):
            if low[child] >= number[above]:
                fallen[above].append(weight[child])
            low[above] = min(low[above], low[child])
            weight[above] += weight[child]
        for node in order:
            parts = [*fallen[node], total - int(node[0] == kind) - sum(fallen[node])]
            lost[node] = (sum(parts) ** 2 - sum(p * p for p in parts)) // 2
    return lost


def without_dead_ends(graph: "nx.Graph[Key]", keep: str) -> "nx.Graph[Key]":
    """Without nodes that no way between nodes of kind `keep` runs through: those of one neighbour, again and again."""
    left = graph.copy()
    ends = [node for node in left if node[0] != keep and left.degree(node) <= 1]
    while ends:
        around = {other for node in ends for other in left[node]}
        left.remove_nodes_from(ends)
        ends = [node for node in sorted(around) if node in left and node[0] != keep and left.degree(node) <= 1]
    return left


def _wide(community: Community) -> set[Key]:
    tiers = {area.tier for area in community.areas}
    return {("area", area.area_id) for area in community.areas if area.tier == 1} if len(tiers) > 1 else set()

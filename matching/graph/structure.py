"""The shape of working together: who brokers between areas, who alone holds the network together, who stands apart."""

import random
from collections import Counter
from dataclasses import dataclass

import networkx as nx

from matching.domain import Community
from matching.graph.bodies import BODIES, bodies, body_of, named, split_pairs, without_dead_ends
from matching.graph.build import Key, build
from matching.graph.kinds import TIES

EXACT_NODES = 2_000
SAMPLED_AREAS = 32
SEED = 20_270_401


@dataclass(frozen=True, slots=True)
class Broker:
    """A body or council between areas.

    `share` of the connected pairs of areas have their shortest way through it (of k shortest ways each counts 1/k);
    `areas` are those it touches itself; `split` counts the pairs of areas that nothing would connect without it.
    """

    kind: str
    id: str
    name: str
    areas: tuple[str, ...]
    share: float
    split: int


@dataclass(frozen=True, slots=True)
class Brokers:
    """All with a share, the largest first. `exact` is False where `sampled_areas` stood for all areas."""

    brokers: tuple[Broker, ...]
    area_pairs: int
    exact: bool
    sampled_areas: int


@dataclass(frozen=True, slots=True)
class CutBody:
    """A body or council without which `pairs` of other organisations would no longer be connected by any ties."""

    kind: str
    id: str
    name: str
    pairs: int


@dataclass(frozen=True, slots=True)
class Island:
    """Bodies that are connected by ties and councils among themselves, and with nobody else."""

    organisations: tuple[str, ...]
    councils: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseAlone:
    """A body that alone holds the cases of `people` with several needs or fields; `partners` counts whom it works with.

    A case is left alone if its person has two needs or a need of two fields, and every place they hold is of one body.
    """

    kind: str
    id: str
    name: str
    people: int
    partners: int


@dataclass(frozen=True, slots=True)
class TieShare:
    """How ties gather: of `bodies` in all, the `half` with most ties are an end of half of all `ends` of ties.

    `gini` is 0 where all have the same number of ties, and nears 1 where one has them all.
    """

    bodies: int
    ends: int
    half: int
    gini: float


def brokers(community: Community, exact_nodes: int = EXACT_NODES, sampled_areas: int = SAMPLED_AREAS) -> Brokers:
    """Who stands between areas: betweenness over pairs of areas only (Brandes 2008), in the graph of bodies and areas.

    People are not in that graph, and an area may itself be on the way. Exact up to `exact_nodes` nodes (dead ends not
    counted); above, the ways from `sampled_areas` areas chosen by a fixed seed stand for all, and the answer says so.
    """
    graph = without_dead_ends(bodies(community, areas=True), "area")
    areas = sorted(node for node in graph if node[0] == "area")
    exact = len(graph) <= exact_nodes or len(areas) <= sampled_areas
    sources = areas if exact else sorted(random.Random(SEED).sample(areas, sampled_areas))  # noqa: S311 no secret
    sizes = [sum(node[0] == "area" for node in part) for part in nx.connected_components(graph)]
    pairs = sum(n * (n - 1) // 2 for n in sizes)
    between = nx.betweenness_centrality_subset(graph, sources=sources, targets=areas)
    scale = len(areas) / len(sources) / pairs if pairs else 0.0
    split, names = split_pairs(graph, "area"), named(community)
    found = [
        Broker(
            kind=node[0],
            id=node[1],
            name=names[node],
            areas=tuple(sorted(other[1] for other in graph[node] if other[0] == "area")),
            share=round(value * scale, 9),
            split=split[node],
        )
        for node, value in between.items()
        if node[0] != "area" and value > 0
    ]
    return Brokers(tuple(sorted(found, key=lambda b: (-b.share, b.kind, b.id))), pairs, exact, len(sources))


def cut_bodies(community: Community) -> tuple[CutBody, ...]:
    """The bodies and councils that alone hold the network of organisations together; the worst first."""
    graph, names = bodies(community), named(community)
    found = [CutBody(*node, names[node], pairs) for node, pairs in split_pairs(graph, "organisation").items() if pairs]
    return tuple(sorted(found, key=lambda c: (-c.pairs, c.kind, c.id)))


def islands(community: Community) -> tuple[Island, ...]:
    """The parts of the network of bodies (ties and councils; to be in one area joins nobody); the largest first."""
    found = []
    for part in nx.connected_components(bodies(community)):
        ids = {kind: tuple(sorted(i for k, i in part if k == kind)) for kind in ("organisation", "council", "resource")}
        found.append(Island(ids["organisation"], ids["council"], ids["resource"]))
    return tuple(sorted(found, key=lambda i: (-len(i.organisations), -len(i.resources), i.organisations, i.resources)))


def cases_alone(community: Community) -> tuple[CaseAlone, ...]:
    """Bodies with which cases are left alone (a warning of the ministry's paper); those with most people first."""
    graph, names = bodies(community), named(community)
    left: Counter[Key] = Counter()
    for held in _holding(community).values():
        if len(held) == 1:
            left.update(held)
    found = [CaseAlone(*body, names[body], people, len(_partners(graph, body))) for body, people in left.items()]
    return tuple(sorted(found, key=lambda c: (-c.people, c.partners, c.kind, c.id)))


def tie_share(community: Community) -> TieShare:
    """How the ends of ties are spread over bodies and councils; ties within one body are not counted."""
    told = build(community, kinds=BODIES)
    body = body_of(told)
    ends = Counter(dict.fromkeys(body.values(), 0))
    for source, target, kind in told.edges(keys=True):
        if kind in TIES and body[source] != body[target]:
            ends.update((body[source], body[target]))
    counts = sorted(ends.values(), reverse=True)
    total, half, reached = sum(counts), 0, 0
    while 2 * reached < total:
        reached += counts[half]
        half += 1
    # Gini coefficient of the counts in descending order.
    weighed = sum((len(counts) - 1 - 2 * i) * n for i, n in enumerate(counts))
    return TieShare(len(counts), total, half, round(weighed / (len(counts) * total), 9) if total else 0.0)


def _holding(community: Community) -> dict[str, set[Key]]:
    """For each person with a case of several needs or fields: the bodies at which they hold places."""
    needs = {need.need_id: need for need in community.needs}
    count = Counter(need.resident_id for need in community.needs)
    several = {n.resident_id for n in community.needs if len(set(n.fields)) > 1 or count[n.resident_id] > 1}
    run_by = {row.resource_id: row.organisation_id for row in community.resources}
    resource = {row.opening_id: row.resource_id for row in community.openings}
    holding: dict[str, set[Key]] = {}
    for placement in community.placements:
        person, place = needs[placement.need_id].resident_id, resource[placement.opening_id]
        if person in several:
            body = ("organisation", run_by[place]) if run_by[place] else ("resource", place)
            holding.setdefault(person, set()).add(body)
    return holding


def _partners(graph: "nx.Graph[Key]", body: Key) -> set[Key]:
    """The bodies that a body has a tie with, or sits in a council with."""
    around = set(graph[body])
    for council in [node for node in around if node[0] == "council"]:
        around |= set(graph[council])
    return {node for node in around if node[0] != "council"} - {body}

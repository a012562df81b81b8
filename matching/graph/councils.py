"""Whom a council lacks: sectors at work in its area that have no seat, and whose seat would connect the most."""

from dataclasses import dataclass

import networkx as nx

from matching.domain import Community, ResourceKind, Sector
from matching.graph.bodies import bodies, named
from matching.graph.build import Key

RARELY_SEATED = (Sector.COMPANY, Sector.SHOP, Sector.COOPERATIVE)
"""企業・商店 and 協同組合 rarely sit in a council: the ministry's survey of R7 (1,317 municipalities)."""

SECTOR_OF_KIND = {
    ResourceKind.SHOP: Sector.SHOP,
    ResourceKind.MOBILE_SHOP: Sector.SHOP,
    ResourceKind.CAFE: Sector.SHOP,
    ResourceKind.WORKPLACE: Sector.COMPANY,
    ResourceKind.RMO: Sector.RMO,
    ResourceKind.NPO: Sector.NPO,
    ResourceKind.VOLUNTEER: Sector.VOLUNTEER_GROUP,
}
"""The sector that a resource without an organisation stands for; other kinds stand for none."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A sector at work in the area without a seat: by which organisations, and which resources of no organisation."""

    sector: Sector
    organisations: tuple[str, ...]
    resources: tuple[str, ...]
    rarely_seated: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a seat for one organisation would connect.

    `gain` counts pairs of organisations without any way so far; `brings` names the organisations that it works with and
    that no member has a tie to.
    """

    organisation_id: str
    name: str
    sector: Sector
    absent: bool
    gain: int
    brings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CouncilView:
    """A council: where, who sits there, which sectors are absent, and whom to invite, the greatest gain first."""

    council_id: str
    areas: tuple[str, ...]
    members: tuple[str, ...]
    absent: tuple[Absent, ...]
    invitations: tuple[Invitation, ...]


@dataclass(frozen=True, slots=True)
class Councils:
    """Every council sorted by id, and the daily-life areas (tier 2) that no council is for."""

    councils: tuple[CouncilView, ...]
    areas_without: tuple[str, ...]


def councils(community: Community) -> Councils:
    """Compare each council with who is at work in its areas and the areas inside them.

    At work there: organisations and resources that stand in the areas, organisations of resources that stand there or
    serve them, and whoever has a tie to a member. A gain is exact: the organisations in the part of the network that
    the newcomer brings, times those in the council's part; 0 where a way (ties, councils) exists already.
    """
    network = _network(community)
    areas: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for row in community.council_members:
        areas.setdefault(row.council_id, set()).add(row.area_id)
        members.setdefault(row.council_id, set()).add(row.organisation_id)
    views = tuple(_view(network, council, areas[council], members[council]) for council in sorted(areas))
    covered = set[str]().union(*areas.values())
    without = tuple(sorted(a.area_id for a in community.areas if a.tier == 2 and a.area_id not in covered))
    return Councils(views, without)


@dataclass(frozen=True, slots=True)
class _Network:
    """Who works where and with whom: sectors and neighbours of bodies, and how many organisations each part has."""

    sector: dict[Key, Sector]
    around: dict[Key, tuple[Key, ...]]
    part: dict[Key, int]
    size: tuple[int, ...]
    names: dict[Key, str]
    at_work: dict[str, set[Key]]
    inside: dict[str, set[str]]


def _network(community: Community) -> _Network:
    graph = bodies(community)
    sector: dict[Key, Sector] = {("organisation", row.organisation_id): row.sector for row in community.organisations}
    for row in community.resources:
        if not row.organisation_id and row.kind in SECTOR_OF_KIND:
            sector["resource", row.resource_id] = SECTOR_OF_KIND[row.kind]
    parts = list(nx.connected_components(graph))
    return _Network(
        sector=sector,
        around={node: tuple(graph[node]) for node in graph},
        part={node: number for number, nodes in enumerate(parts) for node in nodes},
        size=tuple(sum(node[0] == "organisation" for node in nodes) for nodes in parts),
        names=named(community),
        at_work=_at_work(community),
        inside=_inside(community),
    )


def _view(network: _Network, council: str, areas: set[str], members: set[str]) -> CouncilView:
    seats: set[Key] = {("organisation", member) for member in members}
    seated = {network.sector[seat] for seat in seats}
    known = {node for seat in seats for node in network.around[seat]}
    present = known.union(*(network.at_work.get(area, ()) for area in _within(areas, network.inside)))
    outside = sorted(node for node in present - seats if node in network.sector)
    here = network.part["council", council]
    invitations = [
        Invitation(
            organisation_id=node[1],
            name=network.names[node],
            sector=network.sector[node],
            absent=network.sector[node] not in seated,
            gain=network.size[network.part[node]] * network.size[here] if network.part[node] != here else 0,
            brings=tuple(network.names[o] for o in network.around[node] if o[0] == node[0] and o not in known | seats),
        )
        for node in outside
        if node[0] == "organisation"
    ]
    return CouncilView(
        council_id=council,
        areas=tuple(sorted(areas)),
        members=tuple(sorted(members)),
        absent=_absent(outside, network.sector, seated),
        invitations=tuple(
            sorted(invitations, key=lambda i: (-i.gain, -len(i.brings), not i.absent, i.organisation_id))
        ),
    )


def _absent(outside: list[Key], sector: dict[Key, Sector], seated: set[Sector]) -> tuple[Absent, ...]:
    """The sectors outside that have no seat: first those that rarely sit anywhere, then in the order of the words."""
    lacking = {sector[node] for node in outside} - seated
    return tuple(
        Absent(
            sector=one,
            organisations=tuple(i for kind, i in outside if kind == "organisation" and sector[kind, i] == one),
            resources=tuple(i for kind, i in outside if kind == "resource" and sector[kind, i] == one),
            rarely_seated=one in RARELY_SEATED,
        )
        for one in sorted(lacking, key=lambda one: (one not in RARELY_SEATED, list(Sector).index(one)))
    )


def _at_work(community: Community) -> dict[str, set[Key]]:
    """For each area the bodies that stand there, or whose resources stand there or serve it."""
    found: dict[str, set[Key]] = {}
    for row in community.organisations:
        found.setdefault(row.area_id, set()).add(("organisation", row.organisation_id))
    for one in community.resources:
        body = ("organisation", one.organisation_id) if one.organisation_id else ("resource", one.resource_id)
        for area in (one.area_id, *one.areas_served):
            found.setdefault(area, set()).add(body)
    return found


def _inside(community: Community) -> dict[str, set[str]]:
    """For each area the areas that lie directly in it."""
    found: dict[str, set[str]] = {}
    for area in community.areas:
        found.setdefault(area.parent_id, set()).add(area.area_id)
    return found


def _within(areas: set[str], inside: dict[str, set[str]]) -> set[str]:
    """The areas and all areas inside them."""
    found, more = set(areas), set(areas)
    while more:
        more = set[str]().union(*(inside.get(area, ()) for area in more)) - found
        found |= more
    return found

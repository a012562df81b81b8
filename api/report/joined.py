"""A town and its proposals, joined: what every part of the report, and the terminal, reads from.

Needs that may not be looked at in this room are a number here and nothing else: none of their facts goes any further.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from matching.domain import Area, Community, Need, Opening, Proposal, Proposals, Resident, Resource

NOT_NEAR = ("sharing", "closed", "kind")
"""Codes that keep away almost every opening of a town, and so tell nothing of one need."""


@dataclass(frozen=True, slots=True)
class Case:
    """A need that was looked at, with its person, its proposal, and the weeks they have waited (None: not known)."""

    need: Need
    resident: Resident
    proposal: Proposal
    weeks: int | None

    @property
    def priority(self) -> tuple[int, str]:
        """Ascending: the urgent and those waiting longest come first, as in the plan's first aim."""
        return -self.need.urgency * ((self.weeks or 0) + 1), self.need.need_id


@dataclass(frozen=True, slots=True)
class Joined:
    """The cases of a round in the order of the town's rows, and its places by their identifiers.

    Attributes:
        refused: how many needs have no consent for this room.
        held: opening of each need that holds a place.
        coming: of each opening, how many places needs take under the plan, those of the refused included.
    """

    community: Community
    proposals: Proposals
    cases: tuple[Case, ...]
    refused: int
    areas: Mapping[str, Area]
    resources: Mapping[str, Resource]
    openings: Mapping[str, Opening]
    held: Mapping[str, str]
    coming: Mapping[str, int]

    @property
    def placed(self) -> tuple[Case, ...]:
        """The cases with a proposal."""
        return tuple(case for case in self.cases if case.proposal.placed)

    @property
    def unplaced(self) -> tuple[Case, ...]:
        """The cases without one."""
        return tuple(case for case in self.cases if not case.proposal.placed)

    def area_name(self, area_id: str) -> str:
        """The name of an area; its identifier where it has none; empty where there is no such area."""
        area = self.areas.get(area_id)
        return "" if area is None else area.name or area.area_id

    def place_name(self, resource_id: str) -> str:
        """The name of a resource, or its identifier."""
        resource = self.resources[resource_id]
        return resource.name or resource.resource_id

    def goes_on(self, case: Case) -> bool:
        """Whether the proposal is the place that the person has already."""
        return any(o.chosen and self.held.get(case.need.need_id) == o.opening_id for o in case.proposal.options)


def joined(community: Community, proposals: Proposals) -> Joined:
    """Join a town with a round of proposals for it.

    Raises:
        KeyError: the proposals speak of a need or a place that the town does not have.
    """
    needs = {need.need_id: need for need in community.needs}
    residents = {resident.resident_id: resident for resident in community.residents}
    cases = []
    for proposal in proposals.proposals:
        if proposal.resident_id:
            resident = residents[proposal.resident_id]
            cases.append(Case(needs[proposal.need_id], resident, proposal, _weeks(community, resident)))
    seen = {case.need.need_id for case in cases}
    held = {placement.need_id: placement.opening_id for placement in community.placements}
    coming = Counter(o.opening_id for case in cases for o in case.proposal.options if o.chosen)
    coming.update(opening for need, opening in held.items() if need not in seen)
    return Joined(
        community,
        proposals,
        tuple(cases),
        len(proposals.proposals) - len(cases),
        {area.area_id: area for area in community.areas},
        {resource.resource_id: resource for resource in community.resources},
        {opening.opening_id: opening for opening in community.openings},
        held,
        coming,
    )


def _weeks(community: Community, resident: Resident) -> int | None:
    since = resident.waiting_since
    return None if since is None else max(0, (community.info.week_of - since).days // 7)


def main_reason(proposal: Proposal) -> str:
    """What stands between a need and the nearest openings: a rule's or quota's code, `full`, or that none is there."""
    account, unplaced = proposal.account, proposal.unplaced
    if (unplaced and unplaced.full) or (account and account.full):
        return "full"
    if unplaced and unplaced.held_back:
        return unplaced.held_back[0].code
    if account is None:
        return "untold"
    if account.others:
        return "coupled"
    near = [(count, -order, code) for order, (code, count) in enumerate(account.excluded) if code not in NOT_NEAR]
    return max(near)[2] if near else "no_such_opening"

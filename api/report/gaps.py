"""The list of gaps: where what is missing for whom, and which small changes would help how many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from api.report.figures import commonest
from api.report.joined import Case, Joined, main_reason


@dataclass(frozen=True, slots=True)
class Help:
    """One change at one opening or place (either may be empty), and the cases it would help, each proved alone."""

    code: str
    opening_id: str
    place: str
    cases: tuple[Case, ...]

    @property
    def people(self) -> int:
        """How many different people they are."""
        return len({case.resident.resident_id for case in self.cases})


@dataclass(frozen=True, slots=True)
class Gap:
    """The needs of one kind in one area that have no proposal: how many of how many, why, and what would help."""

    area_id: str
    kind: str
    needs: int
    unplaced: int
    reasons: tuple[tuple[str, int], ...]
    helps: tuple[Help, ...]


def gaps(round_: Joined) -> tuple[Gap, ...]:
    """Every area and kind with somebody left, most of them first, then in the order of the town's areas."""
    order = {area_id: i for i, area_id in enumerate(round_.areas)}
    every: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in round_.cases:
        every[case.resident.area_id, case.need.kind.value].append(case)
    found = []
    for (area_id, kind), cases in every.items():
        left = [case for case in cases if not case.proposal.placed]
        if left:
            why = commonest(main_reason(case.proposal) for case in left)
            found.append(Gap(area_id, kind, len(cases), len(left), why, helps(left)))
    return tuple(sorted(found, key=lambda gap: (-gap.unplaced, order.get(gap.area_id, len(order)), gap.kind)))


def helps(cases: Iterable[Case]) -> tuple[Help, ...]:
    """The proved changes of some cases, the same change at the same opening once; those that help most people first."""
    found: dict[tuple[str, str, str], dict[str, Case]] = defaultdict(dict)
    for case in cases:
        for change in case.proposal.unplaced.smallest_changes if case.proposal.unplaced else ():
            if change.verified:
                facts = change.facts
                opening, place = str(facts.get("opening", "")), str(facts.get("place") or facts.get("driver", ""))
                found[change.code, opening, place][case.need.need_id] = case
    made = [Help(*where, tuple(who.values())) for where, who in found.items()]
    return tuple(sorted(made, key=lambda one: (-one.people, one.code, one.opening_id, one.place)))

"""Each need as a card: what it is, its options or why there is none, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.report.joined import NOT_NEAR, Case, Joined, main_reason
from api.report.words import Words
from matching.domain import Option, Sharing, Unplaced
from matching.explain.say import say_change, say_reason

MOST_NEEDS = 1000
LEAST_UNPLACED = 600
"""How many needs the page lists at most, and how many of them may be unplaced although others are placed."""

_OF_EVERY_OPTION = ("urgency", "placed")
"""Reasons that are the same for every option of a need; the card's head tells them."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason: its sentence and the points that it gives to the fit."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An option in words."""

    rank: int
    chosen: bool
    place: str
    kind: str
    when: str
    way: str
    points: str
    cost: str
    harmless: bool
    ask_first: bool
    treasure: bool
    kept: bool
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A need in words; `anchor` is its place in the page."""

    anchor: str
    need_id: str
    resident_id: str
    area: str
    kind: str
    activities: str
    urgency: int
    weeks: int | None
    conference: bool
    choices: tuple[Choice, ...]
    reason: str
    considered: int
    account: str
    full: tuple[str, ...]
    held_back: tuple[str, ...]
    helps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases that the page lists: the unplaced, the worst-off first, and the placed by area; and how many more."""

    unplaced: tuple[Case, ...]
    placed: tuple[tuple[str, tuple[Case, ...]], ...]
    more_unplaced: int
    more_placed: int
    anchors: Mapping[str, str]


def listed(round_: Joined) -> Listed:
    """Choose at most `MOST_NEEDS` cases, the worst-off of either sort."""
    waiting = sorted(round_.unplaced, key=lambda case: case.priority)
    placed = sorted(round_.placed, key=lambda case: case.priority)
    unplaced = waiting[: max(LEAST_UNPLACED, MOST_NEEDS - len(placed))]
    shown = {case.need.need_id for case in placed[: MOST_NEEDS - len(unplaced)]}
    by_area: dict[str, list[Case]] = {area_id: [] for area_id in (*round_.areas, "")}
    for case in round_.placed:
        if case.need.need_id in shown:
            by_area[case.resident.area_id].append(case)
    groups = tuple((area_id, tuple(cases)) for area_id, cases in by_area.items() if cases)
    every = [*unplaced, *(case for _, cases in groups for case in cases)]
    return Listed(
        tuple(unplaced),
        groups,
        len(waiting) - len(unplaced),
        len(placed) - len(shown),
        {case.need.need_id: f"n{number}" for number, case in enumerate(every, start=1)},
    )


def card(round_: Joined, case: Case, anchor: str, words: Words) -> Card:
    """A need in words."""
    proposal, need = case.proposal, case.need
    tiers = {tier.name: number for number, tier in enumerate(round_.proposals.tiers)}
    unplaced = proposal.unplaced or Unplaced((), (), ())
    return Card(
        anchor=anchor,
        need_id=need.need_id,
        resident_id=case.resident.resident_id,
        area=round_.area_name(case.resident.area_id) or words.say("areas.unknown"),
        kind=words.kind(need),
        activities=words.activities(need),
        urgency=need.urgency,
        weeks=case.weeks,
        conference=case.resident.sharing == Sharing.SUPPORT_CONFERENCE,
        choices=tuple(
            _choice(round_, case, option, rank, tiers, words) for rank, option in enumerate(proposal.options, start=1)
        ),
        reason="" if proposal.placed else words.reason(main_reason(proposal)),
        considered=proposal.account.considered if proposal.account else 0,
        account=_account(case, words),
        full=tuple(_full(round_, opening, holders, words) for opening, holders in unplaced.full),
        held_back=tuple(say_reason(reason, words.lang) for reason in unplaced.held_back),
        helps=tuple(say_change(change, words.lang) for change in unplaced.smallest_changes if change.verified),
    )


def cost_words(option: Option, tiers: Mapping[str, int], words: Words) -> str:
    """What choosing an option would cost everybody else, by the most important aim that it touches."""
    harm, lost = _harm(option, tiers)
    if not harm:
        return words.say("cost.better" if any(option.opportunity_cost) else "cost.none")
    said = words.say("cost.placed.one" if harm == "placed" and lost == 1 else f"cost.{harm}", n=lost)
    return said if option.exact else words.say("cost.bound", cost=said)


def _harm(option: Option, tiers: Mapping[str, int]) -> tuple[str, int]:
    """The aim that others would lose in, and how much of it; people who lose their places stand before all else."""
    cost = {name: option.opportunity_cost[tier] for name, tier in tiers.items()}
    if cost.get("placed", 0) > 0:
        return "placed", cost["placed"]
    touched = next((name for name in ("worst_off", "spread", "fit", "few_changes") if cost.get(name, 0)), "")
    return (touched, cost[touched]) if touched and cost[touched] > 0 else ("", 0)


def _choice(round_: Joined, case: Case, option: Option, rank: int, tiers: Mapping[str, int], words: Words) -> Choice:
    resource, opening = round_.resources[option.resource_id], round_.openings[option.opening_id]
    fit = tiers.get("fit")
    return Choice(
        rank=rank,
        chosen=option.chosen,
        place=round_.place_name(option.resource_id),
        kind=words.say(f"resource.{resource.kind}"),
        when=words.when(opening),
        way=words.way(option.mode, option.minutes),
        points="" if fit is None else words.say("points", points=option.points[fit]),
        cost="" if option.chosen else cost_words(option, tiers, words),
        harmless=not _harm(option, tiers)[0],
        ask_first=option.ask_first,
        treasure=resource.informal,
        kept=round_.held.get(case.need.need_id) == option.opening_id,
        reasons=tuple(
            Why(say_reason(reason, words.lang), reason.points if reason.tier == fit else 0)
            for reason in option.reasons
            if reason.code not in _OF_EVERY_OPTION
        ),
    )


def _account(case: Case, words: Words) -> str:
    """Where all openings of the town went for this need, what tells most of it first."""
    account = case.proposal.account
    if account is None or case.proposal.placed:
        return ""
    parts: Sequence[tuple[str, int]] = sorted(account.excluded, key=lambda one: (one[0] in NOT_NEAR, -one[1]))
    told = [words.say("counted", what=words.reason(code), n=count) for code, count in parts]
    near = (("account.full", account.full), ("account.others", account.others))
    return words.listed([*(words.say(key, n=count) for key, count in near if count), *told])


def _full(round_: Joined, opening_id: str, holders: int, words: Words) -> str:
    opening = round_.openings[opening_id]
    place = round_.place_name(opening.resource_id)
    return words.say("full.one", place=place, when=words.when(opening), n=holders)

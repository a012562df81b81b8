"""The same sentences for readers whom no count of fewer than five people may reach: a council, a planner, the service.

A sentence is said without its numbers where one of them would tell of one to four people, or would leave over as few;
and of what stops, never how many are placed there now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from string import Formatter

from matching.errors import Facts, Text
from matching.graph.findings import Finding
from matching.graph.sentences import TEXTS
from matching.small_cells import is_small

FEW: Mapping[str, Text] = {
    "nowhere": Text(
        "{area}：今は行き先の候補がない方が、少数います", "{area}: a few people have no place to go to at present"
    ),
    "one_place": Text(
        "{area}：行き先の候補が一か所だけの方が、少数います", "{area}: a few people have one possible place only"
    ),
    "helper_stops": Text(
        "{place}の担い手の方がお休みになると、少数の方がただ一つの行き先を失います",
        "If the helper of {place} stops, a few people lose their only place",
    ),
    "resource_stops": Text(
        "{place}がなくなると、少数の方がただ一つの行き先を失います",
        "If {place} stops, a few people lose their only place",
    ),
    "opening_stops": Text(
        "{place}の{weekday}{start}からの枠がなくなると、少数の方がただ一つの行き先を失います",
        "If {place} on {weekday} at {start} stops, a few people lose their only place",
    ),
    "organisation_stops": Text(
        "{place}が手を引くと、少数の方がただ一つの行き先を失います",
        "If {place} withdraws, a few people lose their only place",
    ),
    "case_alone": Text(
        "いくつかの課題がある少数の方を、{name}だけで受け止めています（協力先{partners}）",
        "{name} alone carries a few people with several needs or fields (partners: {partners})",
    ),
    "circulation": Text(
        "つなぎ先のある方の中に、支える側にもなっている方がいます（人数が少ないため、数は出しません）",
        "Some of those with a place also help others (too few to be told in numbers)",
    ),
    "roles": Text(
        "得意なことを生かせる出番のある方がいます（人数が少ないため、数は出しません）",
        "Roles wait for what people could offer (too few to be told in numbers)",
    ),
    "unasked": Text(
        "得意なことがあるのに、出番の見つかっていない方が、少数います",
        "A few people have strengths for which no role waits",
    ),
    "circles": Text("支え合いが一巡している、小さな輪があります", "A small circle of support goes round"),
    "closing": Text(
        "あと一つつながると支え合いの輪になる、小さな組み合わせがあります",
        "One more placement would close a small circle of support",
    ),
    "chain": Text(
        "支える人がまた支えられる、少数の方のつながりがあります", "A few people are helped by one and help another"
    ),
}
"""For every code whose numbers count people."""

ENOUGH: Mapping[str, Text] = {
    "helper_stops": Text(
        "{place}の担い手の方がお休みになると、{people}人の方がただ一つの行き先を失います",
        "If the helper of {place} stops, {people} people lose their only place",
    ),
    "resource_stops": Text(
        "{place}がなくなると、{people}人の方がただ一つの行き先を失います",
        "If {place} stops, {people} people lose their only place",
    ),
    "opening_stops": Text(
        "{place}の{weekday}{start}からの枠がなくなると、{people}人の方がただ一つの行き先を失います",
        "If {place} on {weekday} at {start} stops, {people} people lose their only place",
    ),
    "organisation_stops": Text(
        "{place}が手を引くと、{people}人の方がただ一つの行き先を失います",
        "If {place} withdraws, {people} people lose their only place",
    ),
}
"""Sentences that say less although enough people stand behind them."""


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as such readers get it: the facts that its sentence names, and no others."""

    code: str
    facts: Facts
    ja: str
    en: str


def told(found: Iterable[Finding]) -> tuple[Told, ...]:
    """Each finding, with its numbers where they may be told."""
    return tuple(_told(one) for one in found)


def _told(one: Finding) -> Told:
    few = any(is_small(people) for people in one.people)
    text = FEW[one.code] if few else ENOUGH.get(one.code, TEXTS[one.code])
    named = {name for _, name, _, _ in Formatter().parse(text.ja) if name}
    facts = {name: value for name, value in one.facts.items() if name in named}
    return Told(one.code, facts, one.said(text, "ja"), one.said(text, "en"))

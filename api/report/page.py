"""The page: every part of the report put into words, and the template that sets it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.report.cards import Card, Listed, card, listed
from api.report.charts import charts
from api.report.figures import Figures, Waits, figures
from api.report.gaps import Gap, Help, gaps, helps
from api.report.joined import Joined, joined
from api.report.texts import GLOSSARY
from api.report.town_map import area_counts, town_map
from api.report.words import Words, words
from matching.domain import Community, Proposals, Sharing, Tier
from matching.errors import Lang
from matching.explain.say import say_warning
from matching.texts import word

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
MOST_AREAS, MOST_GAPS, MOST_HELPS, MOST_WARNINGS = 300, 200, 200, 200
MOST_IN_A_CELL = 2
FIRST_AREAS, FIRST_ROWS, FIRST_CARDS, MOST_LINKS = 30, 20, 12, 10
"""How many rows each list has on the page at most, how many of them stand open, and how many needs a row names."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A list in three parts: what stands open, what is folded, and how many are not on the page."""

    open: Sequence[object]
    folded: Sequence[object]
    more: int


@dataclass(frozen=True, slots=True)
class HelpRow:
    """A change that would help, in words; `links` are (anchor or nothing, need) of some whom it would help."""

    change: str
    where: str
    people: int
    links: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class GapRow:
    """What is missing for whom, in words."""

    area: str
    kind: str
    unplaced: int
    needs: int
    reasons: str
    helps: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """The numbers of an area."""

    name: str
    needs: int
    placed: int
    unplaced: int
    resources: int


def page(community: Community, proposals: Proposals, lang: Lang) -> str:
    """Render the whole page."""
    round_, said = joined(community, proposals), words(lang)
    shown = listed(round_)
    counted = figures(round_)
    return _environment().get_template("report.html.j2").render(
        lang=lang,
        t=said.say,
        css=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        info=community.info,
        proposals=proposals,
        conference=proposals.room == Sharing.SUPPORT_CONFERENCE,
        optimal=proposals.status == "optimal",
        tiers=[(_tier_name(tier, said), tier) for tier in proposals.tiers],
        figures=counted,
        reasons=[(said.reason(code), count) for code, count in counted.reasons],
        waits=_waits(counted, said),
        map=town_map(round_),
        areas=_areas(round_, said),
        charts=charts(round_, said),
        helps=_helps(round_, shown, said),
        gaps=_gaps(round_, said),
        listed=shown,
        groups=_groups(round_, shown, said),
        waiting=_cut_cards(round_, shown, said),
        warnings=_cut([say_warning(warned, lang) for warned in proposals.warnings], 12, MOST_WARNINGS),
        glossary=GLOSSARY.values(),
    )  # fmt: skip


@cache
def _environment() -> "Environment":
    """Everything that goes into the page is escaped; a name that is not there is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _tier_name(tier: Tier, said: Words) -> str:
    return said.say(f"tier.{tier.name}")


def _waits(counted: Figures, said: Words) -> list[tuple[str, Waits]]:
    return [
        (said.say("placed"), counted.waits_placed),
        (said.say("unplaced"), counted.waits_unplaced),
    ]


def _cut(rows: Sequence[object], first: int, most: int) -> Cut:
    return Cut(rows[:first], rows[first:most], max(0, len(rows) - most))


def _areas(round_: Joined, said: Words) -> Cut:
    """In the order of the town; where they are many, those with most people left come first."""
    counts = area_counts(round_)
    if len(counts) > FIRST_AREAS:
        counts = tuple(sorted(counts, key=lambda count: -count.unplaced))
    rows = [
        AreaRow(
            round_.area_name(count.area_id) or said.say("areas.unknown"),
            count.needs,
            count.placed,
            count.unplaced,
            count.resources,
        )
        for count in counts
    ]
    return _cut(rows, FIRST_AREAS, MOST_AREAS)


def _helps(round_: Joined, shown: Listed, said: Words) -> Cut:
    found = helps(round_.unplaced)
    rows = [_help_row(round_, one, shown, said) for one in found[:MOST_HELPS]]
    return Cut(rows[:FIRST_ROWS], rows[FIRST_ROWS:], len(found) - len(rows))


def _help_row(round_: Joined, one: Help, shown: Listed, said: Words) -> HelpRow:
    opening = round_.openings.get(one.opening_id)
    where = one.place if opening is None else f"{round_.place_name(opening.resource_id)} {said.when(opening)}"
    urgent = sorted(one.cases, key=lambda case: case.priority)[:MOST_LINKS]
    links = tuple((shown.anchors.get(case.need.need_id, ""), case.need.need_id) for case in urgent)
    return HelpRow(said.change(one.code), where, one.people, links, len(one.cases) - len(links))


def _gaps(round_: Joined, said: Words) -> Cut:
    found = gaps(round_)
    rows = [
        GapRow(
            round_.area_name(gap.area_id) or said.say("areas.unknown"),
            word("kind", gap.kind, said.lang),
            gap.unplaced,
            gap.needs,
            _few((said.say("counted", what=said.reason(code), n=count) for code, count in gap.reasons), said),
            _few(_changes_of(gap, said), said),
        )
        for gap in found[:MOST_GAPS]
    ]
    return Cut(rows[:FIRST_ROWS], rows[FIRST_ROWS:], len(found) - len(rows))


def _changes_of(gap: Gap, said: Words) -> Iterable[str]:
    """The kinds of change that would help in a gap, wherever it would be made, by how many people each would help."""
    people: dict[str, set[str]] = {}
    for one in gap.helps:
        people.setdefault(one.code, set()).update(case.resident.resident_id for case in one.cases)
    for code, who in sorted(people.items(), key=lambda item: (-len(item[1]), item[0])):
        yield said.say("change_to", what=said.change(code), n=len(who))


def _few(several: Iterable[str], said: Words) -> str:
    return said.listed(list(several)[:MOST_IN_A_CELL]) or said.say("none")


def _groups(round_: Joined, shown: Listed, said: Words) -> list[tuple[str, list[Card]]]:
    return [
        (
            round_.area_name(area_id) or said.say("areas.unknown"),
            [card(round_, case, shown.anchors[case.need.need_id], said) for case in cases],
        )
        for area_id, cases in shown.placed
    ]


def _cut_cards(round_: Joined, shown: Listed, said: Words) -> Cut:
    cards = [card(round_, case, shown.anchors[case.need.need_id], said) for case in shown.unplaced]
    return Cut(cards[:FIRST_CARDS], cards[FIRST_CARDS:], shown.more_unplaced)

"""The report is whole in itself, tells every need or counts it, and says nothing that it should not."""

import re
from dataclasses import fields, replace
from functools import cache
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path
from string import Formatter

import pytest

from api.report import report
from api.report.cards import LEAST_UNPLACED, MOST_NEEDS, cost_words
from api.report.figures import figures
from api.report.gaps import gaps, helps
from api.report.joined import joined
from api.report.page import TEMPLATES
from api.report.seats import Seats, seats
from api.report.texts import GLOSSARY, TEXTS, Count, phrases
from api.report.town_map import MOST_SIGNS, town_map
from api.report.words import words
from matching.domain import Account, Area, Community, Need, Proposals, ResourceKind, Sharing
from matching.errors import Lang
from matching.texts import CHANGES
from tests.given_proposals import ROUND, TIERS, TOWN, many, option, waits

LANGS: tuple[Lang, ...] = ("ja", "en")
VOID = {"meta", "link", "br", "img", "input", "hr"}


@cache
def page(lang: Lang = "ja") -> str:
    return report(TOWN, ROUND, lang)


class Reader(HTMLParser):
    """Checks the nesting of a page, and gathers its tags, identifiers and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.mark.parametrize("lang", LANGS)
def test_every_tag_is_closed_where_it_was_opened_and_no_identifier_stands_twice(lang: Lang) -> None:
    read = Reader(page(lang))
    assert read.open == []
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert read.tags[0] == ("html", {"lang": lang})
    assert ("meta", {"charset": "utf-8"}) in read.tags


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_and_label_points_to_something_on_the_page(lang: Lang) -> None:
    read = Reader(page(lang))
    ids = {attrs["id"] for _, attrs in read.tags if "id" in attrs}
    asked = [attrs["href"][1:] for _, attrs in read.tags if attrs.get("href")]
    asked += [one for _, attrs in read.tags for one in (attrs.get("aria-labelledby") or "").split()]
    assert len(asked) > 10
    assert set(asked) <= ids


@pytest.mark.parametrize("lang", LANGS)
def test_it_asks_for_nothing_outside_itself_and_runs_no_script(lang: Lang) -> None:
    html = page(lang)
    assert "//" not in html
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    tags = Reader(html).tags
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in tags}
    for _, attrs in tags:
        assert not any(name.startswith("on") or name in ("src", "style") for name in attrs)
        assert (attrs.get("href") or "#").startswith("#")


@pytest.mark.parametrize("lang", LANGS)
def test_headings_go_down_one_step_at_a_time(lang: Lang) -> None:
    levels = [int(tag[1]) for tag, _ in Reader(page(lang)).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_drawings_have_titles() -> None:
    html = page()
    assert html.count("<table") == html.count("<caption") > 4
    assert html.count('role="img"') == html.count("<desc") > 3


def test_every_need_that_may_be_seen_is_listed_once() -> None:
    read = Reader(page())
    cards = [attrs for tag, attrs in read.tags if tag == "article"]
    assert len(cards) == 5
    for need in ("n1", "n2", "n3", "n4", "n5"):
        assert re.search(rf'<h4><span class="id">{need}</span>', page())


def test_a_need_without_consent_is_a_number_and_nothing_else() -> None:
    told = page()
    assert "secret" not in told
    assert words("ja").say("refused.section", n=1) in Reader(told).text
    needs = tuple(replace(need, urgency=1, kind="housing") if "secret" in need.need_id else need for need in TOWN.needs)
    people = tuple(
        replace(one, area_id="a1", waiting_since=None) if "secret" in one.resident_id else one for one in TOWN.residents
    )
    assert report(replace(TOWN, needs=needs, residents=people), ROUND, "ja") == told


@pytest.mark.parametrize("lang", LANGS)
def test_no_home_stands_anywhere_in_it(lang: Lang) -> None:
    moved = tuple(replace(one, latitude=-12.25 + i, longitude=(-77.5 + 3 * i)) for i, one in enumerate(TOWN.residents))
    assert report(replace(TOWN, residents=moved), ROUND, lang) == page(lang)
    for one in TOWN.residents:
        assert str(one.latitude) not in page(lang)
        assert str(one.longitude) not in page(lang)


def test_what_a_resident_offers_and_a_treasure_are_not_drawn_where_they_are() -> None:
    moved = tuple(
        replace(one, latitude=34.23, longitude=133.53) if one.resource_id in ("r2", "r3") else one
        for one in TOWN.resources
    )
    assert report(replace(TOWN, resources=moved), ROUND, "ja") == page()
    drawn = town_map(joined(TOWN, ROUND))
    assert drawn is not None
    assert [sign.name for sign in drawn.signs] == ["", "ひだまりサロン", "お休み中の喫茶"]
    assert drawn.unshown == 1


def test_the_map_has_east_on_the_right_north_on_top_and_areas_as_large_as_their_needs() -> None:
    drawn = town_map(joined(TOWN, ROUND))
    assert drawn is not None
    middle, hills = drawn.circles
    assert hills.x > middle.x and hills.y < middle.y
    assert (middle.needs, middle.unplaced, hills.needs, hills.unplaced) == (2, 0, 3, 3)
    assert middle.radius**2 / hills.radius**2 == pytest.approx(2 / 3, rel=0.02)
    assert hills.percent == 100


def test_a_slip_of_a_digit_does_not_make_the_town_one_dot() -> None:
    slip = (*TOWN.resources, replace(TOWN.resources[0], resource_id="r9", latitude=3.42))
    drawn, before = town_map(joined(replace(TOWN, resources=slip), ROUND)), town_map(joined(TOWN, ROUND))
    assert drawn is not None and before is not None
    assert drawn.circles == before.circles
    assert drawn.unshown == before.unshown + 1


def test_very_many_resources_become_dots_without_a_kind() -> None:
    first = TOWN.resources[0]
    more = tuple(replace(first, resource_id=f"x{i}", latitude=34.2 + i / 9000) for i in range(MOST_SIGNS))
    drawn = town_map(joined(replace(TOWN, resources=(*TOWN.resources, *more)), ROUND))
    assert drawn is not None and drawn.dots
    assert {sign.look for sign in drawn.signs} == {"dot"}
    assert dict(drawn.signs_of) == {"dot": MOST_SIGNS + 2}


def test_labels_of_areas_never_lie_on_one_another() -> None:
    areas = tuple(Area(f"b{i}", f"みなみ第{i}地区", 2, "", 34.2 + i % 7 / 300, 133.5 + i / 900) for i in range(30))
    people = tuple(
        replace(TOWN.residents[0], resident_id=f"q{i}", area_id=area.area_id) for i, area in enumerate(areas)
    )
    town = replace(
        TOWN, areas=(*TOWN.areas, *areas), residents=(*TOWN.residents, *people),
        needs=(*TOWN.needs, *(Need(f"k{i}", one.resident_id) for i, one in enumerate(people))),
    )  # fmt: skip
    away = Account(4, (("kind", 4),), 0, 0, 0)
    round_ = replace(ROUND, proposals=tuple(waits(f"k{i}", one.resident_id, away) for i, one in enumerate(people)))
    drawn = town_map(joined(town, round_))
    assert drawn is not None
    labels = [circle.label for circle in drawn.circles if circle.label]
    assert len(labels) > 4
    wide = 12.5 * len("みなみ第0地区") - 8
    for one, other in combinations([one for one in labels if one.anchor == "middle"], 2):
        assert abs(one.x - other.x) >= wide or abs(one.y - other.y) >= 28


def test_a_town_without_any_place_has_no_map_and_says_so() -> None:
    nowhere = replace(
        TOWN,
        areas=tuple(replace(area, latitude=None, longitude=None) for area in TOWN.areas),
        resources=tuple(replace(one, latitude=None, longitude=None) for one in TOWN.resources),
    )
    assert town_map(joined(nowhere, ROUND)) is None
    assert words("en").say("map.none") in Reader(report(nowhere, ROUND, "en")).text


def test_the_figures_are_those_of_the_proposals() -> None:
    counted = figures(joined(TOWN, ROUND))
    assert (counted.needs, counted.placed, counted.unplaced, counted.refused) == (6, 2, 3, 1)
    assert (counted.kept, counted.ask_first) == (1, 1)
    assert counted.reasons == (("full", 2), ("too_far", 1))
    assert (counted.waits_placed.known, counted.waits_placed.median, counted.waits_placed.longest) == (2, 8, 13)
    assert (counted.waits_unplaced.known, counted.waits_unplaced.longest) == (1, 52)


def test_the_tiles_show_the_figures() -> None:
    tiles = dict(re.findall(r'<div class="tile (\w+)"><dt>[^<]*</dt><dd><b>([^<]*)</b>', page("en")))
    assert tiles == {"needs": "6", "placed": "2", "unplaced": "3", "refused": "1", "ask_first": "50 %"}


def test_gaps_and_charts_add_up_to_the_unplaced() -> None:
    round_ = joined(TOWN, ROUND)
    found = gaps(round_)
    assert [(gap.area_id, gap.kind, gap.unplaced, gap.needs) for gap in found] == [
        ("a2", "watch_over", 2, 2),
        ("a2", "housework", 1, 1),
    ]
    assert sum(gap.unplaced for gap in found) == figures(round_).unplaced


def test_changes_are_grouped_by_place_and_only_proved_ones_are_told() -> None:
    found = helps(joined(TOWN, ROUND).unplaced)
    assert [(one.code, one.opening_id, one.people) for one in found] == [("one_more_place", "o3", 2)]
    assert "あと1席" in page()
    assert words("ja").change("reopen") not in page()


def test_places_are_counted_with_those_who_come_and_without_the_closed_and_the_unknown() -> None:
    count = seats(joined(TOWN, ROUND), lambda _opening, resource: resource.kind.value)
    assert count.by == {"salon": Seats(3, 2), "volunteer": Seats(0, 1)}
    assert (count.closed, count.unknown) == (1, 1)


@pytest.mark.parametrize("lang", LANGS)
def test_the_support_conference_is_marked_on_the_page_and_on_every_sheet_of_paper(lang: Lang) -> None:
    html = report(TOWN, replace(ROUND, room=Sharing.SUPPORT_CONFERENCE.value), lang)
    mark = phrases(lang)("room.support_conference")
    assert f'<aside class="banner"><p><strong>{mark}</strong>' in html
    assert f'@top-center {{ content: "{mark}"; }}' in html
    assert 'class="banner"' not in page(lang)


def test_an_unproved_plan_tells_its_bounds() -> None:
    tiers = (replace(ROUND.tiers[0], bound=52), *ROUND.tiers[1:])
    told = Reader(report(TOWN, replace(ROUND, status="feasible", tiers=tiers), "ja")).text
    assert words("ja").say("feasible") in told and words("ja").say("optimal") not in told
    assert words("ja").say("tiers.open", gap=12) in told


def test_hostile_names_are_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>\"&'><img src=x onerror=y>"
    town = replace(
        TOWN,
        info=replace(TOWN.info, name=evil, provenance=evil),
        areas=tuple(replace(area, name=evil) for area in TOWN.areas),
        needs=tuple(replace(need, activities=(evil,)) for need in TOWN.needs),
        resources=tuple(replace(one, name=evil) for one in TOWN.resources),
    )
    read = Reader(report(town, replace(ROUND, town=evil, inputs_digest=evil), "ja"))
    assert read.open == []
    assert not {"script", "img"} & {tag for tag, _ in read.tags}
    assert not any(name.startswith("on") for _, attrs in read.tags for name in attrs)
    assert read.text.count(evil) > 10


def test_hostile_identifiers_do_no_harm_either() -> None:
    evil = 'n"><script>'
    needs = (replace(TOWN.needs[0], need_id=evil), *TOWN.needs[1:])
    proposals = (replace(ROUND.proposals[0], need_id=evil), *ROUND.proposals[1:])
    town = replace(TOWN, needs=needs, placements=())
    read = Reader(report(town, replace(ROUND, proposals=proposals), "en"))
    assert read.open == [] and "script" not in {tag for tag, _ in read.tags}
    assert evil in read.text


def test_a_large_town_lists_the_worst_off_and_counts_the_rest() -> None:
    town, proposals = many(3000)
    html = report(town, proposals, "en")
    assert html.count("<article") == MOST_NEEDS
    told = Reader(html).text
    assert phrases("en")("more_in_json", n=1500 - LEAST_UNPLACED) in told
    assert phrases("en")("more_in_json", n=1500 - (MOST_NEEDS - LEAST_UNPLACED)) in told
    named = re.findall(r'<h4><span class="id">(m\d+)<', html)
    assert len(named) == MOST_NEEDS and min(named) == "m01500"


def test_a_round_without_explanations_still_has_a_report() -> None:
    silent = tuple(replace(one, account=None) for one in ROUND.proposals)
    told = Reader(report(TOWN, replace(ROUND, proposals=silent), "ja")).text
    assert words("ja").reason("untold") in told


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_round_has_a_report(lang: Lang) -> None:
    empty = replace(TOWN, needs=(), placements=())
    read = Reader(report(empty, replace(ROUND, proposals=(), warnings=()), lang))
    assert read.open == []
    assert phrases(lang)("gaps.none") in read.text


def test_the_same_input_gives_the_same_bytes() -> None:
    assert report(TOWN, ROUND, "ja") == page()


@pytest.mark.parametrize(
    ("cost", "key"),
    [
        ((0, 0, 0, 0, 0), "cost.none"),
        ((3, 1, 9, 9, 0), "cost.placed.one"),
        ((3, 0, 5, -2, 0), "cost.worst_off"),
        ((0, 0, 5, -2, 0), "cost.spread"),
        ((0, 0, 0, 7, 0), "cost.fit"),
        ((0, 0, 0, -7, 1), "cost.better"),
        ((0, 0, 0, 0, 1), "cost.few_changes"),
    ],
)
def test_costs_are_told_by_the_most_important_aim_that_they_touch(cost: tuple[int, ...], key: str) -> None:
    tiers = {name: number for number, name in enumerate(TIERS)}
    said = words("ja")
    assert cost_words(option("o1", cost), tiers, said) == said.say(key)
    if key not in ("cost.none", "cost.better"):
        bound = cost_words(option("o1", cost, exact=False), tiers, said)
        assert bound == said.say("cost.bound", cost=said.say(key))


def test_two_people_who_would_lose_their_places_are_counted() -> None:
    tiers = {name: number for number, name in enumerate(TIERS)}
    assert "2" in cost_words(option("o1", (0, 2, 0, 0, 0)), tiers, words("ja"))


def test_both_languages_say_everything_with_the_same_facts() -> None:
    every = [*TEXTS.items(), *((name, text) for name, pair in GLOSSARY.items() for text in pair)]
    for key, text in every:
        assert text.ja.strip() and text.en.strip(), key
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", text.en), key
        assert facts_of(text.ja) == facts_of(text.en), key


def facts_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_text_is_used_and_every_change_has_its_short_name() -> None:
    sources = [
        *Path(TEMPLATES).parent.rglob("*.py"),
        *TEMPLATES.iterdir(),
        Path(TEMPLATES).parents[1] / "commands" / "show.py",
    ]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.name != "texts.py")
    built = ("resource.", "change.", "room.", "tier.", "reason.", "chart.", "cost.", "legend.")
    unused = [
        key for key in TEXTS if not re.search(rf"""["']{re.escape(key)}["']""", code) and not key.startswith(built)
    ]
    assert unused == []
    assert {f"change.{code}" for code in CHANGES} <= set(TEXTS)
    assert {f"resource.{kind.value}" for kind in ResourceKind} <= set(TEXTS)


def test_no_word_stands_in_a_template_itself() -> None:
    for path in TEMPLATES.glob("*.j2"):
        bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        spoken = re.sub(r"<style>.*?</style>|<[^>]*>|@page|@top-center|content:", "", bare, flags=re.DOTALL)
        assert not re.search(r"\w{2,}", spoken), re.findall(r"\w{2,}", spoken)


def test_numbers_are_written_as_people_write_them() -> None:
    assert f"{Count(12345)} {Count(-3)} {Count(7):+}" == "12,345 −3 +7"
    assert [f"{Count(n)} {Count(n):person|people}" for n in (0, 1, 2)] == ["0 people", "1 person", "2 people"]


def test_colours_have_enough_contrast_to_be_read() -> None:
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))
    on = {"ink": "wash", "soft": "wash", "placed": "placed-wash", "waiting": "waiting-wash", "ask": "ask-wash"}
    on |= {"gentle": "gentle-wash", "link": "paper", "alarm": "card"}
    for text, ground in on.items():
        assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_areas_and_people_without_names_or_places_are_shown_all_the_same() -> None:
    bare: Community = replace(
        TOWN,
        areas=(Area("a1"), Area("a2")),
        residents=tuple(replace(one, area_id="", latitude=None, longitude=None) for one in TOWN.residents),
    )
    read = Reader(report(bare, ROUND, "ja"))
    assert read.open == [] and words("ja").say("areas.unknown") in read.text


def test_the_round_that_the_tests_use_has_every_part() -> None:
    assert all(getattr(ROUND, part.name) for part in fields(Proposals))

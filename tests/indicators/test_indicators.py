"""The indicators: each number against one computed by hand, unknown where its table is missing, nobody to be known."""

import json
import os
import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from api.cli import app
from api.indicators.answer import indicators_document, indicators_json
from matching.domain import (
    Area,
    Attendance,
    NeedKind,
    Organisation,
    Placement,
    PopulationCount,
    Sharing,
    SurveyAnswer,
    Where,
)
from matching.exchange import read_town
from matching.indicators import ALL, indicators, told_of
from matching.indicators.access import access, e2sfca
from matching.indicators.bodies import concentration, helper_hours, tired_hosts
from matching.indicators.cells import Cells, Indicator
from matching.indicators.people import waiting, waiting_weeks
from matching.indicators.published import age_of, band_of, participation, social_participation
from matching.indicators.texts import ABOUT, LACKS
from matching.rules import rulebook
from matching.small_cells import SMALL, with_totals
from matching.travel import provider
from tests.given import MONDAY, NEED, OPENING, RESIDENT, RESOURCE, Ruler, town

ROOT = Path(__file__).parents[2]
KAWABE = ROOT / "fixtures/towns/kawabe"
BOOK = rulebook()


def published(came=60, people=1000, **also):
    """One salon, one area of 65–74 and 75+ women and men."""
    ages = ((65, 74), (75, None))
    population = tuple(PopulationCount("a1", 2026, sex, *age, people) for sex in ("female", "male") for age in ages)
    attendance = tuple(
        Attendance("r1", "2026-10", sex, age, came) for sex in ("female", "male") for age in ("65-74", "75+")
    )
    return town(**{"population": population, "attendance": attendance, **also})


def row(one, **where):
    told = told_of(one)
    return next(found for found in (*told.rows, told.town) if dict(found.where) == where)


def crowd(people, **of_need):
    residents = tuple(replace(RESIDENT, resident_id=f"p{n}") for n in range(people))
    needs = tuple(replace(NEED, need_id=f"n{n}", resident_id=f"p{n}", **of_need) for n in range(people))
    return {"residents": residents, "needs": needs}


# --- participation -----------------------------------------------------------------------------------------------


def test_the_participation_rate_is_who_came_of_the_residents_of_65_and_more():
    found = told_of(participation(published()))
    assert (found.town.part, found.town.whole, found.town.value) == (240, 4000, 0.06)


def test_it_is_told_by_area_and_sex_and_75():
    one = participation(published())
    assert row(one, area="a1", sex="male", age="75+").value == 0.06
    assert row(one, area=ALL, sex="female", age=ALL).whole == 2000


def test_only_the_last_month_that_is_not_to_come_counts():
    months = ("2026-09", "2026-10", "2026-12")
    attendance = tuple(
        Attendance("r1", month, "female", "75+", n) for month, n in zip(months, (50, 60, 70), strict=True)
    )
    one = participation(published(attendance=attendance))
    assert one.facts["month"] == "2026-10" and told_of(one).town.part == 60


def test_only_the_last_year_of_the_population_counts():
    older = tuple(PopulationCount("a1", 2020, "female", 65, 74, 9999) for _ in range(1))
    later = tuple(PopulationCount("a1", 2040, "female", 65, 74, 9999) for _ in range(1))
    base = published()
    assert told_of(participation(replace(base, population=(*older, *base.population, *later)))).town.whole == 4000


def test_who_is_under_65_is_not_counted_and_who_may_be_is_told_apart():
    base = published()
    more = (*base.attendance, Attendance("r1", "2026-10", "", "0-14", 99), Attendance("r1", "2026-10", "", "60-69", 7))
    one = participation(replace(base, attendance=more))
    assert told_of(one).town.part == 240 and one.left_out == {"age_unknown": 7}


def test_a_place_that_visits_is_no_place_to_go():
    base = published()
    visit = replace(RESOURCE, where=Where.VISIT)
    assert told_of(participation(replace(base, resources=(visit,)))).town.part == 0


def test_a_place_that_serves_other_needs_is_no_place_to_go():
    base = published()
    meals = replace(RESOURCE, serves=(NeedKind.MEAL,))
    assert told_of(participation(replace(base, resources=(meals,)))).town.part == 0


def test_a_city_that_stands_beside_its_areas_is_not_counted_twice():
    base = published()
    areas = (Area("city", "市", 1), replace(base.areas[0], parent_id="city"))
    whole = PopulationCount("city", 2026, "female", 65, None, 4000)
    found = told_of(participation(replace(base, areas=areas, population=(*base.population, whole))))
    assert found.town.whole == 4000


def test_a_population_known_for_the_city_alone_counts_the_places_of_its_areas():
    base = published()
    areas = (Area("city", "市", 1), replace(base.areas[0], parent_id="city"))
    whole = (PopulationCount("city", 2026, "female", 65, None, 4000),)
    one = participation(replace(base, areas=areas, population=whole))
    assert told_of(one).town.value == 0.06
    assert {where["area"] for where in (found.where for found in told_of(one).rows)} == {"city", ALL}


@pytest.mark.parametrize(
    ("without", "lacks"),
    [({"attendance": ()}, ("attendance",)), ({"population": ()}, ("population",)),
     ({"attendance": (), "population": ()}, ("attendance", "population"))],
)  # fmt: skip
def test_without_its_tables_the_rate_is_unknown_and_tells_what_it_needs(without, lacks):
    base = replace(published(), areas=(Area("a1", population_65plus=4000, population_75plus=2000),), **without)
    one = participation(base)
    assert told_of(one).state == "unknown" and one.lacks == lacks


def test_a_population_that_is_not_cut_at_65_is_not_split_by_guessing():
    bands = (PopulationCount("a1", 2026, "female", 60, 69, 500), PopulationCount("a1", 2026, "female", 70, None, 500))
    assert participation(published(population=bands)).lacks == ("population",)


@pytest.mark.parametrize(
    ("text", "band"),
    [("75-84", "75+"), ("75+", "75+"), ("75-", "75+"), ("75歳以上", "75+"), ("65〜74歳", "65-74"), ("65-69", "65-74"),
     ("65+", "65+"), ("65-84", "65+"), ("0-14", ""), ("60-69", None), ("", None), ("高齢", None), ("60+", None)],
)  # fmt: skip
def test_a_band_of_ages_is_read_as_people_write_it(text, band):
    assert band_of(text) == band


@given(st.integers(0, 120), st.none() | st.integers(0, 120))
def test_a_band_lies_where_every_age_of_it_lies(first, last):
    if last is not None and last < first:
        return
    ages = range(first, (last if last is not None else 130) + 1)
    band = age_of(first, last)
    assert (band == "") == all(age < 65 for age in ages)
    assert (band is None) == (any(age < 65 for age in ages) and any(age >= 65 for age in ages))
    assert (band == "75+") == all(age >= 75 for age in ages)
    assert (band == "65-74") == all(65 <= age <= 74 for age in ages)


# --- social participation ----------------------------------------------------------------------------------------


def survey(**people):
    return tuple(
        SurveyAnswer("a1", 2025, "q5_activity_weekly", sex, "75+", answer, people[f"{sex}_{answer}"])
        for sex, answer in product(("female", "male"), ("yes", "no"))
    )


def test_the_social_participation_rate_is_who_said_yes_of_who_answered():
    one = social_participation(town(survey=survey(female_yes=92, female_no=210, male_yes=31, male_no=187)))
    assert row(one, area="a1", sex="male", age="75+").value == round(31 / 218, 4)
    assert told_of(one).town.value == round(123 / 520, 4)


def test_an_answer_to_one_item_is_not_the_rate():
    other = (SurveyAnswer("a1", 2025, "通いの場への参加", "female", "75+", "週1回以上", 40),)
    assert social_participation(town(survey=other)).lacks == ("survey",)


def test_the_answers_are_those_of_the_last_survey():
    both = (*survey(female_yes=50, female_no=50, male_yes=50, male_no=50),
            SurveyAnswer("a1", 2022, "q5_activity_weekly", "female", "75+", "yes", 900))  # fmt: skip
    assert told_of(social_participation(town(survey=both))).town.whole == 200


# --- access ------------------------------------------------------------------------------------------------------


def by_hand(needs, pairs, places):
    """E2SFCA as Luo & Qi write it, need by need."""
    weight = {pair: 1.0 if minutes <= 10 else 0.68 if minutes <= 20 else 0.22 for pair, minutes in pairs.items()}
    out = []
    for i in range(needs):
        total = 0.0
        for j, supply in enumerate(places):
            if (i, j) in weight:
                total += weight[i, j] * supply / sum(w for (_, site), w in weight.items() if site == j)
        out.append(total)
    return out


@st.composite
def reaches(draw):
    needs, openings = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    every = list(product(range(needs), range(openings)))
    pairs = draw(st.dictionaries(st.sampled_from(every), st.integers(0, 60)))
    return needs, pairs, draw(st.lists(st.integers(0, 9), min_size=openings, max_size=openings))


@settings(max_examples=200, deadline=None)
@given(reaches())
def test_access_is_what_the_two_steps_give_by_hand(case):
    needs, pairs, places = case
    columns = [np.array([pair[at] for pair in pairs], np.int32) for at in (0, 1)]
    found = e2sfca(needs, *columns, np.array(list(pairs.values()), np.int32), np.array(places))
    assert found == pytest.approx(by_hand(needs, pairs, places))
    reached = sum(n for j, n in enumerate(places) if any(site == j for _, site in pairs))
    assert found.sum() == pytest.approx(reached)


def test_twelve_people_who_reach_five_places_have_five_twelfths_of_a_place_each():
    base = town(**crowd(12), openings=(replace(OPENING, capacity=7, attending=2),))
    found = told_of(access(base, BOOK, Ruler()))
    assert found.town.value == round(5 / 12, 4) and found.town.whole is None


def test_who_cannot_go_by_the_rules_has_no_place_within_reach():
    base = town(**crowd(12, kind=NeedKind.MEAL), resources=(replace(RESOURCE, serves=(NeedKind.PARTICIPATION,)),))
    assert told_of(access(base, BOOK, Ruler())).town.value == 0.0


def test_the_place_of_somebody_who_has_not_agreed_is_no_place_for_others():
    some = crowd(12)
    silent = (replace(some["residents"][0], sharing=Sharing.NONE), *some["residents"][1:])
    held = (Placement("n0", "o1"),)
    base = town(residents=silent, needs=some["needs"], openings=(replace(OPENING, capacity=5),), placements=held)
    assert told_of(access(base, BOOK, Ruler())).town.value == round(4 / 11, 4)


# --- people who wait, hours, concentration -----------------------------------------------------------------------


def test_who_waits_is_a_share_of_people_and_not_of_needs():
    some = crowd(20)
    second = tuple(replace(NEED, need_id=f"m{n}", resident_id=f"p{n}") for n in range(20))
    held = tuple(Placement(f"n{n}", "o1") for n in range(10)) + tuple(Placement(f"m{n}", "o1") for n in range(10))
    base = town(residents=some["residents"], needs=(*some["needs"], *second), placements=held)
    assert (told_of(waiting(base)).town.part, told_of(waiting(base)).town.whole) == (10, 20)


def test_weeks_of_waiting_are_those_since_when_it_began():
    some = crowd(10)
    since = tuple(replace(one, waiting_since=MONDAY - timedelta(weeks=n)) for n, one in enumerate(some["residents"]))
    assert told_of(waiting_weeks(town(residents=since, needs=some["needs"]))).town.value == 4.5


def test_a_mean_of_fewer_than_ten_people_is_not_told():
    some = crowd(9)
    since = tuple(replace(one, waiting_since=date(2026, 1, 5)) for one in some["residents"])
    assert told_of(waiting_weeks(town(residents=since, needs=some["needs"]))).state == "hidden"


def helpers(number, **values):
    return tuple(replace(RESOURCE, resource_id=f"r{n}", **values) for n in range(1, number + 1))


def test_the_use_of_hours_is_given_by_offered():
    base = town(resources=helpers(10, max_hours_per_month=8.0, hours_this_month=6.0))
    assert told_of(helper_hours(base)).town.value == 0.75
    assert helper_hours(town()).lacks


def test_tired_hosts_are_those_of_two_and_more():
    base = town(resources=(*helpers(12, fatigue=1)[:6], *helpers(12, fatigue=2)[6:]))
    assert told_of(tired_hosts(base)).town.value == 0.5


def test_concentration_is_the_share_of_the_one_that_most_depend_on():
    some = crowd(20)
    base = town(
        **some,
        organisations=(Organisation("g1"), Organisation("g2")),
        resources=(replace(RESOURCE, organisation_id="g1"), replace(RESOURCE, resource_id="r2", organisation_id="g2")),
        openings=(OPENING, replace(OPENING, opening_id="o2", resource_id="r2")),
        placements=tuple(Placement(f"n{n}", "o1" if n < 15 else "o2") for n in range(20)),
    )
    organisation, helper, _ = (told_of(one) for one in concentration(base))
    assert (organisation.town.part, organisation.town.whole) == (15, 20)
    assert helper.town.part == 0


def test_a_case_is_left_alone_if_all_its_places_are_of_one_body():
    some = crowd(20)
    second = tuple(replace(NEED, need_id=f"m{n}", resident_id=f"p{n}") for n in range(20))
    base = town(
        residents=some["residents"],
        needs=(*some["needs"], *second),
        resources=(RESOURCE, replace(RESOURCE, resource_id="r2")),
        openings=(OPENING, replace(OPENING, opening_id="o2", resource_id="r2")),
        placements=(
            *(Placement(f"n{n}", "o1") for n in range(20)),
            *(Placement(f"m{n}", "o1" if n < 10 else "o2") for n in range(20)),
        ),
    )
    alone = told_of(concentration(base)[2])
    assert (alone.town.part, alone.town.whole) == (10, 20)


def test_without_placements_nothing_is_said_of_who_depends_on_whom():
    unknown = [one.code for one in indicators(town(), BOOK, Ruler()) if one.lacks == ("placements",)]
    assert unknown == ["waiting", "one_organisation", "one_helper", "alone", "circulation", "circulation_possible"]


# --- what may be told --------------------------------------------------------------------------------------------


def test_fewer_than_five_who_came_are_not_told_nor_are_fewer_than_five_who_did_not():
    few = participation(published(came=3))
    assert row(few, area="a1", sex="male", age="75+").value is None
    most = participation(published(came=60, people=62))
    assert row(most, area="a1", sex="male", age="75+").value is None


@st.composite
def shares(draw):
    shape = draw(st.sampled_from([(4,), (2, 3), (2, 2, 2)]))
    size = int(np.prod(shape))
    rest = np.array(draw(st.lists(st.integers(0, 12), min_size=size, max_size=size)), np.int64).reshape(shape)
    part = np.array(draw(st.lists(st.integers(0, 12), min_size=size, max_size=size)), np.int64).reshape(shape)
    axes = tuple((f"x{n}", tuple(f"{n}-{m}" for m in range(width))) for n, width in enumerate(shape))
    return Cells(axes, part.astype(np.float64), part + rest, with_totals(part + rest))


@settings(max_examples=60, deadline=None)
@given(shares())
def test_no_line_of_what_is_told_gives_back_a_small_cell(cells):
    told = told_of(Indicator("waiting", cells=(cells,)))
    for found in told.rows:
        for number in (
            found.part,
            found.whole,
            None if found.part is None or found.whole is None else found.whole - found.part,
        ):
            assert number is None or number == 0 or number >= SMALL
        if found.value is not None:
            assert found.part is not None and found.whole is not None
    axis, labels = cells.axes[0]
    others = [name for name, _ in cells.axes[1:]]
    for key in ("part", "whole"):
        line = [row_ for row_ in (*told.rows, replace(told.town, where={name: ALL for name, _ in cells.axes}))
                if all(row_.where[name] == ALL for name in others)]  # fmt: skip
        unknown = [row_ for row_ in line if row_.where[axis] != ALL and getattr(row_, key) is None]
        total = next(row_ for row_ in line if row_.where[axis] == ALL)
        assert len(unknown) != 1 or getattr(total, key) is None
    assert labels


def test_a_total_that_one_table_hides_no_other_tells():
    few = Cells((("x", ("a",)),), np.array([3.0]), np.array([4]), with_totals(np.array([4])))
    many = Cells((("y", ("b",)),), np.array([30.0]), np.array([40]), with_totals(np.array([40])))
    found = told_of(Indicator("waiting", cells=(many, few)))
    assert (found.state, found.town.value, found.rows) == ("hidden", None, ())


def canary(base):
    """The same town with words that must not be seen."""
    people = {one.resident_id: f"canary-{one.resident_id}" for one in base.residents}
    return replace(
        base,
        residents=tuple(replace(one, resident_id=people[one.resident_id]) for one in base.residents),
        needs=tuple(
            replace(one, need_id=f"canary-{one.need_id}", resident_id=people[one.resident_id]) for one in base.needs
        ),
        resources=tuple(
            replace(one, name="canary 花子", resident_id=next(iter(people.values()))) for one in base.resources
        ),
        placements=tuple(replace(one, need_id=f"canary-{one.need_id}") for one in base.placements),
    )


def test_no_person_no_helper_and_no_place_stands_in_the_document():
    base = canary(town(**crowd(30), placements=tuple(Placement(f"n{n}", "o1") for n in range(15))))
    document = indicators_document(base, indicators(base, BOOK, Ruler()), "x", "ja", 0.0)
    assert "canary" not in indicators_json(document)
    assert next(one for one in document["indicators"] if one["code"] == "one_helper")["value"] == 1.0


# --- kawabe, and the command -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kawabe():
    community = read_town(KAWABE)
    return community, indicators(community, BOOK, provider(community.info.travel, KAWABE))


def test_the_indicators_of_kawabe_are_those_that_were_read_and_approved(kawabe):
    """To approve a change: `UPDATE_GOLDEN=1 pytest tests/indicators`, then read the difference."""
    community, found = kawabe
    text = indicators_json(indicators_document(community, found, "", "ja", 0.0))
    path = ROOT / "fixtures/golden/kawabe.indicators.ja.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_number_of_kawabe_is_of_one_to_four_people(kawabe):
    community, found = kawabe
    document = indicators_document(community, found, "", "en", 0.0)
    numbers = [n for one in document["indicators"] for r in (one, *one["rows"]) for n in (r["part"], r["whole"])]
    assert not {1, 2, 3, 4} & set(numbers) and any(numbers)


def test_every_indicator_has_its_words_in_both_languages_and_all_that_it_may_lack_a_name(kawabe):
    community, found = kawabe
    assert [one.code for one in found] == list(ABOUT)
    bare = replace(community, attendance=(), population=(), survey=(), placements=())
    for one in (*found, *indicators(bare, BOOK, Ruler())):
        assert set(one.lacks) <= set(LACKS)
    for text in [text for about in ABOUT.values() for text in (about.name, about.formula, about.note)]:
        assert re.search("[ぁ-んァ-ン一-龥]", text.ja) and not re.search("[ぁ-んァ-ン一-龥]", text.en)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_command_writes_the_document_and_shows_each_number_with_its_formula(tmp_path, lang):
    file = tmp_path / "indicators.json"
    done = CliRunner().invoke(app, ["indicators", str(KAWABE), "--json", str(file), "--lang", lang])
    assert done.exit_code == 0, done.output
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["format"] == "tsunagu.indicators/1"
    for one in document["indicators"]:
        assert one["formula"] in done.output and one["text"] in done.output
    documented = (ROOT / "docs/data.md").read_text(encoding="utf-8")
    assert [key for key in {*document, *document["indicators"][0]} if f"`{key}`" not in documented] == []


def test_a_town_without_its_tables_says_unknown_and_which_table(tmp_path):
    import shutil

    bare = tmp_path / "town"
    shutil.copytree(KAWABE, bare)
    for table in ("population", "attendance", "survey"):
        (bare / f"{table}.csv").unlink()
    done = CliRunner().invoke(app, ["indicators", str(bare)])
    assert done.exit_code == 0
    assert "不明。要るもの: attendance.csv" in done.output and "不明。要るもの: survey.csv" in done.output

from collections import Counter
from dataclasses import replace
from datetime import date
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import Area, Community, Companion, Need, NeedKind, PopulationCount, Relation, Resident, TownInfo
from matching.errors import InputError
from matching.estimate import PREFIX, counted, estimate, expected, without_estimate
from matching.rates import Rate, Rates, read_rates
from matching.synthetic import generate
from matching.synthetic.shares import Shares

RATES = read_rates(Path(__file__).parents[1] / "fixtures/rates/default.toml")
NAGISA = Area("nagisa", "なぎさ", 2, "", 27.0, 146.0)


def meals(per_1000: float, ages: tuple[int, int] = (0, 999), sex: str = "") -> Rates:
    rate = Rate(NeedKind.MEAL, *ages, sex, per_1000, 100, "assumption")
    return Rates("meals", (rate,), Shares(), 2500)


def place(
    *counts: tuple[str, int, int | None, int], areas: tuple[Area, ...] = (NAGISA,), year: int = 2026
) -> Community:
    rows = tuple(PopulationCount("nagisa", year, *count) for count in counts)
    return Community(TownInfo("なぎさ", date(2026, 6, 1), "手書き"), areas, population=rows)


def test_the_total_is_population_times_rate_within_the_error_of_sampling() -> None:
    city = generate(3000, 4)
    told, drawn = expected(city, RATES), estimate(city, RATES, 7)
    got = Counter(need.kind for need in drawn.needs if need.need_id.startswith(PREFIX))
    for kind in {rate.kind for rate in RATES.rates}:
        mean = sum(value for (_, k), value in told.items() if k is kind)
        assert abs(got[kind] - mean) <= 4 * sqrt(mean) + 1, kind
    whole = sum(told.values())
    assert abs(sum(got.values()) - whole) <= 4 * sqrt(whole)


def test_many_seeds_meet_the_expectation_closely() -> None:
    city = generate(600, 4)
    mean = sum(expected(city, RATES).values())
    drawn = [len(estimate(city, RATES, seed).needs) - 600 for seed in range(8)]
    assert abs(sum(drawn) / 8 - mean) <= 4 * sqrt(mean / 8)


def test_expected_is_counted_by_hand() -> None:
    town = place(("female", 70, 74, 1000), ("male", 75, 79, 500))
    assert expected(town, meals(20, (72, 76)))["nagisa", NeedKind.MEAL] == pytest.approx(
        1000 * 3 / 5 * 0.02 + 500 * 2 / 5 * 0.02
    )
    assert expected(town, meals(20, sex="male"))["nagisa", NeedKind.MEAL] == pytest.approx(10)


def test_a_rate_of_1000_reaches_everybody_and_of_0_nobody() -> None:
    town = place(("female", 70, 74, 30), ("male", 85, None, 12))
    everybody = estimate(town, meals(1000), 1)
    assert len(everybody.residents) == len(everybody.needs) == 42
    assert estimate(town, meals(0), 1).needs == ()


def test_ages_and_sexes_are_those_of_the_band() -> None:
    people = estimate(place(("female", 70, 74, 300), ("male", 85, None, 300)), meals(1000), 1).residents
    ages = {sex: {2026 - (p.birth_year or 0) for p in people if p.sex == sex} for sex in ("female", "male")}
    assert ages["female"] == set(range(70, 75))
    assert min(ages["male"]) == 85
    assert max(ages["male"]) <= 99
    assert Counter(p.sex for p in people) == {"female": 300, "male": 300}


def test_a_rate_for_men_asks_men_only() -> None:
    people = estimate(place(("", 70, 74, 1000)), meals(1000, sex="male"), 1).residents
    assert {p.sex for p in people} == {"male"}
    assert 430 < len(people) < 550


def test_twice_is_once() -> None:
    city = generate(60, 2)
    once = estimate(city, RATES, 5)
    assert estimate(once, RATES, 5) == once
    again = estimate(once, RATES, 6)
    assert again == estimate(city, RATES, 6)
    assert again != once
    assert without_estimate(again) == city


def test_what_refers_to_estimated_people_goes_with_them() -> None:
    drawn = estimate(place(("male", 70, 74, 5)), meals(1000), 1)
    one, other = drawn.residents[0].resident_id, drawn.residents[1].resident_id
    known = replace(drawn, companions=(Companion(one, other, Relation.TOGETHER),))
    assert without_estimate(known).companions == ()


def test_a_place_of_ones_own_whose_id_begins_alike_stays() -> None:
    own = Resident("est-hall", "nagisa")
    town = replace(place(("male", 70, 74, 5)), residents=(own,), needs=(Need("est-need", "est-hall"),))
    assert without_estimate(estimate(town, meals(1000), 1)) == town


def test_people_who_are_there_stay() -> None:
    town = replace(place(("male", 70, 74, 50)), residents=(Resident("p1", "nagisa"),), needs=(Need("n1", "p1"),))
    drawn = estimate(town, meals(1000), 1)
    assert drawn.residents[0] == town.residents[0]
    assert drawn.needs[0] == town.needs[0]
    assert len(drawn.needs) == 51


def test_provenance_says_in_both_languages_that_it_is_synthetic() -> None:
    told = estimate(place(("male", 70, 74, 50)), RATES, 1).info.provenance
    assert told.startswith("手書き\n")
    assert "合成データ" in told
    assert "synthetic" in told
    assert all(p.resident_id.startswith("est-") for p in estimate(place(("male", 70, 74, 50)), RATES, 1).residents)


def test_homes_are_coarse_and_around_the_point_of_the_area() -> None:
    for person in estimate(place(("male", 70, 74, 3000)), meals(1000), 1).residents:
        assert person.latitude is not None
        assert person.longitude is not None
        assert (round(person.latitude, 3), round(person.longitude, 3)) == (person.latitude, person.longitude)
        assert abs(person.latitude - 27) < 0.02
        assert abs(person.longitude - 146) < 0.03


def test_without_a_point_nobody_has_one() -> None:
    people = estimate(place(("male", 70, 74, 5), areas=(Area("nagisa"),)), meals(1000), 1).residents
    assert {(p.latitude, p.longitude) for p in people} == {(None, None)}


def test_the_newest_year_counts() -> None:
    old = place(("male", 70, 74, 90), year=2021)
    town = replace(old, population=old.population + place(("male", 70, 74, 7)).population)
    assert len(estimate(town, meals(1000), 1).needs) == 7


def test_an_area_is_not_counted_beside_those_inside_it() -> None:
    areas = (Area("city", tier=1), replace(NAGISA, parent_id="city"))
    town = place(("male", 70, 74, 7), areas=areas)
    both = replace(town, population=(PopulationCount("city", 2026, "male", 70, 74, 7), *town.population))
    assert [row.area_id for row in counted(both)] == ["nagisa"]
    alone = replace(town, population=both.population[:1])
    assert [row.area_id for row in counted(alone)] == ["city"]


@pytest.mark.parametrize(
    "counts",
    [
        [("male", 70, 74, 9), ("male", 65, None, 20)],
        [("male", 70, 74, 9), ("", 70, 74, 20)],
        [("female", 70, 74, 9), ("female", 70, 74, 9)],
    ],
)
def test_people_who_would_count_twice_are_told(counts: list[tuple[str, int, int | None, int]]) -> None:
    with pytest.raises(InputError, match="Maybe a row of totals") as error:
        estimate(place(*counts), RATES, 1)
    assert {p.row for p in error.value.problems} <= {2, 3}


def test_no_population_is_told_with_a_hint() -> None:
    for town in (place(), place(("male", 70, 74, 0))):
        with pytest.raises(InputError, match="Maybe fill population"):
            estimate(town, RATES, 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(["female", "male"]), st.integers(0, 17), st.integers(0, 400)),
        max_size=8,
        unique_by=lambda t: t[:2],
    ),
    st.integers(0, 2**40),
)
@settings(max_examples=25, deadline=None)
def test_any_population_gives_a_whole_town_the_same_for_a_seed(bands: list[tuple[str, int, int]], seed: int) -> None:
    town = place(*((sex, 5 * i, 5 * i + 4 if i < 17 else None, n) for sex, i, n in [*bands, ("other", 17, 1)]))
    drawn = estimate(town, RATES, seed)
    assert not drawn.defects()
    assert drawn.digest == estimate(town, RATES, seed).digest
    assert len({n.resident_id for n in drawn.needs}) == len(drawn.residents)
    assert len(drawn.residents) <= sum(row.people for row in town.population)


def test_a_real_city_needs_some_thousands() -> None:
    """A city of 420,000 people, of whom 121,000 are 65 or over, in 235 areas: minato's people nine times over."""
    city = generate(5250, 1)
    assert sum(row.people for row in city.population) == 420_000
    mean = sum(expected(city, RATES).values())
    assert 4000 < mean * 121_000 / sum(r.people for r in city.population if r.age_from >= 65) < 8000

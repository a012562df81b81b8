"""No table of a development tells of fewer than five people, nor lets anybody compute it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from matching.develop import KINDS, Development, Limits, Step, Taken, read_takes
from matching.develop.texts import SHORT, STEPS, say_step
from matching.develop.told import band, bundled, group_of, told_of
from matching.domain import Area, Need
from matching.shipped import FIXTURES
from tests.given import AREA, RESIDENT, town

TAKES = read_takes(FIXTURES / "rates/development.toml")
SIZES = st.lists(st.integers(0, 9), max_size=8)


def done(helped):
    """A development whose steps help so many people each; each is told as (area, sex, birth year)."""
    everybody = [person for some in helped for person in some]
    people = tuple(
        replace(RESIDENT, resident_id=f"p{i}", area_id=area, sex=sex, birth_year=year)
        for i, (area, sex, year) in enumerate(everybody)
    )
    needs = tuple(Need(f"n{i}", f"p{i}") for i in range(len(everybody)))
    names = iter(need.need_id for need in needs)
    taken = tuple(
        Taken(Step(f"s{j}", "idea", "a1", (), TAKES["idea"], "g"), tuple(next(names) for _ in some), ())
        for j, some in enumerate(helped)
    )
    place = town(areas=(AREA, Area("a2", "北")), residents=people, needs=needs, resources=(), openings=())
    return Development(place, "", Limits(), (), 0, (), taken, (), 0)


PEOPLE = st.tuples(
    st.sampled_from(["a1", "a2"]), st.sampled_from(["female", "male", ""]), st.sampled_from([1940, 1970])
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(PEOPLE, max_size=9), max_size=5))
def test_no_number_from_one_to_four_is_told(helped):
    told = told_of(done(helped))
    numbers = [*told.people, *told.areas.values(), *told.groups.values()]
    assert not {1, 2, 3, 4} & {n for n in numbers if n is not None}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(PEOPLE, max_size=9), max_size=5))
def test_no_hidden_number_is_the_only_one_of_its_line(helped):
    told = told_of(done(helped))
    if told.people[-1] is not None:
        for line in (told.people[:-1], tuple(told.areas.values()), tuple(told.groups.values())):
            assert sum(cell is None for cell in line) != 1


@given(SIZES)
def test_steps_are_told_together_until_they_help_five(sizes):
    bundles = bundled(sizes)
    assert [one for some in bundles for one in some] == list(range(len(sizes)))
    if len(bundles) > 1:
        assert all(sum(sizes[one] for one in some) >= 5 for some in bundles)


def test_who_gains_twice_is_counted_once():
    gained = done([[("a1", "male", 1940)] * 6, []])
    twice = replace(gained, taken=(gained.taken[0], replace(gained.taken[1], gains=gained.taken[0].gains)))
    assert told_of(twice).people == (5, 5)


def test_enough_people_are_told_although_each_step_alone_helps_few():
    four = [("a1", "male", 1940)] * 4
    told = told_of(done([four, [("a2", "female", 1940)] * 4, four, four]))
    assert told.bundles == ((0, 1), (2, 3))
    assert told.people == (5, 5, 15)


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (1, "1–4"), (4, "1–4"), (5, "5–9"), (10, "10–19"), (99, "50+")])
def test_who_waits_is_told_in_bands(count, said):
    assert band(count) == said


def test_the_year_makes_seventy_five():
    assert group_of(replace(RESIDENT, sex="male", birth_year=1951), 2026) == "male_75"
    assert group_of(replace(RESIDENT, sex="male", birth_year=1952), 2026) == "male"
    assert group_of(replace(RESIDENT, sex="", birth_year=1952), 2026) == "other"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_says_itself_in_both_languages(kind):
    assert set(STEPS) == set(SHORT) == set(KINDS)
    ja, en = (say_step(kind, {"area": "北", "weekday": "mon;thu", "kind": "meal"}, lang) for lang in ("ja", "en"))
    assert ja != en and "{" not in ja + en

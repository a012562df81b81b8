"""Later years follow cohorts and the town's own projection; consultation is staffed by dated assumptions."""

from dataclasses import replace
from pathlib import Path

import pytest

from matching.domain import Area, Field, PopulationCount, Stage
from matching.errors import InputError
from matching.exchange import read_town
from matching.scenario import LaterYear, StaffConsultation, edited, of_residents
from matching.scenario.later import projected

ROOT = Path(__file__).parents[2]
KAWABE = read_town(ROOT / "fixtures/towns/kawabe")
MINATO = read_town(ROOT / "fixtures/towns/minato")
AREAS = [area.area_id for area in KAWABE.areas if area.tier == 2] or [KAWABE.areas[0].area_id]
BANDS = [(age, age + 4) for age in range(0, 85, 5)] + [(85, None)]


def counted(year, of, areas=AREAS, sexes=("female", "male")):
    return [
        PopulationCount(area, year, sex, start, end, of(area, sex, start)) for area in areas for sex in sexes
        for start, end in BANDS
    ]  # fmt: skip


def aged(first, last):
    return replace(KAWABE, population=(*counted(2021, first), *counted(2026, last)))


STILL = aged(lambda *_: 40, lambda *_: 40)
"""As many of each age at both dates."""


def total(table, of=0):
    return sum(people for bands in table.values() for (age, _), people in bands.items() if age >= of)


def test_the_year_has_as_many_people_as_the_projection_says():
    now, then = projected(STILL, LaterYear(2036, people=900))
    assert total(then) == pytest.approx(900) and total(now) == 40 * 18 * 2 * len(AREAS)
    _, then = projected(STILL, LaterYear(2036, people_65plus=300))
    assert total(then, 65) == pytest.approx(300)


def test_each_cohort_moves_on_with_its_own_change():
    town = aged(lambda _a, _s, age: 100 if age == 60 else 10, lambda _a, _s, age: 80 if age == 65 else 10)
    _, then = projected(town, LaterYear(2031, people=10_000))
    bands = then[AREAS[0], "female"]
    scale = bands[5, 9] / 10
    assert bands[65, 69] == pytest.approx(scale * 10 * 80 / 100)  # 10 were 60–64, of whom 8 in 10 are still there
    assert bands[70, 74] == pytest.approx(scale * 80 * 10 / 10)


def test_the_last_band_takes_in_who_was_in_it_and_who_comes():
    town = aged(lambda _a, _s, age: 30 if age >= 80 else 40, lambda _a, _s, age: 45 if age == 85 else 40)
    _, then = projected(town, LaterYear(2031, people=10_000))
    bands = then[AREAS[0], "male"]
    scale = bands[5, 9] / 40
    assert bands[85, None] == pytest.approx(scale * (40 + 45) * 45 / 60)


def test_who_asks_grows_with_their_area_sex_and_age():
    free = of_residents(STILL)
    now, _ = projected(STILL, LaterYear(2031, people=total(projected(STILL, LaterYear(2031, people=1))[0])))
    same = edited(STILL, [LaterYear(2031, people=round(total(now)))])
    assert len(same.residents) == len(STILL.residents)
    double = edited(STILL, [LaterYear(2031, people=round(2 * total(now)))])
    assert len(double.residents) == len(STILL.residents) + len(free)
    none = edited(aged(lambda *_: 40, lambda *_: 40), [LaterYear(2031, people=1)])
    assert len(none.residents) == len(STILL.residents) - len(free)


@pytest.mark.parametrize(
    ("town", "edit", "said"),
    [
        (KAWABE, LaterYear(2040, people=900), "two dates"),
        (STILL, LaterYear(2040), "projection"),
        (STILL, LaterYear(2033, people=900), "multiple of 5"),
        (STILL, LaterYear(2026, people=900), "multiple of 5"),
        (replace(STILL, population=(*STILL.population, PopulationCount(AREAS[0], 2026, "female", 0, 14, 3))),
         LaterYear(2031, people=900), "age bands"),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_told_is_refused(town, edit, said):
    with pytest.raises(InputError, match=said):
        edited(town, [edit])


def windows(town):
    return [r for r in town.resources if r.stage == Stage.FIRST_LINE and "consultation" in r.serves]


def places(town, of):
    names = {r.resource_id for r in of}
    return sum(o.capacity or 0 for o in town.openings if o.resource_id in names)


def test_field_by_field_each_window_serves_its_own_field():
    after = edited(MINATO, [StaffConsultation("by_sector")])
    assert {field for r in windows(after) for field in r.fields} <= set(Field)
    assert all(r.fields for r in windows(after))
    assert len(windows(after)) == len(windows(MINATO))


def test_across_fields_every_window_serves_everybody_and_remote_support_joins():
    after = edited(MINATO, [StaffConsultation("cross_sector")])
    assert all(r.fields == () for r in windows(after))
    (remote,) = [r for r in after.resources if r.stage == Stage.REMOTE_SUPPORT]
    assert places(after, [remote]) > 0
    special = [r for r in MINATO.resources if r.stage == Stage.SPECIALIST]
    assert [r for r in after.resources if r.stage == Stage.SPECIALIST] == special


def test_twice_the_staff_has_about_twice_the_places():
    one, two = (edited(MINATO, [StaffConsultation("cross_sector", staff)]) for staff in (20.0, 40.0))
    assert places(two, windows(two)) == pytest.approx(2 * places(one, windows(one)), rel=0.1)
    assert sum(r.staff_fte for r in windows(two)) == pytest.approx(40, abs=0.1)


def test_both_ways_have_the_same_staff_where_it_is_told():
    one, other = (edited(MINATO, [StaffConsultation(model, 20.0)]) for model in ("by_sector", "cross_sector"))
    assert sum(r.staff_fte for r in windows(one)) == pytest.approx(sum(r.staff_fte for r in windows(other)), abs=0.1)


@pytest.mark.parametrize("edit", [StaffConsultation("by_colour"), StaffConsultation("by_sector")])
def test_consultation_that_cannot_be_staffed_is_refused(edit):
    nowhere = replace(MINATO, areas=tuple(Area(a.area_id, a.name, a.tier) for a in MINATO.areas))
    with pytest.raises(InputError):
        edited(nowhere, [edit])

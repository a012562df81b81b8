"""Edits make another town and leave the first as it is; what makes no sense is refused, with the nearest name."""

from datetime import time
from pathlib import Path

import pytest

from matching.domain import Accepting, Weekday
from matching.errors import InputError
from matching.exchange import read_town
from matching.scenario import (
    AddCar,
    AddOpening,
    AddPlace,
    CloseOpening,
    CloseResource,
    LoseDrivers,
    MoreNeeds,
    MorePlaces,
    edited,
    grown,
    of_residents,
)
from matching.scenario.reading import read_scenarios

ROOT = Path(__file__).parents[2]
KAWABE = read_town(ROOT / "fixtures/towns/kawabe")
HEAD = 'format = "tsunagu.scenarios/1"\n'


def opening(town, name):
    return next(o for o in town.openings if o.opening_id == name)


def test_no_edit_changes_nothing():
    assert edited(KAWABE, ()) is KAWABE


def test_the_town_given_stays_as_it_is():
    before = KAWABE.digest
    edited(KAWABE, [CloseResource("r-salon"), MoreNeeds(200), LoseDrivers(number=2), MorePlaces("salon-tue", 3)])
    assert KAWABE.digest == before


def test_who_had_a_place_at_a_closed_opening_waits_again():
    held = {p.opening_id for p in KAWABE.placements}
    name = min(held)
    after = edited(KAWABE, [CloseOpening(name)])
    assert name not in {o.opening_id for o in after.openings}
    assert name not in {p.opening_id for p in after.placements}
    assert len(after.needs) == len(KAWABE.needs)


def test_a_closed_resource_takes_nobody():
    after = edited(KAWABE, [CloseResource("r-salon")])
    assert next(r for r in after.resources if r.resource_id == "r-salon").accepting == Accepting.CLOSED


def test_edits_commute_where_they_touch_different_things():
    one, other = MorePlaces("salon-tue", 3), LoseDrivers(("d1",))
    assert edited(KAWABE, [one, other]) == edited(KAWABE, [other, one])


def test_more_places_and_as_many_fewer_are_none():
    assert edited(KAWABE, [MorePlaces("salon-tue", 3), MorePlaces("salon-tue", -3)]) == KAWABE


def test_an_opening_without_a_number_gets_the_places_that_are_told():
    nameless = next(o for o in KAWABE.openings if o.capacity is None and o.comfortable_load is None)
    after = opening(edited(KAWABE, [MorePlaces(nameless.opening_id, 4)]), nameless.opening_id)
    assert after.comfortable_load == nameless.attending + 4


def test_a_new_place_stands_at_the_point_of_its_area_and_is_open():
    after = edited(KAWABE, [AddPlace("new", "shimo", Weekday.MON, time(10), time(12), 6, activities=("tea",))])
    area = next(a for a in KAWABE.areas if a.area_id == "shimo")
    added = after.resources[-1]
    assert (added.latitude, added.longitude) == (area.latitude, area.longitude)
    assert after.openings[-1].capacity == 6


def test_a_new_opening_and_a_new_car_have_ids_of_their_own():
    new = AddOpening("r-salon", Weekday.FRI, time(9), time(10), 3)
    after = edited(KAWABE, [new, new, AddCar("r-car", ())])
    assert len({o.opening_id for o in after.openings}) == len(KAWABE.openings) + 2
    assert after.drivers[-1].vehicles == (after.vehicles[-1].vehicle_id,)


def test_those_who_drive_most_stop_first():
    most = max(KAWABE.drivers, key=lambda d: d.offered_hours_per_month or 0)
    after = edited(KAWABE, [LoseDrivers(number=1)])
    assert most.driver_id not in {d.driver_id for d in after.drivers}


def test_whoever_is_bound_to_others_stays_one_person():
    free = set(of_residents(KAWABE))
    holds = {p.need_id for p in KAWABE.placements}
    assert not free & {n.resident_id for n in KAWABE.needs if n.need_id in holds}
    assert not free & {c.resident_id for c in KAWABE.companions}
    with pytest.raises(ValueError, match="cannot be more"):
        grown(KAWABE, {KAWABE.companions[0].resident_id: 2})


def test_twice_as_many_ask():
    free = of_residents(KAWABE)
    after = edited(KAWABE, [MoreNeeds(200)])
    assert len(after.residents) == len(KAWABE.residents) + len(free)
    assert len(edited(KAWABE, [MoreNeeds(0)]).residents) == len(KAWABE.residents) - len(free)
    assert edited(KAWABE, [MoreNeeds(100)]) == KAWABE


def test_a_town_that_has_grown_may_grow_again():
    free = len(of_residents(KAWABE))
    after = edited(KAWABE, [MoreNeeds(200), MoreNeeds(200)])
    assert len(after.residents) == len(KAWABE.residents) + 3 * free


@pytest.mark.parametrize(
    "edit",
    [
        CloseResource("r-salom"),
        CloseOpening("nowhere"),
        MorePlaces("nowhere", 1),
        AddPlace("r-salon", "naka", Weekday.MON, time(10), time(12), 6),
        AddPlace("x", "nowhere", Weekday.MON, time(10), time(12), 6),
        LoseDrivers(number=99),
        LoseDrivers(("nobody",)),
        AddCar("nowhere", ()),
        MoreNeeds(110, area="nowhere"),
    ],
)
def test_what_the_town_does_not_have_is_refused(edit):
    with pytest.raises(InputError):
        edited(KAWABE, [edit])


def test_a_slip_of_the_pen_is_told_with_the_nearest_name():
    with pytest.raises(InputError, match="r-salon"):
        edited(KAWABE, [CloseResource("r-salom")])


def test_scenarios_are_read_with_their_edits():
    text = (
        HEAD
        + """
[monte_carlo]
draws = 20
seed = 7
[[scenario]]
name = "やめる"
[[scenario.edit]]
do = "close_resource"
resource = "r-salon"
[[scenario.edit]]
do = "add_car"
resource = "r-car"
available = ["mon 09:00-12:00"]
"""
    )
    read = read_scenarios(text, "s.toml")
    assert (read.draws, read.seed) == (20, 7)
    assert [type(e) for e in read.scenarios[0].edits] == [CloseResource, AddCar]
    assert read.scenarios[0].edits[1].available[0].weekday == Weekday.MON


def test_a_grid_makes_a_scenario_of_each_combination():
    text = (
        HEAD
        + """
[[scenario]]
name = "広げる"
grid = { places = [1, 2, 3], opening = ["salon-tue", "salon-thu"] }
[[scenario.edit]]
do = "more_places"
opening = "$opening"
places = "$places"
"""
    )
    found = read_scenarios(text, "s.toml").scenarios
    assert len(found) == 6
    assert {(e.opening, e.places) for s in found for e in s.edits} == {
        (o, n) for o in ("salon-tue", "salon-thu") for n in (1, 2, 3)
    }


def test_a_name_tells_the_values_that_it_asks_for():
    text = (
        HEAD
        + """
[[scenario]]
name = "$places人広げる"
grid = { places = [1, 2], opening = ["salon-tue"] }
[[scenario.edit]]
do = "more_places"
opening = "$opening"
places = "$places"
"""
    )
    names = [s.name for s in read_scenarios(text, "s.toml").scenarios]
    assert names == ["1人広げる (opening=salon-tue)", "2人広げる (opening=salon-tue)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "format"),
        (HEAD, "scenario"),
        (HEAD + "scenario = 3", "scenario"),
        (HEAD + '[[scenario]]\nname = "a"\nedit = 3', "edit"),
        (HEAD + '[[scenario]]\nname = "a"\n[[scenario.edit]]\ndo = "close"', "close_resource"),
        (HEAD + '[[scenario]]\nname = "a"\n[[scenario.edit]]\ndo = "close_resource"', "resource"),
        (HEAD + '[[scenario]]\nname = "a"\n[[scenario.edit]]\ndo = "more_needs"\npercent = "many"', "percent"),
        (HEAD + '[[scenario]]\nname = "a"\n[[scenario.edit]]\ndo = "more_needs"\npercent = true', "percent"),
        (HEAD + '[[scenario]]\nname = "a"\n[[scenario]]\nname = "a"', "twice"),
        (HEAD + '[[scenario]]\nname = "a"\ncolour = "red"', "colour"),
        (HEAD + '[[scenario]]\nname = "a"\ngrid = { p = [] }', "grid"),
        (HEAD + '[[scenario]]\nname = "a"\n[monte_carlo]\ndraws = -1', "draws"),
        ("format = [", "read"),
    ],
)
def test_a_wrong_file_is_told_where_it_is_wrong(text, said):
    with pytest.raises(InputError, match=said):
        read_scenarios(text, "s.toml")


def test_every_problem_of_a_file_is_told_at_once():
    text = HEAD + '[[scenario]]\nname = "a"\ncolour = 1\n[[scenario.edit]]\ndo = "x"\n[[scenario]]\nedit = []\n'
    with pytest.raises(InputError) as told:
        read_scenarios(text, "s.toml")
    assert len(told.value.problems) == 3

"""The law check, told in cases that need no programming to be read."""

import datetime as dt
import inspect
import re
from dataclasses import replace
from pathlib import Path

import pytest

from matching.domain import Charge, Driver, Resident, RideMembership, Scheme, Vehicle
from matching.errors import InputError
from matching.lawful import NO_ADVICE, RULES, STANDING, Run, Standing, check_law, read_law, worst
from matching.shipped import FIXTURES

DAY = dt.date(2026, 11, 26)
LAW = read_law()
FILE = FIXTURES / "law" / "road_transport.toml"
CAR = Vehicle("v1", "r-car", 4, 1, scheme=Scheme.FREE, insured_until=dt.date(2027, 3, 31))
REGISTERED = replace(CAR, scheme=Scheme.REGISTERED)
DRIVER = Driver(
    "d1", "r-car", birth_year=1960, course_until=dt.date(2027, 3, 31), licence_checked_on=dt.date(2026, 4, 1)
)
MEMBER = Resident("p1", "a1", ride_membership=RideMembership.CARE_LEVEL)
ANYBODY = Resident("p2", "a1")


def found(vehicle=CAR, driver=DRIVER, riders=(MEMBER,), day=DAY, fleet=1):
    """The codes told of a run."""
    return [one.code for one in check_law(Run(day, vehicle, driver, riders, fleet), LAW)]


def standing(**run):
    """適, 要確認 or 不適."""
    given = {"vehicle": CAR, "driver": DRIVER, "riders": (MEMBER,), "date": DAY, "fleet": 1, **run}
    return worst(check_law(Run(**given), LAW))


def test_a_free_ride_in_an_insured_car_with_a_seen_licence_fits():
    assert standing() is Standing.FITS


def test_a_fare_without_registration_does_not_fit():
    assert found(replace(CAR, charge=Charge.FARE, charge_yen=300)) == ["fare_unregistered"]
    assert standing(vehicle=replace(CAR, charge=Charge.FARE)) is Standing.UNFIT


def test_a_fare_in_a_lent_car_is_asked_about_since_its_group_may_be_registered():
    assert found(replace(CAR, scheme=Scheme.TENANT, charge=Charge.FARE)) == ["tenant_fare"]


def test_a_car_that_charges_nothing_and_yet_something_is_asked_about():
    assert found(replace(CAR, charge=Charge.NONE, charge_yen=100)) == ["charge_unclear"]


def test_actual_cost_without_a_set_amount_fits_and_a_set_amount_is_asked_about():
    assert found(replace(CAR, charge=Charge.ACTUAL_COST)) == []
    assert found(replace(CAR, charge=Charge.ACTUAL_COST, charge_yen=100)) == ["set_amount"]


def test_a_registered_service_is_asked_whether_its_charge_is_posted():
    assert found(replace(REGISTERED, charge=Charge.FARE, charge_yen=300)) == ["posting"]


def test_before_the_day_of_a_rule_the_rule_says_nothing():
    before = dt.date(2024, 3, 30)
    driver = replace(DRIVER, licence_checked_on=before)
    assert found(replace(REGISTERED, charge=Charge.FARE), driver, day=before) == []


def test_nine_seats_and_the_driver_are_ten_and_fit_and_one_more_place_is_asked_about():
    assert found(replace(CAR, seats=9, wheelchair_places=0)) == []
    assert found(replace(CAR, seats=9, wheelchair_places=1)) == ["large_car"]


def test_four_cars_need_no_qualified_manager_and_for_five_it_is_asked():
    assert found(fleet=4) == []
    assert found(fleet=5) == ["manager"]


def test_in_a_registered_car_a_rider_of_no_class_is_asked_about_and_in_a_free_one_not():
    assert found(REGISTERED, riders=(MEMBER, ANYBODY)) == ["not_a_member"]
    assert found(CAR, riders=(MEMBER, ANYBODY)) == []


def test_the_course_matters_in_a_registered_car_alone():
    late = replace(DRIVER, course_until=dt.date(2026, 11, 25))
    assert found(REGISTERED, late) == ["course"]
    assert found(REGISTERED, replace(DRIVER, course_until=None)) == ["course"]
    assert found(REGISTERED, replace(DRIVER, course_until=DAY)) == []
    assert found(CAR, late) == []


def test_a_licence_not_seen_for_more_than_a_year_is_asked_for():
    assert found(driver=replace(DRIVER, licence_checked_on=dt.date(2025, 11, 26))) == []
    assert found(driver=replace(DRIVER, licence_checked_on=dt.date(2025, 11, 25))) == ["licence"]
    assert found(driver=replace(DRIVER, licence_checked_on=None)) == ["licence"]


@pytest.mark.parametrize(
    ("born", "codes"), [(2009, ["too_young"]), (2008, []), (1947, []), (1946, ["ask_age"]), (None, [])]
)
def test_nobody_under_eighteen_drives_and_from_eighty_on_it_is_asked(born, codes):
    assert found(driver=replace(DRIVER, birth_year=born)) == codes


def test_a_registered_car_without_insurance_does_not_fit_and_another_is_asked_about():
    past = dt.date(2026, 11, 25)
    assert found(replace(REGISTERED, insured_until=past)) == ["insurance_past"]
    assert found(replace(CAR, insured_until=past)) == ["insurance_ask"]
    assert found(replace(CAR, insured_until=None)) == ["insurance_ask"]
    assert found(replace(CAR, insured_until=DAY)) == []


def test_the_worst_answer_is_that_of_the_run():
    assert standing(vehicle=replace(CAR, charge=Charge.FARE), fleet=5) is Standing.UNFIT
    assert standing(fleet=5) is Standing.ASK


def test_a_finding_names_its_article_and_the_day_since_when_it_holds():
    (told,) = check_law(Run(DAY, replace(CAR, charge=Charge.FARE), DRIVER, (), 1), LAW)
    assert told.text("ja").endswith("[道路運送法 第78条, 2006-10-01から]")
    assert told.text("en").startswith("Car v1 is free of permit")


def test_what_is_to_be_asked_says_whom_and_the_check_is_no_legal_advice():
    assert "運輸支局・市町村に確認" in STANDING[Standing.ASK].ja
    assert "助言ではありません" in NO_ADVICE.ja


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_a_file_of_its_own_and_a_sentence_in_both_languages(name):
    files = [inspect.getfile(rule) for rule in RULES.values()]
    assert files.count(inspect.getfile(RULES[name])) == 1
    for told in RULES[name].told.values():
        assert told.standing is not Standing.FITS
        assert re.search("[ぁ-ん]", told.text.ja) and not re.search("[ぁ-んァ-ン一-龥]", told.text.en)
        assert set(re.findall(r"{(\w+)}", told.text.ja)) == set(re.findall(r"{(\w+)}", told.text.en))


def test_no_code_is_told_by_two_rules():
    codes = [code for rule in RULES.values() for code in rule.told]
    assert len(codes) == len(set(codes))


def test_a_rule_that_is_missing_or_unknown_or_without_its_source_is_refused_all_at_once(tmp_path: Path):
    text = (
        FILE.read_text(encoding="utf-8").replace("[fleet]", "[fleets]").replace("fewer_than = 11", 'fewer_than = "x"')
    )
    broken = tmp_path / "law.toml"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_law(broken)
    told = {problem.column for problem in refused.value.problems}
    assert {"fleets", "fleet.cars", "fleet.source", "passenger_limit.fewer_than"} <= told


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path):
    with pytest.raises(InputError):
        read_law(tmp_path / "nothing.toml")

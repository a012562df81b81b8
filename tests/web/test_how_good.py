"""What is said of how good a day's tours are: never more than is proven."""

import pytest

from api.web.how_good import how_good
from api.web.texts import say_in

PROVEN = {"name": "served:3", "value": 4.0, "bound": 4.0}


def said(status, *tiers):
    return how_good(say_in("ja"), {"status": status, "tiers": list(tiers)})


def test_what_is_proven_best_is_said_to_be():
    assert said("optimal", PROVEN)[0] == "最良と証明済み"


@pytest.mark.parametrize(
    ("value", "bound", "percent"), [(102.0, 100.0, "2"), (100.0, 99.99, "0.1"), (150.01, 100.0, "50.1")]
)
def test_how_near_the_driving_is_to_the_best_is_rounded_up(value, bound, percent):
    sign, sentence = said("feasible", PROVEN, {"name": "effort:15", "value": value, "bound": bound})
    assert sign == f"最良との差 {percent} % 以内" and f" {percent} %" in sentence


def test_where_more_rides_may_be_possible_nothing_is_said_of_the_driving():
    tiers = ({"name": "promised:1", "value": 1, "bound": 1}, {"name": "served:3", "value": 4, "bound": 6})
    sign, sentence = said("feasible", *tiers, {"name": "effort:15", "value": 101, "bound": 100})
    assert sign == "最良かどうかは未証明" and "多くて 7件" in sentence and "5件" in sentence and "%" not in sentence


def test_where_nothing_bounds_the_driving_no_number_is_made_up():
    sign, sentence = said("feasible", PROVEN, {"name": "effort:15", "value": 101, "bound": 0})
    assert sign == "最良かどうかは未証明" and "%" not in sentence and "これより多く運べる計画はありません" in sentence


@pytest.mark.parametrize("status", ["replanned", "by_hand"])
def test_of_a_plan_made_anew_only_how_it_was_made_is_said(status):
    sign, sentence = said(status)
    assert sign == "" and sentence == say_in("ja")(f"rides.status.{status}")

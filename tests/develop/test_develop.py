"""What a town could develop: the residents' own first, every step really taken, and nobody's name anywhere."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from matching.carried.same_rides import rides_of
from matching.develop import KINDS, Limits, develop, read_takes
from matching.develop.candidates import candidates
from matching.domain import (
    Accepting,
    Idea,
    IdeaState,
    Need,
    Opening,
    Place,
    Resource,
    ResourceKind,
    Sharing,
    Weekday,
)
from matching.errors import InputError, NoAnswerError
from matching.exchange import read_town
from matching.pose import PLACED
from matching.propose import Wanted, decided, propose
from matching.rules import rulebook
from matching.scenario import edited
from matching.shipped import FIXTURES
from matching.travel import provider
from tests.given import AREA, RESIDENT, RESOURCE, Ruler, town

ROOT = Path(__file__).parents[2]
TAKES = read_takes(FIXTURES / "rates/development.toml")
KAWABE = read_town(ROOT / "fixtures/towns/kawabe")
BOOK = rulebook()


def of(community, **limits):
    return develop(community, BOOK, Ruler(), TAKES, Limits(**limits))


def waiting_town(**tables):
    """Six people who would like tea, and no place that is open."""
    people = tuple(replace(RESIDENT, resident_id=f"p{i}", birth_year=1940 + i) for i in range(6))
    needs = tuple(Need(f"n{i}", f"p{i}", activities=("tea",)) for i in range(6))
    usual = {"residents": people, "needs": needs, "resources": (), "openings": ()}
    return town(**{**usual, **tables})


def test_nothing_can_be_developed_where_nobody_waits():
    done = of(town())
    assert done.waiting == () and done.portfolio == () and done.taken == ()


def test_an_idea_of_the_area_comes_first_at_equal_effect():
    hall = Place("h1", "集会所", "list", "a1", AREA.latitude, AREA.longitude, 30)
    idea = Idea("i1", "a1", ("tea",), state=IdeaState.TALKED)
    done = of(waiting_town(places=(hall,), ideas=(idea,)), steps=1)
    assert [step.kind for step in done.portfolio[0].steps] == ["idea"]
    assert len(done.taken[0].gains) == 6
    without = of(waiting_town(places=(hall,)), steps=1)
    assert [step.kind for step in without.portfolio[0].steps] == ["hidden_place"]


@pytest.mark.parametrize("state", [IdeaState.RUNNING, IdeaState.STOPPED, IdeaState.REVIEWED])
def test_what_runs_already_or_was_given_up_is_no_idea_to_begin(state):
    assert not candidates(waiting_town(ideas=(Idea("i1", "a1", ("tea",), state=state),)), TAKES, ())


def test_a_larger_portfolio_never_places_fewer():
    travel = provider(KAWABE.info.travel, ROOT / "fixtures/towns/kawabe")
    done = develop(KAWABE, BOOK, travel, TAKES, Limits(4))
    placed = [done.most_today, *(plan.placed for plan in done.portfolio)]
    assert placed == sorted(set(placed))
    assert all(plan.optimal and plan.placed == plan.bound for plan in done.portfolio)


def test_every_step_that_is_told_was_really_taken():
    travel = provider(KAWABE.info.travel, ROOT / "fixtures/towns/kawabe")
    done = develop(KAWABE, BOOK, travel, TAKES, Limits(3))
    after = edited(KAWABE, [edit for taken in done.taken for edit in taken.step.edits])
    placed = {p.need_id for p in propose(after, BOOK, travel).proposals if p.placed}
    gained = {name for taken in done.taken for name in taken.gains}
    lost = {name for taken in done.taken for name in taken.losses}
    assert placed == (set(done.placed_today) | gained) - lost
    assert not placed & set(done.waiting)


def test_the_same_town_gives_the_same_answer():
    travel = provider(KAWABE.info.travel, ROOT / "fixtures/towns/kawabe")
    assert develop(KAWABE, BOOK, travel, TAKES, Limits(2)) == develop(KAWABE, BOOK, travel, TAKES, Limits(2))


def test_a_budget_is_kept_in_hours_and_in_yen():
    idea = Idea("i1", "a1", ("tea",))
    community = waiting_town(ideas=(idea,))
    hours, yen = TAKES["idea"].hours_per_month, TAKES["idea"].yen_per_year
    assert of(community, budget=hours).portfolio and not of(community, budget=hours - 1).portfolio
    assert of(community, budget=yen, unit="yen").portfolio and not of(community, budget=yen - 1, unit="yen").portfolio


def test_of_one_place_one_hour_is_chosen():
    done = of(waiting_town(ideas=(Idea("i1", "a1", ("tea",)),)), steps=5)
    assert len(done.portfolio) == 1


def host(**changes):
    shop = Resource(
        "r2", "よろず商店", ResourceKind.SHOP, area_id="a1", latitude=AREA.latitude, longitude=AREA.longitude,
        activities=("shopping",), accepting=Accepting.OPEN,
    )  # fmt: skip
    return waiting_town(resources=(replace(shop, **changes),))


def kinds(community):
    return {step.kind for step in candidates(community, TAKES, community.needs)}


def test_a_shop_could_be_a_place_to_meet():
    assert kinds(host()) == {"host"}


def test_nothing_more_is_asked_of_who_is_tired_closed_or_one_person_alone():
    assert kinds(host(fatigue=2)) == set()
    assert kinds(host(accepting=Accepting.CLOSED)) == set()
    assert kinds(host(resident_id="p0")) == set()


def test_a_treasure_is_never_asked_to_be_larger():
    opening = Opening("o1", "r1", Weekday.TUE, time(10), time(12), capacity=1)
    assert "more_places" in kinds(waiting_town(resources=(RESOURCE,), openings=(opening,)))
    assert "more_places" not in kinds(waiting_town(resources=(replace(RESOURCE, informal=True),), openings=(opening,)))


@pytest.mark.parametrize("basis", [Sharing.NONE, Sharing.SUPPORT_CONFERENCE])
def test_a_strength_is_told_only_with_consent(basis):
    able = replace(RESIDENT, resident_id="able", strengths=("tea",))
    people = waiting_town().residents
    assert kinds(waiting_town(residents=(*people, able))) == {"strength"}
    assert kinds(waiting_town(residents=(*people, replace(able, sharing=basis)))) == set()


def test_needs_without_consent_are_neither_helped_nor_counted():
    community = waiting_town(ideas=(Idea("i1", "a1", ("tea",)),))
    hidden = replace(community, residents=tuple(replace(r, sharing=Sharing.NONE) for r in community.residents))
    done = of(hidden)
    assert done.waiting == () and done.portfolio == ()


def test_two_small_salons_may_meet_together_and_who_holds_a_place_keeps_it():
    salons = tuple(replace(RESOURCE, resource_id=f"s{i}", kind=ResourceKind.SALON) for i in range(2))
    openings = tuple(
        Opening(f"o{i}", f"s{i}", Weekday.TUE, time(10), time(12), capacity=9, attending=3) for i in range(2)
    )
    assert "pool" in kinds(waiting_town(resources=salons, openings=openings))


def test_every_number_of_a_step_has_its_source():
    assert set(TAKES) == set(KINDS)
    assert all("assumption" in takes.source for takes in TAKES.values())


@pytest.mark.parametrize(
    "text", ["", "x = 1", "[idea]\nhours_per_month = 1", "[[", "[unknown]\na = 1", '[idea]\nsource = "x"']
)
def test_a_table_that_is_not_whole_is_refused(tmp_path, text):
    path = tmp_path / "d.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_takes(path)


@pytest.mark.parametrize("steps", [0, 11])
def test_so_many_steps_cannot_be_weighed(steps):
    with pytest.raises(ValueError, match="steps"):
        of(town(), steps=steps)


def test_a_choice_that_was_not_found_in_time_is_no_answer(monkeypatch):
    monkeypatch.setattr("matching.develop.best_cover", lambda *_, **__: None)
    with pytest.raises(NoAnswerError):
        of(waiting_town(ideas=(Idea("i1", "a1", ("tea",)),)))


def test_a_step_takes_no_ride_from_anybody_and_is_worth_what_deciding_with_the_same_rides_says():
    travel = provider(KAWABE.info.travel, ROOT / "fixtures/towns/kawabe")
    done = develop(KAWABE, BOOK, travel, TAKES, Limits(2))
    today = decided(KAWABE, BOOK, travel, Wanted(explain="none"))
    then = decided(
        edited(KAWABE, done.taken[0].step.edits), BOOK, travel, Wanted(explain="none"),
        rides=rides_of(today.posed, today.choice),
    )  # fmt: skip
    assert then.choice.value.tolist() >= today.choice.value.tolist()
    assert rides_of(then.posed, then.choice) <= rides_of(today.posed, today.choice)
    more = int(then.choice.value[PLACED] - today.choice.value[PLACED])
    assert len(done.taken[0].gains) - len(done.taken[0].losses) == more > 0


def test_without_other_rides_the_same_town_is_decided_the_same():
    travel = provider(KAWABE.info.travel, ROOT / "fixtures/towns/kawabe")
    today = decided(KAWABE, BOOK, travel, Wanted(explain="none"))
    same = decided(KAWABE, BOOK, travel, Wanted(explain="none"), rides=rides_of(today.posed, today.choice))
    assert rides_of(today.posed, today.choice)
    assert same.choice.value.tolist() == today.choice.value.tolist()
    none = decided(KAWABE, BOOK, travel, Wanted(explain="none"), rides=())
    assert rides_of(none.posed, none.choice) <= rides_of(today.posed, today.choice)

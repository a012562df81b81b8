"""Scenarios obey their laws, demand is common to all of them, and no two numbers tell of a few people."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from api.cli import town_of
from matching.propose import propose
from matching.scenario import CloseResource, LoseDrivers, MoreNeeds, MorePlaces, of_residents
from matching.scenario.reading import Scenario
from matching.study import TODAY, Outcome, demand, tried
from matching.study.compare import change, counts, frontier, interval, rounded

ROOT = Path(__file__).parents[2]
KAWABE = town_of(ROOT / "fixtures/towns/kawabe")
TOWN = KAWABE[0]
IDS = st.sets(st.integers(0, 12)).map(lambda some: tuple(f"n{one}" for one in sorted(some)))


def test_an_empty_scenario_changes_nothing():
    assert tried(*KAWABE, Scenario("nothing")) == tried(*KAWABE, TODAY)


def test_today_is_what_propose_proposes():
    placed = {p.need_id for p in propose(*KAWABE).proposals if p.placed}
    assert set(tried(*KAWABE, TODAY).placed) == placed


def test_edits_commute_where_they_touch_different_things():
    one, other = MorePlaces("salon-tue", 2), LoseDrivers(("d1",))
    assert tried(*KAWABE, Scenario("a", (one, other))) == tried(*KAWABE, Scenario("b", (other, one)))


def test_no_study_changes_the_town():
    before = TOWN.digest
    tried(*KAWABE, Scenario("a", (CloseResource("r-salon"), MoreNeeds(200))), 3)
    assert TOWN.digest == before


def test_nobody_without_consent_is_in_an_outcome():
    none = {n.need_id for n in TOWN.needs for r in TOWN.residents
            if r.resident_id == n.resident_id and r.sharing != "consent"}  # fmt: skip
    today = tried(*KAWABE, TODAY)
    assert none and not none & {*today.placed, *today.waiting}


@given(IDS, IDS)
def test_the_way_back_is_the_way_with_gains_and_losses_exchanged(one, other):
    there, back = change(Outcome(one, ()), Outcome(other, ())), change(Outcome(other, ()), Outcome(one, ()))
    assert (there.gains, there.losses) == (back.losses, back.gains)
    assert there.net == -back.net
    assert rounded(there.net) == -rounded(back.net)


def test_every_scenario_meets_the_same_repeated_demand():
    assert demand(TOWN, 1, 5) == demand(TOWN, 1, 5)
    assert demand(TOWN, 1, 5) != demand(TOWN, 1, 6)
    assert demand(TOWN, 1, 5) != demand(TOWN, 2, 5)


def test_somebody_else_in_the_town_changes_nobody_s_demand():
    from matching.scenario import edited

    more = demand(edited(TOWN, [MoreNeeds(200)]), 1, 5)
    assert {who: more[who] for who in of_residents(TOWN)} == demand(TOWN, 1, 5)


def test_repeated_demand_is_poisson_with_mean_one():
    drawn = Counter(many for draw in range(1, 400) for many in demand(TOWN, 1, draw).values())
    people = sum(drawn.values())
    mean = sum(many * times for many, times in drawn.items()) / people
    assert mean == pytest.approx(1.0, abs=0.06)
    assert drawn[0] / people == pytest.approx(0.368, abs=0.03)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from([n.need_id for n in TOWN.needs])))
def test_people_are_told_in_fives_or_not_at_all(needs):
    told = counts(TOWN, sorted(needs))
    for number in (told.people, *told.areas.values(), *told.groups.values()):
        assert number is None or number % 5 == 0


def test_a_copy_of_somebody_is_another_person():
    needs = [n.need_id for n in TOWN.needs if n.resident_id == "p04"]
    assert counts(TOWN, needs).people is None
    assert counts(TOWN, [f"{needs[0]}-x1-{n}" for n in range(1, 8)]).people == 5


def test_an_interval_holds_the_middle_and_needs_enough_draws():
    today = [Outcome(tuple(f"n{i}" for i in range(100)), ())] * 40
    after = [Outcome(tuple(f"n{i}" for i in range(100 + 7 + draw % 3)), ()) for draw in range(40)]
    told = interval(today, after)
    assert told.change == (10, 5, 10) and told.placed == (110, 105, 110)
    assert interval(today[:19], after[:19]) is None


def test_the_frontier_leaves_out_what_costs_more_and_places_no_more():
    def plan(many):
        return Outcome(tuple(f"n{i}" for i in range(many)), ())

    rows = [("dear", 9, 5), ("cheap", 1, 3), ("middle", 4, 3), ("best", 9, 6), ("free", None, 9)]
    names = frontier([Scenario(n, (), cost) for n, cost, _ in rows], [plan(many) for *_, many in rows])
    assert names == ("cheap", "best")

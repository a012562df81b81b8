"""Scenarios obey their laws, demand is common to all of them, and no two numbers tell of a few people."""

import functools
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from api.towns import town_of
from matching.pose import FIT
from matching.propose import Wanted, decided, propose
from matching.scenario import CloseResource, LoseDrivers, MoreNeeds, MorePlaces, of_residents
from matching.scenario.reading import Scenario
from matching.study import TODAY, Outcome, demand, today_of, tried
from matching.study.compare import change, counts, frontier, interval, newly_tight, points_changed, rounded
from matching.study.money import amounts, money, units

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


def test_what_is_used_up_takes_nobody_more_and_the_points_are_those_of_the_plan():
    agreed = decided(*KAWABE, Wanted(explain="none"))
    posed = agreed.posed
    rows = posed.pair_row[agreed.choice.chosen]
    plan = posed.pairs.take(rows[rows != -1])
    held = Counter(TOWN.openings[at].opening_id for at in plan.opening_row)
    room = {o.opening_id: int(posed.places[at]) for at, o in enumerate(TOWN.openings)}
    today = tried(*KAWABE, TODAY)
    full = {what for code, what in today.tight if code == "places"}
    assert full == {name for name, places in room.items() if places and held[name] >= places} != set()
    fit = int(posed.problem.points[FIT][agreed.choice.chosen].sum())
    assert sum(points for _, points in today.points.values()) == fit


def test_a_plan_says_whether_it_is_proven():
    assert tried(*KAWABE, TODAY).proven
    assert not Outcome((), (), (3, 1), (3, 2)).proven


@given(
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 60), st.integers(-900, 900))),
    st.dictionaries(st.sampled_from("abc"), st.tuples(st.integers(1, 60), st.integers(-900, 900))),
)
def test_points_that_change_by_less_than_five_people_s_are_not_told(one, other):
    before, after = Outcome((), (), points=one), Outcome((), (), points=other)
    told, back = points_changed(before, after), points_changed(after, before)
    assert told == {code: -change for code, change in back.items()}
    for code, by in told.items():
        (had, was), (has, now) = one[code], other[code]
        assert min(had, has) >= 5 and abs(by) >= 5 and abs(by) <= abs(now - was)


def test_what_is_newly_used_up_is_what_is_no_longer_the_other_way_round():
    before = Outcome((), (), tight=(("places", "a"), ("seats", "x")))
    after = Outcome((), (), tight=(("places", "b"), ("places", "a")))
    assert newly_tight(before, after) == {"places": (1, 0), "seats": (0, 1)}
    assert newly_tight(after, before) == {"places": (0, 1), "seats": (1, 0)}


def test_grants_pay_for_no_more_than_the_cost():
    assert money(Scenario("a", (), 4_600_000, (("tier_2", 1),))).own == 600_000
    assert money(Scenario("a", (), 3_000_000, (("tier_2", 1),))).own == 0
    assert money(Scenario("a", (), None, (("tier_2", 1),))).own is None


def test_standard_amounts_are_those_of_the_paper_with_their_date():
    known = amounts()
    assert known.as_of and known.source
    yen = {code: (one.yen, one.unit) for code, one in known.every.items()}
    assert yen["tier_1"] == (8_000_000, "municipality") and yen["tier_2"] == (4_000_000, "area")
    assert units(TOWN, known.every["tier_2"]) == sum(a.tier == 2 for a in TOWN.areas)


def test_no_study_has_anything_to_write_with():
    for room in ("study", "scenario", "country", "review"):
        for path in sorted((ROOT / "matching" / room).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            assert not re.search(
                r"write_text|write_bytes|write_town|open\(.*['\"][wax]|sqlalchemy|sqlmodel|api\.store", text
            )


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


def test_the_frontier_leaves_out_what_costs_more_and_brings_no_more_and_what_brings_nothing():
    costs, changes = [9, 1, 4, 9, None, 0, 1, 12], [25, 15, 15, 30, 45, 0, 15, -5]
    assert frontier(costs, changes) == (1, 6, 3)
    assert frontier([5], [0]) == ()


@given(st.lists(st.tuples(st.none() | st.integers(0, 4), st.integers(-2, 3)), max_size=8))
def test_the_frontier_is_all_that_nothing_betters(rows):
    def betters(a, b):
        return a[0] is not None and a[0] <= b[0] and a[1] >= b[1] and a != b

    wanted = {n for n, b in enumerate(rows) if b[0] is not None and b[1] > 0 and not any(betters(a, b) for a in rows)}
    told = frontier([cost for cost, _ in rows], [change for _, change in rows])
    assert set(told) == wanted and [rows[n] for n in told] == sorted(rows[n] for n in told)


def lazily(town):
    return functools.cache(lambda: today_of(*town))


@pytest.mark.parametrize("resource", [one.resource_id for one in TOWN.resources])
def test_a_closed_place_is_worth_the_same_beside_what_is_known_of_today(resource):
    scenario = Scenario("closed", (CloseResource(resource),))
    alone, beside = tried(*KAWABE, scenario), tried(*KAWABE, scenario, today=lazily(KAWABE))
    assert (beside.value, beside.bound) == (alone.value, alone.bound)


@pytest.mark.parametrize("places", [1, 5])
def test_more_places_are_worth_the_same_beside_what_is_known_of_today(places):
    today = lazily(KAWABE)
    for opening in TOWN.openings:
        scenario = Scenario("more", (MorePlaces(opening.opening_id, places),))
        alone, beside = tried(*KAWABE, scenario), tried(*KAWABE, scenario, today=today)
        assert (beside.value, beside.bound) == (alone.value, alone.bound), opening.opening_id


def test_only_scenarios_of_places_ask_about_today_and_today_itself_is_told_as_it_was_found():
    asked, today = [], lazily(KAWABE)

    def counted():
        asked.append(1)
        return today()

    assert tried(*KAWABE, TODAY, today=counted) == tried(*KAWABE, TODAY) == today().outcome
    assert len(asked) == 1
    for one, draw in ((MoreNeeds(150), 0), (LoseDrivers(number=1), 0), (CloseResource("r-salon"), 3)):
        tried(*KAWABE, Scenario("x", (one,)), draw, today=counted)
    assert len(asked) == 1

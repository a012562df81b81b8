"""A synthetic country: about as large as Japan, the same on every run, and each scenario the best plan of its own."""

import statistics
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.study.country import BLOCK, tasks_of
from api.study.engines import cut
from matching.assignment.problem import Budget
from matching.assignment.solvers import auction, min_cost_flow
from matching.country import POPULATION, TAKE_UP, municipalities, solved
from matching.country.changes import Scenario, changed, scenarios
from matching.country.ground import posed
from matching.country.solved import tried
from tests.killed_workers import ended_after_a_loss

ROOT = Path(__file__).parents[2]
COUNTRY = municipalities()
TOWN = COUNTRY[900]
TODAY = posed(TOWN)
PLAN = auction.solve(TODAY, Budget(60.0)).chosen


def places(problem):
    return np.diff(problem.slot_start)[:-1]


def after(scenario):
    return changed(TODAY, PLAN, scenario, 1)[0]


def test_the_country_is_as_large_as_japan():
    assert len(COUNTRY) == 1_741
    assert sum(town.population for town in COUNTRY) == pytest.approx(POPULATION, rel=1e-6)
    assert sum(town.needs for town in COUNTRY) == pytest.approx(1_000_000, rel=1e-3)


def test_the_take_up_of_the_size_classes_gives_that_of_the_country():
    assert statistics.mean(TAKE_UP[town.size_class] for town in COUNTRY) == pytest.approx(33.6, abs=0.1)


def test_a_smaller_country_has_the_same_share_of_needs():
    few = municipalities(100)
    assert sum(t.needs for t in few) / sum(t.population for t in few) == pytest.approx(1_000_000 / POPULATION, rel=0.01)


def test_everybody_can_stay_on_the_waiting_list():
    assert np.array_equal(TODAY.need[TODAY.site == TODAY.sites - 1], np.arange(TODAY.needs))


def test_there_are_a_hundred_scenarios_and_none_stands_twice():
    assert len(set(scenarios())) == len(scenarios()) == 100


def test_a_change_leaves_today_as_it_is():
    before = TODAY.slot_start.copy(), TODAY.need.copy()
    for one in scenarios():
        changed(TODAY, PLAN, one, 1)
    assert np.array_equal(before[0], TODAY.slot_start) and np.array_equal(before[1], TODAY.need)


def test_places_change_as_told():
    total = int(places(TODAY).sum())
    assert places(after(Scenario("three_places", 1))).sum() == total + 3
    assert places(after(Scenario("all_fewer", 50))).sum() == total // 2
    assert places(after(Scenario("all_more", 150))).sum() == total * 3 // 2
    assert (places(after(Scenario("close_one", 1))) == 0).sum() == 1


def test_needs_change_as_told_and_each_keeps_its_own_openings():
    for per_cent in (80, 120):
        then = after(Scenario("needs", per_cent))
        listed = {tuple(TODAY.site[TODAY.need == need]) for need in range(TODAY.needs)}
        assert then.needs == TODAY.needs * per_cent // 100
        assert {tuple(then.site[then.need == need]) for need in range(then.needs)} <= listed
        assert np.bincount(then.need, minlength=then.needs).min() >= 1


@pytest.mark.parametrize("one", scenarios(), ids=str)
def test_today_s_plan_is_found_again_in_the_changed_numbers(one):
    then, held, pair = changed(TODAY, PLAN, one, 1)
    at = np.flatnonzero(held >= 0)
    assert np.array_equal(then.site, TODAY.site[pair])
    assert np.array_equal(then.cost, TODAY.cost[pair])
    assert np.array_equal(then.need[held[at]], at)
    assert set(then.site[held[at]]) <= set(TODAY.site[PLAN])
    if one.kind not in ("reach", "needs"):
        assert np.array_equal(held, PLAN)
    assert (changed(TODAY, np.full(TODAY.needs, -1, np.int32), one, 1)[1] == -1).all()


@pytest.mark.parametrize("town", [COUNTRY[700], TOWN], ids=lambda town: str(town.needs))
def test_every_scenario_is_solved_to_the_same_cost_as_from_the_start(town, monkeypatch):
    seen = []
    monkeypatch.setattr(solved, "_placed", lambda problem, choice: seen.append((problem, choice)) or 0)
    tried(town, scenarios())
    assert len(seen) == 101
    for problem, choice in seen:
        assert choice.value == min_cost_flow.solve(problem, Budget(60.0)).value


def test_the_same_municipality_gives_the_same_numbers_and_another_gives_others():
    some = scenarios()[::20]
    assert tried(TOWN, some) == tried(TOWN, some)
    assert tried(TOWN, some) != tried(COUNTRY[901], some)


def test_the_smallest_municipality_has_one_need_and_every_scenario_is_answered():
    assert COUNTRY[0].needs == 1
    assert all(0 <= one <= 2 for one in tried(COUNTRY[0], scenarios()).after)


def test_every_municipality_is_in_one_block():
    assert [task.town for block in cut(tasks_of(COUNTRY), BLOCK) for task in block] == list(COUNTRY)


def run(*args: object):
    return CliRunner().invoke(app, ["study", *(str(a) for a in args)])


@pytest.mark.parametrize(
    "args",
    [(), ("--country", ROOT / "fixtures/towns/kawabe"), ("--country", "--municipalities", 0), ("--municipalities", 3)],
)
def test_towns_or_the_country_but_not_both_and_not_neither(args):
    assert run(*args).exit_code != 0


def test_a_country_whose_worker_was_killed_comes_out_the_same(tmp_path):
    assert run("--country", "--municipalities", 60, "--json", tmp_path / "a.json").exit_code == 0
    command = [sys.executable, "-m", "api.cli", "study", "--country", "--municipalities", "60",
               "--json", str(tmp_path / "b.json"), "--work", str(tmp_path / "work"), "--workers", "2"]  # fmt: skip
    assert ended_after_a_loss(command) == 0
    assert (tmp_path / "b.json").read_bytes() == (tmp_path / "a.json").read_bytes()


def test_a_country_says_that_it_is_synthetic_in_both_languages():
    assert "実在の市町村の値ではありません" in run("--country", "--municipalities", 2).output
    assert "none is a real one" in run("--country", "--municipalities", 2, "--lang", "en").output

"""Li and Lim's files: read as they are, solved to the best known cars, and every wrong row is told."""

from pathlib import Path

import numpy as np
import pytest

from matching.errors import InputError
from matching.exchange.instances.lilim import read_lilim
from matching.routing.problem import Budget
from matching.routing.solvers import anytime
from matching.routing.verify import verify_plan

DATA = Path(__file__).parents[2].parent / "shared/data/pdptw"
TINY = "2 10 1\n0 0 0 0 0 100 0 0 0\n1 3 4 5 0 50 1 0 2\n2 6 8 -5 0 90 1 1 0\n"


def test_a_task_is_a_node_of_its_own_number_and_ways_are_straight(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    problem = read_lilim(tmp_path / "tiny.txt")
    assert (problem.pickup.tolist(), problem.drop.tolist(), problem.load.tolist()) == ([1], [2], [[5]])
    assert problem.minutes[0, 1] == 5.0
    assert problem.duties == 2
    assert np.isinf(problem.max_ride).all()


def test_one_car_more_costs_more_than_any_way(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    problem = read_lilim(tmp_path / "tiny.txt")
    assert problem.fixed_cost[0] > 2 * problem.cost.max(axis=1).sum()


@pytest.mark.parametrize(
    ("text", "row"),
    [("", 0), (TINY.replace("3 4 5", "3 x 5"), 3), (TINY.replace(" 1 0 2\n", "\n"), 3), ("2 10\n" + TINY[7:], 1)],
)
def test_what_cannot_be_read_is_told_with_its_row(tmp_path, text, row):
    (tmp_path / "bad.txt").write_text(text)
    with pytest.raises(InputError) as error:
        read_lilim(tmp_path / "bad.txt")
    assert error.value.problems[0].row == row
    assert error.value.problems[0].ja != error.value.problems[0].en


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError):
        read_lilim(tmp_path / "nowhere.txt")


@pytest.mark.skipif(not DATA.exists(), reason="the published instances are not here")
@pytest.mark.parametrize(("name", "cars", "way"), [("lc101", 10, 828.9369), ("lr112", 9, 1003.767)])
def test_the_best_known_cars_are_reached(name, cars, way):
    problem = read_lilim(DATA / f"{name}.txt")
    plan = anytime.solve(problem, Budget(steps=8000), 1, lambda _cost, _bound: None)
    assert verify_plan(problem, plan) == []
    assert len(plan.routes) == cars
    assert plan.tiers[-1].value - cars * problem.fixed_cost[0] == pytest.approx(way, rel=0.02)

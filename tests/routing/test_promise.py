"""One promise alone: whether anybody could drive it is exact, against the best of all orders."""

from dataclasses import replace

import numpy as np
import pytest

from matching.routing.problem import Break, Pair, PairMode
from matching.routing.solvers.promise import can_be_driven
from tests.routing.best_by_hand import best_value
from tests.routing.days import day


def promise(seed, mode):
    """A day of out and home, or of one ride, with tight duties, a pause and two duties that exclude each other."""
    random = np.random.default_rng(seed)
    rides = 2 if mode else 1
    problem = day(seed, rides=rides, duties=3)
    opens, closes = problem.open.copy(), problem.close.copy()
    if mode:
        opens[1] = opens[0] + random.integers(20, 120)
        closes[1] = opens[1] + random.integers(5, 40)
    return replace(
        problem,
        open=opens, close=closes, priority=np.ones(rides, np.int64), allowed=random.random((rides, 3)) < 0.7,
        back=problem.leave + random.integers(60, 200, 3), max_rides=random.integers(0, 3, 3),
        breaks=(Break(0, 100.0, 120.0, 40.0), Break(1, 90.0, 90.0, 60.0)), exclusive=((1, 2),),
        pairs=(Pair(0, 1, mode),) if mode else (),
    )  # fmt: skip


@pytest.mark.parametrize("mode", [None, *PairMode])
def test_a_promise_can_be_driven_exactly_if_the_best_of_all_plans_drives_it(mode):
    told = []
    for seed in range(40):
        problem = promise(seed, mode)
        told.append(can_be_driven(problem))
        assert told[-1] == (best_value(problem)[0] == problem.rides), seed
    assert {True, False} == set(told)

"""Parts that a duty cannot drive: what holds one is never drivable, and the best plan stays the best without them."""

from itertools import combinations, product

import numpy as np
import pytest

from matching.routing.solvers.conflicts import Conflicts
from matching.routing.solvers.set_orders import best_order
from matching.routing.solvers.sets_of_duty import narrowed
from tests.routing.days import day, full_day

RIDES = 6


@pytest.mark.parametrize("make", [day, full_day])
@pytest.mark.parametrize("seed", [2, 3, 5])  # whose ways are straight to the last digit
def test_a_set_that_holds_such_a_part_has_no_order(make, seed):
    problem = make(seed, rides=RIDES, duties=2)
    windows, found = narrowed(problem), 0
    conflicts = Conflicts(problem, windows)
    for duty, some in product(range(2), [*combinations(range(RIDES), 3), *combinations(range(RIDES), 4)]):
        mask = sum(1 << ride for ride in some)
        if any(bool(mask >> pair.out & 1) != bool(mask >> pair.home & 1) for pair in problem.pairs):
            continue  # no set that is looked at has one half of a promise alone
        part = conflicts.within(duty, mask)
        if part is not None:
            found += 1
            assert part & mask == part != mask
            assert best_order(problem, duty, mask, windows) is None
    assert found


def test_where_a_detour_is_shorter_than_the_direct_way_nothing_is_claimed():
    problem = day(1, rides=3, duties=1)
    problem.minutes[0, 1] = 500.0
    problem.minutes[1, 0] = 500.0
    conflicts = Conflicts(problem, narrowed(problem))
    assert all(conflicts.within(0, mask) is None for mask in range(1, 8))
    assert np.isfinite(problem.minutes).all()

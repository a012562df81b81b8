"""A few rides of a large day are a small day, told in the numbers of the large one."""

import pytest

from matching.rides.part import lean, only
from matching.routing.problem import Budget
from matching.routing.solvers import every_set
from matching.routing.verify import verify_plan
from tests.routing.days import full_day


def proven(problem):
    return every_set.solve(problem, Budget(60.0), 1, lambda _best, _bound: None)


@pytest.mark.parametrize("seed", range(6))
def test_a_part_of_a_day_is_told_in_the_numbers_of_the_day(seed):
    whole = full_day(seed, rides=7)
    paired = {one for pair in whole.pairs for one in (pair.out, pair.home)}
    part = only(whole, sorted({ride for ride in range(whole.rides) if ride % 3} | paired))
    small = lean(part)
    assert len(small.problem.open) < len(whole.open)
    plan = small.told(proven(small.problem))
    assert verify_plan(part, plan) == []
    assert [tier.value for tier in plan.tiers] == pytest.approx([tier.value for tier in proven(part).tiers])


def test_known_orders_go_into_a_part_without_who_is_not_of_it():
    whole = full_day(2, rides=7)
    plan = proven(whole)
    orders = {route.duty: route.nodes[1:-1] for route in plan.routes if len(route.nodes) > 2}
    gone = next(ride for ride in range(whole.rides) if ride not in plan.unserved)
    small = lean(only(whole, [ride for ride in range(whole.rides) if ride != gone]))
    back = {
        int(small.duties[duty]): tuple(small.nodes[list(order)].tolist())
        for duty, order in small.orders(orders).items()
    }
    ends = {int(whole.pickup[gone]), int(whole.drop[gone])}
    left = {duty: tuple(node for node in order if node not in ends) for duty, order in orders.items()}
    assert back == {duty: order for duty, order in left.items() if order}

"""Times of an order: as early as can be, and nobody waits on board where that can be had."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.routing.problem import Break, Plan, RideTier, RoutingProblem
from matching.routing.schedule import route_of
from matching.routing.verify import plan_cost, verify_plan
from tests.routing.days import day


def line(**changed) -> RoutingProblem:
    """Two rides on a street: up at 1 and 2 (nodes 0, 1), down at 3 and 4 (nodes 2, 3), base at 0 (node 4)."""
    at = np.array([10.0, 20.0, 30.0, 40.0, 0.0])
    way = np.abs(at[:, None] - at[None])
    base = RoutingProblem(
        open=np.zeros(5), close=np.full(5, 500.0), service=np.zeros(5), minutes=way, cost=way,
        pickup=np.array([0, 1]), drop=np.array([2, 3]), load=np.ones((2, 1), np.int64), max_ride=np.full(2, np.inf),
        priority=np.ones(2, np.int64), must=np.zeros(2, np.bool_), start=np.array([4]), end=np.array([4]),
        leave=np.zeros(1), back=np.full(1, 500.0), max_minutes=np.full(1, np.inf), capacity=np.array([[4]]),
        fixed_cost=np.zeros(1), max_rides=np.array([9]),
    )  # fmt: skip
    return replace(base, **changed)


def begins(problem: RoutingProblem, *nodes: int) -> list[float] | None:
    route = route_of(problem, 0, (4, *nodes, 4), tuple(node for node in nodes if node < 2))
    return None if route is None else [pytest.approx(t) for t in route.begins]


def test_without_windows_a_car_leaves_as_soon_as_it_may():
    assert begins(line(), 0, 1, 2, 3) == [0, 10, 20, 30, 40, 80]


def test_who_would_wait_on_board_for_a_window_is_picked_up_later():
    problem = line(open=np.array([0.0, 100, 0, 0, 0]))
    assert begins(problem, 0, 1, 2, 3) == [80, 90, 100, 110, 120, 160]


def test_a_wait_that_a_window_forces_is_borne():
    problem = line(open=np.array([0.0, 100, 0, 0, 0]), close=np.array([50.0, 500, 500, 500, 500]))
    assert begins(problem, 0, 1, 2, 3) == [40, 50, 100, 110, 120, 160]


def test_a_ride_limit_that_no_times_keep_leaves_none():
    problem = line(open=np.array([0.0, 100, 0, 0, 0]), close=np.array([50.0, 500, 500, 500, 500]))
    assert begins(replace(problem, max_ride=np.array([50.0, 50.0])), 0, 1, 2, 3) is None


def test_a_pause_stands_where_nobody_is_on_board():
    problem = line(breaks=(Break(0, 30.0, 60.0, 20.0),))
    route = route_of(problem, 0, (4, 0, 2, 1, 3, 4), (0, 1))
    assert route is not None
    assert route.begins[3] - route.begins[2] >= 30 or route.begins[0] >= 50


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10_000), st.permutations(range(6)))
def test_times_of_any_order_are_sound_where_there_are_any(seed, order):
    problem = replace(day(seed, rides=3, duties=1), capacity=np.array([[9, 9]]))
    place = {node: k for k, node in enumerate(order)}
    nodes = [node for node in order if node < 3 or place[node - 3] < place[node]]
    rides = tuple(ride for ride in range(3) if ride + 3 in nodes)
    nodes = [node for node in nodes if node % 3 in rides]
    route = route_of(problem, 0, (6, *nodes, 6), rides)
    if route is None:
        return
    left = tuple(ride for ride in range(3) if ride not in rides)
    plan = Plan("feasible", (route,), left, ())
    classes = sorted(set(problem.priority.tolist()), reverse=True)
    served = [float(sum(problem.priority[ride] == one for ride in rides)) for one in classes]
    tiers = tuple(RideTier("", value, value) for value in (*served, plan_cost(problem, plan)))
    assert verify_plan(problem, replace(plan, tiers=tiers)) == []


def test_who_can_be_back_before_the_break_does_not_wait_for_it_outside():
    assert begins(line(breaks=(Break(0, 90.0, 90.0, 30.0),)), 0, 1, 2, 3)[-1] == 80

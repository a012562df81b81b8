"""The judge names each thing that is wrong with a plan, and nothing of one that is sound."""

from dataclasses import replace

import numpy as np
import pytest

from matching.routing.problem import Break, Pair, PairMode, Plan, RideTier, Route, RoutingProblem
from matching.routing.verify import verify_plan

AT = np.array([1.0, 3.0, 3.0, 1.0, 0.0, 0.0])
"""Points on a line: pick-ups at 1 and 3, drops at 3 and 1, the base at 0; a minute a unit."""
WAYS = np.abs(AT[:, None] - AT[None])


def day(**changes):
    """Two rides, out and home again, and one duty of a car with two seats."""
    usual = RoutingProblem(
        open=np.zeros(6),
        close=np.full(6, 100.0),
        service=np.array([1.0, 1, 1, 1, 0, 0]),
        minutes=WAYS,
        cost=WAYS,
        pickup=np.array([0, 1]),
        drop=np.array([2, 3]),
        load=np.array([[1, 0], [1, 0]]),
        max_ride=np.array([2.0, 5.0]),
        priority=np.array([1, 1]),
        must=np.zeros(2, np.bool_),
        start=np.array([4]),
        end=np.array([5]),
        leave=np.array([0.0]),
        back=np.array([50.0]),
        max_minutes=np.array([20.0]),
        capacity=np.array([[2, 1]]),
        fixed_cost=np.array([10.0]),
        max_rides=np.array([4]),
    )
    return replace(usual, **changes)


NODES = (4, 0, 2, 1, 3, 5)
BEGINS = (0.0, 1.0, 4.0, 10.0, 13.0, 15.0)


def plan(nodes=NODES, begins=BEGINS, unserved=(), values=(2.0, 16.0), **changes):
    route = Route(0, nodes, begins, begins)
    tiers = tuple(RideTier(str(i), value, value) for i, value in enumerate(values))
    return replace(Plan("optimal", (route,), unserved, tiers), **changes)


def wrong(problem=None, **changes):
    return "; ".join(verify_plan(problem or day(), plan(**changes)))


def test_a_sound_plan_passes():
    assert wrong() == ""


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"close": np.array([0.5, 100, 100, 100, 100, 100])}, "outside"),
        ({"open": np.array([0, 0, 0, 20.0, 0, 0])}, "outside"),
        ({"max_ride": np.array([1.0, 5])}, "on board for"),
        ({"max_minutes": np.array([14.0])}, "takes 15 minutes"),
        ({"back": np.array([14.0])}, "back too late"),
        ({"leave": np.array([1.0])}, "leaves too early"),
        ({"capacity": np.array([[0, 1]])}, "too many on board"),
        ({"max_rides": np.array([1])}, "more than 1"),
        ({"allowed": np.array([[True], [False]])}, "ride 1 is not for it"),
        ({"breaks": (Break(0, 2.0, 3.0, 5.0),)}, "break"),
        ({"breaks": (Break(0, 4.0, 8.0, 6.0),)}, "break"),
        ({"must": np.array([True, True]), "max_ride": np.array([0.5, 5])}, "on board for"),
        ({"fixed_cost": np.array([11.0])}, "tiers"),
    ],
)
def test_every_rule_that_is_broken_is_named(changes, word):
    assert word in wrong(day(**changes))


@pytest.mark.parametrize(
    "pause", [Break(0, 5.0, 5.0, 5.0), Break(0, 0.0, 9.0, 4.0), Break(0, 16.0, 20.0, 60.0), Break(0, -10.0, 0.0, 10.0)]
)
def test_a_break_fits_between_stops_with_nobody_on_board_and_before_and_after_the_run(pause):
    assert wrong(day(breaks=(pause,))) == ""


@pytest.mark.parametrize(
    ("mutated", "word"),
    [
        ({"begins": (0.0, 1.0, 3.5, 10.0, 13.0, 15.0)}, "before it is reached"),
        ({"nodes": (4, 2, 0, 1, 3, 5)}, "dropped before"),
        ({"nodes": (4, 0, 2, 1, 1, 5)}, "visited"),
        ({"nodes": (4, 0, 2, 5), "begins": (0.0, 1.0, 4.0, 15.0)}, "ride 1 is served"),
        ({"nodes": (5, 0, 2, 1, 3, 5)}, "does not begin"),
        ({"unserved": (1,)}, "left behind, yet visited"),
        ({"values": (2.0, 15.0)}, "tiers"),
        ({"values": (1.0, 16.0)}, "tiers"),
        ({"values": (16.0,)}, "tiers"),
    ],
)
def test_every_mutated_plan_is_refused(mutated, word):
    assert word in wrong(**mutated)


def test_who_must_be_served_and_is_not_is_named():
    told = wrong(
        day(must=np.array([False, True])),
        nodes=(4, 0, 2, 5),
        begins=(0.0, 1.0, 4.0, 8.0),
        unserved=(1,),
        values=(1.0, 16.0),
    )
    assert told == "ride 1 must be served"


def test_out_and_home_are_both_or_neither_and_as_they_are_promised():
    both = day(pairs=(Pair(0, 1, PairMode.DRIVER_WAITS),))
    assert wrong(both) == ""
    half = wrong(both, nodes=(4, 0, 2, 5), begins=(0.0, 1.0, 4.0, 8.0), unserved=(1,), values=(1.0, 16.0))
    assert "only one is served" in half
    backwards = day(pairs=(Pair(1, 0, PairMode.DRIVER_WAITS),))
    assert "nobody waits" in wrong(backwards)
    assert wrong(day(pairs=(Pair(1, 0, PairMode.SAME_CAR),))) == ""


def two_duties(**changes):
    ways = np.abs(np.append(AT, [0.0, 0.0])[:, None] - np.append(AT, [0.0, 0.0])[None])
    return day(
        open=np.zeros(8),
        close=np.full(8, 100.0),
        service=np.array([1.0, 1, 1, 1, 0, 0, 0, 0]),
        minutes=ways,
        cost=ways,
        start=np.array([4, 6]),
        end=np.array([5, 7]),
        leave=np.zeros(2),
        back=np.full(2, 50.0),
        max_minutes=np.full(2, 20.0),
        capacity=np.array([[2, 1], [2, 1]]),
        fixed_cost=np.full(2, 10.0),
        max_rides=np.array([4, 4]),
        **changes,
    )


SPLIT = (
    Route(0, (4, 0, 2, 5), (0.0, 1.0, 4.0, 8.0), (0.0, 1.0, 4.0, 8.0)),
    Route(1, (6, 1, 3, 7), (0.0, 10.0, 13.0, 15.0), (0.0, 10.0, 13.0, 15.0)),
)
SPLIT_TIERS = (RideTier("0", 2.0, 2.0), RideTier("1", 32.0, 32.0))


def test_duties_that_exclude_each_other_are_not_both_used():
    split = plan(routes=SPLIT, tiers=SPLIT_TIERS)
    assert verify_plan(two_duties(), split) == []
    assert "more than one is used" in "; ".join(verify_plan(two_duties(exclusive=((0, 1),)), split))


def test_the_same_car_is_one_duty():
    split = plan(routes=SPLIT, tiers=SPLIT_TIERS)
    told = verify_plan(two_duties(pairs=(Pair(0, 1, PairMode.SAME_CAR),)), split)
    assert "not in the same car" in "; ".join(told)
    assert verify_plan(two_duties(pairs=(Pair(0, 1),)), split) == []

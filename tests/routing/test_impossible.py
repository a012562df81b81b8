"""Bad input: what cannot be driven is named with its reason, and the rest of the day is planned."""

from dataclasses import replace

import numpy as np
import pytest

from matching.routing.impossible import impossible, sound, surely_late, without
from matching.routing.problem import Break, Pair, PairMode, RoutingProblem
from matching.routing.schedule import route_of
from matching.routing.solvers import solve_rides
from matching.routing.verify import verify_plan
from tests.routing.days import day

RIDE = 2


def easy() -> RoutingProblem:
    """A day on which everybody can be driven."""
    problem = day(4, rides=6, duties=2)
    return replace(
        problem, max_rides=np.array([6, 6]), leave=np.zeros(2), back=np.full(2, 900.0), max_minutes=np.full(2, 900.0)
    )


def changed(field: str, value: float) -> RoutingProblem:
    """The easy day with one number of ride 2 (or of its pick-up) changed."""
    problem = easy()
    column = np.array(getattr(problem, field), copy=True)
    column[RIDE] = value
    return replace(problem, **{field: column})


def cut_off(way: float) -> RoutingProblem:
    """The easy day with these minutes to and from the pick-up of ride 2."""
    problem = easy()
    minutes = problem.minutes.copy()
    minutes[RIDE, :] = minutes[:, RIDE] = way
    return sound(replace(problem, minutes=minutes))


def test_on_an_easy_day_everybody_could_be_driven():
    assert impossible(easy()) == {}


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (changed("close", -5.0), "times"),
        (changed("max_ride", 0.5), "times"),
        (changed("max_ride", np.nan), "numbers"),
        (changed("service", -3.0), "numbers"),
        (changed("open", np.nan), "numbers"),
        (changed("load", 7), "too_many"),
        (replace(easy(), allowed=np.arange(6)[:, None] != np.array([RIDE, RIDE])), "no_duty"),
        (cut_off(np.inf), "no_way"),
        (cut_off(np.nan), "no_way"),
        (cut_off(-4.0), "no_way"),
    ],
)
def test_one_impossible_ride_is_told_with_its_reason_and_the_others_are_driven(problem, why):
    assert impossible(problem) == {RIDE: why}
    plan = solve_rides(problem, 0.3)
    assert plan.unserved == (RIDE,)
    assert plan.status != "infeasible"
    assert verify_plan(without(problem, {RIDE}), plan) == []


def test_a_promised_ride_that_is_impossible_makes_the_plan_infeasible_but_not_empty():
    problem = changed("max_ride", 0.5)
    plan = solve_rides(replace(problem, must=np.arange(6) == RIDE), 0.3)
    assert plan.status == "infeasible"
    assert plan.unserved == (RIDE,)


def test_who_cannot_come_home_does_not_go_out():
    problem = replace(changed("max_ride", 0.5), pairs=(Pair(0, RIDE, PairMode.FREE),))
    assert solve_rides(problem, 0.3).unserved == (0, RIDE)


def test_without_any_duty_every_ride_is_told():
    assert impossible(day(1, rides=3, duties=0)) == {0: "no_duty", 1: "no_duty", 2: "no_duty"}
    assert solve_rides(day(1, rides=3, duties=0), 0.3).unserved == (0, 1, 2)


def test_a_duty_whose_hours_are_no_number_is_not_driven():
    problem = easy()
    assert set(impossible(sound(replace(problem, leave=np.full(2, np.nan)))).values()) == {"no_duty"}
    plan = solve_rides(replace(problem, leave=np.array([np.nan, 0.0])), 0.3)
    assert {route.duty for route in plan.routes} == {1}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_surely_late_has_no_times(seed):
    random = np.random.default_rng(seed)
    problem = day(seed, rides=6, duties=4)
    pauses = tuple(Break(d, at, at + slack, long) for d, (at, slack, long) in enumerate(random.uniform(0, 99, (4, 3))))
    problem = replace(problem, breaks=pauses, back=problem.leave + random.integers(40, 250, 4))
    late = surely_late(problem, np.arange(4))
    for ride, duty in np.argwhere(late):
        ends = (problem.start[duty], problem.pickup[ride], problem.drop[ride], problem.end[duty])
        assert route_of(problem, int(duty), tuple(map(int, ends)), (int(ride),)) is None
    assert late.any() and not late.all()

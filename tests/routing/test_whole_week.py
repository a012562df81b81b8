"""A week that shares its drivers: orders, pairs of rides and who drives whom are what looking at everything says."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from matching.routing.problem import Break, PairMode
from matching.routing.schedule import route_of
from matching.routing.solvers.arrange import Arranger
from matching.routing.solvers.set_orders import best_order
from matching.routing.solvers.sets_of_duty import narrowed
from matching.routing.solvers.two_rides import two_rides
from matching.routing.solvers.whole_week import Lore, WeekCars
from matching.routing.week import Shared, Week, verify_week
from tests.routing.days import full_day


def a_day(seed, rides=5, duties=2):
    """A day with every rule; its pause is at a fixed time, and a way by one more stop is never shorter."""
    problem = full_day(seed, rides, duties)
    ways = problem.minutes + 0.01  # the rounding of random ways may make one longer than a detour
    np.fill_diagonal(ways, 0.0)
    return replace(problem, minutes=ways, cost=ways, breaks=(Break(0, 120.0, 120.0, 30.0),))


def drives(problem, duty, rides):
    """Whether any order of the rides has times."""
    return best_order(problem, duty, sum(1 << ride for ride in rides), narrowed(problem)) is not None


def subsets(rides, most):
    return [some for size in range(1, most + 1) for some in combinations(range(rides), size)]


@pytest.mark.parametrize("seed", range(12))
def test_an_order_is_found_exactly_where_there_is_one(seed):
    problem = a_day(seed)
    asked = Arranger(problem)
    for duty, some in product(range(problem.duties), subsets(problem.rides, 4)):
        if (problem.load[list(some)] > problem.capacity[duty]).any():
            continue
        found = asked.order(duty, some)
        assert (found is not None) == drives(problem, duty, some), (duty, some)
        if found is not None:
            ends = (int(problem.start[duty]), *found, int(problem.end[duty]))
            assert route_of(problem, duty, ends, some) is not None


@pytest.mark.parametrize("seed", range(12))
def test_two_rides_told_apart_are_in_no_order_together(seed):
    problem = a_day(seed, rides=6)
    both = two_rides(problem, narrowed(problem))
    apart = [(d, i, j) for d in range(problem.duties) for i, j in combinations(range(6), 2) if not both[d, i, j]]
    assert apart
    assert not any(drives(problem, duty, pair) for duty, *pair in apart)
    assert both.any()


def everyone_by_hand(week, wanted):
    """Whether some choice of duties drives all wanted rides, by looking at every one of them."""
    choices = [
        [
            dict(zip(rides, duties, strict=True))
            for duties in product(range(day.duties), repeat=len(rides))
            if day_works(day, dict(zip(rides, duties, strict=True)))
        ]
        for day, rides in zip(week.days, wanted, strict=True)
    ]
    return any(all(within(one, picked) for one in week.shared) for picked in product(*choices))


def day_works(day, duty_of):
    used = {duty: [ride for ride, d in duty_of.items() if d == duty] for duty in set(duty_of.values())}
    if any(sum(duty in used for duty in group) > 1 for group in day.exclusive):
        return False
    if any(p.mode is not PairMode.FREE and duty_of.get(p.out) != duty_of.get(p.home) for p in day.pairs):
        return False
    if any(not day.allowed[ride, duty] for ride, duty in duty_of.items()):
        return False
    return all(len(rides) <= day.max_rides[duty] and drives(day, duty, rides) for duty, rides in used.items())


def within(one, picked):
    mine = set(one.duties)
    taken = sum(
        int(one.weight[day][ride]) for day, of in enumerate(picked) for ride, d in of.items() if (day, d) in mine
    )
    return taken <= one.most


def a_week(seed):
    """Two days of three duties; the first driver offers few rides over both, some of which count twice."""
    days = tuple(a_day(seed * 2 + number, rides=4, duties=3) for number in range(2))
    weight = tuple(np.random.default_rng(seed + n).integers(1, 3, 4) for n in range(2))
    return Week(days, (Shared(((0, 0), (1, 0)), weight, 3), Shared(((0, 1), (1, 1)), weight, 2)))


@pytest.mark.parametrize("seed", range(30))
def test_a_week_is_carried_exactly_where_looking_at_everything_finds_a_way(seed):
    week = a_week(seed)
    cars = WeekCars(week, [[f"{number}:{ride}" for ride in range(4)] for number in range(2)], [Lore(), Lore()])
    for wanted in ([[0, 1], [2, 3]], [[0, 1, 2], [0]], [[3], [1, 2, 3]], [[0, 1, 2, 3], [0, 1, 2, 3]]):
        whole = [close(day, rides) for day, rides in zip(week.days, wanted, strict=True)]
        bits = [sum(1 << ride for ride in rides) for rides in whole]
        plans = cars.carry(bits)
        assert (plans is not None) == everyone_by_hand(week, whole)
        if plans is not None:
            assert verify_week(week, plans, bits) == []
        else:
            groups = [[1 << ride if day == number else 0 for day in range(2)] for number, ride in flat(whole)]
            core = [flat(whole)[at] for at in cars.too_many(groups)]
            left = [close(day, [r for n, r in core if n == number]) for number, day in enumerate(week.days)]
            assert not everyone_by_hand(week, left)


def close(day, rides):
    """With the other half of every promise."""
    more = {half for p in day.pairs for half in (p.out, p.home) if {p.out, p.home} & set(rides)}
    return sorted(set(rides) | more)


def flat(wanted):
    return [(number, ride) for number, rides in enumerate(wanted) for ride in rides]


def test_what_was_found_out_of_a_day_helps_with_another_part_of_it():
    week, lore = a_week(1), [Lore(), Lore()]
    names = [[f"{number}:{ride}" for ride in range(4)] for number in range(2)]
    first = WeekCars(week, names, lore).carry([0b0011, 0b1000])
    assert first == WeekCars(week, names, lore).carry([0b0011, 0b1000])
    assert first == WeekCars(week, names, [Lore(), Lore()]).carry([0b0011, 0b1000])

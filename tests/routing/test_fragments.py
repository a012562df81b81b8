"""Days of equal duties are proven: against trying everything, against the other exact solver, and known best plans."""

import csv
import sys
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from matching.errors import NoAnswerError
from matching.exchange.instances.cordeau import read_cordeau
from matching.routing.problem import Break, Budget, Pair
from matching.routing.schedule import route_of
from matching.routing.solvers import every_set, fragments, solve_rides
from matching.routing.solvers.fragments import bounds
from matching.routing.solvers.fragments.bounds import Prices
from matching.routing.solvers.fragments.day import loops_of
from matching.routing.solvers.fragments.generate import Field
from matching.routing.solvers.fragments.master import parts_of
from matching.routing.solvers.fragments.order import order_of
from matching.routing.solvers.fragments.root import all_of
from matching.routing.solvers.fragments.situations import least_of, situations_of
from matching.routing.solvers.fragments.stretches import stretches_of, wanted_of
from matching.routing.verify import verify_plan
from tests.routing.best_by_hand import best_value
from tests.routing.days import day, full_day

DATA = Path(__file__).parents[2].parent / "shared/data/darp"


FREE = Prices(np.zeros(7), 0.0, np.zeros(0), np.zeros((0, 2), np.uint64))


def quiet(_best, _bound):
    pass


def equal_day(seed, rides=5, duties=2, minutes=900.0):
    """A day whose duties are all alike, long enough for everybody; the last node is their base."""
    base = day(seed, rides, duties)
    alike = np.full(duties, 2 * rides)
    return replace(
        base, start=alike, end=alike, leave=np.zeros(duties), back=np.full(duties, 400.0),
        max_minutes=np.full(duties, minutes), max_rides=np.full(duties, rides), priority=np.ones(rides, np.int64),
        load=np.stack([base.load[:, 0], base.load[:, 1]], 1), must=np.ones(rides, np.bool_),
    )  # fmt: skip


def served_by_two(count, rides, minutes=900.0):
    """So many days on which everybody can be served."""
    found, seed = [], 0
    while len(found) < count:
        problem = equal_day(seed, rides, minutes=minutes)
        with suppress(NoAnswerError):
            fragments.solve(problem, Budget(60), 0, quiet)
            found.append(problem)
        seed += 1
    return found


def test_a_small_day_is_the_best_of_all():
    for problem in served_by_two(8, rides=4):
        plan = fragments.solve(problem, Budget(60), 0, quiet)
        assert plan.status == "optimal"
        assert verify_plan(problem, plan) == []
        assert plan.tiers[-1].value == pytest.approx(-best_value(problem)[-1], abs=1e-6)


def test_duties_that_may_not_last_long_are_the_best_of_all():
    for problem in served_by_two(8, rides=4, minutes=210.0):
        plan = fragments.solve(problem, Budget(60), 0, quiet)
        assert plan.status == "optimal"
        assert verify_plan(problem, plan) == []
        assert plan.tiers[-1].value == pytest.approx(-best_value(problem)[-1], abs=1e-6)


def test_where_time_is_up_between_two_halves_of_a_split_nothing_is_claimed_of_the_other(monkeypatch):
    from matching.routing.solvers.fragments import finish as function

    module = sys.modules[function.__module__]
    clock = iter([0.0, 2.0])
    monkeypatch.setattr(module.time, "process_time", lambda: next(clock))
    monkeypatch.setattr(module, "_below", lambda hoped, *_: module.Best((), 9.0, hoped))
    field, master = SimpleNamespace(agreeing=lambda _: None), SimpleNamespace(only=lambda _: None)
    watch = module.Watch(1.0, 1.0, lambda: False, quiet, quiet)
    told = module._both((0, 1), 9.0, master, field, None, module.Best((), 9.0, 5.0), watch)
    assert (told.cost, told.bound, told.proven) == (9.0, 5.0, False)


@pytest.mark.parametrize("seed", range(4))
def test_two_ways_to_prove_agree(seed):
    problem = equal_day(seed, rides=11, duties=4)
    other = every_set.solve(problem, Budget(60), 0, quiet)
    if other.unserved:
        with pytest.raises(NoAnswerError):
            fragments.solve(problem, Budget(60), 0, quiet)
        return
    one = fragments.solve(problem, Budget(60), 0, quiet)
    assert one.status == other.status == "optimal"
    assert one.tiers[-1].value == pytest.approx(other.tiers[-1].value, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_every_stretch_is_found_and_its_times_are_those_of_its_best_order(seed):
    problem = equal_day(seed, rides=3)
    loops = loops_of(problem)
    here = situations_of(loops)
    table = all_of(loops, here, 3, 10_000)
    found = {}
    for one in table:
        key = int(one["low"]), int(one["first"]), int(one["last"])
        found[key] = min(found.get(key, np.inf), float(one["cost"]))
    assert found == pytest.approx(stretches_by_hand(problem), abs=1e-9)
    for one in table:
        stops = order_of(loops, here, one)
        assert parts_of(tuple(stops.tolist())) == (int(one["low"]),)


@pytest.mark.parametrize("seed", range(12))
def test_what_situations_tell_is_never_too_much_and_no_stretch_of_a_cheap_tour_is_left_out(seed):
    loops, random = loops_of(equal_day(seed, rides=7, duties=3)), np.random.default_rng(seed)
    here = situations_of(loops)
    prices = Prices(random.uniform(0, 40, 7), -random.uniform(0, 5), np.zeros(0), np.zeros((0, 2), np.uint64))
    least, table = least_of(loops, here, prices), all_of(loops, here, 7, 1_000_000)
    field = Field(loops, bounds.links_of(loops), table, bounds.starts_of(table, 7))
    priced, sweeps = field.at(prices)
    through = least_by_hand(loops, table, priced.cost, prices)
    assert least.whole <= min(0.0, through.min()) + 1e-9
    assert (field.through(priced, sweeps) <= through + 1e-9).all()
    for limit in np.quantile(through, [0.05, 0.5]):
        made = stretches_of(loops, here, wanted_of(least, limit, 7), 1_000_000)
        assert told(table[through < limit]) <= told(made)


def least_by_hand(loops, table, cost, prices):
    """What the cheapest tour through each stretch costs that takes nobody twice."""
    out, base = np.full(len(table), np.inf), 2 * len(loops.limit)

    def go(stop, time, paid, chain):
        taken = sum(int(table["low"][row]) for row in chain)
        if chain:
            out[chain] = np.minimum(out[chain], paid + loops.cost[stop, base + 1])
        for row in np.flatnonzero(table["low"] & taken == 0).tolist():
            one = table[row]
            then = 2 * int(one["first"])
            arrives = max(time + loops.way[stop, then], loops.opens[then]) if chain else loops.opens[then]
            if arrives <= one["latest"] + 1e-7:
                end = max(float(one["soonest"]), arrives + float(one["minutes"]))
                go(2 * int(one["last"]) + 1, end, paid + loops.cost[stop, then] + cost[row], [*chain, row])

    go(base, 0.0, loops.fixed - prices.duty, [])
    return out


def told(table):
    """Stretches as plain numbers; costs and times to a thousandth."""
    numbers = (table[name].round(3) for name in ("cost", "latest", "soonest", "minutes"))
    people = (table[name] for name in ("low", "high", "first", "last"))
    return set(zip(*(column.tolist() for column in (*people, *numbers)), strict=True))


def test_stretches_of_few_people_are_all_there_are_of_them():
    loops = loops_of(equal_day(5, rides=7, duties=3))
    here = situations_of(loops)
    every = all_of(loops, here, 7, 1_000_000)
    few = all_of(loops, here, 1, 1_000_000)
    none = stretches_of(loops, here, wanted_of(least_of(loops, here, FREE), -1.0, 7), 1_000_000)
    assert len(none) == 0 < len(few) < len(every)
    assert told(few) == told(every[np.bitwise_count(every["low"]) <= 1])


def stretches_by_hand(problem):
    """The least cost of each set of rides, first and last ride, over all orders that have times and are never empty."""
    found = {}
    bases = np.zeros(len(problem.minutes))
    free = replace(problem, minutes=problem.minutes.copy(), cost=problem.cost.copy())
    free.cost[2 * problem.rides], free.cost[:, 2 * problem.rides] = bases, bases
    for count in range(1, problem.rides + 1):
        for order in permutations(range(2 * problem.rides), 2 * count):
            rides = {stop // 2 for stop in order}
            whole = len(rides) == count and all(order.index(2 * r) < order.index(2 * r + 1) for r in rides)
            if not whole or len(parts_of(order)) > 1 or not room(problem, order):
                continue
            nodes = [int((problem.pickup, problem.drop)[stop % 2][stop // 2]) for stop in order]
            route = route_of(free, 0, (2 * problem.rides, *nodes, 2 * problem.rides), tuple(rides))
            if route is None:
                continue
            cost = sum(float(problem.cost[a, b]) for a, b in pairwise(nodes))
            key = sum(1 << r for r in rides), order[0] // 2, order[-1] // 2
            found[key] = min(found.get(key, np.inf), cost)
    return found


def room(problem, order):
    on = np.zeros(problem.load.shape[1], np.int64)
    for stop in order:
        on = on + (1 - 2 * (stop % 2)) * problem.load[stop // 2]
        if (on > problem.capacity[0]).any():
            return False
    return True


def test_days_with_rules_it_does_not_know_are_left_to_others():
    assert fragments.supports(equal_day(1))
    assert not fragments.supports(day(1))
    assert not fragments.supports(full_day(1))
    assert not fragments.supports(replace(equal_day(1), breaks=(Break(0, 10.0, 20.0, 5.0),)))
    assert not fragments.supports(replace(equal_day(1), pairs=(Pair(0, 1),)))
    assert not fragments.supports(replace(equal_day(1), max_rides=np.array([2, 2])))


def test_two_rides_from_one_point_at_once_are_left_to_others():
    problem = equal_day(1)
    way = problem.minutes.copy()
    way[1], way[:, 1] = way[0], way[:, 0]
    with pytest.raises(NoAnswerError):
        fragments.solve(replace(problem, minutes=way, cost=way, service=problem.service * 0), Budget(60), 0, quiet)


def test_with_hardly_any_time_there_is_a_plan_with_a_bound():
    problem = served_by_two(1, rides=6)[0]
    short, whole = (fragments.solve(problem, Budget(seconds), 0, quiet) for seconds in (1e-6, 60))
    assert verify_plan(problem, short) == []
    assert short.tiers[-1].bound <= whole.tiers[-1].value <= short.tiers[-1].value


def test_the_same_day_gives_the_same_plan():
    problem = served_by_two(1, rides=6)[0]
    one, other = (fragments.solve(problem, Budget(60), 0, quiet) for _ in range(2))
    assert one == other


@pytest.mark.skipif(not DATA.is_dir(), reason="the public instances are not at hand")
@pytest.mark.parametrize("name", ["a2-16", "a4-48", "a5-50", "b2-20", "b3-24", "b5-40"])
def test_published_instances_are_proven_at_their_known_best(name):
    with (DATA / "bks.csv").open(encoding="utf-8") as file:
        known = {row["instance"]: float(row["best_known_cost"]) for row in csv.DictReader(file)}
    problem = read_cordeau(DATA / f"{name}.txt")
    plan = solve_rides(problem, 60)
    assert plan.status == "optimal"
    assert plan.tiers[-1].value == pytest.approx(known[name], abs=0.01)

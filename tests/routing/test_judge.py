"""The judge refuses every plan that was spoiled, in whatever way; and easing a rule never makes the best plan worse."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.routing.problem import Budget, Plan, RideTier, Route, RoutingProblem
from matching.routing.solvers import every_set
from matching.routing.verify import verify_plan
from tests.routing.days import full_day

Spoil = Callable[[RoutingProblem, Plan, Route, int], Plan]
"""Of a plan, one of its routes that carry somebody, and one of that route's stops (not a base)."""


def best(problem: RoutingProblem) -> Plan:
    return every_set.solve(problem, Budget(20.0), 0, lambda _best, _bound: None)


def value(plan: Plan) -> tuple[float, ...]:
    return (*(round(tier.value) for tier in plan.tiers[:-1]), -round(plan.tiers[-1].value, 4))


def instead(plan: Plan, old: Route, *new: Route) -> Plan:
    return replace(plan, routes=tuple(one for route in plan.routes for one in (new if route is old else (route,))))


def at(route: Route, stop: int, minute: float) -> Route:
    return replace(route, begins=(*route.begins[:stop], minute, *route.begins[stop + 1 :]))


def moved(route: Route, stop: int, to: int) -> Route:
    nodes = list(route.nodes)
    nodes.insert(to, nodes.pop(stop))
    return replace(route, nodes=tuple(nodes))


def without_stop(route: Route, stop: int) -> Route:
    return Route(route.duty, *(tuple(np.delete(c, stop).tolist()) for c in (route.nodes, route.begins, route.arrives)))


def twice(route: Route, stop: int) -> Route:
    columns = (route.nodes, route.begins, route.arrives)
    return Route(route.duty, *((*column[: stop + 1], *column[stop:]) for column in columns))


def before_its_pick_up(problem: RoutingProblem, plan: Plan, route: Route, stop: int) -> Plan:
    ride = route.nodes[stop] % problem.rides
    on, off = route.nodes.index(ride), route.nodes.index(ride + problem.rides)
    return instead(plan, route, moved(route, off, on))


def tier_more(plan: Plan, which: int) -> Plan:
    tiers = list(plan.tiers)
    tiers[which] = replace(tiers[which], value=tiers[which].value + 1)
    return replace(plan, tiers=tuple(tiers))


SPOILS: dict[str, Spoil] = {
    "too late": lambda p, plan, r, k: instead(plan, r, at(r, k, float(p.close[r.nodes[k]]) + 1)),
    "too early": lambda p, plan, r, k: instead(plan, r, at(r, k, float(p.open[r.nodes[k]]) - 1)),
    "no time": lambda p, plan, r, k: instead(plan, r, at(r, k, np.nan)),
    "before it is reached": lambda p, plan, r, k: instead(
        plan,
        r,
        at(r, k, r.begins[k - 1] + float(p.service[r.nodes[k - 1]] + p.minutes[r.nodes[k - 1], r.nodes[k]]) - 0.01),
    ),
    "one end left out": lambda p, plan, r, k: instead(plan, r, without_stop(r, k)),
    "a stop twice": lambda p, plan, r, k: instead(plan, r, twice(r, k)),
    "off before on": before_its_pick_up,
    "a tour left out": lambda p, plan, r, k: instead(plan, r),
    "a tour twice": lambda p, plan, r, k: instead(plan, r, r, r),
    "from another base": lambda p, plan, r, k: instead(plan, r, replace(r, nodes=(r.nodes[k], *r.nodes[1:]))),
    "to another base": lambda p, plan, r, k: instead(plan, r, replace(r, nodes=(*r.nodes[:-1], r.nodes[k]))),
    "a node that is not there": lambda p, plan, r, k: instead(
        plan, r, replace(r, nodes=(*r.nodes[:k], 10_000, *r.nodes[k + 1 :]))
    ),
    "a negative node": lambda p, plan, r, k: instead(plan, r, replace(r, nodes=(*r.nodes[:k], -1, *r.nodes[k + 1 :]))),
    "a duty that is not there": lambda p, plan, r, k: instead(plan, r, replace(r, duty=p.duties)),
    "a time too few": lambda p, plan, r, k: instead(plan, r, replace(r, begins=r.begins[:-1])),
    "an arrival that is none": lambda p, plan, r, k: instead(plan, r, replace(r, arrives=(*r.arrives[:-1], np.nan))),
    "served and left": lambda p, plan, r, k: replace(plan, unserved=(*plan.unserved, r.nodes[k] % p.rides)),
    "somebody unknown left": lambda p, plan, r, k: replace(plan, unserved=(*plan.unserved, p.rides)),
    "one more served than is": lambda p, plan, r, k: tier_more(plan, 0),
    "a cost that is not so": lambda p, plan, r, k: tier_more(plan, -1),
    "an aim too many": lambda p, plan, r, k: replace(plan, tiers=(*plan.tiers, RideTier("x", 0.0, 0.0))),
}
RULES: dict[str, Callable[[RoutingProblem, Route, int], RoutingProblem]] = {
    "on board too long": lambda p, r, k: replace(p, max_ride=np.full(p.rides, -1.0)),
    "no room": lambda p, r, k: replace(p, capacity=np.zeros_like(p.capacity), load=np.maximum(p.load, 1)),
    "leaves too early": lambda p, r, k: replace(p, leave=np.full(p.duties, r.begins[0] + 1)),
    "back too late": lambda p, r, k: replace(p, back=np.full(p.duties, r.begins[-1] - 1)),
    "out too long": lambda p, r, k: replace(p, max_minutes=np.full(p.duties, r.begins[-1] - r.begins[0] - 1)),
    "too many trips": lambda p, r, k: replace(p, max_rides=np.zeros(p.duties, np.int64)),
    "not for this car": lambda p, r, k: replace(p, allowed=np.zeros((p.rides, p.duties), np.bool_)),
    "a longer way": lambda p, r, k: replace(p, minutes=p.minutes + 500.0),
    "no way": lambda p, r, k: replace(p, minutes=np.full_like(p.minutes, np.inf)),
    "a longer stop": lambda p, r, k: replace(p, service=p.service + 500.0),
    "dearer ways": lambda p, r, k: replace(p, cost=p.cost + 1.0),
    "a dearer car": lambda p, r, k: replace(p, fixed_cost=p.fixed_cost + 1.0),
}


@cache
def a_day(seed: int) -> tuple[RoutingProblem, Plan]:
    problem = full_day(seed)
    plan = best(problem)
    assert verify_plan(problem, plan) == []
    return problem, plan


@cache
def a_small_day(seed: int) -> tuple[RoutingProblem, Plan]:
    problem = full_day(seed, rides=4, duties=2)
    return problem, best(problem)


def drawn(seed: int, where: int) -> tuple[RoutingProblem, Plan, Route, int]:
    problem, plan = a_day(seed)
    routes = [route for route in plan.routes if len(route.nodes) > 2]
    if not routes:
        pytest.skip("nobody can be driven on that day")
    route = routes[where % len(routes)]
    return problem, plan, route, 1 + where % (len(route.nodes) - 2)


@pytest.mark.parametrize("how", SPOILS)
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 14), st.integers(0, 11))
def test_every_spoiled_plan_is_refused(how, seed, where):
    problem, plan, route, stop = drawn(seed, where)
    assert verify_plan(problem, SPOILS[how](problem, plan, route, stop))


@pytest.mark.parametrize("how", RULES)
@settings(max_examples=8, deadline=None)
@given(st.integers(0, 14), st.integers(0, 11))
def test_a_plan_of_a_day_whose_rules_have_become_stricter_is_refused(how, seed, where):
    problem, plan, route, stop = drawn(seed, where)
    assert verify_plan(RULES[how](problem, route, stop), plan)


EASINGS: dict[str, Callable[[RoutingProblem], RoutingProblem]] = {
    "earlier": lambda p: replace(p, open=p.open - 15),
    "later": lambda p: replace(p, close=p.close + 15),
    "longer on board": lambda p: replace(p, max_ride=p.max_ride + 10),
    "one more place": lambda p: replace(p, capacity=p.capacity + 1),
    "one more trip": lambda p: replace(p, max_rides=p.max_rides + 1),
    "longer hours": lambda p: replace(p, leave=p.leave - 30, back=p.back + 30),
    "a longer day": lambda p: replace(p, max_minutes=p.max_minutes + 30),
    "anybody in any car": lambda p: replace(p, allowed=None),
    "no breaks": lambda p: replace(p, breaks=()),
    "cars at once": lambda p: replace(p, exclusive=()),
    "no promises of out and home": lambda p: replace(p, pairs=()),
}


@pytest.mark.parametrize("how", EASINGS)
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 9))
def test_easing_a_rule_never_makes_the_best_plan_worse(how, seed):
    problem, before = a_small_day(seed)
    after = best(EASINGS[how](problem))
    assert (before.status, after.status) == ("optimal", "optimal")
    assert value(after) >= value(before)

"""Whom the plan leaves behind, and why: looked at once more alone, so that no reason is a guess."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from matching.domain.tour import Unserved
from matching.rides.best import can_be_driven
from matching.rides.duties import Offers
from matching.rides.helps import Effort, Hoped, excluded, helps
from matching.rides.part import Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.rides.solved import Solved
from matching.rides.told_tours import order_of
from matching.routing.problem import RoutingProblem

MOST_STEPS = 400_000
"""Of the search for what would help, in a day of usual size, the most pressing first."""
HOPELESS = frozenset({"no_way", "no_place", "nobody", "fixed_missing", "law"})
"""No change of times, cars or drivers helps here."""


def left_behind(posed: Posed, solved: Solved, until: float = inf) -> Iterator[Unserved]:
    """For every ride left behind: whether it could be driven alone, then the cars are full; else which rule it is.

    After a time (`process_time`), or where somebody interrupts, it is only told that nothing was found.
    """
    left = set(solved.plan.unserved)
    for unit in units(posed.problem):
        if left.isdisjoint(unit):
            continue
        code = "not_found"
        try:
            if time.process_time() < until:
                code = _why(posed.problem, unit, solved.status == "optimal")
        except KeyboardInterrupt:  # who interrupts wants to see the plan
            until = -inf
        for ride in unit:
            other = next((posed.rides[one].ride_id for one in unit if one != ride), "")
            yield Unserved(posed.rides[ride].ride_id, code, {"other": other} if code == "pair_alone" else {})


def hoped_of(whole: Posed, real: Offers, solved: Solved) -> Hoped:
    """The whole day for what would help, with who is driven, and in which order."""
    out = [route.duty for route in solved.plan.routes if len(route.nodes) > 2]
    orders = {duty: tuple(order_of(tour, whole)) for duty, tour in zip(out, solved.tours, strict=True)}
    served = {ride for tour in solved.tours for ride in tour.rides}
    return Hoped(whole, len(real.offers), np.array([one.ride_id in served for one in whole.rides], np.bool_), orders)


def with_helps(unserved: Sequence[Unserved], hoped: Hoped, until: float = inf) -> tuple[tuple[Unserved, ...], int]:
    """The same with what would help each, the most pressing first; and for how many nothing was looked for."""
    effort, why = Effort(MOST_STEPS, until), {one.ride_id: one for one in unserved}
    rides, found, missed = hoped.posed.rides, dict[str, Unserved](), 0
    known = {one.ride_id for one in rides}
    waiting = [unit for unit in units(hoped.today) if any(rides[one].ride_id in why for one in unit)]
    for unit in sorted(waiting, key=lambda unit: -max(rides[one].priority for one in unit)):
        mine = [why[rides[one].ride_id] for one in unit if rides[one].ride_id in why]
        if HOPELESS & {one.code for one in mine} or any(one.facts.get("other", "") not in {"", *known} for one in mine):
            continue  # nothing helps, or nothing helps a half whose other half cannot even be looked at
        if effort.over:
            missed += len(mine)
            continue
        try:
            told = helps(hoped, unit, effort)
            if any(one.code == "cars_taken" for one in mine):
                told = (*told, *excluded(hoped, unit, effort))
        except KeyboardInterrupt:  # who interrupts wants to see the plan
            effort.steps = 0
            missed += len(mine)
            continue
        found |= {one.ride_id: replace(one, helps=told) for one in mine}
    return tuple(found.get(one.ride_id, one) for one in unserved), missed


def _why(problem: RoutingProblem, unit: Unit, proven: bool) -> str:
    if can_be_driven(only(problem, unit)):
        return "cars_taken" if proven else "not_found"
    return "pair_alone" if len(unit) > 1 else "hours"

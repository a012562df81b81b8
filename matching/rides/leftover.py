"""Whom the plan leaves behind, and why: solved once more with them alone, so that no reason is a guess."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from matching.domain.tour import Unserved
from matching.rides.best import asked_exactly
from matching.rides.duties import Offers
from matching.rides.helps import Effort, Hoped, excluded, helps
from matching.rides.part import Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.rides.solved import Solved
from matching.routing.problem import RoutingProblem

MOST_TRIES = 300
"""Times that a day is solved again in search of what would help, the most pressing first."""
HOPELESS = frozenset({"no_way", "no_place", "nobody", "fixed_missing", "law"})
"""No change of times, cars or drivers helps here."""


def left_behind(posed: Posed, solved: Solved) -> Iterator[Unserved]:
    """For every ride left behind: whether it could be driven alone, then the cars are full; else which rule it is."""
    left = set(solved.plan.unserved)
    for unit in units(posed.problem):
        if left.isdisjoint(unit):
            continue
        code = _why(posed.problem, unit, solved.status == "optimal")
        for ride in unit:
            other = next((posed.rides[one].ride_id for one in unit if one != ride), "")
            yield Unserved(posed.rides[ride].ride_id, code, {"other": other} if code == "pair_alone" else {})


def hoped_of(whole: Posed, real: Offers, served: frozenset[str]) -> Hoped:
    """The whole day for what would help, with who is driven."""
    return Hoped(whole, len(real.offers), np.array([one.ride_id in served for one in whole.rides], np.bool_))


def with_helps(unserved: Sequence[Unserved], hoped: Hoped, tries: int = MOST_TRIES) -> tuple[list[Unserved], int]:
    """The same with what would help each, the most pressing first; and for how many nothing was looked for."""
    effort, why = Effort(tries), {one.ride_id: one for one in unserved}
    rides, found, missed = hoped.posed.rides, dict[str, Unserved](), 0
    known = {one.ride_id for one in rides}
    waiting = [unit for unit in units(hoped.today) if any(rides[one].ride_id in why for one in unit)]
    for unit in sorted(waiting, key=lambda unit: -max(rides[one].priority for one in unit)):
        mine = [why[rides[one].ride_id] for one in unit if rides[one].ride_id in why]
        if HOPELESS & {one.code for one in mine} or any(one.facts.get("other", "") not in {"", *known} for one in mine):
            continue  # nothing helps, or nothing helps a half whose other half cannot even be looked at
        if effort.left <= 0:
            missed += len(mine)
            continue
        try:
            told = helps(hoped, unit, effort)
            if any(one.code == "cars_taken" for one in mine):
                told = (*told, *excluded(hoped, unit, effort))
        except KeyboardInterrupt:  # who interrupts wants to see the plan
            effort.left = 0
            missed += len(mine)
            continue
        found |= {one.ride_id: replace(one, helps=told) for one in mine}
    return [found.get(one.ride_id, one) for one in unserved], missed


def _why(problem: RoutingProblem, unit: Unit, proven: bool) -> str:
    alone = asked_exactly(only(problem, unit))
    if not alone.unserved:
        return "cars_taken" if proven else "not_found"
    if alone.status != "optimal":
        return "not_found"
    return "pair_alone" if len(unit) > 1 else "hours"

"""Whom the plan leaves behind, and why: solved once more with them alone, so that no reason is a guess."""

from collections.abc import Iterator

from matching.domain.tour import Unserved
from matching.rides.best import asked_exactly
from matching.rides.helps import helps
from matching.rides.part import Unit, only, units
from matching.rides.problem_of_day import Posed
from matching.rides.solved import Solved
from matching.routing.problem import RoutingProblem


def left_behind(posed: Posed, solved: Solved) -> Iterator[Unserved]:
    """For every ride left behind: whether it could be driven alone, then what keeps it; else which rule does."""
    left = set(solved.plan.unserved)
    for unit in units(posed.problem):
        if left.isdisjoint(unit):
            continue
        code = _why(posed.problem, unit, solved.status == "optimal")
        found = helps(posed, solved, unit, alone=code == "cars_taken")
        for ride in unit:
            other = next((posed.rides[one].ride_id for one in unit if one != ride), "")
            yield Unserved(posed.rides[ride].ride_id, code, {"other": other} if code == "pair_alone" else {}, found)


def _why(problem: RoutingProblem, unit: Unit, proven: bool) -> str:
    alone = asked_exactly(only(problem, unit))
    if not alone.unserved:
        return "cars_taken" if proven else "not_found"
    if alone.status != "optimal":
        return "not_found"
    return "pair_alone" if len(unit) > 1 else "hours"

"""What a person should look at although nothing is wrong with the plan."""

from collections.abc import Iterator

import numpy as np

from matching.assignment.problem import Choice
from matching.domain import Warned
from matching.errors import Facts
from matching.explain.accounts import held_outside
from matching.pose import Posed
from matching.rules import Pairs, Rulebook
from matching.rules.arrays import UNKNOWN
from matching.rules.fair_share import FairShare
from matching.rules.helper_hours import VISIT, monthly_minutes


def warnings(posed: Posed, choice: Choice, rulebook: Rulebook) -> tuple[Warned, ...]:
    """Pins against a rule, arrangements that no longer fit, too few or too many people, numbers that were assumed."""
    return (
        *_pins(posed, rulebook),
        *_released(posed, rulebook),
        *_loads(posed, choice),
        *_leaned_on(posed, choice, rulebook),
        *([Warned("capacity_assumed", {"openings": n})] if (n := int(posed.assumed.sum())) else []),
    )


def _pins(posed: Posed, rulebook: Rulebook) -> Iterator[Warned]:
    pairs = posed.pairs.take(posed.against_rule)
    yield from _against(pairs, rulebook, "fixed_against_rule")


def _released(posed: Posed, rulebook: Rulebook) -> Iterator[Warned]:
    town, travel = posed.pairs.town, posed.pairs.travel
    yield from _against(Pairs(town, travel, posed.released, town.needs.held[posed.released]), rulebook, "released")


def _against(pairs: Pairs, rulebook: Rulebook, code: str) -> Iterator[Warned]:
    """One warning a pair, naming the first rule that blocks it."""
    town = pairs.town
    why: list[str] = [""] * len(pairs)
    for rule in rulebook.rules:
        verdict, codes = rule.judge(pairs), tuple(rule.texts)
        for at in np.flatnonzero(verdict.blocked):
            why[at] = why[at] or codes[verdict.code[at] - 1]
    for need_row, opening_row, reason in zip(pairs.need_row, pairs.opening_row, why, strict=True):
        need = town.community.needs[need_row].need_id
        resource = town.community.resources[town.openings.resource[opening_row]]
        yield Warned(code, {"need": need, "place": resource.name, "why": reason})


def _loads(posed: Posed, choice: Choice) -> Iterator[Warned]:
    """Openings with fewer than their minimum, beyond their comfortable load, or beyond their places."""
    town = posed.pairs.town
    openings = town.openings
    coming = posed.problem.load(choice.chosen)[: len(posed.places)] + held_outside(posed)
    people = coming + openings.attending
    for row in np.flatnonzero((coming + openings.attending > 0) & (people < openings.min_attendance)):
        yield Warned("below_minimum", {**_when(posed, int(row)), "people": int(people[row]),
                                       "least": int(openings.min_attendance[row])})  # fmt: skip
    load = openings.comfortable_load
    for row in np.flatnonzero((load != UNKNOWN) & (people > load) & (coming > 0)):
        yield Warned("beyond_comfort", {**_when(posed, int(row)), "people": int(people[row]),
                                        "comfortable": int(load[row])})  # fmt: skip
    for row in np.flatnonzero((openings.capacity != UNKNOWN) & (people > openings.capacity) & (coming > 0)):
        yield Warned("over_places", {**_when(posed, int(row)), "people": int(people[row]),
                                     "places": int(openings.capacity[row])})  # fmt: skip


def _leaned_on(posed: Posed, choice: Choice, rulebook: Rulebook) -> Iterator[Warned]:
    """Helpers who would give much of the hours that they offered."""
    most = next((r.leaned_on_percent for r in rulebook.rules if isinstance(r, FairShare)), 100)
    rows = posed.pair_row[choice.chosen]
    plan = posed.pairs.take(rows[rows != UNKNOWN])
    minutes = np.where(plan.held | (plan.opening.where != VISIT), 0, monthly_minutes(plan))
    resources = posed.pairs.town.community.resources
    given = np.bincount(plan.opening.resource, minutes, minlength=len(resources)) / 60
    for resource, hours in zip(resources, given.tolist(), strict=True):
        if resource.max_hours_per_month and hours:
            percent = 100 * (hours + (resource.hours_this_month or 0)) / resource.max_hours_per_month
            if percent >= most:
                yield Warned("leaned_on", {"place": resource.name, "percent": round(percent)})


def _when(posed: Posed, row: int) -> Facts:
    town = posed.pairs.town
    opening = town.community.openings[row]
    when = opening.when()
    place = town.community.resources[town.openings.resource[row]].name
    return {"place": place, "weekday": when["weekday"], "start": when["start"]}

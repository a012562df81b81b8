"""Why nobody could be proposed, and the smallest changes that would help, each proved before it is told.

A change is proved by a plan: the person put there, all rows obeyed, everybody else as they are. Where the change adds
a pair that was not possible, any better plan must use it, so the person is placed in the new optimum. Where it adds a
place, the gain must equal the exact worth of that place: then no plan that gives the place to another is better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.assignment.prices import worth
from matching.assignment.problem import I32, I64, Choice, Rows
from matching.domain import Change, Reason, Unplaced
from matching.errors import Facts
from matching.explain.accounts import beyond_places, no_place_left
from matching.explain.near_misses import (
    EFFORT,
    OF_THE_PERSON,
    REMEDY,
    NearMisses,
    amount,
    best_of_each,
    goes_first,
    near_misses,
)
from matching.explain.quotas import broken, obeys, would_place
from matching.explain.reasons import Cases, named
from matching.pose import FIT, Posed
from matching.rules import Case, Pairs, Rulebook
from matching.rules.arrays import UNKNOWN, Bools
from matching.rules.ways import a_ride_would_do, walks_within_limit
from matching.texts import CHANGES

MOST_CHANGES = 3
TRIED_OF_EACH = 3
_LIFTED = {"hours_used_up": "helper_hours"}
"""The quota that the lifting of a block lifts as well."""
_OF_QUOTA = {"seats": "one_more_seat", "helper_hours": "more_hours"}
"""The change that would lift a quota."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A proved change for a need row, with its effort: the kind's rank, then the amount."""

    need: int
    effort: tuple[int, float]
    change: Change


def explain_unplaced(posed: Posed, choice: Choice, rulebook: Rulebook, needs: I32) -> dict[int, Unplaced]:
    """For each need row that waits: the full openings with their holders, and up to three proved changes."""
    full = no_place_left(posed, choice)
    load = posed.problem.load(choice.chosen)
    held, of_quotas = _held_back(posed, choice, rulebook, needs, full)
    found: dict[int, list[_Found]] = {}
    for one in (
        *_more_places(posed, choice, rulebook, needs, full),
        *_lifted(posed, choice, rulebook, needs, full),
        *of_quotas,
    ):
        found.setdefault(one.need, []).append(one)
    judged, openings = posed.judged.pairs, posed.pairs.town.community.openings
    taken_up = np.flatnonzero(full[judged.opening_row])
    start = np.searchsorted(judged.need_row[taken_up], np.stack([needs, needs + 1])).T.tolist()
    out = {}
    for row, (first, last) in zip(needs.tolist(), start, strict=True):
        mine = judged.opening_row[taken_up[first:last]].tolist()
        taken = tuple((openings[o].opening_id, int(load[o])) for o in mine)
        out[row] = Unplaced(taken, tuple(held.get(row, ())), _least(found.get(row, [])))
    return out


def least(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Those that ask for the least, at most three; what was told before of equal effort comes first."""
    return tuple(sorted(changes, key=lambda one: EFFORT.index(one.code))[:MOST_CHANGES])


def _held_back(
    posed: Posed, choice: Choice, rulebook: Rulebook, needs: I32, full: Bools
) -> tuple[dict[int, list[Reason]], list[_Found]]:
    """For each waiting need row, the quotas that keep it from openings with room, and those that one could lift."""
    pairs = posed.pairs
    rows = np.flatnonzero(np.isin(pairs.need_row, needs) & ~full[pairs.opening_row])
    some = pairs.take(rows)
    held: dict[int, list[Reason]] = {}
    found: list[_Found] = []
    for one in broken(posed, choice, rulebook, some):
        for at, excess in zip(one.extra.tolist(), one.excess.tolist(), strict=True):
            need = int(some.need_row[at])
            told = Reason(one.quota.code, FIT, 0, one.quota.facts)
            if told not in held.setdefault(need, []):
                held[need].append(told)
            change = _OF_QUOTA.get(one.quota.code)
            if change and would_place(posed, one.quota, int(rows[at]), excess):
                facts = {**one.quota.facts, "more": excess}
                found.append(_Found(need, (EFFORT.index(change), excess), Change(change, facts, True)))
    return held, found


def _least(found: list[_Found]) -> tuple[Change, ...]:
    """The least of each kind of change, at most three in all."""
    kinds: dict[str, Change] = {}
    for one in sorted(found, key=lambda f: f.effort):
        kinds.setdefault(one.change.code, one.change)
    return tuple(kinds.values())[:MOST_CHANGES]


def _more_places(posed: Posed, choice: Choice, rulebook: Rulebook, needs: I32, full: Bools) -> Iterable[_Found]:
    """Full openings where one more place would go to this very need."""
    problem, pairs = posed.problem, posed.pairs
    waits = np.isin(problem.need, posed.problem_need[needs]) & (posed.pair_row != UNKNOWN)
    asked: I32 = np.flatnonzero(waits).astype(np.int32)
    one_would_do = full & ~beyond_places(posed, rulebook)
    asked = asked[one_would_do[pairs.opening_row[posed.pair_row[asked]]]]
    worth_of_place = _worth(posed, choice) if len(asked) else None
    if worth_of_place is None:
        return []
    gained = _gain(posed, choice, asked)
    rows = posed.pair_row[asked]
    proved = np.all(gained == worth_of_place[:, problem.site[asked]], axis=0)
    proved &= obeys(posed, choice, rulebook, pairs.take(rows), [""] * len(rows))
    return _told(pairs.take(rows[proved]), ["one_more_place"] * int(proved.sum()), rulebook)


def _worth(posed: Posed, choice: Choice) -> I64 | None:
    """The most that one more place at each site could gain; None where the rows keep the plan from its optimum."""
    try:
        return worth(replace(posed.problem, rows=Rows()), choice.chosen)[0]
    except ValueError:
        return None


def _gain(posed: Posed, choice: Choice, asked: I32) -> I64:
    """What the plan gains, tier by tier, when one more place at the pair's site goes to its waiting need."""
    problem = posed.problem
    waiting = problem.site[choice.chosen[problem.need[asked]]]
    load = problem.load(choice.chosen)
    released = problem.slot_points[:, problem.slot_start[waiting] + load[waiting] - 1]
    places = np.diff(problem.slot_start)[problem.site[asked]]
    last = problem.slot_start[problem.site[asked] + 1] - 1
    added = np.where(places > 0, problem.slot_points[:, np.maximum(last, 0)], 0)
    return np.asarray(problem.points[:, asked] - released + added, np.int64)


def _lifted(posed: Posed, choice: Choice, rulebook: Rulebook, needs: I32, full: Bools) -> Iterable[_Found]:
    """Places that have room, and that a single rule keeps the need from; but not where others would come first."""
    near = near_misses(posed.pairs.town, posed.pairs.travel, rulebook, needs, np.flatnonzero(~full).astype(np.int32))
    names = rulebook.codes()
    codes = [names[code] for code in near.code.tolist()]
    allowed = obeys(posed, choice, rulebook, near.pairs, [_LIFTED.get(code, "") for code in codes])
    allowed &= (near.code != names.index("no_ride")) | a_ride_would_do(near.pairs)
    allowed &= (near.code != names.index("too_far")) | walks_within_limit(near.pairs)
    allowed &= np.isin(near.code, [names.index(code) for code in OF_THE_PERSON]) | _first(posed, choice, rulebook, near)
    best = best_of_each(near, allowed, TRIED_OF_EACH)
    return _told(near.pairs.take(best), [codes[b] for b in best], rulebook)


def _first(posed: Posed, choice: Choice, rulebook: Rulebook, near: NearMisses) -> Bools:
    """Who would have what the change opens: as many as there is room for, the worst-off first; of hours, one."""
    need, opening = near.pairs.need, near.pairs.opening_row
    priority = need.urgency.astype(np.int64) * (need.weeks_waiting // rulebook.tiers.weeks_per_point + 1)
    room = (posed.places - posed.problem.load(choice.chosen)[: len(posed.places)]).astype(np.int64)[opening]
    room[near.code == rulebook.codes().index("hours_used_up")] = 1
    return goes_first(near, priority, room)


def _told(pairs: Pairs, codes: list[str], rulebook: Rulebook) -> Iterable[_Found]:
    cases = Cases(pairs)
    for at, code in enumerate(codes):
        case, name = cases[at], REMEDY.get(code, code)
        if name == "ride" and "wheelchair" in case.resident.requires:
            name = "ride_wheelchair"
        change = Change(name, _facts(name, code, case, rulebook), True)
        yield _Found(int(pairs.need_row[at]), (EFFORT.index(name), amount(name, case)), change)


def _facts(change: str, code: str, case: Case, rulebook: Rulebook) -> Facts:
    """What the change's text names: the facts of the rule that blocked, and when and where it would be."""
    facts: dict[str, str | int | float | bool] = {"place": case.resource.name, **case.opening.when()}
    for rule in rulebook.rules:
        if code in rule.texts:
            facts.update(rule.facts(case))
    names = named(CHANGES[change])
    return {"opening": case.opening.opening_id, **{name: value for name, value in facts.items() if name in names}}

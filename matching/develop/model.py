"""The town with every step in it, as a covering problem: which pairs and places each step would bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from matching.assignment.problem import I32, I64, Rows
from matching.candidates import judge_town
from matching.develop.solvers.covering import MOST_RANK, Siting
from matching.develop.step import KINDS, RIDES, Step, Unit
from matching.domain import Community, TravelTimes
from matching.pose import Posed
from matching.propose import Wanted, decided
from matching.rules import Pairs, Rulebook, columns
from matching.rules.arrays import UNKNOWN, Bools
from matching.scenario import AddCar, AddDriver, AddOpening, AddPlace, CloseOpening, Edit, MorePlaces, edited

MOST_CANDIDATES = 160
"""Steps that are weighed against each other; of more, those that together help most of the waiting people."""
MOST_RIDES = 6
HOURS_KEPT = 2
"""Of the hours of one place, those that most of the waiting people could come to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a town: its rules and ways, how to solve, and whose turn it is (need ids that wait)."""

    town: Community
    rulebook: Rulebook
    travel: TravelTimes
    wanted: Wanted
    waiting: frozenset[str]


def worth_weighing(asked: Asked, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that are weighed against each other; the residents' own come first.

    Of each place its best hours; then the steps that one after the other help most of those who no step before them
    does (again and again), so that not all of them are for the same few people.
    """
    ways = _ways(asked, steps)
    best: dict[str, list[Step]] = {}
    for step in steps:
        if len(ways.get(step.step_id, ())):
            best.setdefault(step.group, []).append(step)
    kept = [one for some in best.values() for one in sorted(some, key=lambda s: -len(ways[s.step_id]))[:HOURS_KEPT]]
    kept.sort(key=lambda s: (s.kind != "idea", KINDS.index(s.kind)))
    first = spread([ways[one.step_id] for one in kept], [_room(one) for one in kept], len(asked.town.needs))
    ideas = [at for at, one in enumerate(kept) if one.kind == "idea"]
    order = dict.fromkeys((*ideas, *first))
    rides = [step for step in steps if _rides(step)][: 2 * MOST_RIDES]
    pools = [step for step in steps if step.kind == "pool"]
    chosen = {one.step_id for one in (*(kept[at] for at in [*order][:MOST_CANDIDATES]), *rides, *pools)}
    return tuple(step for step in steps if step.step_id in chosen)


def spread(ways: Sequence[I32], room: Sequence[int], needs: int) -> list[int]:
    """The order in which steps help most needs that no earlier one helps; when all are helped, it begins anew.

    Args:
        ways: of each step the needs that could come, none empty.
        room: for how many it has a place.
        needs: how many there are; `ways` counts through them.
    """
    left = dict(enumerate(ways))
    order: list[int] = []
    while left and len(order) < MOST_CANDIDATES:
        open_needs = np.ones(needs, np.bool_)
        queue = [(-min(room[at], len(own)), at) for at, own in left.items()]
        heapify(queue)
        before = len(order)
        while queue and len(order) < MOST_CANDIDATES:
            _, at = heappop(queue)
            free = left[at][open_needs[left[at]]]
            more = -min(room[at], len(free))
            if more == 0:
                continue
            if queue and (more, at) > queue[0]:  # it helps fewer than it did: others first
                heappush(queue, (more, at))
                continue
            open_needs[free[: room[at]]] = False
            order.append(at)
            del left[at]
        if len(order) == before:
            break
    return order


def _room(step: Step) -> int:
    """For how many needs a step has a place."""
    return max(1, sum(edit.places for edit in step.edits if isinstance(edit, AddPlace | AddOpening | MorePlaces)))


def siting_of(asked: Asked, steps: Sequence[Step], unit: Unit) -> tuple[Siting, Posed]:
    """The covering problem of a town and these steps, over all pairs that the rules admit with them."""
    ext = edited(asked.town, [edit for step in steps for edit in step.edits if _adds(edit)])
    posed = decided(ext, asked.rulebook, asked.travel, asked.wanted).posed
    row = {opening.opening_id: at for at, opening in enumerate(ext.openings)}
    today = len(asked.town.openings)
    places = posed.places.astype(np.int64)
    gives = np.array(_gives(steps, row, places), np.int64).reshape(-1, 3)
    by_opening = {row[name]: at for at, step in enumerate(steps) for name in _new_openings(step)}
    asks = [
        (pair, by_opening[site]) for pair, site in enumerate(posed.pairs.opening_row.tolist()) if site in by_opening
    ]
    asks += _by_new_rides(asked, ext, steps, posed.pairs)
    fixed = places.copy()
    fixed[today:] = 0
    problem = posed.problem
    groups = {group: at for at, group in enumerate(dict.fromkeys(step.group for step in steps))}
    return Siting(
        problem.needs,
        posed.problem_need[posed.pairs.need_row].astype(np.int32),
        posed.pairs.opening_row.astype(np.int32),
        posed.pairs.held,
        fixed,
        _rows_of_pairs(problem.rows, posed.pair_row),
        gives,
        np.array(asks, np.int64).reshape(-1, 2),
        np.array([step.cost(unit) for step in steps], np.int64),
        _ranks(steps, unit),
        np.array([groups[step.group] for step in steps], np.int32),
    ), posed


def _adds(edit: Edit) -> bool:
    return isinstance(edit, AddPlace | AddOpening | AddCar | AddDriver)


def _rides(step: Step) -> bool:
    return step.kind in RIDES


def _new_openings(step: Step) -> Iterable[str]:
    """The ids of the openings that a step adds, as `edited` gives them."""
    for edit in step.edits:
        if isinstance(edit, AddOpening):
            yield edit.opening
        elif isinstance(edit, AddPlace):
            yield f"{edit.resource}-new1"


def _ways(asked: Asked, steps: Sequence[Step]) -> Mapping[str, I32]:
    """Of each step the waiting needs that could come to it, by the rules; of rides nothing is told."""
    usual = [step for step in steps if not _rides(step)]
    ext = edited(asked.town, [edit for step in usual for edit in step.edits if _adds(edit)])
    known = columns(ext, asked.wanted.room)
    pairs = judge_town(known, asked.travel, asked.rulebook).pairs
    waits = np.array([need.need_id in asked.waiting for need in ext.needs], np.bool_)[pairs.need_row]
    opening, need = pairs.opening_row[waits], pairs.need_row[waits]
    by_opening = np.argsort(opening, kind="stable")
    need, start = need[by_opening], np.searchsorted(opening[by_opening], np.arange(len(ext.openings) + 1))
    row = known.opening_row()

    def come(step: Step) -> I32:
        grown = [e.opening for e in step.edits if isinstance(e, MorePlaces) and e.places > 0]
        rows = [row[name] for name in (*_new_openings(step), *grown)]
        return np.concatenate([np.zeros(0, np.int32), *(need[start[at] : start[at + 1]] for at in rows)]).astype(
            np.int32
        )

    return {step.step_id: come(step) for step in usual}


def _gives(steps: Sequence[Step], row: Mapping[str, int], places: I64) -> list[tuple[int, int, int]]:
    """Which site each step gives how many places, or takes from it."""
    out = []
    for at, step in enumerate(steps):
        out += [(at, row[name], int(places[row[name]])) for name in _new_openings(step)]
        for edit in step.edits:
            if isinstance(edit, MorePlaces):
                free = int(places[row[edit.opening]])
                out.append((at, row[edit.opening], max(edit.places, -free)))
            elif isinstance(edit, CloseOpening):
                out.append((at, row[edit.opening], -int(places[row[edit.opening]])))
    return out


def _by_new_rides(asked: Asked, ext: Community, steps: Sequence[Step], pairs: Pairs) -> list[tuple[int, int]]:
    """The pairs that only a new driver or car makes possible, with each of those steps that alone would."""
    some = [at for at, step in enumerate(steps) if _rides(step)]
    if not some:
        return []
    size = len(ext.openings)
    here = pairs.need_row.astype(np.int64) * size + pairs.opening_row
    usual = [edit for step in steps if not _rides(step) for edit in step.edits if _adds(edit)]

    def possible(more: Sequence[Edit]) -> I64:
        known = columns(edited(asked.town, [*usual, *more]), asked.wanted.room)
        found = judge_town(known, asked.travel, asked.rulebook).pairs
        return np.asarray(found.need_row.astype(np.int64) * size + found.opening_row)

    new = ~np.isin(here, possible(())) & ~pairs.held
    if not new.any():
        return []
    out = []
    for at in some:
        mine: Bools = new & np.isin(here, possible(steps[at].edits))
        out += [(int(pair), at) for pair in np.flatnonzero(mine)]
    told = {pair for pair, _ in out}
    alone = [int(pair) for pair in np.flatnonzero(new) if int(pair) not in told]
    return out + [(pair, at) for pair in alone for at in some]


def _rows_of_pairs(rows: Rows, pair_row: I32) -> Rows:
    """The rows of the problem over the pairs that may be chosen; waiting lists are in none."""
    pair = pair_row[rows.pair]
    if (pair == UNKNOWN).any():
        raise AssertionError("a row couples a waiting list")
    return Rows(rows.start, pair, rows.weight, rows.lower, rows.upper, rows.or_none)


def _ranks(steps: Sequence[Step], unit: Unit) -> I64:
    """Of equal plans first those of the residents' own ideas, then those that take less; all ranks are small."""
    dear = max([abs(step.cost(unit)) for step in steps], default=1) or 1
    half = MOST_RANK // 2
    return np.array(
        [1 + (0 if step.kind == "idea" else half) + max(0, step.cost(unit)) * (half - 2) // dear for step in steps],
        np.int64,
    )

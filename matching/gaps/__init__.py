"""不足・空白: who waits for what, where and why; how tight the places are; and what one more would bring.

Read `gaps` like a recipe: the same decision as `propose`, one cause for everybody who waits, the decomposition of needs
against places, and what a few changes are worth, each by solving again.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from matching.causes import cause_of
from matching.domain import Community, TravelTimes
from matching.explain.unplaced import explain_unplaced
from matching.gaps.demand import UNDER, Decomposition, Graph, HallSet, decompose, hall_sets
from matching.gaps.worth import Worth, Worths, worths
from matching.pose import Posed
from matching.propose import Wanted, decided, digest
from matching.rules import Rulebook
from matching.rules.arrays import UNKNOWN

PLACED = "placed"
"""What `Gaps.outcome` says of who has a place; else it is one of the causes."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is missing in a town; positions count through the town's needs and openings. It names people: see api.gaps.

    Attributes:
        town, inputs_digest: what was looked at.
        optimal: whether the plan behind it is proven best.
        outcome: of each need, `placed` or the cause for which it waits.
        parts: over-demanded parts, all of each and its tightest Hall set.
        free: openings in which places stay free in some largest plan.
        worth: what one more place, hour, driver or car brings, and one place fewer, and of how many that is known.
    """

    town: Community
    inputs_digest: str
    optimal: bool
    outcome: tuple[str, ...]
    parts: tuple[tuple[HallSet, HallSet], ...]
    free: tuple[int, ...]
    worth: Worths


def gaps(town: Community, rulebook: Rulebook, travel: TravelTimes) -> Gaps:
    """What is missing, of everybody who agreed to be matched; the others are counted under `no_consent`.

    Raises:
        NoAnswerError: no plan was found within the time.
    """
    wanted = Wanted(explain="none")
    agreed = decided(town, rulebook, travel, wanted)
    posed, choice = agreed.posed, agreed.choice
    waiting = posed.need_row[posed.pair_row[choice.chosen] == UNKNOWN]
    why = explain_unplaced(posed, choice, rulebook, waiting)
    codes = rulebook.codes()
    outcome = ["no_consent" if at == UNKNOWN else PLACED for at in posed.problem_need.tolist()]
    for row, one in why.items():
        outcome[row] = cause_of(one, [(codes[c], int(n)) for c, n in enumerate(posed.judged.excluded[row]) if n])
    graph, found = decomposed(posed)
    optimal = bool(choice.proven.all())
    area = {one.resident_id: one.area_id for one in town.residents}
    rides = [area[n.resident_id] for n, o in zip(town.needs, outcome, strict=True) if o == "no_ride" and optimal]
    again = partial(decided, rulebook=rulebook, travel=travel, wanted=wanted, learnt=agreed.learnt)
    worth = worths(town, agreed, why if optimal else {}, rides, again)
    return Gaps(
        town,
        digest(town, rulebook),
        optimal,
        tuple(outcome),
        tuple((_rows(posed, whole), _rows(posed, tight)) for whole, tight in hall_sets(graph, found)),
        tuple(np.flatnonzero((found.opening_part == UNDER) & (posed.places > 0)).tolist()),
        worth,
    )


def decomposed(posed: Posed) -> tuple[Graph, Decomposition]:
    """The needs that are matched against the openings that admit them, and the parts of that."""
    need = posed.problem_need[posed.pairs.need_row].astype(np.int32)
    graph = Graph(posed.problem.needs, need, posed.pairs.opening_row.astype(np.int32), posed.places)
    return graph, decompose(graph)


def _rows(posed: Posed, one: HallSet) -> HallSet:
    return HallSet(posed.need_row[one.needs].astype(np.int32), one.openings, one.places)


__all__ = ["PLACED", "Gaps", "Worth", "Worths", "decomposed", "gaps"]

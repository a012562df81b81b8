"""Why not there: for one need, every opening that a rule excludes, with the first rule that does."""

import numpy as np

from matching.domain import Community, Opening, Reason, TravelTimes
from matching.explain.reasons import Cases, facts_of
from matching.pose import FIT
from matching.rules import Pairs, Rulebook, columns
from matching.rules.arrays import I32


def excluded(
    town: Community, rulebook: Rulebook, travel: TravelTimes, need_id: str
) -> tuple[tuple[Opening, Reason], ...]:
    """Every excluded opening of the town in the order of its rows; of a need without consent nothing is told.

    Raises:
        StopIteration: there is no such need.
    """
    row = next(at for at, need in enumerate(town.needs) if need.need_id == need_id)
    every: I32 = np.arange(len(town.openings), dtype=np.int32)
    pairs = Pairs(columns(town), travel, np.full(len(every), row, np.int32), every)
    cases = Cases(pairs)
    why: dict[int, Reason] = {}
    for rule in rulebook.rules:
        verdict, codes = rule.judge(pairs), tuple(rule.texts)
        for at in np.flatnonzero(verdict.blocked).tolist():
            if at not in why:
                code = codes[verdict.code[at] - 1]
                why[at] = Reason(code, FIT, 0, facts_of(rule, code, cases[at]))
    return tuple((town.openings[at], why[at]) for at in sorted(why) if why[at].code != "sharing")

"""Reasons of pairs: what each rule says of them, with points that add up tier by tier to those of the pair."""

from collections.abc import Sequence

import numpy as np

from matching.domain import Reason
from matching.errors import Facts
from matching.pose import FEW_CHANGES, FIT, PLACED, WORST_OFF, Posed
from matching.rules import Case, Pairs, Rule, Rulebook
from matching.rules.arrays import I32, I64
from matching.rules.rule import Way
from matching.rules.ways import told


def reasons(posed: Posed, rulebook: Rulebook, problem_pairs: I32) -> list[tuple[Reason, ...]]:
    """The reasons of some pairs of the problem, in the order of the tiers and then of the rulebook."""
    rows = posed.pair_row[problem_pairs]
    pairs = posed.pairs.take(rows)
    points = posed.problem.points[:, problem_pairs]
    pinned = np.isin(rows, posed.against_rule)
    told_by_rules = rule_reasons(pairs, rulebook)
    out = []
    for at, (need, by_rules) in enumerate(zip(pairs.need_row, told_by_rules, strict=True)):
        fit = (Reason("fixed", FIT, 0, {}),) if pinned[at] else by_rules
        out.append((*_of_the_plan(pairs, int(need), points[:, at]), *fit, *_unchanged(int(points[FEW_CHANGES, at]))))
    return out


def rule_reasons(pairs: Pairs, rulebook: Rulebook) -> list[tuple[Reason, ...]]:
    """What the rules say of each pair; every rule that gives points tells why."""
    cases = Cases(pairs)
    out: list[list[Reason]] = [[] for _ in range(len(pairs))]
    for rule in rulebook.rules:
        verdict = rule.judge(pairs)
        codes = tuple(rule.texts)
        for at in np.flatnonzero(verdict.code):
            code = codes[verdict.code[at] - 1]
            out[at].append(Reason(code, FIT, int(verdict.points[at]), facts_of(rule, code, cases[int(at)])))
    return [tuple(one) for one in out]


def facts_of(rule: Rule, code: str, case: Case) -> Facts:
    """Those of the rule's facts that the text of a code names."""
    text = rule.texts[code]
    return {name: value for name, value in rule.facts(case).items() if f"{{{name}}}" in text.ja + text.en}


class Cases:
    """Pairs as things rather than columns, made when asked for."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._ways: Sequence[Way] = told(pairs)

    def __getitem__(self, at: int) -> Case:
        town = self._pairs.town
        need_row, opening_row = int(self._pairs.need_row[at]), int(self._pairs.opening_row[at])
        community = town.community
        return Case(
            community.needs[need_row],
            community.residents[town.needs.resident[need_row]],
            community.openings[opening_row],
            community.resources[town.openings.resource[opening_row]],
            self._ways[at],
        )


def _of_the_plan(pairs: Pairs, need: int, points: I64) -> tuple[Reason, ...]:
    needs = pairs.town.needs
    facts: Facts = {"urgency": int(needs.urgency[need]), "weeks": int(needs.weeks_waiting[need])}
    return (
        Reason("urgency", WORST_OFF, int(points[WORST_OFF]), facts),
        Reason("placed", PLACED, int(points[PLACED]), {}),
    )


def _unchanged(points: int) -> tuple[Reason, ...]:
    return (Reason("unchanged", FEW_CHANGES, points, {}),) if points else ()

"""Reasons of pairs: what each rule says of them, with points that add up tier by tier to those of the pair."""

from collections.abc import Sequence
from functools import cache
from string import Formatter

import numpy as np

from matching.domain import Reason
from matching.errors import Facts, Text
from matching.pose import FEW_CHANGES, FIT, PLACED, WORST_OFF, Posed
from matching.rules import Case, Pairs, Rule, Rulebook
from matching.rules.arrays import I32
from matching.rules.rule import Way
from matching.rules.ways import told


def reasons(posed: Posed, rulebook: Rulebook, problem_pairs: I32) -> list[tuple[Reason, ...]]:
    """The reasons of some pairs of the problem, in the order of the tiers and then of the rulebook."""
    rows = posed.pair_row[problem_pairs]
    pairs = posed.pairs.take(rows)
    points = posed.problem.points[:, problem_pairs].T.tolist()
    pinned = np.isin(rows, posed.against_rule).tolist()
    of_plan: dict[tuple[int, int], tuple[Reason, ...]] = {}
    out = []
    told_by_rules = rule_reasons(pairs, rulebook)
    for need, by_rules, earned, pin in zip(pairs.need_row.tolist(), told_by_rules, points, pinned, strict=True):
        key = (need, earned[PLACED])
        if key not in of_plan:
            of_plan[key] = _of_the_plan(pairs, need, earned)
        fit = (Reason("fixed", FIT, 0, {}),) if pin else by_rules
        out.append((*of_plan[key], *fit, *_unchanged(earned[FEW_CHANGES])))
    return out


def rule_reasons(pairs: Pairs, rulebook: Rulebook) -> list[tuple[Reason, ...]]:
    """What the rules say of each pair; every rule that gives points tells why."""
    cases = Cases(pairs)
    out: list[list[Reason]] = [[] for _ in range(len(pairs))]
    for rule in rulebook.rules:
        verdict = rule.judge(pairs)
        codes, rows = tuple(rule.texts), np.flatnonzero(verdict.code)
        number, points = verdict.code[rows].tolist(), verdict.points[rows].tolist()
        for at, k, earned in zip(rows.tolist(), number, points, strict=True):
            out[at].append(Reason(codes[k - 1], FIT, earned, facts_of(rule, codes[k - 1], cases[at])))
    return [tuple(one) for one in out]


def facts_of(rule: Rule, code: str, case: Case) -> Facts:
    """Those of the rule's facts that the text of a code names."""
    names = named(rule.texts[code])
    return {name: value for name, value in rule.facts(case).items() if name in names} if names else {}


@cache
def named(text: Text) -> frozenset[str]:
    """The facts that a text names, in either language."""
    return frozenset(name for _, name, _, _ in (*Formatter().parse(text.ja), *Formatter().parse(text.en)) if name)


class Cases:
    """Pairs as things rather than columns, made when asked for."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._ways: Sequence[Way] = told(pairs)
        self._made: dict[int, Case] = {}

    def __getitem__(self, at: int) -> Case:
        if at not in self._made:
            self._made[at] = self._case(at)
        return self._made[at]

    def _case(self, at: int) -> Case:
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


def _of_the_plan(pairs: Pairs, need: int, points: Sequence[int]) -> tuple[Reason, ...]:
    needs = pairs.town.needs
    facts: Facts = {"urgency": int(needs.urgency[need]), "weeks": int(needs.weeks_waiting[need])}
    return (
        Reason("urgency", WORST_OFF, points[WORST_OFF], facts),
        Reason("placed", PLACED, points[PLACED], {}),
    )


def _unchanged(points: int) -> tuple[Reason, ...]:
    return (Reason("unchanged", FEW_CHANGES, points, {}),) if points else ()

"""Every pair of a town judged by every rule: what is admissible, with its points, and how many fell to which code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from matching.domain import TravelTimes
from matching.rules import Columns, Pairs, Rulebook
from matching.rules.arrays import I32, I64, Bools

BLOCK = 2_000_000
"""Pairs judged at a time: enough for NumPy to be busy, few enough for the cache and the memory."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The admissible pairs in order of need and opening, their points of fit, and the account of all others.

    `excluded` is (needs, codes of the rulebook): how many openings fell to each code first.
    """

    pairs: Pairs
    points: I32
    asks: Bools
    excluded: I32


def judge_town(
    town: Columns, travel: TravelTimes, rulebook: Rulebook, progress: Callable[[float], None] | None = None
) -> Judged:
    """Judge all pairs of a town, block by block; each rule sees only what the rules before it let through."""
    needs = len(town.community.needs)
    excluded = np.zeros((needs, len(rulebook.codes())), np.int32)
    parts: list[tuple[Pairs, I32, Bools]] = []
    for block in _blocks(town, travel):
        parts.append(judge_block(block, rulebook, excluded))
        if progress is not None:
            progress(float(block.need_row[-1] + 1) / needs)
    return Judged(*_joined(town, travel, parts), excluded)


def judge_block(pairs: Pairs, rulebook: Rulebook, excluded: I32) -> tuple[Pairs, I32, Bools]:
    """The admissible pairs of a block with points and who must be asked; `excluded` counts up the others."""
    points, asks = np.zeros(len(pairs), np.int32), np.zeros(len(pairs), np.bool_)
    first_code = 0
    for rule in rulebook.rules:
        verdict = rule.judge(pairs)
        points += verdict.points
        asks |= verdict.asks
        if verdict.blocked.any():
            out = verdict.blocked
            np.add.at(excluded, (pairs.need_row[out], first_code + verdict.code[out].astype(np.int64) - 1), 1)
            keep = np.flatnonzero(~out)
            pairs, points, asks = pairs.take(keep), points[keep], asks[keep]
        first_code += len(rule.texts)
    return pairs, points, asks


def _blocks(town: Columns, travel: TravelTimes) -> Iterator[Pairs]:
    needs, openings = len(town.community.needs), len(town.community.openings)
    if not needs or not openings:
        return
    step = max(1, BLOCK // openings)
    every = np.arange(openings, dtype=np.int32)
    for start in range(0, needs, step):
        rows = np.arange(start, min(start + step, needs), dtype=np.int32)
        yield Pairs(town, travel, np.repeat(rows, openings), np.tile(every, len(rows)))


def _joined(town: Columns, travel: TravelTimes, parts: list[tuple[Pairs, I32, Bools]]) -> tuple[Pairs, I32, Bools]:
    none: I64 = np.zeros(0, np.int64)
    need = np.concatenate([none, *(p.need_row for p, _, _ in parts)]).astype(np.int32)
    opening = np.concatenate([none, *(p.opening_row for p, _, _ in parts)]).astype(np.int32)
    points = np.concatenate([none, *(points for _, points, _ in parts)]).astype(np.int32)
    asks = np.concatenate([none, *(asks for _, _, asks in parts)]).astype(np.bool_)
    return Pairs(town, travel, need, opening), points, asks

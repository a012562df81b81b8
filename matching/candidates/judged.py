"""Every pair of a town judged by every rule: what is admissible, with its points, and how many fell to which code.

Most pairs are never looked at: the screens of the first rules tell in advance what they block (no consent, closed,
another kind, surely too far), and are counted by classes. What is left is enumerated by a grid, in blocks.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from matching.candidates.grid import every_pair, near
from matching.candidates.screened import Screened, screened
from matching.domain import Points, TravelTimes
from matching.rules import Columns, Pairs, Rulebook
from matching.rules.arrays import F64, I32, UNKNOWN, Bools
from matching.travel.straight_line import straight_metres

BLOCK = 1_000_000
"""Pairs judged at a time: enough for NumPy to be busy, few enough for the cache and the memory."""
FEW = 100_000
"""So few pairs of one pattern are not worth a grid."""
_Part = tuple[Pairs, I32, Bools]
_Found = tuple[bool, I32, I32]
"""Rows of needs and openings, and whether no distance can keep any of them apart."""


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
    town: Columns, travel: TravelTimes, rulebook: Rulebook, progress: Callable[[float], None] = lambda _share: None
) -> Judged:
    """Judge all pairs of a town; each rule sees only what the rules before it let through."""
    known = screened(town, travel, rulebook)
    parts = [_held(town, travel, rulebook, known)]
    every = np.arange(len(town.needs.resident), dtype=np.int32), np.arange(len(town.openings.resource), dtype=np.int32)
    for free, need, opening in _blocks(_enumerated(town, known, *every, progress=progress)):
        parts += _looked_at(Pairs(town, travel, need, opening), free, rulebook, known)
    return Judged(*_joined(town, travel, parts), known.excluded)


def worth_a_look(
    town: Columns,
    travel: TravelTimes,
    rulebook: Rulebook,
    needs: I32,
    openings: I32,
    lifted: Collection[str],
    further: float,
) -> Iterator[Pairs]:
    """Blocks of the pairs of some needs and openings that one change could make possible, as far as screens tell.

    They leave out whom another code than those `lifted` keeps apart, or two of them, or more than `further` times the
    metres that are surely too far.
    """
    known = screened(town, travel, rulebook, lifted)
    for free, need, opening in _blocks(_enumerated(town, known, needs, openings, further)):
        pairs = Pairs(town, travel, need, opening)
        if not free and known.bands is not None:
            band = known.bands.of_opening.take(opening)
            pairs = pairs.take(_metres(pairs) <= further * known.bands.outer[need, band])
        yield pairs


def judge_block(pairs: Pairs, rulebook: Rulebook, excluded: I32, settled: int = 0) -> _Part:
    """The admissible pairs of a block with points and who must be asked; `excluded` counts up the others.

    The first `settled` rules are known not to block these pairs, and are judged last, for the few that are left.
    """
    points, asks = np.zeros(len(pairs), np.int32), np.zeros(len(pairs), np.bool_)
    codes = excluded.shape[1]
    first = np.cumsum([0, *(len(rule.texts) for rule in rulebook.rules)]).tolist()
    numbered = list(zip(rulebook.rules, first, strict=False))
    for rule, first_code in (*numbered[settled:], *numbered[:settled]):
        verdict = rule.judge(pairs)
        if not verdict.code.any():
            continue
        points += verdict.points
        asks |= verdict.asks
        if verdict.blocked.any():
            out = np.flatnonzero(verdict.blocked)
            key = pairs.need_row[out] * np.int64(codes) + (first_code - 1) + verdict.code[out]
            np.add.at(excluded.reshape(-1), key, np.int32(1))
            keep = np.flatnonzero(~verdict.blocked)
            pairs, points, asks = pairs.take(keep), points.take(keep), asks.take(keep)
    return pairs, points, asks


def _held(town: Columns, travel: TravelTimes, rulebook: Rulebook, known: Screened) -> _Part:
    """The pairs whose need holds a place: screens do not speak of them."""
    need = np.flatnonzero(town.needs.held != UNKNOWN).astype(np.int32)
    opening = town.needs.held[need]
    _take_back(known.excluded, need, known.code(need, opening))
    return judge_block(Pairs(town, travel, need, opening), rulebook, known.excluded)


def _enumerated(
    town: Columns,
    known: Screened,
    needs: I32,
    openings: I32,
    further: float = 1.0,
    progress: Callable[[float], None] = lambda _share: None,
) -> Iterator[_Found]:
    """Pairs that no screen decides, with some that are too far, needs of one pattern after the other."""
    pattern, opening_class = known.pattern[needs], known.opening_class[openings]
    done = 0
    for row in np.unique(pattern):
        some, there = needs[pattern == row], openings[known.open_to[row][opening_class]]
        yield from _near(town, known, some, there, further) if len(there) else ()
        done += len(some)
        progress(done / len(needs))


def _near(town: Columns, known: Screened, needs: I32, openings: I32, further: float) -> Iterator[_Found]:
    """For some needs that may go to some openings, the pairs that are near enough to be looked at."""
    bands = known.bands
    if bands is None or len(needs) * len(openings) <= FEW:
        for need, opening in every_pair(len(needs), len(openings), BLOCK):
            yield bands is None, needs[need], openings[opening]
        return
    for band in np.unique(bands.of_opening[openings]):
        here = openings[bands.of_opening[openings] == band]
        free = bands.inner[needs, band] == np.inf
        without, within = needs[free], needs[~free]
        for need, opening in every_pair(len(without), len(here), BLOCK):
            yield True, without[need], here[opening]
        homes, sites = _at(town.homes, town.needs.place[within]), _at(town.sites, town.openings.place[here])
        for need, opening in near(homes, sites, further * bands.outer[within, band], BLOCK):
            yield False, within[need], here[opening]


def _at(points: Points, rows: I32) -> Points:
    """The points of some rows; where none is known any will do, since no distance is asked there."""
    if not len(points):
        return Points(np.zeros(len(rows)), np.zeros(len(rows)))
    return Points(points.latitude[np.maximum(rows, 0)], points.longitude[np.maximum(rows, 0)])


def _blocks(parts: Iterable[_Found]) -> Iterator[_Found]:
    """Small parts put together into blocks."""
    waiting: dict[bool, list[tuple[I32, I32]]] = {True: [], False: []}
    for free, need, opening in parts:
        waiting[free].append((need, opening))
        if sum(len(need) for need, _ in waiting[free]) >= BLOCK:
            yield _together(free, waiting[free])
            waiting[free] = []
    yield from (_together(free, some) for free, some in waiting.items() if some)


def _together(free: bool, parts: list[tuple[I32, I32]]) -> _Found:
    need, opening = zip(*parts, strict=True)
    return free, np.concatenate(need), np.concatenate(opening)


def _looked_at(pairs: Pairs, free: bool, rulebook: Rulebook, known: Screened) -> Iterator[_Part]:
    """Judge a block: what is surely near without asking for the way first, what may be too far in full."""
    pairs = pairs.take(~pairs.held)
    bands = known.bands
    if free or bands is None:
        _take_back(known.excluded, pairs.need_row, known.far_code(pairs.need_row, pairs.opening_row))
        yield judge_block(pairs, rulebook, known.excluded, known.rules)
        return
    band, metres = bands.of_opening.take(pairs.opening_row), _metres(pairs)
    key = pairs.need_row * np.int32(bands.outer.shape[1]) + band
    some = np.flatnonzero(metres <= bands.outer.ravel().take(key))
    sure = metres[some] <= bands.inner.ravel().take(key[some])
    pairs = pairs.take(some)
    _take_back(known.excluded, pairs.need_row, known.far_code(pairs.need_row, pairs.opening_row))
    yield judge_block(pairs.take(np.flatnonzero(sure)), rulebook, known.excluded, known.rules)
    yield judge_block(pairs.take(np.flatnonzero(~sure)), rulebook, known.excluded)


def _metres(pairs: Pairs) -> F64:
    """Metres as the crow flies; of no meaning where a place is not known."""
    town = pairs.town
    if not len(town.homes) or not len(town.sites):
        return np.zeros(len(pairs))
    return straight_metres(town.homes, town.sites, pairs.need.place, pairs.opening.place)


def _take_back(excluded: I32, need: I32, code: I32) -> None:
    """These pairs were counted in advance, and are now judged."""
    told = np.flatnonzero(code >= 0)
    np.add.at(excluded.reshape(-1), need[told] * np.int64(excluded.shape[1]) + code[told], np.int32(-1))


def _joined(town: Columns, travel: TravelTimes, parts: list[_Part]) -> tuple[Pairs, I32, Bools]:
    need = np.concatenate([p.need_row for p, _, _ in parts])
    opening = np.concatenate([p.opening_row for p, _, _ in parts])
    order = np.argsort(need * np.int64(len(town.openings.resource)) + opening, kind="stable")
    points = np.concatenate([points for _, points, _ in parts])[order]
    asks = np.concatenate([asks for _, _, asks in parts])[order]
    return Pairs(town, travel, need[order], opening[order]), points, asks

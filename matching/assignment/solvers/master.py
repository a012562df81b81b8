"""One tier of a coupled matching as a linear programme over some of its pairs, and the exact bound its duals give.

Columns: the pairs in play; `groups` of alike places, where the places of a site differ; one «open» column for every
or-none row. The bound is a Lagrangian one in whole numbers: any multipliers, rounded, give a true bound over all pairs,
in play or not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from matching.assignment.face import Face
from matching.assignment.problem import I32, I64, Bools, RowPrices, TieredProblem

Floats = NDArray[np.float64]
INFINITE = np.inf
FINEST = 2**20
EPS = 1e-6  # what floating point may be off
GONE = int(np.iinfo(np.int64).max)
LENIENT = 0.5  # added to what an earlier tier may cost: between whole numbers, where no rounding error is fatal


@dataclass(frozen=True, slots=True)
class Groups:
    """Alike places of the sites whose places differ: site, how many, whether all must be filled."""

    site: I64
    size: I64
    forced: Bools
    place: I64  # the first of them, to read its points


@dataclass(frozen=True, slots=True)
class View:
    """One tier on a face, to be minimised: the columns that the LP, the MIP and the bound share.

    Attributes:
        need, site, cost: of each pair of the face; where all places of a site are alike, cost includes its place.
        floor, ceiling, plain: of each site; `plain` tells that it needs no groups.
        groups, group_cost: see `Groups`.
        entry_row, entry_pair, entry_weight: the coupling rows; lower, upper, either: their ranges and or-none.
        keep_cost, keep_group, keep_most: earlier tiers that must not get worse, (keeps, pairs), (keeps, groups).
    """

    need: I64
    site: I64
    cost: I64
    floor: I64
    ceiling: I64
    plain: Bools
    groups: Groups
    group_cost: I64
    entry_row: I64
    entry_pair: I64
    entry_weight: I64
    lower: I64
    upper: I64
    either: Bools
    keep_cost: I64
    keep_group: I64
    keep_most: I64
    needs: int


@dataclass(frozen=True, slots=True)
class Programme:
    """`low <= matrix @ x <= high`, `x` in [least, most]; rows in blocks of needs, sites, rows, open, links, keeps."""

    cost: I64
    matrix: csr_array
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray
    active: I64
    row_in: I64
    link_entry: I64


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven bound: every plan costs at least `total / fine`.

    `reduced` (pairs,) and `group` (groups,) are what taking a pair, or filling a place, adds to it.
    """

    total: int
    fine: int
    reduced: I64
    group: I64
    site: I64


def view_of(problem: TieredProblem, face: Face, factor: I64, keeps: dict[int, int]) -> View:
    """The tiers, each times its `factor` (tiers,), on the face, with the tiers in `keeps` held at their values."""
    weights = [factor, *(np.eye(problem.tiers, dtype=np.int64)[t] for t in keeps)]
    tiers = [*np.flatnonzero(factor).tolist(), *keeps]
    groups, plain = _groups(problem, face, tiers)
    pair, site = face.pair, problem.site[face.pair].astype(np.int64)
    places = problem.slot_points.shape[1]
    first = np.minimum(problem.slot_start[:-1], max(0, places - 1))
    cost, group_cost = [], []
    for weight in weights:
        of_site = (
            np.where(plain & (face.ceiling > 0), -(weight @ problem.slot_points[:, first]), 0) if places else first
        )
        cost.append(-(weight @ problem.points[:, pair]) + of_site[site])
        group_cost.append(-(weight @ problem.slot_points[:, groups.place]))
    where = np.full(len(problem.need), -1, np.int64)
    where[pair] = np.arange(len(pair))
    rows = problem.rows
    entry_row = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    there = where[rows.pair] >= 0
    most = [int(problem.constant[t]) - value for t, value in keeps.items()]
    return View(
        problem.need[pair].astype(np.int64), site, cost[0], face.floor, face.ceiling, plain, groups, group_cost[0],
        entry_row[there], where[rows.pair[there]], rows.weight[there], rows.lower, rows.upper,
        rows.or_none & ((rows.lower > 0) | (rows.upper < 0)),
        np.asarray(cost[1:], np.int64).reshape(len(keeps), len(pair)),
        np.asarray(group_cost[1:], np.int64).reshape(len(keeps), len(groups.site)), np.asarray(most, np.int64),
        problem.needs,
    )  # fmt: skip


def programme(view: View, active: I64, open_rows: Bools) -> Programme:
    """The programme over the active pairs, with those or-none rows that are in `open_rows`."""
    row_in, least, most = _useful_rows(view, active, open_rows)
    columns = {"pairs": len(active), "groups": len(view.groups.site), "open": int(view.either[row_in].sum())}
    at = np.full(len(view.need), -1, np.int64)
    at[active] = np.arange(len(active))
    parts, link_entry = _parts(view, active, at, row_in, columns)
    _slacken(view, active, parts, least[row_in], most[row_in])
    low = np.concatenate([p[3] for p in parts])
    high = np.concatenate([p[4] for p in parts])
    offset = np.cumsum([0, *(len(p[3]) for p in parts)])
    matrix = coo_array(
        (
            np.concatenate([p[2] for p in parts]).astype(float),
            (
                np.concatenate([p[0] + o for p, o in zip(parts, offset, strict=False)]),
                np.concatenate([p[1] for p in parts]),
            ),
        ),
        shape=(len(low), sum(columns.values())),
    ).tocsr()
    size = view.groups.size.astype(float)
    return Programme(
        np.concatenate([view.cost[active], view.group_cost, np.zeros(columns["open"], np.int64)]), matrix, low, high,
        np.concatenate([np.zeros(len(active)), np.where(view.groups.forced, size, 0), np.zeros(columns["open"])]),
        np.concatenate([np.ones(len(active)), size, np.ones(columns["open"])]), active, row_in, link_entry,
    )  # fmt: skip


def bound_of(view: View, made: Programme, dual: np.ndarray) -> Bound:
    """The exact bound that the programme's duals (one a row) prove over all pairs of the view."""
    fine = _fineness(view, dual)
    site, prices = duals(view, made, dual, fine)
    coupling, held = charges(view, prices)
    reduced = view.cost * fine + coupling - site[view.site]
    group = view.group_cost * fine + site[view.groups.site] - prices.keep @ view.keep_group
    least_of = np.minimum.reduceat(reduced, np.searchsorted(view.need, np.arange(view.needs)))
    total = held + int(least_of.sum())
    total += int((view.groups.size * np.where(view.groups.forced, group, group.clip(max=0))).sum())
    total += int(np.where(view.plain, np.where(site < 0, site * view.ceiling, site * view.floor), 0).sum())
    return Bound(total, fine, reduced - least_of[view.need], group, site)


def duals(view: View, made: Programme, dual: np.ndarray, fine: int) -> tuple[I64, RowPrices]:
    """The programme's duals times `fine`, rounded, with the signs they must have: (of the sites, of the rows)."""
    gates = 2 * int(view.either[made.row_in].sum())
    part = np.split(dual, np.cumsum([view.needs, len(view.floor), len(made.row_in), gates, len(made.link_entry)]))
    site, row, opened, link, keep = (np.round(p * fine).astype(np.int64) for p in part[1:])
    either = view.either[made.row_in]
    rows = np.zeros((3, len(view.lower)), np.int64)
    rows[0, made.row_in] = np.where(either, 0, row)
    rows[1, made.row_in[either]], rows[2, made.row_in[either]] = opened[0::2].clip(min=0), opened[1::2].clip(max=0)
    links = np.zeros(len(view.entry_row), np.int64)
    links[made.link_entry] = link.clip(max=0)
    site = np.where(view.plain & (view.floor == 0), np.minimum(site, 0), site)
    return site, RowPrices(rows[0], rows[1], rows[2], links, keep.clip(max=0))


def charges(view: View, prices: RowPrices) -> tuple[I64, int]:
    """What these prices add to the cost of each pair (pairs,), and what they come to by themselves.

    Every plan costs at least the optimum of the flow with these additions, plus what they come to (Lagrange).
    """
    full = prices.plain + prices.least + prices.most
    coupling = -(prices.keep @ view.keep_cost)
    np.subtract.at(coupling, view.entry_pair, full[view.entry_row] * view.entry_weight + prices.link)
    sides = np.where(prices.plain > 0, view.lower, view.upper) * prices.plain
    opens = np.where(prices.least != 0, view.lower * prices.least, 0)
    opens += np.where(prices.most != 0, view.upper * prices.most, 0)
    np.add.at(opens, view.entry_row, prices.link)
    held = int(sides[prices.plain != 0].sum()) + int(opens.clip(max=0).sum())
    return coupling, held + int((prices.keep * view.keep_most).sum())


def with_partners(view: View, pairs: I64) -> I64:
    """With the pairs that must go along with them: those of rows with weights of both signs."""
    inside = np.zeros(len(view.need), np.bool_)
    inside[pairs] = True
    falls = np.zeros(len(view.lower), np.bool_)
    falls[view.entry_row[view.entry_weight < 0]] = True
    touched = np.zeros(len(view.lower), np.bool_)
    touched[view.entry_row[inside[view.entry_pair]]] = True
    inside[view.entry_pair[(falls & touched)[view.entry_row]]] = True
    return np.flatnonzero(inside)


def broken_gates(view: View, opened: Bools, taken: Floats) -> Bools:
    """Or-none rows not yet opened that the LP's plan, `taken` (pairs,), breaks."""
    inside = view.either[view.entry_row] & ~opened[view.entry_row]
    row, pair, weight = view.entry_row[inside], view.entry_pair[inside], view.entry_weight[inside]
    total = np.bincount(row, weight * taken[pair], len(view.lower))
    largest = np.zeros(len(view.lower))
    np.maximum.at(largest, row, taken[pair])
    short = (total < view.lower * largest - EPS) | (total > view.upper + EPS)
    return np.asarray(view.either & (largest > EPS) & short)


def first_few(need: I32 | I64, rank: I64, few: int) -> I64:
    """The first `few` pairs of every need by rank, in any order; `need` ascends."""
    start = np.flatnonzero(np.diff(need, prepend=-1))
    rest, found, own = rank.copy(), [], np.cumsum(np.diff(need, prepend=-1) != 0) - 1
    for _ in range(few if len(start) else 0):
        least = np.minimum.reduceat(rest, start)
        at = np.flatnonzero((rest == least[own]) & (rest < GONE))
        at = at[np.diff(need[at], prepend=-1) != 0]
        found.append(at)
        rest[at] = GONE
    return np.concatenate(found) if found else start


def _groups(problem: TieredProblem, face: Face, tiers: list[int]) -> tuple[Groups, Bools]:
    """Groups of alike places, and which sites need none because all their open places are alike in these tiers."""
    owner = np.repeat(np.arange(problem.sites), face.ceiling)
    start = np.concatenate([[0], np.cumsum(face.ceiling)])
    nth = np.arange(start[-1]) - start[owner]
    place = problem.slot_start[owner] + nth
    forced = nth < face.floor[owner]
    points = problem.slot_points[np.asarray(tiers)][:, place]
    fresh = np.ones(len(place), np.bool_)
    same = owner[1:] == owner[:-1]
    alike = same & (points[:, 1:] == points[:, :-1]).all(axis=0)
    unlike = np.bincount(owner[1:][same & ~alike], minlength=problem.sites) > 0
    fresh[1:] = ~(alike & (forced[1:] == forced[:-1]))
    chief = np.flatnonzero(fresh & unlike[owner])
    size = np.diff(np.append(np.flatnonzero(fresh), len(place)))[np.searchsorted(np.flatnonzero(fresh), chief)]
    return Groups(owner[chief], size, forced[chief], place[chief]), ~unlike


def _useful_rows(view: View, active: I64, open_rows: Bools) -> tuple[I64, I64, I64]:
    """The rows that the active pairs could break (or-none rows: that are open), and what sums all rows can have."""
    alive = np.zeros(len(view.need), np.bool_)
    alive[active] = True
    inside = alive[view.entry_pair]
    group, of = np.unique(view.entry_row[inside] * view.needs + view.need[view.entry_pair[inside]], return_inverse=True)
    low, high = np.zeros(len(group), np.int64), np.zeros(len(group), np.int64)
    np.minimum.at(low, of, view.entry_weight[inside])
    np.maximum.at(high, of, view.entry_weight[inside])
    least, most = np.zeros(len(view.lower), np.int64), np.zeros(len(view.lower), np.int64)
    np.add.at(least, group // view.needs, low)
    np.add.at(most, group // view.needs, high)
    breakable = (least < view.lower) | (most > view.upper)
    return np.flatnonzero(np.where(view.either, open_rows & (most != least), breakable)), least, most


def _slacken(view: View, active: I64, parts: list[tuple[np.ndarray, ...]], least: I64, most: I64) -> None:
    """Make sides infinite that the active pairs cannot reach, in place."""
    low, high = parts[1][3], parts[1][4]
    low[view.plain & (view.floor == 0)] = -INFINITE
    high[view.plain & (np.bincount(view.site[active], minlength=len(view.floor)) <= view.ceiling)] = INFINITE
    low, high = parts[2][3], parts[2][4]
    low[least >= low], high[most <= high] = -INFINITE, INFINITE


def _parts(
    view: View, active: I64, at: I64, row_in: I64, columns: dict[str, int]
) -> tuple[list[tuple[np.ndarray, ...]], I64]:
    """The blocks (row, column, weight, low, high) of the programme, and the entries that its links stand for."""
    pairs, groups = columns["pairs"], columns["groups"]
    number = np.full(len(view.lower), -1, np.int64)
    number[row_in] = np.arange(len(row_in))
    inside = np.flatnonzero((number[view.entry_row] >= 0) & (at[view.entry_pair] >= 0))
    row, column, weight = number[view.entry_row[inside]], at[view.entry_pair[inside]], view.entry_weight[inside]
    either = view.either[row_in]
    low = np.where(either, -INFINITE, view.lower[row_in].astype(float))
    high = np.where(either, INFINITE, view.upper[row_in].astype(float))
    needs = (view.need[active], np.arange(pairs), np.ones(pairs), np.ones(view.needs), np.ones(view.needs))
    group_site, plain = view.groups.site, view.plain
    sites = (
        np.concatenate([view.site[active], group_site]), np.arange(pairs + groups),
        np.concatenate([np.ones(pairs), -np.ones(groups)]),
        np.where(plain, view.floor, 0).astype(float), np.where(plain, view.ceiling, 0).astype(float),
    )  # fmt: skip
    opened, first = np.flatnonzero(either), pairs + groups
    nth = np.cumsum(either) - 1
    mine = either[row]
    twice = 2 * nth[row[mine]]
    gates = (
        np.concatenate([twice, twice + 1, np.arange(2 * len(opened))]),
        np.concatenate([column[mine], column[mine], first + np.repeat(np.arange(len(opened)), 2)]),
        np.concatenate([weight[mine], weight[mine], -np.stack([view.lower, view.upper])[:, row_in[opened]].T.ravel()]),
        np.tile([0, -INFINITE], len(opened)), np.tile([INFINITE, 0], len(opened)),
    )  # fmt: skip
    links = int(mine.sum())
    link = (
        np.concatenate([np.arange(links)] * 2), np.concatenate([column[mine], first + nth[row[mine]]]),
        np.concatenate([np.ones(links), -np.ones(links)]), np.full(links, -INFINITE), np.zeros(links),
    )  # fmt: skip
    keeps = len(view.keep_most)
    held = np.hstack([view.keep_cost[:, active], view.keep_group])
    keep_row, keep_column = np.nonzero(held)
    keep = (keep_row, keep_column, held[keep_row, keep_column], np.full(keeps, -INFINITE), view.keep_most + LENIENT)
    return [needs, sites, (row, column, weight, low, high), gates, link, keep], inside[mine]


def _fineness(view: View, dual: np.ndarray) -> int:
    """How finely multipliers may be rounded so that no sum leaves the integers."""
    sizes = np.concatenate(
        [view.ceiling, view.groups.size, np.abs(view.keep_most), [view.needs, np.abs(view.keep_cost).max(initial=0)]]
    )
    weight = float(np.abs(view.entry_weight).max(initial=1)) * float(sizes.max(initial=1)) * (len(dual) + 1)
    largest = max(float(np.abs(view.cost).max(initial=1)) * view.needs, float(np.abs(dual).max(initial=1)) * weight)
    fine = FINEST
    while fine > 1 and largest * fine > 2.0**61:
        fine //= 2
    return fine

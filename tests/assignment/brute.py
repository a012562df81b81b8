"""Tiny random matchings and the plain truth about them: every plan, one after the other."""

from dataclasses import replace

import numpy as np
from hypothesis import reject, strategies as st

from matching.assignment.problem import Budget, Choice, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.errors import NoAnswerError


def all_plans(problem: TieredProblem) -> np.ndarray:
    """Every plan that keeps places and rows: (plans, needs)."""
    spans = [np.flatnonzero(problem.need == i) for i in range(problem.needs)]
    plans = np.stack(np.meshgrid(*spans, indexing="ij"), axis=-1).reshape(-1, problem.needs).astype(np.int32)
    places = np.diff(problem.slot_start)
    sound = (loads(problem, plans) <= places).all(axis=1)
    rows = problem.rows
    for r in range(len(rows)):
        span = slice(rows.start[r], rows.start[r + 1])
        inside = (plans[:, :, None] == rows.pair[span]).any(axis=1)
        total = inside @ rows.weight[span]
        sound &= ((total >= rows.lower[r]) & (total <= rows.upper[r])) | (rows.or_none[r] & (total == 0))
    return plans[sound]


def loads(problem: TieredProblem, plans: np.ndarray) -> np.ndarray:
    """How many needs each plan sends to each site: (plans, sites)."""
    return np.asarray((problem.site[plans][:, :, None] == np.arange(problem.sites)).sum(axis=1))


def values(problem: TieredProblem, plans: np.ndarray) -> list[list[int]]:
    """The value of every plan in every tier."""
    first = np.hstack([np.zeros((problem.tiers, 1), np.int64), problem.slot_points.cumsum(axis=1)])
    start = problem.slot_start[:-1]
    filled = (first[:, start + loads(problem, plans)] - first[:, None, start]).sum(axis=2)
    told = problem.points[:, plans].sum(axis=2) + filled + problem.constant[:, None]
    return [list(map(int, column)) for column in told.T]


def best_value(problem: TieredProblem, plans: np.ndarray | None = None) -> list[int] | None:
    """The lexicographic optimum, or None where there is no plan."""
    return max(values(problem, all_plans(problem) if plans is None else plans), default=None)


def rows_of(entries: list[tuple[list[tuple[int, int]], int, int, bool]]) -> Rows:
    """Rows from (pair and weight of each entry, lower, upper, or none)."""
    return Rows(
        start=np.cumsum([0] + [len(e[0]) for e in entries]).astype(np.int64),
        pair=np.asarray([p for e in entries for p, _ in e[0]], np.int32),
        weight=np.asarray([w for e in entries for _, w in e[0]], np.int64),
        lower=np.asarray([e[1] for e in entries], np.int64),
        upper=np.asarray([e[2] for e in entries], np.int64),
        or_none=np.asarray([e[3] for e in entries], np.bool_),
    )


def solved(problem: TieredProblem, seconds: float = 60.0) -> Choice:
    """The answer of the house; an example that has none is passed over."""
    try:
        return solve_tiers(problem, Budget(seconds))
    except NoAnswerError:
        assert best_value(problem) is None
        reject()


def without_rows(problem: TieredProblem) -> TieredProblem:
    """The same matching, nothing coupled."""
    return replace(problem, rows=Rows())


@st.composite
def matchings(draw: st.DrawFn, rows: bool = True, size: int = 5) -> TieredProblem:
    """A tiny matching: a few openings, one or two waiting lists (at times too short), points in one to four tiers."""
    needs, openings = draw(st.integers(1, size)), draw(st.integers(1, 4))
    waits, tiers = draw(st.integers(1, 2)), draw(st.integers(1, 4))
    pairs = [
        (i, s)
        for i in range(needs)
        for s in [*sorted(draw(st.sets(st.integers(0, openings - 1), max_size=3))), openings + i % waits]
    ]
    large = draw(st.sampled_from([1, 3, 50, 10**6]))
    points = [
        draw(st.lists(st.integers(-large, large), min_size=len(pairs), max_size=len(pairs))) for _ in range(tiers)
    ]
    room = [draw(st.sampled_from([needs, needs, max(0, needs - 2)])) for _ in range(waits)]
    places = [draw(st.integers(0, 2)) for _ in range(openings)] + room
    slots = [
        [p for n in places for p in sorted(draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)), reverse=True)]
        for _ in range(tiers)
    ]
    return TieredProblem(
        needs=needs,
        sites=openings + waits,
        need=np.asarray([p[0] for p in pairs], np.int32),
        site=np.asarray([p[1] for p in pairs], np.int32),
        points=np.asarray(points, np.int64).reshape(tiers, len(pairs)),
        slot_start=np.cumsum([0, *places]).astype(np.int64),
        slot_points=np.asarray(slots, np.int64).reshape(tiers, sum(places)),
        constant=np.asarray([draw(st.integers(-9, 9))] * tiers, np.int64),
        rows=draw(row_lists(pairs, openings)) if rows else Rows(),
    )


@st.composite
def row_lists(draw: st.DrawFn, pairs: list[tuple[int, int]], openings: int) -> Rows:
    """Clashes, companions, minimum attendance and hours over the pairs to openings."""
    open_pairs = [k for k, (_, s) in enumerate(pairs) if s < openings]
    entries = []
    for kind in draw(st.lists(st.sampled_from(["clash", "together", "attendance", "hours"]), max_size=4)):
        if kind == "attendance":
            site = draw(st.integers(0, openings - 1))
            some = [(k, 1) for k in open_pairs if pairs[k][1] == site]
            entry = (some, draw(st.integers(1, 3)), len(pairs), True)
        elif kind == "together" and len(open_pairs) >= 2:
            a, b = draw(st.lists(st.sampled_from(open_pairs), min_size=2, max_size=2, unique=True))
            entry = ([(a, 1), (b, -1)], 0, 0, False)
        else:
            some = sorted(draw(st.sets(st.sampled_from(open_pairs), max_size=5))) if open_pairs else []
            weights = [1 if kind == "clash" else draw(st.integers(1, 4)) for _ in some]
            entry = (list(zip(some, weights, strict=True)), 0, 1 if kind == "clash" else draw(st.integers(0, 6)), False)
        if entry[0]:
            entries.append(entry)
    return rows_of(entries)


def rebuilt(problem: TieredProblem, **columns: object) -> TieredProblem:
    """The same matching with other columns, as whole numbers of the right kind."""
    wide = {"slot_start", "slot_points", "points", "constant"}
    made = {
        name: np.asarray(column, np.int64 if name in wide else np.int32) if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }
    return replace(problem, **made)

"""Coupled rules: how fast a matching with clashes, companions and minimum attendance is settled and proven.

Two seeded families: the anchor's districts (one tier of metres and interest) and a small city in five tiers.
"""

import statistics
import time
from collections import defaultdict

import numpy as np

from matching.assignment.problem import Budget, Rows, TieredProblem
from matching.assignment.tiers import solve_tiers
from matching.assignment.verify import verify_choice

Entry = tuple[list[tuple[int, int]], int, int, bool]
KINDS = ((1, 3), (2, 6), (4, 12), (10, 30))  # places of volunteers, shops, cafés, salons
SALON, SESSIONS, REACH, NOBODY = 3, 10, 6_000.0, 10**6


def districts(needs: int, candidates: int, seed: int = 0, coupled: bool = True) -> TieredProblem:
    """The anchor's instance: needs at constant density, needs / 10 resources, the cheapest candidates of each need."""
    rng = np.random.default_rng(seed)
    side = np.sqrt(needs / 500) * 4_000
    home = rng.uniform(0, side, (needs, 2))
    resident = np.sort(rng.integers(0, max(1, needs * 10 // 17), needs))
    home = home[resident]
    openings = needs // 10
    kind = rng.choice(4, openings, p=(0.4, 0.3, 0.2, 0.1))
    low, high = np.asarray(KINDS).T
    places = rng.integers(low[kind], high[kind] + 1)
    places = np.maximum(1, np.round(places * 0.95 * needs / places.sum())).astype(np.int64)
    session = rng.integers(0, SESSIONS, openings)
    cost = _costs(rng, home, rng.uniform(0, side, (openings, 2)))
    near = np.argsort(cost, axis=1, kind="stable")[:, :candidates]
    near = np.sort(np.where(np.take_along_axis(cost, near, axis=1) < NOBODY, near, -1), axis=1)
    need, at = np.nonzero(np.hstack([near, np.full((needs, 1), openings)]) >= 0)
    site = np.hstack([near, np.full((needs, 1), openings)])[need, at]
    unmatched = rng.choice((20_000, 14_000, 10_000), needs, p=(0.2, 0.3, 0.5))
    points = -np.where(site == openings, unmatched[need], np.hstack([cost, np.zeros((needs, 1))])[need, site])
    slot_start = np.cumsum([0, *places, needs])
    problem = TieredProblem(
        needs, openings + 1, need.astype(np.int32), site.astype(np.int32), points.astype(np.int64)[None, :],
        slot_start, np.zeros((1, slot_start[-1]), np.int64), np.zeros(1, np.int64),
    )  # fmt: skip
    if not coupled:
        return problem
    pair_at = pair_table(problem)
    entries = [
        *clashes(problem, pair_at, resident, np.append(session, -1)),
        *together(pair_at, friends(rng, home, needs // 40), openings),
        *avoid(pair_at, friends(rng, home, needs // 100), openings),
        *minimum(problem, np.flatnonzero(kind == SALON), 5),
    ]
    return with_rows(problem, entries)


def city(needs: int = 600, openings: int = 300, candidates: int = 30, seed: int = 0) -> TieredProblem:
    """A small city in five tiers: worst off, placed, spread over 16 areas, fit, few changes; scarce good places."""
    rng = np.random.default_rng(seed)
    areas, home = 16, rng.uniform(0, 8_000, (needs, 2))
    area = (home[:, 0] // 2_000).astype(int) * 4 + (home[:, 1] // 2_000).astype(int)
    cost = _costs(rng, home, rng.uniform(0, 8_000, (openings, 2)))
    near = np.sort(np.argsort(cost + rng.uniform(0, 4_000, cost.shape), axis=1)[:, :candidates], axis=1)
    listed = np.hstack([near, (openings + area)[:, None]])
    need, site = np.repeat(np.arange(needs), candidates + 1), listed.ravel()
    placed = site < openings
    worst_off = rng.integers(1, 4, needs) * rng.integers(1, 53, needs)
    fit = np.where(placed, 100 - np.hstack([cost, np.full((needs, areas), 10_000.0)])[need, site] // 60, 0)
    stays = placed & (rng.uniform(size=len(need)) < 0.01)
    places = np.append(rng.choice((1, 2, 3, 5, 8), openings, p=(0.5, 0.25, 0.15, 0.07, 0.03)), np.full(areas, needs))
    slot_start = np.cumsum([0, *places])
    owner, nth = (
        np.repeat(np.arange(openings + areas), places),
        np.arange(slot_start[-1]) - np.repeat(slot_start[:-1], places),
    )
    slot_points = np.zeros((5, slot_start[-1]), np.int64)
    slot_points[2] = np.where(owner >= openings, -nth, 0)
    slot_points[3] = np.where((owner < openings) & (nth >= 3), -10, 0)
    points = np.asarray([np.where(placed, worst_off[need], 0), placed, 0 * need, fit, stays], np.int64)
    problem = TieredProblem(
        needs, openings + areas, need.astype(np.int32), site.astype(np.int32), points, slot_start, slot_points,
        np.zeros(5, np.int64),
    )  # fmt: skip
    pair_at = pair_table(problem)
    resident = np.arange(needs)
    resident[needs - 60 :] = rng.choice(needs - 60, 60, replace=False)
    groups = np.flatnonzero(places[:openings] >= 5)[:10]
    entries = [
        *clashes(problem, pair_at, resident, np.append(rng.integers(0, SESSIONS, openings), [-1] * areas)),
        *together(pair_at, friends(rng, home, 15), openings),
        *minimum(problem, groups, 4),
        *hours(rng, problem, openings, 8),
    ]
    return with_rows(problem, entries)


def _costs(rng: np.random.Generator, home: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Metres and interest, `NOBODY` where a step, the distance or the kind of need forbids it."""
    metres = np.empty((len(home), len(place)))
    for block in np.array_split(np.arange(len(home)), max(1, len(home) // 1_000)):
        metres[block] = np.hypot(*(home[block, None, :] - place[None, :, :]).transpose(2, 0, 1))
    taste, offer = rng.normal(size=(len(home), 8)), rng.normal(size=(len(place), 8))
    taste /= np.linalg.norm(taste, axis=1)[:, None]
    offer /= np.linalg.norm(offer, axis=1)[:, None]
    fits = rng.integers(0, 6, len(home))[:, None] % 3 == rng.integers(0, 6, len(place))[None, :] % 3
    steps = (rng.uniform(size=len(home)) < 0.25)[:, None] & (rng.uniform(size=len(place)) < 0.4)[None, :]
    return np.where(fits & ~steps & (metres < REACH), np.round(metres + 1_500 * (1 - taste @ offer.T)), NOBODY)


def pair_table(problem: TieredProblem) -> list[dict[int, int]]:
    """For every need: the number of its pair at each site."""
    table: list[dict[int, int]] = [{} for _ in range(problem.needs)]
    for pair, (need, site) in enumerate(zip(problem.need.tolist(), problem.site.tolist(), strict=True)):
        table[need][site] = pair
    return table


def friends(rng: np.random.Generator, home: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Pairs of neighbours (two needs of one person are not neighbours), each need once."""
    left, pairs = list(rng.permutation(len(home))), []
    while len(pairs) < count and len(left) > 1:
        one = left.pop()
        other = min(left[-200:], key=lambda j: float(np.hypot(*(home[j] - home[one]))) or np.inf)
        left.remove(other)
        pairs.append((int(one), int(other)))
    return pairs


def clashes(
    problem: TieredProblem, pair_at: list[dict[int, int]], resident: np.ndarray, session: np.ndarray
) -> list[Entry]:
    """Nobody is in two places in one session."""
    at: dict[tuple[int, int], list[int]] = defaultdict(list)
    for need, sites in enumerate(pair_at):
        for site, pair in sites.items():
            if session[site] >= 0:
                at[int(resident[need]), int(session[site])].append(pair)
    return [([(p, 1) for p in ps], 0, 1, False) for ps in at.values() if len({int(problem.need[p]) for p in ps}) > 1]


def together(pair_at: list[dict[int, int]], pairs: list[tuple[int, int]], openings: int) -> list[Entry]:
    """Both in one opening, or neither in any."""
    out: list[Entry] = []
    for a, b in pairs:
        for site in sorted({*pair_at[a], *pair_at[b]}):
            both = [(pair_at[x][site], w) for x, w in ((a, 1), (b, -1)) if site in pair_at[x]]
            if site < openings:
                out.append((both, 0, 0, False))
    return out


def avoid(pair_at: list[dict[int, int]], pairs: list[tuple[int, int]], openings: int) -> list[Entry]:
    """Never both in one opening."""
    return [
        ([(pair_at[a][s], 1), (pair_at[b][s], 1)], 0, 1, False)
        for a, b in pairs
        for s in sorted({*pair_at[a]} & {*pair_at[b]})
        if s < openings
    ]


def minimum(problem: TieredProblem, sites: np.ndarray, least: int) -> list[Entry]:
    """Open with at least so many, or not at all."""
    lists = [np.flatnonzero(problem.site == s).tolist() for s in sites]
    return [([(p, 1) for p in pairs], least, len(pairs), True) for pairs in lists if pairs]


def hours(rng: np.random.Generator, problem: TieredProblem, openings: int, count: int) -> list[Entry]:
    """Helpers with several openings each, and so many hours a month."""
    out: list[Entry] = []
    for _ in range(count):
        own = rng.choice(openings, 6, replace=False)
        pairs = np.flatnonzero(np.isin(problem.site, own))
        weight = rng.integers(2, 9, problem.needs)
        out.append(([(int(p), int(weight[problem.need[p]])) for p in pairs], 0, 25, False))
    return out


def with_rows(problem: TieredProblem, entries: list[Entry]) -> TieredProblem:
    """The matching with these rows."""
    rows = Rows(
        start=np.cumsum([0, *(len(e[0]) for e in entries)]).astype(np.int64),
        pair=np.asarray([p for e in entries for p, _ in e[0]], np.int32),
        weight=np.asarray([w for e in entries for _, w in e[0]], np.int64),
        lower=np.asarray([e[1] for e in entries], np.int64),
        upper=np.asarray([e[2] for e in entries], np.int64),
        or_none=np.asarray([e[3] for e in entries], np.bool_),
    )
    return TieredProblem(
        problem.needs, problem.sites, problem.need, problem.site, problem.points, problem.slot_start,
        problem.slot_points, problem.constant, rows,
    )  # fmt: skip


def main() -> None:
    """Measure and write the section."""
    from benchmarks.report import write_section

    lines = ["| matching | pairs | rows | CPU s | gap | proven tiers |", "|---|---|---|---|---|---|"]
    cases = [("1k × 8", districts(1_000, 8)), ("1k × 20", districts(1_000, 20)), ("city of 600, five tiers", city())]
    cases += [("10k × 8", districts(10_000, 8)), ("10k × 20", districts(10_000, 20))]
    solve_tiers(districts(200, 8), Budget())  # compiled, imported
    for name, problem in cases:
        spent, choice = [], None
        for _ in range(1 if problem.needs > 1_000 else 3):
            begin = time.process_time()
            choice = solve_tiers(problem, Budget(60.0))
            spent.append(time.process_time() - begin)
        assert choice is not None
        assert not verify_choice(problem, choice)
        gap = max(0, int(choice.bound[0] - choice.value[0])) / abs(int(choice.value[0]))
        lines.append(
            f"| {name} | {len(problem.need)} | {len(problem.rows)} | {statistics.median(spent):.2f} | {gap:.3%} "
            f"| {int(choice.proven.sum())} of {problem.tiers} |"
        )
    write_section("coupled", "\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()

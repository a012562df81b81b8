import numpy as np
from hypothesis import given, settings, strategies as st

from matching.assignment.problem import TieredProblem
from matching.assignment.verify import recount, verify
from matching.assignment.whatif import CloseSite, OneMorePlace, OneNeedFewer, OneNeedMore, replan
from matching.errors import NoAnswerError
from tests.assignment.brute import best_value, matchings, rebuilt, solved

MANY = settings(max_examples=250, deadline=None)


def optimum(problem: TieredProblem) -> np.ndarray:
    return solved(problem).chosen


def agrees(before: TieredProblem, chosen: np.ndarray, after: TieredProblem, change, pairs: np.ndarray) -> None:
    """`pairs`: of each pair of `after`, its number before."""
    truth = best_value(after)
    try:
        plan = replan(before, chosen, change)
    except NoAnswerError:
        assert truth is None
        return
    assert np.add(recount(before, chosen), plan.gain).tolist() == truth
    new = chosen.copy()
    own = plan.need < before.needs
    new[plan.need[own]] = plan.pair[own]
    if isinstance(change, OneNeedFewer):
        new = np.delete(new, change.need)
    if isinstance(change, OneNeedMore):
        new = np.append(new, len(before.need) + plan.pair[~own])
    moved = np.searchsorted(pairs, new).astype(np.int32)
    assert pairs[moved].tolist() == new.tolist()
    assert not verify(after, moved)
    assert recount(after, moved) == truth


@MANY
@given(matchings(rows=False), st.data())
def test_a_site_that_closes_leaves_the_optimum_without_it(problem, data):
    site = data.draw(st.integers(0, problem.sites - 1))
    places = np.diff(problem.slot_start)
    keep = np.repeat(np.arange(problem.sites), places) != site
    places[site] = 0
    after = rebuilt(problem, slot_start=np.cumsum([0, *places]), slot_points=problem.slot_points[:, keep])
    agrees(problem, optimum(problem), after, CloseSite(site), np.arange(len(problem.need)))


@MANY
@given(matchings(rows=False), st.data())
def test_one_more_place_gives_the_optimum_with_it(problem, data):
    site = data.draw(st.integers(0, problem.sites - 1))
    first, last = problem.slot_start[site : site + 2]
    extra = problem.slot_points[:, last - 1] if last > first else np.zeros(problem.tiers, np.int64)
    start = problem.slot_start + (np.arange(problem.sites + 1) > site)
    after = rebuilt(problem, slot_start=start, slot_points=np.insert(problem.slot_points, last, extra, axis=1))
    agrees(problem, optimum(problem), after, OneMorePlace(site), np.arange(len(problem.need)))


@MANY
@given(matchings(rows=False), st.data())
def test_one_need_fewer_gives_the_optimum_without_it(problem, data):
    need = data.draw(st.integers(0, problem.needs - 1))
    pairs = np.flatnonzero(problem.need != need)
    after = rebuilt(
        problem, needs=problem.needs - 1, need=problem.need[pairs] - (problem.need[pairs] > need),
        site=problem.site[pairs], points=problem.points[:, pairs],
    )  # fmt: skip
    if after.needs:
        agrees(problem, optimum(problem), after, OneNeedFewer(need), pairs)


@MANY
@given(matchings(rows=False), st.data())
def test_one_need_more_gives_the_optimum_with_it(problem, data):
    sites = sorted(data.draw(st.sets(st.integers(0, problem.sites - 1), max_size=4)))
    points = np.asarray(
        [
            data.draw(st.lists(st.integers(-60, 60), min_size=len(sites), max_size=len(sites)))
            for _ in range(problem.tiers)
        ],
        np.int64,
    ).reshape(problem.tiers, len(sites))
    change = OneNeedMore(np.asarray(sites, np.int32), points)
    after = rebuilt(
        problem, needs=problem.needs + 1, need=np.append(problem.need, np.full(len(sites), problem.needs)),
        site=np.append(problem.site, change.site), points=np.hstack([problem.points, points]),
    )  # fmt: skip
    agrees(problem, optimum(problem), after, change, np.arange(len(after.need)))

"""The covering is the best there is: compared with every set of steps and every plan on tiny towns."""

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.assignment.problem import Rows
from matching.develop.model import spread
from matching.develop.solvers.covering import MOST_RANK, Siting, best_cover


@st.composite
def sitings(draw):
    """Up to four needs, three sites and four steps, with a row that couples pairs now and then."""
    needs, sites, steps = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    every = [(n, s) for n in range(needs) for s in range(sites)]
    pairs = [pair for pair in every if draw(st.booleans())]
    places = [draw(st.integers(0, 1)) for _ in range(sites)]
    gives = [(j, draw(st.integers(0, sites - 1)), draw(st.integers(1, 2))) for j in range(steps)]
    if draw(st.booleans()):
        gives[0] = (0, gives[0][1], -places[gives[0][1]])
    asks = [(p, draw(st.integers(0, steps - 1))) for p in range(len(pairs)) if draw(st.integers(0, 3)) == 0]
    rows = Rows()
    if len(pairs) >= 2 and draw(st.booleans()):
        one = np.array([0, len(pairs) - 1], np.int32)
        rows = Rows(np.array([0, 2]), one, np.ones(2, np.int64), np.zeros(1, np.int64), np.ones(1, np.int64),
                    np.zeros(1, np.bool_))  # fmt: skip
    return Siting(
        needs,
        np.array([n for n, _ in pairs], np.int32),
        np.array([s for _, s in pairs], np.int32),
        np.zeros(len(pairs), np.bool_),
        np.array(places, np.int64),
        rows,
        np.array(gives, np.int64).reshape(-1, 3),
        np.array(asks, np.int64).reshape(-1, 2),
        np.array([draw(st.integers(-2, 5)) for _ in range(steps)], np.int64),
        np.array([draw(st.integers(1, MOST_RANK)) for _ in range(steps)], np.int64),
        np.array([draw(st.integers(0, steps - 1)) for _ in range(steps)], np.int32),
    )


def most_placed(siting, taken):
    """By trying every choice, need by need; what others have left open is all that counts for those who follow."""
    places = siting.places.copy()
    for step, site, more in siting.gives.tolist():
        places[site] += more if step in taken else 0
    if (places < 0).any():
        return -1
    asked = {}
    for pair, step in siting.asks.tolist():
        asked.setdefault(pair, set()).add(step)
    coupled = set(siting.rows.pair.tolist())
    may = [
        [p for p in np.flatnonzero(siting.need == n).tolist() if p not in asked or asked[p] & set(taken)]
        for n in range(siting.needs)
    ]

    @cache
    def most(need, left, free):
        if need == siting.needs:
            return 0
        found = most(need + 1, left, free)
        for pair in may[need]:
            site, together = int(siting.site[pair]), pair in coupled
            if left[site] and (free or not together):
                fewer = (*left[:site], left[site] - 1, *left[site + 1 :])
                found = max(found, 1 + most(need + 1, fewer, free and not together))
        return found

    return most(0, tuple(places.tolist()), True)


def best_by_trying(siting, most, budget):
    """(placed, less ranks) of the best set of steps."""
    found = []
    for size in range(most + 1):
        for taken in combinations(range(len(siting.cost)), size):
            groups = siting.group[list(taken)].tolist()
            if len(set(groups)) < len(groups) or (budget is not None and siting.cost[list(taken)].sum() > budget):
                continue
            placed = most_placed(siting, taken)
            if placed >= 0:
                found.append((placed, -int(siting.rank[list(taken)].sum())))
    return max(found) if found else None


@settings(max_examples=120, deadline=None)
@given(sitings(), st.integers(0, 4), st.none() | st.integers(0, 8))
def test_the_plan_is_the_best_of_all_sets_of_steps(siting, most, budget):
    found, wanted = best_cover(siting, most, budget, 20.0), best_by_trying(siting, most, budget)
    assert (found is None) == (wanted is None)
    if found is not None:
        assert found.optimal
        assert found.placed == found.bound == wanted[0]
        assert -int(siting.rank[list(found.steps)].sum()) == wanted[1]


@settings(max_examples=60, deadline=None)
@given(sitings(), st.data())
def test_given_steps_place_as_many_as_can_be(siting, data):
    taken = data.draw(st.sets(st.integers(0, len(siting.cost) - 1), max_size=3))
    groups = siting.group[list(taken)].tolist()
    if len(set(groups)) == len(groups) and most_placed(siting, taken) >= 0:
        assert best_cover(siting, 10, None, 20.0, only=sorted(taken)).placed == most_placed(siting, taken)


def lonely(rank, cost=(3, 3)):
    """One need that either of two steps would help."""
    return Siting(
        1, np.zeros(2, np.int32), np.array([0, 1], np.int32), np.zeros(2, np.bool_), np.zeros(2, np.int64), Rows(),
        np.array([[0, 0, 1], [1, 1, 1]]), np.array([[0, 0], [1, 1]]), np.array(cost), np.array(rank),
        np.array([0, 1], np.int32),
    )  # fmt: skip


def test_of_equal_steps_the_one_of_lower_rank_is_taken():
    assert best_cover(lonely([2, 1]), 2, None, 10.0).steps == (1,)
    assert best_cover(lonely([1, 2]), 2, None, 10.0).steps == (0,)


def test_nothing_is_taken_beyond_the_budget():
    assert best_cover(lonely([1, 2]), 2, 2, 10.0).steps == ()


@pytest.mark.parametrize("freed", [-3, -1])
def test_a_step_that_frees_hours_pays_for_another(freed):
    siting = lonely([1, 2], (2, freed))
    only = Siting(1, siting.need[:1], siting.site[:1], siting.held[:1], siting.places, Rows(), siting.gives[:1],
                  siting.asks[:1], siting.cost, siting.rank, siting.group)  # fmt: skip
    assert best_cover(only, 2, 2 + freed, 10.0).steps == (0, 1)


@settings(max_examples=60, deadline=None)
@given(sitings(), st.integers(2, 4), st.integers(0, 3))
def test_needs_that_are_alike_are_placed_as_if_each_stood_alone(siting, times, most):
    """The same town with every need that no row couples standing several times, beside the truth of the small one."""
    free = [
        n for n in range(siting.needs) if not set(np.flatnonzero(siting.need == n)) & set(siting.rows.pair.tolist())
    ]
    need, site, asks = siting.need.tolist(), siting.site.tolist(), siting.asks.tolist()
    more = siting.needs
    for n in free:
        for _ in range(times - 1):
            for pair in np.flatnonzero(siting.need == n).tolist():
                asks += [[len(need), step] for p, step in siting.asks.tolist() if p == pair]
                need.append(more)
                site.append(int(siting.site[pair]))
            more += 1
    grown = replace(
        siting, needs=more, need=np.array(need, np.int32), site=np.array(site, np.int32),
        held=np.zeros(len(need), np.bool_), asks=np.array(asks, np.int64).reshape(-1, 2),
    )  # fmt: skip
    found, wanted = best_cover(grown, most, None, 20.0), best_by_trying(grown, most, None)
    assert (found is None) == (wanted is None)
    if found is not None:
        assert found.optimal and found.placed == found.bound == wanted[0]


def test_steps_are_weighed_that_help_others_before_those_that_help_the_same_again():
    same, others = np.arange(6, dtype=np.int32), np.arange(6, 9, dtype=np.int32)
    assert spread([same, same, others], [4, 4, 4], 9)[:2] == [0, 2]
    assert sorted(spread([same, same, others], [4, 4, 4], 9)) == [0, 1, 2]
    assert spread([np.arange(20, dtype=np.int32), np.arange(20, 26, dtype=np.int32)], [4, 8], 26)[0] == 1

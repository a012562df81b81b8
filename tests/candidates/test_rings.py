"""The k best by rings are the k best of all."""

import numpy as np
from hypothesis import given, settings, strategies as st

from matching.candidates.rings import NOBODY, Plane, k_best


def instance(seed, needs, sites, spread):
    rng = np.random.default_rng(seed)
    homes, places = (Plane(*rng.uniform(0, spread, (2, n))) for n in (needs, sites))
    liking = rng.integers(0, 40, (needs, sites)).astype(np.int32) * 10
    fits = rng.random((needs, sites)) < 0.7
    far = np.hypot(*(np.subtract.outer(getattr(homes, a), getattr(places, a)) for a in ("north", "east")))
    return homes, places, liking, fits, far


def every_best(points, fits, k):
    """By sorting all of them."""
    out = np.full((len(points), k), NOBODY, np.int32)
    for i in range(len(points)):
        found = sorted(np.flatnonzero(fits[i]).tolist(), key=lambda s: (-points[i, s], s))[:k]
        out[i, : len(found)] = found
    return out


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 80), st.integers(1, 6), st.sampled_from([0, 3e3]))
def test_the_lists_are_those_of_sorting_all_pairs(seed, needs, sites, k, spread):
    homes, places, liking, fits, far = instance(seed, needs, sites, spread)
    points = (liking - far).astype(np.int32)
    metres = np.random.default_rng(seed).choice([200.0, 900.0, np.inf], needs)
    best = k_best(
        homes, places, metres, k,
        lambda need, site: (fits[need, site], points[need, site]),
        lambda need, gap: (400 - gap).astype(np.int32) + np.int32(1),
    )  # fmt: skip
    assert np.array_equal(best.site, every_best(points, fits & (far <= metres[:, None]), k))
    there = best.site != NOBODY
    assert np.array_equal(best.points[there], np.take_along_axis(points, best.site.clip(0), 1)[there])


def test_a_need_stops_as_soon_as_no_further_place_can_be_better():
    homes, places, liking, fits, far = instance(1, 20, 3_000, 10_000)
    seen = []

    def judge(need, site):
        seen.append(len(need))
        return fits[need, site], (liking - far).astype(np.int32)[need, site]

    k_best(homes, places, np.full(20, np.inf), 5, judge, lambda need, gap: (401 - gap).astype(np.int32))
    assert sum(seen) < 20 * 3_000 / 10


def test_nobody_is_near_where_there_is_no_place():
    nowhere = Plane(np.zeros(0), np.zeros(0))
    home = Plane(np.zeros(1), np.zeros(1))
    best = k_best(home, nowhere, np.ones(1), 3, lambda n, s: (n == s, n), lambda n, m: n)
    assert best.site.tolist() == [[NOBODY] * 3]

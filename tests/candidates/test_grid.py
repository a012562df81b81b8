"""The grid finds every place within a radius, anywhere on Earth."""

import numpy as np
from hypothesis import given, settings, strategies as st

from matching.candidates import grid
from matching.travel.straight_line import straight_metres
from tests.candidates.given_dense import scattered


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-4, 0.02, 0.5, 5]),
    st.sampled_from([0, 35, -60, 89.5]),
    st.sampled_from([135, -179.9, 0]),
    st.integers(20, 60),
)
def test_no_place_within_the_radius_is_missed_and_none_is_told_twice(seed, spread, north, east, most):
    rng = np.random.default_rng(seed)
    homes, sites = scattered(rng, 12, spread, north, east), scattered(rng, 30, spread, north, east)
    metres = rng.choice([-1, 0, np.inf, *(spread * 111_000 * rng.random(4))], len(homes))
    found = [tuple(pair) for block in grid.near(homes, sites, metres, most) for pair in np.stack(block, 1).tolist()]
    home, site = (x.ravel().astype(np.int32) for x in np.indices((len(homes), len(sites))))
    inside = straight_metres(homes, sites, home, site) <= metres[home]
    assert len(found) == len(set(found))
    assert {tuple(pair) for pair in np.stack([home, site], 1)[inside].tolist()} <= set(found)


def test_far_places_are_left_out():
    rng = np.random.default_rng(1)
    homes, sites = scattered(rng, 100, 0.5), scattered(rng, 2_000, 0.5)
    pairs = sum(len(home) for home, _ in grid.near(homes, sites, np.full(100, 2_000.0), 10_000))
    assert pairs < 100 * 2_000 / 100

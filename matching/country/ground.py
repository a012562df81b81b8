"""The ground of a synthetic municipality: homes and openings at constant density, and who can reach what.

The same family as the benchmark of coupled matchings: one opening for ten needs, volunteers, shops, cafés and salons
of growing size, places for 95 in 100 needs, the twenty nearest openings within six kilometres, and worse the longer
somebody has waited to stay without one.
"""

import numpy as np

from matching.assignment.problem import I32, I64, Problem
from matching.country import Municipality

LOW, HIGH = np.array([1, 2, 4, 10]), np.array([3, 6, 12, 30])
"""Places of volunteers, shops, cafés and salons, at least and at most."""
OFTEN = (0.4, 0.3, 0.2, 0.1)
NEAREST, REACH, SIDE_OF_500 = 20, 6_000.0, 4_000.0
WAITS, WAIT_OFTEN = (20_000, 14_000, 10_000), (0.2, 0.3, 0.5)
"""What staying without a place costs, in metres: to who has waited longest, long, and a little."""


def posed(of: Municipality) -> Problem:
    """Its needs and openings as a pure flow, in metres; the last site is the waiting list, where all have room."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng([of.number, of.population])
    side = SIDE_OF_500 * np.sqrt(of.needs / 500)
    openings = max(1, of.needs // 10)
    home, where = rng.uniform(0, side, (of.needs, 2)), rng.uniform(0, side, (openings, 2))
    far, near = cKDTree(where).query(home, k=min(NEAREST, openings), distance_upper_bound=REACH)
    far, near = np.asarray(far).reshape(of.needs, -1), np.asarray(near).reshape(of.needs, -1)
    interest = rng.integers(0, 3_000, far.shape)
    cost = np.hstack([far + interest, rng.choice(WAITS, (of.needs, 1), p=WAIT_OFTEN)])
    site = np.hstack([np.where(np.isfinite(far), near, openings + 1), np.full((of.needs, 1), openings)])
    order = np.argsort(site, axis=1, kind="stable")
    site, cost = np.take_along_axis(site, order, 1), np.take_along_axis(cost, order, 1)
    need, at = np.nonzero(site <= openings)
    fits = need.astype(np.int32), site[need, at].astype(np.int32), cost[need, at].astype(np.int64)
    return flow(of.needs, *fits, _places(rng, of.needs, openings))


def flow(needs: int, need: I32, site: I32, cost: I64, places: I64) -> Problem:
    """A pure flow of pairs to openings with so many places each, and after them the waiting list of everybody."""
    start = starts(places, needs)
    return Problem(needs, len(places) + 1, need, site, cost, start, np.zeros(start[-1], np.int64))


def starts(places: I64, needs: int) -> I64:
    """Where the places of every opening begin, and those of the waiting list."""
    start = np.zeros(len(places) + 2, np.int64)
    np.cumsum(places, out=start[1:-1])
    start[-1] = start[-2] + needs
    return start


def _places(rng: np.random.Generator, needs: int, openings: int) -> I64:
    kind = rng.choice(4, openings, p=OFTEN)
    places = rng.integers(LOW[kind], HIGH[kind] + 1)
    return np.asarray(np.maximum(1, np.round(places * 0.95 * needs / places.sum())), np.int64)

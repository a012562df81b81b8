"""Beside PySAL, where the definitions agree: the covering (spopt's MCLP, and its capacities) and E2SFCA (access).

They run where both packages are installed: `make peers`.
"""

import numpy as np
import pytest

from matching.assignment.problem import Rows
from matching.develop.solvers.covering import MOST_RANK, Siting, best_cover
from matching.indicators.access import e2sfca, weights

locate = pytest.importorskip("spopt.locate")
pulp = pytest.importorskip("pulp")
fca = pytest.importorskip("access.fca")
pandas = pytest.importorskip("pandas")

RADIUS, STEPS = 25.0, 8


def instance(seed: int, needs: int = 40) -> tuple[np.ndarray, np.random.Generator]:
    """Minutes between needs and candidate places."""
    rng = np.random.default_rng(seed)
    home, place = rng.uniform(0, 100, (needs, 2)), rng.uniform(0, 100, (STEPS, 2))
    return np.hypot(*(home[:, None] - place).transpose(2, 0, 1)), rng


def siting(minutes: np.ndarray, radius: float, places: np.ndarray, fixed: np.ndarray) -> Siting:
    """Each candidate is one step that gives its places; a fixed one has them already."""
    need, site = np.nonzero(minutes <= radius)
    pairs = np.arange(len(need))
    asks = np.stack([pairs, site], axis=1)[~np.isin(site, fixed)]
    new = np.setdiff1d(np.arange(STEPS), fixed)
    own = np.zeros(STEPS, np.int64)
    own[fixed] = places[fixed]
    return Siting(
        len(minutes), need.astype(np.int32), site.astype(np.int32), np.zeros(len(need), np.bool_), own, Rows(),
        np.stack([new, new, places[new]], axis=1), asks.reshape(-1, 2), np.zeros(STEPS, np.int64),
        np.full(STEPS, MOST_RANK, np.int64), np.arange(STEPS, dtype=np.int32),
    )  # fmt: skip


def covered_by_spopt(minutes: np.ndarray, steps: int, fixed: np.ndarray) -> int:
    existing = np.array([int(at in fixed) for at in range(STEPS)]) if len(fixed) else None
    model = locate.MCLP.from_cost_matrix(
        minutes, np.ones(len(minutes)), RADIUS, steps + len(fixed), predefined_facilities_arr=existing
    )
    model.solve(pulp.PULP_CBC_CMD(msg=False))
    return round(model.problem.objective.value())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_with_room_for_everybody_as_many_are_covered_as_mclp_covers(seed, steps):
    minutes, _ = instance(seed)
    nothing = np.zeros(0, np.int64)
    ours = best_cover(siting(minutes, RADIUS, np.full(STEPS, len(minutes)), nothing), steps, None, 30.0)
    assert ours is not None and ours.optimal
    assert ours.placed == covered_by_spopt(minutes, steps, nothing)


@pytest.mark.parametrize("seed", range(6))
def test_places_that_are_there_already_stay_as_mclp_keeps_predefined_ones(seed):
    minutes, rng = instance(seed)
    fixed = np.sort(rng.choice(STEPS, 2, replace=False))
    ours = best_cover(siting(minutes, RADIUS, np.full(STEPS, len(minutes)), fixed), 2, None, 30.0)
    assert ours is not None and ours.placed == covered_by_spopt(minutes, 2, fixed)


def nearest_within(minutes: np.ndarray, places: np.ndarray, steps: int) -> set[tuple[int, ...]]:
    """Every set of so many steps with room for all that spopt's capacitated p-median can serve at all."""
    from itertools import combinations

    out = set()
    for some in combinations(range(STEPS), steps):
        if places[list(some)].sum() >= len(minutes):
            out.add(some)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_with_capacities_everybody_is_placed_where_the_capacitated_p_median_serves_everybody(seed):
    """spopt has no covering with capacities; its p-median has them, feasible if and only if all can be placed."""
    minutes, rng = instance(seed, needs=20)
    places = rng.integers(4, 14, STEPS)
    everywhere = float(minutes.max())
    for steps in (2, 3):
        ours = best_cover(siting(minutes, everywhere, places, np.zeros(0, np.int64)), steps, None, 30.0)
        model = locate.PMedian.from_cost_matrix(
            minutes, np.ones(len(minutes)), steps, facility_capacities=places.astype(float)
        )
        try:
            model.solve(pulp.PULP_CBC_CMD(msg=False))
            serves = model.problem.status == pulp.LpStatusOptimal
        except RuntimeError:  # how spopt says that nothing is feasible
            serves = False
        assert ours is not None and (ours.placed == len(minutes)) == serves == bool(
            nearest_within(minutes, places, steps)
        )


@pytest.mark.parametrize("seed", range(6))
def test_places_within_reach_are_those_of_two_step_floating_catchments(seed):
    minutes, rng = instance(seed)
    minutes = np.rint(minutes).astype(np.int32)
    need, opening = np.nonzero(minutes <= 30)
    places = rng.integers(0, 12, STEPS)
    way = minutes[need, opening]
    ours = e2sfca(len(minutes), need.astype(np.int32), opening.astype(np.int32), way, places)
    demand = pandas.DataFrame({"demand": np.ones(len(minutes))}, index=np.arange(len(minutes)))
    supply = pandas.DataFrame({"supply": places.astype(float)}, index=np.arange(STEPS))
    cost = pandas.DataFrame({"origin": need, "dest": opening, "cost": way.astype(float)})
    theirs = fca.two_stage_fca(
        demand, supply, cost, max_cost=30, demand_index=True, supply_index=True,
        weight_fn=lambda minute: float(weights(np.array([minute]))[0]),
    )  # fmt: skip
    assert np.allclose(ours, theirs.reindex(range(len(minutes))).fillna(0).to_numpy())

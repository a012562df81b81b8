"""Straight lines with a detour: exact over the globe, monotone, fast."""

import time

import numpy as np
import pytest
from hypothesis import given, strategies as st

from matching.domain import Mode, Points, TravelSettings
from matching.travel import StraightLine
from matching.travel.straight_line import EARTH_METRES, straight_metres
from tests.travel.given_ways import ask, at, minutes

LINE = StraightLine(TravelSettings())


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    (north_1, east_1), (north_2, east_2) = np.radians(a), np.radians(b)
    half = np.sin((north_2 - north_1) / 2) ** 2
    half += np.cos(north_1) * np.cos(north_2) * np.sin((east_2 - east_1) / 2) ** 2
    return float(2 * EARTH_METRES * np.arcsin(np.sqrt(half)))


places = st.tuples(st.floats(24, 46), st.floats(123, 146))


@given(places, places)
def test_the_straight_line_is_the_haversine_distance(a: tuple[float, float], b: tuple[float, float]) -> None:
    one, other = (Points(np.array([p[0]]), np.array([p[1]])) for p in (a, b))
    row = np.zeros(1, np.int32)
    assert straight_metres(one, other, row, row)[0] == pytest.approx(haversine(a, b), rel=1e-6, abs=1e-3)


@pytest.mark.parametrize(("metres", "factor"), [(500, 1.29), (2_000, 1.22), (10_000, 1.20)])
def test_each_class_of_distance_has_its_detour(metres: float, factor: float) -> None:
    assert minutes(LINE, Mode.WALK, (0, 0), (0, metres)) == pytest.approx(metres * factor / 60, rel=1e-4)


def test_bicycles_and_cars_go_at_the_speed_of_the_town_and_people_at_their_own() -> None:
    line = StraightLine(TravelSettings(bicycle_metres_per_minute=150, car_metres_per_minute=400, car_extra_minutes=5))
    assert minutes(line, Mode.BICYCLE, (0, 0), (2_000, 0)) == pytest.approx(2_440 / 150, rel=1e-3)
    assert minutes(line, Mode.CAR, (0, 0), (2_000, 0)) == pytest.approx(2_440 / 400 + 5, rel=1e-3)
    assert ask(line, Mode.WALK, at((0, 0)), at((2_000, 0)), pace=30).minutes[0] == pytest.approx(2_440 / 30, rel=1e-3)


def test_who_rides_does_not_walk_and_who_walks_walks_all_the_way() -> None:
    assert ask(LINE, Mode.CAR, at((0, 0)), at((900, 0))).walking[0] == 0
    on_foot = ask(LINE, Mode.WALK, at((0, 0)), at((900, 0)))
    assert on_foot.walking[0] == on_foot.minutes[0] > 0


@given(
    st.lists(st.floats(0, 9_000), min_size=2, max_size=30),
    st.tuples(*(st.floats(1, 3) for _ in range(3))),
)
def test_no_nearer_place_is_further(metres: list[float], factors: tuple[float, float, float]) -> None:
    line = StraightLine(TravelSettings(detour_factors=factors))
    way = line.way_metres(np.sort(np.array([*metres, 1_000, 1_000.001, 3_000, 3_000.001])))
    assert np.all(np.diff(way) >= 0)


def test_a_million_ways_take_well_under_a_second() -> None:
    rng, n = np.random.default_rng(1), 1_000
    points = Points(34 + rng.random(n), 135 + rng.random(n))
    ask(LINE, Mode.WALK, points, points)
    start = time.process_time()
    ask(LINE, Mode.WALK, points, points)
    # Measured: 0.04 s. The bound is loose because the machine is shared.
    assert time.process_time() - start < 0.3


def test_nobody_gets_anywhere_at_no_pace() -> None:
    assert np.isinf(ask(LINE, Mode.WALK, at((0, 0)), at((10, 0)), pace=0).minutes[0])

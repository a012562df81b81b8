"""What everybody who says how many minutes must keep to; run once for each provider."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import Mode, Points, SureTimes, TravelSettings, TravelTimes
from matching.travel import StraightLine, WithBus
from matching.travel.gtfs import read_feeds
from matching.travel.roads import Use
from matching.travel.straight_line import straight_metres
from matching.travel.streets import Streets
from matching.travel.timetable import Timetable
from tests.travel.given_feed import feed_files, write_feed
from tests.travel.given_ways import ask, at, roads

SIZE = 4_000


def straight() -> TravelTimes:
    return StraightLine(TravelSettings())


def streets() -> TravelTimes:
    """A net of 400 m with some steps, one-way streets, footways, slow roads, and a pair of nodes apart from all."""
    side = SIZE // 400 + 1
    nodes = [(400.0 * x, 400.0 * y) for y in range(side) for x in range(side)]
    rng = np.random.default_rng(7)
    foot = int(Use.WALK | Use.ROLL | Use.CYCLE)
    kinds = [31] * 6 + [foot, int(Use.WALK), foot | int(Use.DRIVE), foot | int(Use.DRIVE_BACK)]
    edges = [(i, i + 1, int(rng.choice(kinds))) for i in range(side * side) if i % side != side - 1]
    edges += [(i, i + side, int(rng.choice(kinds))) for i in range(side * (side - 1))]
    drawn = roads([*nodes, (100, 130), (130, 100)], *edges, (len(nodes), len(nodes) + 1, 31))
    drawn.speed[:] = rng.choice([0.35, 0.7, 1.0, 1.5], len(drawn))
    return Streets(drawn, TravelSettings())


def bus() -> TravelTimes:
    """Two lines that cross, a bus every quarter of an hour."""
    stops = {f"x{i}": (i * 500.0, 2_000.0) for i in range(9)} | {f"y{i}": (2_100.0, i * 500.0) for i in range(9)}
    trips = {
        f"{line}{start}{step}": [(f"{line}{i}", f"{m // 60}:{m % 60:02}:00") for i, m in run]
        for start in range(420, 720, 15)
        for line in "xy"
        for step, run in ((1, [(i, start + i) for i in range(9)]), (-1, [(8 - i, start + 2 * i) for i in range(9)]))
    }
    with TemporaryDirectory() as folder:
        return Timetable(read_feeds(write_feed(Path(folder) / "gtfs", feed_files(stops, trips)), []))


def all_together() -> TravelTimes:
    return WithBus(provider(streets), provider(bus))


def straight_and_bus() -> TravelTimes:
    return WithBus(provider(straight), provider(bus))


@cache
def provider(make: Callable[[], TravelTimes]) -> TravelTimes:
    return make()


ON_THE_GROUND = (Mode.WALK, Mode.WHEELCHAIR, Mode.BICYCLE, Mode.CAR)
every_provider = pytest.mark.parametrize("make", [straight, streets, bus, all_together])
on_the_ground = pytest.mark.parametrize("make", [straight, streets])
spot = st.tuples(st.floats(-300, SIZE + 300), st.floats(-300, SIZE + 300))
spots = st.lists(spot, min_size=1, max_size=6).map(lambda those: at(*those))
paces = st.sampled_from([20.0, 45.0, 60.0, 83.5])
quick = settings(max_examples=25, deadline=None)


@every_provider
@quick
@given(spots, spots, paces)
def test_minutes_are_never_negative_and_walking_is_part_of_them(
    make: Callable[[], TravelTimes], homes: Points, places: Points, pace: float
) -> None:
    times = provider(make)
    for mode in times.modes:
        told = ask(times, mode, homes, places, pace)
        assert told.minutes.dtype == told.walking.dtype == np.float32
        assert np.all(told.walking >= 0)
        assert np.array_equal(np.isinf(told.walking), np.isinf(told.minutes))
        assert np.all(told.walking <= told.minutes * (1 + 1e-6))
        if mode in (Mode.WALK, Mode.WHEELCHAIR):
            assert np.array_equal(told.walking, told.minutes)


@every_provider
@quick
@given(spots)
def test_it_takes_no_time_to_be_where_one_is(make: Callable[[], TravelTimes], homes: Points) -> None:
    times = provider(make)
    for mode in times.modes:
        assert np.all(ask(times, mode, homes, homes).minutes.reshape(len(homes), -1).diagonal() == 0)


@on_the_ground
@quick
@given(spots, spots)
def test_the_way_back_is_as_long_on_foot(make: Callable[[], TravelTimes], homes: Points, places: Points) -> None:
    times = provider(make)
    for mode in (Mode.WALK, Mode.WHEELCHAIR):
        there = ask(times, mode, homes, places).minutes.reshape(len(homes), -1)
        back = ask(times, mode, places, homes).minutes.reshape(len(places), -1)
        assert there == pytest.approx(back.T, rel=1e-4, abs=1e-3)


@on_the_ground
@quick
@given(spots, spots, spots)
def test_a_way_round_is_never_shorter(
    make: Callable[[], TravelTimes], homes: Points, corners: Points, places: Points
) -> None:
    times = provider(make)
    for mode in ON_THE_GROUND:
        direct = ask(times, mode, homes, places).minutes.reshape(len(homes), 1, -1)
        first = ask(times, mode, homes, corners).minutes.reshape(len(homes), -1, 1)
        second = ask(times, mode, corners, places).minutes.reshape(1, len(corners), -1)
        # Beyond three hours there is no way, so a longer way round proves nothing.
        around = first + second
        assert np.all((direct <= around * (1 + 1e-4) + 1e-3) | (around > 180))


@on_the_ground
@quick
@given(spots, spots, paces)
def test_wheels_are_never_faster_than_feet_at_one_pace(
    make: Callable[[], TravelTimes], homes: Points, places: Points, pace: float
) -> None:
    times = provider(make)
    walking, rolling = (ask(times, mode, homes, places, pace).minutes for mode in (Mode.WALK, Mode.WHEELCHAIR))
    assert np.all(rolling >= walking * (1 - 1e-4) - 1e-3)


@every_provider
@quick
@given(spots, spots, paces, st.floats(0, 200))
def test_nothing_further_than_the_reach_is_reached(
    make: Callable[[], TravelTimes], homes: Points, places: Points, pace: float, limit: float
) -> None:
    times = provider(make)
    for mode in times.modes:
        reached = ask(times, mode, homes, places, pace).minutes <= limit
        n, m = len(homes), len(places)
        metres = straight_metres(homes, places, np.repeat(np.arange(n), m), np.tile(np.arange(m), n))
        assert np.all(metres[reached] <= times.reach_metres(mode, limit, pace))


@pytest.mark.parametrize("make", [straight, straight_and_bus, all_together])
@quick
@given(spots, spots, paces, st.floats(-5, 200))
def test_everything_nearer_than_is_sure_is_reached(
    make: Callable[[], TravelTimes], homes: Points, places: Points, pace: float, limit: float
) -> None:
    times = provider(make)
    assert isinstance(times, SureTimes)
    n, m = len(homes), len(places)
    metres = straight_metres(homes, places, np.repeat(np.arange(n), m), np.tile(np.arange(m), n))
    for mode in times.modes:
        told = ask(times, mode, homes, places, pace)
        near = metres < times.sure_metres(mode, limit, pace)
        assert np.all(told.minutes[near] <= limit)
        assert mode in (Mode.WALK, Mode.WHEELCHAIR) or not told.walking[near].any()


def test_with_a_bus_as_much_is_sure_as_without() -> None:
    assert provider(straight_and_bus).sure_metres(Mode.WALK, 30, 60) == provider(straight).sure_metres(
        Mode.WALK, 30, 60
    )
    assert provider(straight_and_bus).sure_metres(Mode.BUS, 30, 60) == -1
    assert provider(straight).sure_metres(Mode.WALK, 30, 60) > 1_000


@every_provider
@quick
@given(spots, spots, st.randoms(use_true_random=False))
def test_one_question_has_one_answer_whatever_is_asked_before_and_beside_it(
    make: Callable[[], TravelTimes], homes: Points, places: Points, dice: "st.Random"
) -> None:
    times = provider(make)
    n, m = len(homes), len(places)
    origin, target = np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)
    order = np.array(dice.sample(range(n * m), n * m))
    some = np.sort(order[: 1 + n * m // 2])
    pace, day = np.linspace(30, 90, n * m).astype(np.float32), (np.arange(n * m) % 7).astype(np.int32)
    arrive = (540 + 5 * (np.arange(n * m) % 9)).astype(np.int32)
    for mode in times.modes:
        whole = times.trips(mode, homes, places, origin, target, pace, day, arrive)
        for rows in (order, some):
            columns = (column[rows] for column in (origin, target, pace, day, arrive))
            part = times.trips(mode, homes, places, *columns)
            assert np.array_equal(part.minutes, whole.minutes[rows])
            assert np.array_equal(part.walking, whole.walking[rows])


@every_provider
def test_from_and_to_an_unknown_point_there_is_no_way(make: Callable[[], TravelTimes]) -> None:
    times = provider(make)
    known, unknown = at((400, 400)), Points(np.array([np.nan, 35.0]), np.array([135.0, np.nan]))
    for mode in times.modes:
        for homes, places in ((known, unknown), (unknown, known), (unknown, unknown)):
            told = ask(times, mode, homes, places)
            assert np.all(np.isinf(told.minutes))
            assert np.all(np.isinf(told.walking))


@every_provider
def test_by_a_mode_it_does_not_know_there_is_no_way(make: Callable[[], TravelTimes]) -> None:
    times = provider(make)
    here = at((400, 400))
    for mode in set(Mode) - times.modes:
        assert np.isinf(ask(times, mode, here, here).minutes[0])
        assert times.reach_metres(mode, 60, 60) == 0


@every_provider
def test_no_question_has_no_answer(make: Callable[[], TravelTimes]) -> None:
    times = provider(make)
    for mode in Mode:
        assert len(ask(times, mode, at(), at((400, 400))).minutes) == 0


@every_provider
def test_a_longer_time_and_a_quicker_pace_reach_further(make: Callable[[], TravelTimes]) -> None:
    times = provider(make)
    for mode in times.modes:
        reach = [times.reach_metres(mode, limit, 60) for limit in (-1, 0, 10, 60, 1_000, np.inf)]
        assert reach == sorted(reach)
        assert reach[0] >= 0
        assert times.reach_metres(mode, 30, 80) >= times.reach_metres(mode, 30, 40)

"""The bus: found by hand, found by a plain search, and refused with words where the feed is wrong."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from matching.domain import Mode, Points, TravelSettings
from matching.errors import InputError, Problem
from matching.travel import provider, read_travel
from matching.travel.gtfs import read_feeds
from matching.travel.timetable import Timetable
from tests.travel.given_feed import ALWAYS, EVERY_DAY, SlowBus, feed_files, write_feed
from tests.travel.given_ways import SHARED, ask, at

LINE = {"a": (0, 0), "b": (3_000, 0), "c": (6_000, 0), "d": (6_000, 100), "e": (6_000, 4_000)}


def bus(folder: Path, trips: dict[str, Sequence[tuple[str, ...]]], **more: object) -> Timetable:
    """The timetable of a feed with the stops of LINE."""
    problems: list[Problem] = []
    feeds = read_feeds(write_feed(folder / "gtfs", feed_files(LINE, trips, **more)), problems)
    assert not [one for one in problems if not one.warning]
    return Timetable(feeds)


def told(
    times: Timetable, home: tuple[float, float], place: tuple[float, float], arrive: int = 600, weekday: int = 0
) -> tuple[float, float]:
    """Minutes, and minutes on foot, at 60 metres a minute."""
    trips = ask(times, Mode.BUS, at(home), at(place), weekday=weekday, arrive=arrive)
    return float(trips.minutes[0]), float(trips.walking[0])


def test_a_way_is_a_walk_a_ride_and_a_walk(tmp_path: Path) -> None:
    times = bus(tmp_path, {"1": [("a", "9:20:00"), ("b", "9:30:00"), ("c", "9:41:00")]})
    minutes, walking = told(times, (0, 200), (6_000, -100))
    assert walking == pytest.approx((258 + 129) / 60, abs=0.05)
    assert minutes == pytest.approx(21 + walking, abs=0.01)


def test_one_changes_buses_and_walks_between_poles(tmp_path: Path) -> None:
    first = [("a", "9:00:00"), ("c", "9:10:00")]
    times = bus(
        tmp_path, {"1": first, "2": [("d", "9:13:00"), ("e", "9:25:00")], "3": [("d", "9:14:00"), ("e", "9:26:00")]}
    )
    # 129 metres take 2:09, and a minute to change: the bus of 9:13 is gone.
    assert told(times, (0, 0), (6_000, 4_000)) == (26, pytest.approx(129 / 60, abs=0.02))


def test_the_shortest_way_is_told_and_not_the_one_that_leaves_last(tmp_path: Path) -> None:
    times = bus(tmp_path, {"slow": [("a", "9:10:00"), ("c", "9:58:00")], "fast": [("a", "9:05:00"), ("c", "9:20:00")]})
    assert told(times, (0, 0), (6_000, 0))[0] == 15


def test_the_reach_holds_for_buses_that_are_said_to_take_no_time(tmp_path: Path) -> None:
    first = {"1": [("a", "9:20:00"), ("b", "9:20:00")], "2": [("b", "9:21:00"), ("c", "9:21:00")]}
    times = bus(tmp_path, first)
    assert told(times, (0, 0), (6_000, 0))[0] == 1
    assert 6_000 <= times.reach_metres(Mode.BUS, 1, 60) < 6_100


def test_nobody_waits_more_than_an_hour_at_the_door(tmp_path: Path) -> None:
    times = bus(tmp_path, {"1": [("a", "8:40:00"), ("c", "8:59:00")]})
    assert np.isinf(told(times, (0, 0), (6_000, 0), arrive=600)[0])
    assert told(times, (0, 0), (6_000, 0), arrive=599)[0] == 19
    assert told(times, (0, 0), (6_000, 0), arrive=8 * 60 + 59)[0] == 19
    assert np.isinf(told(times, (0, 0), (6_000, 0), arrive=8 * 60 + 58)[0])


def test_a_single_walk_is_never_longer_than_a_kilometre(tmp_path: Path) -> None:
    times = bus(tmp_path, {"1": [("a", "9:20:00"), ("c", "9:40:00")]})
    assert np.isfinite(told(times, (0, 770), (6_000, 0))[0])
    assert np.isinf(told(times, (0, 780), (6_000, 0))[0])
    assert np.isinf(told(times, (0, 0), (6_780, 0))[0])


def test_who_lives_within_a_walk_walks(tmp_path: Path) -> None:
    times = bus(tmp_path, {"1": [("a", "9:20:00"), ("c", "9:40:00")]})
    minutes, walking = told(times, (2_000, 0), (2_000, 500))
    assert minutes == walking == pytest.approx(645 / 60, abs=0.02)


def test_a_bus_that_must_be_booked_or_does_not_stop_for_you_is_not_offered(tmp_path: Path) -> None:
    booked = {"1": [("a", "9:20:00", "2", "0"), ("b", "9:30:00", "0", "2"), ("c", "9:40:00", "1", "0")]}
    times = bus(tmp_path, booked)
    assert np.isinf(told(times, (0, 0), (6_000, 0))[0])
    assert np.isinf(told(times, (0, 0), (3_000, 0))[0])
    assert told(times, (3_000, 0), (6_000, 0))[0] == 10
    assert not bus(tmp_path / "2", {"1": [("a", "9:20:00", "2", "2"), ("c", "9:40:00", "2", "2")]}).modes


def test_a_sign_to_the_driver_is_enough(tmp_path: Path) -> None:
    times = bus(tmp_path, {"1": [("a", "9:20:00", "3", "0"), ("c", "9:40:00", "0", "3")]})
    assert told(times, (0, 0), (6_000, 0))[0] == 20


def test_trips_run_past_midnight_into_the_next_day(tmp_path: Path) -> None:
    only_sunday = ALWAYS + "all,0,0,0,0,0,0,1,20190401,20190630\n"
    times = bus(tmp_path, {"1": [("a", "24:50:00"), ("c", "25:10:00")]}, calendar=only_sunday)
    assert told(times, (0, 0), (6_000, 0), arrive=75, weekday=0)[0] == 20
    assert np.isinf(told(times, (0, 0), (6_000, 0), arrive=75, weekday=6)[0])


def test_the_bus_of_a_usual_week_is_taken(tmp_path: Path) -> None:
    calendar = ALWAYS + (
        "w,1,1,1,1,1,0,0,20190401,20190630\nsun,0,0,0,0,0,0,1,20190401,20190630\nfair,1,1,1,1,1,1,1,20190506,20190512\n"
    )
    trips = {
        name: [("a", f"{hour}:20:00"), ("c", f"{hour}:40:00")] for name, hour in (("w", 9), ("sun", 11), ("fair", 7))
    }
    files = feed_files(LINE, trips, {name: name for name in trips}, calendar)
    files["calendar_dates.txt"] = "service_id,date,exception_type\nw,20190401,2\nw,20190429,2\nsun,20190429,1\n"
    [feed] = read_feeds(write_feed(tmp_path / "gtfs", files), [])
    assert feed.week.monday == date(2019, 4, 8)
    times = Timetable([feed])
    assert [np.isfinite(told(times, (0, 0), (6_000, 0), 600, day)[0]) for day in range(7)] == [True] * 5 + [False] * 2
    assert [np.isfinite(told(times, (0, 0), (6_000, 0), 720, day)[0]) for day in range(7)] == [False] * 6 + [True]
    assert not any(np.isfinite(told(times, (0, 0), (6_000, 0), 480, day)[0]) for day in range(7))


def test_a_feed_may_know_its_days_by_date_only_or_be_valid_for_ever(tmp_path: Path) -> None:
    trips = {"1": [("a", "9:20:00"), ("c", "9:40:00")]}
    files = feed_files(LINE, trips)
    del files["calendar.txt"]
    files["calendar_dates.txt"] = "service_id,date,exception_type\nall,20190403,1\nall,20190410,1\nall,20190412,1\n"
    times = Timetable(read_feeds(write_feed(tmp_path / "dates", files), []))
    assert [np.isfinite(told(times, (0, 0), (6_000, 0), 600, day)[0]) for day in range(7)].index(True) == 2
    files = feed_files(LINE, trips, calendar=ALWAYS + "all,1,1,1,1,1,0,0,20190401,20991231\n")
    assert Timetable(read_feeds(write_feed(tmp_path / "ever", files), [])).weeks == ("2019-04-01",)


def test_a_stray_date_does_not_hide_the_usual_week(tmp_path: Path) -> None:
    files = feed_files(LINE, {"1": [("a", "9:20:00"), ("c", "9:40:00")]})
    files["calendar_dates.txt"] = "service_id,date,exception_type\nall,19000101,1\nall,99991231,1\n"
    assert Timetable(read_feeds(write_feed(tmp_path / "gtfs", files), [])).weeks == ("2019-04-01",)


def test_a_feed_without_a_ride_has_no_bus_and_hurts_nobody(tmp_path: Path) -> None:
    for nth, stops in enumerate(({}, {"a": (0, 0)})):
        trips = {"1": [("a", "9:00:00")]} if stops else {}
        times = Timetable(read_feeds(write_feed(tmp_path / str(nth), feed_files(stops, trips)), []))
        assert not times.modes
        assert np.isinf(told(times, (0, 0), (0, 0))[0])


def test_a_missing_time_between_two_is_interpolated_and_told(tmp_path: Path) -> None:
    trips = {"1": [("a", "9:00:00"), ("b", ""), ("c", ""), ("e", "9:30:00")]}
    problems: list[Problem] = []
    times = Timetable(read_feeds(write_feed(tmp_path / "gtfs", feed_files(LINE, trips)), problems))
    assert told(times, (0, 0), (3_000, 0), arrive=9 * 60 + 10)[0] == 10
    assert told(times, (6_000, 0), (6_000, 4_000))[0] == 10
    assert [one.code for one in problems] == ["interpolated", "unused_stops"]


def test_a_trip_every_ten_minutes_is_driven_every_ten_minutes(tmp_path: Path) -> None:
    files = feed_files(LINE, {"1": [("a", "0:05:00"), ("c", "0:15:00")], "2": [("c", "9:00:00"), ("a", "9:10:00")]})
    files["frequencies.txt"] = "trip_id,start_time,end_time,headway_secs\n1,9:00:00,9:30:00,600\n"
    times = Timetable(read_feeds(write_feed(tmp_path / "gtfs", files), []))
    got = [np.isfinite(told(times, (0, 0), (6_000, 0), arrive)[0]) for arrive in (549, 550, 570, 630, 631)]
    assert got == [False, True, True, True, False]
    assert told(times, (6_000, 0), (0, 0), arrive=560)[0] == 10
    assert np.isinf(told(times, (0, 0), (6_000, 0), arrive=15)[0])


def test_several_feeds_of_a_town_are_one_timetable(tmp_path: Path) -> None:
    write_feed(tmp_path / "gtfs/one", feed_files(LINE, {"1": [("a", "9:00:00"), ("c", "9:10:00")]}))
    other = feed_files(LINE, {"1": [("d", "9:20:00"), ("e", "9:30:00")]}, calendar=EVERY_DAY.replace("2019", "2018"))
    with zipfile.ZipFile(tmp_path / "gtfs/two.zip", "w") as archive:
        for name, text in other.items():
            archive.writestr(f"inside/{name}", "\ufeff" + text)
    travel = read_travel(TravelSettings(), tmp_path)
    assert Mode.BUS in travel.times.modes
    assert Mode.WALK in travel.times.modes
    assert travel.facts == {"timetable_week": "2019-04-01;2018-04-02"}
    assert ask(travel.times, Mode.BUS, at((0, 0)), at((6_000, 4_000))).minutes[0] == 30


def test_a_town_without_a_feed_has_no_bus_and_one_that_is_only_booked_neither(tmp_path: Path) -> None:
    assert Mode.BUS not in provider(TravelSettings(), tmp_path).modes
    write_feed(tmp_path / "gtfs", feed_files(LINE, {"1": [("a", "9:00:00", "2"), ("c", "9:10:00")]}))
    travel = read_travel(TravelSettings(), tmp_path)
    assert Mode.BUS not in travel.times.modes
    assert {"no_service", "phone_only"} <= {one.code for one in travel.warnings}


def test_everything_wrong_in_a_feed_is_told_at_once(tmp_path: Path) -> None:
    files = {
        "stops.txt": "stop_id,stop_lat,stop_lon\na,35,135\na,35,135\nb,135,35\nc,x,135\n",
        "trips.txt": "route_id,servise_id,trip_id\nr,all,1\n",
        "stop_times.txt": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
            "1,9時,9:00:00,a,1\n1,9:10:00,9:10:00,z,2\n2,9:10:00,9:10:00,a,3\n"
            "1,8:00:00,8:00:00,b,4\n1,8:10:00,8:10:00,c,4\n1,,,a,6\n"
        ),
        "calendar.txt": EVERY_DAY.replace("20190630", "2019-06-30"),
    }
    write_feed(tmp_path / "gtfs", files)
    with pytest.raises(InputError) as caught:
        provider(TravelSettings(), tmp_path)
    found = {(one.file, one.row, one.column, one.code) for one in caught.value.problems}
    assert found == {
        ("gtfs/stops.txt", 3, "stop_id", "twice"),
        ("gtfs/stops.txt", 4, "stop_lat", "off_earth"),
        ("gtfs/stops.txt", 5, "stop_lat", "no_number"),
        ("gtfs/trips.txt", 1, "service_id", "missing_column"),
        ("gtfs/stop_times.txt", 2, "arrival_time", "no_clock"),
        ("gtfs/stop_times.txt", 3, "stop_id", "unknown_id"),
        ("gtfs/stop_times.txt", 4, "trip_id", "unknown_id"),
        ("gtfs/stop_times.txt", 6, "stop_sequence", "twice"),
        ("gtfs/stop_times.txt", 7, "arrival_time", "no_ends"),
        ("gtfs/calendar.txt", 2, "end_date", "no_date"),
    }


def test_times_that_run_backwards_are_told(tmp_path: Path) -> None:
    write_feed(tmp_path / "gtfs", feed_files(LINE, {"1": [("a", "9:00:00"), ("b", "8:50:00")]}))
    with pytest.raises(InputError) as caught:
        provider(TravelSettings(), tmp_path)
    assert [(one.row, one.code) for one in caught.value.problems] == [(3, "back_in_time")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip"])
def test_a_broken_zip_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "gtfs.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"gtfs\.zip"):
        provider(TravelSettings(), tmp_path)


def test_an_empty_folder_and_absent_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "gtfs").mkdir()
    with pytest.raises(InputError, match=r"stops\.txt"):
        provider(TravelSettings(), tmp_path)
    (tmp_path / "gtfs/stops.txt").write_bytes(b"stop_id,stop_lat,stop_lon\n\xff,1,1\n")
    with pytest.raises(InputError) as caught:
        provider(TravelSettings(), tmp_path)
    assert {one.code for one in caught.value.problems} == {"encoding", "missing_file"}


FEEDS = {
    "kurashiki_shimoden": "2019-05-13",
    "kurobe_ishida_aimoto": "2019-04-01",
    "nanmoku_village": "2019-04-01",
    "uozu_ainori_taxi": "2018-04-02",
}


def real_feed(name: str) -> tuple[Path, Timetable, list[Problem]]:
    path = SHARED / f"gtfs/{name}.zip"
    if not path.exists():
        pytest.skip(f"the open data folder (gtfs/{name}.zip) is absent")
    problems: list[Problem] = []
    return path, Timetable(read_feeds(path, problems)), problems


@pytest.mark.parametrize("name", FEEDS)
def test_a_real_feed_with_its_dirt_is_read_without_an_error(name: str) -> None:
    _, times, problems = real_feed(name)
    assert not [one for one in problems if not one.warning]
    assert times.weeks == (FEEDS[name],)
    assert bool(times.modes) == (name != "uozu_ainori_taxi")


@pytest.mark.parametrize(
    ("name", "first", "last", "weekday", "arrive", "minutes"),
    [
        ("kurashiki_shimoden", "1750_01", "1870_02", 0, 6 * 60 + 40, 25),
        ("kurobe_ishida_aimoto", "69_01", "78_01", 2, 8 * 60 + 4, 29),
        ("nanmoku_village", "S00001AGC3000020103837H001", "S00027AGC3000020103837H001", 4, 9 * 60 + 25, 25),
    ],
)
def test_a_trip_found_by_hand_is_found(
    name: str, first: str, last: str, weekday: int, arrive: int, minutes: int
) -> None:
    path, times, _ = real_feed(name)
    slow = SlowBus(path, date.fromisoformat(FEEDS[name]), weekday)
    home, place = (slow.stop(slow.ids.index(one)) for one in (first, last))
    got = ask(times, Mode.BUS, home, place, weekday=weekday, arrive=arrive)
    assert (got.minutes[0], got.walking[0]) == (minutes, 0)


@pytest.mark.parametrize("name", [name for name in FEEDS if name != "uozu_ainori_taxi"])
@pytest.mark.parametrize(("weekday", "arrive", "pace"), [(0, 600, 60), (4, 13 * 60, 45)])
def test_every_answer_is_that_of_a_plain_search_of_the_same_feed(
    name: str, weekday: int, arrive: int, pace: float
) -> None:
    path, times, _ = real_feed(name)
    slow = SlowBus(path, date.fromisoformat(FEEDS[name]), weekday)
    used = sorted({stop for hop in slow.hops for stop in hop[2:4]})
    rng = np.random.default_rng(weekday)
    homes, places = (around(slow.stops, rng.choice(used, n), rng) for n in (6, 4))
    got = ask(times, Mode.BUS, homes, places, pace, weekday, arrive)
    expected = [slow.seconds(home, place, arrive, pace) / 60 for home in single(homes) for place in single(places)]
    assert got.minutes == pytest.approx(np.array(expected), rel=1e-5)
    found = np.isfinite(got.minutes)
    assert found.any()
    assert np.all(got.walking[found] <= got.minutes[found])


def around(stops: Points, rows: np.ndarray, rng: np.random.Generator) -> Points:
    """Somewhere near some stops."""
    n = len(rows)
    return Points(stops.latitude[rows] + rng.normal(0, 2e-3, n), stops.longitude[rows] + rng.normal(0, 2e-3, n))


def single(points: Points) -> list[Points]:
    return [Points(points.latitude[i : i + 1], points.longitude[i : i + 1]) for i in range(len(points))]


clock = st.integers(8 * 60, 10 * 60)
trip = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 12)), min_size=2, max_size=5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(clock, trip), min_size=1, max_size=8), st.integers(9 * 60, 10 * 60), st.data())
def test_a_random_timetable_is_answered_as_by_a_plain_search(
    tmp_path_factory: pytest.TempPathFactory, drawn: list, arrive: int, data: st.DataObject
) -> None:
    trips = {}
    for nth, (start, hops) in enumerate(drawn):
        ends = np.cumsum([start, *(gap for _, gap in hops[1:])])
        trips[str(nth)] = [(stop, f"{m // 60}:{m % 60:02}:00") for (stop, _), m in zip(hops, ends, strict=True)]
    stops = {"a": (0, 0), "b": (1_500, 0), "c": (3_000, 0), "d": (3_000, 150), "e": (3_000, 1_700)}
    path = tmp_path_factory.mktemp("random") / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in {**feed_files(stops, trips), "calendar_dates.txt": "service_id,date,exception_type"}.items():
            archive.writestr(name, text)
    times, slow = Timetable(read_feeds(path, [])), SlowBus(path, date(2019, 4, 1), 0)
    place = st.tuples(st.integers(-500, 3_500), st.integers(-500, 2_000))
    homes, places = (at(*data.draw(st.lists(place, min_size=3, max_size=3))) for _ in range(2))
    got = ask(times, Mode.BUS, homes, places, 60, 0, arrive)
    expected = [slow.seconds(home, place, arrive, 60) / 60 for home in single(homes) for place in single(places)]
    assert got.minutes == pytest.approx(np.array(expected), rel=1e-5)

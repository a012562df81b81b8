"""One bus line ends: its trips are gone, the others run, and a line that is not there is told with the nearest."""

import pytest

from matching.domain import Mode
from matching.errors import InputError
from matching.scenario import EndBusLine, NoBus, travel_after
from matching.travel import WithBus
from matching.travel.gtfs import read_feeds
from matching.travel.straight_line import StraightLine
from matching.travel.timetable import Timetable
from tests.travel.given_feed import feed_files, write_feed
from tests.travel.given_ways import ask, at

STOPS = {"a": (0, 0), "c": (6_000, 0)}
TRIPS = {"slow": [("a", "9:00:00"), ("c", "9:50:00")], "fast": [("a", "9:20:00"), ("c", "9:40:00")]}


@pytest.fixture
def travel(tmp_path):
    files = feed_files(STOPS, TRIPS)
    files["trips.txt"] = "route_id,service_id,trip_id\nred,all,slow\nblue,all,fast\n"
    return WithBus(StraightLine(), Timetable(read_feeds(write_feed(tmp_path / "gtfs", files), [])))


def minutes(times) -> float:
    return float(ask(times, Mode.BUS, at((0, 0)), at((6_000, 0)), weekday=0, arrive=600).minutes[0])


def test_who_went_by_a_line_that_ends_takes_the_other(travel):
    assert travel.lines == {"red", "blue"}
    assert minutes(travel) == 20
    assert minutes(travel_after(travel, [EndBusLine("blue")])) == 50
    assert minutes(travel_after(travel, [EndBusLine("red")])) == 20
    assert minutes(travel) == 20


def test_where_every_line_ends_no_bus_is_there(travel):
    both = travel_after(travel, [EndBusLine("red"), EndBusLine("blue")])
    assert Mode.BUS not in both.modes and Mode.BUS not in travel_after(travel, [NoBus()]).modes
    assert Mode.WALK in both.modes


def test_no_edit_of_the_bus_leaves_the_travel_as_it_is(travel):
    assert travel_after(travel, []) is travel


def test_a_line_that_is_not_there_is_told_with_the_nearest(travel):
    with pytest.raises(InputError, match="blue"):
        travel_after(travel, [EndBusLine("bleu")])
    with pytest.raises(InputError):
        travel_after(StraightLine(), [EndBusLine("blue")])

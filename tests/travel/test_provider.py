"""Which travel times a town gets, by what its settings and its folder say."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from matching.domain import Mode, TravelSettings
from matching.errors import InputError
from matching.travel import StraightLine, provider, read_travel
from matching.travel.streets import Streets
from tests.travel.given_ways import ask, at

NODES = "id,lon,lat\na,135.0,35.0\nb,135.01,35.0\nc,135.01,35.01\n"
EDGES = "u,v,highway,length_m\na,b,residential,\nb,c,steps,\n"


def town(folder: Path) -> TravelSettings:
    (folder / "nodes.csv").write_text(NODES, "utf-8")
    (folder / "edges.csv").write_text(EDGES, "utf-8")
    return TravelSettings(provider="streets", nodes="nodes.csv", edges="edges.csv")


def test_a_town_has_straight_lines_until_it_asks_for_streets(tmp_path: Path) -> None:
    settings = town(tmp_path)
    assert isinstance(provider(TravelSettings(), tmp_path), StraightLine)
    assert isinstance(provider(TravelSettings(), None), StraightLine)
    assert isinstance(provider(settings, tmp_path), Streets)
    assert isinstance(provider(settings, None), StraightLine)


def test_streets_of_a_town_are_walked(tmp_path: Path) -> None:
    times = provider(town(tmp_path), tmp_path)
    assert ask(times, Mode.WALK, at((0, 0)), at((910, 1_000))).minutes[0] == pytest.approx(1_910 / 60, rel=1e-2)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (TravelSettings(provider="valhalla"), "no_provider"),
        (TravelSettings(provider="streets"), "no_street_files"),
        (TravelSettings(provider="streets", nodes="nodes.csv"), "no_street_files"),
        (TravelSettings(provider="streets", streets="absent.osm.pbf"), "unreadable"),
        (TravelSettings(provider="streets", nodes="absent.csv", edges="absent.csv"), "unreadable"),
    ],
)
def test_a_town_that_asks_for_what_is_not_there_is_told(tmp_path: Path, settings: TravelSettings, code: str) -> None:
    with pytest.raises(InputError) as caught:
        provider(settings, tmp_path)
    assert code in {one.code for one in caught.value.problems}
    assert all(one.ja and one.en for one in caught.value.problems)


def test_what_is_odd_is_a_warning_and_no_error(tmp_path: Path) -> None:
    settings = town(tmp_path)
    (tmp_path / "edges.csv").write_text("u,v,highway,length_m,onewya\na,b,residential,10,yes\n", "utf-8")
    travel = read_travel(settings, tmp_path)
    assert {one.code for one in travel.warnings} == {"misspelt_column", "too_short"}


def test_straight_lines_need_no_heavy_library() -> None:
    code = "import sys, matching.travel as t; t.provider(t.straight_line.TravelSettings(), None); print(*sys.modules)"
    loaded = run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy", "numba", "osmium"} & set(loaded)

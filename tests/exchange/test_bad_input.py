"""The corpus of bad input: one small good town, one thing wrong a time, and what must be told of it."""
# ruff: noqa: E501 - tables of cases, one a line

import csv
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from matching.errors import InputError
from matching.exchange import check_town, read_town, write_town
from matching.exchange.columns import FILES as SHEETS

KAWABE = Path(__file__).parents[2] / "fixtures/towns/kawabe"

GOOD: Mapping[str, str] = {
    "town.toml": 'name = "ためし町"\nweek_of = 2026-04-06\n',
    "areas.csv": "area_id,name,tier,parent_id,latitude,longitude\n"
    "a0,ためし町,1,,34.5,134.5\n"
    "a1,北地区,2,a0,34.51,134.52\n",
    "residents.csv": "resident_id,area_id,latitude,longitude,birth_year,modes,requires,escort,sharing,waiting_since\n"
    "p1,a1,34.511,134.521,1940,walk;bus,step_free,no,consent,2026-03-01\n"
    "p2,a1,34.512,134.522,1950,walk,,yes,consent,\n",
    "needs.csv": "need_id,resident_id,kind,activities,urgency,available,max_minutes\n"
    "n1,p1,participation,tea,2,mon 09:00-12:00;thu 13:00-16:00,30\n"
    "n2,p2,shopping,,1,,\n",
    "resources.csv": "resource_id,name,kind,resident_id,area_id,latitude,longitude,features,accepting,min_age,max_age\n"
    "r1,ひだまりサロン,salon,,a1,34.513,134.523,step_free;parking,open,65,\n"
    "r2,送迎ボランティア 北地区,volunteer,p2,a1,34.51,134.52,,ask_first,,\n",
    "openings.csv": "opening_id,resource_id,weekday,start,end,weeks_of_month,capacity,comfortable_load,attending,min_attendance\n"
    "o1,r1,mon,10:00,11:30,1;3,10,8,2,3\n"
    "o2,r2,mon,11:00,12:00,,2,,,\n",
    "organisations.csv": "organisation_id,name,sector,area_id\ng1,ためし社協,welfare,a0\n",
    "wishes.csv": "resident_id,target,liking\np1,r1,2\np1,g1,-1\n",
    "companions.csv": "resident_id,other_id,relation\np1,p2,together\n",
    "placements.csv": "need_id,opening_id,since,state\nn1,o1,2026-01-05,settled\n",
    "ride_requests.csv": "ride_id,resident_id,date,weekday,from_latitude,from_longitude,earliest_pickup,returns\n"
    "t1,p1,2026-04-07,,34.511,134.521,09:30,\n",
}
Told = tuple[str, int, str, str]
Edit = Callable[[Path], object]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def told(town: Path) -> list[Told]:
    return [(one.file, one.row, one.column, one.code) for one in check_town(town)]


def refused(town: Path) -> list[Told]:
    """What read_town raises with; the errors of check_town and nothing else."""
    with pytest.raises(InputError) as error:
        read_town(town)
    errors = [(one.file, one.row, one.column, one.code) for one in error.value.problems]
    assert errors == [(one.file, one.row, one.column, one.code) for one in check_town(town) if not one.warning]
    return errors


def replace(file: str, old: str, new: str, times: int = 1) -> Edit:
    def edit(town: Path) -> None:
        text = (town / file).read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {file}"
        (town / file).write_text(text.replace(old, new, times), encoding="utf-8", newline="")

    return edit


def append(file: str, line: str) -> Edit:
    return lambda town: (town / file).open("a", encoding="utf-8").write(line + "\n")


def bytes_of(file: str, change: Callable[[str], bytes]) -> Edit:
    return lambda town: (town / file).write_bytes(change((town / file).read_text(encoding="utf-8")))


def recoded(encoding: str) -> Callable[[str], bytes]:
    return lambda text: text.replace("ひだまりサロン", "髙﨑①サロン").encode(encoding)


def test_the_good_town_has_nothing_to_tell(town):
    assert told(town) == []
    assert read_town(town).needs[0].need_id == "n1"


FILES: list[tuple[str, Edit, Told]] = [
    ("cp932 with 髙﨑①", bytes_of("resources.csv", recoded("cp932")), ("resources.csv", 0, "", "encoding")),
    ("euc-jp", bytes_of("areas.csv", recoded("euc_jp")), ("areas.csv", 0, "", "encoding")),
    ("utf-16", bytes_of("resources.csv", recoded("utf-16")), ("resources.csv", 0, "", "encoding")),
    ("utf-16 town.toml", bytes_of("town.toml", recoded("utf-16")), ("town.toml", 0, "", "encoding")),
    ("no encoding at all", bytes_of("needs.csv", lambda t: t.encode() + b"\xff\xfe\xff\n"), ("needs.csv", 0, "", "encoding_unknown")),
    ("an empty file", bytes_of("needs.csv", lambda t: b""), ("needs.csv", 0, "", "empty_file")),
    ("only line ends", bytes_of("needs.csv", lambda t: b"\n\n\n"), ("needs.csv", 0, "", "empty_file")),
    ("a folder instead of a file", lambda town: [(town / "wishes.csv").unlink(), (town / "wishes.csv").mkdir()], ("wishes.csv", 0, "", "not_a_file")),
    ("a link to nowhere", lambda town: [(town / "wishes.csv").unlink(), (town / "wishes.csv").symlink_to("gone")], ("wishes.csv", 0, "", "unreadable")),
    ("a pipe instead of a file", lambda town: [(town / "wishes.csv").unlink(), os.mkfifo(town / "wishes.csv")], ("wishes.csv", 0, "", "not_a_file")),
    ("a missing required file", lambda town: (town / "needs.csv").unlink() or (town / "placements.csv").unlink(), ("needs.csv", 0, "", "missing_file")),
    ("a missing town.toml", lambda town: (town / "town.toml").unlink(), ("town.toml", 0, "", "missing_file")),
    ("a missing column", replace("needs.csv", "resident_id", "resident"), ("needs.csv", 1, "resident_id", "missing_column")),
    ("a missing identifier column", replace("needs.csv", "need_id", "id"), ("needs.csv", 1, "need_id", "missing_column")),
    ("a header twice", replace("needs.csv", "urgency", "kind"), ("needs.csv", 1, "kind", "column_twice")),
    ("ten thousand columns", bytes_of("needs.csv", lambda t: b"x," * 10_000), ("needs.csv", 1, "", "too_many_columns")),
    ("too few cells", append("needs.csv", "n3,p1,meal"), ("needs.csv", 4, "", "cells")),
    ("too many cells", append("needs.csv", "n3,p1,meal,,,,,,,,"), ("needs.csv", 4, "", "cells")),
    ("junk after quotes", replace("needs.csv", "n2,p2,shopping", 'n2,"p2"x,shopping'), ("needs.csv", 3, "", "quotes")),
    ("quotes never closed", replace("needs.csv", "n2,p2", 'n2,"p2'), ("needs.csv", 3, "", "quotes")),
    ("a cell of 1 MB", replace("resources.csv", "ひだまりサロン", "x" * 1_000_000), ("resources.csv", 2, "", "too_long")),
    ("a cell of 110,000 letters", replace("resources.csv", "ひだまりサロン", "x" * 110_000), ("resources.csv", 2, "name", "too_long")),
]  # fmt: skip
"""Whole files."""


@pytest.mark.parametrize(("edit", "expected"), [one[1:] for one in FILES], ids=[one[0] for one in FILES])
def test_a_bad_file_is_told(town, edit, expected):
    edit(town)
    assert refused(town) == [expected]


CELLS: list[tuple[str, Edit, Told]] = [
    ("NUL", replace("resources.csv", "ひだまり", "ひだ\0まり"), ("resources.csv", 2, "name", "nul")),
    ("a line break in a cell", replace("resources.csv", "ひだまりサロン", '"ひだまり\nサロン"'), ("resources.csv", 2, "name", "control_character")),
    ("an escape character", replace("resources.csv", "ひだまり", "\x1b[31m"), ("resources.csv", 2, "name", "control_character")),
    ("no identifier", append("needs.csv", ",p1,meal,,,,"), ("needs.csv", 4, "need_id", "empty")),
    ("a space in an identifier", append("needs.csv", "n 3,p1,meal,,,,"), ("needs.csv", 4, "need_id", "identifier")),
    ("an identifier twice", append("needs.csv", "n1,p1,meal,,,,"), ("needs.csv", 4, "need_id", "twice")),
    ("two placements of one need", append("placements.csv", "n1,o2,,trial"), ("placements.csv", 3, "need_id", "twice")),
    ("a dangling reference", append("needs.csv", "n3,p9,meal,,,,"), ("needs.csv", 4, "resident_id", "dangling")),
    ("a dangling target", append("wishes.csv", "p1,r9,1"), ("wishes.csv", 4, "target", "dangling")),
    ("a negative capacity", replace("openings.csv", "1;3,10,", "1;3,-10,"), ("openings.csv", 2, "capacity", "negative")),
    ("a huge capacity", replace("openings.csv", "1;3,10,", "1;3,1000000,"), ("openings.csv", 2, "capacity", "range")),
    ("an endless number", replace("openings.csv", "1;3,10,", f"1;3,{'9' * 5000},"), ("openings.csv", 2, "capacity", "integer")),
    ("half a place", replace("openings.csv", "1;3,10,", "1;3,10.5,"), ("openings.csv", 2, "capacity", "integer")),
    ("a sixth week", replace("openings.csv", "1;3", "1;6"), ("openings.csv", 2, "weeks_of_month", "range")),
    ("an urgency of 4", replace("needs.csv", "tea,2", "tea,4"), ("needs.csv", 2, "urgency", "range")),
    ("born in 194", replace("residents.csv", "1940", "194"), ("residents.csv", 2, "birth_year", "range")),
    ("swapped coordinates", replace("residents.csv", "34.511,134.521", "134.521,34.511"), ("residents.csv", 2, "latitude", "swapped")),
    ("not on Earth", replace("residents.csv", "34.511,134.521", "34.511,1345.21"), ("residents.csv", 2, "longitude", "range")),
    ("not a number", replace("residents.csv", "34.511", "nan"), ("residents.csv", 2, "latitude", "number")),
    ("infinity", replace("residents.csv", "34.511", "1e999"), ("residents.csv", 2, "latitude", "number")),
    ("half a point", replace("residents.csv", "34.511,134.521", "34.511,"), ("residents.csv", 2, "longitude", "half_a_point")),
    ("24:00", replace("openings.csv", "11:30", "24:00"), ("openings.csv", 2, "end", "time")),
    ("9:00", replace("openings.csv", "10:00", "9:00"), ("openings.csv", 2, "start", "time")),
    ("an end before the start", replace("openings.csv", "10:00,11:30", "11:30,10:00"), ("openings.csv", 2, "end", "ends_before_it_begins")),
    ("a span that ends at 24:00", replace("needs.csv", "mon 09:00-12:00", "mon 09:00-24:00"), ("needs.csv", 2, "available", "time")),
    ("a span that ends first", replace("needs.csv", "mon 09:00-12:00", "mon 12:00-09:00"), ("needs.csv", 2, "available", "ends_before_it_begins")),
    ("a span without a day", replace("needs.csv", "mon 09:00-12:00", "09:00-12:00"), ("needs.csv", 2, "available", "span")),
    ("full-width digits", replace("openings.csv", "1;3,10,", "1;3,１０,"), ("openings.csv", 2, "capacity", "full_width")),
    ("a full-width time", replace("openings.csv", "10:00", "１０：００"), ("openings.csv", 2, "start", "full_width")),
    ("an impossible date", replace("residents.csv", "2026-03-01", "2026-02-30"), ("residents.csv", 2, "waiting_since", "date")),
    ("a date as Excel saves it", replace("residents.csv", "2026-03-01", "2026/3/1"), ("residents.csv", 2, "waiting_since", "date")),
    ("neither yes nor no", replace("residents.csv", "step_free,no", "step_free,TRUE"), ("residents.csv", 2, "escort", "word")),
    ("a word that is none", replace("needs.csv", "shopping", "shoping"), ("needs.csv", 3, "kind", "word")),
    ("a wheelchair as a mode", replace("residents.csv", "walk;bus", "walk;wheelchair"), ("residents.csv", 2, "modes", "word")),
    ("an empty item", replace("residents.csv", "walk;bus", "walk;;bus"), ("residents.csv", 2, "modes", "empty_item")),
    ("ages upside down", replace("resources.csv", "open,65,", "open,65,18"), ("resources.csv", 2, "min_age", "above")),
    ("a companion of oneself", append("companions.csv", "p1,p1,apart"), ("companions.csv", 3, "other_id", "oneself")),
    ("a ride of no day", replace("ride_requests.csv", "2026-04-07", ""), ("ride_requests.csv", 2, "date", "date_or_weekday")),
    ("a ride of two days", replace("ride_requests.csv", "2026-04-07,", "2026-04-07,mon"), ("ride_requests.csv", 2, "date", "date_or_weekday")),
    ("a ride that is its own way home", append("ride_requests.csv", "t2,p1,2026-04-07,,34.511,134.521,10:30,t2"), ("ride_requests.csv", 3, "returns", "returns_itself")),
    ("a way home of a way home", append("ride_requests.csv", "t2,p1,2026-04-07,,34.511,134.521,10:30,t1\nt3,p1,2026-04-07,,34.511,134.521,11:30,t2"), ("ride_requests.csv", 4, "returns", "home_of_a_home")),
    ("an area that is its own parent", replace("areas.csv", "a0,ためし町,1,,", "a0,ためし町,1,a1,"), ("areas.csv", 2, "parent_id", "cycle")),
]  # fmt: skip
"""Single cells and rows."""


@pytest.mark.parametrize(("edit", "expected"), [one[1:] for one in CELLS], ids=[one[0] for one in CELLS])
def test_a_bad_cell_is_told_with_its_row_and_column(town, edit, expected):
    edit(town)
    assert refused(town) == [expected]


TOML: list[tuple[str, Edit, Told]] = [
    ("no TOML", replace("town.toml", "name =", "name"), ("town.toml", 1, "", "toml")),
    ("nested without end", bytes_of("town.toml", lambda t: b"a = " + b"[" * 100_000), ("town.toml", 0, "", "toml")),
    ("no week", replace("town.toml", "week_of", "week_off"), ("town.toml", 0, "week_of", "missing_key")),
    ("no name", replace("town.toml", "name", "nam"), ("town.toml", 0, "name", "missing_key")),
    ("a Tuesday", replace("town.toml", "2026-04-06", "2026-04-07"), ("town.toml", 2, "week_of", "not_a_monday")),
    ("no such day", replace("town.toml", "2026-04-06", '"2026-02-30"'), ("town.toml", 2, "week_of", "date")),
    ("a name that is a number", replace("town.toml", '"ためし町"', "5"), ("town.toml", 1, "name", "toml_type")),
    ("a speed that is a text", append("town.toml", '[travel]\ncar_metres_per_minute = "fast"'), ("town.toml", 4, "travel.car_metres_per_minute", "toml_type")),
    ("a speed of nothing", append("town.toml", "[travel]\ncar_metres_per_minute = 0"), ("town.toml", 3, "travel", "settings")),
    ("a drive that begins before it begins", append("town.toml", "[travel]\ncar_extra_minutes = -5.0"), ("town.toml", 3, "travel", "settings")),
    ("two detour factors", append("town.toml", "[travel]\ndetour_factors = [1.2, 1.3]"), ("town.toml", 4, "travel.detour_factors", "toml_type")),
    ("travel that is no table", append("town.toml", "travel = 3"), ("town.toml", 3, "travel", "toml_type")),
    ("a rulebook that is a number", append("town.toml", "rulebook = 3"), ("town.toml", 3, "rulebook", "toml_type")),
    ("a rulebook by name and by path", append("town.toml", '[rulebook]\nname = "a"\npath = "b.toml"'), ("town.toml", 3, "rulebook", "toml_type")),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), [one[1:] for one in TOML], ids=[one[0] for one in TOML])
def test_a_bad_town_toml_is_told_with_its_line(town, edit, expected):
    edit(town)
    assert refused(town) == [expected]


WARNINGS: list[tuple[str, Edit, list[Told]]] = [
    ("a byte order mark", bytes_of("needs.csv", lambda t: t.encode("utf-8-sig")), [("needs.csv", 0, "", "bom")]),
    ("two byte order marks", bytes_of("needs.csv", lambda t: b"\xef\xbb\xbf" + t.encode("utf-8-sig")), [("needs.csv", 0, "", "bom")]),
    ("a byte order mark before town.toml", bytes_of("town.toml", lambda t: t.encode("utf-8-sig")), [("town.toml", 0, "", "bom")]),
    ("CR alone", bytes_of("needs.csv", lambda t: t.replace("\n", "\r").encode()), [("needs.csv", 0, "", "line_ends")]),
    ("an unknown column", replace("needs.csv", "urgency", "urgancy"), [("needs.csv", 1, "urgancy", "unknown_column")]),
    ("an unknown key", append("town.toml", "colour = 'blue'"), [("town.toml", 3, "colour", "unknown_key")]),
    ("a file that is not of a town", lambda town: (town / "needs2.csv").write_text("x"), [("needs2.csv", 0, "", "unexpected_file")]),
    ("streets that are not there", append("town.toml", "[travel]\nstreets = 'town.osm.pbf'"), [("town.toml", 0, "streets", "named_file")]),
    ("streets of a name that no disk takes", append("town.toml", f"[travel]\nstreets = '{'x' * 5000}'"), [("town.toml", 0, "streets", "named_file")]),
    ("streets with NUL", append("town.toml", '[travel]\nstreets = "\\u0000"'), [("town.toml", 0, "streets", "named_file")]),
    ("wishing and refusing", append("wishes.csv", "p1,r1,-2"), [("wishes.csv", 4, "liking", "wish_both_ways")]),
    ("no weekday", replace("openings.csv", "o2,r2,mon", "o2,r2,"), [("openings.csv", 3, "weekday", "hours_unknown")]),
    ("neither together nor apart", append("companions.csv", "p2,p1,"), [("companions.csv", 3, "relation", "relation_unknown")]),
    ("together and apart", append("companions.csv", "p2,p1,apart"), [("companions.csv", 3, "relation", "together_and_apart")]),
    ("beyond the places", replace("openings.csv", "1;3,10,8,2,3", "1;3,2,,2,"), [("openings.csv", 2, "capacity", "over_capacity")]),
    ("a comfortable load beyond the places", replace("openings.csv", "10,8,2,3", "10,18,2,3"), [("openings.csv", 2, "comfortable_load", "more_than_capacity")]),
    ("a least attendance beyond the places", replace("openings.csv", "10,8,2,3", "10,8,2,13"), [("openings.csv", 2, "min_attendance", "more_than_capacity")]),
    ("more people than places", replace("openings.csv", "10,8,2,3", "10,8,12,3"), [("openings.csv", 2, "attending", "more_than_capacity")]),
    ("a person at two places at one hour", lambda town: [replace("needs.csv", "n2,p2", "n2,p1")(town), append("placements.csv", "n2,o2,,settled")(town)], [("placements.csv", 3, "opening_id", "two_at_one_hour")]),
    ("fixed at a closed place", lambda town: [replace("resources.csv", "open,65", "closed,65")(town), replace("placements.csv", "settled", "fixed")(town)], [("placements.csv", 2, "opening_id", "fixed_at_closed"), ("resources.csv", 2, "accepting", "opening_of_closed")]),
    ("a volunteer at home", replace("resources.csv", "p2,a1,34.51,134.52", "p2,a1,34.512,134.522"), [("resources.csv", 3, "latitude", "privacy_coordinates")]),
    ("outside Japan", replace("residents.csv", "34.511,134.521", "0,0"), [("residents.csv", 2, "latitude", "outside_japan"), ("residents.csv", 2, "longitude", "outside_japan")]),
    ("a feature nobody knows", replace("residents.csv", "step_free", "stepfree"), [("residents.csv", 2, "requires", "unknown_word")]),
    ("a phone number", replace("resources.csv", "ひだまりサロン", "ひだまり 087-123-4567"), [("resources.csv", 2, "name", "personal_data")]),
    ("a full-width phone number", replace("resources.csv", "ひだまりサロン", "ひだまり０８７ー１２３ー４５６７"), [("resources.csv", 2, "name", "personal_data")]),
    ("a mobile number as an activity", replace("needs.csv", "tea", "tea;09012345678"), [("needs.csv", 2, "activities", "personal_data")]),
    ("an e-mail address", replace("areas.csv", "北地区", "kita@example.jp"), [("areas.csv", 3, "name", "personal_data")]),
    ("a note", replace("resources.csv", "ひだまりサロン", "駅のそば。要電話。"), [("resources.csv", 2, "name", "personal_data")]),
    ("a volunteer by name", replace("resources.csv", "送迎ボランティア 北地区", "佐藤花子"), [("resources.csv", 3, "name", "personal_data")]),
    ("a volunteer with an honorific", replace("resources.csv", "送迎ボランティア 北地区", "北の花子さん"), [("resources.csv", 3, "name", "personal_data")]),
]  # fmt: skip
"""What can be read, and is odd."""


@pytest.mark.parametrize(("edit", "expected"), [one[1:] for one in WARNINGS], ids=[one[0] for one in WARNINGS])
def test_what_is_odd_is_a_named_warning_and_the_town_is_read(town, edit, expected):
    edit(town)
    assert told(town) == expected
    assert all(one.warning for one in check_town(town))
    assert read_town(town)


@pytest.mark.parametrize(
    "name", ["佐藤商店サロン", "見守りボランティア 東", "中央会館", "田中ボランティアの会", "Walking Helper"]
)
def test_the_name_of_a_role_is_no_persons_name(town, name):
    replace("resources.csv", "送迎ボランティア 北地区", name)(town)
    assert told(town) == []


def without(town: Path, file: str, column: str) -> None:
    with (town / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    at = rows[0].index(column)
    with (town / file).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([*cells[:at], *cells[at + 1 :]] for cells in rows)


def filled(file: str, column: str) -> list[int]:
    """The rows of kawabe's file that say something in a column."""
    with (KAWABE / file).open(encoding="utf-8", newline="") as lines:
        return [row for row, cells in enumerate(csv.DictReader(lines), 2) if cells[column]]


def test_any_column_that_is_no_identifier_may_be_absent(tmp_path):
    for of in SHEETS:
        header = (KAWABE / of.file).read_text(encoding="utf-8").splitlines()[0] if (KAWABE / of.file).exists() else ""
        for column in (of.column(name) for name in header.split(",") if name):
            if column.cell.kind == "identifier":
                continue
            village = Path(shutil.copytree(KAWABE, tmp_path / f"{of.table}-{column.name}"))
            without(village, of.file, column.name)
            errors = [(one.file, one.row, one.column, one.code) for one in check_town(village) if not one.warning]
            expected = []
            if column.name in ("date", "weekday") and of.table == "ride_requests":  # a ride cannot do without its day
                expected = [(of.file, row, "date", "date_or_weekday") for row in filled(of.file, column.name)]
            assert errors == expected, (of.file, column.name)


def test_a_column_that_no_row_needs_is_not_missed(town):
    (town / "companions.csv").write_text("resident_id,other_id\n", encoding="utf-8")
    (town / "openings.csv").write_text("opening_id,resource_id\n", encoding="utf-8")
    (town / "placements.csv").unlink()
    assert told(town) == []


def test_a_latitude_without_a_column_of_longitudes_is_no_point(town):
    without(town, "residents.csv", "longitude")
    assert told(town) == [("residents.csv", 1, "latitude", "half_of_two")]
    assert {(p.latitude, p.longitude) for p in read_town(town).residents} == {(None, None)}


def test_a_zip_bomb_in_the_folder_is_never_opened(town):
    with zipfile.ZipFile(town / "needs.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 20_000_000)
    assert told(town) == [("needs.xlsx", 0, "", "unexpected_file")]


@pytest.mark.parametrize("name", ["README.md", ".gitignore", "gtfs.zip", "LICENSE"])
def test_what_usually_lies_in_a_town_folder_is_not_odd(town, name):
    (town / name).write_bytes(b"x")
    assert told(town) == []


@pytest.mark.parametrize(
    ("edit", "suggestion"),
    [
        (replace("needs.csv", "shopping", "shoping"), "shopping"),
        (replace("needs.csv", "shopping", "Shopping"), "shopping"),
        (replace("openings.csv", "1;3,10,", "1;3,１２,"), "12"),
        (replace("openings.csv", "1;3,10,", '1;3,"1,200",'), "1200"),
        (replace("openings.csv", "1;3,10,", "1;3,10人,"), "10"),
        (replace("openings.csv", "1;3,10,", "1;3,10.0,"), "10"),
        (replace("openings.csv", "1;3,10", "1、3,10"), "1;3"),
        (replace("openings.csv", "11:30", "24:00"), "23:59"),
        (replace("openings.csv", "10:00", "9:00:00"), "09:00"),
        (replace("needs.csv", "mon 09:00-12:00", "Mon 9:00〜12:00"), "mon 09:00-12:00;thu 13:00-16:00"),
        (replace("residents.csv", "2026-03-01", "2026/3/1"), "2026-03-01"),
        (replace("residents.csv", "2026-03-01", "2026-02-30"), "2026-02-28"),
        (replace("residents.csv", "2026-03-01", "2026年3月1日"), "2026-03-01"),
        (replace("residents.csv", "step_free,no", "step_free,いいえ"), "no"),
        (replace("town.toml", "2026-04-06", "2026-04-08"), "2026-04-06"),
        (append("needs.csv", "n3,P-01,meal,,,,"), "p1"),
        (append("needs.csv", "n3,ｐ２,meal,,,,"), "p2"),
        (replace("needs.csv", "resident_id", "residentid"), "residentid"),
        (lambda town: (town / "needs.csv").rename(town / "Need.csv"), "Need.csv"),
    ],
)  # fmt: skip
def test_a_likely_slip_is_told_with_what_was_maybe_meant(town, edit, suggestion):
    edit(town)
    with pytest.raises(InputError) as error:
        read_town(town)
    told = error.value.problems[0]
    assert f"Maybe {suggestion}?" in told.en
    assert f"「{suggestion}」ではありませんか？" in told.ja


def test_several_problems_of_several_files_are_all_told(town):
    replace("openings.csv", "1;3,10,8,2", "1;3,-1,abc,2")(town)
    replace("openings.csv", "o2,r2,mon,11:00", "o2,r9,mon,25:00")(town)
    replace("residents.csv", "walk;bus,step_free,no", "walk;horse,stepfree,maybe")(town)
    replace("town.toml", "2026-04-06", "2026-04-07")(town)
    append("wishes.csv", "p1,r1,-2")(town)
    (town / "areas.csv").write_bytes((town / "areas.csv").read_text(encoding="utf-8").encode("cp932"))
    assert told(town) == [
        ("areas.csv", 0, "", "encoding"),
        ("openings.csv", 2, "capacity", "negative"),
        ("openings.csv", 2, "comfortable_load", "integer"),
        ("openings.csv", 3, "resource_id", "dangling"),
        ("openings.csv", 3, "start", "time"),
        ("residents.csv", 2, "escort", "word"),
        ("residents.csv", 2, "modes", "word"),
        ("residents.csv", 2, "requires", "unknown_word"),
        ("town.toml", 2, "week_of", "not_a_monday"),
        ("wishes.csv", 4, "liking", "wish_both_ways"),
    ]
    assert len(refused(town)) == 8


def test_a_row_that_cannot_be_built_still_lends_its_identifier(town):
    replace("residents.csv", "1940", "194O")(town)
    append("residents.csv", "p3,a1")(town)
    append("needs.csv", "n3,p3,meal,,,,")(town)
    assert refused(town) == [("residents.csv", 2, "birth_year", "integer"), ("residents.csv", 4, "", "cells")]


def test_a_file_that_cannot_be_read_is_told_once_and_not_by_everyone_who_refers_to_it(town):
    (town / "residents.csv").write_bytes(b"")
    assert refused(town) == [("residents.csv", 0, "", "empty_file")]


def test_rows_are_counted_as_a_spreadsheet_counts_them(town):
    text = GOOD["needs.csv"].replace("n2,p2", "\n,,,,,,\nn2,p9")
    (town / "needs.csv").write_text(text, encoding="utf-8")
    assert refused(town) == [("needs.csv", 5, "resident_id", "dangling")]


def test_rows_are_still_counted_far_down_a_long_file(town):
    lines = ["need_id,resident_id,kind", *(f"n{i},p1,meal" for i in range(1, 20_001))]
    lines[10_000], lines[15_000], lines[17_000], lines[19_999] = "", "x1,p9,meal", "x2,p1", 'x3,"p1"1,meal'
    (town / "needs.csv").write_text("\n".join(lines) + "\n")
    assert refused(town) == [
        ("needs.csv", 15_001, "resident_id", "dangling"),
        ("needs.csv", 17_001, "", "cells"),
        ("needs.csv", 20_000, "", "quotes"),
    ]


def test_values_are_shown_short_and_with_their_control_characters_escaped(town):
    replace("needs.csv", "shopping", "x" * 500 + "\x1b")(town)
    (one,) = (one for one in check_town(town) if not one.warning)
    assert "\x1b" not in one.en
    assert len(one.en) < 400
    replace("needs.csv", "x" * 500 + "\x1b", "sh\x1b[31m")(town)
    (one,) = check_town(town)
    assert r"sh\x1b[31m" in one.en and r"sh\x1b[31m" in one.ja


@pytest.mark.parametrize("edit", [one[1] for one in FILES + CELLS + TOML], ids=[one[0] for one in FILES + CELLS + TOML])
def test_every_problem_is_told_in_both_languages(town, edit):
    edit(town)
    for one in check_town(town):
        assert one.ja and one.en and one.ja != one.en
        assert not re.search(r"\{[a-z_]*\}", one.ja + one.en)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    assert refused(tmp_path / "gone") == [("gone", 0, "", "no_folder")]


def test_a_folder_that_may_not_be_listed_is_told(town, monkeypatch):
    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert refused(town) == [("town", 0, "", "unreadable")]


def test_streets_in_the_folder_itself_are_not_odd(town):
    append("town.toml", '[travel]\nstreets = "."\nnodes = "roads/nodes.csv"')(town)
    (town / "roads").mkdir()
    (town / "roads" / "nodes.csv").write_text("x")
    assert told(town) == []


def test_a_folder_of_something_else_lacks_the_files_of_a_town(tmp_path):
    codes = refused(tmp_path)
    assert codes == [(name, 0, "", "missing_file") for name in sorted(
        ["areas.csv", "needs.csv", "openings.csv", "residents.csv", "resources.csv", "town.toml"])]  # fmt: skip


def test_nothing_is_written_of_a_community_that_would_not_be_read_back_the_same(town, tmp_path):
    from dataclasses import replace as changed

    good = read_town(town)
    bad = changed(
        good,
        resources=(changed(good.resources[0], name="a\nb", features=("a;b",)), *good.resources[1:]),
        needs=(changed(good.needs[0], activities=(" tea",)), *good.needs[1:]),
    )
    bad = changed(bad, info=changed(good.info, rulebook=""))
    with pytest.raises(InputError) as error:
        write_town(bad, tmp_path / "new")
    assert [(one.file, one.row, one.column, one.code) for one in error.value.problems] == [
        ("needs.csv", 2, "activities", "not_kept"),
        ("resources.csv", 2, "features", "not_kept"),
        ("resources.csv", 2, "name", "control_character"),
        ("town.toml", 14, "rulebook", "toml_type"),
    ]
    assert not (tmp_path / "new").exists()


def test_the_town_of_other_habits_means_the_same(town):
    """CRLF, another order of columns, missing optional columns and files, spaces after semicolons, a week as text."""
    before = read_town(town)
    for name in GOOD:
        text = (town / name).read_text(encoding="utf-8")
        (town / name).write_bytes(text.replace("\n", "\r\n").encode())
    replace("residents.csv", "walk;bus", "walk; bus")(town)
    replace("town.toml", "2026-04-06", '"2026-04-06"')(town)
    append("town.toml", '[rulebook]\nname = "default"')(town)
    rows = [line.split(",") for line in GOOD["companions.csv"].splitlines()]
    (town / "companions.csv").write_text("".join(f"{c},{a},{b}\n" for a, b, c in rows))
    assert read_town(town) == before

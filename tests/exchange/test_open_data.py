"""The published lists of a town become a community: the real lists of Takamatsu, and small dirty ones of our own."""

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, time
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st

from matching.domain import Accepting, ResourceKind, Sector, Weekday
from matching.errors import InputError
from matching.exchange.open_data import (
    Imported,
    choose_import_table,
    import_open_data,
    read_import_table,
    report_data,
    report_text,
)
from matching.exchange.open_data.addresses import Gazetteer, key, kilometres, misplaced
from matching.exchange.open_data.repairs import CODES

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "fixtures/imports"
REAL = ROOT.parent / "shared/data/open"
MONDAY = date(2026, 2, 2)


def real(name: str) -> Path:
    folder = REAL / name
    if not folder.is_dir():
        pytest.skip(f"the open data folder {name} is not on this machine")
    return folder


@pytest.fixture(scope="module")
def takamatsu() -> Imported:
    return import_open_data(real("takamatsu"), read_import_table(TABLES / "takamatsu.toml"))


# --- the real city -----------------------------------------------------------------------------------


def test_no_row_of_any_real_list_is_lost(takamatsu: Imported) -> None:
    lists = [path for path in real("takamatsu").iterdir() if path.suffix in (".csv", ".xlsx")]
    assert {one.file for one in takamatsu.counts} == {path.name for path in lists}
    assert [one.file for one in takamatsu.counts if not one.balanced] == []
    town = takamatsu.community
    assert sum(one.places for one in takamatsu.counts) == len(takamatsu.community.places)
    assert sum(one.imported for one in takamatsu.counts) == len(town.resources) + 2 * 235


def test_every_skipped_row_has_its_reason_in_the_report(takamatsu: Imported) -> None:
    reasons = {code for one in takamatsu.counts for code, _ in one.skipped}
    assert reasons == {"older_edition", "ignored", "empty_row"}
    for one in takamatsu.counts:
        for code, _ in one.skipped:
            assert any(told.code == code and told.file == one.file for told in takamatsu.repairs)


def test_the_towns_of_the_city_become_areas_with_their_people(takamatsu: Imported) -> None:
    city, *towns = takamatsu.community.areas
    assert (city.name, city.tier, city.population) == ("高松市", 1, 418_129)
    assert city.population_65plus is not None
    assert 120_000 < city.population_65plus < 122_000
    assert len(towns) == 235
    assert {town.tier for town in towns} == {2}
    assert {town.parent_id for town in towns} == {city.area_id}
    assert all(town.latitude is not None for town in towns)


def test_both_dated_lists_give_population_by_sex_and_band(takamatsu: Imported) -> None:
    rows = takamatsu.community.population
    assert Counter(row.year for row in rows) == {2023: 235 * 36, 2026: 235 * 36}
    assert {(row.age_from, row.age_to) for row in rows} == {(a, a + 4) for a in range(0, 85, 5)} | {(85, None)}
    assert sum(row.people for row in rows if row.year == 2026) == 418_129
    assert {row.sex for row in rows} == {"male", "female"}


def test_the_misplaced_town_is_flagged_and_guessed_from_its_siblings(takamatsu: Imported) -> None:
    (flag,) = takamatsu.of("point_misplaced")
    assert (flag.file, flag.row, flag.column) == ("population_202602.xlsx", 45, "location")
    assert "松島町３丁目" in flag.ja
    assert "34.069518,134.069518" in flag.before
    town = {area.name: area for area in takamatsu.community.areas}
    third, second = town["松島町３丁目"], town["松島町２丁目"]
    assert third.population == 1_311
    assert third.latitude is not None
    assert third.longitude is not None
    assert second.latitude is not None
    assert second.longitude is not None
    assert kilometres((third.latitude, third.longitude), (second.latitude, second.longitude)) < 1
    assert kilometres((34.069518, 134.069518), (second.latitude, second.longitude)) > 29


def test_a_shop_whose_longitude_is_its_latitude_stands_at_its_town(takamatsu: Imported) -> None:
    far = {(one.file, one.row) for one in takamatsu.of("point_far")}
    assert ("list_of_designated_collection_bag_dealers.xlsx", 170) in far
    assert all(place.longitude is None or 133 < place.longitude < 135 for place in takamatsu.community.places)


def test_community_councils_are_rmos_tied_to_their_centres(takamatsu: Imported) -> None:
    town = takamatsu.community
    assert len(town.organisations) == 44  # 45 values in the list, one of them empty
    assert {one.sector for one in town.organisations} == {Sector.RMO}
    centres = {one.resource_id for one in town.resources if one.resource_id.startswith("community_center-")}
    assert len(centres) == 52
    assert {tie.to_id for tie in town.ties} == centres
    assert {tie.from_id for tie in town.ties} == {one.organisation_id for one in town.organisations}
    assert ResourceKind.RMO not in {one.kind for one in town.resources}


def test_a_list_without_hours_has_no_openings(takamatsu: Imported) -> None:
    town = takamatsu.community
    assert not [one for one in town.openings if one.resource_id.startswith("community_center-")]
    told = Counter(one.file for one in takamatsu.of("hours_missing"))
    assert told["community_center.xlsx"] == 52


def test_every_imported_resource_is_to_be_asked_first_and_lies_in_an_area(takamatsu: Imported) -> None:
    town = takamatsu.community
    areas = {area.area_id for area in town.areas}
    assert {one.accepting for one in town.resources} == {Accepting.ASK_FIRST}
    assert all(one.area_id in areas and one.serves and one.confirmed_on is None for one in town.resources)
    assert all(place.area_id in areas for place in takamatsu.community.places)


def test_openings_follow_what_the_lists_state(takamatsu: Imported) -> None:
    town = takamatsu.community
    names = {one.resource_id: one.name for one in town.resources}
    week = {(names[o.resource_id], o.weekday, o.weeks_of_month): (o.start, o.end) for o in town.openings}
    assert week["高松市牟礼南会館", Weekday.SUN, ()] == (time(9), time(17))
    assert week["高松市牟礼南会館", Weekday.SAT, ()] == (time(9), time(22))
    assert week["ひまわりはうす とことこ", Weekday.SAT, (3,)] == (time(10, 30), time(15, 30))
    assert week["高松市仏生山交流センター", Weekday.MON, ()] == (time(9), time(17))  # Excel time cells
    assert ("高松市香川町浅野地区集落研修センター", Weekday.MON, ()) not in week  # 定休日
    assert week["高松市香川町浅野地区集落研修センター", Weekday.SUN, ()] == (time(9), time(22))
    assert week["放課後児童クラブるぽ", Weekday.SAT, ()] == (time(9), time(18, 30))  # ９:０0
    assert ("放課後児童クラブるぽ", Weekday.MON, ()) not in week  # 放課後〜
    assert not any(name == "放課後児童クラブまある" for name, _, _ in week)  # 月1回の土曜日


def test_capacities_are_numbers_where_the_list_has_one(takamatsu: Imported) -> None:
    town = takamatsu.community
    clubs = {one.name: one.resource_id for one in town.resources if one.resource_id.startswith("children_club-")}
    held = {one.resource_id: one.capacity for one in town.openings}
    assert held[clubs["放課後児童クラブるぽ"]] == 38
    assert len(takamatsu.of("capacity_text")) == 1
    shelters = [place for place in takamatsu.community.places if place.listed_in == "evacuation_space"]
    assert sum(place.capacity or 0 for place in shelters) == 97_823


def test_the_known_dirt_is_repaired_and_counted(takamatsu: Imported) -> None:
    count = takamatsu.by_code
    assert count["point_missing"] == 10
    assert count["lookalike"] == 1
    assert count["example_sheet"] == 1
    assert count["hint_column"] == 1
    assert count["older_edition"] == 1
    assert count["empty_row"] == 9
    assert count["full_width"] > 200
    assert set(count) <= set(CODES)
    assert not any("○○" in one.name for one in takamatsu.community.resources)
    assert not any("マップピン" in place.name for place in takamatsu.community.places)


def test_no_phone_number_mail_or_address_of_a_page_is_imported(takamatsu: Imported) -> None:
    town = takamatsu.community
    texts = [
        getattr(row, field.name)
        for table in (town.organisations, town.resources, town.places)
        for row in table
        for field in fields(row)
        if isinstance(getattr(row, field.name), str)
    ]
    assert not [text for text in texts if re.search(r"\d{2,4}-\d{2,4}-\d{4}|@|https?:", text)]
    assert len(takamatsu.of("contact_left")) > 20


def test_the_week_is_the_monday_on_or_after_the_newest_list(takamatsu: Imported) -> None:
    assert takamatsu.newest == date(2026, 2, 1)
    assert takamatsu.community.info.week_of == MONDAY
    assert "CC BY 4.0" in takamatsu.community.info.provenance


def test_the_same_folder_gives_the_same_town(takamatsu: Imported) -> None:
    again = import_open_data(real("takamatsu"), read_import_table(TABLES / "takamatsu.toml"))
    assert again == takamatsu
    assert again.community.digest == takamatsu.community.digest


def test_the_standard_format_of_childrens_cafeterias_is_read_by_its_own_table() -> None:
    cafes = import_open_data(real("kodomo_shokudo"), read_import_table(TABLES / "kodomo_shokudo.toml"), MONDAY)
    assert len(cafes.community.resources) == 18
    slots = {(o.resource_id, o.weekday, o.weeks_of_month, o.start) for o in cafes.community.openings}
    assert ("taito-0002", Weekday.WED, (3,), time(16)) in slots
    assert {("taito-0003", Weekday.TUE, (2,), time(16)), ("taito-0003", Weekday.THU, (4,), time(16))} <= slots
    assert not any(resource_id == "taito-0007" for resource_id, *_ in slots)  # 毎月最終金曜日
    assert {one.fee_yen for one in cafes.community.resources if one.resource_id.startswith("taito")} == {0}


def test_a_shift_jis_list_without_a_date_needs_its_monday() -> None:
    table = read_import_table(TABLES / "koriyama.toml")
    nurseries = import_open_data(real("koriyama"), table, MONDAY)
    assert len(nurseries.community.places) == 157
    assert all(place.latitude and 37 < place.latitude < 38 for place in nurseries.community.places)
    with pytest.raises(InputError, match="week_of"):
        import_open_data(real("koriyama"), table)


# --- small lists of our own --------------------------------------------------------------------------

TABLE = """
[town]
name = "川辺町"
area_id = "kawabe"
address_prefixes = ["川辺町"]
provenance = "作りもの / invented"

[[list]]
file = "people"
slug = "town"
ja = "人口"
en = "people"
becomes = "areas"
columns = { name = "町名", point = "位置", date = "調査日", total = "総数" }
[list.bands]
ages = [0, 65, 75]
male = ["男0", "男65", "男75"]
female = ["女0", "女65", "女75"]

[[list]]
file = "halls"
ja = "会館"
en = "halls"
becomes = "resources"
why_ja = "集う場"
why_en = "to meet"
columns = { name = "名称", address = "住所", latitude = "緯度", longitude = "経度", days = "曜日", start = "開始", end = "終了", capacity = "定員", fee = "料金" }
[list.resource]
kind = "facility"
serves = ["participation"]
[[list.features]]
column = "バリアフリー情報"
says = "スロープ"
feature = "slope"

[[list]]
file = "trips"
ja = "催し"
en = "events"
becomes = "ignored"
why_ja = "その日かぎり"
why_en = "one-off"
"""  # noqa: E501

HALL = ["名称", "住所", "緯度", "経度", "曜日", "開始", "終了", "定員", "料金", "バリアフリー情報", "電話番号"]
GOOD = ["中央会館", "川辺町本町1-2", 35.0, 135.0, "月～金", "9:00", "17:00", 20, "無料", "", "00-0000-0000"]
PEOPLE = ["町名", "位置", "調査日", "総数", "男0", "女0", "男65", "女65", "男75", "女75"]
TOWNS = [
    ["本町", "35.0000,135.0000", "2026-01-05", 21, 1, 2, 3, 4, 5, 6],
    ["東町１丁目", "35.0100,135.0200", "2026-01-05", 6, 1, 1, 1, 1, 1, 1],
    ["東町２丁目", "35.0120,135.0220", "2026-01-05", 6, 1, 1, 1, 1, 1, 1],
    ["東町３丁目", "34.9000,135.9000", "2026-01-05", 6, 1, 1, 1, 1, 1, 1],
]

Cells = Sequence[Sequence[object]]


def book(path: Path, **sheets: Cells) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        clock = workbook.add_format({"num_format": "hh:mm"})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, time):
                        sheet.write_datetime(at, column, cell, clock)
                    elif cell != "":
                        sheet.write(at, column, cell)


def table_csv(path: Path, rows: Cells, encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)


def town(tmp_path: Path, halls: Cells = (), people: Cells = TOWNS, week_of: date | None = None) -> Imported:
    folder = tmp_path / "kawabe"
    folder.mkdir(exist_ok=True)
    (tmp_path / "table.toml").write_text(TABLE, encoding="utf-8")
    book(folder / "people.xlsx", sheet=[PEOPLE, *people])
    if halls:
        book(folder / "halls.xlsx", sheet=[HALL, *halls])
    return import_open_data(folder, read_import_table(tmp_path / "table.toml"), week_of)


def hall(tmp_path: Path, **cells: object) -> Imported:
    return town(tmp_path, [[cells.get(name, was) for name, was in zip(HALL, GOOD, strict=True)]])


def codes(imported: Imported, file: str = "halls.xlsx") -> set[str]:
    return {one.code for one in imported.repairs if one.file == file} - {"contact_left"}


def test_a_clean_list_needs_no_repair(tmp_path: Path) -> None:
    made = hall(tmp_path)
    assert codes(made) == set()
    assert {opening.capacity for opening in made.community.openings} == {20}
    assert len(made.community.openings) == 5
    (resource,) = made.community.resources
    assert (resource.resource_id, resource.area_id, resource.fee_yen) == ("halls-0002", "town-0002", 0)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"名称": "第１会館"}, "full_width"),
        ({"名称": "中央\n会館"}, "newline"),
        ({"名称": " 中央　　会館 "}, "spaces"),
        ({"住所": "東町ニ丁目3"}, "lookalike"),
        ({"開始": "８:０0"}, "full_width"),
        ({"定員": "３８人"}, "capacity_read"),
        ({"定員": "大会議室120名、小会議室24名"}, "capacity_text"),
        ({"定員": 100_001}, "capacity_text"),
        ({"定員": ""}, "capacity_missing"),
        ({"料金": "大人300円 子ども100円"}, "fee_text"),
        ({"緯度": "", "経度": ""}, "point_missing"),
        ({"緯度": "北緯35度", "経度": "135"}, "point_unreadable"),
        ({"緯度": 135.0, "経度": 35.0}, "point_swapped"),
        ({"緯度": 35.5, "経度": 135.5}, "point_far"),
        ({"住所": "よその町1"}, "area_nearest"),
        ({"住所": "よその町1", "緯度": "", "経度": ""}, "point_unknown"),
        ({"曜日": ""}, "hours_missing"),
        ({"曜日": "不定期"}, "days_unread"),
        ({"終了": "24:00"}, "end_24"),
        ({"開始": "放課後"}, "hours_open"),
    ],
)
def test_each_repair_is_told_where_it_was_made(tmp_path: Path, cells: dict[str, object], code: str) -> None:
    made = hall(tmp_path, **cells)
    told = [one for one in made.repairs if one.code == code and one.file == "halls.xlsx"]
    assert [one.row for one in told] == [2]
    assert told[0].column in (*HALL, "")
    assert told[0].ja != told[0].en
    assert len(made.community.resources) == 1


def test_a_capacity_in_full_width_letters_is_a_number(tmp_path: Path) -> None:
    assert {one.capacity for one in hall(tmp_path, 定員="３８人").community.openings} == {38}
    assert {one.capacity for one in hall(tmp_path, 定員="50人ぐらい").community.openings} == {50}
    assert {one.capacity for one in hall(tmp_path, 定員="大小").community.openings} == {None}


def test_excel_times_and_text_times_say_the_same(tmp_path: Path) -> None:
    cells = hall(tmp_path, 開始=time(9), 終了=time(17)).community.openings
    assert cells == hall(tmp_path, 開始="９時", 終了="17：00").community.openings


def test_a_missing_point_is_that_of_the_area_of_the_address(tmp_path: Path) -> None:
    (resource,) = hall(tmp_path, 住所="東町ニ丁目3-1", 緯度="", 経度="").community.resources
    assert (resource.area_id, resource.latitude, resource.longitude) == ("town-0004", 35.012, 135.022)


def test_accessibility_columns_become_features(tmp_path: Path) -> None:
    (resource,) = hall(tmp_path, バリアフリー情報="スロープ有り").community.resources
    assert resource.features == ("slope",)


def test_a_town_far_from_its_namesakes_is_flagged_and_guessed(tmp_path: Path) -> None:
    made = town(tmp_path)
    (flag,) = made.of("point_misplaced")
    assert flag.row == 5
    third = made.community.areas[-1]
    assert (third.latitude, third.longitude) == (35.011, 135.021)


def test_rows_without_content_and_without_a_name_are_counted(tmp_path: Path) -> None:
    nameless = ["", *GOOD[1:]]
    made = town(tmp_path, [GOOD, [""] * len(HALL), nameless, GOOD])
    (count,) = [one for one in made.counts if one.file == "halls.xlsx"]
    assert count.balanced
    assert (count.rows, count.imported, dict(count.skipped)) == (4, 2, {"empty_row": 1, "no_name": 1})


def test_example_sheets_and_hint_columns_never_become_rows(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    hint = [[*HALL, "←データの項目名を入力"], [*GOOD, "←2行目以降にデータを入力"]]
    book(folder / "halls.xlsx", データ=hint, 入力例=[HALL, ["○○会館", *GOOD[1:]]], 別表=[["メモ"], ["あ"]])
    made = town(tmp_path)
    assert {"example_sheet", "other_sheet", "hint_column"} <= codes(made)
    assert [one.name for one in made.community.resources] == ["中央会館"]


def test_headers_with_line_breaks_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    book(folder / "halls.xlsx", sheet=[["名\n称", *HALL[1:]], GOOD])
    made = town(tmp_path)
    assert "header" in codes(made)
    assert len(made.community.resources) == 1


def test_an_older_edition_is_left_and_what_only_it_has_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    table_csv(folder / "halls.csv", [HALL, GOOD, ["なくなった会館", *GOOD[1:]]], "cp932")
    made = town(tmp_path, [GOOD])
    (count,) = [one for one in made.counts if one.file == "halls.csv"]
    assert dict(count.skipped) == {"older_edition": 2}
    (only,) = made.of("only_in_older")
    assert (only.file, only.row, only.before) == ("halls.csv", 3, "なくなった会館")
    assert len(made.community.resources) == 1


def test_an_unknown_list_becomes_places_and_never_a_resource(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    table_csv(
        folder / "shops.csv",
        [["名称", "住所", "緯度", "経度", "TEL"], ["茶店", "本町3", "35.001", "135.001", "00-000-0000"]],
    )
    made = town(tmp_path)
    (place,) = made.community.places
    assert (place.place_id, place.name, place.listed_in, place.area_id) == ("shops-0002", "茶店", "shops", "town-0002")
    assert made.community.resources == ()
    assert {"unlisted", "contact_left"} <= {one.code for one in made.repairs if one.file == "shops.csv"}


def test_an_unknown_list_without_names_is_skipped_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    table_csv(folder / "nothing.csv", [["名称", "住所"]])
    table_csv(folder / "counts.csv", [["年", "数"], ["2020", "3"], ["2021", "4"]])
    (folder / "README.md").write_text("notes", encoding="utf-8")
    made = town(tmp_path)
    (count,) = [one for one in made.counts if one.file == "counts.csv"]
    assert dict(count.skipped) == {"no_name_column": 2}
    assert [one.file for one in made.of("not_a_list")] == ["README.md"]
    assert [one.file for one in made.of("no_rows")] == ["nothing.csv"]


def test_lists_of_the_table_that_are_absent_are_told(tmp_path: Path) -> None:
    assert {one.file for one in town(tmp_path).of("list_absent")} == {"halls", "trips"}


def test_bands_that_do_not_add_up_or_are_no_numbers_are_told(tmp_path: Path) -> None:
    odd = ["西町", "35.02,135.02", "2026-01-05", 99, 1, 1, 1, 1, "－", 1]
    made = town(tmp_path, people=[*TOWNS, odd])
    assert [one.row for one in made.of("sum_differs")] == [6]
    assert [one.column for one in made.of("number_unread")] == ["男75"]


def test_the_monday_given_wins_and_must_be_one(tmp_path: Path) -> None:
    assert town(tmp_path).community.info.week_of == date(2026, 1, 5)
    assert town(tmp_path, week_of=MONDAY).community.info.week_of == MONDAY
    with pytest.raises(InputError, match="week_of"):
        town(tmp_path, week_of=date(2026, 2, 3))


def test_everything_that_is_wrong_with_the_files_is_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    (folder / "empty.csv").write_bytes(b"")
    (folder / "fake.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    (folder / "binary.csv").write_bytes(b"\xff\xfe\x00\xd8\x81\x00" * 10)
    table_csv(folder / "long.csv", [["name"], ["x" * 200_000]])
    book(folder / "halls.xlsx", sheet=[[*HALL[:4], "営業日", *HALL[5:]], GOOD])
    with pytest.raises(InputError) as caught:
        town(tmp_path)
    found = {problem.file: problem for problem in caught.value.problems}
    assert {"empty.csv", "fake.xlsx", "binary.csv", "long.csv", "halls.xlsx"} <= set(found)
    assert found["halls.xlsx"].column == "曜日"
    assert "曜日" in found["halls.xlsx"].ja


def test_a_cell_of_many_thousand_letters_takes_no_time(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    long = [
        word * (90_000 // len(word)) if word else ""
        for word in ("（", " ", "一", "月、", "9:00~", "第", "3", "人", "円", "")
    ]
    table_csv(folder / "halls.csv", [HALL[:10], long])
    made = town(tmp_path)
    assert len(made.community.resources) == 1
    assert all(len(one.ja) < 1_000 for one in made.repairs)


def test_columns_without_a_header_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    table_csv(folder / "halls.csv", [HALL, [*GOOD, "", "余り"]])
    (left,) = [one for one in town(tmp_path).of("columns_left") if one.file == "halls.csv"]
    assert "見出しのない列1" in left.before


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    folder = tmp_path / "kawabe"
    folder.mkdir()
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", "<workbook/>")
        bomb.writestr("xl/worksheets/sheet1.xml", b"\0" * 20_000_000)
    with pytest.raises(InputError, match=r"bomb\.xlsx"):
        town(tmp_path)


def test_a_folder_without_lists_or_no_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        import_open_data(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no lists"):
        import_open_data(tmp_path)


# --- tables, addresses, points, report ------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_table_tells_what_each_list_is_in_both_languages_and_why(path: Path) -> None:
    table = read_import_table(path)
    assert table.provenance
    assert "Real:" in table.provenance
    for rule in table.lists:
        assert rule.ja
        assert rule.en
        assert rule.why_ja
        assert rule.why_en


def test_a_wrong_table_tells_all_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        '[town]\nname = "x"\n[[list]]\nfile = "a"\nja = "a"\nen = "a"\nbecomes = "gold"\n'
        '[[list]]\nfile = "b"\nja = "b"\nen = "b"\nbecomes = "resources"\n'
        '[[list]]\nfile = "c"\nja = "c"\nen = "c"\nbecomes = "places"\nrows = "("\ncolumns = { nonsense = "x" }\n',
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        read_import_table(path)
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    "text",
    [
        "town = 1",
        "not toml [",
        '[town]\nname = "x"\narea_id = "x"\n[list]\nfile = "a"',
        TABLE.replace("[0, 65, 75]", "[0, 75, 65]"),
        TABLE.replace("[0, 65, 75]", "[0, 65]"),
        TABLE.replace('kind = "facility"', 'kind = "castle"'),
        TABLE.replace("{ name =", "{ title ="),
    ],
)
def test_no_wrong_table_is_read_in_silence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_import_table(path)


def test_the_table_is_chosen_by_the_folders_name_or_by_what_it_knows(tmp_path: Path) -> None:
    tables = sorted(TABLES.glob("*.toml"))
    (tmp_path / "takamatsu").mkdir()
    assert choose_import_table(tmp_path / "takamatsu", tables) == TABLES / "takamatsu.toml"
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "community_center.csv").write_text("name\n", encoding="utf-8")
    assert choose_import_table(other, tables) == TABLES / "takamatsu.toml"
    for stem in ("x", "y"):
        (other / f"{stem}.csv").write_text("name\n", encoding="utf-8")
    assert choose_import_table(other, tables) is None


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("香川県高松市番町二丁目3-5", "番町２丁目"),
        ("番町ニ丁目14番2号 1階", "番町２丁目"),
        ("高松市番町1-5-1", "番町１丁目"),
        ("松島町2-14-5", "松島町２丁目"),
        ("松島町5", "松島町"),
        ("塩江町安原下第２号1747", "塩江町安原下第２号"),
        ("塩江町安原下99", "塩江町安原下"),
        ("さぬき市志度1", None),
        ("", None),
    ],
)
def test_an_address_belongs_to_the_longest_town_it_begins_with(address: str, area: str | None) -> None:
    from matching.domain import Area

    names = ["番町１丁目", "番町２丁目", "松島町", "松島町２丁目", "塩江町安原下", "塩江町安原下第２号"]
    towns = [Area(f"a{at}", name) for at, name in enumerate(names)]
    found = Gazetteer(towns, ["香川県", "高松市"]).by_address(address)
    assert (found.name if found else None) == area


def test_names_of_towns_are_compared_whatever_their_digits() -> None:
    assert len({key("松島町三丁目"), key("松島町３丁目"), key("松島町 3丁目")}) == 1
    assert key("本町十二丁目") == key("本町12丁目")


def test_a_whole_town_in_its_place_has_nothing_misplaced() -> None:
    grid = [(f"町{at}", (35 + at % 7 * 0.01, 135 + at // 7 * 0.0123)) for at in range(49)]
    assert misplaced(grid) == {}
    assert misplaced([*grid, ("離れ町", (36.5, 135.1))]) == {49: None}


def test_the_report_counts_every_repair_in_both_languages(takamatsu: Imported) -> None:
    ja, en = report_text(takamatsu, "ja"), report_text(takamatsu, "en")
    for code, count in takamatsu.by_code.items():
        assert f"{count:>5}  {code}" in ja
        assert f"{count:>5}  {code}" in en
    assert "松島町３丁目" in ja.split("直したこと")[0]
    data = report_data(takamatsu)
    assert sum(data["by_code"].values()) == len(data["repairs"]) == len(takamatsu.repairs)
    assert sum(sum(one["by_code"].values()) for one in data["lists"]) <= len(takamatsu.repairs)


CELL = st.lists(st.sampled_from([*"東町丁目ニ二３3０ 　\n人:：~〜月火第無料,.-", "丁目", "本町"]), max_size=12).map(
    "".join
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=10, max_size=10), max_size=6))
def test_no_dirt_crashes_the_import_and_no_row_is_lost(tmp_path_factory: pytest.TempPathFactory, rows: Cells) -> None:
    folder = tmp_path_factory.mktemp("dirt")
    path = folder / "table.toml"
    path.write_text(TABLE, encoding="utf-8")
    lists = folder / "lists"
    lists.mkdir()
    table_csv(lists / "people.csv", [PEOPLE, *TOWNS])
    table_csv(lists / "halls.csv", [HALL[:10], *rows])
    made = import_open_data(lists, read_import_table(path))
    assert all(count.balanced for count in made.counts)

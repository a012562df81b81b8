import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st

from matching.errors import InputError
from matching.exchange.tables import read_table

WORDS = "名称,緯度\n髙﨑①会館,34.5\n"


def told(path):
    with pytest.raises(InputError) as caught:
        read_table(path)
    return [(one.code, one.row) for one in caught.value.problems]


def written(tmp_path, data, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def workbook(path, cells, sheets=("一覧",)):
    book = xlsxwriter.Workbook(str(path))
    for name in sheets:
        sheet = book.add_worksheet(name)
        for row, column, value in cells:
            sheet.write(row, column, value)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp932"])
def test_a_list_is_read_in_the_encoding_it_was_saved_in(tmp_path, encoding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    table = read_table(written(tmp_path, mark + WORDS.encode(encoding)))
    assert table.rows == (("名称", "緯度"), ("髙﨑①会館", "34.5"))
    assert table.encoding == {"utf-8-sig": "utf-8"}.get(encoding, encoding[:6] if "16" in encoding else encoding)


@pytest.mark.parametrize("text", ["名称,住所\n中央会館,川辺町\n", "あ\nい\n", "会館\n", "カフェさくら,ひだまり\n"])
def test_even_a_short_euc_list_is_not_taken_for_half_width_kana(tmp_path, text):
    table = read_table(written(tmp_path, text.encode("euc_jp")))
    assert table.rows == tuple(tuple(line.split(",")) for line in text.splitlines())
    assert table.encoding == "euc_jp"


def test_half_width_kana_of_a_windows_list_stay_what_they_are(tmp_path):
    table = read_table(written(tmp_path, "名称,ｶﾅ\n会館,ｶｲｶﾝ\n".encode("cp932")))
    assert table.rows[1] == ("会館", "ｶｲｶﾝ")


def test_two_byte_order_marks_do_not_stick_to_the_first_header(tmp_path):
    assert read_table(written(tmp_path, b"\xef\xbb\xbf" * 2 + WORDS.encode())).rows[0][0] == "名称"


def test_workbook_cells_keep_their_kind_and_their_place(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("一覧")
    book.add_worksheet("入力例").write(0, 0, "x")
    sheet.write(1, 1, "会館")
    sheet.write(2, 1, 3)
    sheet.write_datetime(3, 1, dt.datetime(2026, 4, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_datetime(4, 1, dt.time(9, 30), book.add_format({"num_format": "hh:mm"}))
    sheet.write_number(5, 1, 1.5, book.add_format({"num_format": "[h]:mm"}))
    sheet.write_boolean(6, 1, True)
    book.close()
    table = read_table(path)
    assert [row[-1] for row in table.rows] == [None, "会館", 3.0, dt.date(2026, 4, 6), dt.time(9, 30), "36:00", True]
    assert (table.encoding, table.sheet, table.other_sheets) == ("xlsx", "一覧", (("入力例", 1),))


def test_a_workbook_is_known_by_its_content_and_not_by_its_name(tmp_path):
    assert read_table(workbook(tmp_path / "list.csv", [(0, 0, "名称")])).rows == (("名称",),)


def test_an_empty_cell_with_a_border_far_away_does_no_harm(tmp_path):
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write_blank(1_000_000, 16_000, None, book.add_format({"border": 1}))
    book.close()
    assert read_table(path).rows == (("名称",),)


def test_two_cells_far_apart_are_refused_before_the_room_between_them_is_reserved(tmp_path):
    assert told(workbook(tmp_path / "a.xlsx", [(0, 0, "x"), (1_048_575, 0, "y"), (0, 900, "z")])) == [
        ("too_many_cells", 0)
    ]
    assert told(workbook(tmp_path / "b.xlsx", [(0, 0, "x"), (0, 16_383, "y")])) == [("too_many_columns", 0)]


def zipped(tmp_path, parts, name="bomb.xlsx"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def test_a_zip_bomb_named_xlsx_is_refused_by_its_directory(tmp_path):
    path = zipped(tmp_path, {"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})
    assert told(path) == [("zip_bomb", 0)]


def test_a_zip_bomb_whose_directory_lies_is_not_inflated(tmp_path):
    path = zipped(tmp_path, {"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})
    data = path.read_bytes().replace(struct.pack("<L", 30_000_000), struct.pack("<L", 100))
    assert told(written(tmp_path, data, "lying.xlsx")) == [("not_a_table", 0)]


def test_a_bomb_of_many_small_parts_is_refused_too(tmp_path, monkeypatch):
    monkeypatch.setattr("matching.exchange.workbook.MOST_UNPACKED", 3_000_000)
    parts = {f"xl/part{i}.xml": b" " * 40_000 for i in range(80)}
    assert told(zipped(tmp_path, {"xl/workbook.xml": "<a/>", **parts})) == [("zip_bomb", 0)]


def test_a_text_held_once_and_shown_everywhere_is_still_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("matching.exchange.tables.MOST_CHARACTERS", 10_000)
    path = workbook(tmp_path / "a.xlsx", [(row, 0, "あ" * 1_000) for row in range(20)])
    assert told(path) == [("too_large", 0)]


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"", "empty_file", 0),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_a_table", 0),
        (b"PK\x03\x04 and no more", "not_a_table", 0),
        (b"a\n\xff\xff\xff\n", "encoding_unknown", 0),
        (b"a\nx\0y\n", "nul", 2),
        (b'a,b\n"x,y\n', "quotes", 2),
        (("," * 9_999 + "\n").encode(), "too_many_columns", 0),
        (b"a\n" + b"x" * 110_000 + b"\n", "too_long", 2),
        (b"a\n" + b"x" * 1_000_000 + b"\n", "quotes", 2),
    ],
)
def test_what_is_no_list_is_told_and_not_guessed(tmp_path, data, code, row):
    assert told(written(tmp_path, data)) == [(code, row)]


def test_an_ordinary_archive_is_no_table(tmp_path):
    assert told(zipped(tmp_path, {"readme.txt": "hello"})) == [("not_a_table", 0)]


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    assert told(tmp_path) == [("not_a_file", 0)]
    assert told(tmp_path / "none.csv") == [("unreadable", 0)]


def changed(tmp_path, part, old, new):
    """A good workbook in which one part says something else."""
    with zipfile.ZipFile(io.BytesIO(good_workbook())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    return zipped(tmp_path, {**parts, part: parts[part].replace(old, new)}, "changed.xlsx")


def test_a_workbook_that_promises_more_texts_than_it_can_hold_does_not_reserve_room_for_them(tmp_path):
    path = changed(tmp_path, "xl/sharedStrings.xml", b'uniqueCount="1"', b'uniqueCount="99999999999"')
    assert told(path) == [("not_a_table", 0)]


def test_a_workbook_in_an_encoding_that_nobody_knows_is_told(tmp_path):
    assert told(changed(tmp_path, "xl/worksheets/sheet1.xml", b"UTF-8", b"UTF-88")) == [("not_a_table", 0)]


def test_a_panic_of_the_reader_of_workbooks_is_told_and_a_wish_to_stop_is_not_held_up(tmp_path, monkeypatch):
    path = workbook(tmp_path / "a.xlsx", [(0, 0, "x")])
    panic = type("PanicException", (BaseException,), {})
    monkeypatch.setattr("python_calamine.CalamineWorkbook", given_raises(panic("index out of bounds")))
    assert told(path) == [("not_a_table", 0)]
    monkeypatch.setattr("python_calamine.CalamineWorkbook", given_raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        read_table(path)


def given_raises(error):
    class Reader:
        @staticmethod
        def from_filelike(_):
            raise error

    return Reader


def good_workbook():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row in range(5):
        sheet.write_row(row, 0, ["会館", row, 1.5])
    book.close()
    return out.getvalue()


WORKBOOK = good_workbook()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WORKBOOK) - 1), st.integers(0, 255)), max_size=8))
def test_noise_in_a_workbook_ends_in_a_table_or_in_a_told_problem(tmp_path_factory, noise):
    data = bytearray(WORKBOOK)
    for at, byte in noise:
        data[at] = byte
    path = tmp_path_factory.getbasetemp() / "noise.xlsx"
    path.write_bytes(data)
    try:
        read_table(path)
    except InputError as error:
        assert error.problems


TAKAMATSU = Path(__file__).parents[2].parent / "shared/data/open/takamatsu"


@pytest.mark.skipif(not TAKAMATSU.is_dir(), reason="the open data of Takamatsu is not there")
def test_every_list_of_a_real_city_is_read():
    tables = {path.name: read_table(path) for path in TAKAMATSU.iterdir() if path.suffix in (".csv", ".xlsx")}
    assert len(tables) >= 32
    assert all(len(table.rows) > 1 for table in tables.values())
    assert tables["exchange_center.xlsx"].other_sheets == (("入力例", 12),)

"""Import and export: a file is looked at as a whole, nothing changes before it is taken in, and then all of it does."""

import io
import re
import zipfile

import pytest

from api.folders import read_folder, to_zip
from api.store.register import NOUNS
from tests.api.conftest import KAWABE
from tests.web.play import Player
from tests.web.test_people import rows_of

RESOURCES = NOUNS["resources"].table


@pytest.fixture
def folder():
    return unzipped(to_zip(read_folder(KAWABE)))


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bring(reader, data, name="town.zip", status=200):
    reader.open("/admin/town")
    form = next(iter(reader.forms("/admin/town/uploads")))
    reader.page = reader.client.post("/admin/town/uploads", data=form, files={"file": (name, data)})
    assert reader.page.status_code == status, reader.page.text[-2000:]
    return reader.page.text


def take(reader, status=200):
    return reader.send(re.search(r'action="(/admin/town/uploads/[\w-]+/imports)"', reader.page.text)[1], status)


def test_a_folder_goes_out_is_changed_by_hand_and_comes_in_again(office, readers):
    reader = readers["admin"]
    data = reader.client.get("/admin/town/export").content
    files = unzipped(data)
    files["resources.csv"] = files["resources.csv"].replace("ひだまりサロン".encode(), "ひなたサロン".encode())
    text = bring(reader, zipped(files))
    row = re.search(r"<th scope=\"row\">地域資源</th>(.*?)</tr>", text, re.DOTALL)[1]
    assert re.findall(r">(\d+)<", row)[:2] == ["0", "1"]
    assert "ひなたサロン" not in str(rows_of(office, RESOURCES))  # a dry run
    assert "取り込みました" in take(reader)
    assert "ひなたサロン" in str(rows_of(office, RESOURCES))


def test_every_refused_row_is_told_and_it_cannot_be_taken_in(readers, folder):
    reader = readers["admin"]
    folder["needs.csv"] = folder["needs.csv"].replace(b"participation", b"partying", 2)
    text = bring(reader, zipped(folder))
    assert "このままでは取り込めません" in text and text.count("partying") == 2 and "needs.csv" in text
    assert not re.search(r"/imports\"", text)


def test_a_folder_in_which_persons_are_missing_is_refused_before_it_is_taken_in(readers, folder):
    lines = folder["residents.csv"].decode().splitlines(keepends=True)
    folder["residents.csv"] = "".join(line for line in lines if not line.startswith("p15,")).encode()
    for name in ("needs", "wishes", "companions", "placements", "ride_requests"):
        text = folder[f"{name}.csv"].decode()
        folder[f"{name}.csv"] = "".join(line for line in text.splitlines(keepends=True) if "p15" not in line).encode()
    text = bring(readers["admin"], zipped(folder))
    assert "このままでは取り込めません" in text


def test_it_is_taken_in_once_and_seen_by_who_brought_it_alone(office, readers, folder):
    reader = readers["admin"]
    bring(reader, zipped(folder))
    where, action = reader.page.url.path, re.search(r'action="([^"]+/imports)"', reader.page.text)[1]
    other = office.desk("admin@kawabe")
    made = other.post("/v1/users", {"name": "second@kawabe", "role": "admin"}).json()
    assert made["role"] == "admin"
    second = office.desk("second@kawabe")
    assert second.client.get(where).status_code == 404
    form = reader.forms(action)[0]
    assert reader.client.post(action, data=form).status_code == 200
    assert reader.client.post(action, data=form).status_code == 404


def test_it_is_thrown_away(readers, folder):
    reader = readers["admin"]
    bring(reader, zipped(folder))
    where = reader.page.url.path
    reader.send(f"{where}/end")
    reader.open(where, 404)


LIST = """名称,住所,緯度,経度,定員
ひばり会館,川辺村上1-1,34.8201,133.3002,２０
かわせみ荘,川辺村下2,34.7801,133.3081,
,,,,
"""


def test_a_published_list_is_repaired_in_sight_and_its_places_stand_in_the_nearest_area(office, readers):
    reader = readers["admin"]
    text = bring(reader, LIST.encode("cp932"), "koukyo.csv")
    assert "公開された一覧" in text and "全角の英数字を半角として読みました" in text
    assert "取り込みました" in take(reader)
    rows = {row["name"]: row["area_id"] for row in rows_of(office, NOUNS["places"].table)}
    assert rows["ひばり会館"] == "kami" and rows["かわせみ荘"] == "shimo"


@pytest.mark.parametrize(("name", "data"), [("town.exe", b"MZ"), ("town.zip", b""), ("list.xls", b"x")])
def test_what_is_no_folder_and_no_list_is_refused(readers, name, data):
    bring(readers["admin"], data, name, 422)


def test_a_broken_archive_is_told_as_such(readers):
    assert "zip として読めません" in bring(readers["admin"], b"no zip")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_sent_with_its_progress_and_the_page_says_what_it_would_do(tab, office, folder, tmp_path, scripts):
    me = Player(tab(scripts=scripts), "admin@kawabe")
    page, held = me.page, []
    page.set_default_timeout(60_000)  # a whole town is looked at
    for name, content in (("town.zip", zipped(folder)), ("town.pdf", b"%PDF")):
        (tmp_path / name).write_bytes(content)
    page.goto("/admin/town")
    page.set_input_files("#file", tmp_path / "town.zip")
    if scripts:
        page.route("**/admin/town/uploads", lambda route: held.extend([route]), times=1)
        with page.expect_request("**/admin/town/uploads"):
            page.click("main form[data-upload] button.yes")
        page.locator("[data-sending] progress").wait_for()
        assert page.locator("[data-stop]").is_visible() and page.locator("form[data-upload] .yes").is_disabled()
        held.pop().continue_()
    else:
        page.click("main form[data-upload] button.yes")
    page.wait_for_url("**/admin/town/uploads/*")
    me.sees("このまま取り込めます")
    page.goto("/admin/town")
    page.set_input_files("#file", tmp_path / "town.pdf")
    page.click("main form[data-upload] button.yes")
    page.locator("main a.button").first.wait_for()
    me.sees("ファイル")  # which field, and why

import shutil
from pathlib import Path

import pytest

from matching.domain import Community
from matching.errors import InputError
from matching.exchange import check_town, read_town, write_town
from matching.synthetic import generate

TOWN = generate(40, 7)
FIXTURES = sorted(path.parent for path in (Path(__file__).parents[2] / "fixtures" / "towns").glob("*/town.toml"))


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def codes(error):
    return [(one.file, one.row, one.column, one.code) for one in error.value.problems]


def test_what_is_written_is_read_back_the_same(tmp_path):
    write_town(TOWN, tmp_path / "town")
    assert read_town(tmp_path / "town") == TOWN
    assert all(one.warning for one in check_town(tmp_path / "town"))


def test_writing_what_was_read_gives_the_same_bytes(tmp_path):
    write_town(TOWN, tmp_path / "one")
    write_town(read_town(tmp_path / "one"), tmp_path / "two")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


@pytest.mark.parametrize("folder", FIXTURES, ids=[path.name for path in FIXTURES])
def test_a_fixture_town_is_without_errors_and_stands_in_the_canonical_form(tmp_path, folder):
    assert all(one.warning for one in check_town(folder))
    write_town(read_town(folder), tmp_path / "again")
    streets = {"nodes.csv", "edges.csv"}  # they stay where they are; a community knows only their names
    assert bytes_of(tmp_path / "again") == {k: v for k, v in bytes_of(folder).items() if k not in streets}


def test_only_the_required_files_are_written_where_there_are_no_rows(tmp_path):
    write_town(Community(TOWN.info), tmp_path / "town")
    names = sorted(path.name for path in (tmp_path / "town").iterdir())
    assert names == ["areas.csv", "needs.csv", "openings.csv", "residents.csv", "resources.csv", "town.toml"]
    assert read_town(tmp_path / "town") == Community(TOWN.info)


def test_an_older_town_is_replaced_and_keeps_its_timetable_and_readme(tmp_path):
    folder = tmp_path / "town"
    write_town(TOWN, folder)
    (folder / "gtfs").mkdir()
    (folder / "gtfs" / "stops.txt").write_text("stop_id\n")
    (folder / "README.md").write_text("ours")
    write_town(Community(TOWN.info), folder)
    assert (folder / "gtfs" / "stops.txt").read_text() == "stop_id\n"
    assert (folder / "README.md").read_text() == "ours"
    assert not (folder / "wishes.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_a_folder_that_is_not_a_town_is_never_overwritten(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(InputError) as error:
        write_town(TOWN, tmp_path / "photos")
    assert codes(error) == [("photos", 0, "", "not_a_town")]
    assert bytes_of(tmp_path / "photos") == {"cat.jpg": b"cat"}


def test_an_empty_folder_and_folders_that_are_not_there_yet_are_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    write_town(TOWN, tmp_path / "empty")
    write_town(TOWN, tmp_path / "new" / "deep" / "town")
    assert bytes_of(tmp_path / "empty") == bytes_of(tmp_path / "new" / "deep" / "town")


def test_the_old_town_stands_when_the_disk_refuses(tmp_path, monkeypatch):
    folder = tmp_path / "town"
    write_town(TOWN, folder)
    before = bytes_of(folder)

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(InputError) as error:
            write_town(Community(TOWN.info), folder)
    assert codes(error) == [("town", 0, "", "not_written")]
    assert bytes_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["town"]


def test_the_old_town_comes_back_when_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    folder = tmp_path / "town"
    write_town(TOWN, folder)
    before = bytes_of(folder)
    rename = type(folder).rename

    def stuck(self, target):
        if self.name == "new":
            raise OSError(13, "Permission denied")
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(type(folder), "rename", stuck)
        with pytest.raises(InputError):
            write_town(Community(TOWN.info), folder)
    assert bytes_of(folder) == before


def test_a_copy_of_a_town_in_another_place_is_the_same_town(tmp_path):
    write_town(TOWN, tmp_path / "town")
    shutil.copytree(tmp_path / "town", tmp_path / "backup")
    assert read_town(tmp_path / "backup").digest == TOWN.digest

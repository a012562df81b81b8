"""An archive is read in a process of its own, with the same answer; and one that takes too much is refused."""

import io
import zipfile

import pytest

from api import parsing
from api.folders import read_folder, to_zip
from matching.errors import InputError
from tests.api.conftest import KAWABE


def test_a_town_read_elsewhere_is_the_town():
    folder = read_folder(KAWABE)
    assert parsing.folder_of(to_zip(folder)) == folder


def test_every_problem_comes_back_in_both_languages():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in KAWABE.iterdir():
            if path.is_file():
                archive.writestr(path.name, path.read_bytes().replace(b"consent", b"konsent"))
    with pytest.raises(InputError) as error:
        parsing.folder_of(out.getvalue())
    assert len(error.value.problems) > 1
    assert all(problem.ja and problem.en and problem.row for problem in error.value.problems)


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\x00" * 100])
def test_what_is_no_archive_is_refused(data):
    with pytest.raises(InputError, match="no zip"):
        parsing.folder_of(data)


@pytest.mark.parametrize(("limit", "value"), [("WAIT_SECONDS", 0.05), ("MOST", 0)])
def test_what_takes_too_long_or_dies_is_refused_and_nothing_stays_behind(monkeypatch, limit, value):
    if limit == "WAIT_SECONDS":
        monkeypatch.setattr(parsing, limit, value)
    else:
        monkeypatch.setattr(parsing.sys, "executable", "/bin/false")
    with pytest.raises(InputError, match="too much time or memory"):
        parsing.folder_of(to_zip(read_folder(KAWABE)))


def test_the_child_cannot_take_more_than_it_is_given(tmp_path):
    """The same limits, smaller: a process that wants more memory or time ends, and not we."""
    import subprocess
    import sys

    for name, value, work in (("MOST_MEMORY", 400_000_000, "bytearray(10**9)"), ("MOST_CPU_SECONDS", 2, "spin()")):
        script = (
            f"import api.parsing as p\np.{name} = {value}\n"
            "def spin():\n    while True: pass\n"
            f"p.from_zip = lambda data: {work}\np.main()"
        )
        done = subprocess.run([sys.executable, "-c", script], input=b"", capture_output=True, timeout=60, check=False)
        assert done.returncode != 0 and not done.stdout

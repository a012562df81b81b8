"""A town folder with all its files: from a disk, from and to a zip; what is too large or strange stays out."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from matching.domain import Community
from matching.errors import InputError, Problem
from matching.exchange import read_town
from matching.exchange.columns import FILES
from matching.exchange.town_toml import FILE
from matching.exchange.writing import town_texts

OURS = frozenset({FILE, *(of.file for of in FILES)})
MOST_FILES = 500
MOST_BYTES = 300_000_000
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file of an archive, so that the same town is the same bytes."""


@dataclass(frozen=True, slots=True)
class TownFolder:
    """A town and the other files of its folder by their path (timetables, streets, a rulebook of its own)."""

    community: Community
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_folder(folder: Path) -> TownFolder:
    """The town and the other files of its folder; hidden ones are left out.

    Raises:
        InputError: with every problem of every file.
    """
    community = read_town(folder)
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.relative_to(folder).as_posix() not in OURS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }  # fmt: skip
    return TownFolder(community, files)


def to_zip(folder: TownFolder) -> bytes:
    """The whole folder as an archive: the same town is the same bytes.

    Raises:
        InputError: a value that would not be read back the same.
    """
    contents = {name: text.encode() for name, text in town_texts(folder.community).items()} | dict(folder.files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def from_zip(data: bytes) -> TownFolder:
    """The folder of an archive, which may have one folder around its files.

    Raises:
        InputError: it is no archive, is too large, or names files outside itself; and every problem of the town.
    """
    with unpacked(data) as folder:
        return read_folder(folder)


@contextmanager
def unpacked(data: bytes) -> Iterator[Path]:
    """The files of an archive in a folder that is gone afterwards; where all lie in one folder, that one.

    Raises:
        InputError: it is no archive, is too large, or names files outside itself.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagu-in-") as name:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
                _bearable(members)
                for member in members:
                    _unpack(archive, member, Path(name))
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
            raise _refused("zip として読めません", "is no zip that can be read") from error
        top = [path for path in Path(name).iterdir() if not path.name.startswith((".", "__MACOSX"))]
        yield top[0] if len(top) == 1 and top[0].is_dir() else Path(name)


def _bearable(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise _refused("ファイルが多すぎるか、大きすぎます", "has too many files, or is too large")
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        link = member.external_attr >> 28 == 0xA
        if not parts or parts[0] in ("/", "..") or ".." in parts or ":" in parts[0] or link:
            raise _refused("外を指す名前があります", "names a file outside itself")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    path = folder / member.filename.replace("\\", "/")
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as source, path.open("wb") as target:
        while chunk := source.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise _refused("大きさが書かれたとおりではありません", "is larger than it says")
            target.write(chunk)


def _refused(ja: str, en: str) -> InputError:
    return InputError([Problem("town.zip", 0, "", "zip", f"送られたファイルは{ja}", f"the archive {en}")])

"""A community -> a town folder in its canonical form, whole or not at all."""

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matching.domain import Community
from matching.errors import Facts, InputError, Problem
from matching.exchange.cells import CellError, checked
from matching.exchange.columns import FILES, Column, FileOf
from matching.exchange.texts import problem
from matching.exchange.town_toml import FILE, parse_town_toml, town_toml


def write_town(community: Community, folder: Path) -> None:
    """Write the town folder; an older one is replaced, keeping its other files (timetables, streets, README).

    Raises:
        InputError: a value that would not be read back the same (each is named), a folder that is not a town, or a
            disk that refuses. Nothing is changed then.
    """
    texts = town_texts(community)
    folder = folder.resolve()
    if folder.exists() and not _may_be_replaced(folder):
        raise InputError([problem(folder.name, 0, "", "not_a_town", {})])
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            _fill(Path(beside) / "new", texts, folder)
            _swap(Path(beside), folder)
    except OSError as error:
        raise InputError([problem(folder.name, 0, "", "not_written", {"why": error.strerror or str(error)})]) from error


def town_texts(community: Community) -> dict[str, str]:
    """The text of every file of the town folder; files without rows are left out, but for the required ones.

    Raises:
        InputError: naming each value that would not be read back the same.
    """
    problems: list[Problem] = []
    texts = {FILE: _toml_text(community, problems)}
    for of in FILES:
        rows = getattr(community, of.table)
        if rows or of.required:
            texts[of.file] = _csv_text(of, rows, problems)
    if problems:
        raise InputError(problems)
    return texts


def _toml_text(community: Community, problems: list[Problem]) -> str:
    text = town_toml(community.info)
    before = len(problems)
    again = parse_town_toml(text, problems)
    if len(problems) == before and (again != community.info or not _is_unicode(text)):
        problems.append(problem(FILE, 0, "", "not_kept", {"value": community.info.name}))
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class _Writing(dict[Any, str]):
    """Remembers the text of each value of a column; each was read back once."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column
        self.wrong: dict[Any, tuple[str, Facts]] = {}

    def __missing__(self, value: Any) -> str:
        text = ""
        try:
            text = "" if value is None else self.column.cell.write(value)
            again = checked(self.column.cell, text) if text else self.column.empty
            if again != value or (not text and self.column.required):
                self.wrong[value] = ("not_kept", {"value": str(value)})
        except CellError as error:
            self.wrong[value] = (error.code, {**error.facts, "value": str(value)})
        except (TypeError, ValueError, AttributeError):
            self.wrong[value] = ("not_kept", {"value": str(value)})
        self[value] = text
        return text


def _csv_text(of: FileOf, rows: Sequence[Any], problems: list[Problem]) -> str:
    columns = []
    for column in of.columns:
        values = [getattr(row, column.name) for row in rows]
        writing = _Writing(column)
        columns.append(list(map(writing.__getitem__, values)))
        if writing.wrong:
            for number, value in enumerate(values, start=2):
                if value in writing.wrong:
                    code, facts = writing.wrong[value]
                    problems.append(problem(of.file, number, column.name, code, facts))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in of.columns)
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


_OURS = {FILE, *(of.file for of in FILES)}


def _may_be_replaced(folder: Path) -> bool:
    return folder.is_dir() and ((folder / FILE).is_file() or not any(folder.iterdir()))


def _fill(new: Path, texts: Mapping[str, str], old: Path) -> None:
    new.mkdir()
    for name, text in texts.items():
        _write(new / name, text.encode())
    for entry in old.iterdir() if old.exists() else ():
        if entry.name in _OURS:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, new / entry.name, symlinks=True, copy_function=_link_or_copy)
        else:
            _link_or_copy(str(entry), str(new / entry.name))


def _write(path: Path, data: bytes) -> None:
    """On the disk before the folder takes its name, so that a power cut leaves the old town or the new one."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(beside: Path, folder: Path) -> None:
    """The new folder takes the place of the old one; if that fails, the old one comes back."""
    old = beside / "old"
    if folder.exists():
        folder.rename(old)
    try:
        (beside / "new").rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise

"""The town folder as a whole: read, checked, and written."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from matching.domain import Community, TownInfo
from matching.errors import InputError, Problem
from matching.exchange.columns import FILES, FileOf
from matching.exchange.drafts import Draft, draft_of
from matching.exchange.nearest import nearest
from matching.exchange.oddities import oddities
from matching.exchange.references import reference_problems
from matching.exchange.sheets import read_sheet
from matching.exchange.texts import problem
from matching.exchange.town_toml import FILE, read_town_toml


def read_town(folder: Path) -> Community:
    """The community of a town folder.

    Raises:
        InputError: with every problem of every file; warnings do not raise.
    """
    with _uncollected():
        return _community(folder)


def _community(folder: Path) -> Community:
    info, drafts, problems = _drafts(folder)
    errors = [one for one in problems if not one.warning]
    if errors or info is None:
        raise InputError(errors)
    tables: dict[str, Any] = {table: tuple(draft.things) for table, draft in drafts.items()}
    return Community(info, **tables)


def check_town(folder: Path) -> tuple[Problem, ...]:
    """Every error and every warning of a town folder, in the order of files, rows and columns."""
    with _uncollected():
        info, drafts, problems = _drafts(folder)
        if drafts:
            problems.extend(oddities(drafts))
            problems.extend(_other_files(folder, info))
        return tuple(sorted(problems))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for garbage, which would go through all new rows again and again (40 % of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _drafts(folder: Path) -> tuple[TownInfo | None, dict[str, Draft], list[Problem]]:
    if not folder.is_dir():
        return None, {}, [problem(folder.name, 0, "", "no_folder", {})]
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        return None, {}, [problem(folder.name, 0, "", "unreadable", {"why": error.strerror or str(error)})]
    problems: list[Problem] = []
    info = None
    if FILE in names:
        info = read_town_toml(folder / FILE, problems)
    else:
        problems.append(_missing(FILE, names))
    drafts = {of.table: _draft(folder, of, names, problems) for of in FILES}
    problems.extend(reference_problems(drafts))
    return info, drafts, problems


def _draft(folder: Path, of: FileOf, names: list[str], problems: list[Problem]) -> Draft:
    if of.file in names:
        return draft_of(read_sheet(folder / of.file, of, problems), of, problems)
    if of.required:
        problems.append(_missing(of.file, names))
    return Draft(of, whole=not of.required)


_OURS = {FILE, *(of.file for of in FILES)}
_ALSO = ("gtfs", ".", "readme", "licen", "areas.geojson", "base.pmtiles")
"""How the names of other files begin that are at home in a town folder."""


def _missing(file: str, names: list[str]) -> Problem:
    maybe = nearest(file, [name for name in names if name not in _OURS])
    return problem(file, 0, "", "missing_file", {"file": file, "maybe": maybe})


def _other_files(folder: Path, info: TownInfo | None) -> Iterator[Problem]:
    """Files that nobody reads, and files that `town.toml` names and nobody finds."""
    named = {}
    if info is not None:
        named = {name: getattr(info.travel, name) for name in ("streets", "nodes", "edges")}
        named["rulebook"] = info.rulebook if info.rulebook.endswith(".toml") else ""
    for column, name in named.items():
        if name and not _is_there(folder / name):
            yield problem(FILE, 0, column, "named_file", {"column": column, "value": name}, warning=True)
    read = {part for name in named.values() for part in Path(name).parts[:1]}
    for entry in sorted(folder.iterdir()):
        name = entry.name
        if name not in _OURS | read and not name.lower().startswith(_ALSO):
            maybe = nearest(name, [file for file in sorted(_OURS) if not (folder / file).exists()])
            yield problem(name, 0, "", "unexpected_file", {"maybe": maybe}, warning=True)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no disk would take
        return False

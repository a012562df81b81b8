"""What somebody brings: a town folder, or published lists; read with every repair, and laid beside the present town."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from math import hypot
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.folders import TownFolder, read_folder, unpacked
from matching.domain import Area, Community
from matching.errors import InputError, Problem
from matching.exchange.columns import FILES
from matching.exchange.open_data import (
    Imported,
    choose_import_table,
    import_open_data,
    read_import_table,
    report_data,
)
from matching.exchange.town import check_town
from matching.exchange.town_toml import FILE
from matching.shipped import FIXTURES

FORMS = ("zip", "xlsx", "csv", "tsv")
"""What may be sent: an archive of a folder, or one list."""
DAILY_LIFE = 2
"""The tier of a daily-life area (日常生活圏域)."""
OF_LISTS = ("areas", "organisations", "resources", "openings", "ties", "population", "places")
"""Tables that published lists may fill; persons are never in them."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A town folder, or None where it is refused; every problem and warning; for lists, how their rows were read."""

    folder: TownFolder | None
    problems: Sequence[Problem] = ()
    lists: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows of one file beside those of the present town."""

    new: int
    changed: int
    same: int
    gone: int


def brought(data: bytes, form: str, stem: str, week_of: date | None) -> Brought:
    """Read a file of a form of `FORMS`; `stem` names a single list, `week_of` is the Monday for lists without a day."""
    try:
        with _laid_out(data, form, stem) as folder:
            if (folder / FILE).exists():
                return _town(folder)
            return _lists(folder, week_of)
    except InputError as error:
        return Brought(None, error.problems)


@contextmanager
def _laid_out(data: bytes, form: str, stem: str) -> Iterator[Path]:
    if form == "zip":
        with unpacked(data) as folder:
            yield folder
        return
    with TemporaryDirectory(prefix="tsunagu-in-") as name:
        (Path(name) / f"{stem or 'list'}.{form}").write_bytes(data)
        yield Path(name)


def _town(folder: Path) -> Brought:
    problems = check_town(folder)
    refused = any(not one.warning for one in problems)
    return Brought(None if refused else read_folder(folder), problems)


def _lists(folder: Path, week_of: date | None) -> Brought:
    own = sorted(folder.glob("*.toml"))
    table = own[0] if own else choose_import_table(folder, sorted((FIXTURES / "imports").glob("*.toml")))
    imported = import_open_data(folder, None if table is None else read_import_table(table), week_of)
    return Brought(TownFolder(imported.community), (), _told(imported))


def _told(imported: Imported) -> dict[str, Any]:
    told = report_data(imported)
    skipped = sum(sum(one["skipped"].values()) for one in told["lists"])
    return {**told, "skipped": skipped}


def with_lists(present: Community, lists: Community) -> Community:
    """The present town with what lists tell: rows of the same identifier anew, others behind; nothing goes.

    Where the town has daily-life areas of its own, no area is added: rows stand in the one of the same name or
    identifier, else in the one whose point is nearest.
    """
    own = {one.area_id for one in present.areas if one.tier == DAILY_LIFE}
    moved = {area.area_id: _same(area, present.areas, bool(own)) for area in lists.areas}
    out: dict[str, Any] = {}
    for table in OF_LISTS:
        rows = getattr(lists, table)
        if table == "areas":
            rows = [replace(row, parent_id=moved.get(row.parent_id) or row.parent_id) for row in rows
                    if not own and not moved[row.area_id]]  # fmt: skip
        else:
            rows = [_at_home(row, moved, present.areas if own else ()) for row in rows]
        out[table] = _laid_over(table, getattr(present, table), rows)
    return replace(present, **out)


def _same(area: Area, present: Sequence[Area], own: bool) -> str:
    """The town's area of that name or identifier; for the municipality itself the town's, unless rows can be nearer."""
    if area.tier != DAILY_LIFE:
        return "" if own else next((one.area_id for one in present if one.tier != DAILY_LIFE), "")
    return next((one.area_id for one in present if one.tier == DAILY_LIFE
                 and (one.area_id == area.area_id or (area.name and one.name == area.name))), "")  # fmt: skip


def _at_home(row: Any, moved: Mapping[str, str], present: Sequence[Area]) -> Any:
    area_id = getattr(row, "area_id", "")
    home = moved.get(area_id) or (_nearest(row, present) if present else area_id)
    return replace(row, area_id=home) if area_id and home != area_id else row


def _nearest(row: Any, present: Sequence[Area]) -> str:
    """The daily-life area whose point is nearest; the whole municipality for a row without a point."""
    latitude, longitude = getattr(row, "latitude", None), getattr(row, "longitude", None)
    whole = next((one.area_id for one in present if one.tier != DAILY_LIFE), present[0].area_id)
    near = [one for one in present if one.tier == DAILY_LIFE and one.latitude is not None]
    if latitude is None or longitude is None or not near:
        return whole
    # a degree of longitude is about 0.8 of one of latitude in Japan (30-40 N)
    return min(near, key=lambda one: hypot(one.latitude - latitude, 0.8 * (one.longitude - longitude))).area_id


def _laid_over(table: str, present: Sequence[Any], rows: Sequence[Any]) -> tuple[Any, ...]:
    key = next(of.key for of in FILES if of.table == table)
    if not key:
        return (*present, *(row for row in rows if row not in set(present)))
    anew = {getattr(row, key): row for row in rows}
    kept = [anew.pop(getattr(row, key), row) for row in present]
    return (*kept, *anew.values())


def differences(before: Community, after: Community) -> dict[str, Difference]:
    """Of each file: how many rows are new, changed, the same, and gone."""
    return {of.table: _difference(of.key, getattr(before, of.table), getattr(after, of.table)) for of in FILES}


def _difference(key: str, before: Sequence[Any], after: Sequence[Any]) -> Difference:
    if not key:
        was, now = Counter(map(repr, before)), Counter(map(repr, after))
        same = (was & now).total()
        return Difference(now.total() - same, 0, same, was.total() - same)
    old = {getattr(row, key): row for row in before}
    fresh = {getattr(row, key): row for row in after}
    same = sum(old.get(one) == row for one, row in fresh.items())
    new = len(fresh.keys() - old.keys())
    return Difference(new, len(fresh) - new - same, same, len(old.keys() - fresh.keys()))

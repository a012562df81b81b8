"""The documented table of a town's lists (`fixtures/imports/*.toml`): which list is what, which column is what.

Another town is another table, never another line of code. A list without a row here becomes places for later
development.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matching.domain import Field, NeedKind, ResourceKind, Sector, Stage, TieKind
from matching.errors import InputError, Problem


class Becomes(StrEnum):
    """What the rows of a list turn into."""

    AREAS = "areas"
    POPULATION = "population"
    RESOURCES = "resources"
    PLACES = "places"
    IGNORED = "ignored"


ROLES = frozenset(
    {"name", "address", "latitude", "longitude", "point", "capacity", "days", "start", "end", "hours", "closed", "note"}
    | {"fee", "ages", "date", "total", "organisation"}
)
"""What a column can be: `point` = «latitude,longitude» in one cell, `hours` = spans as text, `closed` = 定休日."""

COMMON_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "name": ("name", "名称", "施設名", "施設名称"),
        "address": ("address", "住所", "所在地", "所在地_連結表記"),
        "latitude": ("latitude", "緯度", "lat"),
        "longitude": ("longitude", "経度", "lon", "lng"),
        "capacity": ("capacity", "定員", "収容人数"),
    }
)
"""Headers tried for a list that no table knows: those of 自治体標準オープンデータセット, and English keys seen."""


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """What such a list serves: the documented reason why its rows are resources.

    `stay_minutes` is the shortest visit that makes sense where people come and go as they like (an assumption, told).
    """

    kind: ResourceKind
    serves: tuple[NeedKind, ...]
    fields: tuple[Field, ...] = ()
    activities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    stage: Stage | None = None
    min_age: int | None = None
    max_age: int | None = None
    stay_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class OrganisationSpec:
    """Distinct values of the role `organisation` become organisations, tied to their centres.

    A centre is a resource from `tied_lists` that stands among the rows of the organisation, or whose name is the same
    once `strip` (a regular expression) is dropped from both.
    """

    slug: str
    sector: Sector
    tie: TieKind = TieKind.WORKS_WITH
    tied_lists: tuple[str, ...] = ()
    strip: str = ""


@dataclass(frozen=True, slots=True)
class FeatureRule:
    """A column that states accessibility: where it `says` (regular expression) so, the resource has the feature."""

    column: str
    says: str
    feature: str


@dataclass(frozen=True, slots=True)
class Bands:
    """Columns of people by sex and age: `ages[i]` is the first age of `male[i]` and `female[i]`; the last is open."""

    ages: tuple[int, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListRule:
    """One row of the table; `rows` (regular expression on the name) narrows it to some rows of the file."""

    file: str
    ja: str
    en: str
    becomes: Becomes
    slug: str
    why_ja: str = ""
    why_en: str = ""
    rows: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    resource: ResourceSpec | None = None
    organisation: OrganisationSpec | None = None
    features: tuple[FeatureRule, ...] = ()
    bands: Bands | None = None
    date_format: str = "%Y-%m-%d"


@dataclass(frozen=True, slots=True)
class ImportTable:
    """The table of one town: its name, its licence, what stands before addresses, and its lists in order."""

    name: str
    area_id: str
    provenance: str = ""
    address_prefixes: tuple[str, ...] = ()
    lists: tuple[ListRule, ...] = ()

    def rules(self, stem: str) -> list[ListRule]:
        """The rows of the table for a file, in the order of the table."""
        return [rule for rule in self.lists if rule.file == stem]


def read_import_table(path: Path) -> ImportTable:
    """Read a table.

    Raises:
        InputError: it is no TOML, or a word, a key or a regular expression in it is not known; all problems at once.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([_problem(path, "", f"読めません: {error}", f"cannot be read: {error}")]) from None
    rules, problems = _rules(path, data)
    town = data.get("town")
    if not isinstance(town, dict) or not town.get("name") or not town.get("area_id"):
        problems.append(_problem(path, "town", "name と area_id が要ります", "name and area_id are needed"))
        town = {}
    if problems:
        raise InputError(problems)
    prefixes = tuple(town.get("address_prefixes", ()))
    return ImportTable(town["name"], town["area_id"], str(town.get("provenance", "")).strip(), prefixes, tuple(rules))


def _rules(path: Path, data: Mapping[str, Any]) -> tuple[list[ListRule], list[Problem]]:
    entries = data.get("list", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return [], [_problem(path, "list", "[[list]] と書いてください", "write [[list]]")]
    rules, problems = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            rules.append(_rule(entry, data.get("columns", {})))
        except (KeyError, ValueError, TypeError, re.error) as error:
            what = f"[[list]] {number} ({entry.get('file', '?')}): {error}"
            problems.append(_problem(path, "list", f"対応表の行が正しくありません: {what}", f"wrong row: {what}"))
    return rules, problems


def choose_import_table(folder: Path, tables: Sequence[Path]) -> Path | None:
    """The table called like the folder, else the one that knows most of its files and at least half; None if none."""
    stems = {path.stem for path in folder.iterdir() if path.suffix.lower() in LIST_SUFFIXES}
    for path in sorted(tables):
        if path.stem == folder.resolve().name:
            return path
    known = {path: len(stems & {rule.file for rule in read_import_table(path).lists}) for path in sorted(tables)}
    best = max(known, key=lambda path: known[path], default=None)
    return best if best is not None and known[best] * 2 >= max(len(stems), 1) else None


LIST_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
"""Files that are read as lists; of two editions of one list the earlier kind here is used."""


def _rule(entry: Mapping[str, Any], shared: Mapping[str, Mapping[str, str]]) -> ListRule:
    columns = entry.get("columns", {})
    columns = dict(shared[columns]) if isinstance(columns, str) else dict(columns)
    unknown = sorted(set(columns) - set(ROLES))
    if unknown:
        raise ValueError(f"columns {unknown} are no roles. Maybe one of {sorted(ROLES)}?")
    becomes = Becomes(entry["becomes"])
    if becomes is Becomes.RESOURCES and "resource" not in entry:
        raise ValueError("resources need [list.resource] with what they serve")
    return ListRule(
        file=entry["file"],
        ja=entry["ja"],
        en=entry["en"],
        becomes=becomes,
        slug=entry.get("slug", entry["file"]),
        why_ja=entry.get("why_ja", ""),
        why_en=entry.get("why_en", ""),
        rows=re.compile(entry.get("rows", "")).pattern,
        columns=columns,
        resource=_resource(entry["resource"]) if "resource" in entry else None,
        organisation=_organisation(entry["organisation"]) if "organisation" in entry else None,
        features=tuple(
            FeatureRule(f["column"], re.compile(f["says"]).pattern, f["feature"]) for f in entry.get("features", ())
        ),
        bands=_bands(entry["bands"]) if "bands" in entry else None,
        date_format=entry.get("date_format", "%Y-%m-%d"),
    )


def _bands(spec: Mapping[str, Any]) -> Bands:
    bands = Bands(tuple(spec["ages"]), tuple(spec["male"]), tuple(spec["female"]))
    if list(bands.ages) != sorted(set(bands.ages)) or {len(bands.male), len(bands.female)} != {len(bands.ages)}:
        raise ValueError("ages must grow, with one column of men and one of women each")
    return bands


def _resource(spec: Mapping[str, Any]) -> ResourceSpec:
    return ResourceSpec(
        kind=ResourceKind(spec["kind"]),
        serves=tuple(NeedKind(word) for word in spec["serves"]),
        fields=tuple(Field(word) for word in spec.get("fields", ())),
        activities=tuple(spec.get("activities", ())),
        roles=tuple(spec.get("roles", ())),
        stage=Stage(spec["stage"]) if "stage" in spec else None,
        min_age=spec.get("min_age"),
        max_age=spec.get("max_age"),
        stay_minutes=spec.get("stay_minutes"),
    )


def _organisation(spec: Mapping[str, Any]) -> OrganisationSpec:
    return OrganisationSpec(
        slug=spec["slug"],
        sector=Sector(spec["sector"]),
        tie=TieKind(spec.get("tie", "works_with")),
        tied_lists=tuple(spec.get("tied_lists", ())),
        strip=re.compile(spec.get("strip", "")).pattern,
    )


def _problem(path: Path, column: str, ja: str, en: str) -> Problem:
    return Problem(path.name, 0, column, "import_table", ja, en)

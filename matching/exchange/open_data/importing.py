"""`import_open_data`: the published lists of a town -> a community, places for later, and the account of every row.

The recipe: read all files, refuse what cannot be read (all problems at once), areas first, then what lies in them,
then who stands behind it. Pure but for reading the folder; the same folder gives the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from matching.domain import Area, Community, Opening, Organisation, Place, PopulationCount, Resource, Tie, TownInfo
from matching.errors import InputError, Problem
from matching.exchange.open_data.addresses import Gazetteer
from matching.exchange.open_data.areas import Counted, city_of, read_areas, read_population
from matching.exchange.open_data.facilities import read_place, read_resource, read_site
from matching.exchange.open_data.import_table import Becomes, ImportTable
from matching.exchange.open_data.imported import Imported
from matching.exchange.open_data.organisations import gather, organisations_of
from matching.exchange.open_data.reading import Lists, Part, read_lists, reason_of
from matching.exchange.open_data.repairs import Repair


def import_open_data(folder: Path, table: ImportTable | None = None, week_of: date | None = None) -> Imported:
    """Read every list of `folder` as `table` says; without a table every list becomes places for later development.

    `week_of` is the Monday of the town; by default the Monday on or after the newest day that a list states.

    Raises:
        InputError: a list cannot be read, is empty or lacks a column of its row in the table, or no list states a day
            and no `week_of` is given; all problems at once.
    """
    table = table or ImportTable(folder.resolve().name, "city")
    lists = read_lists(folder, table)
    work = _Work(table)
    for part in lists.of(Becomes.AREAS):
        work.areas_from(part)
    work.settle()
    for part in lists.of(Becomes.POPULATION):
        work.people(part, read_population(part.rows, part.rule, work.gazetteer))
    for part in lists.of(Becomes.RESOURCES):
        work.resources_from(part)
    for part in lists.of(Becomes.PLACES):
        work.places_from(part)
    for part in lists.of(Becomes.IGNORED):
        _ignore(part)
    return _imported(work, lists, week_of)


@dataclass(slots=True)
class _Work:
    """What has been made so far."""

    table: ImportTable
    areas: list[Area] = field(default_factory=list)
    city: Area = field(default_factory=lambda: Area(""))
    gazetteer: Gazetteer = field(default_factory=lambda: Gazetteer(()))
    population: list[PopulationCount] = field(default_factory=list)
    resources: list[tuple[str, Resource]] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def areas_from(self, part: Part) -> None:
        """Towns with their people."""
        areas, counted = read_areas(part.rows, part.rule, self.table.area_id)
        self.areas += areas
        self.people(part, counted)

    def settle(self) -> None:
        """All areas are known: the city over them, and who lies where."""
        self.city = city_of(self.table.area_id, self.table.name, self.areas)
        self.gazetteer = Gazetteer(self.areas, self.table.address_prefixes)

    def people(self, part: Part, counted: Sequence[Counted | None]) -> None:
        """Take in counts of people, one a row; None was told already."""
        for one in counted:
            if one is None:
                part.tally.skipped["area_unknown"] += 1
                continue
            part.tally.imported += 1
            self.population += one.counts
            self.days += [one.day] if one.day else []

    def resources_from(self, part: Part) -> None:
        """Rows that the table calls resources."""
        for row in part.rows:
            resource, openings = read_resource(row, part.rule, read_site(row, self.gazetteer, self.city))
            self.resources.append((part.rule.file, resource))
            self.openings += openings
            self.days += [resource.confirmed_on] if resource.confirmed_on else []
        part.tally.imported += len(part.rows)

    def places_from(self, part: Part) -> None:
        """Rows that are places for later development, and the organisations that they name."""
        sites = [read_site(row, self.gazetteer, self.city) for row in part.rows]
        self.places += [read_place(row, part.rule, site) for row, site in zip(part.rows, sites, strict=True)]
        part.tally.places += len(part.rows)
        spec = part.rule.organisation
        if spec is None:
            return
        found = gather((row, site.area_id) for row, site in zip(part.rows, sites, strict=True))
        centres = [resource for file, resource in self.resources if file in spec.tied_lists]
        organisations, ties = organisations_of(found, spec, centres, self.table.address_prefixes)
        self.organisations += organisations
        self.ties += ties


def _ignore(part: Part) -> None:
    """Single rows that the table leaves out, each with its reason."""
    part.tally.skipped["ignored"] += len(part.rows)
    for row in part.rows:
        row.tell("ignored", "name", row.raw("name"), reason_of(part.rule))


def _imported(work: _Work, lists: Lists, week_of: date | None) -> Imported:
    newest = max(work.days, default=None)
    monday = week_of or (newest + timedelta(days=-newest.weekday() % 7) if newest else None)
    if monday is None:
        ja, en = "一覧に日付がないので、週の月曜日を指定してください", "no list states a day; please say which Monday"
        raise InputError([Problem("town.toml", 0, "week_of", "no_date", ja, en)])
    if monday.weekday() != 0:
        ja, en = f"week_of {monday} は月曜日ではありません", f"week_of {monday} is not a Monday"
        raise InputError([Problem("town.toml", 0, "week_of", "not_a_monday", ja, en)])
    community = Community(
        TownInfo(work.table.name, monday, provenance=_provenance(work.table)),
        areas=(work.city, *work.areas),
        organisations=tuple(work.organisations),
        ties=tuple(work.ties),
        resources=tuple(resource for _, resource in work.resources),
        openings=tuple(work.openings),
        population=tuple(work.population),
        places=tuple(work.places),
    )
    counts = tuple(tally.count(file) for file, tally in sorted(lists.tallies.items()))
    return Imported(community, tuple(sorted(lists.log, key=_place_of_repair)), counts, newest)


def _place_of_repair(one: Repair) -> tuple[str, int, str, str]:
    return one.file, one.row, one.column, one.code


def _provenance(table: ImportTable) -> str:
    source = table.provenance or "出典と利用条件は確かめていません。Source and licence are not known."
    return f"{source}\n{_ASSUMED}"


_ASSUMED = (
    "取り込みで決めたこと: 受入はすべて「先に聞く」。開催枠は一覧にある曜日と時間だけ。"
    "定員のないものは空のまま（ルールブックの値で仮定）。祝日と年末年始は開催枠に表れません。\n"
    "Decided by the import: everything is «ask first»; openings come from stated hours only; a missing capacity stays "
    "empty (the rulebook assumes one); holidays are not reflected."
)

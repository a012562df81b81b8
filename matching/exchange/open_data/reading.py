"""A folder of lists -> parts: the rows of each list under the row of the table that speaks of them; all counted."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matching.errors import InputError, Problem
from matching.exchange.open_data.import_table import LIST_SUFFIXES, Becomes, ImportTable, ListRule
from matching.exchange.open_data.imported import ListCount
from matching.exchange.open_data.repairs import Repair, repair
from matching.exchange.open_data.sheets import Row, Sheet, columns_of, read_sheet, told_of_columns, told_of_sheets


@dataclass(slots=True)
class Tally:
    """Counting the rows of one file."""

    rows: int
    rules: Sequence[ListRule]
    imported: int = 0
    places: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def count(self, file: str) -> ListCount:
        """The finished count."""
        rule = self.rules[-1]
        kinds = dict.fromkeys(str(rule.becomes) for rule in self.rules)
        skipped = tuple(sorted((code, count) for code, count in self.skipped.items() if count))
        return ListCount(file, rule.ja, rule.en, "+".join(kinds), self.rows, self.imported, self.places, skipped)


@dataclass(slots=True)
class Part:
    """The rows of one file that one row of the table speaks of."""

    file: str
    rule: ListRule
    tally: Tally
    rows: list[Row]


@dataclass(slots=True)
class Lists:
    """A folder as read: parts in the order of the table, then of the files."""

    parts: list[Part] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    log: list[Repair] = field(default_factory=list)

    def of(self, becomes: Becomes) -> list[Part]:
        """The parts that become such things."""
        return [part for part in self.parts if part.rule.becomes is becomes]


def read_lists(folder: Path, table: ImportTable) -> Lists:
    """Every list of the folder.

    Raises:
        InputError: no folder, no lists, or lists that cannot be read or lack columns; all problems at once.
    """
    lists = Lists()
    problems: list[Problem] = []
    editions = _editions(folder, lists.log)
    for paths in editions:
        try:
            _take([read_sheet(path) for path in paths], paths[0].stem, table, lists)
        except InputError as error:
            problems += error.problems
    if not editions:
        ja, en = "一覧（CSV・Excel）がありません", "there are no lists (CSV, Excel)"
        problems.append(Problem(folder.name, 0, "", "no_lists", ja, en))
    if problems:
        raise InputError(problems)
    for stem in dict.fromkeys(rule.file for rule in table.lists):
        if stem not in {paths[0].stem for paths in editions}:
            lists.log.append(repair(stem, 0, "", "list_absent"))
    order = {id(rule): at for at, rule in enumerate(table.lists)}
    lists.parts.sort(key=lambda part: order.get(id(part.rule), len(order)))
    return lists


def _editions(folder: Path, log: list[Repair]) -> list[list[Path]]:
    """The lists of a folder by stem, the edition to be read first."""
    if not folder.is_dir():
        raise InputError(
            [Problem(folder.name, 0, "", "no_folder", "フォルダーがありません", "there is no such folder")]
        )
    stems: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.suffix.lower() in LIST_SUFFIXES:
            stems.setdefault(path.stem, []).append(path)
        elif not path.name.startswith("."):
            log.append(repair(path.name, 0, "", "not_a_list"))
    return [sorted(paths, key=lambda path: LIST_SUFFIXES.index(path.suffix.lower())) for paths in stems.values()]


def _take(sheets: Sequence[Sheet], stem: str, table: ImportTable, lists: Lists) -> None:
    """The first edition into parts; the others are counted as older."""
    sheet, *older = sheets
    rules = table.rules(stem) or [ListRule(stem, stem, stem, Becomes.PLACES, stem)]
    columns = [columns_of(sheet, rule) for rule in rules]
    if any(problems for _, problems in columns):
        raise InputError({problem: None for _, problems in columns for problem in problems})
    tally = lists.tallies[sheet.file] = Tally(len(sheet.rows), rules)
    lists.log += told_of_sheets(sheet)
    if not sheet.rows:
        lists.log.append(repair(sheet.file, 0, "", "no_rows"))
    if not table.rules(stem):
        lists.log.append(repair(sheet.file, 0, "", "unlisted"))
    first, used = rules[0], {role: at for found, _ in columns for role, at in found.items()}
    if first.becomes is Becomes.IGNORED and not first.rows:
        tally.skipped["ignored"] += len(sheet.rows)
        lists.log.append(repair(sheet.file, 0, "", "ignored", "", reason_of(first)))
    elif "name" not in used:
        tally.skipped["no_name_column"] += len(sheet.rows)
        lists.log.append(repair(sheet.file, 0, "", "no_name_column"))
    else:
        lists.log += told_of_columns(sheet, used)
        lists.parts += _share_out(sheet, rules, [found for found, _ in columns], tally, lists.log)
    for other in older:
        _older(other, sheet, first, lists)


def reason_of(rule: ListRule) -> str:
    """Why the table says so, in both languages."""
    return f"{rule.why_ja} / {rule.why_en}"


def _share_out(
    sheet: Sheet, rules: Sequence[ListRule], columns: Sequence[dict[str, int]], tally: Tally, log: list[Repair]
) -> list[Part]:
    """Each row to the first rule whose pattern its name fits; empty and nameless rows are skipped and told."""
    parts = [Part(sheet.file, rule, tally, []) for rule in rules]
    for one in zip(*(_rows(sheet, found, log) for found in columns), strict=True):
        row = one[0]
        if not row.raw("name").strip():
            code = "no_name" if any(cell.strip() for same in one for cell in same.cells.values()) else "empty_row"
            tally.skipped[code] += 1
            row.tell(code)
            continue
        fits = [at for at, rule in enumerate(rules) if re.search(rule.rows, row.raw("name"))]
        if fits:
            parts[fits[0]].rows.append(one[fits[0]])
        else:
            tally.skipped["ignored"] += 1
            row.tell("ignored", "name", row.raw("name"), "対応表のどの行にも当たりません / no row of the table fits")
    return parts


def _rows(sheet: Sheet, found: dict[str, int], log: list[Repair]) -> list[Row]:
    headers = {role: sheet.header[at] for role, at in found.items()}
    return [
        Row(sheet.file, number, {role: cells[at] for role, at in found.items()}, headers, log)
        for number, cells in sheet.rows
    ]


def _older(older: Sheet, newer: Sheet, rule: ListRule, lists: Lists) -> None:
    """An edition that is not used: its rows are skipped, those that only it has are told one by one."""
    lists.tallies[older.file] = Tally(len(older.rows), [rule], skipped=Counter(older_edition=len(older.rows)))
    lists.log.append(repair(older.file, 0, "", "older_edition", "", newer.file))
    unheard: list[Repair] = []
    known = {row.text("name") for row in _rows(newer, columns_of(newer, rule)[0], unheard)}
    for row in _rows(older, columns_of(older, rule)[0], unheard):
        name = row.text("name")
        if name and name not in known:
            lists.log.append(repair(row.file, row.number, row.headers["name"], "only_in_older", name))

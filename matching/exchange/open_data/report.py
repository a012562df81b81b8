"""The report of an import: how many of each repair, list by list, with examples; as text and as data for JSON."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from matching.errors import Lang, Text
from matching.exchange.open_data.imported import Imported, ListCount
from matching.exchange.open_data.repairs import CODES, Repair

EXAMPLES = 3
LOOK_MOST = 10
FORMAT = "tsunagu.import-report/1"

LOOK_FIRST = (
    *("point_misplaced", "point_far", "point_unknown", "point_swapped"),
    *("sum_differs", "number_unread", "area_unknown", "only_in_older"),
)
"""Repairs that a person should look at first: the import had to guess, or numbers do not agree."""

_WORDS = {
    "head": Text(
        "{name}: 公開された一覧 {lists} 件を取り込みました（週の月曜日 {week_of}）",
        "{name}: {lists} published lists imported (week of {week_of})",
    ),
    "made": Text(
        "地区 {areas}、団体 {organisations}、資源 {resources}、開催枠 {openings}、つながり {ties}、"
        "人口の行 {population}、これから生かせる場所 {places}",
        "{areas} areas, {organisations} organisations, {resources} resources, {openings} openings, {ties} ties, "
        "{population} rows of population, {places} places for later development",
    ),
    "look": Text("先に確かめてほしいこと", "Please look at these first"),
    "codes": Text("直したこと・伝えること（件数と例）", "Repairs and remarks (count, examples)"),
    "lists": Text(
        "一覧ごとの行の行方（行 = 取り込み + 場所 + 除いた行）",
        "What became of the rows (rows = imported + places + skipped)",
    ),
    "row": Text(
        "{file} {ja}: {rows} 行 = 取り込み {imported} + 場所 {places}{skipped}",
        "{file} {en}: {rows} rows = {imported} imported + {places} places{skipped}",
    ),
    "skipped": Text(" + 除いた行 {count}（{code}）", " + {count} skipped ({code})"),
    "where": Text("{file} {row} 行目 {column}", "{file} row {row} {column}"),
}


def report_text(imported: Imported, lang: Lang) -> str:
    """The report for people: what was made, what to look at first, each code with examples, each list with its rows."""
    first = [one for code in LOOK_FIRST for one in imported.of(code)[:LOOK_MOST]]
    parts = [_word("head", lang, _made(imported)), _word("made", lang, _made(imported))]
    if first:
        parts += ["", _word("look", lang), *(f"  {_line(one, lang)}" for one in first)]
    parts += ["", _word("codes", lang)]
    for code, count in _by_count(imported.by_code):
        parts.append(f"  {count:>5}  {code}")
        parts += [f"           {_line(one, lang)}" for one in imported.of(code)[:EXAMPLES] if code not in LOOK_FIRST]
    parts += ["", _word("lists", lang), *(f"  {_row(one, lang)}" for one in imported.counts)]
    return "\n".join(parts) + "\n"


def report_data(imported: Imported) -> dict[str, Any]:
    """The same for programs: JSON-able, every repair with both texts, stable order."""
    return {
        "format": FORMAT,
        **_made(imported),
        "by_code": dict(_by_count(imported.by_code)),
        "lists": [_list(one, imported.repairs) for one in imported.counts],
        "look_first": [_repair(one) for code in LOOK_FIRST for one in imported.of(code)],
        "repairs": [_repair(one) for one in imported.repairs],
    }


def _made(imported: Imported) -> dict[str, str | int]:
    town = imported.community
    return {
        "name": town.info.name,
        "week_of": town.info.week_of.isoformat(),
        "areas": len(town.areas),
        "organisations": len(town.organisations),
        "resources": len(town.resources),
        "openings": len(town.openings),
        "ties": len(town.ties),
        "population": len(town.population),
        "places": len(imported.community.places),
        "lists": len(imported.counts),
    }


def _list(one: ListCount, repairs: Sequence[Repair]) -> dict[str, Any]:
    codes = Counter(repair.code for repair in repairs if repair.file == one.file)
    return {
        "file": one.file,
        "ja": one.ja,
        "en": one.en,
        "becomes": one.becomes,
        "rows": one.rows,
        "imported": one.imported,
        "places": one.places,
        "skipped": dict(one.skipped),
        "by_code": dict(_by_count(codes)),
    }


def _repair(one: Repair) -> dict[str, str | int]:
    return {
        "file": one.file,
        "row": one.row,
        "column": one.column,
        "code": one.code,
        "before": one.before,
        "after": one.after,
        "ja": one.ja,
        "en": one.en,
    }


def _by_count(codes: Counter[str]) -> list[tuple[str, int]]:
    """Most frequent first, then in the order of `CODES`: stable."""
    order = {code: at for at, code in enumerate(CODES)}
    return sorted(codes.items(), key=lambda item: (-item[1], order[item[0]]))


def _row(one: ListCount, lang: Lang) -> str:
    skipped = "".join(_word("skipped", lang, {"count": count, "code": code}) for code, count in one.skipped)
    names: dict[str, str | int] = {"file": one.file, "ja": one.ja, "en": one.en, "skipped": skipped}
    return _word("row", lang, names | {"rows": one.rows, "imported": one.imported, "places": one.places})


def _line(one: Repair, lang: Lang) -> str:
    if not one.row:
        return f"{one.file}: {one.text(lang)}"
    where = _word("where", lang, {"file": one.file, "row": one.row, "column": one.column})
    return f"{where.strip()}: {one.text(lang)}"


def _word(name: str, lang: Lang, facts: dict[str, str | int] | None = None) -> str:
    return _WORDS[name].render(lang, facts or {})

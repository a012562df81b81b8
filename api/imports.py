"""The import command's body: published lists in, a town folder and a report of every repair out."""

import json
from datetime import date
from pathlib import Path

from api.files import write_whole
from matching.errors import InputError, Lang, Problem
from matching.exchange import write_town
from matching.exchange.open_data import (
    choose_import_table,
    import_open_data,
    read_import_table,
    report_data,
    report_text,
)
from matching.shipped import FIXTURES


def import_folder(folder: Path, to: Path, table: Path | None, week_of: str, report: Path | None, lang: Lang) -> str:
    """Read the lists of `folder`, write the town `to`, and return the report as text.

    Raises:
        InputError: the folder, a list, the table or the day is wrong; nothing was written.
    """
    if not folder.is_dir():
        ja, en = f"「{folder}」というフォルダーはありません", f"there is no folder {folder}"
        raise InputError([Problem(str(folder), 0, "", "no_folder", ja, en)])
    chosen = table or choose_import_table(folder, sorted((FIXTURES / "imports").glob("*.toml")))
    rules = None if chosen is None else read_import_table(chosen)
    imported = import_open_data(folder, rules, _day(week_of))
    write_town(imported.community, to)
    if report is not None:
        write_whole({report: json.dumps(report_data(imported), ensure_ascii=False) + "\n"})
    return report_text(imported, lang)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        ja, en = f"「{text}」は日付ではありません（例 2026-11-23）", f"{text} is no date (like 2026-11-23)"
        raise InputError([Problem("--week-of", 0, "", "date", ja, en)]) from None

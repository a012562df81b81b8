"""`tsunagu check | generate | import | estimate`: town folders, looked at and made."""

import json as js
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, Town, errors
from matching.errors import InputError, Lang, Problem


def add_to(app: typer.Typer) -> None:
    """Join the commands to the others."""
    app.command()(check)
    app.command()(generate)
    app.command("import")(import_)
    app.command()(estimate)


def check(
    town: Town,
    json: JsonFile = None,
    lang: LangOf = Language.JA,
) -> None:
    """町のフォルダーを調べる。Lists every problem at once: file, row, column, and what to do."""
    from rich.console import Console

    from api.commands.show import show_problems

    with errors(lang):
        from api.files import write_whole
        from matching.exchange import check_town

        problems = check_town(town)
        if all(p.warning for p in problems):
            problems = (*problems, *_problems_beyond_tables(town))
        if json is not None:
            rows = [
                {"file": p.file, "row": p.row, "column": p.column, "code": p.code, "warning": p.warning,
                 "text": p.text(lang.value)} for p in problems
            ]  # fmt: skip
            write_whole({json: js.dumps({"format": "tsunagu.problems/1", "problems": rows}, ensure_ascii=False) + "\n"})
        show_problems(problems, lang.value, Console())
    if any(not p.warning for p in problems):
        raise typer.Exit(1)


def generate(
    town: Town,
    needs: Annotated[int, typer.Option(min=10, max=1_000_000, help="支援ニーズの数 / how many needs")] = 600,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="乱数の種 / the same seed, the same town")] = 1,
    name: Annotated[str, typer.Option(help="町の名前 / its name")] = "みなと市",
    lang: LangOf = Language.JA,
) -> None:
    """架空の町を作る。Writes an invented town of any size."""
    with errors(lang):
        from matching.exchange import write_town
        from matching.synthetic import generate as invent

        write_town(invent(needs, seed, name), town)


def import_(
    folder: Annotated[
        Path, typer.Argument(help="公開データのフォルダー / a folder of published lists", metavar="FOLDER")
    ],
    to: Annotated[Path, typer.Option(help="作る町のフォルダー / the town folder to write")],
    table: Annotated[Path | None, typer.Option(help="一覧の読み方の表 (TOML) / how its lists are read")] = None,
    week_of: Annotated[str, typer.Option(help="基準の月曜日 (YYYY-MM-DD) / the Monday it is as of")] = "",
    json: JsonFile = None,
    lang: LangOf = Language.JA,
) -> None:
    """公開データを取り込む。Published lists of a real city become a town folder; every repair is reported."""
    with errors(lang):
        from rich.console import Console

        told = import_folder(folder, to, table, week_of, json, lang.value)
        Console().print(told, highlight=False, markup=False, soft_wrap=True)


def estimate(
    town: Town,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="乱数の種 / seed")] = 1,
    rates: Annotated[Path | None, typer.Option(help="割合の表 (TOML) / the table of rates")] = None,
    lang: LangOf = Language.JA,
) -> None:
    """人口から支援ニーズを見積もる。Expected needs by area from population and sourced rates, marked synthetic."""
    from rich.console import Console

    with errors(lang):
        from matching.estimate import estimate as expected
        from matching.exchange import read_town, write_town
        from matching.rates import read_rates
        from matching.shipped import FIXTURES

        community = expected(read_town(town), read_rates(rates or FIXTURES / "rates" / "default.toml"), seed)
        write_town(community, town)
        Console().print(
            f"支援ニーズ {len(community.needs):,} 件（推計）を書きました" if lang == Language.JA
            else f"wrote {len(community.needs):,} needs (estimated)"
        )  # fmt: skip


def _problems_beyond_tables(folder: Path) -> Sequence[Problem]:
    """What is wrong or odd in the rulebook, streets and timetables of a town whose tables are sound."""
    from matching.exchange import read_town
    from matching.rules import rulebook
    from matching.travel import read_travel

    info, found = read_town(folder).info, list[Problem]()
    try:
        found.extend(read_travel(info.travel, folder).warnings)
    except InputError as error:
        found.extend(error.problems)
    try:
        rulebook(info.rulebook, folder)
    except InputError as error:
        found.extend(error.problems)
    return found


def import_folder(folder: Path, to: Path, table: Path | None, week_of: str, report: Path | None, lang: Lang) -> str:
    """Read the lists of `folder`, write the town `to`, and return the report as text.

    Raises:
        InputError: the folder, a list, the table or the day is wrong; nothing was written.
    """
    from api.files import write_whole
    from matching.exchange import write_town
    from matching.exchange.open_data import (
        choose_import_table,
        import_open_data,
        read_import_table,
        report_data,
        report_text,
    )
    from matching.shipped import FIXTURES

    if not folder.is_dir():
        ja, en = f"「{folder}」というフォルダーはありません", f"there is no folder {folder}"
        raise InputError([Problem(str(folder), 0, "", "no_folder", ja, en)])
    chosen = table or choose_import_table(folder, sorted((FIXTURES / "imports").glob("*.toml")))
    rules = None if chosen is None else read_import_table(chosen)
    imported = import_open_data(folder, rules, _day(week_of))
    write_town(imported.community, to)
    if report is not None:
        write_whole({report: js.dumps(report_data(imported), ensure_ascii=False) + "\n"})
    return report_text(imported, lang)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        ja, en = f"「{text}」は日付ではありません（例 2026-11-23）", f"{text} is no date (like 2026-11-23)"
        raise InputError([Problem("--week-of", 0, "", "date", ja, en)]) from None

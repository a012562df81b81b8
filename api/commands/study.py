"""`tsunagu study`: what would happen if, for one town or many. Heavy imports wait inside the command."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, errors

if TYPE_CHECKING:
    from rich.console import Console

    from api.study.answer import Row, TownStudy
    from api.study.engines import Engine
    from matching.errors import Lang
    from matching.scenario.reading import Scenarios


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(study)


def study(
    towns: Annotated[
        list[Path] | None, typer.Argument(help="町のフォルダー（いくつでも） / town folders", metavar="TOWN...")
    ] = None,
    scenarios: Annotated[Path | None, typer.Option(help="想定のファイル (TOML) / the scenarios")] = None,
    json: JsonFile = None,
    work: Annotated[Path | None, typer.Option(help="途中の結果のフォルダー（続きから計算） / results so far")] = None,
    workers: Annotated[int, typer.Option(min=1, max=512, help="同時に使う処理の数 / processes")] = 1,
    country: Annotated[
        bool, typer.Option("--country", help="町の代わりに、合成した全国 / a synthetic country")
    ] = False,
    municipalities: Annotated[
        int | None, typer.Option(min=1, max=1_741, help="全国の自治体の数（初めは1741） / of the country", metavar="N")
    ] = None,
    cluster: Annotated[
        str, typer.Option(help="Dask のクラスターで計算する / on a Dask cluster", metavar="tcp://HOST:PORT")
    ] = "",
    lang: LangOf = Language.JA,
) -> None:
    """もしもを試す。Scenarios beside today: who would gain and who would lose, in numbers that name nobody."""
    from rich.console import Console

    with errors(lang), ExitStack() as stack:
        _either(towns, scenarios, country, municipalities)
        from api.study.engines import Engine

        engine = Engine(workers, cluster)
        kept = work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if country:
            from api.commands.country import study_country

            study_country(municipalities, kept, engine, lang.value, json, Console())
        elif towns and scenarios:
            _told(towns, _asked(scenarios), kept, engine, lang.value, json)
        if json is not None:
            Console(stderr=True).print(f"→ {json}", soft_wrap=True, highlight=False)


def _told(
    towns: Sequence[Path], asked: "Scenarios", work: Path, engine: "Engine", lang: "Lang", json: Path | None
) -> None:
    """Study the towns, and write and show what comes out."""
    from rich.console import Console

    from api.files import write_whole
    from api.study.answer import study_json
    from api.study.run import folder_digest

    told = study_towns(towns, asked, work, engine, Console(stderr=True))
    if json is not None:
        write_whole({json: study_json(told, [folder_digest(one) for one in towns], asked.draws, asked.seed)})
    show(told, lang, Console())


def _either(towns: Sequence[Path] | None, scenarios: Path | None, country: bool, municipalities: int | None) -> None:
    """Towns with their scenarios, or the country, which has its own.

    Raises:
        InputError: both, or half of one.
    """
    from matching.errors import InputError, Problem

    whole = not towns and scenarios is None if country else bool(towns and scenarios) and municipalities is None
    if whole:
        return
    ja = "町と --scenarios、または --country（と --municipalities）だけを書いてください"
    en = "give towns and --scenarios, or --country alone (with --municipalities)"
    raise InputError([Problem("study", 0, "", "towns", ja, en)])


def study_towns(
    towns: Sequence[Path], asked: "Scenarios", work: Path, engine: "Engine", console: "Console"
) -> "list[TownStudy]":
    """Try every scenario on every town; edits that make no sense are refused before anything is computed.

    Raises:
        InputError, NoAnswerError: as `tried` and `run`.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from api.study.answer import studied
    from api.study.run import run, tasks_of
    from api.towns import town_of
    from matching.scenario import edited, travel_after
    from matching.study import TODAY

    communities = []
    for folder in towns:
        community, _, travel = town_of(folder)
        for scenario in asked.scenarios:
            edited(community, scenario.edits)
            travel_after(travel, scenario.edits)
        communities.append(community)
    every = [TODAY, *asked.scenarios]
    tasks = [
        task
        for one, community in zip(towns, communities, strict=True)
        for task in tasks_of(one, every, asked.draws, asked.seed, len(community.needs))
    ]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        shown = bar.add_task("試算 / study", total=len(tasks))
        outcomes = run(tasks, work, engine, lambda done, _all: bar.update(shown, completed=done))
    tried = {(t.town, t.scenario.name, t.draw): one for t, one in zip(tasks, outcomes, strict=True)}
    return [
        studied(
            community,
            asked.scenarios,
            {(name, draw): one for (of, name, draw), one in tried.items() if of == folder},
            asked.draws,
        )
        for folder, community in zip(towns, communities, strict=True)
    ]


def _asked(path: Path) -> "Scenarios":
    from matching.errors import InputError, Problem
    from matching.scenario.reading import read_scenarios

    try:
        return read_scenarios(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        ja, en = f"読めません ({error})", f"cannot be read ({error})"
        raise InputError([Problem(path.name, 0, "", "scenarios", ja, en)]) from error


HEADS = (("想定", "scenario"), ("行き先の増減（5件刻み）", "places found (in fives)"),
         ("待つ件の増減", "waiting"), ("得る人", "gain"),
         ("失う人", "lose"), ("ばらつき (90%)", "90 % of demands"), ("費用/年", "yen a year"),
         ("補助のあと", "after grants"), ("証明", "proof"))  # fmt: skip


def show(told: "Sequence[TownStudy]", lang: "Lang", console: "Console") -> None:
    """A table a town: who gains, who loses, and how sure that is; columns that nobody filled in are left out."""
    from rich.table import Table

    at = 0 if lang == "ja" else 1
    for one in told:
        rows = [_row(row, lang) for row in one.rows]
        used = [n for n in range(len(HEADS)) if any(row[n] for row in rows)]
        table = Table(title=one.town.info.name)
        for n in used:
            table.add_column(HEADS[n][at], overflow="fold", no_wrap=n > 1)
        for row in rows:
            table.add_row(*(row[n] for n in used))
        console.print(table)
        if one.frontier:
            console.print(("費用に見合う想定: ", "worth their cost: ")[at] + ", ".join(one.frontier), highlight=False)


def _row(row: "Row", lang: "Lang") -> tuple[str, ...]:
    """A scenario as it stands under HEADS."""
    from api.develop.answer import shown

    at = 0 if lang == "ja" else 1
    return (
        row.scenario.name,
        f"{row.change:+d}",
        "" if row.waiting == -row.change else f"{row.waiting:+d}",
        shown(row.gains.people, lang),
        shown(row.losses.people, lang),
        "" if row.interval is None else "{1:+g} … {2:+g}".format(*row.interval.change),
        "" if row.money.cost is None else f"{row.money.cost:,}",
        "" if row.money.own is None or not row.money.grants else f"{row.money.own:,}",
        ("最良", "optimal")[at] if row.proven else ("差あり", "gap")[at],
    )

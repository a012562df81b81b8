"""つなぐ on the command line. Heavy imports wait inside the commands, so that help comes at once.

Exit codes: 0 done; 1 the input is wrong (every problem is listed); 2 usage; 3 no feasible answer within the limit.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import develop_cli, gaps_cli, indicators_cli, review_cli, rides_again_cli, service_cli, study_cli
from api.options import Language, Room
from matching.errors import InputError, NoAnswerError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from matching.domain import Community, TravelTimes
    from matching.propose import Progress
    from matching.rules import Rulebook

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="つなぐ: 住民の困りごとと地域の資源をつなぐ案を作ります。決めるのは人です。\n\n"
    "Proposes who could go where, with reasons; people decide.",
)


class RideFormat(StrEnum):
    """どの形の問題か."""

    CORDEAU = "cordeau"
    LILIM = "lilim"


class HowMuch(StrEnum):
    """どこまで説明するか."""

    ALL = "all"
    UNPLACED = "unplaced"
    NONE = "none"


Town = Annotated[Path, typer.Argument(help="町のフォルダー / the town folder", metavar="TOWN")]
Lang = Annotated[Language, typer.Option("--lang", help="言語 / language of texts")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="結果を書くファイル / write the answer here")]


def main() -> None:
    """The command `tsunagu`."""
    gc.set_threshold(200_000, 50, 50)  # a town is many small values and no cycles: looking for them takes a tenth
    app()


@app.command()
def propose(
    town: Town,
    json: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="報告書を書くファイル / write the report here")] = None,
    room: Annotated[Room, typer.Option(help="同意のある方だけ、または支援会議の中だけ / whose data")] = Room.CONSENT,
    explain: Annotated[HowMuch, typer.Option(help="説明の範囲 / how much to explain")] = HowMuch.ALL,
    seconds: Annotated[float | None, typer.Option(min=0.0, max=86_400, help="考える時間 (CPU秒) / time limit")] = None,
    lang: Lang = Language.JA,
) -> None:
    """案を作る。Options for every need, chosen together, with reasons; and why for everyone left out."""
    from rich.console import Console

    started = time.process_time()
    with errors(lang):
        from matching.domain import Sharing
        from matching.propose import Wanted, propose as best

        community, rulebook, travel = town_of(town)
        with _progress() as progress:
            answer = best(community, rulebook, travel, Wanted(Sharing(room.value), explain.value, seconds), progress)
        contents: dict[Path, str] = {}
        if json is not None:
            from api.answers import proposals_json

            contents[json] = proposals_json(answer, lang.value, time.process_time() - started)
        if html is not None:
            from api.report import report

            contents[html] = report(community, answer, lang.value)
        from api.files import write_whole
        from api.show import show_proposals

        write_whole(contents)
        show_proposals(answer, community, lang.value, Console())
        for path in contents:
            Console(stderr=True).print(f"→ {path}", soft_wrap=True, highlight=False)


@app.command()
def rides(
    town: Town,
    date: Annotated[str, typer.Option(help="計画する日 (YYYY-MM-DD) / the day")],
    weeks: Annotated[
        int, typer.Option(min=0, max=8, help="その日から何週間（0 = その日だけ） / weeks from then on")
    ] = 0,
    json: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="報告書を書くファイル / write the page here")] = None,
    sheets: Annotated[Path | None, typer.Option(help="運行表などを書くフォルダー / run sheets, list, calendar")] = None,
    confirmed_by: Annotated[str, typer.Option(help="要確認のことを確かめた人 / who confirmed what was asked")] = "",
    room: Annotated[Room, typer.Option(help="同意のある方だけ、または支援会議の中だけ / whose data")] = Room.CONSENT,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=86_400, help="一日に考える時間 (CPU秒) / a day's limit")
    ] = 30.0,
    lang: Lang = Language.JA,
) -> None:
    """送迎を計画する。A day's rides: who drives whom, proven best, with run sheets; and why anybody stays behind."""
    from rich.console import Console

    with errors(lang):
        from api.rides.words import known
        from api.rides_cli import day_of, plan_days, showing, write_rides
        from matching.domain import Sharing
        from matching.plan_rides import WantedDay

        wanted = WantedDay(day_of(date), Sharing(room.value), seconds)
        community, rulebook, travel = town_of(town)
        with showing(lang.value, _stderr()) as progress:
            plan, spent = plan_days(community, rulebook, travel, wanted, weeks, progress)
        write_rides(plan, known(community, lang.value), spent, json, html, sheets, confirmed_by, Console())


@app.command("solve-rides")
def solve_rides(
    file: Annotated[Path, typer.Argument(help="公開されている送迎の問題 / a published instance", metavar="FILE")],
    form: Annotated[RideFormat, typer.Option("--format", help="問題の形 / its form")],
    seconds: Annotated[
        float, typer.Option("--time-limit", min=0.0, max=86_400, help="使う時間 (CPU秒、起動も含む) / CPU seconds")
    ] = 60.0,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="乱数の種 / seed")] = 0,
    json: JsonFile = None,
    lang: Lang = Language.JA,
) -> None:
    """公開されている送迎の問題を解く。A published dial-a-ride or pick-up and delivery instance, solved and judged."""
    from rich.console import Console

    with errors(lang):
        from api.rides_cli import showing
        from api.solve_rides_cli import solve_file

        with showing(lang.value, _stderr()) as progress:
            solve_file(file, form.value, seconds, seed, json, lang.value, Console(), progress)


@app.command()
def check(
    town: Town,
    json: JsonFile = None,
    lang: Lang = Language.JA,
) -> None:
    """町のフォルダーを調べる。Lists every problem at once: file, row, column, and what to do."""
    import json as js

    from rich.console import Console

    from api.show import show_problems

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


@app.command()
def generate(
    town: Town,
    needs: Annotated[int, typer.Option(min=10, max=1_000_000, help="支援ニーズの数 / how many needs")] = 600,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="乱数の種 / the same seed, the same town")] = 1,
    name: Annotated[str, typer.Option(help="町の名前 / its name")] = "みなと市",
    lang: Lang = Language.JA,
) -> None:
    """架空の町を作る。Writes an invented town of any size."""
    with errors(lang):
        from matching.exchange import write_town
        from matching.synthetic import generate as invent

        write_town(invent(needs, seed, name), town)


@app.command()
def graph(town: Town, json: JsonFile = None, lang: Lang = Language.JA) -> None:
    """つながりを調べる。Who brokers, whom the council lacks, what depends on one person, how support circulates."""
    import json as js

    from rich.console import Console

    with errors(lang):
        from api.files import write_whole
        from api.show import show_findings
        from matching.could_go import could_go
        from matching.graph import findings

        community, rulebook, travel = town_of(town)
        found = findings(could_go(community, rulebook, travel))
        if json is not None:
            rows = [{"code": f.code, "facts": dict(f.facts), "text": f.text(lang.value)} for f in found]
            write_whole({json: js.dumps({"format": "tsunagu.graph/1", "findings": rows}, ensure_ascii=False) + "\n"})
        show_findings(found, lang.value, Console())


@app.command()
def explain(
    town: Town,
    need: Annotated[str, typer.Argument(help="支援ニーズの番号 / the need's id", metavar="NEED")],
    lang: Lang = Language.JA,
) -> None:
    """一つの支援ニーズを説明する。Why this, why not that, and what would help one need."""
    from rich.console import Console

    with errors(lang):
        from api.show_need import show_need
        from matching.explain.excluded import excluded
        from matching.propose import Wanted, propose as best

        community, rulebook, travel = town_of(town)
        _known(need, community, town)
        answer = best(community, rulebook, travel, Wanted())
        proposal = next(p for p in answer.proposals if p.need_id == need)
        show_need(proposal, excluded(community, rulebook, travel, need), community, lang.value, Console())


@app.command(name="import")
def import_(
    folder: Annotated[
        Path, typer.Argument(help="公開データのフォルダー / a folder of published lists", metavar="FOLDER")
    ],
    to: Annotated[Path, typer.Option(help="作る町のフォルダー / the town folder to write")],
    table: Annotated[Path | None, typer.Option(help="一覧の読み方の表 (TOML) / how its lists are read")] = None,
    week_of: Annotated[str, typer.Option(help="基準の月曜日 (YYYY-MM-DD) / the Monday it is as of")] = "",
    json: JsonFile = None,
    lang: Lang = Language.JA,
) -> None:
    """公開データを取り込む。Published lists of a real city become a town folder; every repair is reported."""
    with errors(lang):
        from rich.console import Console

        from api.imports import import_folder

        told = import_folder(folder, to, table, week_of, json, lang.value)
        Console().print(told, highlight=False, markup=False, soft_wrap=True)


@app.command()
def estimate(
    town: Town,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="乱数の種 / seed")] = 1,
    rates: Annotated[Path | None, typer.Option(help="割合の表 (TOML) / the table of rates")] = None,
    lang: Lang = Language.JA,
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


def town_of(folder: Path) -> "tuple[Community, Rulebook, TravelTimes]":
    """A town, its rulebook and its travel times."""
    from matching.exchange import read_town
    from matching.rules import rulebook
    from matching.travel import provider

    community = read_town(folder)
    return community, rulebook(community.info.rulebook, folder), provider(community.info.travel, folder)


def _known(need: str, community: "Community", town: Path) -> None:
    """Refuse an unknown need, naming the nearest.

    Raises:
        InputError: there is no such need.
    """
    import difflib

    known = [n.need_id for n in community.needs]
    if need not in known:
        near = difflib.get_close_matches(need, known, 1)
        maybe_ja, maybe_en = (f"「{near[0]}」では？", f"Maybe {near[0]}?") if near else ("", "")
        raise InputError(
            [Problem(f"{town.name}/needs.csv", 0, "need_id", "unknown_need",
                     f"支援ニーズ「{need}」はありません。{maybe_ja}", f"there is no need {need}. {maybe_en}")]
        )  # fmt: skip


@contextmanager
def errors(lang: Language) -> Iterator[None]:
    """Problems of the input are listed and end with 1; no answer ends with 3."""
    try:
        yield
    except InputError as error:
        from api.show import show_problems

        show_problems(error.problems, lang.value, _stderr())
        raise typer.Exit(1) from None
    except NoAnswerError as error:
        _stderr().print(str(error), highlight=False)
        raise typer.Exit(3) from None


def _stderr() -> "Console":
    from rich.console import Console

    return Console(stderr=True)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on the terminal for each step; nothing where there is no terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    steps = {"judge": "照合 / rules", "solve": "割り当て / solve", "explain": "説明 / reasons"}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=_stderr(), transient=True
    ) as bar:
        tasks = {name: bar.add_task(text, total=1.0, start=False) for name, text in steps.items()}

        def tell(step: str, share: float) -> None:
            for name in steps:
                if name == step:
                    bar.start_task(tasks[name])
                    bar.update(tasks[name], completed=share)
                    break
                bar.update(tasks[name], completed=1.0)

        told: Callable[[str, float], None] = tell
        yield told


develop_cli.add_to(app)
gaps_cli.add_to(app)
indicators_cli.add_to(app)
review_cli.add_to(app)
rides_again_cli.add_to(app)
study_cli.add_to(app)
service_cli.add_to(app)

if __name__ == "__main__":
    main()

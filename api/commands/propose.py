"""`tsunagu propose`: a round of proposals for a whole town."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, Room, RoomOf, Town, errors, stderr

if TYPE_CHECKING:
    from matching.propose import Progress


class HowMuch(StrEnum):
    """どこまで説明するか."""

    ALL = "all"
    UNPLACED = "unplaced"
    NONE = "none"


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(propose)


def propose(
    town: Town,
    json: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="報告書を書くファイル / write the report here")] = None,
    room: RoomOf = Room.CONSENT,
    explain: Annotated[HowMuch, typer.Option(help="説明の範囲 / how much to explain")] = HowMuch.ALL,
    seconds: Annotated[float | None, typer.Option(min=0.0, max=86_400, help="考える時間 (CPU秒) / time limit")] = None,
    lang: LangOf = Language.JA,
) -> None:
    """案を作る。Options for every need, chosen together, with reasons; and why for everyone left out."""
    from rich.console import Console

    started = time.process_time()
    with errors(lang):
        from api.towns import town_of
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
        from api.commands.show import show_proposals
        from api.files import write_whole

        write_whole(contents)
        show_proposals(answer, community, lang.value, Console())
        for path in contents:
            stderr().print(f"→ {path}", soft_wrap=True, highlight=False)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A bar on the terminal for each step; nothing where there is no terminal."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    steps = {"judge": "照合 / rules", "solve": "割り当て / solve", "explain": "説明 / reasons"}
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=stderr(), transient=True
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

"""`tsunagu rides`: a day or some weeks of rides, with run sheets where the law check allows."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.common import JsonFile, LangOf, Language, Room, RoomOf, Town, errors, stderr


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(rides)


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
    room: RoomOf = Room.CONSENT,
    seconds: Annotated[
        float, typer.Option(min=0.0, max=86_400, help="一日に考える時間 (CPU秒) / a day's limit")
    ] = 30.0,
    lang: LangOf = Language.JA,
) -> None:
    """送迎を計画する。A day's rides: who drives whom, proven best, with run sheets; and why anybody stays behind."""
    from rich.console import Console

    with errors(lang):
        from api.commands.show_rides import showing
        from api.commands.write_rides import day_of, write_rides
        from api.rides.run import plan_days
        from api.rides.words import known
        from api.towns import town_of
        from matching.domain import Sharing
        from matching.plan_rides import WantedDay

        wanted = WantedDay(day_of(date), Sharing(room.value), seconds)
        community, rulebook, travel = town_of(town)
        with showing(lang.value, stderr()) as progress:
            plan, spent = plan_days(community, rulebook, travel, wanted, weeks, progress)
        write_rides(plan, known(community, lang.value), spent, json, html, sheets, confirmed_by, Console())

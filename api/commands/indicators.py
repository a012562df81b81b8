"""`tsunagu indicators`: how a town does, each number beside its formula. Heavy imports wait inside the command."""

import time
from typing import TYPE_CHECKING, Any

import typer

from api.commands.common import JsonFile, LangOf, Language, Town, errors

if TYPE_CHECKING:
    from rich.console import Console

    from matching.errors import Lang


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(indicators)


def indicators(
    town: Town,
    json: JsonFile = None,
    lang: LangOf = Language.JA,
) -> None:
    """指標を式と並べて出す。Each indicator beside its formula; what has no table is 不明, never estimated."""
    from rich.console import Console

    started = time.process_time()
    with errors(lang):
        from api.files import write_whole
        from api.indicators.answer import indicators_document, indicators_json
        from api.towns import town_of
        from matching.indicators import indicators as all_of
        from matching.propose import digest

        community, rulebook, travel = town_of(town)
        found = all_of(community, rulebook, travel)
        spent = time.process_time() - started
        document = indicators_document(community, found, digest(community, rulebook), lang.value, spent)
        if json is not None:
            write_whole({json: indicators_json(document)})
        show_indicators(document, lang.value, Console())


def show_indicators(document: dict[str, Any], lang: "Lang", console: "Console") -> None:
    """Each number with its formula on the terminal."""
    from api.commands.show import plain
    from api.indicators.answer import shown

    ja = lang == "ja"
    console.print(plain(f"{document['town']} {'指標' if ja else 'indicators'} ({document['as_of']})", "bold"))
    for one in document["indicators"]:
        aim = ""
        if one["target"] is not None:
            aim = f"（目標 {shown(one['target'], one['unit'], lang)}）" if ja else f" (aim {one['target']:.0%})"
        counts = (
            f" = {one['part']:,} ÷ {one['whole']:,}" if one["value"] is not None and one["part"] is not None else ""
        )
        console.print(plain(f"• {one['name']}: {one['text']}{counts}{aim}"), soft_wrap=True)
        console.print(plain(f"  {'式' if ja else 'formula'}: {one['formula']}", "dim"), soft_wrap=True)
    console.print(
        plain(
            "5人未満のます目は載せません。内訳は --json で。" if ja
            else "No cell under five people is told. The breakdown is in --json.", "dim",
        ),
        soft_wrap=True,
    )  # fmt: skip

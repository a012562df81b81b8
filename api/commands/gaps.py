"""`tsunagu gaps`: what is missing where, and why. Heavy imports wait inside the command."""

import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.common import JsonFile, LangOf, Language, Town, errors

if TYPE_CHECKING:
    from rich.console import Console

    from matching.errors import Lang


class View(StrEnum):
    """だれが見るか."""

    COUNCIL = "council"
    COORDINATOR = "coordinator"


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(gaps)


def gaps(
    town: Town,
    json: JsonFile = None,
    html: Annotated[Path | None, typer.Option(help="頁を書くファイル（A4） / write the page here")] = None,
    view: Annotated[
        View, typer.Option(help="協議体・計画（番号なし）か、コーディネーター（支援ニーズの番号つき） / who reads it")
    ] = View.COUNCIL,
    lang: LangOf = Language.JA,
) -> None:
    """足りないものを調べる。What is missing where, and why; no person is named, no cell under five told."""
    from rich.console import Console

    started = time.process_time()
    with errors(lang):
        from api.files import write_whole
        from api.gaps.answer import coordinator_document, gaps_document, gaps_json
        from api.towns import town_of
        from matching.gaps import gaps as missing

        found = missing(*town_of(town))
        told = coordinator_document if view is View.COORDINATOR else gaps_document
        document = told(found, lang.value, time.process_time() - started)
        contents: dict[Path, str] = {}
        if json is not None:
            contents[json] = gaps_json(document)
        if html is not None:
            from api.gaps.page import gaps_page

            contents[html] = gaps_page(found.town, document, lang.value)
        write_whole(contents)
        show_gaps(document, lang.value, Console())
        for path in contents:
            Console(stderr=True).print(f"→ {path}", soft_wrap=True, highlight=False)


def show_gaps(document: dict[str, Any], lang: "Lang", console: "Console") -> None:
    """The causes, the over-demanded parts, and what one more would bring, on the terminal."""
    from api.commands.show import plain, table_of
    from api.gaps.page import MOST_WORTH
    from matching.causes import CAUSES
    from matching.small_cells import HIDDEN
    from matching.texts import word

    ja = lang == "ja"
    console.print(plain(f"{document['town']} {'足りないもの' if ja else 'what is missing'}", "bold"))
    whole = document["areas"][-1]["outcomes"]
    table = table_of("理由" if ja else "cause", "件" if ja else "needs")
    for cause, (name_ja, name_en) in CAUSES.items():
        if whole[cause] != 0:
            table.add_row(
                plain(name_ja if ja else name_en), plain(HIDDEN if whole[cause] is None else str(whole[cause]))
            )
    console.print(table)
    for one in (*document["parts"], *document["worth"][:MOST_WORTH]):
        console.print(plain(f"• {one['text']}"), soft_wrap=True)
    more = len(document["worth"]) - MOST_WORTH
    if more > 0:
        console.print(plain(f"  ほか{more}つ（--json に）" if ja else f"  and {more} more (--json)"), soft_wrap=True)
    for one in document.get("waiting", ()):
        weeks = "" if one["weeks"] is None else f" {one['weeks']}{'週' if ja else ' weeks'}"
        text = f"{one['need']} ({word('kind', one['kind'], lang)}{weeks}): {one['text']}"
        console.print(plain(text), soft_wrap=True)
    note = (
        f"{HIDDEN} = 5人未満など、載せない数"
        if ja
        else f"{HIDDEN} = not told (fewer than five people, or it would tell)"
    )
    console.print(plain(note, "dim"), soft_wrap=True)

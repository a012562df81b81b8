"""`tsunagu gaps`: what is missing where, and why. Heavy imports wait inside the command."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import Language

if TYPE_CHECKING:
    from rich.console import Console

    from matching.errors import Lang
    from matching.gaps import Gaps


def add_to(app: typer.Typer) -> None:
    """Join the command to the others."""
    app.command()(gaps)


def gaps(
    town: Annotated[Path, typer.Argument(help="町のフォルダー / the town folder", metavar="TOWN")],
    json: Annotated[Path | None, typer.Option(help="結果を書くファイル / write the answer here")] = None,
    lang: Annotated[Language, typer.Option("--lang", help="言語 / language of texts")] = Language.JA,
) -> None:
    """足りないものを調べる。What is missing where, and why; no person is named, no cell under five told."""
    from rich.console import Console

    from api.cli import errors, town_of

    started = time.process_time()
    with errors(lang):
        from api.files import write_whole
        from api.gaps.answer import gaps_json
        from matching.gaps import gaps as missing

        found = missing(*town_of(town))
        if json is not None:
            write_whole({json: gaps_json(found, lang.value, time.process_time() - started)})
        show_gaps(found, lang.value, Console())


def show_gaps(found: "Gaps", lang: "Lang", console: "Console") -> None:
    """The causes, the over-demanded parts, and what one more would bring, on the terminal."""
    from typing import Any

    from api.gaps.answer import gaps_document
    from api.show import plain, table_of
    from matching.gaps.causes import CAUSES
    from matching.small_cells import HIDDEN

    document: dict[str, Any] = gaps_document(found, lang, 0.0)
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
    for one in (*document["parts"], *document["worth"]):
        console.print(plain(f"• {one['text']}"), soft_wrap=True)
    note = (
        f"{HIDDEN} = 5人未満など、載せない数"
        if ja
        else f"{HIDDEN} = not told (fewer than five people, or it would tell)"
    )
    console.print(plain(note, "dim"), soft_wrap=True)

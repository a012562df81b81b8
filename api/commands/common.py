"""What the commands share: the words that people choose from, and how problems end a command.

Heavy imports wait inside the commands, so that help comes at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matching.errors import InputError, NoAnswerError

if TYPE_CHECKING:
    from rich.console import Console


class Language(StrEnum):
    """言語."""

    JA = "ja"
    EN = "en"


class Room(StrEnum):
    """どの場のための案か."""

    CONSENT = "consent"
    SUPPORT_CONFERENCE = "support_conference"


Town = Annotated[Path, typer.Argument(help="町のフォルダー / the town folder", metavar="TOWN")]
LangOf = Annotated[Language, typer.Option("--lang", help="言語 / language of texts")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="結果を書くファイル / write the answer here")]
RoomOf = Annotated[Room, typer.Option("--room", help="同意のある方だけ、または支援会議の中だけ / whose data")]


@contextmanager
def errors(lang: Language) -> Iterator[None]:
    """Problems of the input are listed and end with 1; no answer ends with 3."""
    try:
        yield
    except InputError as error:
        from api.commands.show import show_problems

        show_problems(error.problems, lang.value, stderr())
        raise typer.Exit(1) from None
    except NoAnswerError as error:
        stderr().print(str(error), highlight=False)
        raise typer.Exit(3) from None


def stderr() -> "Console":
    """Where what is no answer goes."""
    from rich.console import Console

    return Console(stderr=True)

"""Every text of the pages: Babel catalogues by key (`locale/ja.po`, `locale/en.po`), read once, filled in as asked."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from api.report.texts import Count
from matching.errors import Fact, Lang

LOCALE = Path(__file__).with_name("locale")
LANGS: tuple[Lang, ...] = ("ja", "en")
Say = Callable[..., str]


@cache
def catalogue(lang: Lang) -> Mapping[str, str]:
    """Each key and its text in one language."""
    from babel.messages.pofile import read_po

    with (LOCALE / f"{lang}.po").open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale=lang) if one.id}


@cache
def say_in(lang: Lang) -> Say:
    """The catalogue read in one language: `say("today.waiting", n=3)`.

    Raises:
        KeyError: no such text, or a fact that it names is missing.
    """
    texts = catalogue(lang)

    def say(key: str, **facts: Fact) -> str:
        counted = {name: Count(value) if type(value) is int else value for name, value in facts.items()}
        return texts[key].format(**counted) if facts else texts[key]

    return say


def has_text(key: str) -> bool:
    """Whether there is a text of that key."""
    return key in catalogue("ja")

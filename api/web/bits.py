"""The smallest parts of pages, which long lists are made of: as functions, since a template's macro takes far longer.

Each is escaped where it is made, and so goes into a page as it is.
"""

from datetime import date
from functools import lru_cache

from markupsafe import Markup, escape

from api.web import times
from api.web.texts import say_in
from matching.errors import Lang

_LOOKS = {
    "waiting": " waiting",
    "proposed": " open",
    "discussed": " open",
    "trial": " placed",
    "settled": " placed",
    "fixed": " placed",
}


class Bits:
    """Those of one language, and one way of counting years."""

    def __init__(self, lang: Lang, era: bool) -> None:
        self._lang, self._era, self._say = lang, era, say_in(lang)
        self._stages: dict[str, Markup] = {}

    @staticmethod
    def person(resident_id: str) -> Markup:
        """The way to somebody's page, by their identifier."""
        told = escape(resident_id)
        return Markup(f'<a class="id" href="/people/{told}">{told}</a>')  # noqa: S704 - escaped above

    def stage(self, name: str) -> Markup:
        """How far a need is."""
        if name not in self._stages:
            told = escape(self._say(f"stage.{name}"))
            self._stages[name] = Markup(f'<span class="chip{_LOOKS.get(name, "")}">{told}</span>')  # noqa: S704
        return self._stages[name]

    def weeks(self, count: int | None) -> str:
        """Whole weeks of waiting."""
        return self._say("unknown") if count is None else self._say("weeks", n=count)

    def on_day(self, value: date | str | None) -> Markup:
        """A day, for people and for machines."""
        if not value:
            return escape(self._say("unknown"))
        told = escape(times.day_words(value, self._say, self._lang, self._era))
        return Markup(f'<time datetime="{escape(value)}">{told}</time>')  # noqa: S704 - escaped above


@lru_cache(4)
def bits(lang: Lang, era: bool) -> Bits:
    """The parts in a reader's language."""
    return Bits(lang, era)

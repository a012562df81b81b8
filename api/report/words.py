"""Words for the things of a town: places, hours, ways, kinds and reasons, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from api.report.texts import TEXTS, Phrases, phrases
from matching.domain import Need, Opening
from matching.errors import Lang
from matching.explain.say import SHORT, short_name
from matching.texts import word

WITHOUT_MINUTES = ("online", "phone")


@dataclass(frozen=True, slots=True)
class Words:
    """One language: the table of texts as `say`, and the vocabularies."""

    lang: Lang
    say: Phrases

    def kind(self, need: Need) -> str:
        """What a need is about."""
        return word("kind", need.kind, self.lang)

    def activities(self, need: Need) -> str:
        """What the person would like to do; empty where nothing is told."""
        return self.listed(word("activities", one, self.lang) for one in need.activities)

    def listed(self, several: Iterable[str]) -> str:
        """Several words as one text."""
        return ("・" if self.lang == "ja" else ", ").join(several)

    def when(self, opening: Opening) -> str:
        """Weekday and hour of an opening, and its weeks of the month."""
        if opening.hours is None:
            return self.say("when.unknown")
        weeks, when = self.listed(str(week) for week in opening.weeks_of_month), opening.when()
        when["weekday"] = word("weekday", when["weekday"], self.lang)
        return self.say("when.weeks" if weeks else "when", **when, weeks=weeks)

    def way(self, mode: str, minutes: int) -> str:
        """How one gets there, and how long it takes."""
        said = word("mode", mode, self.lang)
        return said if mode in WITHOUT_MINUTES else self.say("way", mode=said, minutes=minutes)

    def reason(self, code: str) -> str:
        """A few words for what keeps a need from a place; the code itself where nobody has named it."""
        if code in SHORT:
            return short_name(code, self.lang)
        return self.say(f"reason.{code}") if f"reason.{code}" in TEXTS else code

    def change(self, code: str) -> str:
        """A few words for a change that would help."""
        return self.say(f"change.{code}" if f"change.{code}" in TEXTS else "change.other")


def words(lang: Lang) -> Words:
    """The words of one language."""
    return Words(lang, phrases(lang))

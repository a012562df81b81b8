"""ことば: somebody speaks a language of the person; where a place names none, it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict, any_bit, no_bit


@dataclass(frozen=True, slots=True)
class Language:
    """Both sides name languages and share none: no match. A place that names none speaks `usual`."""

    usual: str = "ja"

    texts: ClassVar[Mapping[str, Text]] = {
        "language": Text(
            ja="{place}で話されることば（{offered}）が、本人のことば（{spoken}）と合いません",
            en="{place} speaks {offered}, the person {spoken}",
        ),
        "language_unknown": Text(
            ja="{place}で本人のことば（{spoken}）が通じるか、確認が必要です",
            en="ask whether {place} speaks {spoken}",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block where no language is shared."""
        spoken, offered = pairs.need.languages, pairs.opening.languages
        named = ~no_bit(spoken)
        usual = pairs.town.languages.bits([(self.usual,) if self.usual in pairs.town.languages.number else ()])
        return (
            Saying.of(self, pairs)
            .block("language", named & ~no_bit(offered) & ~any_bit(spoken, offered))
            .tell("language_unknown", named & no_bit(offered) & ~any_bit(spoken, usual), asks=True)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place, its languages and the person's."""
        return {
            "place": case.resource.name,
            "offered": ";".join(case.resource.languages) or self.usual,
            "spoken": ";".join(case.resident.languages),
        }

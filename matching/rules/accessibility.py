"""バリアフリー: what a person needs at the entrance and inside must be known to be there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict, no_bit


@dataclass(frozen=True, slots=True)
class Accessibility:
    """Every required feature is listed; where none is known, that is told apart. Judged only where one goes there."""

    texts: ClassVar[Mapping[str, Text]] = {
        "feature_unknown": Text(
            ja="{place}の設備（{missing}）が分かりません。確認すれば候補になります",
            en="it is not known whether {place} has {missing}; asking may make it possible",
        ),
        "feature_missing": Text(ja="{place}には{missing}がありません", en="{place} lacks {missing}"),
        "accessible": Text(ja="必要な設備（{required}）があります", en="has what is required: {required}"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block where a required feature is not listed."""
        required, offered = pairs.need.requires, pairs.opening.features
        asked = ~no_bit(required) & (pairs.opening.where == 0)
        lacks = asked & ~no_bit(required & ~offered)
        return (
            Saying.of(self, pairs)
            .block("feature_unknown", lacks & no_bit(offered))
            .block("feature_missing", lacks)
            .tell("accessible", asked)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place, what is required, and what of it is missing."""
        required = case.resident.requires
        return {
            "place": case.resource.name,
            "required": ";".join(required),
            "missing": ";".join(f for f in required if f not in case.resource.features),
        }

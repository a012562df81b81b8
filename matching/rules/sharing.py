"""共有の根拠: nothing is done with data a person has not agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class SharingBasis:
    """Only who consented is matched; in the room of the support conference, also what is shared there (106条の6)."""

    texts: ClassVar[Mapping[str, Text]] = {
        "sharing": Text(ja="本人の同意がまだありません", en="the person has not agreed yet"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block whose basis is lower than what the room may match."""
        return Saying.of(self, pairs).block("sharing", pairs.need.sharing < pairs.town.basis).verdict

    def facts(self, case: Case) -> Facts:  # noqa: ARG002
        """None: nothing of the person is told."""
        return {}

"""支援の種類: a resource that says which kinds of need it serves is offered those only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.domain import TravelTimes
from matching.errors import Facts, Text
from matching.rules.columns import Columns
from matching.rules.rule import Case, Pairs, Saying, Verdict
from matching.rules.screen import Screen, screen_of


@dataclass(frozen=True, slots=True)
class KindFit:
    """An empty `serves` serves every kind."""

    texts: ClassVar[Mapping[str, Text]] = {
        "kind": Text(ja="{place}は「{kind}」の場ではありません", en="{place} is not for {kind}"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block what is for other kinds."""
        serves = pairs.opening.serves
        return Saying.of(self, pairs).block("kind", (serves != 0) & (serves & pairs.need.kind == 0)).verdict

    def screen(self, town: Columns, travel: TravelTimes) -> Screen:  # noqa: ARG002
        """By the kind of need and the kinds served."""
        kind, serves = town.needs.kind.astype(np.int32), town.openings.serves.astype(np.int32)
        return screen_of(kind, serves, 1, lambda need, opening: (opening != 0) & (opening & need == 0))

    def facts(self, case: Case) -> Facts:
        """The place and the kind of need."""
        return {"place": case.resource.name, "kind": case.need.kind}

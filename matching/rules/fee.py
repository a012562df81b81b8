"""参加費: not more than the person can pay, and the less the better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee that is not stated counts as none."""

    points_per_100_yen: int = -2

    texts: ClassVar[Mapping[str, Text]] = {
        "fee": Text(
            ja="{place}の参加費{fee_yen}円は、本人の上限{limit_yen}円を超えます",
            en="{place} costs {fee_yen} yen, more than the person's {limit_yen}",
        ),
        "costs": Text(ja="参加費は{fee_yen}円です", en="costs {fee_yen} yen"),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block what costs too much; a little less for what costs something."""
        fee = pairs.opening.fee_yen
        points = (np.minimum(fee, 100_000) // 100 * self.points_per_100_yen).astype(np.int32)
        return Saying.of(self, pairs).block("fee", fee > pairs.need.max_fee_yen).tell("costs", fee > 0, points).verdict

    def facts(self, case: Case) -> Facts:
        """The place, its fee and the person's limit."""
        limit = case.resident.max_fee_yen
        return {
            "place": case.resource.name,
            "fee_yen": case.resource.fee_yen or 0,
            "limit_yen": "–" if limit is None else limit,
        }

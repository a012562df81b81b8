"""対象: who may come by age, sex and area; what is not known of a person never blocks, it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import NO_LIMIT, UNKNOWN
from matching.rules.rule import Case, Pairs, Saying, Verdict


@dataclass(frozen=True, slots=True)
class WhoMayCome:
    """Ages are inclusive; an area is served with all areas below it."""

    texts: ClassVar[Mapping[str, Text]] = {
        "age": Text(ja="{place}の対象年齢（{ages}）と合いません", en="{place} is for other ages ({ages})"),
        "sex": Text(ja="{place}は対象となる性別が異なります", en="{place} is for another sex"),
        "area": Text(ja="{place}は別の地区の方が対象です", en="{place} serves other areas"),
        "age_or_sex_unknown": Text(
            ja="{place}には対象の決まりがあります。年齢・性別を確認してください",
            en="{place} has limits of age or sex; please confirm the person's",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block who may not come, and ask where the person's age or sex is not known."""
        need, opening = pairs.need, pairs.opening
        limited = (opening.min_age != UNKNOWN) | (opening.max_age != NO_LIMIT)
        known = need.age != UNKNOWN
        outside = known & ((need.age < opening.min_age) | (need.age > opening.max_age))
        sexed = opening.sexes != 0
        served = pairs.town.served
        away = np.zeros(len(pairs), np.bool_)
        if served.size:
            away = (need.area != UNKNOWN) & ~served[opening.served, np.maximum(need.area, 0)]
        return (
            Saying.of(self, pairs)
            .block("age", outside)
            .block("sex", sexed & (need.sex != 0) & (opening.sexes & need.sex == 0))
            .block("area", away)
            .tell("age_or_sex_unknown", (limited & ~known) | (sexed & (need.sex == 0)), asks=True)
            .verdict
        )

    def facts(self, case: Case) -> Facts:
        """The place and its ages."""
        low, high = case.resource.min_age, case.resource.max_age
        return {
            "place": case.resource.name,
            "ages": f"{'' if low is None else low}–{'' if high is None else high}",
            "area": case.resident.area_id,
        }

"""送迎の運行: what planning the tours has shown, told as a rule: who cannot be driven, even alone or only together.

What is known stands in the town's columns (`Columns.rides`): nothing at first, then what `matching.carried` finds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I64, Bools
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict


@dataclass(frozen=True, slots=True)
class Carried:
    """A pair is out where no car and driver could carry it; of pairs that they cannot carry together, some are."""

    texts: ClassVar[Mapping[str, Text]] = {
        "not_carried": Text(
            ja="{place}（{weekday} {start}–{end}）への行きと帰りを、今の車と担い手では運べません",
            en="the cars and drivers there are cannot carry anybody to {place} and home ({weekday} {start}–{end})",
        ),
        "cars": Text(
            ja="{weekday}の送迎は、車と担い手の時間・席・回数から、これ以上は組めません",
            en="the cars and drivers of {weekday} can carry no more, by their hours, seats and trips",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Block what no car could carry even alone; who holds a place gets there somehow."""
        barred = pairs.town.rides.barred
        out = _stands_in(barred, _keys(pairs)) & ~pairs.held if len(barred) else np.zeros(len(pairs), np.bool_)
        return Saying.of(self, pairs).block("not_carried", out).verdict

    def facts(self, case: Case) -> Facts:
        """The place, and when it opens."""
        return {"place": case.resource.name, **case.opening.when()}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """One row for each set that the cars cannot carry together."""
        cuts = pairs.town.rides.cuts
        if not cuts:
            return
        keys = _keys(pairs)
        for cut in cuts:
            rows = np.flatnonzero(_stands_in(cut.key, keys))
            weight = cut.weight[np.searchsorted(cut.key, keys[rows])]
            if weight.sum() >= cut.most:
                yield Quota("cars", rows.astype(np.int32), weight, 0, cut.most, facts=cut.facts)


def _keys(pairs: Pairs) -> I64:
    return np.asarray(pairs.need_row.astype(np.int64) * len(pairs.town.openings.resource) + pairs.opening_row, np.int64)


def _stands_in(sorted_keys: I64, keys: I64) -> Bools:
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.asarray(sorted_keys[at] == keys)

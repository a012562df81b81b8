"""送迎の席: where nobody says who drives, a ride is assumed, and counted against the car's seats at that hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I64, UNKNOWN, grouped
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict
from matching.rules.ways import ways


@dataclass(frozen=True, slots=True)
class RideSeats:
    """Seats and wheelchair places of one offer, for all who would be driven on a weekday within one hour.

    Cars whose drivers are known are planned instead (`carried.py`).
    """

    texts: ClassVar[Mapping[str, Text]] = {
        "seats": Text(
            ja="{driver}の車は{weekday}{hour}時台、席が{seats}人分です",
            en="{driver} has {seats} seats on {weekday} at {hour}",
        ),
    }

    def judge(self, pairs: Pairs) -> Verdict:
        """Nothing of a pair alone: whether there is a ride is told by the rule of reach."""
        return Saying.of(self, pairs).verdict

    def facts(self, case: Case) -> Facts:  # noqa: ARG002
        """None: its quotas carry their own."""
        return {}

    def quotas(self, pairs: Pairs) -> Iterable[Quota]:
        """One row for each offer, weekday, hour and kind of place that more people want than there are places."""
        offer = ways(pairs).offer
        driven = np.flatnonzero((offer != UNKNOWN) & ~np.append(pairs.town.rides.planned, False)[offer])
        some = pairs.take(driven)
        rolls, escort = some.need.wheelchair, some.need.escort
        sitting, rolling = (~rolls).astype(np.int64) + escort, rolls.astype(np.int64)
        hour = (offer[driven].astype(np.int64) * 7 + some.opening.weekday) * 24 + some.opening.start // 60
        for key, here in sorted(grouped(np.arange(len(driven)), hour).items()):
            one = int(offer[driven[here[0]]])
            yield from self._row(pairs, driven[here], sitting[here], int(pairs.town.rides.seats[one]), one, key)
            wheelchairs = int(pairs.town.rides.wheelchair_places[one])
            yield from self._row(pairs, driven[here], rolling[here], wheelchairs, one, key)

    @staticmethod
    def _row(pairs: Pairs, rows: I64, weight: I64, places: int, offer: int, key: int) -> Iterable[Quota]:
        rows, weight = rows[weight > 0], weight[weight > 0]
        needs = np.unique(pairs.need_row[rows])
        if len(needs) and weight.max() * len(needs) > places:
            name = pairs.town.community.resources[pairs.town.rides.resource[offer]].name
            facts = {"driver": name, "weekday": _DAYS[key // 24 % 7], "hour": key % 24, "seats": places}
            yield Quota("seats", rows.astype(np.int32), weight, 0, places, facts=facts)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

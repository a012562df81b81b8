"""送迎の席: until rides are planned, a ride is assumed, and counted against the seats of that car at that hour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from matching.errors import Facts, Text
from matching.rules.arrays import I64, UNKNOWN, Bools
from matching.rules.rule import Case, Pairs, Quota, Saying, Verdict
from matching.rules.ways import ways


@dataclass(frozen=True, slots=True)
class RideSeats:
    """Seats and wheelchair places of one offer, for all who would be driven on a weekday within one hour."""

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
        rolls, escort = pairs.need.wheelchair, pairs.need.escort
        rides = pairs.town.rides
        hour = (offer.astype(np.int64) * 7 + pairs.opening.weekday) * 24 + pairs.opening.start // 60
        driven = offer != UNKNOWN
        for key in np.unique(hour[driven]):
            here = driven & (hour == key)
            one = int(offer[np.flatnonzero(here)[0]])
            sitting = (~rolls).astype(np.int64) + escort
            yield from self._row(pairs, here, sitting, int(rides.seats[one]), one, int(key))
            yield from self._row(pairs, here, rolls.astype(np.int64), int(rides.wheelchair_places[one]), one, int(key))

    @staticmethod
    def _row(pairs: Pairs, here: Bools, weight: I64, places: int, offer: int, key: int) -> Iterable[Quota]:
        rows = np.flatnonzero(here & (weight > 0)).astype(np.int32)
        needs = np.unique(pairs.need_row[rows])
        if len(needs) and weight[rows].max() * len(needs) > places:
            name = pairs.town.community.resources[pairs.town.rides.resource[offer]].name
            facts = {"driver": name, "weekday": _DAYS[key // 24 % 7], "hour": key % 24, "seats": places}
            yield Quota("seats", rows, weight[rows], 0, places, facts=facts)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

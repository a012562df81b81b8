"""A second reading of the town format, in plain loops and without the engine: what may be, and what a plan is worth.

It shares no code with `matching.rules`; only the points of fit are taken from there, since they are policy.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import product

import numpy as np

from matching.domain import Community, Need, Opening, Resident, Resource

INFORMAL, USUAL = 1, 2


@dataclass(frozen=True)
class Reader:
    """A community read again; `metres_per_degree` are those of the tests' ruler."""

    town: Community

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", {p.resident_id: p for p in self.town.residents})
        object.__setattr__(self, "things", {r.resource_id: r for r in self.town.resources})
        object.__setattr__(self, "slots", {o.opening_id: o for o in self.town.openings})
        object.__setattr__(self, "needs", {n.need_id: n for n in self.town.needs})

    def consents(self, need: Need) -> bool:
        return self.people[need.resident_id].sharing == "consent"

    def admissible(self, need: Need, slot: Opening) -> bool:
        person, thing = self.people[need.resident_id], self.things[slot.resource_id]
        return (
            self.consents(need)
            and thing.accepting != "closed"
            and (not thing.serves or need.kind in thing.serves)
            and (not thing.fields or not need.fields or bool(set(thing.fields) & set(need.fields)))
            and (not thing.activities or not need.activities or bool(set(thing.activities) & set(need.activities)))
            and not any(
                w.liking <= -2
                and w.resident_id == person.resident_id
                and w.target in (thing.resource_id, thing.organisation_id or "-", thing.resident_id or "-")
                for w in self.town.wishes
            )
            and self._suits(need, slot)
            and (thing.where != "there" or set(person.requires) <= set(thing.features))
            and self._may_come(person, thing)
            and (not person.languages or not thing.languages or bool(set(person.languages) & set(thing.languages)))
            and (person.max_fee_yen is None or (thing.fee_yen or 0) <= person.max_fee_yen)
            and (thing.fatigue or 0) < 3
            and self._reaches(need, person, thing)
        )

    def _suits(self, need: Need, slot: Opening) -> bool:
        if not need.available or None in (slot.weekday, slot.start, slot.end):  # what is not known is asked
            return True
        at_least = [m for m in (slot.stay_minutes, need.first_minutes) if m is not None]
        for span in need.available:
            if span.weekday != slot.weekday:
                continue
            start = max(_minutes(span.start), _minutes(slot.start))
            end = min(_minutes(span.end), _minutes(slot.end))
            if end - start == _minutes(slot.end) - _minutes(slot.start):
                return True
            if at_least and end - start >= max(*at_least, 1):
                return True
        return False

    def _may_come(self, person: Resident, thing: Resource) -> bool:
        age = None if person.birth_year is None else self.town.info.week_of.year - person.birth_year
        if age is not None and not (thing.min_age or 0) <= age <= (thing.max_age if thing.max_age is not None else 999):
            return False
        if person.sex and thing.sexes and person.sex not in thing.sexes:
            return False
        return not thing.areas_served or person.area_id in thing.areas_served

    def _reaches(self, need: Need, person: Resident, thing: Resource) -> bool:
        if thing.where != "there":
            return True
        north = (thing.latitude - person.latitude) * 111_195
        east = (thing.longitude - person.longitude) * 91_300
        minutes = float(np.hypot(north, east)) / (person.walk_metres_per_minute or 60)
        limits = [m for m in (need.max_minutes, person.max_walk_minutes) if m is not None]
        return all(minutes <= limit + 2e-3 for limit in limits)

    def places(self, slot: Opening) -> int:
        thing = self.things[slot.resource_id]
        most = slot.capacity if slot.capacity is not None else slot.comfortable_load
        if most is None:
            most = INFORMAL if thing.informal else USUAL
        if thing.informal and slot.comfortable_load is not None:
            most = min(most, slot.comfortable_load)
        return max(most - slot.attending, 0)

    def obeys(self, plan: dict[str, str | None]) -> bool:
        """Whether a plan (opening of each need, or None) keeps everything that couples people."""
        taken = Counter(o for o in plan.values() if o)
        if any(count > self.places(self.slots[o]) for o, count in taken.items()):
            return False
        for o, count in taken.items():
            slot = self.slots[o]
            if (slot.min_attendance or 0) > 1 and not slot.attending and count < (slot.min_attendance or 0):
                return False
        going = [(self.needs[n].resident_id, n, self.slots[o]) for n, o in plan.items() if o]
        for i, (one, _, a) in enumerate(going):
            for other, _, b in going[i + 1 :]:
                if one == other and meet(a, b):
                    return False
                if a.resource_id == b.resource_id and meet(a, b) and self._apart(one, other):
                    return False
        return all(
            self._together(c.resident_id, c.other_id, plan) for c in self.town.companions if c.relation == "together"
        )

    def _apart(self, one: str, other: str) -> bool:
        couple = {one, other}
        if one == other:
            return False
        return any(
            c.relation == "apart" and {c.resident_id, c.other_id} == couple for c in self.town.companions
        ) or any(w.liking <= -2 and {w.resident_id, w.target} == couple for w in self.town.wishes)

    def _together(self, one: str, other: str, plan: dict[str, str | None]) -> bool:
        one, other = min(one, other), max(one, other)
        needs = sorted(self.town.needs, key=lambda n: n.need_id)
        mine = [n for n in needs if n.resident_id == one and n.need_id in plan]
        theirs = [n for n in needs if n.resident_id == other and n.need_id in plan]
        for kind in {n.kind for n in mine}:
            pairs = zip([n for n in mine if n.kind == kind], [n for n in theirs if n.kind == kind], strict=False)
            if any(plan[a.need_id] != plan[b.need_id] for a, b in pairs):
                return False
        return True

    def plans(self) -> list[dict[str, str | None]]:
        """Every plan of who consented that obeys everything."""
        needs = [n for n in self.town.needs if self.consents(n)]
        choices = [[None, *(o.opening_id for o in self.town.openings if self.admissible(n, o))] for n in needs]
        ids = [n.need_id for n in needs]
        return [plan for some in product(*choices) if self.obeys(plan := dict(zip(ids, some, strict=True)))]

    def first_tiers(self, plan: dict[str, str | None]) -> tuple[int, int, int]:
        """Worst-off, placed, spread: counted by hand."""
        worst, placed = 0, 0
        per_area: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for need_id, opening in plan.items():
            need = self.needs[need_id]
            person = self.people[need.resident_id]
            total[person.area_id] += 1
            if opening:
                waited = (
                    0
                    if person.waiting_since is None
                    else max(0, (self.town.info.week_of - person.waiting_since).days // 7)
                )
                worst += need.urgency * (waited + 1)
                placed += 1
                per_area[person.area_id] += 1
        spread = sum(1000 * (total[a] - k) // total[a] for a, n in per_area.items() for k in range(n))
        return worst, placed, spread


def meet(a: Opening, b: Opening) -> bool:
    """Whether two openings cannot both be attended."""
    if None in (a.weekday, a.start, a.end, b.weekday, b.start, b.end):
        return False
    weeks = set(a.weeks_of_month or range(1, 6)) & set(b.weeks_of_month or range(1, 6))
    return a.weekday == b.weekday and bool(weeks) and a.start < b.end and b.start < a.end


def _minutes(at) -> int:  # type: ignore[no-untyped-def]
    return at.hour * 60 + at.minute

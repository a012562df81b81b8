"""Placement and ride as one decision: match, look whether the cars can carry it, say what they cannot, match again.

What the cars cannot carry together comes back as a quota, each proven by the cars alone, so every matching that can be
carried keeps them all: the value of the matching with these quotas bounds every plan, and the first matching that can
be carried is the best there is. They talk about matchings near the best first, which are found soon, and about the best
one when the cars can carry such a matching. Where that takes too long, the cars carry whom they last could, or the most
pressing of those chosen; the others are matched again without a ride, and the bound stays. Whom the cars left behind is
then driven nowhere, all is matched once more, and so again; the best of these matchings is told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

import numpy as np

from matching.assignment.problem import Choice
from matching.candidates import Judged
from matching.carried.carry import Crew, Days, greatest
from matching.carried.fleet import Fleet, fleets
from matching.carried.hours import out_of_hours
from matching.carried.learnt import Asked, Learnt
from matching.carried.quotas import Scarce, drivers_of, scarce, taken
from matching.carried.units import Unit, units_of
from matching.domain import Sharing
from matching.lawful import Law
from matching.pose import Posed, pose
from matching.routing.solvers.whole_week import UndecidedError
from matching.rules import Pairs, Rulebook
from matching.rules.arrays import I32, I64, UNKNOWN, Bools
from matching.rules.ride_offers import Cut
from matching.rules.ways import by_planned_car

MANY = 3_000
"""Pairs by ride up to which the cars look at all of them; beyond, only at those that the matching chooses."""
FIRST_LOOK = 0.6
"""Of the time for a large town's matching, before its cars are asked; then it is matched with what they carry."""
NEAR, FIRST, BEST = (0, 8), (1, 4), (None, 10)
"""With how many proofs (see `Budget`) a matching is talked about, and how many rounds at most."""
LOOKS, KNOWN = (NEAR, FIRST, BEST), (BEST,)
"""Matchings in turn; and where most of what the cars cannot carry is known before."""
EASY = 10_000
"""Pairs in all the rounds of a small town, which may have more of them: none of its matchings takes long."""
PATIENCE = 1.5
"""Of the cars' effort in all that, in the count of `whole_week.EFFORT`; then they carry whom they can."""

AGAIN = 2
"""So often a matching that is too much for the cars is made anew without whom they left behind."""

AT_ONCE = 5
"""Sets that are too many, told between two matchings: one more is found sooner than all is matched again."""
FEW = 12
"""Units of such a set, beyond which it says so little that no other like it is looked for."""

Most = Callable[[Crew, Sequence[Unit], Sequence[Unit], Sequence[int]], tuple[list[Unit], Days]]
"""Whom a fleet carries beside who is there, of some units and what each is worth; and the week."""


class Matcher(Protocol):
    """Who answers a posed town, in what is left of the time."""

    def first(self, posed: Posed, share: float, proofs: int | None = None) -> Choice:
        """A matching, in such a share of the time; with some of its proofs only, where it can be proven at all."""
        ...

    def again(self, posed: Posed, before: Choice, pairs: I32) -> Choice:
        """A matching of these pairs of the problem only, when it was answered with all of them."""
        ...


@dataclass(frozen=True, slots=True)
class Carrying:
    """What the cars do for a matching: the week of each fleet, and what is there already that they cannot carry."""

    weeks: tuple[tuple[Fleet, Days], ...] = ()
    left: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Agreed:
    """A matching that the cars can carry, with the quotas that they set to it; and what was learnt of the cars."""

    posed: Posed
    choice: Choice
    carrying: Carrying = field(default_factory=Carrying)
    learnt: Learnt | None = None


def agree(
    judged: Judged,
    rulebook: Rulebook,
    matched: Bools,
    room: Sharing,
    law: Callable[[], Law],
    matcher: Matcher,
    learnt: Learnt | None = None,
) -> Agreed:
    """The best matching that the cars of the town can carry, with the bound of each tier.

    What was `learnt` of the same cars in a town like it is not found out again.
    """
    by_ride = judged.pairs.take(matched[judged.pairs.need_row] & by_planned_car(judged.pairs))
    units = units_of(by_ride, rulebook.rides, room) if len(by_ride) <= MANY else []
    if not len(by_ride) or (len(by_ride) <= MANY and not units):
        posed = pose(judged, rulebook, matched)
        return Agreed(posed, matcher.first(posed, 1.0))
    talk = _Talk(judged, rulebook, matched, room, law(), matcher)
    return talk.small(units, learnt) if units else talk.large()


@dataclass(frozen=True, slots=True)
class _Carried:
    """A matching, the weeks of the fleets with whom they carry of it (`kept`), and whether that is everybody."""

    posed: Posed
    choice: Choice
    weeks: Sequence[tuple[Fleet, Days]]
    kept: set[tuple[int, int]]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A matching in which nobody else is newly driven than was carried, and the town in which that holds."""

    choice: Choice
    judged: Judged
    carried: _Carried


class _Talk:
    """The matching and the cars of one town, until they agree."""

    def __init__(
        self, judged: Judged, rulebook: Rulebook, matched: Bools, room: Sharing, law: Law, matcher: Matcher
    ) -> None:
        self._judged, self._rulebook, self._matched, self._room = judged, rulebook, matched, room
        self._law, self._matcher = law, matcher
        self._there: Sequence[Sequence[Unit]] = []
        self._openings = len(judged.pairs.town.openings.resource)
        self._posed: Posed | None = None
        self._proven: tuple[Cut, ...] = ()
        self._never = np.zeros(0, np.int64)

    def small(self, units: Sequence[Unit], learnt: Learnt | None) -> Agreed:
        """Every pair by ride is looked at; the matching and the cars go on until they agree."""
        asked = Asked.of(units, self._judged.pairs, self._rulebook.rides, self._law)
        known = learnt is not None and asked.within(learnt.asked)
        if learnt is not None and known:
            self._recall(learnt, units)
        else:
            self._meet(units)
            self._there = [greatest(crew, some) for crew, some in zip(self._crews, self._there, strict=True)]
            full = [unit for crew, there in zip(self._crews, self._there, strict=True) for unit in crew.shut_out(there)]
            self._bar(self._keys(full))
        first, *more = KNOWN if known else LOOKS
        before = last = self._talk(*first)
        for proofs, rounds in more:
            if last.whole and not (proofs and last.choice.proven[0]):
                before, last = last, self._talk(proofs, rounds)
        if last.whole:
            told = self._told(last.posed, last.choice, last.weeks)
            return replace(told, learnt=Learnt(asked, self._crews, self._there, self._proven, self._never))
        return self._in_part(before, last)

    def _in_part(self, before: "_Carried", last: "_Carried") -> Agreed:
        """The best of some matchings in which nobody else is newly driven than the cars were seen to carry together.

        Those of the matching before, if they carried it, or of the last one; and where that falls short of the bound,
        whom the cars left behind asks for no ride, and all is matched again, some times.
        """
        judged, left = self._judged, self._left_behind(last)
        best = self._only(judged, last, before if before.whole else last)
        for _ in range(AGAIN):
            if best.choice.value[0] == last.choice.bound[0]:
                break
            self._judged = self._barred(judged, last.posed.pairs, left)
            posed, choice = self._match(proofs=0)
            fewer = _Carried(posed, choice, *self._weeks(posed, choice, self._most))
            other = self._only(judged, last, fewer)
            best = max(best, other, key=lambda one: tuple(one.choice.value))
            if fewer.whole:
                break
            left |= self._left_behind(fewer)
        self._judged = best.judged
        weeks, _, still = self._weeks(last.posed, best.choice, Crew.most)
        return self._told(last.posed, best.choice, weeks if still else best.carried.weeks)

    def _only(self, judged: Judged, last: "_Carried", carried: "_Carried") -> "_Part":
        """Matched again, when nobody else is newly driven than the cars carried."""
        self._judged = judged
        return _Part(self._without_others(last.posed, last.choice, carried.kept), self._judged, carried)

    def _left_behind(self, one: "_Carried") -> set[tuple[int, int]]:
        """Whom the cars cannot carry of a matching."""
        chosen = {unit.key for crew in self._crews for unit in self._chosen(one.posed, one.choice, crew)}
        return chosen - one.kept

    def _talk(self, proofs: int | None, rounds: int) -> "_Carried":
        """A matching that the cars can carry, or the last one before their patience ends."""
        for _ in range(max(rounds, EASY // (1 + len(self._judged.pairs.need_row)))):
            posed, choice = self._match(proofs=proofs)
            if sum(crew.spent for crew in self._crews) > PATIENCE:
                break
            new = [cut for crew in self._crews for cut in self._too_many(crew, self._chosen(posed, choice, crew))]
            if not new:
                break
            self._add(new)
        return _Carried(posed, choice, *self._weeks(posed, choice, self._most))

    def large(self) -> Agreed:
        """The pairs that a first look chooses without regard to the cars; who is not carried goes without a ride."""
        self._leave_out_of_hours()
        posed, choice = self._match(FIRST_LOOK)
        rows = posed.pair_row[choice.chosen]
        self._meet(units_of(posed.pairs.take(rows[rows != UNKNOWN]), self._rulebook.rides, self._room))
        weeks, kept, _ = self._weeks(posed, choice, partial(Crew.most, tries=1))
        return self._told(posed, self._without_others(posed, choice, kept), weeks)

    def _leave_out_of_hours(self) -> None:
        """Pairs by ride that no driver's hours allow are out, before anything is matched."""
        pairs = self._judged.pairs
        rows = np.flatnonzero(self._matched[pairs.need_row] & by_planned_car(pairs) & ~pairs.held)
        some = pairs.take(rows)
        some = some.take(out_of_hours(some, self._law, self._rulebook.rides, self._room))
        keys = some.need_row.astype(np.int64) * self._openings + some.opening_row
        self._judged = without(self._judged, self._rulebook, np.sort(keys))

    def _meet(self, units: Sequence[Unit]) -> None:
        """The fleets, and what is there already; pairs that nobody could drive are out."""
        town, travel = self._judged.pairs.town, self._judged.pairs.travel
        found, nobody = fleets(units, town.community, travel, self._law, self._rulebook.rides)
        self._crews = [Crew(fleet) for fleet in found]
        self._who = [drivers_of(fleet) for fleet in found]
        self._there = [[unit for unit in fleet.units if unit.held] for fleet in found]
        self._held = [unit for unit in units if unit.held]
        self._bar(self._keys([u for u in nobody if not u.held]))

    def _recall(self, learnt: Learnt, units: Sequence[Unit]) -> None:
        """The fleets, who is there, and what cannot be carried, as it was found out before."""
        self._crews = [crew.again() for crew in learnt.crews]
        self._who = [drivers_of(crew.fleet) for crew in self._crews]
        self._there, self._held = learnt.there, [unit for unit in units if unit.held]
        self._bar(learnt.never)
        self._proven = learnt.cuts
        self._judged = with_rides(self._judged, (*self._judged.pairs.town.rides.cuts, *learnt.cuts))

    def _bar(self, keys: I64) -> None:
        """These pairs are out: no car could carry them even alone."""
        self._judged = without(self._judged, self._rulebook, keys)
        self._never = np.union1d(self._never, keys)

    def _match(self, share: float = 1.0, proofs: int | None = None) -> tuple[Posed, Choice]:
        posed = self._pose(self._judged)
        return posed, self._matcher.first(posed, share, proofs)

    def _pose(self, judged: Judged) -> Posed:
        self._posed = pose(judged, self._rulebook, self._matched, before=self._posed)
        return self._posed

    def _chosen(self, posed: Posed, choice: Choice, crew: Crew) -> list[Unit]:
        """The new units of a fleet that the matching chooses."""
        rows = posed.pair_row[choice.chosen]
        plan = posed.pairs.take(rows[rows != UNKNOWN])
        keys = set(zip(plan.need_row.tolist(), plan.opening_row.tolist(), strict=True))
        return [unit for unit in crew.fleet.units if not unit.held and unit.key in keys]

    def _too_many(self, crew: Crew, chosen: Sequence[Unit]) -> Iterator[Cut]:
        """What the cars cannot carry of the chosen, each proven; nothing where they can, or it cannot be told."""
        at = self._crews.index(crew)
        there, who = self._there[at], self._who[at]
        short = list(scarce(crew.fleet, who, [*there, *chosen]))
        for one in short:
            yield self._quota(crew.fleet, at, one)
        if short:
            return
        yield from self._conflicts(crew, there, chosen)

    def _conflicts(self, crew: Crew, there: Sequence[Unit], chosen: Sequence[Unit]) -> Iterator[Cut]:
        """Those of one weekday that are too many; where each weekday alone is fine, those of the week."""
        days = sorted({unit.weekday for unit in chosen})
        found = [cut for day in days for cut in self._conflict(crew, _on(there, day), _on(chosen, day))]
        yield from found or self._conflict(crew, there, chosen)

    def _conflict(self, crew: Crew, there: Sequence[Unit], chosen: Sequence[Unit]) -> Iterator[Cut]:
        """A few of the chosen that are too many beside those that are there, and without one of these a few others.

        Nothing where that is not proven.
        """
        left = list(chosen)
        with suppress(UndecidedError):
            for _ in range(AT_ONCE):
                if crew.carries([*there, *left]) is not None:
                    return
                few = crew.conflict(there, left)
                yield self._cut(few)
                if len(few) > FEW:
                    return
                left.remove(few[-1])

    def _quota(self, fleet: Fleet, at: int, one: Scarce) -> Cut:
        """What these drivers offer, as one row over all pairs that only they could drive."""
        spoken_for = sum(taken(unit, self._who[at], one) for unit in self._there[at])
        new = [(unit, taken(unit, self._who[at], one)) for unit in fleet.units if not unit.held]
        asked = [(unit, weight) for unit, weight in new if weight]
        alike = int(np.gcd.reduce([weight for _, weight in asked]))
        weight = {unit.key: weight // alike for unit, weight in asked}
        return self._row(weight, (one.offered - spoken_for) // alike, {unit.weekday for unit, _ in asked})

    def _cut(self, some: Sequence[Unit]) -> Cut:
        return self._row({unit.key: 1 for unit in some}, len(some) - 1, {unit.weekday for unit in some})

    def _row(self, weight: Mapping[tuple[int, int], int], most: int, days: set[int]) -> Cut:
        keys = sorted(weight)
        number = np.array([need * self._openings + opening for need, opening in keys], np.int64)
        named = ";".join(DAYS[day] for day in sorted(days))
        return Cut(number, np.array([weight[key] for key in keys], np.int64), most, {"weekday": named})

    def _add(self, new: Sequence[Cut]) -> None:
        """More cuts; a row of one pair is no row but a pair that is out."""
        out = [np.zeros(0, np.int64), *(cut.key for cut in new if cut.most == 0)]
        self._bar(np.unique(np.concatenate(out)))
        rows = tuple(cut for cut in new if cut.most > 0)
        self._proven += rows
        self._judged = with_rides(self._judged, (*self._judged.pairs.town.rides.cuts, *rows))

    def _weeks(
        self, posed: Posed, choice: Choice, most: Most
    ) -> tuple[list[tuple[Fleet, Days]], set[tuple[int, int]], bool]:
        """The week of each fleet with the most that it can carry of a matching, and whether that is all of it."""
        weeks: list[tuple[Fleet, Days]] = []
        kept: set[tuple[int, int]] = set()
        whole = True
        needs = posed.pairs.town.needs
        for crew, there in zip(self._crews, self._there, strict=True):
            chosen = self._chosen(posed, choice, crew)
            worth = [int(needs.urgency[u.key[0]]) * int(needs.weeks_waiting[u.key[0]] + 1) for u in chosen]
            carried, week = most(crew, there, chosen, worth)
            keys = {unit.key for unit in carried}
            whole &= all(unit.key in keys for unit in chosen)
            kept |= keys
            weeks.append((crew.fleet, week))
        return weeks, kept, whole

    def _told(self, posed: Posed, choice: Choice, weeks: Sequence[tuple[Fleet, Days]]) -> Agreed:
        """The matching as it is told, with what is there already and is not carried."""
        known = with_rides(self._judged, (*self._judged.pairs.town.rides.cuts, *self._every_ride(self._judged.pairs)))
        driven = {unit.key for _, days in weeks for unit in _driven(days)}
        left = tuple(unit for unit in self._held if unit.key not in driven)
        told = self._pose(known)
        return Agreed(told, replace(choice, chosen=_moved(posed, choice, told)), Carrying(tuple(weeks), left))

    def _every_ride(self, pairs: Pairs) -> Iterator[Cut]:
        """A row that never binds, so that nobody takes a new ride for one that surely can be had (`untied`)."""
        keys = np.unique(
            pairs.need_row[driven := by_planned_car(pairs)].astype(np.int64) * self._openings
            + pairs.opening_row[driven]
        )
        if len(keys):
            yield Cut(keys, np.ones(len(keys), np.int64), len(keys), {"weekday": ";".join(DAYS)})

    @staticmethod
    def _most(
        crew: Crew, there: Sequence[Unit], chosen: Sequence[Unit], worth: Sequence[int]
    ) -> tuple[list[Unit], Days]:
        """All of them, or the most pressing that can be carried together, with their week."""
        with suppress(UndecidedError):
            week = crew.carries([*there, *chosen])
            if week is not None:
                return [*there, *chosen], week
        return crew.most(there, chosen, worth)

    def _without_others(self, posed: Posed, choice: Choice, kept: set[tuple[int, int]]) -> Choice:
        """Matched again with no other pair by ride than those kept; bounded by what was matched with all of them."""
        pairs = posed.pairs
        both = list(zip(pairs.need_row.tolist(), pairs.opening_row.tolist(), strict=True))
        goes = by_planned_car(pairs) & ~pairs.held & np.array([key not in kept for key in both], np.bool_)
        self._judged = self._barred(self._judged, pairs, {both[row] for row in np.flatnonzero(goes)})
        stays = np.flatnonzero(~np.append(goes, False)[posed.pair_row]).astype(np.int32)
        return self._matcher.again(posed, choice, stays)

    def _barred(self, judged: Judged, pairs: Pairs, some: set[tuple[int, int]]) -> Judged:
        """The town in which these are not driven."""
        number, day = pairs.need_row.astype(np.int64) * self._openings + pairs.opening_row, pairs.opening.weekday
        out = np.isin(number, [need * self._openings + opening for need, opening in some])
        none = (
            Cut(keys, np.ones(len(keys), np.int64), 0, {"weekday": DAYS[weekday]})
            for weekday in range(len(DAYS))
            if len(keys := np.sort(number[out & (day == weekday)]))
        )
        return with_rides(judged, (*judged.pairs.town.rides.cuts, *none))

    def _keys(self, units: Sequence[Unit]) -> I64:
        return np.unique(np.array([u.key[0] * self._openings + u.key[1] for u in units], np.int64))


def _moved(posed: Posed, choice: Choice, told: Posed) -> I32:
    """The chosen pairs as another posed town numbers them, which has fewer pairs."""
    here, there = posed.problem, told.problem
    number = there.need.astype(np.int64) * there.sites + there.site
    at = np.searchsorted(number, here.need[choice.chosen].astype(np.int64) * here.sites + here.site[choice.chosen])
    return np.asarray(at, np.int32)


def _on(units: Sequence[Unit], weekday: int) -> list[Unit]:
    return [unit for unit in units if unit.weekday == weekday]


def _driven(days: Days) -> Iterator[Unit]:
    """The units whose rides are all driven."""
    for one, _, plan in days:
        gone = {one.rides[row].ride_id for row in plan.unserved}
        yield from (unit for unit in one.units if not any(ride.ride_id in gone for ride in unit.rides))


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def with_rides(judged: Judged, cuts: tuple[Cut, ...]) -> Judged:
    """The same pairs in a town that knows these cuts."""
    pairs = judged.pairs
    town = replace(pairs.town, rides=replace(pairs.town.rides, cuts=cuts))
    return replace(judged, pairs=replace(pairs, town=town))


def without(judged: Judged, rulebook: Rulebook, keys: I64) -> Judged:
    """Without pairs that no car could carry even alone, told as excluded by the rule that says so."""
    if not len(keys):
        return judged
    pairs, openings = judged.pairs, len(judged.pairs.town.openings.resource)
    number = pairs.need_row.astype(np.int64) * openings + pairs.opening_row
    out = np.isin(number, keys) & ~pairs.held
    excluded = judged.excluded.copy()
    np.add.at(excluded[:, rulebook.codes().index("not_carried")], pairs.need_row[out], 1)
    barred = np.union1d(pairs.town.rides.barred, keys)
    town = replace(pairs.town, rides=replace(pairs.town.rides, barred=barred))
    kept = pairs.take(~out)
    return Judged(replace(kept, town=town), judged.points[~out], judged.asks[~out], excluded)

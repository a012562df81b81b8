"""Whether a fleet can carry some units together, and if not, which few of them are already too many."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from matching.carried.fleet import Fleet, Instance, Left, able_alone, instances, untouched, week_of
from matching.carried.units import Unit
from matching.errors import RefusedPlanError
from matching.routing.problem import Budget, Plan, RoutingProblem
from matching.routing.solvers import anytime
from matching.routing.solvers.whole_week import Lore, UndecidedError, WeekCars
from matching.routing.week import Week, verify_week

STEPS = 300
"""Of the search for the tours of one day where a town is too large to be looked at exactly."""
SEARCH = 0.4
"""Of effort, in the count of `whole_week.EFFORT`, in the search for few that are too many."""
Days = tuple[tuple[Instance, RoutingProblem, Plan], ...]
"""The days of a week with their problems and plans."""


@dataclass(slots=True)
class Crew:
    """A fleet that is asked again and again; what was looked into stays known.

    `spent` is the effort of all that was asked, in the count of `whole_week.EFFORT`.

    Raises:
        UndecidedError: from every question that is too large to be answered.
    """

    fleet: Fleet
    lore: dict[int, Lore] = field(default_factory=dict)
    answers: dict[tuple[tuple[int, int], ...], "Days | UndecidedError | None"] = field(default_factory=dict)
    spent: float = 0.0

    def again(self) -> "Crew":
        """The same fleet, to be asked anew, with what is known of it."""
        return Crew(self.fleet, {day: one.copy() for day, one in self.lore.items()}, dict(self.answers))

    def carries(self, units: Sequence[Unit]) -> Days | None:
        """Plans of a week with all of these units; None: there is none, proven.

        Raises:
            RefusedPlanError: the plans did not pass the judge; a fault of ours.
        """
        key = tuple(unit.key for unit in units)
        if key not in self.answers:
            try:
                self.answers[key] = self._carries(units)
            except UndecidedError as undecided:
                self.answers[key] = undecided
        answer = self.answers[key]
        if isinstance(answer, UndecidedError):
            raise answer
        return answer

    def _carries(self, units: Sequence[Unit]) -> Days | None:
        question = self._question(units)
        try:
            plans = self._day_for_day(question, units) or question.cars.carry(question.wanted(units))
        finally:
            self.spent += question.cars.spent
        return None if plans is None else question.judged(plans, units)

    def _day_for_day(self, question: "_Question", units: Sequence[Unit]) -> tuple[Plan, ...] | None:
        """What the weekdays were answered one by one, where that keeps within what they share."""
        known = [self.answers.get(tuple(u.key for u in units if u.weekday == day)) for day in sorted(self.fleet.days)]
        plans = [plan for days in known if isinstance(days, tuple) for _, _, plan in days]
        if len(plans) < len(question.days) or question.wrong(plans, units):
            return None
        return tuple(plans)

    def _question(self, units: Sequence[Unit]) -> "_Question":
        days = instances(units)
        names = [[ride.ride_id for ride in one.rides] for one in days]
        lore = [self.lore.setdefault(one.weekday, Lore()) for one in days]
        return _Question(days, WeekCars(week_of(self.fleet, days), names, lore))

    def shut_out(self, there: Sequence[Unit]) -> list[Unit]:
        """New units that cannot be carried, even alone, beside those that are `there`; each proven.

        Whom a driver could carry who has trips left, by a car that is free, is not asked about.
        """
        week = self.carries(there) if there else ()
        drivers, duties = self._busy(week or ())
        out: list[Unit] = []
        for number, day in self.fleet.days.items():
            mine = [unit for unit in self.fleet.units if unit.weekday == number and not unit.held]
            if number in duties:
                surely = set(able_alone(mine, day, untouched(day, drivers, duties[number])))
                beside = [unit for unit in there if unit.weekday == number]
                out += [unit for unit in mine if unit.key not in surely and self._refuted([*beside, unit])]
        return out

    def _busy(self, week: Days) -> tuple[set[str], dict[int, set[int]]]:
        """Who may have no trips left for one place more beside these plans, and the duties used on each weekday."""
        left, duties = Left(self.fleet), dict[int, set[int]]()
        for one, problem, plan in week:
            duties.setdefault(one.weekday, set()).update(route.duty for route in plan.routes)
            left.take(one, problem, plan)
        return left.spent(), duties

    def _refuted(self, units: Sequence[Unit]) -> bool:
        try:
            return self.carries(units) is None
        except UndecidedError:
            return False

    def conflict(self, there: Sequence[Unit], units: Sequence[Unit]) -> list[Unit]:
        """A few of the `units` that cannot be carried together beside those that are `there`.

        None of them can be left out, as far as that can be told with some effort, though another set may have fewer:
        parts of them are left out, smaller and smaller ones, as long as the others still are too many.
        """
        question = self._question([*there, *units])
        kept = list(units)
        with suppress(UndecidedError):
            every = [*there, *units]
            core = question.cars.too_many([question.wanted([unit]) for unit in every])
            kept = [every[at] for at in core if at >= len(there)]
        many = len(kept) // 2
        while many:
            for some in _parts(kept, many):
                rest = [one for one in kept if one not in some]
                if question.cars.spent < SEARCH and question.cars.refuses(question.wanted([*there, *rest])):
                    kept = rest
            many //= 2
        self.spent += question.cars.spent
        return kept

    def most(
        self, there: Sequence[Unit], units: Sequence[Unit], worth: Sequence[int], tries: int = 7
    ) -> tuple[list[Unit], Days]:
        """A good part of the units and their week: one weekday after the other, the most pressing first.

        Each weekday in turn comes first, up to so many tries, and the best of these weeks is taken.
        """
        every = [*there, *units]
        offered = {number: len(day.offers.offers) for number, day in self.fleet.days.items()}
        value = dict(zip([unit.key for unit in units], worth, strict=True))
        value |= {unit.key: sum(worth) + 1 for unit in there}
        days = sorted(instances(every, each_week=True), key=lambda one: -len(one.rides) / offered[one.weekday])
        found: tuple[int, list[Unit], Days] = -1, [], ()
        for first in range(max(1, min(tries, len(days)))):
            carried, week = self._day_by_day([*days[first:], *days[:first]], every, value)
            total = sum(value[unit.key] for unit in carried)
            if total > found[0]:
                found = total, carried, week
            if len(carried) == len(every):
                break
        return found[1], found[2]

    def _day_by_day(
        self, days: Sequence[Instance], every: Sequence[Unit], value: Mapping[tuple[int, int], int]
    ) -> tuple[list[Unit], Days]:
        """Whom the days carry, planned in this order, within what the days before leave of each driver's offer."""
        week, left = week_of(self.fleet, days), Left(self.fleet)
        planned = []
        for one, problem in zip(days, week.days, strict=True):
            urgent = {ride.ride_id: 1 + value[unit.key] for unit in one.units for ride in unit.rides}
            priority = np.array([urgent[ride.ride_id] for ride in one.rides], np.int64)
            most = np.minimum(problem.max_rides, left.rides(one))
            today = replace(problem, priority=priority, max_rides=most)
            plan = anytime.solve(today, Budget(60.0, STEPS), 1, lambda _best, _bound: None)
            left.take(one, today, plan)
            planned.append((one, today, plan))
        driven = [sum(1 << row for row in set(range(len(one.rides))) - set(plan.unserved)) for one, _, plan in planned]
        whole = Week(tuple(problem for _, problem, _ in planned), week.shared)
        wrong = verify_week(whole, [plan for _, _, plan in planned], driven)
        if wrong:
            raise RefusedPlanError("; ".join(wrong[:10]))
        gone = {one.rides[row].ride_id for one, _, plan in planned for row in plan.unserved}
        return [u for u in every if not any(ride.ride_id in gone for ride in u.rides)], tuple(planned)


@dataclass(frozen=True, slots=True)
class _Question:
    """The days that some units make, and the cars that are asked about any part of them."""

    days: Sequence[Instance]
    cars: WeekCars

    def wanted(self, some: Sequence[Unit]) -> list[int]:
        """The rides of these units, as bits of each day."""
        chosen = {unit.key for unit in some}
        return [_bits(one, chosen) for one in self.days]

    def judged(self, plans: Sequence[Plan], some: Sequence[Unit]) -> Days:
        """The plans, if the judge that knows no solver finds nothing wrong with them."""
        wrong = self.wrong(plans, some)
        if wrong:
            raise RefusedPlanError("; ".join(wrong[:10]))
        return tuple(zip(self.days, self.cars.week.days, plans, strict=True))

    def wrong(self, plans: Sequence[Plan], some: Sequence[Unit]) -> list[str]:
        """What the judge that knows no solver finds wrong with plans that should carry these units."""
        return verify_week(self.cars.week, plans, self.wanted(some))


def greatest(crew: Crew, units: Sequence[Unit]) -> list[Unit]:
    """As many of the units, the first ones first, as are known to be carried together: all, or one after the other.

    What stays undecided is left out.
    """
    if _carried(crew, units):
        return list(units)
    kept: list[Unit] = []
    for unit in units:
        if _carried(crew, [*kept, unit]):
            kept.append(unit)
    return kept


def _carried(crew: Crew, units: Sequence[Unit]) -> bool:
    try:
        return crew.carries(units) is not None
    except UndecidedError:
        return False


def _parts(units: Sequence[Unit], many: int) -> list[Sequence[Unit]]:
    """The units, so many at once, the last ones first."""
    return [units[max(0, at - many) : at] for at in range(len(units), 0, -many)]


def _bits(one: Instance, chosen: set[tuple[int, int]]) -> int:
    """The rides of the chosen units of a day."""
    mine = {ride.ride_id for unit in one.units if unit.key in chosen for ride in unit.rides}
    return sum(1 << row for row, ride in enumerate(one.rides) if ride.ride_id in mine)

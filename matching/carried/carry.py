"""Whether a fleet can carry some units together, and if not, which few of them are already too many."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from matching.carried.fleet import Fleet, Instance, instances, week_of
from matching.carried.units import Unit
from matching.errors import RefusedPlanError
from matching.routing.problem import Plan, RoutingProblem
from matching.routing.solvers.chosen_sets import Pool
from matching.routing.solvers.whole_week import UndecidedError, WeekCars
from matching.routing.week import Week, verify_week
from matching.rules.arrays import EVERY_WEEK

Days = tuple[tuple[Instance, RoutingProblem, Plan], ...]
"""The days of a week with their problems and plans."""


@dataclass(slots=True)
class Crew:
    """A fleet that is asked again and again; what was looked into stays known.

    Raises:
        UndecidedError: from every question that is too large to be answered.
    """

    fleet: Fleet
    pools: dict[Hashable, Pool] = field(default_factory=dict)
    answers: dict[tuple[tuple[int, int], ...], "Days | None"] = field(default_factory=dict)

    def carries(self, units: Sequence[Unit]) -> Days | None:
        """Plans of a week with all of these units; None: there is none, proven.

        Raises:
            RefusedPlanError: the plans did not pass the judge; a fault of ours.
        """
        key = tuple(unit.key for unit in units)
        if key not in self.answers:
            self.answers[key] = self._carries(units)
        return self.answers[key]

    def _carries(self, units: Sequence[Unit]) -> Days | None:
        try:
            found = self._asking(units, each_week=True)(units)
        except UndecidedError:
            found = None
        if found is not None or all(unit.weeks == EVERY_WEEK for unit in units):
            return found
        return self._asking(units)(units)

    def conflict(self, there: Sequence[Unit], units: Sequence[Unit]) -> list[Unit]:
        """A smallest set of `units` that cannot be carried together beside those that are `there`.

        None of it can be left out, though another one may have fewer.
        """
        asking = self._asking([*there, *units])
        kept = list(units)
        for unit in list(reversed(units)):
            rest = [one for one in kept if one is not unit]
            if asking([*there, *rest]) is None:
                kept = rest
        return kept

    def most(self, there: Sequence[Unit], units: Sequence[Unit], worth: Sequence[int]) -> tuple[list[Unit], Days]:
        """As much worth of the units as is found to be carried beside those that are there, and their week.

        Raises:
            UndecidedError: nothing was found.
        """
        every = [*there, *units]
        days = instances(every, each_week=True)
        week, cars = self._cars(days)
        above = sum(worth) + 1
        bits = [[_bits(one, {unit.key}) for one in days] for unit in every]
        kept, plans = cars.most(bits, [*[above] * len(there), *worth])
        carried = [every[at] for at in kept]
        if any(unit not in carried for unit in there):
            raise UndecidedError
        return carried, self._judged(days, week, plans, {unit.key for unit in carried})

    def _asking(self, units: Sequence[Unit], each_week: bool = False) -> Callable[[Sequence[Unit]], Days | None]:
        """Answers for any part of some units."""
        days = instances(units, each_week)
        week, cars = self._cars(days)

        def asked(some: Sequence[Unit]) -> Days | None:
            chosen = {unit.key for unit in some}
            plans = cars.carry([_bits(one, chosen) for one in days])
            return None if plans is None else self._judged(days, week, plans, chosen)

        return asked

    def _cars(self, days: Sequence[Instance]) -> tuple[Week, WeekCars]:
        week = week_of(self.fleet, days)
        keys = [self._pool_key(one, problem) for one, problem in zip(days, week.days, strict=True)]
        return week, WeekCars(week, keys, self.pools)

    def _pool_key(self, one: Instance, problem: RoutingProblem) -> Hashable:
        return one.weekday, tuple(ride.ride_id for ride in one.rides), tuple(problem.max_rides.tolist())

    @staticmethod
    def _judged(days: Sequence[Instance], week: Week, plans: Sequence[Plan], chosen: set[tuple[int, int]]) -> Days:
        """The plans, if the judge that knows no solver finds nothing wrong with them."""
        must = [_bits(one, chosen) for one in days]
        wrong = verify_week(week, plans, must)
        if wrong:
            raise RefusedPlanError("; ".join(wrong[:10]))
        return tuple(zip(days, week.days, plans, strict=True))


def greatest(crew: Crew, units: Sequence[Unit]) -> list[Unit]:
    """As many of the units, the first ones first, as are known to be carried together; one after the other.

    What stays undecided is left out.
    """
    kept: list[Unit] = []
    for unit in units:
        try:
            fits = crew.carries([*kept, unit]) is not None
        except UndecidedError:
            fits = False
        if fits:
            kept.append(unit)
    return kept


def _bits(one: Instance, chosen: set[tuple[int, int]]) -> int:
    """The rides of the chosen units of a day."""
    mine = {ride.ride_id for unit in one.units if unit.key in chosen for ride in unit.rides}
    return sum(1 << row for row, ride in enumerate(one.rides) if ride.ride_id in mine)

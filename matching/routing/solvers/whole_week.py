"""Whether the cars can carry everybody of a week: found, with plans; or refuted, for every plan there is.

Each ride is given to one duty of its day, all days together, since drivers offer so much a week or month: by CP-SAT,
which knows who could drive whom, which two rides no order brings into one duty, and what drivers offer. What a duty is
given is then really ordered (`set_orders.py`); rides that have no times in it become a few that it never drives
together, and it is asked again. All that it knows holds for every plan, so what it refutes cannot be carried at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from matching.routing.answer import plan_of
from matching.routing.problem import Bools, PairMode, Plan, RoutingProblem
from matching.routing.solvers.arrange import Arranger
from matching.routing.solvers.set_orders import Order, TooManyError
from matching.routing.solvers.sets_of_duty import alike, narrowed
from matching.routing.solvers.two_rides import two_rides
from matching.routing.week import Shared, Week

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    Drives = dict[tuple[int, int, int], cp_model.IntVar]
    """(day, ride, duty)."""

BRIEF = 0.05
"""Of the search without any preparation, which answers most questions; in the count of `EFFORT`."""
EFFORT = 2.0
"""Of the search for a plan or a proof, in its own count of steps: the same question ends the same way everywhere."""
ASKED = 1e-5
"""Of effort, to pose a question: for each ride and each duty that could drive it."""
GUESS = 0.1
"""Of effort, where an answer would help but is not needed: which few are too many, and whether fewer still are."""
ROUNDS = 60
"""How often it is asked again after some duties turned out to have no times."""
Rides = frozenset[int]
Given = Sequence[Mapping[int, Rides]]
"""For each day the rides of the duties that drive some."""


class UndecidedError(Exception):
    """Neither a plan nor a proof that there is none, within the counts of this room."""


@dataclass(slots=True)
class Lore:
    """What has been found out about a day, by the names of its rides, so that it holds for any part of them.

    `orders` are known of (duty, rides), as names with whether it is the end of the ride; `never` are rides that a duty
    cannot drive together; `given` is who drove whom when these rides were last carried.
    """

    orders: dict[tuple[int, frozenset[str]], tuple[tuple[str, bool], ...]] = field(default_factory=dict)
    never: dict[tuple[int, frozenset[str]], None] = field(default_factory=dict)
    given: dict[frozenset[str], dict[int, frozenset[str]]] = field(default_factory=dict)

    def copy(self) -> "Lore":
        """The same, to be added to."""
        return Lore(dict(self.orders), dict(self.never), dict(self.given))


@dataclass(slots=True)
class _Day:
    """A day, and which duties could drive each ride and every two of them."""

    problem: RoutingProblem
    could: Bools
    both: Bools
    kind: Sequence[int]
    arranger: Arranger
    names: Sequence[str]
    lore: Lore

    def named(self, rides: Iterable[int]) -> frozenset[str]:
        """Rides by name."""
        return frozenset(self.names[ride] for ride in rides)

    def given_before(self, rides: Rides) -> Mapping[int, Rides]:
        """Who drove whom when just these were carried before, on this day alone or otherwise; else nobody."""
        row = {name: ride for ride, name in enumerate(self.names)}
        known = self.lore.given.get(self.named(rides), {})
        return {duty: frozenset(row[name] for name in names) for duty, names in known.items()}


class WeekCars:
    """A week looked into once, then asked about many of its parts.

    Args:
        week: the days and what is shared between them.
        names: of the rides, for each day.
        lore: what is known of each day, and what will be found out; days with the same duties may share it.

    Attributes:
        spent: of effort, on all that was asked.
    """

    def __init__(self, week: Week, names: Sequence[Sequence[str]], lore: Sequence[Lore]) -> None:
        self.week, self.spent = week, 0.0
        self._days = [_day(*each) for each in zip(week.days, names, lore, strict=True)]

    def carry(self, wanted: Sequence[int]) -> tuple[Plan, ...] | None:
        """Plans that drive the wanted rides (bits, one number a day) and nobody else; None: there are none, proven.

        Raises:
            UndecidedError: neither was found out.
        """
        given = self._given(wanted, EFFORT)
        return None if given is None else tuple(self._plan(number, of_day) for number, of_day in enumerate(given))

    def refuses(self, wanted: Sequence[int]) -> bool:
        """Whether there are no plans that drive the wanted rides (as for `carry`), proven; False: nothing is known."""
        with suppress(UndecidedError):
            return self._given(wanted, GUESS) is None
        return False

    def _given(self, wanted: Sequence[int], effort: float) -> Given | None:
        """Who drives whom, with times for all of them; None: nobody can, proven.

        Raises:
            UndecidedError: neither was found out with this effort.
        """
        rides = [frozenset(_rides(bits)) for bits in wanted]
        given: Given = [day.given_before(some) for day, some in zip(self._days, rides, strict=True)]
        model, drives = self._asked(rides)
        self.spent += ASKED * len(drives)
        for _ in range(ROUNDS):
            known = [len(day.lore.never) for day in self._days]
            found, spent = _give(model, drives, given, effort)
            effort, self.spent = effort - spent, self.spent + spent
            if found is None:
                return None
            given = found
            if self._real(given):
                for day, some, of_day in zip(self._days, rides, given, strict=True):
                    day.lore.given[day.named(some)] = {duty: day.named(mine) for duty, mine in of_day.items()}
                return given
            for number, day in enumerate(self._days):
                _of_lore(model, day, _of_day(drives, number), since=known[number])
        raise UndecidedError

    def too_many(self, groups: Sequence[Sequence[int]]) -> list[int]:
        """Of groups of rides (bits, one number a day) that cannot all be carried, some that already cannot.

        Raises:
            UndecidedError: that they cannot was not found out.
        """
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        asked = [model.new_bool_var("") for _ in groups]
        of_ride: dict[tuple[int, int], list[cp_model.IntVar]] = {}
        for var, group in zip(asked, groups, strict=True):
            for number, bits in enumerate(group):
                for ride in _rides(bits):
                    of_ride.setdefault((number, ride), []).append(var)
        wanted = [frozenset(ride for day, ride in of_ride if day == number) for number in range(len(self._days))]
        drives = self._model(model, wanted)
        for (number, ride), those in of_ride.items():
            mine = [var for (day, one, _), var in drives.items() if (day, one) == (number, ride)]
            for var in those:
                model.add_bool_or(*mine, ~var)
        model.add_assumptions(asked)
        solver = _solver(GUESS)
        status = solver.solve(model)
        self.spent += solver.response_proto.deterministic_time
        if status != cp_model.INFEASIBLE:
            raise UndecidedError
        core = set(solver.sufficient_assumptions_for_infeasibility())
        return [number for number, var in enumerate(asked) if var.index in core]

    def _asked(self, wanted: Sequence[Rides]) -> "tuple[cp_model.CpModel, Drives]":
        """Who drives whom, so that every wanted ride is driven."""
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        drives = self._model(model, wanted)
        of_ride: dict[tuple[int, int], list[cp_model.IntVar]] = {
            (number, ride): [] for number, rides in enumerate(wanted) for ride in sorted(rides)
        }
        for (number, ride, _), var in drives.items():
            of_ride[number, ride].append(var)
        for those in of_ride.values():
            model.add_exactly_one(those)
        return model, drives

    def _model(self, model: "cp_model.CpModel", wanted: Sequence[Rides]) -> "Drives":
        """Who may drive whom; each ride by at most one duty, within all that is known."""
        drives: Drives = {}
        for number, (day, rides) in enumerate(zip(self._days, wanted, strict=True)):
            some = sorted(rides)
            mine = {(r, d): model.new_bool_var("") for r in some for d in np.flatnonzero(day.could[r]).tolist()}
            for ride in some:
                model.add_at_most_one(var for (r, _), var in mine.items() if r == ride)
            _of_duties(model, day, some, mine)
            _of_lore(model, day, mine)
            _of_pairs(model, day.problem, mine)
            drives |= {(number, r, d): var for (r, d), var in mine.items()}
        for one in self.week.shared:
            _of_quota(model, one, drives)
        return drives

    def _real(self, given: Given) -> bool:
        """Whether all duties have times for what they are given; what has none is remembered."""
        real = [
            _ordered(day, duty, rides)
            for day, of_day in zip(self._days, given, strict=True)
            for duty, rides in of_day.items()
        ]
        return all(real)

    def _plan(self, number: int, of_day: Mapping[int, Rides]) -> Plan:
        day = self._days[number]
        row = {name: ride for ride, name in enumerate(day.names)}
        ends = np.stack([day.problem.pickup, day.problem.drop], 1)
        orders: list[Order] = [()] * day.problem.duties
        for duty, rides in of_day.items():
            stops = day.lore.orders[duty, day.named(rides)]
            orders[duty] = tuple(int(ends[row[name], int(ends_here)]) for name, ends_here in stops)
        return plan_of(day.problem, orders)


def _day(problem: RoutingProblem, names: Sequence[str], lore: Lore) -> _Day:
    could = np.asarray((problem.load[:, None] <= problem.capacity[None]).all(axis=-1))
    if problem.allowed is not None:
        could &= problem.allowed
    kinds: dict[bytes, int] = {}
    kind = [kinds.setdefault(alike(problem, duty), duty) for duty in range(problem.duties)]
    return _Day(problem, could, two_rides(problem, narrowed(problem)), kind, Arranger(problem), names, lore)


def _ordered(day: _Day, duty: int, rides: Rides) -> bool:
    """Whether the duty has times for the rides; where it has none, it never drives the fewest of them again."""
    if (duty, day.named(rides)) in day.lore.orders:
        return True
    try:
        found = day.arranger.order(duty, sorted(rides))
        if found is not None:
            start = {int(node): ride for ride, node in enumerate(day.problem.pickup)}
            end = {int(node): ride for ride, node in enumerate(day.problem.drop)}
            stops = ((day.names[start.get(node, end.get(node, 0))], node in end) for node in found)
            day.lore.orders[duty, day.named(rides)] = tuple(stops)
            return True
        kept = set(rides)
        for ride in sorted(rides):
            without = _closed(day.problem, kept - {ride})
            if without and day.arranger.order(duty, sorted(without)) is None:
                kept = set(without)
    except TooManyError as error:
        raise UndecidedError from error
    alike_ones = (other for other, kind in enumerate(day.kind) if kind == day.kind[duty])
    day.lore.never.update({(other, day.named(kept)): None for other in alike_ones})
    return False


def _closed(problem: RoutingProblem, rides: set[int]) -> Rides:
    """Without halves of promises that have to be in one car."""
    torn = {
        half
        for pair in problem.pairs
        if pair.mode is not PairMode.FREE and (pair.out in rides) != (pair.home in rides)
        for half in (pair.out, pair.home)
    }
    return frozenset(rides - torn)


def _give(model: "cp_model.CpModel", drives: "Drives", before: "Given", effort: float) -> "tuple[Given | None, float]":
    """For each day the rides of the duties that drive some, much like `before`; None: no choice keeps every rule.

    With it, what that took of the effort.

    Raises:
        UndecidedError: within the effort neither was found out.
    """
    from ortools.sat.python import cp_model

    model.clear_hints()  # type: ignore[no-untyped-call]
    for (number, ride, duty), var in drives.items():
        model.add_hint(var, ride in before[number].get(duty, ()))
    solver, spent = _brief(), 0.0
    status = solver.solve(model)
    if status == cp_model.UNKNOWN and effort > BRIEF:
        solver, spent = _solver(effort - BRIEF), BRIEF
        status = solver.solve(model)
    spent += solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return None, spent
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise UndecidedError
    found: list[dict[int, set[int]]] = [{} for _ in before]
    for (number, ride, duty), var in drives.items():
        if solver.boolean_value(var):
            found[number].setdefault(duty, set()).add(ride)
    return [{duty: frozenset(rides) for duty, rides in sorted(of_day.items())} for of_day in found], spent


def _of_day(drives: "Drives", number: int) -> "dict[tuple[int, int], cp_model.IntVar]":
    return {(ride, duty): var for (day, ride, duty), var in drives.items() if day == number}


def _of_duties(
    model: "cp_model.CpModel", day: _Day, some: Sequence[int], mine: dict[tuple[int, int], "cp_model.IntVar"]
) -> None:
    """Two rides that no order brings together; sets without times; the duty's rides; duties that exclude each other."""
    problem = day.problem
    one_of = {duty for group in problem.exclusive for duty in group}
    used = {}
    for duty in range(problem.duties):
        rides = [ride for ride in some if (ride, duty) in mine]
        apart = np.argwhere(np.triu(~day.both[duty][np.ix_(rides, rides)], 1))
        for i, j in apart.tolist():
            model.add_bool_or(~mine[rides[i], duty], ~mine[rides[j], duty])
        if problem.max_rides[duty] < len(rides):
            model.add(sum(mine[ride, duty] for ride in rides) <= int(problem.max_rides[duty]))
        if duty in one_of and rides:
            used[duty] = model.new_bool_var("")
            for ride in rides:
                model.add_implication(mine[ride, duty], used[duty])
    for group in problem.exclusive:
        model.add_at_most_one(used[duty] for duty in group if duty in used)


def _of_lore(
    model: "cp_model.CpModel", day: _Day, mine: "Mapping[tuple[int, int], cp_model.IntVar]", since: int = 0
) -> None:
    """What is known to have no times; of that, what was found out after the first `since`."""
    row = {day.names[ride]: ride for ride, _ in mine}
    for duty, names in islice(day.lore.never, since, None):
        rides = [row[name] for name in sorted(names) if name in row and (row[name], duty) in mine]
        if len(rides) == len(names):
            model.add_bool_or(~mine[ride, duty] for ride in rides)


def _of_pairs(
    model: "cp_model.CpModel", problem: RoutingProblem, mine: dict[tuple[int, int], "cp_model.IntVar"]
) -> None:
    """Out and home in one car, where that is promised."""
    for pair in problem.pairs:
        if pair.mode is not PairMode.FREE:
            for duty in range(problem.duties):
                both = [mine[ride, duty] for ride in (pair.out, pair.home) if (ride, duty) in mine]
                if len(both) == 2:
                    model.add(both[0] == both[1])
                elif both:
                    model.add(both[0] == 0)


def _of_quota(model: "cp_model.CpModel", one: Shared, drives: "Drives") -> None:
    """What a driver offers over several days."""
    duties = set(one.duties)
    taken = [
        (var, int(one.weight[day][ride]))
        for (day, ride, duty), var in drives.items()
        if (day, duty) in duties and one.weight[day][ride]
    ]
    if sum(weight for _, weight in taken) > one.most:
        model.add(sum(var * weight for var, weight in taken) <= one.most)


def _solver(effort: float = EFFORT) -> "cp_model.CpSolver":
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.cp_model_probing_level, solver.parameters.symmetry_level = 0, 0  # they cost more than they save
    solver.parameters.max_deterministic_time = effort
    return solver


def _brief() -> "cp_model.CpSolver":
    solver = _solver(BRIEF)
    solver.parameters.cp_model_presolve, solver.parameters.linearization_level = False, 0
    return solver


def _rides(bits: int) -> Iterator[int]:
    return (ride for ride in range(bits.bit_length()) if bits >> ride & 1)

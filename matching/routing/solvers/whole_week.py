"""Whether the cars can carry everybody of a week: found, with plans; or refuted, over all sets of rides of all duties.

For each day and duty all sets of rides that it could drive are looked at (`every_set.py`), with what would be hard to
know at once left aside, so that none is missed. One set a duty is chosen by CP-SAT, all days together, since drivers
offer so much a week or month. A chosen set that no order can really drive goes, and it is asked again. What it refutes
cannot be carried by any plan.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from matching.routing.answer import plan_of
from matching.routing.problem import Bools, Ints, Plan, RoutingProblem
from matching.routing.solvers.chosen_sets import Pool
from matching.routing.solvers.every_set import every_set, supports
from matching.routing.solvers.set_orders import Order, TooManyError, best_order
from matching.routing.solvers.sets_of_duty import Windows, narrowed
from matching.routing.week import Shared, Week

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

T = TypeVar("T")
EFFORT = 1.0
"""Of the search for a proof, in its own count of steps: the same question ends the same way everywhere."""
ROUNDS = 60
"""How often a choice is asked for again after some of its sets turned out not to have times."""


class UndecidedError(Exception):
    """Neither a plan nor a proof that there is none, within the counts of this room."""


@dataclass(slots=True)
class _Day:
    problem: RoutingProblem
    windows: Windows
    pool: Pool


class WeekCars:
    """A week looked into once, then asked about many of its parts.

    `known` keeps the sets of rides of each day by its key, one a day: the same key stands for the same day.

    Raises:
        UndecidedError: a day has too many rides, or too many sets of them.
    """

    def __init__(self, week: Week, keys: Sequence[Hashable], known: dict[Hashable, Pool]) -> None:
        self.week, self._keys, self._known = week, keys, known
        self._orders: dict[tuple[int, int, int], Order] = {}
        self._days = [self._day(problem, key) for problem, key in zip(week.days, keys, strict=True)]

    def _day(self, problem: RoutingProblem, key: Hashable) -> _Day:
        windows = narrowed(problem)
        if key not in self._known:
            pool = every_set(problem, windows, float("inf")) if supports(problem) else None
            if pool is None:
                raise UndecidedError
            self._known[key] = pool
        return _Day(problem, windows, self._known[key])

    def carry(self, wanted: Sequence[int]) -> tuple[Plan, ...] | None:
        """Plans that drive the wanted rides (bits, one number a day) and nobody else; None: there are none, proven.

        Raises:
            UndecidedError: neither was found out.
        """
        for _ in range(ROUNDS):
            rows = [
                np.flatnonzero((day.pool.mask & ~np.int64(w)) == 0) for day, w in zip(self._days, wanted, strict=True)
            ]
            chosen = self._choose(wanted, rows)
            if chosen is None:
                return None
            if self._real(chosen):
                return tuple(self._plan(number, rows_of) for number, rows_of in enumerate(chosen))
        raise UndecidedError

    def _choose(self, wanted: Sequence[int], rows: list[Ints]) -> list[Ints] | None:
        """For each day the rows of its pool that are taken: a choice that keeps every rule, or None."""
        if any(not group for day, some, w in zip(self._days, rows, wanted, strict=True)
               for group in _of_rides(day.pool.mask[some], w)):  # fmt: skip
            return None
        model, takes = self._model(rows)
        for day, some, mine, want in zip(self._days, rows, takes, wanted, strict=True):
            for group in _of_rides(day.pool.mask[some], want):
                model.add_exactly_one(mine[at] for at in group)
        taken = _solved(model, takes)
        return None if taken is None else [some[mine] for some, mine in zip(rows, taken, strict=True)]

    def _model(self, rows: list[Ints]) -> tuple["cp_model.CpModel", list[list["cp_model.IntVar"]]]:
        """One set a duty, one duty of those that exclude each other, and what drivers offer over all days."""
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        takes = [[model.new_bool_var("") for _ in some] for some in rows]
        for day, some, mine in zip(self._days, rows, takes, strict=True):
            for group in _at_most_one(day.problem, day.pool.duty[some]):
                model.add_at_most_one(mine[at] for at in group)
        for one in self.week.shared:
            taken = [(mine[at], weight) for mine, at, weight in self._weights(one, rows, takes)]
            if sum(weight for _, weight in taken) > one.most:
                model.add(sum(var * weight for var, weight in taken) <= one.most)
        return model, takes

    def _weights(self, one: Shared, rows: list[Ints], takes: list[list[T]]) -> Iterator[tuple[list[T], int, int]]:
        """The sets that take something of a quota: the variables of their day, their position there, how much."""
        for number, (day, some, mine) in enumerate(zip(self._days, rows, takes, strict=True)):
            duties = [duty for at, duty in one.duties if at == number]
            weight = ((day.pool.mask[some][:, None] >> np.arange(day.problem.rides)) & 1) @ one.weight[number]
            for at in np.flatnonzero(np.isin(day.pool.duty[some], duties) & (weight > 0)).tolist():
                yield mine, at, int(weight[at])

    def _real(self, chosen: list[Ints]) -> bool:
        """Whether all chosen sets can really be driven; those that cannot go for good."""
        real = True
        for number, (day, rows) in enumerate(zip(self._days, chosen, strict=True)):
            stays = np.ones(len(day.pool.mask), np.bool_)
            for row in rows.tolist():
                duty, mask = int(day.pool.duty[row]), int(day.pool.mask[row])
                if (number, duty, mask) in self._orders:
                    continue
                try:
                    found = best_order(day.problem, duty, mask, day.windows)
                except TooManyError as error:
                    raise UndecidedError from error
                if found is None:
                    stays[row] = False
                else:
                    self._orders[number, duty, mask] = found[1]
            if not stays.all():
                real, day.pool = False, day.pool.take(stays)
                self._known[self._keys[number]] = day.pool
        return real

    def _plan(self, number: int, rows: Ints) -> Plan:
        day = self._days[number]
        orders: list[Order] = [()] * day.problem.duties
        for row in rows.tolist():
            duty, mask = int(day.pool.duty[row]), int(day.pool.mask[row])
            orders[duty] = self._orders[number, duty, mask]
        return plan_of(day.problem, orders)


def _solved(model: "cp_model.CpModel", takes: list[list["cp_model.IntVar"]]) -> list[Bools] | None:
    """Which variables are taken; None where nothing keeps all the rules.

    Raises:
        UndecidedError: within the effort neither was found out.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.cp_model_probing_level, solver.parameters.symmetry_level = 0, 0  # they cost more than they save
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise UndecidedError
    return [np.array([solver.boolean_value(var) for var in mine], np.bool_) for mine in takes]


def _of_rides(mask: Ints, wanted: int) -> Iterator[list[int]]:
    """For each wanted ride the sets that hold it."""
    for ride in range(wanted.bit_length()):
        if wanted >> ride & 1:
            yield np.flatnonzero((mask >> ride) & 1).tolist()


def _at_most_one(problem: RoutingProblem, duty: Ints) -> Iterator[list[int]]:
    """The sets of each duty, and those of duties that exclude each other."""
    for group in (*((d,) for d in range(problem.duties)), *problem.exclusive):
        mine = np.flatnonzero(np.isin(duty, group)).tolist()
        if len(mine) > 1:
            yield mine

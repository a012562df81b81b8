"""The linear programme over the tours known so far: everybody rides once, with no more duties than there are (GLOP).

Its duals are the prices of rides and duties; groups are subset-row inequalities (groups.py).
"""

from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp  # type: ignore[attr-defined,unused-ignore]

from matching.routing.problem import Bools, Floats, Ints
from matching.routing.solvers.fragments.bounds import Prices
from matching.routing.solvers.fragments.day import Structs, Words, words
from matching.routing.solvers.groups import USED, Group

MOST_GROUPS = 128
MOST, KEPT = 2_500, 1_000  # tours in the programme, and how many stay when it is tidied up
HALF, TRIED, LEAST_WORTH = 0.05, 6, 1e-3  # of a pair in one stretch; how many are tried; what any is worth
WARM = "use_preprocessing:false"  # else nothing is kept from one solution to the next


@dataclass(frozen=True, slots=True)
class Tour:
    """Who is taken (sorted), what it costs, and how: the order of its stops, or its stretches (STRETCH) in order.

    `parts` are the people of each stretch as bits.
    """

    rides: tuple[int, ...]
    cost: float
    parts: tuple[int, ...]
    stops: tuple[int, ...] = ()
    stretches: Structs | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Two rides, and whether they are to be in one stretch: both or neither, or else not both."""

    one: int
    other: int
    together: bool

    def agrees(self, part: int) -> bool:
        """Whether a stretch with these people (bits) may be used."""
        one, other = part >> self.one & 1, part >> self.other & 1
        return one == other if self.together else not (one and other)


def parts_of(stops: tuple[int, ...]) -> tuple[int, ...]:
    """The people of each stretch of an order of stops, as bits."""
    out, on, part = [], 0, 0
    for stop in stops:
        on ^= 1 << (stop >> 1)
        part |= 1 << (stop >> 1)
        if not on:
            out.append(part)
            part = 0
    return tuple(out)


class Master:
    """The programme; tours and groups come in, prices go out. Leaving somebody out costs `dear`.

    `value` is that of the last solution.
    """

    def __init__(self, rides: int, cars: int, dear: float) -> None:
        self.rides, self.cars, self.dear = rides, cars, dear
        self.tours: list[Tour] = []
        self.groups: list[Group] = []
        self.value = 0.0
        self._duals = np.zeros(rides + 1)
        self._lp: Any = None
        self._rows: list[Any] = []
        self._variables: list[Any] = []
        self._left_out: list[Any] = []
        self._known: dict[tuple[int, ...], float] = {}
        self._build()

    def add(self, tours: list[Tour]) -> int:
        """Take in tours that are new, or cheaper than others with the same people; how many these were."""
        fresh = [tour for tour in tours if tour.cost < self._known.get(tour.rides, np.inf) - USED]
        for tour in fresh:
            self._known[tour.rides] = tour.cost
            self.tours.append(tour)
            self._column(tour)
        return len(fresh)

    def cut(self, groups: list[Group], useful: Bools) -> None:
        """Take in groups, and keep the useful tours; groups that no longer bind go where there would be too many."""
        if len(self.groups) + len(groups) > MOST_GROUPS:
            binding = self._duals[self.rides + 1 :] < -USED
            self.groups = [group for group, binds in zip(self.groups, binding, strict=True) if binds]
        self.groups += groups[: MOST_GROUPS - len(self.groups)]
        self._keep(np.flatnonzero(useful))

    def _keep(self, which: Ints) -> None:
        self.tours = [self.tours[i] for i in which.tolist()]
        self._known = {tour.rides: tour.cost for tour in self.tours}
        self._build()

    def only(self, split: Split) -> "Master":
        """The programme of the tours that agree with a split."""
        out = Master(self.rides, self.cars, self.dear)
        out.groups = list(self.groups)
        out._build()
        out.add([tour for tour in self.tours if all(split.agrees(part) for part in tour.parts)])
        return out

    def split(self) -> tuple[int, int] | None:
        """Two rides that the plan half takes in one stretch; None where there are none.

        Of some such pairs, the one that makes both halves dear, by the tours at hand.
        """
        pairs = self._halves()
        if len(pairs) < 2:
            return pairs[0] if pairs else None
        worth = [self._dearer(Split(*pair, True)) * self._dearer(Split(*pair, False)) for pair in pairs]
        self._run()
        return pairs[int(np.argmax(worth))]

    def _dearer(self, split: Split) -> float:
        """By how much the tours at hand get dearer with a split."""
        value, before = 0.0, self.value
        out = [not all(split.agrees(part) for part in tour.parts) for tour in self.tours]
        for variable in compress(self._variables, out):
            variable.SetUb(0.0)
        if self._lp.Solve() == pywraplp.Solver.OPTIMAL:
            value = self._lp.Objective().Value() - before
        for variable in compress(self._variables, out):
            variable.SetUb(self._lp.infinity())
        return max(value, LEAST_WORTH)

    def _halves(self) -> list[tuple[int, int]]:
        """Pairs of rides that the plan takes in one stretch by halves, the nearest to a half first."""
        shared = np.zeros((self.rides, self.rides))
        for share, tour in zip(self.plan().tolist(), self.tours, strict=True):
            for part in tour.parts if share > USED else ():
                here = [ride for ride in tour.rides if part >> ride & 1]
                shared[np.ix_(here, here)] += share
        half = np.triu(np.minimum(shared, 1 - shared), 1)
        most = np.argsort(-half, axis=None, kind="stable")[:TRIED]
        pairs = [(int(at // self.rides), int(at % self.rides)) for at in most.tolist()]
        return [pair for pair in pairs if half[pair] > HALF]

    def solve(self) -> None:
        """Solve anew, and tidy up where there are too many tours.

        Raises:
            ArithmeticError: the programme cannot be solved.
        """
        self._run()
        if len(self.tours) > MOST:
            reduced = self.reduced(self.prices()) - 1e9 * (self.plan() > USED)
            self._keep(np.sort(np.argsort(reduced, kind="stable")[:KEPT]))
            self._run()

    def prices(self) -> Prices:
        """The duals of the last solution."""
        groups = self.group_words()
        group = np.zeros(len(groups))
        group[: len(self._duals) - self.rides - 1] = self._duals[self.rides + 1 :][: len(group)]
        return Prices(self._duals[: self.rides], float(self._duals[self.rides]), group, groups)

    def group_words(self) -> Words:
        """The groups as words, shape (C, 2)."""
        member = np.zeros((len(self.groups), self.rides), np.bool_)
        for c, rides in enumerate(self.groups):
            member[c, list(rides)] = True
        return words(member)

    def plan(self) -> Floats:
        """How much of each tour is driven."""
        if not self._solved:
            self._run()
        return np.array([variable.solution_value() for variable in self._variables])

    @property
    def missing(self) -> float:
        """How much of how many rides no tour takes."""
        if not self._solved:
            self._run()
        return float(sum(variable.solution_value() for variable in self._left_out))

    def member(self) -> Bools:
        """Who is on which tour, shape (tours, R)."""
        out = np.zeros((len(self.tours), self.rides), np.bool_)
        for i, tour in enumerate(self.tours):
            out[i, list(tour.rides)] = True
        return out

    def reduced(self, prices: Prices) -> Floats:
        """The reduced cost of every tour."""
        member = self.member().astype(np.float64)
        out = np.array([tour.cost for tour in self.tours]) - member @ prices.ride - prices.duty
        for group, price in zip(self.groups, prices.group, strict=True):
            out -= price * (member[:, list(group)].sum(axis=1) // 2)
        return out

    def _run(self) -> None:
        if self._lp.Solve() != pywraplp.Solver.OPTIMAL:
            self._build()
            if self._lp.Solve() != pywraplp.Solver.OPTIMAL:
                raise ArithmeticError("the programme of tours cannot be solved")
        self.value = self._lp.Objective().Value()
        self._solved = True
        self._duals = np.array([row.dual_value() for row in self._rows])

    def _build(self) -> None:
        """The programme from nothing."""
        self._solved = False
        self._lp = pywraplp.Solver.CreateSolver("GLOP")
        self._lp.SetSolverSpecificParametersAsString(WARM)
        endless = self._lp.infinity()
        self._rows = [self._lp.Constraint(1.0, 1.0) for _ in range(self.rides)]
        self._rows += [self._lp.Constraint(-endless, float(self.cars))]
        self._rows += [self._lp.Constraint(-endless, float(len(group) // 2)) for group in self.groups]
        self._of: dict[int, list[int]] = {}
        for c, group in enumerate(self.groups):
            for ride in group:
                self._of.setdefault(ride, []).append(c)
        self._variables = []
        self._left_out = [self._lp.NumVar(0.0, endless, "") for _ in range(self.rides)]
        for ride, variable in enumerate(self._left_out):
            self._rows[ride].SetCoefficient(variable, 1.0)
            self._lp.Objective().SetCoefficient(variable, self.dear)
        self._lp.Objective().SetMinimization()
        for tour in self.tours:
            self._column(tour)

    def _column(self, tour: Tour) -> None:
        self._solved = False
        variable = self._lp.NumVar(0.0, self._lp.infinity(), "")
        self._variables.append(variable)
        self._lp.Objective().SetCoefficient(variable, tour.cost)
        self._rows[self.rides].SetCoefficient(variable, 1.0)
        hits: dict[int, int] = {}
        for ride in tour.rides:
            self._rows[ride].SetCoefficient(variable, 1.0)
            for c in self._of.get(ride, ()):
                hits[c] = hits.get(c, 0) + 1
        for c, many in hits.items():
            if many >= 2:
                self._rows[self.rides + 1 + c].SetCoefficient(variable, float(many // 2))

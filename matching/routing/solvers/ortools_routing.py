"""The general fallback: OR-Tools routing, which states every rule that it can say (loaded when it is asked for).

It knows windows, ride limits, loads, quotas, exclusive duties, promises and breaks; it proves nothing, works in whole
hundredths (times rounded so that what it finds is feasible) and is far behind the search of anytime.py on hard days.
"""

from typing import Any

import numpy as np

from matching.errors import NoAnswerError
from matching.routing.answer import plan_of
from matching.routing.impossible import impossible
from matching.routing.problem import Budget, Ints, PairMode, Plan, RoutingProblem
from matching.routing.solvers import Progress
from matching.routing.solvers.day import EVER, weights

PARTS = 100  # of a minute, and of a unit of cost
HORIZON = 10**7  # parts: nothing is later


def supports(problem: RoutingProblem) -> bool:
    """Days with rides and duties and no breaks: a break of OR-Tools may fall while people are on board."""
    return problem.rides > 0 and problem.duties > 0 and not problem.breaks


def solve(problem: RoutingProblem, budget: Budget, seed: int, progress: Progress) -> Plan:
    """The best plan found; OR-Tools counts its limit in seconds of the wall.

    Raises:
        NoAnswerError: it finds none.
    """
    del seed, progress  # it takes neither
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    manager = pywrapcp.RoutingIndexManager(
        len(problem.open), problem.duties, problem.start.tolist(), problem.end.tolist()
    )
    routing = pywrapcp.RoutingModel(manager)
    _state(problem, manager, routing)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(int(1000 * max(0.1, budget.seconds)))
    found = routing.SolveWithParameters(search)
    if found is None:
        raise NoAnswerError("OR-Tools finds no plan")
    return plan_of(problem, [_order(manager, routing, found, d) for d in range(problem.duties)])


def _state(problem: RoutingProblem, manager: Any, routing: Any) -> None:
    """Say all rules."""
    _ways(problem, routing)
    clock = routing.GetDimensionOrDie("time")
    used, nobody = set(problem.pickup.tolist()) | set(problem.drop.tolist()), set(impossible(problem))
    for node in range(len(problem.open)):
        if node not in used and node not in {*problem.start.tolist(), *problem.end.tolist()}:
            routing.AddDisjunction([manager.NodeToIndex(node)], 0)
    solver = routing.solver()
    for ride in range(problem.rides):
        pick, drop = (manager.NodeToIndex(int(ends[ride])) for ends in (problem.pickup, problem.drop))
        routing.AddPickupAndDelivery(pick, drop)
        solver.Add(routing.VehicleVar(pick) == routing.VehicleVar(drop))
        solver.Add(clock.CumulVar(pick) <= clock.CumulVar(drop))
        _ride(problem, routing, clock, ride, pick, drop, ride in nobody)
    for d in range(problem.duties):
        start, end = clock.CumulVar(routing.Start(d)), clock.CumulVar(routing.End(d))
        start.SetRange(_up(problem.leave[d]), _down(problem.back[d]))
        end.SetRange(_up(problem.leave[d]), _down(problem.back[d]))
        clock.SetSpanUpperBoundForVehicle(_down(problem.max_minutes[d]), d)
    _promises(problem, manager, routing)


def _ways(problem: RoutingProblem, routing: Any) -> None:
    """Costs, times, loads and quotas."""
    cost = np.minimum(np.nan_to_num(problem.cost, posinf=EVER) * PARTS, HORIZON * 10).round().astype(np.int64)
    way = np.nan_to_num(problem.service[:, None] + problem.minutes, posinf=EVER)
    minutes = np.minimum(np.ceil(way * PARTS - 1e-6), HORIZON).astype(np.int64)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(cost.tolist()))
    routing.AddDimension(routing.RegisterTransitMatrix(minutes.tolist()), HORIZON, HORIZON, False, "time")
    for d, fixed in enumerate(problem.fixed_cost.tolist()):
        routing.SetFixedCostOfVehicle(round(fixed * PARTS), d)
    for kind in range(problem.load.shape[1]):
        routing.AddDimensionWithVehicleCapacity(
            routing.RegisterUnaryTransitVector(_changes(problem, problem.load[:, kind])), 0,
            problem.capacity[:, kind].tolist(), True, f"load{kind}",
        )  # fmt: skip
    boarded = routing.RegisterUnaryTransitVector(_changes(problem, np.ones(problem.rides, np.int64), alights=False))
    routing.AddDimensionWithVehicleCapacity(boarded, 0, problem.max_rides.tolist(), True, "rides")


def _changes(problem: RoutingProblem, load: Ints, alights: bool = True) -> list[int]:
    """What a node adds to a load."""
    change = np.zeros(len(problem.open), np.int64)
    change[problem.pickup] = load
    if alights:
        change[problem.drop] = -load
    return [int(x) for x in change]


def _ride(problem: RoutingProblem, routing: Any, clock: Any, ride: int, pick: int, drop: int, nobody: bool) -> None:
    """Windows, limit, duties and the price of leaving one ride out."""
    solver = routing.solver()
    for index, node in ((pick, problem.pickup[ride]), (drop, problem.drop[ride])):
        low, high = _up(problem.open[node]), _down(problem.close[node])
        clock.CumulVar(index).SetRange(low, max(low, high))
        routing.AddDisjunction([index], int(min(10**12, HORIZON * weights(problem)[ride])))
    solver.Add(routing.ActiveVar(pick) == routing.ActiveVar(drop))
    limit = problem.max_ride[ride] + problem.service[problem.pickup[ride]]
    solver.Add(clock.CumulVar(drop) - clock.CumulVar(pick) <= _down(limit))
    if nobody:
        solver.Add(routing.ActiveVar(pick) == 0)
    elif problem.allowed is not None:
        routing.VehicleVar(pick).SetValues([-1, *np.flatnonzero(problem.allowed[ride]).tolist()])


def _promises(problem: RoutingProblem, manager: Any, routing: Any) -> None:
    """Out and home together, and duties that exclude each other."""
    solver = routing.solver()
    for pair in problem.pairs:
        out, home = (manager.NodeToIndex(int(problem.pickup[ride])) for ride in (pair.out, pair.home))
        alights = manager.NodeToIndex(int(problem.drop[pair.out]))
        solver.Add(routing.ActiveVar(out) == routing.ActiveVar(home))
        if pair.mode is not PairMode.FREE:
            solver.Add(routing.VehicleVar(out) == routing.VehicleVar(home))
        if pair.mode is PairMode.DRIVER_WAITS:
            solver.Add(routing.ActiveVar(out) * (routing.NextVar(alights) - home) == 0)
    for group in problem.exclusive:
        idle = [solver.IsEqualCstVar(routing.NextVar(routing.Start(d)), routing.End(d)) for d in group]
        solver.Add(solver.Sum(idle) >= len(group) - 1)


def _order(manager: Any, routing: Any, found: Any, duty: int) -> list[int]:
    """The nodes of a duty without its bases."""
    order, index = [], found.Value(routing.NextVar(routing.Start(duty)))
    while not routing.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = found.Value(routing.NextVar(index))
    return order


def _up(minutes: float) -> int:
    return int(np.ceil(max(0.0, min(minutes, EVER)) * PARTS - 1e-6).clip(0, HORIZON))


def _down(minutes: float) -> int:
    return int(np.floor(max(0.0, min(minutes, EVER)) * PARTS + 1e-6).clip(0, HORIZON))

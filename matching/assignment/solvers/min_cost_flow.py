"""The assignment as min-cost flow in OR-Tools: the reference that every other flow solver is compared with.

Needs send one unit each through their pairs to sites, and on to one sink through an arc for each stretch of places of
equal cost (ascending costs make the flow fill them in order). OR-Tools: push-relabel with cost scaling (Goldberg 1997).
"""

import numpy as np

from matching.assignment.problem import I32, I64, Bools, Budget, Choice, Problem
from matching.assignment.solvers.places import completed, cost_of, need_starts


def supports(problem: Problem) -> bool:
    """Pure flows only: no rows."""
    return len(problem.rows) == 0


def solve(problem: Problem, budget: Budget) -> Choice:  # noqa: ARG001 - OR-Tools cannot be interrupted
    """The cheapest plan, proven; rows are ignored, which gives the bound that they cannot beat.

    Raises:
        NoAnswerError: not every need can have a place.
        ValueError: costs beyond what OR-Tools computes exactly (about 2**62 / (needs + sites)).
    """
    if problem.needs == 0:
        return Choice(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64))
    flow = _flow(problem)
    if flow is None:
        completed(problem, need_starts(problem), np.full(problem.needs, -1, np.int32))
        raise AssertionError("OR-Tools finds no plan where there is one")
    chosen = np.flatnonzero(flow).astype(np.int32)
    value = np.asarray([cost_of(problem, chosen)], np.int64)
    return Choice(chosen, value, value.copy())


def _flow(problem: Problem) -> Bools | None:
    """Which pairs carry flow in the optimum, or None where there is none."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    network, sink = SimpleMinCostFlow(), problem.needs + problem.sites
    pairs = network.add_arcs_with_capacity_and_unit_cost(
        problem.need, problem.needs + problem.site, np.ones(len(problem.need), np.int64), problem.cost
    )
    site, places, cost = _stretches(problem)
    network.add_arcs_with_capacity_and_unit_cost(problem.needs + site, np.full(len(site), sink, np.int32), places, cost)
    network.set_nodes_supplies(np.arange(problem.needs, dtype=np.int32), np.ones(problem.needs, np.int64))
    network.set_node_supply(sink, -problem.needs)
    status = network.solve()
    if status == network.INFEASIBLE:
        return None
    if status != network.OPTIMAL:
        largest = max(int(np.abs(problem.cost).max(initial=0)), int(np.abs(problem.slot_cost).max(initial=0)))
        raise ValueError(f"OR-Tools answers {status.name}: costs reach {largest} with {sink} needs and sites")
    return np.asarray(network.flows(pairs) > 0)


def _stretches(problem: Problem) -> tuple[I32, I64, I64]:
    """The places as stretches of one site and one cost: (site, how many places, cost)."""
    owner = np.repeat(np.arange(problem.sites, dtype=np.int32), np.diff(problem.slot_start))
    if not len(owner):
        return owner, np.zeros(0, np.int64), np.zeros(0, np.int64)
    changes = (np.diff(owner) != 0) | (np.diff(problem.slot_cost) != 0)
    first = np.concatenate([[0], np.flatnonzero(changes) + 1])
    return owner[first], np.diff(np.append(first, len(owner))), problem.slot_cost[first]

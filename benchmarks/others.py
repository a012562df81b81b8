"""What others offer for the same instance, each in its own words: SciPy, NetworkX, and the library called `matching`.

Each takes the problem and gives the chosen pairs; penalties and the waiting list stand in it as one more site.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.assignment.problem import I32, Problem

Chosen = NDArray[np.integer]
WITH_MATCHING = Path(__file__).parent / "with_matching.py"
LONG = 85.0  # wall seconds; a process that outlives its starter would go on
MATCHING_PYTHON = "TSUNAGU_MATCHING_PYTHON"


def linprog_highs(problem: Problem) -> Chosen:
    """SciPy's linprog (HiGHS chooses the method)."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix

    pairs = np.arange(len(problem.need))
    ones = np.ones(len(pairs))
    each = coo_matrix((ones, (problem.need, pairs)), shape=(problem.needs, len(pairs)))
    held = coo_matrix((ones, (problem.site, pairs)), shape=(problem.sites, len(pairs)))
    found = linprog(
        problem.cost, A_eq=each, b_eq=np.ones(problem.needs), A_ub=held, b_ub=np.diff(problem.slot_start),
        bounds=(0, None), method="highs",
    )  # fmt: skip
    return np.flatnonzero(found.x > 0.5)


def linear_sum_assignment(problem: Problem) -> Chosen:
    """SciPy's dense solver: one column for every place, and for every need one of its own on the waiting list."""
    from scipy.optimize import linear_sum_assignment as solve

    waiting = problem.sites - 1
    places = int(problem.slot_start[waiting])
    owner = np.repeat(np.arange(waiting), np.diff(problem.slot_start[:-1]))
    by_site = np.full((problem.needs, waiting), 10.0**9)
    real = problem.site != waiting
    by_site[problem.need[real], problem.site[real]] = problem.cost[real]
    table = np.full((problem.needs, places + problem.needs), 10.0**9)
    table[:, :places] = by_site[:, owner]
    table[np.arange(problem.needs), places + np.arange(problem.needs)] = problem.cost[~real]
    _, column = solve(table)
    site = np.where(column < places, owner[np.minimum(column, places - 1)], waiting)
    return np.flatnonzero(site[problem.need] == problem.site)


def network_simplex(problem: Problem) -> Chosen:
    """NetworkX's network simplex."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_node("sink", demand=problem.needs)
    graph.add_nodes_from((("need", i) for i in range(problem.needs)), demand=-1)
    for i, s, cost in zip(problem.need.tolist(), problem.site.tolist(), problem.cost.tolist(), strict=True):
        graph.add_edge(("need", i), ("site", s), capacity=1, weight=cost)
    for s, places in enumerate(np.diff(problem.slot_start).tolist()):
        graph.add_edge(("site", s), "sink", capacity=places, weight=0)
    _, flow = nx.network_simplex(graph)
    pairs = zip(problem.need.tolist(), problem.site.tolist(), strict=True)
    return np.asarray([k for k, (i, s) in enumerate(pairs) if flow["need", i][("site", s)]])


def hospital_resident(problem: Problem) -> Chosen:
    """The library `matching`, run by the Python that TSUNAGU_MATCHING_PYTHON names, of an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.npz"
        np.savez(path, need=problem.need, site=problem.site, cost=problem.cost, places=np.diff(problem.slot_start))
        command = [os.environ[MATCHING_PYTHON], "-I", str(WITH_MATCHING), str(path)]
        told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, timeout=LONG)
    return np.asarray(json.loads(told.stdout))


def in_order(problem: Problem, chosen: Chosen) -> I32:
    """The pairs as our solvers give them: one a need, in the order of the needs.

    Raises:
        ValueError: that is not what they are.
    """
    if not np.array_equal(problem.need[chosen], np.arange(problem.needs)):
        raise ValueError(f"{len(chosen)} pairs for {problem.needs} needs")
    return chosen.astype(np.int32)

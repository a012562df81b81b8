"""A part of a day: which rides are one promise, and the same day with some of its rides alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.routing.problem import RoutingProblem

Unit = tuple[int, ...]


def units(problem: RoutingProblem) -> list[Unit]:
    """What is served or left as one: a pair of out and home, or a single ride; in the order of rides."""
    pairs = {pair.out: (pair.out, pair.home) for pair in problem.pairs}
    homes = {pair.home for pair in problem.pairs}
    return [pairs.get(ride, (ride,)) for ride in range(problem.rides) if ride not in homes]


def only(problem: RoutingProblem, rides: Sequence[int]) -> RoutingProblem:
    """The same day with these rides alone, numbered from 0 in the order given."""
    at = np.array(rides, np.int64)
    row = {ride: i for i, ride in enumerate(rides)}
    return replace(
        problem,
        pickup=problem.pickup[at],
        drop=problem.drop[at],
        load=problem.load[at],
        max_ride=problem.max_ride[at],
        priority=problem.priority[at],
        must=problem.must[at],
        allowed=None if problem.allowed is None else problem.allowed[at],
        pairs=tuple(
            replace(pair, out=row[pair.out], home=row[pair.home])
            for pair in problem.pairs
            if pair.out in row and pair.home in row
        ),
    )

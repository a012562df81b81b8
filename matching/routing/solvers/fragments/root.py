"""The linear programme over all stretches of a day, most of which are never made.

It begins with stretches of few people. Then the situations tell which others a tour of negative reduced cost might use;
these are made and priced, until there are none.
"""

import time
from collections.abc import Callable

import numpy as np

from matching.routing.solvers.fragments import bounds
from matching.routing.solvers.fragments.day import Loops, Structs
from matching.routing.solvers.fragments.finish import Root
from matching.routing.solvers.fragments.generate import NOTHING, Field, Level, converge, lower_bound
from matching.routing.solvers.fragments.master import Master
from matching.routing.solvers.fragments.situations import Least, Situations, least_of, nothing_paid
from matching.routing.solvers.fragments.stretches import STRETCH, stretches_of, wanted_of

FEW = (2, 3, 4, 6, 9)  # people of the first stretches, until there are AT_FIRST
AT_FIRST, PARTS_AT_FIRST = 5_000, 100_000
SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)  # of the least reduced cost: where too many stretches are below 0, the best
PARTS_AT_ONCE = 200_000
MOST_PARTS = 6_000_000


def root_of(master: Master, day: Loops, here: Situations, until: float, lower: Callable[[float], None]) -> Root | None:
    """The bound of the linear programme and its prices; None where time is up before it is solved.

    `lower` is told of every better bound on the way.
    """
    field = first_field(day, here)
    while True:
        level = converge(master, field, until)
        least = least_of(day, here, level.prices)
        lower(lower_bound(master, level.prices, least.whole))
        found, all_of_them = _improving(day, here, least)
        more = field.with_more(found)
        if len(more.table) == len(field.table):
            return _root(field, here, level, least) if all_of_them else None
        if time.process_time() > until:
            return None
        field = more


def _root(field: Field, here: Situations, level: Level, least: Least) -> Root:
    """The root: no tour of any stretches has a negative reduced cost."""
    day = field.day

    def below(cost: float) -> Field | None:
        table = stretches_of(day, here, wanted_of(least, cost - level.bound, len(day.limit)), MOST_PARTS)
        return None if table is None else field.of(table)

    return Root(day, level.bound, level.prices, below)


def first_field(day: Loops, here: Situations) -> Field:
    """All stretches of few people, of as many as make enough of them."""
    rides = len(day.limit)
    table = all_of(day, here, 1, MOST_PARTS)
    assert table is not None, "one alone is no more than a part"
    for people in (*FEW, rides):
        more = all_of(day, here, people, PARTS_AT_FIRST)
        if more is None or len(more) == len(table):
            break
        table = more
        if len(table) >= AT_FIRST:
            break
    return Field(day, bounds.links_of(day), table, bounds.starts_of(table, rides))


def all_of(day: Loops, here: Situations, people: int, most: int) -> Structs | None:
    """All stretches of at most so many people."""
    return stretches_of(day, here, wanted_of(nothing_paid(day, here), np.inf, people), most)


def _improving(day: Loops, here: Situations, least: Least) -> tuple[Structs, bool]:
    """The stretches with which a tour may have a negative reduced cost, or those with the least; whether all."""
    rides = len(day.limit)
    for share in SHARES:
        found = stretches_of(day, here, wanted_of(least, share * least.whole - NOTHING, rides), PARTS_AT_ONCE)
        if found is not None:
            return found, share == 0.0
    return np.zeros(0, STRETCH), False

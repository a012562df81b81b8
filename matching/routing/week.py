"""Days that share their drivers: whom to drive on each of them, within what each driver offers over them all.

Nothing here knows a town: a week is a tuple of days and of quotas across them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.routing.problem import Ints, Plan, RoutingProblem
from matching.routing.verify import verify_plan


@dataclass(frozen=True, slots=True)
class Shared:
    """What a driver offers over several days: the weights of the rides that these duties drive sum to at most `most`.

    `duties` are (day, duty); `weight` has one column a day, shape (R,) of that day.
    """

    duties: tuple[tuple[int, int], ...]
    weight: tuple[Ints, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Week:
    """Some days, and what their drivers offer over all of them."""

    days: tuple[RoutingProblem, ...]
    shared: tuple[Shared, ...] = ()


def verify_week(week: Week, plans: Sequence[Plan], wanted: Sequence[int]) -> list[str]:
    """Everything that is wrong with the plans of a week; it knows no solver.

    `wanted` are the rides that have to be driven, as bits, one number a day; nobody else is.
    """
    if len(plans) != len(week.days):
        return [f"{len(plans)} plans for {len(week.days)} days"]
    wrong = [
        f"day {number}: {what}"
        for number, (day, plan, bits) in enumerate(zip(week.days, plans, wanted, strict=True))
        for what in verify_plan(replace(day, must=((bits >> np.arange(day.rides)) & 1).astype(np.bool_)), plan)
    ]
    return [*wrong, *_quotas(week, plans)]


def _quotas(week: Week, plans: Sequence[Plan]) -> Iterator[str]:
    for number, one in enumerate(week.shared):
        mine, given = set(one.duties), 0
        for day, plan in enumerate(plans):
            for route in plan.routes:
                if (day, route.duty) in mine:
                    pickups = week.days[day].pickup
                    given += sum(int(w) for w, p in zip(one.weight[day], pickups, strict=True) if int(p) in route.nodes)
        if given > one.most:
            yield f"quota {number} is {one.most}, and {given} are driven"

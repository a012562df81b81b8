"""The engine's plan of a day, or of some weeks, and what it cost."""

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from matching.domain import Community, TravelTimes
    from matching.plan_rides import Progress, WantedDay, WeeksPlan
    from matching.rules import Rulebook


def plan_days(
    town: "Community",
    rulebook: "Rulebook",
    travel: "TravelTimes",
    wanted: "WantedDay",
    weeks: int,
    progress: "Progress",
    days_done: "Callable[[int, int], None]" = lambda _done, _of: None,
) -> "tuple[WeeksPlan, float]":
    """The plan of one day, or of some weeks from it on, and the CPU seconds that it took."""
    from matching.lawful import read_law
    from matching.plan_rides import WeeksPlan, plan_rides, plan_weeks

    started, law = time.process_time(), read_law()
    if weeks:
        plan = plan_weeks(town, rulebook, travel, law, wanted, weeks, progress, days_done)
    else:
        plan = WeeksPlan((plan_rides(town, rulebook, travel, law, wanted, progress),), True, ())
    return plan, time.process_time() - started

"""The day's rides: a town and a date go in; tours with their proof come out, and why anybody is not driven.

Read `plan_rides` like a recipe; each step is one room of the house.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from matching.domain import Sharing, Warned
from matching.domain.tour import RideTier, Tour, Unserved
from matching.lawful import LawFinding
from matching.rides.duties import Driven

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class WantedDay:
    """How a day is asked for: the day, the room, how long to think (CPU seconds), and what was driven before it."""

    date: date
    room: Sharing = Sharing.CONSENT
    seconds: float = 30.0
    driven: Driven = field(default_factory=lambda: Driven({}, {}))


@dataclass(frozen=True, slots=True)
class DayPlan:
    """運行の計画: the tours of one day, who is not driven and why, and how good that is proven to be.

    `law` is aligned with `tours`: what the law check has to say of each. `refused` counts the rides of people whose
    data this room may not look at; nothing else is told of them.
    """

    town: str
    inputs_digest: str
    date: date
    room: Sharing
    status: str
    tiers: tuple[RideTier, ...]
    tours: tuple[Tour, ...]
    law: tuple[tuple[LawFinding, ...], ...]
    unserved: tuple[Unserved, ...]
    refused: int
    warnings: tuple[Warned, ...]

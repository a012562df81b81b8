"""How people live: shares by age, in whole per cent. The same table stands, with sources, in `fixtures/rates/`."""

from dataclasses import dataclass, fields

FROM_AGES = (0, 65, 75, 85)
"""The first age of each group that a share is told for."""

Four = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Shares:
    """Per cent of the people under 65, 65–74, 75–84, and 85 and over; `pace` is metres a minute instead.

    Raises:
        ValueError: a share below 0 or above 100, or shares that exclude each other but sum to more than 100.
    """

    pace: Four = (75, 65, 52, 40)
    bicycle: Four = (45, 40, 20, 4)
    bus: Four = (40, 40, 35, 20)
    car: Four = (55, 55, 30, 6)
    step_free: Four = (8, 14, 27, 40)
    wheelchair: Four = (3, 2, 4, 7)
    hearing_support: Four = (1, 3, 6, 12)
    accessible_toilet: Four = (2, 2, 4, 7)
    quiet: Four = (9, 1, 2, 2)
    men_welcome: Four = (2, 8, 6, 3)
    """Of the men."""
    escort: Four = (3, 3, 9, 20)
    other_language: Four = (6, 1, 0, 0)
    fee_limit: Four = (45, 30, 35, 35)
    strengths: Four = (45, 45, 35, 20)
    any_time: Four = (12, 25, 25, 25)
    ride_if_needed: Four = (10, 15, 32, 42)
    ride_always: Four = (2, 2, 8, 18)
    consent: Four = (90, 90, 90, 90)
    support_conference: Four = (5, 5, 5, 5)

    def __post_init__(self) -> None:
        for part in fields(self):
            values = getattr(self, part.name)
            if len(values) != len(FROM_AGES) or any(not 0 <= v <= 100 for v in values):
                raise ValueError(f"{part.name} = {values}: needs {len(FROM_AGES)} per cents from 0 to 100")
        for one, other in (("consent", "support_conference"), ("ride_if_needed", "ride_always")):
            if any(a + b > 100 for a, b in zip(getattr(self, one), getattr(self, other), strict=True)):
                raise ValueError(f"{one} and {other} exclude each other, but sum to more than 100")
        if any(metres < 20 for metres in self.pace):
            raise ValueError(f"pace = {self.pace}: slower than 20 metres a minute. Maybe it is in km/h?")

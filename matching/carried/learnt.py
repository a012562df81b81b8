"""What was found out about the cars of a small town, so that a town like it need not find it out again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matching.carried.carry import Crew
from matching.carried.units import Unit
from matching.domain import TravelTimes
from matching.lawful import Law
from matching.rules import Pairs
from matching.rules.arrays import I64
from matching.rules.ride_habits import RideHabits
from matching.rules.ride_offers import Cut


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rides may be asked of which cars: what every answer of the cars hangs on.

    `cars` are drivers, cars, whose they are, the week, the law and the habits of driving; `units` by their keys, which
    are rows of needs and of openings: `rows` names them, since what was learnt is told by their numbers.
    """

    cars: tuple[object, ...]
    rows: tuple[tuple[str, ...], tuple[str, ...]] = field(repr=False)
    travel: TravelTimes = field(repr=False)
    units: Mapping[tuple[int, int], Unit] = field(repr=False)

    @classmethod
    def of(cls, units: Sequence[Unit], pairs: Pairs, habits: RideHabits, law: Law) -> "Asked":
        """What a town asks of its cars."""
        town = pairs.town.community
        drive = {one.resource_id for one in town.drivers} | {one.resource_id for one in town.vehicles}
        groups = tuple(one for one in town.resources if one.resource_id in drive)
        cars = (town.drivers, town.vehicles, groups, town.info.week_of, law, habits)
        rows = tuple(one.need_id for one in town.needs), tuple(one.opening_id for one in town.openings)
        return cls(cars, rows, pairs.travel, {unit.key: unit for unit in units})

    def within(self, other: "Asked") -> bool:
        """Whether nothing else is asked than of the other, with the same cars and the same promises to keep."""
        same = self.travel is other.travel and self.cars == other.cars and self.rows == other.rows
        return (
            same
            and all(other.units.get(key) == unit for key, unit in self.units.items())
            and all(key in self.units for key, unit in other.units.items() if unit.held)
        )


@dataclass(frozen=True, slots=True)
class Learnt:
    """What holds for all of the `asked`, and so for every part of it that keeps the same promises.

    Attributes:
        asked: what the cars were asked for.
        crews: the fleets with their answers; they are not asked themselves again (`Crew.again`).
        there: for each fleet, what it carries already.
        cuts: rides that are too many together, each proven.
        never: pairs that cannot be carried even alone, as need row x openings + opening row.
    """

    asked: Asked
    crews: Sequence[Crew]
    there: Sequence[Sequence[Unit]]
    cuts: tuple[Cut, ...]
    never: I64

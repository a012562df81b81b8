"""A community at one moment: everything the engine knows of a town, frozen, with its references checked."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date

from matching.domain.place import Area, TravelSettings
from matching.domain.population import Attendance, PopulationCount, SurveyAnswer
from matching.domain.proposal import Placement
from matching.domain.resident import Companion, Need, Resident, Wish
from matching.domain.resource import CouncilMember, Idea, Opening, Organisation, Place, Resource
from matching.domain.ride import Driver, RideRequest, Vehicle
from matching.domain.words import TieKind


@dataclass(frozen=True, slots=True)
class Tie:
    """つながり: who works with, refers to, knows … whom; the ends are any identifiers of the town."""

    from_id: str
    to_id: str
    kind: TieKind = TieKind.KNOWS


@dataclass(frozen=True, slots=True)
class TownInfo:
    """`town.toml`: the town's name, where its data come from, and the Monday that fixes ages and freshness."""

    name: str
    week_of: date
    provenance: str = ""
    rulebook: str = "default"
    travel: TravelSettings = field(default_factory=TravelSettings)

    def __post_init__(self) -> None:
        if self.week_of.weekday() != 0:
            raise ValueError(f"week_of {self.week_of} is not a Monday")


@dataclass(frozen=True, slots=True)
class Community:
    """All of a town at one moment; one tuple a file of the town folder, in the order of its rows.

    Raises:
        ValueError: an identifier stands twice, or a reference points to nothing; all of them are named at once.
    """

    info: TownInfo
    areas: tuple[Area, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    council_members: tuple[CouncilMember, ...] = ()
    ties: tuple[Tie, ...] = ()
    residents: tuple[Resident, ...] = ()
    needs: tuple[Need, ...] = ()
    wishes: tuple[Wish, ...] = ()
    companions: tuple[Companion, ...] = ()
    resources: tuple[Resource, ...] = ()
    openings: tuple[Opening, ...] = ()
    placements: tuple[Placement, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    drivers: tuple[Driver, ...] = ()
    ride_requests: tuple[RideRequest, ...] = ()
    population: tuple[PopulationCount, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    survey: tuple[SurveyAnswer, ...] = ()
    ideas: tuple[Idea, ...] = ()
    places: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        wrong = [f"{d.table} row {d.row}: {d.column} {d.value!r} {d.what}" for d in self.defects()]
        if wrong:
            raise ValueError("; ".join(wrong))

    @property
    def digest(self) -> str:
        """SHA-256 of the whole content: the same community gives the same text, on any machine."""
        sha = hashlib.sha256()
        for part in fields(self):
            sha.update(f"{part.name}:{getattr(self, part.name)!r}\n".encode())
        return sha.hexdigest()

    def defects(self) -> list["Defect"]:
        """Every identifier that stands twice and every reference that points to nothing."""
        return [*self._twice(), *self._dangling()]

    def _twice(self) -> Iterable["Defect"]:
        for table, column in IDENTIFIERS.items():
            values = [getattr(row, column) for row in getattr(self, table)]
            seen = {value for value, count in Counter(values).items() if count > 1}
            first: set[str] = set()
            for row, value in enumerate(values):
                if value in seen and value in first:
                    yield Defect(table, row, column, value, "stands twice")
                first.add(value)

    def _dangling(self) -> Iterable["Defect"]:
        known = {table: {getattr(r, column) for r in getattr(self, table)} for table, column in IDENTIFIERS.items()}
        known["councils"] = {member.council_id for member in self.council_members}
        for table, column, targets in REFERENCES:
            allowed = set[str]().union(*(known[target] for target in (targets or tuple(known))))
            for row, thing in enumerate(getattr(self, table)):
                value = getattr(thing, column)
                for one in (value,) if isinstance(value, str) else value:
                    if one and one not in allowed:
                        yield Defect(table, row, column, one, "is not known")


@dataclass(frozen=True, slots=True)
class Defect:
    """A broken identifier or reference: the table, the row (counted from 0), the column and its value."""

    table: str
    row: int
    column: str
    value: str
    what: str


IDENTIFIERS = {
    "areas": "area_id",
    "organisations": "organisation_id",
    "residents": "resident_id",
    "needs": "need_id",
    "resources": "resource_id",
    "openings": "opening_id",
    "vehicles": "vehicle_id",
    "drivers": "driver_id",
    "ride_requests": "ride_id",
    "ideas": "idea_id",
    "places": "place_id",
}
"""The column that names a row, for every table that has one; `placements` have one row a need."""

REFERENCES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("areas", "parent_id", ("areas",)),
    ("organisations", "area_id", ("areas",)),
    ("council_members", "area_id", ("areas",)),
    ("council_members", "organisation_id", ("organisations",)),
    ("ties", "from_id", ()),
    ("ties", "to_id", ()),
    ("residents", "area_id", ("areas",)),
    ("needs", "resident_id", ("residents",)),
    ("wishes", "resident_id", ("residents",)),
    ("wishes", "target", ("resources", "organisations", "residents")),
    ("companions", "resident_id", ("residents",)),
    ("companions", "other_id", ("residents",)),
    ("resources", "organisation_id", ("organisations",)),
    ("resources", "resident_id", ("residents",)),
    ("resources", "area_id", ("areas",)),
    ("resources", "areas_served", ("areas",)),
    ("openings", "resource_id", ("resources",)),
    ("placements", "need_id", ("needs",)),
    ("placements", "opening_id", ("openings",)),
    ("vehicles", "resource_id", ("resources",)),
    ("drivers", "resource_id", ("resources",)),
    ("drivers", "vehicles", ("vehicles",)),
    ("ride_requests", "resident_id", ("residents",)),
    ("ride_requests", "need_id", ("needs",)),
    ("ride_requests", "driver_id", ("drivers",)),
    ("ride_requests", "vehicle_id", ("vehicles",)),
    ("ride_requests", "returns", ("ride_requests",)),
    ("population", "area_id", ("areas",)),
    ("attendance", "resource_id", ("resources",)),
    ("survey", "area_id", ("areas",)),
    ("ideas", "area_id", ("areas",)),
    ("places", "area_id", ("areas",)),
)
"""(table, column, tables it may point into); no table named = any identifier of the town. Empty never dangles."""

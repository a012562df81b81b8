"""What a community can offer: organisations, resources, and their recurring openings with places."""

from dataclasses import dataclass
from datetime import date, time

from matching.domain.calendar import Span, Weekday, meet
from matching.domain.place import within_degrees
from matching.domain.resident import not_negative
from matching.domain.words import Accepting, Field, IdeaOrigin, IdeaState, NeedKind, ResourceKind, Sector, Stage, Where


@dataclass(frozen=True, slots=True)
class Organisation:
    """団体: who stands behind resources and sits in councils."""

    organisation_id: str
    name: str = ""
    sector: Sector = Sector.OTHER
    area_id: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """地域資源: a salon, café, shop, volunteer, RMO, workplace …; `informal` marks an お宝, handled gently."""

    resource_id: str
    name: str = ""
    kind: ResourceKind = ResourceKind.OTHER
    where: Where = Where.THERE
    organisation_id: str = ""
    resident_id: str = ""
    area_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    max_travel_minutes: int | None = None
    informal: bool = False
    features: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    serves: tuple[NeedKind, ...] = ()
    fields: tuple[Field, ...] = ()
    stage: Stage | None = None
    staff_fte: float | None = None
    languages: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    areas_served: tuple[str, ...] = ()
    accepting: Accepting = Accepting.ASK_FIRST
    confirmed_on: date | None = None
    fee_yen: int | None = None
    max_hours_per_month: float | None = None
    hours_this_month: float | None = None
    fatigue: int | None = None
    fatigue_on: date | None = None

    def __post_init__(self) -> None:
        within_degrees(self.latitude, self.longitude)
        not_negative(
            max_travel_minutes=self.max_travel_minutes,
            staff_fte=self.staff_fte,
            min_age=self.min_age,
            max_age=self.max_age,
            fee_yen=self.fee_yen,
            max_hours_per_month=self.max_hours_per_month,
            hours_this_month=self.hours_this_month,
        )
        if self.min_age is not None and self.max_age is not None and self.min_age > self.max_age:
            raise ValueError(f"min_age {self.min_age} is above max_age {self.max_age}. Maybe they are swapped?")
        if self.fatigue is not None and not 0 <= self.fatigue <= 3:
            raise ValueError(f"fatigue {self.fatigue} is not 0 … 3")


MOST_PLACES = 100_000
UNTOLD = "–"
"""Stands in texts for a weekday or hour that is not known."""


@dataclass(frozen=True, slots=True)
class Opening:
    """開催枠・受入枠: a recurring slot of a resource, with its places.

    `attending` are people who come and are not in the needs; `weeks_of_month` empty means every week. Where `weekday`,
    `start` or `end` is empty it is not known yet, `hours` is None, and whoever would go is told to ask first.
    """

    opening_id: str
    resource_id: str
    weekday: Weekday | None = None
    start: time | None = None
    end: time | None = None
    weeks_of_month: tuple[int, ...] = ()
    capacity: int | None = None
    comfortable_load: int | None = None
    attending: int = 0
    min_attendance: int | None = None
    stay_minutes: int | None = None
    reward_yen: int | None = None
    host_fee_yen: int | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"it ends ({self.end:%H:%M}) before it begins ({self.start:%H:%M})")
        if any(week not in (1, 2, 3, 4, 5) for week in self.weeks_of_month):
            raise ValueError(f"weeks_of_month {self.weeks_of_month}: a month has weeks 1 … 5")
        not_negative(
            capacity=self.capacity,
            comfortable_load=self.comfortable_load,
            attending=self.attending,
            min_attendance=self.min_attendance,
            stay_minutes=self.stay_minutes,
            reward_yen=self.reward_yen,
            host_fee_yen=self.host_fee_yen,
        )
        for name in ("capacity", "comfortable_load", "attending", "min_attendance"):
            if (getattr(self, name) or 0) > MOST_PLACES:
                raise ValueError(f"{name} {getattr(self, name)} is more than any place holds ({MOST_PLACES})")

    @property
    def hours(self) -> Span | None:
        """When it is held; None while a part of that is not known."""
        if self.weekday is None or self.start is None or self.end is None:
            return None
        return Span(self.weekday, self.start, self.end)

    def meets(self, other: "Opening") -> bool:
        """Whether nobody can go to both: some week they are held at one time, as far as their hours are known."""
        mine, theirs = self.weeks_of_month, other.weeks_of_month
        return meet(self.hours, other.hours) and not (mine and theirs and set(mine).isdisjoint(theirs))

    def when(self) -> dict[str, str]:
        """`weekday`, `start` and `end` as texts name them; – for what is not known."""
        start, end = (UNTOLD if at is None else f"{at:%H:%M}" for at in (self.start, self.end))
        return {"weekday": UNTOLD if self.weekday is None else self.weekday.value, "start": start, "end": end}


@dataclass(frozen=True, slots=True)
class Place:
    """場所: a hall, shop or facility of a published list that is no resource yet, kept for later development."""

    place_id: str
    name: str = ""
    listed_in: str = ""
    area_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    capacity: int | None = None

    def __post_init__(self) -> None:
        within_degrees(self.latitude, self.longitude)
        not_negative(capacity=self.capacity)


@dataclass(frozen=True, slots=True)
class CouncilMember:
    """協議体の構成: an organisation that sits in a council of an area."""

    council_id: str
    area_id: str
    organisation_id: str


@dataclass(frozen=True, slots=True)
class Idea:
    """やってみたい: what somebody in the area would like to start, and what became of it."""

    idea_id: str
    area_id: str = ""
    activities: tuple[str, ...] = ()
    offered_by: IdeaOrigin = IdeaOrigin.RESIDENT
    state: IdeaState = IdeaState.HEARD

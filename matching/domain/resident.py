"""People, by an opaque id and never by name: what they need, wish, can offer, and have agreed to."""

from dataclasses import dataclass
from datetime import date

from matching.domain.calendar import Span
from matching.domain.place import within_degrees
from matching.domain.words import Field, Mode, NeedKind, Relation, RideMembership, RideWish, Sharing


@dataclass(frozen=True, slots=True)
class Resident:
    """A person: an area, coarse coordinates, how they get about, what they agreed to, and what they could offer."""

    resident_id: str
    area_id: str
    latitude: float | None = None
    longitude: float | None = None
    birth_year: int | None = None
    sex: str = ""
    modes: tuple[Mode, ...] = ()
    max_walk_minutes: int | None = None
    walk_metres_per_minute: float | None = None
    requires: tuple[str, ...] = ()
    escort: bool = False
    languages: tuple[str, ...] = ()
    max_fee_yen: int | None = None
    sharing: Sharing = Sharing.NONE
    waiting_since: date | None = None
    strengths: tuple[str, ...] = ()
    ride_membership: RideMembership | None = None

    def __post_init__(self) -> None:
        within_degrees(self.latitude, self.longitude)
        not_negative(max_walk_minutes=self.max_walk_minutes, max_fee_yen=self.max_fee_yen)
        if self.walk_metres_per_minute is not None and not 0 < self.walk_metres_per_minute < 1000:
            raise ValueError(f"walk_metres_per_minute {self.walk_metres_per_minute} is no walking pace")
        if self.birth_year is not None and not 1880 <= self.birth_year <= 2200:
            raise ValueError(f"birth_year {self.birth_year} is no year of birth")


@dataclass(frozen=True, slots=True)
class Need:
    """支援ニーズ: one thing a resident would like or needs, and when, how far and how often it suits them."""

    need_id: str
    resident_id: str
    kind: NeedKind = NeedKind.PARTICIPATION
    fields: tuple[Field, ...] = ()
    activities: tuple[str, ...] = ()
    urgency: int = 1
    available: tuple[Span, ...] = ()
    max_minutes: int | None = None
    ride: RideWish = RideWish.NO
    times_per_month: int | None = None
    first_minutes: int | None = None

    def __post_init__(self) -> None:
        if self.urgency not in (1, 2, 3):
            raise ValueError(f"urgency {self.urgency} is not 1 (low), 2 or 3 (high)")
        not_negative(
            max_minutes=self.max_minutes, times_per_month=self.times_per_month, first_minutes=self.first_minutes
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """本人の意向: how a person likes a resource, an organisation or somebody; −2 and below means never."""

    resident_id: str
    target: str
    liking: int = 0


@dataclass(frozen=True, slots=True)
class Companion:
    """Two people who want to go together, or must be kept apart."""

    resident_id: str
    other_id: str
    relation: Relation | None = None

    def __post_init__(self) -> None:
        if self.resident_id == self.other_id:
            raise ValueError(f"{self.resident_id} is named as their own company. Maybe other_id is another person?")


def not_negative(**values: float | None) -> None:
    """Refuse negative amounts, naming the first.

    Raises:
        ValueError: with the name and the value.
    """
    for name, value in values.items():
        if value is not None and value < 0:
            raise ValueError(f"{name} {value} is negative. Maybe it should be empty (= not known)?")

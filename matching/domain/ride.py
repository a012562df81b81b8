"""送迎: vehicles, drivers, and what people ask of them."""

import datetime as dt
from dataclasses import dataclass

from matching.domain.calendar import Span, Weekday
from matching.domain.place import within_degrees
from matching.domain.resident import not_negative
from matching.domain.words import Charge, ReturnMode, Scheme


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A car of a resource, its seats and wheelchair places, and the scheme it drives under."""

    vehicle_id: str
    resource_id: str
    seats: int = 0
    wheelchair_places: int = 0
    base_latitude: float | None = None
    base_longitude: float | None = None
    scheme: Scheme = Scheme.FREE
    charge: Charge = Charge.NONE
    charge_yen: int | None = None
    insured_until: dt.date | None = None

    def __post_init__(self) -> None:
        within_degrees(self.base_latitude, self.base_longitude)
        not_negative(seats=self.seats, wheelchair_places=self.wheelchair_places, charge_yen=self.charge_yen)


@dataclass(frozen=True, slots=True)
class Driver:
    """Somebody who drives, with what they offered; a volunteer's offer is not a shift."""

    driver_id: str
    resource_id: str
    vehicles: tuple[str, ...] = ()
    available: tuple[Span, ...] = ()
    breaks: tuple[Span, ...] = ()
    max_minutes_per_day: int | None = None
    max_trips_per_week: int | None = None
    max_trips_per_month: int | None = None
    trips_this_month: int | None = None
    offered_hours_per_month: float | None = None
    start_latitude: float | None = None
    start_longitude: float | None = None
    birth_year: int | None = None
    course_until: dt.date | None = None
    licence_checked_on: dt.date | None = None

    def __post_init__(self) -> None:
        within_degrees(self.start_latitude, self.start_longitude)
        not_negative(
            max_minutes_per_day=self.max_minutes_per_day,
            max_trips_per_week=self.max_trips_per_week,
            max_trips_per_month=self.max_trips_per_month,
            trips_this_month=self.trips_this_month,
            offered_hours_per_month=self.offered_hours_per_month,
        )


@dataclass(frozen=True, slots=True)
class RideRequest:
    """送迎の希望: from, to and when; a ride home names the ride out as `returns`.

    Raises:
        ValueError: neither a date nor a weekday, or both; it is its own way home.
    """

    ride_id: str
    resident_id: str
    need_id: str = ""
    date: dt.date | None = None
    weekday: Weekday | None = None
    from_latitude: float | None = None
    from_longitude: float | None = None
    to_latitude: float | None = None
    to_longitude: float | None = None
    earliest_pickup: dt.time | None = None
    latest_arrival: dt.time | None = None
    ready_from: dt.time | None = None
    max_ride_minutes: int | None = None
    boarding_minutes: int | None = None
    passengers: int = 1
    wheelchairs: int = 0
    escort: bool = False
    returns: str = ""
    return_mode: ReturnMode = ReturnMode.FREE
    priority: int | None = None
    promised: bool = False
    driver_id: str = ""
    vehicle_id: str = ""

    def __post_init__(self) -> None:
        within_degrees(self.from_latitude, self.from_longitude)
        within_degrees(self.to_latitude, self.to_longitude)
        if (self.date is None) == (self.weekday is None):
            raise ValueError(f"ride {self.ride_id} needs a date or a weekday, and not both")
        if self.ride_id and self.returns == self.ride_id:
            raise ValueError(f"ride {self.ride_id} is its own way home")
        not_negative(
            max_ride_minutes=self.max_ride_minutes,
            boarding_minutes=self.boarding_minutes,
            passengers=self.passengers,
            wheelchairs=self.wheelchairs,
        )

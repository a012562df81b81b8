"""A small town of rides: a street of points a kilometre apart, one car, one driver, unless told otherwise."""

from dataclasses import replace
from datetime import date, time
from typing import Any

from matching.domain import (
    Area,
    Community,
    Driver,
    Resident,
    Resource,
    RideRequest,
    Sharing,
    Span,
    TownInfo,
    Vehicle,
    Weekday,
)
from matching.travel import StraightLine

DAY = date(2026, 11, 26)
"""A Thursday."""
LONGITUDE = 133.3
TRAVEL = StraightLine()


def north(km: float) -> float:
    """The latitude of a point so many kilometres up the street."""
    return round(34.8 + km / 111.195, 6)


def ride(ride_id: str = "q1", start: float = 1.0, end: float = 3.0, **changes: Any) -> RideRequest:
    """A ride on the Thursday from one point of the street to another, to be there by ten."""
    usual: dict[str, Any] = {"latest_arrival": time(10)}
    if "ready_from" in changes:
        usual = {}
    return RideRequest(
        ride_id,
        changes.pop("resident_id", "p1"),
        **{"date": DAY, **usual, **_points(start, end), **changes},
    )


def _points(start: float, end: float) -> dict[str, float]:
    return {
        "from_latitude": north(start),
        "from_longitude": LONGITUDE,
        "to_latitude": north(end),
        "to_longitude": LONGITUDE,
    }


def home(ride_id: str, of: RideRequest, ready: time, **changes: Any) -> RideRequest:
    """The ride back of another."""
    return RideRequest(
        ride_id,
        of.resident_id,
        date=of.date,
        weekday=of.weekday,
        from_latitude=of.to_latitude,
        from_longitude=of.to_longitude,
        to_latitude=of.from_latitude,
        to_longitude=of.from_longitude,
        ready_from=ready,
        returns=of.ride_id,
        **changes,
    )


def resident(resident_id: str = "p1", **changes: Any) -> Resident:
    """Somebody who agreed that their data are used."""
    return replace(Resident(resident_id, "a1", north(1), LONGITUDE, sharing=Sharing.CONSENT), **changes)


def vehicle(vehicle_id: str = "v1", **changes: Any) -> Vehicle:
    """A car with four seats and a wheelchair place at the beginning of the street."""
    usual = Vehicle(vehicle_id, "r1", 4, 1, north(0), LONGITUDE, insured_until=date(2030, 1, 1))
    return replace(usual, **changes)


def driver(driver_id: str = "d1", **changes: Any) -> Driver:
    """Somebody who drives on Thursdays from eight to four."""
    usual = Driver(driver_id, "r1", (), (span("08:00-16:00"),), licence_checked_on=date(2026, 10, 1))
    return replace(usual, **changes)


def span(hours: str, weekday: Weekday = Weekday.THU) -> Span:
    """A stretch of a day."""
    start, end = hours.split("-")
    return Span(weekday, time.fromisoformat(start), time.fromisoformat(end))


def town(*rides: RideRequest, **tables: Any) -> Community:
    """The town with these rides; whoever asks lives there."""
    usual: dict[str, Any] = {
        "areas": (Area("a0", "町", 1), Area("a1", "通り", 2, "a0", north(0), LONGITUDE)),
        "residents": tuple(resident(one) for one in sorted({"p1", *(r.resident_id for r in rides)})),
        "resources": (Resource("r1", "おでかけの車", latitude=north(0), longitude=LONGITUDE),),
        "vehicles": (vehicle(),),
        "drivers": (driver(),),
        "ride_requests": rides,
    }
    return Community(TownInfo("試験町", date(2026, 11, 23)), **{**usual, **tables})

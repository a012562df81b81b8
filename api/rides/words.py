"""A day's plan in words: days, times, places and who rides; ids, never names, and no home but by its area."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import TYPE_CHECKING

from api.rides.texts import label
from matching.errors import Lang
from matching.rides.alone import clock
from matching.texts import word

if TYPE_CHECKING:
    from matching.domain import Community, Driver, Resident, Resource, RideRequest, Vehicle
    from matching.domain.tour import Stop, Tour

_NEAR = 1e-6
"""Degrees: two points closer than about a decimetre are one."""


@dataclass(frozen=True, slots=True)
class Known:
    """The things of a town by their ids, for putting a plan into words."""

    town: "Community"
    lang: Lang
    rides: "Mapping[str, RideRequest]"
    residents: "Mapping[str, Resident]"
    drivers: "Mapping[str, Driver]"
    vehicles: "Mapping[str, Vehicle]"
    resources: "Mapping[str, Resource]"
    areas: Mapping[str, str]

    def say(self, key: str, **facts: str | float) -> str:
        """A label in the reader's language."""
        return label(key, self.lang, **facts)

    def day(self, day: date) -> str:
        """The day with its weekday, and the public holiday where it is one."""
        weekday = word("weekday", day.strftime("%a").lower(), self.lang)
        told = self.say("day", year=day.year, month=day.month, day=day.day, weekday=weekday)
        name = holiday(day)
        return told + (self.say("holiday", name=name) if name else "")

    def place(self, stop: "Stop", tour: "Tour") -> str:
        """Where a stop is: a home by its area, another point by its name, or by the area it is nearest to.

        Never coordinates: nobody finds their way by them, and those of a private house lead to somebody. Of a pause
        nothing.
        """
        if not stop.ride_id:
            return (
                ""
                if stop.kind == "pause"
                else self.say("base", resource=self.resources[self.vehicles[tour.vehicle_id].resource_id].name)
            )
        if stop.latitude is None or stop.longitude is None:
            return ""
        if self.at_home(stop):
            resident = self.residents[stop.resident_id]
            return self.say("home", area=self.areas.get(resident.area_id, resident.area_id))
        at = (stop.latitude, stop.longitude)
        return self._name(at) or self._somewhere(at)

    def _name(self, at: tuple[float, float]) -> str:
        """A resource, the middle of an area or a listed place that is just there; empty where there is none."""
        names = (
            *((r.name, r.latitude, r.longitude) for r in self.town.resources if r.where == "there"),
            *(
                (self.say("middle", area=a.name or a.area_id), a.latitude, a.longitude)
                for a in self.town.areas
                if a.tier == 2
            ),
            *((p.name, p.latitude, p.longitude) for p in self.town.places),
        )
        return next((name for name, *point in names if name and _same(at, (point[0], point[1]))), "")

    def _somewhere(self, at: tuple[float, float]) -> str:
        """A point that has no name, by the daily-life area whose point is nearest."""
        near = [
            (_apart(at, (area.latitude, area.longitude)), area.name or area.area_id)
            for area in self.town.areas
            if area.tier == 2 and area.latitude is not None and area.longitude is not None
        ]
        return self.say("nameless.near", area=min(near)[1]) if near else self.say("nameless")

    def at_home(self, stop: "Stop") -> bool:
        """Whether somebody gets on or off at their own home."""
        if not stop.ride_id or stop.latitude is None or stop.longitude is None:
            return False
        resident = self.residents[stop.resident_id]
        return _same((stop.latitude, stop.longitude), (resident.latitude, resident.longitude))

    def drawn(self, stop: "Stop") -> tuple[float, float] | None:
        """Where a stop stands on a map, in degrees: a home at the point of its area, never at its door."""
        if stop.latitude is None or stop.longitude is None:
            return None
        if not self.at_home(stop):
            return round(stop.latitude, 5), round(stop.longitude, 5)
        area_id = self.residents[stop.resident_id].area_id
        area = next((one for one in self.town.areas if one.area_id == area_id), None)
        if area is None or area.latitude is None or area.longitude is None:
            return None
        return round(area.latitude, 5), round(area.longitude, 5)

    def who(self, ride_id: str) -> str:
        """The resident's id, and what else comes along."""
        ride = self.rides[ride_id]
        parts = [ride.resident_id]
        if ride.passengers > 1:
            parts.append(self.say("people", n=ride.passengers))
        if ride.wheelchairs:
            parts.append(self.say("wheelchair", n=ride.wheelchairs))
        if ride.escort:
            parts.append(self.say("escort"))
        return " ".join(parts)

    def on_board(self, stop: "Stop") -> str:
        """Seats and wheelchair places taken when the car goes on."""
        if stop.wheelchairs:
            return self.say("aboard.chairs", n=stop.seats, chairs=stop.wheelchairs)
        return self.say("aboard", n=stop.seats)


def known(town: "Community", lang: Lang) -> Known:
    """A town's things by their ids."""
    return Known(
        town,
        lang,
        {one.ride_id: one for one in town.ride_requests},
        {one.resident_id: one for one in town.residents},
        {one.driver_id: one for one in town.drivers},
        {one.vehicle_id: one for one in town.vehicles},
        {one.resource_id: one for one in town.resources},
        {one.area_id: one.name or one.area_id for one in town.areas},
    )


def holiday(day: date) -> str:
    """The name of the public holiday in Japan; empty where there is none."""
    import jpholiday

    return jpholiday.is_holiday_name(day) or ""


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points of one town are apart, in degrees of latitude squared; only for telling which is nearer."""
    return (one[0] - other[0]) ** 2 + ((one[1] - other[1]) * cos(radians(one[0]))) ** 2


def _same(one: tuple[float, float], other: tuple[float | None, float | None]) -> bool:
    if other[0] is None or other[1] is None:
        return False
    return abs(one[0] - other[0]) < _NEAR and abs(one[1] - other[1]) < _NEAR


__all__ = ["Known", "clock", "holiday", "known"]

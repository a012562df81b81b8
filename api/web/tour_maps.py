"""A day's tours as a map: points for Leaflet, and a drawing that also prints; homes at the point of their area."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.rides.page import DayMap, colour_of, day_map
from api.web.desk import Desk
from api.web.resources import area_points
from api.web.rows import Places


@dataclass(frozen=True, slots=True)
class TourMap:
    """What the map of a page is told, as JSON, and the same as a drawing; None where no stop of the day has a point."""

    told: str
    drawing: DayMap | None


def map_of(desk: Desk, places: Places, day: Mapping[str, Any]) -> TourMap:
    """The tours of one day as far as one sees the riders."""
    areas = area_points(places)
    tours: list[dict[str, Any]] = []
    for number, tour in enumerate(day["tours"]):
        colour, dash = colour_of(number)
        stops = [
            {"latitude": stop["drawn"][0], "longitude": stop["drawn"][1], "text": _words(desk, stop)}
            for stop in tour["stops"]
            if stop.get("drawn")
        ]
        name = desk.say("rides.tour", driver=tour["driver"], vehicle=tour["vehicle"])
        tours.append({"name": name, "colour": colour, "dash": dash, "stops": stops})
    centres = [(one["name"], (one["latitude"], one["longitude"])) for one in areas]
    ways = [(one["name"], [(stop["latitude"], stop["longitude"]) for stop in one["stops"]]) for one in tours]
    told = {"areas": areas, "resources": [], "tours": tours}
    return TourMap(json.dumps(told, ensure_ascii=False), day_map(ways, centres))


def _words(desk: Desk, stop: Mapping[str, Any]) -> str:
    return " ".join(part for part in (stop["time"], desk.say(f"stop.{stop['kind']}"), stop["place"]) if part)

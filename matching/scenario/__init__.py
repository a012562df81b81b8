"""What if: edits of a town that compose. Values in, values out; nothing here can reach the register."""

from matching.scenario.consultation import StaffConsultation
from matching.scenario.demand import grown, of_residents
from matching.scenario.edits import (
    AddCar,
    AddDriver,
    AddOpening,
    AddPlace,
    CloseOpening,
    CloseResource,
    Edit,
    EndBusLine,
    LoseDrivers,
    MoreNeeds,
    MorePlaces,
    NoBus,
    edited,
    travel_after,
)
from matching.scenario.later import LaterYear

__all__ = [
    "AddCar",
    "AddDriver",
    "AddOpening",
    "AddPlace",
    "CloseOpening",
    "CloseResource",
    "Edit",
    "EndBusLine",
    "LaterYear",
    "LoseDrivers",
    "MoreNeeds",
    "MorePlaces",
    "NoBus",
    "StaffConsultation",
    "edited",
    "grown",
    "of_residents",
    "travel_after",
]

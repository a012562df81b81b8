"""What if: edits of a town that compose. Values in, values out; nothing here can reach the register."""

from matching.scenario.demand import grown, of_residents
from matching.scenario.edits import (
    AddCar,
    AddDriver,
    AddOpening,
    AddPlace,
    CloseOpening,
    CloseResource,
    Edit,
    LoseDrivers,
    MoreNeeds,
    MorePlaces,
    NoBus,
    edited,
    travel_after,
)

__all__ = [
    "AddCar",
    "AddDriver",
    "AddOpening",
    "AddPlace",
    "CloseOpening",
    "CloseResource",
    "Edit",
    "LoseDrivers",
    "MoreNeeds",
    "MorePlaces",
    "NoBus",
    "edited",
    "grown",
    "of_residents",
    "travel_after",
]

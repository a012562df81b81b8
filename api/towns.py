"""A town folder, opened for the engine."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matching.domain import Community, TravelTimes
    from matching.rules import Rulebook


def town_of(folder: Path) -> "tuple[Community, Rulebook, TravelTimes]":
    """A town, its rulebook and its travel times."""
    from matching.exchange import read_town
    from matching.rules import rulebook
    from matching.travel import provider

    community = read_town(folder)
    return community, rulebook(community.info.rulebook, folder), provider(community.info.travel, folder)

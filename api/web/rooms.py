"""How much room each opening has: its places as the engine counts them, and how many are held, by whomever."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from api.service import Work
from api.store.database import seeing_everybody
from api.store.register import NOUNS
from api.store.scope import Scope, for_scope, visible
from api.web.rows import Places

_PLACEMENTS = NOUNS["placements"].table


@dataclass(frozen=True, slots=True)
class Room:
    """Places of an opening for people in the needs, and how many of them are held."""

    places: int
    held: int

    @property
    def free(self) -> int:
        """How many more may come."""
        return max(0, self.places - self.held)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The room of every opening of the town: the places of each, and how many of them are held where any is."""

    places: Mapping[str, int]
    held: Mapping[str, int]

    def __getitem__(self, opening_id: str) -> Room:
        return Room(self.places[opening_id], self.held.get(opening_id, 0))

    def free(self) -> dict[str, int]:
        """How many more may come to each opening that has room."""
        held = self.held
        return {one: free for one, count in self.places.items() if (free := count - held.get(one, 0)) > 0}


def rooms(work: Work, places: Places) -> Rooms:
    """The room of every opening of the town."""
    with seeing_everybody(work.connection, work.scope) as everybody:
        held = {row[0]: row[1] for row in work.connection.execute(_held(everybody))}
    return Rooms(places.offers.places, held)


@for_scope
def _held(scope: Scope) -> Select[Any]:
    counted = select(_PLACEMENTS.c.opening_id, func.count()).where(visible(_PLACEMENTS, scope))
    return counted.group_by(_PLACEMENTS.c.opening_id)

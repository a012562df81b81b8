"""How much room each opening has: its places as the engine counts them, and how many are held, by whomever."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from api.service import Work
from api.store.database import seeing_everybody
from api.store.offers import offers_of
from api.store.register import NOUNS
from api.store.scope import visible

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


def rooms(work: Work) -> Mapping[str, Room]:
    """The room of every opening of the town."""
    with seeing_everybody(work.connection, work.scope) as everybody:
        counted = work.connection.execute(
            select(_PLACEMENTS.c.opening_id, func.count())
            .where(visible(_PLACEMENTS, everybody))
            .group_by(_PLACEMENTS.c.opening_id)
        )
        held = {row[0]: row[1] for row in counted}
    places = offers_of(work.connection, work.scope).places
    return {opening: Room(count, held.get(opening, 0)) for opening, count in places.items()}

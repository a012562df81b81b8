"""How much room each opening has: its places as the engine counts them, and how many are held, by whomever."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from api.service import Work
from api.store.offers import Offers
from api.store.standing import Standing, standing_of
from api.web.rows import Places


@dataclass(frozen=True, slots=True)
class Room:
    """Places of an opening for people in the needs, and how many of them are held."""

    places: int
    held: int

    @property
    def free(self) -> int:
        """How many more may come."""
        return max(0, self.places - self.held)


@dataclass(frozen=True, slots=True, eq=False)
class Rooms:
    """The room of every opening of the town: the places of each, how many of them are held where any is, and how many
    more may come to each that has room.
    """

    places: Mapping[str, int]
    held: Mapping[str, int]
    free: Mapping[str, int]

    def __getitem__(self, opening_id: str) -> Room:
        return Room(self.places[opening_id], self.held.get(opening_id, 0))


def rooms(work: Work, places: Places) -> Rooms:
    """The room of every opening of the town."""
    return _rooms(standing_of(work.connection, work.scope), places.offers)


@lru_cache(64)
def _rooms(standing: Standing, offers: Offers) -> Rooms:
    """The same as long as nobody comes or goes and the town offers the same."""
    held = Counter(one.opening_id for one in standing.held)
    free = {one: free for one, count in offers.places.items() if (free := count - held[one]) > 0}
    return Rooms(offers.places, dict(held), free)

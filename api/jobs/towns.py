"""The town that a job is about, read from the database with its other files; it holds no key: no name comes here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from api.store.database import Database
from api.store.scope import Scope
from api.store.town import load, town_files
from matching.domain import Community, Placement, PlacementState, Sharing, TravelTimes

if TYPE_CHECKING:
    from matching.rules import Rulebook


class OpenTown(NamedTuple):
    """What the engine's verbs ask for first."""

    community: Community
    rulebook: "Rulebook"
    travel: TravelTimes


@contextmanager
def open_town(database: Database, scope: Scope, asked: Mapping[str, Any]) -> Iterator[OpenTown]:
    """The town as a job is to see it: of its room (`consent` unless said), with its pins."""
    from matching.rules import rulebook
    from matching.travel import provider

    with database.look(scope) as connection:
        community = load(connection, scope).community
        seen = _in_this_room(community, asked.get("room", Sharing.CONSENT), frozenset(asked.get("cases", ())))
        with town_files(connection, scope) as folder:
            book, travel = rulebook(seen.info.rulebook, folder), provider(seen.info.travel, folder)
            yield OpenTown(_pinned(seen, asked.get("pins", {})), book, travel)


def as_placed(
    placements: tuple[Placement, ...], kept: Mapping[str, str], state: PlacementState
) -> tuple[Placement, ...]:
    """Placements with these needs at these openings, in this state, in the place of what they hold."""
    others = (one for one in placements if one.need_id not in kept)
    return (*others, *(Placement(need, opening, state=state) for need, opening in sorted(kept.items())))


def _in_this_room(community: Community, room: str, cases: frozenset[str]) -> Community:
    """In a support conference, only its own cases are shared under it; nobody else is matched there."""
    if room == Sharing.CONSENT:
        return community
    people = tuple(
        one if one.resident_id in cases else replace(one, sharing=Sharing.NONE) for one in community.residents
    )
    return replace(community, residents=people)


def _pinned(community: Community, pins: Mapping[str, str]) -> Community:
    """Needs that are to keep an opening: as a worker's pin, in the place of what they hold now."""
    if not pins:
        return community
    return replace(community, placements=as_placed(community.placements, pins, PlacementState.FIXED))

"""Places at openings: how many there are, which number is free, and that nobody is in two places at one time.

The town's writers follow each other, so that what is counted holds; each placement also holds a numbered place that the
database gives away once.
"""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from api.store.database import seeing_everybody
from api.store.register import NOUNS
from api.store.scope import Scope, by, visible
from api.store.town import own_rulebook, town_info
from matching.domain import Community, Opening, Resource, Sharing, TownInfo

if TYPE_CHECKING:
    from matching.rules import Rulebook

_NEEDS, _OPENINGS = NOUNS["needs"].table, NOUNS["openings"].table
_PLACEMENTS, _RESOURCES = NOUNS["placements"].table, NOUNS["resources"].table


def free_slot(connection: Connection, scope: Scope, opening: Opening, but: str = "") -> int | None:
    """The lowest free place of an opening, None where it is full; the placement of the need `but` does not count."""
    places = places_of(connection, scope, opening)
    with seeing_everybody(connection, scope) as everything:
        asked = {"opening": opening.opening_id, "need": but}
        taken = set(connection.execute(_taken(everything), asked).scalars())
    return None if len(taken) >= places else next(slot for slot in range(places) if slot not in taken)


@lru_cache(1000)
def _taken(scope: Scope) -> Select[int]:
    others = (_PLACEMENTS.c.opening_id == bindparam("opening"), _PLACEMENTS.c.need_id != bindparam("need"))
    return select(_PLACEMENTS.c.slot).where(visible(_PLACEMENTS, scope), *others)


def places_of(connection: Connection, scope: Scope, opening: Opening) -> int:
    """How many places an opening has for people in the needs, as the engine counts them."""
    found = connection.execute(by(_RESOURCES.c.resource_id, scope), {"wanted": opening.resource_id})
    resource: Resource = NOUNS["resources"].thing(dict(found.mappings().one()))
    info = town_info(connection, scope)
    return _counted(info, own_rulebook(connection, scope, info), resource, opening)


@lru_cache(10_000)
def _counted(info: TownInfo, book: bytes | None, resource: Resource, opening: Opening) -> int:
    """The places of one opening by the town's rulebook; the same values have the same."""
    from matching.rules import columns

    alone = replace(resource, organisation_id="", resident_id="", area_id="", areas_served=())
    town = Community(info, resources=(alone,), openings=(opening,))
    free, _ = _rulebook(info.rulebook, book).places.free(columns(town, Sharing.CONSENT))
    return int(free[0])


def places_of_all(
    connection: Connection, scope: Scope, resources: Iterable[Resource], openings: Iterable[Opening]
) -> Mapping[str, int]:
    """The same for all openings of a town, counted at once."""
    from matching.rules import columns

    alone = tuple(replace(one, organisation_id="", resident_id="", area_id="", areas_served=()) for one in resources)
    all_of_them = tuple(openings)
    info = town_info(connection, scope)
    book = _rulebook(info.rulebook, own_rulebook(connection, scope, info))
    free, _ = book.places.free(columns(Community(info, resources=alone, openings=all_of_them), Sharing.CONSENT))
    return {one.opening_id: int(count) for one, count in zip(all_of_them, free, strict=True)}


@lru_cache(8)
def _rulebook(name: str, content: bytes | None) -> "Rulebook":
    """A rulebook by its name, or of a town's own file; read once for the same content."""
    from matching.rules import rulebook

    if content is None:
        return rulebook(name)
    with tempfile.TemporaryDirectory(prefix="tsunagu-town-") as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return rulebook(name, Path(folder))


def clashes(connection: Connection, scope: Scope, need_id: str, opening: Opening) -> bool:
    """Whether the person of a need is somewhere else at the time of an opening."""
    rows = connection.execute(_elsewhere(scope), {"need": need_id}).mappings()
    return any(opening.meets(NOUNS["openings"].thing(dict(row))) for row in rows)


@lru_cache(1000)
def _elsewhere(scope: Scope) -> Select[tuple[object, ...]]:
    """The openings at which the person of a need has places for others of their needs."""
    need: BindParameter[str] = bindparam("need")
    person = select(_NEEDS.c.resident_id).where(visible(_NEEDS, scope), _NEEDS.c.need_id == need).scalar_subquery()
    return (
        select(_OPENINGS)
        .join(
            _PLACEMENTS,
            (_PLACEMENTS.c.municipality_id == _OPENINGS.c.municipality_id)
            & (_PLACEMENTS.c.opening_id == _OPENINGS.c.opening_id),
        )
        .join(
            _NEEDS,
            (_NEEDS.c.municipality_id == _PLACEMENTS.c.municipality_id) & (_NEEDS.c.need_id == _PLACEMENTS.c.need_id),
        )
        .where(visible(_NEEDS, scope), _NEEDS.c.resident_id == person, _NEEDS.c.need_id != need)
    )


def opening_of(connection: Connection, scope: Scope, opening_id: str) -> Opening:
    """One opening.

    Raises:
        LookupError: there is none of that name.
    """
    row = connection.execute(by(_OPENINGS.c.opening_id, scope), {"wanted": opening_id}).mappings().one_or_none()
    if row is None:
        raise LookupError(opening_id)
    opening: Opening = NOUNS["openings"].thing(dict(row))
    return opening

"""What a town offers: its areas, resources, openings, their places and who is behind them, read once and kept.

Pages name places all the time, and a town has a thousand openings. What is kept is of the town and of no person, and
it holds for whoever may read a resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from api.store.kept import Kept
from api.store.places import places_of_all
from api.store.register import NOUNS
from api.store.scope import Scope, of
from matching.domain import Area, Opening, Resource

_READ = ("areas", "resources", "openings", "organisations")


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """Everything by its identifier, and who is behind it by name; the places of an opening for people in the needs.

    The same value as long as nothing of it changes, so that what is made of it can be kept by it.
    """

    areas: Mapping[str, Area]
    resources: Mapping[str, Resource]
    openings: Mapping[str, Opening]
    organisations: Mapping[str, str]
    places: Mapping[str, int]


def offers_of(connection: Connection, scope: Scope) -> Offers:
    """What the town of a scope offers now."""
    return _KEPT.of(connection, scope)


def _read(connection: Connection, scope: Scope) -> Offers:
    areas, resources, openings, organisations = (
        [NOUNS[name].thing(dict(row)) for row in _rows(connection, scope, name)] for name in _READ
    )
    return Offers(
        {one.area_id: one for one in areas},
        {one.resource_id: one for one in resources},
        {one.opening_id: one for one in openings},
        {one.organisation_id: one.name or one.organisation_id for one in organisations},
        places_of_all(connection, scope, resources, openings),
    )


def _rows(connection: Connection, scope: Scope, name: str) -> Any:
    table = NOUNS[name].table
    return connection.execute(of(table, scope).order_by(table.c.position)).mappings()


_KEPT = Kept("offers", _read)

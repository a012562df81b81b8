"""What a town offers: its areas, resources, openings and their places, read once and kept until one of them changes.

Pages name places all the time, and a town has a thousand openings. What is kept is of the town and of no person, and
it holds for whoever may read a resource; whether it still holds is asked of the database each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select, true

from api.store.places import places_of_all
from api.store.register import NOUNS
from api.store.scope import Scope, of, table_of, visible
from api.store.tables import Municipality
from matching.domain import Area, Opening, Resource

TOWNS = 32
"""So many towns are kept by a process, those that were read last."""
_READ = ("areas", "resources", "openings")
_MUNICIPALITIES = table_of(Municipality)


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything by its identifier; `places` are those of each opening for people in the needs."""

    areas: Mapping[str, Area]
    resources: Mapping[str, Resource]
    openings: Mapping[str, Opening]
    places: Mapping[str, int]


_KEPT: WeakKeyDictionary[Engine, dict[str, tuple[tuple[Any, ...], Offers]]] = WeakKeyDictionary()


def offers_of(connection: Connection, scope: Scope) -> Offers:
    """What the town of a scope offers now."""
    towns = _KEPT.setdefault(connection.engine, {})
    stamp = _stamp(connection, scope)  # before the rows: what is newer than its stamp is read again, never the reverse
    kept = towns.pop(scope.municipality_id, None)
    if kept is None or kept[0] != stamp:
        kept = (stamp, _read(connection, scope))
    towns[scope.municipality_id] = kept
    for oldest in list(towns)[:-TOWNS]:
        towns.pop(oldest, None)
    return kept[1]


def _stamp(connection: Connection, scope: Scope) -> tuple[Any, ...]:
    """Changes with every row that is added, changed or taken away, and with the town's settings."""
    parts = []
    for name in _READ:
        table = NOUNS[name].table
        counted = (
            func.count().label("rows"),
            func.sum(table.c.version).label("sum"),
            func.max(table.c.changed_at).label("last"),
        )
        parts.append(select(*counted).where(visible(table, scope)).subquery(name))
    toml = select(_MUNICIPALITIES.c.town_toml).where(_MUNICIPALITIES.c.municipality_id == scope.municipality_id)
    one, two, three = parts
    wanted = select(*(column for part in parts for column in part.c), toml.scalar_subquery())
    wanted = wanted.select_from(one.join(two, true()).join(three, true()))
    return tuple(connection.execute(wanted).one())


def _read(connection: Connection, scope: Scope) -> Offers:
    areas, resources, openings = (
        [NOUNS[name].thing(dict(row)) for row in _rows(connection, scope, name)] for name in _READ
    )
    return Offers(
        {one.area_id: one for one in areas},
        {one.resource_id: one for one in resources},
        {one.opening_id: one for one in openings},
        places_of_all(connection, scope, resources, openings),
    )


def _rows(connection: Connection, scope: Scope, name: str) -> Any:
    table = NOUNS[name].table
    return connection.execute(of(table, scope).order_by(table.c.position)).mappings()

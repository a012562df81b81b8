"""Who drives in a town and with which cars, read once and kept until one of them changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from api.store.kept import Kept
from api.store.register import NOUNS
from api.store.scope import Scope, of
from matching.domain import Driver, Vehicle


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Drivers and cars by their identifier, in the order of the register."""

    drivers: Mapping[str, Driver]
    vehicles: Mapping[str, Vehicle]


def fleet_of(connection: Connection, scope: Scope) -> Fleet:
    """Drivers and cars of a scope's town as they are now."""
    return _KEPT.of(connection, scope)


def _read(connection: Connection, scope: Scope) -> Fleet:
    drivers, vehicles = NOUNS["drivers"], NOUNS["vehicles"]
    found = (connection.execute(of(noun.table, scope).order_by(noun.table.c.position)).mappings().all()
             for noun in (drivers, vehicles))  # fmt: skip
    mine, cars = found
    return Fleet(
        {one.driver_id: one for one in (drivers.thing(dict(row)) for row in mine)},
        {one.vehicle_id: one for one in (vehicles.thing(dict(row)) for row in cars)},
    )


_KEPT = Kept("offers", _read)

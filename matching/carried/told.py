"""The rides of a matching as people read them: who fetches whom when, and what is there and cannot be carried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.carried.agree import Agreed
from matching.carried.carry import Days
from matching.carried.fleet import Fleet
from matching.domain import Option, Reason, Warned
from matching.errors import Facts
from matching.rides.alone import clock

ASSUMED, PLANNED = "ride_assumed", "ride_planned"


@dataclass(frozen=True, slots=True)
class _Leg:
    """One ride: who drives, with which car, when it begins to board and to alight."""

    driver: str
    vehicle: str
    fetched: str
    there: str


def with_rides(agreed: Agreed, listed: Sequence[tuple[Option, ...]]) -> list[tuple[Option, ...]]:
    """The options with the ride of each chosen one; what another by ride would cost is no more than a bound."""
    carrying = agreed.carrying
    if not carrying.weeks:
        return list(listed)
    town = agreed.posed.pairs.town
    need_ids = [town.community.needs[row].need_id for row in agreed.posed.need_row.tolist()]
    rides = _rides(agreed)
    return [
        tuple(_told(option, rides.get((need, option.opening_id))) for option in options)
        for need, options in zip(need_ids, listed, strict=True)
    ]


def ride_warnings(agreed: Agreed) -> Iterator[Warned]:
    """What is promised or held, and the cars cannot carry beside the rest."""
    town = agreed.posed.pairs.town
    for unit in agreed.carrying.left:
        if unit.key[0] < 0:
            for ride in unit.rides:
                yield Warned("promise_not_carried", {"ride": ride.ride_id})
        else:
            need, opening = town.community.needs[unit.key[0]], town.community.openings[unit.key[1]]
            place = town.community.resources[int(town.openings.resource[unit.key[1]])].name
            told: Facts = {"need": need.need_id, "place": place, "weekday": opening.when()["weekday"]}
            yield Warned("held_not_carried", told)


def _told(option: Option, ride: Facts | None) -> Option:
    if option.mode != "ride":
        return option
    if ride is None:
        return option if option.chosen else replace(option, exact=False)
    if not option.chosen:
        return replace(option, exact=False)
    reasons = tuple(
        Reason(PLANNED, one.tier, one.points, ride) if one.code == ASSUMED else one for one in option.reasons
    )
    return replace(option, reasons=reasons)


def _rides(agreed: Agreed) -> Mapping[tuple[str, str], Facts]:
    """For each pair that is carried, by ids: its ride out and home."""
    town = agreed.posed.pairs.town.community
    out: dict[tuple[str, str], Facts] = {}
    for fleet, days in agreed.carrying.weeks:
        legs = _legs(fleet, days)
        for unit in fleet.units:
            mine = [legs.get((unit.weekday, ride.ride_id)) for ride in unit.rides]
            if unit.key[0] < 0 or len(mine) != 2 or mine[0] is None or mine[1] is None:
                continue
            need, opening = town.needs[unit.key[0]], town.openings[unit.key[1]]
            out[need.need_id, opening.opening_id] = _facts(str(opening.weekday), mine[0], mine[1])
    return out


def _facts(weekday: str, out: _Leg, home: _Leg) -> Facts:
    return {
        "weekday": weekday, "driver": out.driver, "vehicle": out.vehicle, "pickup": out.fetched, "arrive": out.there,
        "home_driver": home.driver, "home_vehicle": home.vehicle, "leave": home.fetched, "back": home.there,
    }  # fmt: skip


def _legs(fleet: Fleet, days: Days) -> Mapping[tuple[int, str], _Leg]:
    """Each ride that is driven, by weekday and name; of several weeks of the month the first."""
    out: dict[tuple[int, str], _Leg] = {}
    for one, problem, plan in days:
        for route in plan.routes:
            offer = fleet.days[one.weekday].offers.offers[route.duty]
            at = dict(zip(route.nodes, route.begins, strict=True))
            for row in np.flatnonzero(np.isin(problem.pickup, route.nodes)).tolist():
                leg = _Leg(
                    offer.driver.driver_id,
                    offer.vehicle.vehicle_id,
                    clock(at[int(problem.pickup[row])]),
                    clock(at[int(problem.drop[row])]),
                )
                out.setdefault((one.weekday, one.rides[row].ride_id), leg)
    return out

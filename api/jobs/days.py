"""Days of rides as the solver's process plans them, and plans them again after a call."""

import json
import time
from collections.abc import Mapping
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from api.jobs.driven import driven_besides
from api.jobs.studies import Tell
from api.jobs.tours import apart, together
from api.jobs.towns import OpenTown, open_town
from api.store.database import Database
from api.store.scope import Scope, table_of, visible
from api.store.tables import Document, TourRide
from matching.errors import Lang

if TYPE_CHECKING:
    from matching.domain.tour import Tour
    from matching.plan_rides import WeeksPlan
    from matching.rides.duties import Driven

LANGUAGES: tuple[Lang, ...] = ("ja", "en")
SECONDS = 30.0
"""CPU seconds for a day, unless the town says otherwise."""


def solve_tours(database: Database, scope: Scope, asked: Mapping[str, Any], tell: Tell) -> None:
    """The tours of a day or of some weeks; with `call`, those of one day as they go on after it."""
    started, call = time.process_time(), asked.get("call")
    told = _told(database, scope, asked["revises"], call["date"]) if call else ()
    tell("progress", {"step": "tours", "share": 0.0})
    with database.look(scope) as connection:
        driven = driven_besides(connection, scope, asked)
    with open_town(database, scope, asked) as town:
        plan = _again(town, call, told, driven) if call else _planned(town, asked, tell, driven)
        tell("done", _document(town, plan, time.process_time() - started))


def _planned(town: OpenTown, asked: Mapping[str, Any], tell: Tell, driven: "Driven") -> "WeeksPlan":
    from api.rides.run import plan_days
    from matching.plan_rides import WantedDay

    def progress(best: float, bound: float) -> None:
        known = {"best": best, "bound": bound}
        tell("progress", {name: round(value, 2) for name, value in known.items() if isfinite(value)})

    wanted = WantedDay(date.fromisoformat(asked["date"]), seconds=asked.get("seconds") or SECONDS, driven=driven)

    def days_done(done: int, of: int) -> None:
        tell("progress", {"share": round(done / of, 3)})

    return plan_days(*town, wanted, asked["weeks"], progress, days_done)[0]


def _again(town: OpenTown, call: Mapping[str, Any], told: "tuple[Tour, ...]", driven: "Driven") -> "WeeksPlan":
    from api.rides.told import minute_of
    from matching.lawful import read_law
    from matching.plan_rides import WeeksPlan
    from matching.replan_rides import Call, replan_rides

    asked = Call(
        date.fromisoformat(call["date"]), minute_of(call["now"], "now"), frozenset(call["without"]),
        frozenset(call["without_drivers"]), call["most_moved"], driven=driven, pinned=frozenset(call.get("pinned", ())),
        given={one["ride_id"]: (one["driver_id"], one["vehicle_id"]) for one in call.get("given", ())},
    )  # fmt: skip
    return WeeksPlan((replan_rides(*town, read_law(), told, asked),), True, ())


def _told(database: Database, scope: Scope, tours_id: str, day: str) -> "tuple[Tour, ...]":
    """The tours of that day as an earlier plan has them, of rides that are still there."""
    from sqlalchemy import select

    from api.rides.told import tours_of

    documents, rides = table_of(Document), table_of(TourRide)
    with database.look(scope) as connection:
        mine = select(documents.c.body).where(visible(documents, scope), documents.c.document_id == tours_id)
        bare = connection.execute(mine).scalar_one()["ja"]
        found = select(rides.c.ride_id, rides.c.body).where(visible(rides, scope), rides.c.tours_id == tours_id)
        own = {row.ride_id: row.body["ja"] for row in connection.execute(found)}
    whole = together(bare, own)
    for tour in (tour for one in whole["days"] for tour in one["tours"]):
        gone = ("board", "alight")
        tour["stops"] = [stop for stop in tour["stops"] if stop["ride"] or stop["kind"] not in gone]
    return tours_of(json.dumps(whole), "tours", date.fromisoformat(day))


def _document(town: OpenTown, plan: "WeeksPlan", seconds: float) -> dict[str, Any]:
    """The plan in both languages, without persons, and of each ride what it says of it."""
    from api.rides.answer import days_json
    from api.rides.words import known

    owners = {one.ride_id: one.resident_id for one in town.community.ride_requests}
    bare: dict[str, Any] = {}
    rides: dict[str, dict[str, Any]] = {}
    for lang in LANGUAGES:
        whole = json.loads(days_json(plan, known(town.community, lang), seconds))
        bare[lang], own = apart(whole, owners)
        for ride, told in own.items():
            rides.setdefault(ride, {})[lang] = told
    return {"document": bare, "rides": rides}

"""地域資源: the list and the map, one resource with its openings and room, the week; お宝 handled gently."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from starlette.responses import JSONResponse, Response

from api.bodies import whole_of
from api.changes import change
from api.conventions import row_of
from api.problems import ProblemError
from api.report.texts import TEXTS
from api.service import Work
from api.store.register import NOUNS
from api.web import times
from api.web.desk import Desk, Page
from api.web.follow_ups import due
from api.web.render import part, render
from api.web.rooms import Rooms, rooms
from api.web.rows import Places, all_places
from matching.domain import UNTOLD, Opening, Resource, ResourceKind, Weekday, Where

AT_ONCE = 60


def resources(desk: Desk) -> Response:
    """Every resource by area and kind, sixty at once, with the room that it has."""
    query = desk.request.query_params
    asked = {name: query.get(name, "")[:200] for name in ("q", "area", "kind", "show")}
    start = int(query.get("from", "0")[:9]) if query.get("from", "0").isdigit() else 0
    most = desk.at_once(AT_ONCE)
    with desk.look() as work:
        places = all_places(work, desk.lang)
        room, ask = rooms(work, places), _hosts_to_ask(work, desk, places)
    free = free_of(places, room)
    found = [one for one in places.resources.values() if _fits(one, asked, free, ask)]
    choices = {
        "area": [(one.area_id, one.name or one.area_id) for one in places.areas.values()],
        "kind": [(kind.value, TEXTS[f"resource.{kind}"].render(desk.lang, {})) for kind in ResourceKind],
        "show": [
            (one, desk.say(f"resources.{one}"))
            for one in ("room", "treasure", "stale", *(["ask"] if desk.may("follow_ups.create") else []))
        ],
    }
    rows = found[start : start + most]
    shown = tuple((one.resource_id, free[one.resource_id], one.resource_id in ask) for one in rows)
    table = part(desk, "resource_rows.html.j2", (places.offers, shown, start, len(found)), rows=rows, start=start,
                 count=len(found), places=places, free=free, ask=ask)  # fmt: skip
    return render(desk, "resources.html.j2", rows=rows, table=table, asked=asked, choices=choices,
                  following=start + most if len(found) > start + most else None)  # fmt: skip


def _hosts_to_ask(work: Work, desk: Desk, places: Places) -> frozenset[str]:
    """Hosts whom it is time to ask how it goes, as far as one sees who comes to them; no person is named."""
    return frozenset(due(work, places, times.today())[1]) if desk.may("follow_ups.create") else frozenset()


def _fits(one: Resource, asked: dict[str, str], free: dict[str, int], ask: frozenset[str]) -> bool:
    if asked["q"] and asked["q"] not in one.name and asked["q"] != one.resource_id:
        return False
    if (asked["area"] and one.area_id != asked["area"]) or (asked["kind"] and one.kind != asked["kind"]):
        return False
    shows = {"room": free[one.resource_id] > 0, "treasure": one.informal, "stale": _stale(one),
             "ask": one.resource_id in ask}  # fmt: skip
    return shows.get(asked["show"], True)


def _stale(one: Resource) -> bool:
    return one.confirmed_on is None or (times.today() - one.confirmed_on).days > 365


def free_of(places: Places, room: Rooms) -> dict[str, int]:
    """How many more people each resource could take, over all its openings."""
    free = dict.fromkeys(places.resources, 0)
    for opening_id, count in room.free.items():
        free[places.openings[opening_id].resource_id] += count
    return free


def resource(desk: Desk, row_id: str) -> Response:
    """One resource: what it offers, when, how much room there is, and how tired its hosts are."""
    with desk.read("resources.read") as work:
        places = all_places(work, desk.lang)
        room = rooms(work, places)
        one = places.resources.get(row_id)
        if one is None:
            raise ProblemError("not_found")
        ask = due(work, places, times.today())[1].get(row_id, []) if desk.may("follow_ups.create") else []
        if ask:
            work.tell_people([each.resident_id for each in ask], {"rows": len(ask)})
    openings = [(each, room[key]) for key, each in places.openings.items() if each.resource_id == row_id]
    return render(desk, "resource.html.j2", one=one, openings=openings, places=places, stale=_stale(one), ask=ask,
                  organisation=places.offers.organisations.get(one.organisation_id, one.organisation_id))  # fmt: skip


def confirmed(desk: Desk, row_id: str) -> Response:
    """Somebody asked there today: what is written still holds."""
    noun = NOUNS["resources"]
    with desk.change() as work:
        row = row_of(work, noun.table.c.resource_id, row_id)
        change(work, noun, row, {**whole_of(noun, row), "confirmed_on": times.today().isoformat()})
    return desk.back(f"/resources/{row_id}")


def week(desk: Desk) -> Response:
    """What there is on each day of the week, in one area or in all."""
    area = desk.request.query_params.get("area", "")
    with desk.look("openings.list") as work:
        places = all_places(work, desk.lang)
        room = rooms(work, places)
    days = part(desk, "week_days.html.j2", (places.offers, tuple(room.held.items()), area),
                days=_days(places, room, area), places=places, untold=UNTOLD)  # fmt: skip
    return render(desk, "week.html.j2", days=days, places=places, area=area)


def _days(places: Places, room: Rooms, area: str) -> Iterator[tuple[str, Sequence[tuple[Opening, int]]]]:
    """The openings of each weekday by their hours, and how many more may come; last those of no known weekday."""
    of: dict[str, list[tuple[tuple[str, ...], Opening]]] = {day.value: [] for day in Weekday}
    for one in places.openings.values():
        if not area or places.resources[one.resource_id].area_id == area:
            when = one.when()
            of.setdefault(when["weekday"], []).append((tuple(when.values()), one))
    for day, mine in of.items():
        yield day, [(one, room[one.opening_id].free) for _, one in sorted(mine, key=itemgetter(0))]


def places_json(desk: Desk) -> Response:
    """Where areas and resources stand, for the map; no home of anybody, and no お宝."""
    with desk.look() as work:
        places = all_places(work, desk.lang)
        room = rooms(work, places)
    free = free_of(places, room)
    standing = [
        {"id": one.resource_id, "name": places.resource(one.resource_id), "latitude": one.latitude,
         "longitude": one.longitude, "free": free[one.resource_id]}
        for one in places.resources.values()
        if one.latitude is not None and one.where == Where.THERE and not one.resident_id and not one.informal
    ]  # fmt: skip
    return JSONResponse({"areas": area_points(places), "resources": standing, "tours": []})


def area_points(places: Places) -> list[dict[str, Any]]:
    """The areas that no other lies in, with where they are, as the map draws them."""
    whole = {one.parent_id for one in places.areas.values()}
    return [{"name": one.name or one.area_id, "latitude": one.latitude, "longitude": one.longitude}
            for one in places.areas.values() if one.latitude is not None and one.area_id not in whole]  # fmt: skip


PAGES = (
    Page("GET", "/resources", "resources.list", resources),
    Page("GET", "/resources/map.json", "resources.list", places_json),
    Page("GET", "/resources/week", "openings.list", week),
    Page("GET", "/resources/{row_id}", "resources.read", resource),
    Page("POST", "/resources/{row_id}/confirmations", "resources.patch", confirmed),
)
"""The pages of this file."""

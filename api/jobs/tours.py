"""A plan of tours taken apart and put together: a document that names nobody, and of each ride what is said of it.

`together` undoes `apart`. Whoever sees some of the rides is told these, and of the others no more than that the car
stops. Both work on the JSON of `tsunagu.day/1` (docs/answers.md).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = dict[str, Any]
OfRide = dict[str, Any]
"""Its `stops`, and `entries`: why it is not driven, warnings and findings of the law that name it."""
NAMING: Mapping[str, Any] = {"ride": "", "resident": "", "place": "", "drawn": None}
"""What a stop says of a person, and what it says where that is not told."""


def apart(document: Document, owners: Mapping[str, str]) -> tuple[Document, dict[str, OfRide]]:
    """The document without persons, and what it says of each ride; `owners` tells whose each ride of the town is."""
    own: dict[str, OfRide] = {}
    kept: list[Document] = []
    for entry in _entries(document, owners):
        if entry["names"]:
            own.setdefault(entry["names"][0], _nothing())["entries"].append(entry)
        else:
            kept.append(entry)
    for day, tour, at, stop in _stops(document):
        if stop["ride"]:
            told = {"day": day, "tour": tour, "at": at, **{name: stop.get(name, NAMING[name]) for name in NAMING}}
            own.setdefault(stop["ride"], _nothing())["stops"].append(told)
    bare = {**document, "days": [_bare_day(day) for day in document["days"]]}
    return {**bare, "entries": kept}, own


def together(bare: Document, own: Mapping[str, OfRide]) -> Document:
    """The document with what is said of these rides; what names any other ride stays out."""
    told = {**bare, "days": [_copied(day) for day in bare["days"]]}
    entries = [*told.pop("entries"), *(one for of_ride in own.values() for one in of_ride["entries"])]
    for one in sorted(entries, key=lambda one: (one["day"], one["at"])):
        if own.keys() >= set(one["names"]):
            _list_of(told, one).append(_entry(one, own))
    for stop in (stop for of_ride in own.values() for stop in of_ride["stops"]):
        told["days"][stop["day"]]["tours"][stop["tour"]]["stops"][stop["at"]] |= {
            name: stop.get(name, NAMING[name]) for name in NAMING
        }
    for tour in (tour for day in told["days"] for tour in day["tours"]):
        tour["rides"] = [stop["ride"] for stop in tour["stops"] if stop["kind"] == "board" and stop["ride"]]
    return told


def _nothing() -> OfRide:
    return {"stops": [], "entries": []}


def _entries(document: Document, owners: Mapping[str, str]) -> Iterator[Document]:
    """Everything in lists that may name somebody, with where it stands and the rides that it names."""
    rides_of: dict[str, str] = {}
    for _, _, _, stop in _stops(document):
        rides_of.setdefault(stop["resident"], stop["ride"])
    for number, day in enumerate(document["days"]):
        places: list[tuple[str, int, list[Document]]] = [(name, 0, day[name]) for name in ("unserved", "warnings")]
        places += [("law", at, tour["law"]["findings"]) for at, tour in enumerate(day["tours"])]
        for where, tour_at, entries in places:
            for at, entry in enumerate(entries):
                own = (entry["ride"],) if "ride" in entry else ()
                names = _named([*own, *entry["facts"].values()], owners, rides_of)
                helps = [_named(one["facts"].values(), owners, rides_of) for one in entry.get("helps", ())]
                yield {"day": number, "where": where, "tour": tour_at, "at": at, "names": names, "helps": helps,
                       "entry": entry}  # fmt: skip


def _named(values: Iterable[object], owners: Mapping[str, str], rides_of: Mapping[str, str]) -> list[str]:
    """The rides that facts name, themselves or by their person; lists of them are told with commas."""
    words = [word for value in values if isinstance(value, str) for word in value.split(", ")]
    return list(dict.fromkeys(word if word in owners else rides_of.get(word, "") for word in words if word in owners
                              or rides_of.get(word)))  # fmt: skip


def _stops(document: Document) -> Iterator[tuple[int, int, int, Document]]:
    for number, day in enumerate(document["days"]):
        for tour_at, tour in enumerate(day["tours"]):
            for at, stop in enumerate(tour["stops"]):
                yield number, tour_at, at, stop


def _bare_day(day: Document) -> Document:
    return {**day, "tours": [_bare_tour(tour) for tour in day["tours"]], "unserved": [], "warnings": []}


def _bare_tour(tour: Document) -> Document:
    stops = [{**stop, **NAMING} if stop["ride"] else stop for stop in tour["stops"]]
    return {**tour, "rides": [], "law": {**tour["law"], "findings": []}, "stops": stops}


def _copied(day: Document) -> Document:
    """A day whose lists may be added to."""
    tours = [
        {**tour, "law": {**tour["law"], "findings": []}, "stops": [dict(stop) for stop in tour["stops"]]}
        for tour in day["tours"]
    ]
    return {**day, "tours": tours, "unserved": [], "warnings": []}


def _list_of(document: Document, one: Document) -> list[Document]:
    day = document["days"][one["day"]]
    found: list[Document] = day["tours"][one["tour"]]["law"]["findings"] if one["where"] == "law" else day[one["where"]]
    return found


def _entry(one: Document, own: Mapping[str, OfRide]) -> Document:
    """An entry without helps that name other rides."""
    entry: Document = one["entry"]
    if "helps" not in entry:
        return entry
    kept = [told for told, names in zip(entry["helps"], one["helps"], strict=True) if own.keys() >= set(names)]
    return {**entry, "helps": kept}

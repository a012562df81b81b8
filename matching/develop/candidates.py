"""What could be developed in a town: the residents' own ideas first, then what is there and hidden, then what is new.

No step names a person, and none asks more of a single helper or of an お宝 that is tired: what a resident holds, or a
host with fatigue, is left alone. Hours are every weekday morning and afternoon; which of them help is for the rules.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time

from matching.develop.step import Step, Takes
from matching.domain import (
    Accepting,
    Area,
    Community,
    IdeaState,
    Need,
    NeedKind,
    Opening,
    Resource,
    ResourceKind,
    Sharing,
    Span,
    Weekday,
    Where,
)
from matching.scenario import AddCar, AddDriver, AddOpening, AddPlace, CloseOpening, MorePlaces

WEEK = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)
HOURS = ((time(10), time(12)), (time(13, 30), time(15, 30)))
HOSTS = {
    ResourceKind.SHOP,
    ResourceKind.CAFE,
    ResourceKind.FACILITY,
    ResourceKind.WORKPLACE,
    ResourceKind.RMO,
    ResourceKind.NPO,
    ResourceKind.SALON,
    ResourceKind.OTHER,
}
"""Kinds of resource that have a room of their own."""
AT_HOME = (NeedKind.HOUSEWORK, NeedKind.WATCH_OVER, NeedKind.MEAL)
"""Kinds of need that visitors can help with."""
TIRED = 2
THEMES = 3
"""So many activities a new place offers: those that most of the waiting people of its area would like."""
SMALL_SALON = 5
"""Salons with fewer people than that may be pooled."""


@dataclass(frozen=True, slots=True)
class _Town:
    """What the candidates are made from: the town, what a step takes, and who waits where for what."""

    community: Community
    takes: Mapping[str, Takes]
    waiting: Sequence[Need]
    area_of: Mapping[str, str]
    areas: Mapping[str, Area]
    themes: Mapping[str, tuple[str, ...]]
    serves: Mapping[str, frozenset[NeedKind]]


def candidates(community: Community, takes: Mapping[str, Takes], waiting: Sequence[Need]) -> tuple[Step, ...]:
    """Every step worth judging, in the order of the kinds and of the town's rows; ids are the same for the same town.

    Args:
        community: the town today.
        takes: what a step of each kind takes.
        waiting: the needs that have no place today, of those whose data may be used.
    """
    area_of = {r.resident_id: r.area_id for r in community.residents}
    areas = {a.area_id: a for a in community.areas}
    town = _Town(
        community, takes, waiting, area_of, areas, _themes(waiting, area_of, areas), _served(community.resources)
    )
    made = (_ideas, _strengths, _hidden, _hosts, _fuller, _longer, _shops, _visitors, _drivers, _cars, _pools)
    return tuple(step for make in made for step in make(town))


def _themes(
    waiting: Sequence[Need], area_of: Mapping[str, str], areas: Mapping[str, Area]
) -> dict[str, tuple[str, ...]]:
    """What most of the waiting people of each area would like; the whole town's where nobody said."""
    liked: dict[str, Counter[str]] = {area: Counter() for area in (*areas, "")}
    for need in waiting:
        if need.kind == NeedKind.PARTICIPATION:
            for area in ("", area_of[need.resident_id]):
                liked.setdefault(area, Counter()).update(need.activities)
    whole = liked[""]

    def first(counts: Counter[str]) -> tuple[str, ...]:
        order = sorted(counts, key=lambda one: (-counts[one], -whole[one], one))
        return tuple(order[:THEMES])

    return {area: first(counts) or first(whole) for area, counts in liked.items()}


def _served(resources: Sequence[Resource]) -> dict[str, frozenset[NeedKind]]:
    """For each activity the kinds of need for which it is offered in this town, never those helped with at home."""
    found: dict[str, set[NeedKind]] = {}
    for resource in resources:
        for activity in resource.activities:
            found.setdefault(activity, set()).update(set(resource.serves) - set(AT_HOME) - {NeedKind.MOBILITY})
    return {activity: frozenset(kinds) for activity, kinds in found.items()}


def _kinds(town: _Town, activities: Iterable[str]) -> tuple[NeedKind, ...]:
    kinds = {NeedKind.PARTICIPATION}
    for one in activities:
        kinds |= town.serves.get(one, frozenset())
        kinds |= {NeedKind.SHOPPING} if one == "shopping" else set()
    return tuple(kind for kind in NeedKind if kind in kinds)


def _hours(usual: AddPlace, kind: str, town: _Town, facts: Mapping[str, str]) -> Iterator[Step]:
    """The same new place at each hour of the week, of which one is chosen at most."""
    takes = town.takes[kind]
    for day in WEEK:
        for at, (start, end) in enumerate(HOURS):
            edit = replace(usual, weekday=day, start=start, end=end)
            told = {**facts, "weekday": day.value, "hours": f"{start:%H:%M}–{end:%H:%M}", "places": edit.places}
            name = f"{usual.resource}-{day.value}{at}"
            yield Step(name, kind, usual.area, (replace(edit, resource=name),), takes, usual.resource, told)


def _place(town: _Town, kind: str, name: str, area: str, activities: tuple[str, ...]) -> AddPlace:
    return AddPlace(
        f"step-{kind}-{name}", area, WEEK[0], *HOURS[0], town.takes[kind].places,
        activities=activities, serves=_kinds(town, activities),
    )  # fmt: skip


def _said(town: _Town, area: str, activities: Sequence[str], place: str = "") -> dict[str, str]:
    known = town.areas.get(area)
    return {"area": known.name if known else "", "activities": ";".join(activities), "place": place}


def _ideas(town: _Town) -> Iterator[Step]:
    """What somebody in the area would like to start."""
    for idea in town.community.ideas:
        if idea.state not in (IdeaState.HEARD, IdeaState.TALKED, IdeaState.TRYING) or idea.area_id not in town.areas:
            continue
        facts = {**_said(town, idea.area_id, idea.activities), "offered_by": idea.offered_by.value}
        facts |= {"state": idea.state.value, "idea": idea.idea_id}
        yield from _hours(_place(town, "idea", idea.idea_id, idea.area_id, idea.activities), "idea", town, facts)


def _strengths(town: _Town) -> Iterator[Step]:
    """What people of an area are good at, only of those who consented; it is told without who."""
    found = {
        (r.area_id, one)
        for r in town.community.residents
        if r.sharing == Sharing.CONSENT and r.area_id in town.areas
        for one in r.strengths
    }
    liked = {one for need in town.waiting for one in need.activities}
    for number, (area, one) in enumerate(sorted(pair for pair in found if pair[1] in liked)):
        usual = _place(town, "strength", str(number + 1), area, (one,))
        yield from _hours(usual, "strength", town, _said(town, area, (one,)))


def _hidden(town: _Town) -> Iterator[Step]:
    """Places of published lists that are no resource yet."""
    for place in town.community.places:
        if place.latitude is None or place.area_id not in town.areas:
            continue
        themes = town.themes[place.area_id]
        usual = _place(town, "hidden_place", place.place_id, place.area_id, themes)
        places = usual.places if place.capacity is None else min(usual.places, place.capacity)
        usual = replace(usual, places=places, latitude=place.latitude, longitude=place.longitude)
        yield from _hours(usual, "hidden_place", town, _said(town, place.area_id, themes, place.name))


def _hosts(town: _Town) -> Iterator[Step]:
    """Rooms that are there already, for something they do not offer yet."""
    for resource in town.community.resources:
        themes = tuple(one for one in town.themes.get(resource.area_id, ()) if one not in resource.activities)
        if resource.kind in HOSTS and _may_be_asked(resource) and resource.area_id in town.areas and themes:
            usual = _place(town, "host", resource.resource_id, resource.area_id, themes)
            usual = replace(
                usual, features=resource.features, latitude=resource.latitude, longitude=resource.longitude,
                kind=resource.kind,
            )  # fmt: skip
            yield from _hours(usual, "host", town, _said(town, resource.area_id, themes, resource.name))


def _may_be_asked(resource: Resource) -> bool:
    """Whether more may be asked of it: there, not closed, not tired, and not one person's own."""
    return (
        resource.where == Where.THERE
        and resource.accepting != Accepting.CLOSED
        and not resource.resident_id
        and (resource.fatigue or 0) < TIRED
    )


def _resources(town: _Town) -> Iterator[tuple[Resource, list[Opening]]]:
    """What is open for more, with its openings; an お宝 is never asked to be larger."""
    openings: dict[str, list[Opening]] = {}
    for opening in town.community.openings:
        openings.setdefault(opening.resource_id, []).append(opening)
    for resource in town.community.resources:
        if _may_be_asked(resource) and not resource.informal and resource.resource_id in openings:
            yield resource, openings[resource.resource_id]


def _fuller(town: _Town) -> Iterator[Step]:
    """A few places more where a number of places is told."""
    takes = town.takes["more_places"]
    for resource, openings in _resources(town):
        for opening in openings:
            held = opening.hours
            if opening.capacity is not None and opening.weeks_of_month == () and held is not None:
                facts = _said(town, resource.area_id, resource.activities, resource.name)
                hours = f"{held.start:%H:%M}–{held.end:%H:%M}"
                told = {**facts, "weekday": held.weekday.value, "hours": hours, "places": takes.places}
                name = f"step-more_places-{opening.opening_id}"
                edit = MorePlaces(opening.opening_id, takes.places)
                yield Step(name, "more_places", resource.area_id, (edit,), takes, name, told)


def _longer(town: _Town) -> Iterator[Step]:
    """One more day in the week, at the hours that the place is used to."""
    takes = town.takes["more_hours"]
    for resource, openings in _resources(town):
        first, usual = next(((one, one.hours) for one in openings if one.hours is not None), (None, None))
        if first is None or usual is None:
            continue
        group = f"step-more_hours-{resource.resource_id}"
        for day in WEEK:
            if day in {opening.weekday for opening in openings}:
                continue
            places = min(takes.places, first.capacity or takes.places)
            name = f"{group}-{day.value}"
            edit = AddOpening(resource.resource_id, day, usual.start, usual.end, places, name)
            facts = _said(town, resource.area_id, resource.activities, resource.name)
            hours = f"{usual.start:%H:%M}–{usual.end:%H:%M}"
            told = {**facts, "weekday": day.value, "hours": hours, "places": places}
            yield Step(name, "more_hours", resource.area_id, (edit,), takes, group, told)


def _of_kinds(town: _Town, kinds: Iterable[NeedKind]) -> Iterator[tuple[str, NeedKind]]:
    """Areas in which somebody waits for such a kind of need, in the town's order."""
    lacking = {(town.area_of[need.resident_id], need.kind) for need in town.waiting}
    wanted = list(kinds)
    return ((area, kind) for area in town.areas for kind in wanted if (area, kind) in lacking)


def _shops(town: _Town) -> Iterator[Step]:
    """A mobile shop stops in an area where people wait to shop."""
    for area, _ in _of_kinds(town, (NeedKind.SHOPPING,)):
        usual = _place(town, "mobile_shop", area, area, ("shopping",))
        usual = replace(usual, kind=ResourceKind.MOBILE_SHOP, serves=(NeedKind.SHOPPING,))
        yield from _hours(usual, "mobile_shop", town, _said(town, area, ("shopping",)))


def _visitors(town: _Town) -> Iterator[Step]:
    """A few neighbours who visit, for what is done at home."""
    for area, kind in _of_kinds(town, AT_HOME):
        usual = _place(town, "visitors", f"{area}-{kind.value}", area, ())
        usual = replace(
            usual, kind=ResourceKind.VOLUNTEER, serves=(kind,), where=Where.VISIT, max_travel_minutes=20
        )  # fmt: skip
        yield from _hours(usual, "visitors", town, {**_said(town, area, ()), "kind": kind.value})


def _two_days(town: _Town) -> tuple[Span, ...]:
    """The two weekdays on which most is open."""
    open_on = Counter(opening.weekday for opening in town.community.openings)
    days = sorted(WEEK, key=lambda day: (-open_on[day], WEEK.index(day)))[:2]
    return tuple(Span(day, time(9), time(16)) for day in sorted(days, key=WEEK.index))


def _carriers(town: _Town) -> list[Resource]:
    """Who drives already."""
    drive = {vehicle.resource_id for vehicle in town.community.vehicles}
    return [
        r for r in town.community.resources
        if r.resource_id in drive and r.accepting != Accepting.CLOSED and not r.resident_id
    ]  # fmt: skip


def _drivers(town: _Town) -> Iterator[Step]:
    days, takes = _two_days(town), town.takes["driver"]
    for one in _carriers(town):
        name = f"step-driver-{one.resource_id}"
        facts = {**_said(town, one.area_id, (), one.name), "weekday": ";".join(span.weekday.value for span in days)}
        edit = AddDriver(one.resource_id, days, float(takes.hours_per_month))
        yield Step(name, "driver", one.area_id, (edit,), takes, f"ride-{one.resource_id}", facts)


def _cars(town: _Town) -> Iterator[Step]:
    days, takes = _two_days(town), town.takes["car"]
    for one in _carriers(town):
        name = f"step-car-{one.resource_id}"
        facts = {**_said(town, one.area_id, (), one.name), "weekday": ";".join(span.weekday.value for span in days)}
        edit = AddCar(one.resource_id, days, hours_per_month=float(takes.hours_per_month))
        yield Step(name, "car", one.area_id, (edit,), takes, f"ride-{one.resource_id}", facts)


def _pools(town: _Town) -> Iterator[Step]:
    """Two small salons of an area meet on one of their days; who holds a place keeps it."""
    held = {placement.opening_id for placement in town.community.placements}
    small: dict[str, list[tuple[Resource, Opening]]] = {}
    for resource, openings in _resources(town):
        few = [o for o in openings if o.capacity is not None and 0 < o.attending < SMALL_SALON]
        if resource.kind == ResourceKind.SALON and len(openings) == 1 and few:
            small.setdefault(resource.area_id, []).append((resource, few[0]))
    for area, salons in small.items():
        goes = next((pair for pair in salons if pair[1].opening_id not in held), None)
        for stays in salons:
            if goes is None or stays is goes or (stays[1].capacity or 0) < stays[1].attending + goes[1].attending:
                continue
            name = f"step-pool-{goes[1].opening_id}"
            edits = (CloseOpening(goes[1].opening_id), MorePlaces(stays[1].opening_id, -goes[1].attending))
            facts = {**_said(town, area, (), stays[0].name), "other": goes[0].name}
            yield Step(name, "pool", area, edits, town.takes["pool"], name, facts)
            break

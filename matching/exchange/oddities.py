"""Warnings: data that can be read, and contradict themselves; each is named, none is repaired."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from matching.domain import (
    Accepting,
    Area,
    Companion,
    Need,
    Opening,
    Placement,
    PlacementState,
    Relation,
    Resource,
    Wish,
)
from matching.errors import Facts, Problem
from matching.exchange.drafts import Draft
from matching.exchange.personal import personal_data
from matching.exchange.texts import problem
from matching.exchange.vocabulary import odd_words

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Rows(Generic[Row]):
    """The rows of a file that could be built, with their numbers in the spreadsheet, and by their identifier."""

    file: str
    numbered: Sequence[tuple[int, Row]]
    by_id: Mapping[str, Row]

    def odd(self, row: int, column: str, code: str, facts: Facts) -> Problem:
        """A warning about one row."""
        return problem(self.file, row, column, code, facts, warning=True)


@dataclass(frozen=True, slots=True)
class Town:
    """What the warnings look at."""

    areas: Rows[Area]
    needs: Rows[Need]
    wishes: Rows[Wish]
    companions: Rows[Companion]
    resources: Rows[Resource]
    openings: Rows[Opening]
    placements: Rows[Placement]


def oddities(drafts: Mapping[str, Draft]) -> Iterator[Problem]:
    """Every warning about cells and rows of a town."""
    for draft in drafts.values():
        yield from odd_words(draft)
        yield from personal_data(draft)
    town = Town(**{table: _rows(drafts[table]) for table in Town.__slots__})
    for check in CHECKS:
        yield from check(town)


def _rows(draft: Draft) -> Rows[Any]:
    numbered = [(row, thing) for row, thing in zip(draft.numbers, draft.things, strict=True) if thing is not None]
    key = draft.of.key
    by_id = {getattr(thing, key): thing for _, thing in numbered} if key else {}
    return Rows(draft.of.file, numbered, by_id)


def _wishes(town: Town) -> Iterator[Problem]:
    """望みと拒否: a person both wanting and refusing one place."""
    signs: dict[tuple[str, str, bool], int] = {}
    for row, wish in town.wishes.numbered:
        if wish.liking:
            signs.setdefault((wish.resident_id, wish.target, wish.liking > 0), row)
            first = signs.get((wish.resident_id, wish.target, wish.liking < 0))
            if first is not None:
                facts: Facts = {"resident": wish.resident_id, "target": wish.target, "first": first}
                yield town.wishes.odd(row, "liking", "wish_both_ways", facts)


def _companions(town: Town) -> Iterator[Problem]:
    """一緒にと別々に: a pair both together and apart, in either order."""
    seen: dict[tuple[frozenset[str], Relation], int] = {}
    for row, pair in town.companions.numbered:
        both = frozenset((pair.resident_id, pair.other_id))
        if pair.relation is None:
            yield town.companions.odd(
                row, "relation", "relation_unknown", {"resident": pair.resident_id, "other": pair.other_id}
            )
            continue
        seen.setdefault((both, pair.relation), row)
        other = Relation.APART if pair.relation is Relation.TOGETHER else Relation.TOGETHER
        if (both, other) in seen:
            facts: Facts = {"resident": pair.resident_id, "other": pair.other_id, "first": seen[both, other]}
            yield town.companions.odd(row, "relation", "together_and_apart", facts)


def _capacities(town: Town) -> Iterator[Problem]:
    """定員: fewer places than are said to be comfortable, attended, needed, or given away."""
    placed = Counter(placement.opening_id for _, placement in town.placements.numbered)
    for row, opening in town.openings.numbered:
        if opening.capacity is None:
            continue
        for column in ("comfortable_load", "attending", "min_attendance"):
            value = getattr(opening, column)
            if value is not None and value > opening.capacity:
                facts: Facts = {"column": column, "value": value, "capacity": opening.capacity}
                yield town.openings.odd(row, column, "more_than_capacity", facts)
        here = placed[opening.opening_id]
        if here and opening.attending <= opening.capacity < opening.attending + here:
            told: Facts = {
                "opening": opening.opening_id,
                "attending": opening.attending,
                "placed": here,
                "capacity": opening.capacity,
            }
            yield town.openings.odd(row, "capacity", "over_capacity", told)


def _closed(town: Town) -> Iterator[Problem]:
    """受け入れ停止: openings of a closed resource, and people fixed there."""
    closed = {one.resource_id for _, one in town.resources.numbered if one.accepting is Accepting.CLOSED}
    openings = Counter(opening.resource_id for _, opening in town.openings.numbered) if closed else Counter()
    for row, resource in town.resources.numbered:
        if resource.resource_id in closed and openings[resource.resource_id]:
            facts: Facts = {"resource": resource.resource_id, "openings": openings[resource.resource_id]}
            yield town.resources.odd(row, "accepting", "opening_of_closed", facts)
    for row, placement in town.placements.numbered if closed else ():
        at = town.openings.by_id.get(placement.opening_id)
        if at is not None and at.resource_id in closed and placement.state is PlacementState.FIXED:
            told: Facts = {"resource": at.resource_id, "need": placement.need_id}
            yield town.placements.odd(row, "opening_id", "fixed_at_closed", told)


def _hours(town: Town) -> Iterator[Problem]:
    """同じ時間: one person at two openings that clash."""
    held: dict[str, list[tuple[int, Opening]]] = {}
    for row, placement in town.placements.numbered:
        need = town.needs.by_id.get(placement.need_id)
        opening = town.openings.by_id.get(placement.opening_id)
        if need is None or opening is None:
            continue
        before = held.setdefault(need.resident_id, [])
        for first, other in before[:50]:
            if opening.meets(other):
                facts: Facts = {
                    "resident": need.resident_id,
                    "opening": opening.opening_id,
                    "other": other.opening_id,
                    "first": first,
                }
                yield town.placements.odd(row, "opening_id", "two_at_one_hour", facts)
        before.append((row, opening))


def _untimed(town: Town) -> Iterator[Problem]:
    """曜日・時間: an opening of which it is not known when it is held."""
    for row, opening in town.openings.numbered:
        if opening.hours is None:
            column = next(name for name in ("weekday", "start", "end") if getattr(opening, name) is None)
            yield town.openings.odd(row, column, "hours_unknown", {"opening": opening.opening_id})


def _homes(town: Town) -> Iterator[Problem]:
    """座標: a helper who is a resident stands at the area's point, never at home."""
    for row, resource in town.resources.numbered:
        area = town.areas.by_id.get(resource.area_id)
        personal = bool(resource.resident_id) or resource.kind == "volunteer"
        if not personal or area is None or resource.latitude is None or area.latitude is None:
            continue
        if (resource.latitude, resource.longitude) != (area.latitude, area.longitude):
            longitude = cast("float", area.longitude)
            facts: Facts = {"area": area.area_id, "latitude": area.latitude, "longitude": longitude}
            yield town.resources.odd(row, "latitude", "privacy_coordinates", facts)


CHECKS: tuple[Callable[[Town], Iterator[Problem]], ...] = (
    _wishes, _companions, _capacities, _closed, _hours, _untimed, _homes,
)  # fmt: skip
"""What is looked at, one function a contradiction."""

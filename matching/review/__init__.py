"""検証・見直し: one town at two dates, side by side: what came, what lasted, who found a place, the same indicators.

Values in, values out. Only people who consented are counted, and every number of people is told as a multiple of five
or not at all, at both dates and in between, so that no difference tells of a few of them.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from matching.domain import Accepting, Community, Resource, ResourceKind, Sharing, TravelTimes
from matching.errors import InputError, Problem
from matching.review.indicators import Both, both_of
from matching.rules import Rulebook
from matching.study.compare import Counts, counts

LINES = ("lasted", "moved", "ended", "met", "waiting", "asked", "asked_and_met")
"""What became of needs: a placement that lasted, went on elsewhere, or ended; who waited and found a place, or still
waits; who asked since, and of those who has a place."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What is new and what is gone: named where that names nobody, and how many in all."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Review:
    """Two dates of a town.

    Attributes:
        lines: people by what became of their needs, each of LINES.
        resources: names of places; those that are one person stand in `helpers` alone.
        helpers: how many resources are one person, before and after, as multiples of five.
        openings: how many there are.
        places: how many people they take, where that is told.
        ties: by kind, how many are new, and how many are gone; those with a person at an end in fives.
        indicators: the same ones at both dates.
    """

    town: str
    dates: tuple[date, date]
    lines: Mapping[str, Counts]
    resources: Changed
    helpers: tuple[int, int]
    openings: tuple[int, int]
    places: tuple[int, int]
    ties: Mapping[str, tuple[int, int]]
    indicators: tuple[Both, ...]


def review(before: tuple[Community, Rulebook, TravelTimes], after: tuple[Community, Rulebook, TravelTimes]) -> Review:
    """Compare two dates of the same town.

    Raises:
        InputError: they are not two dates of one town, or the later one comes first.
    """
    one, other = before[0], after[0]
    _same_town(one, other)
    seen = _fates(one, other)
    lines = {
        name: counts(one if name in {"lasted", "moved", "ended", "met", "waiting"} else other, seen[name])
        for name in LINES
    }
    return Review(
        other.info.name,
        (one.info.week_of, other.info.week_of),
        lines,
        _resources(_places(one), _places(other)),
        (_fives(len(_helpers(one))), _fives(len(_helpers(other)))),
        (len(one.openings), len(other.openings)),
        (_room(one), _room(other)),
        _ties(one, other),
        both_of(before, after),
    )


def _same_town(before: Community, after: Community) -> None:
    problems = []
    if before.info.name != after.info.name:
        ja = f"「{before.info.name}」と「{after.info.name}」は別の町です。町の名前を確かめてください"
        en = f"{before.info.name} and {after.info.name} are two towns. Maybe a folder was mistaken?"
        problems.append(Problem("town.toml", 0, "name", "other_town", ja, en))
    elif before.info.week_of >= after.info.week_of:
        ja = f"{before.info.week_of} は {after.info.week_of} より前ではありません。二つの順を入れ替えてください"
        en = f"{before.info.week_of} is not before {after.info.week_of}. Maybe the two should be exchanged?"
        problems.append(Problem("town.toml", 0, "week_of", "wrong_order", ja, en))
    if problems:
        raise InputError(problems)


def _fates(before: Community, after: Community) -> dict[str, list[str]]:
    """The needs of each line, those that are told of at both dates, in the order of the town's rows."""
    had, has = _held(before), _held(after)
    first, last = _told(before), _told(after)
    still = {need.need_id for need in after.needs}
    out: dict[str, list[str]] = {name: [] for name in LINES}
    for need in first:
        if need in still and need not in last:
            continue  # no longer to be told of
        if need in had:
            out["lasted" if has.get(need) == had[need] else "moved" if need in has else "ended"].append(need)
        elif need in has:
            out["met"].append(need)
        elif need in still:
            out["waiting"].append(need)
    known = {need.need_id for need in before.needs}
    out["asked"] = [need for need in last if need not in known]
    out["asked_and_met"] = [need for need in out["asked"] if need in has]
    return out


def _held(town: Community) -> dict[str, str]:
    """The opening at which each need holds a place in the week of the town."""
    return {
        one.need_id: one.opening_id for one in town.placements if one.until is None or one.until >= town.info.week_of
    }


def _told(town: Community) -> list[str]:
    """The needs of who consented."""
    yes = {r.resident_id for r in town.residents if r.sharing == Sharing.CONSENT}
    return [need.need_id for need in town.needs if need.resident_id in yes]


def _is_person(resource: Resource) -> bool:
    return bool(resource.resident_id) or resource.kind == ResourceKind.VOLUNTEER


def _open(town: Community) -> list[Resource]:
    return [one for one in town.resources if one.accepting != Accepting.CLOSED]


def _places(town: Community) -> dict[str, str]:
    """Open resources that are no single person, by id with their name."""
    return {one.resource_id: one.name or one.resource_id for one in _open(town) if not _is_person(one)}


def _helpers(town: Community) -> list[Resource]:
    return [one for one in _open(town) if _is_person(one)]


def _resources(before: Mapping[str, str], after: Mapping[str, str]) -> Changed:
    return Changed(
        tuple(sorted(name for one, name in after.items() if one not in before)),
        tuple(sorted(name for one, name in before.items() if one not in after)),
        len(before),
        len(after),
    )


def _room(town: Community) -> int:
    """Places of all openings of open resources whose number is told."""
    is_open = {one.resource_id for one in _open(town)}
    told = (o.capacity if o.capacity is not None else o.comfortable_load for o in town.openings
            if o.resource_id in is_open)  # fmt: skip
    return sum(places for places in told if places is not None)


def _ties(before: Community, after: Community) -> dict[str, tuple[int, int]]:
    """New and gone ties by kind; kinds without a change are left out."""
    people = {r.resident_id for town in (before, after) for r in town.residents}
    people |= {one.resource_id for town in (before, after) for one in town.resources if _is_person(one)}
    people |= {one.driver_id for town in (before, after) for one in town.drivers}
    had, has = ({(t.kind.value, t.from_id, t.to_id) for t in town.ties} for town in (before, after))
    out = {}
    for kind in sorted({one[0] for one in had ^ has}):
        new = _counted([one for one in has - had if one[0] == kind], people)
        gone = _counted([one for one in had - has if one[0] == kind], people)
        out[kind] = new, gone
    return out


def _counted(ties: Iterable[tuple[str, str, str]], people: AbstractSet[str]) -> int:
    """How many ties; those with a person at an end in fives."""
    every = list(ties)
    personal = sum(bool({one, other} & people) for _, one, other in every)
    return len(every) - personal + _fives(personal)


def _fives(count: int) -> int:
    return count // 5 * 5


__all__: Sequence[str] = ("LINES", "Both", "Changed", "Review", "review")

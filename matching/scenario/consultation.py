"""相談の配置: consultation staffed field by field, or by one cross-field standard with the three stages.

The small-municipality scheme in preparation lets a municipality set one standard across fields by ordinance: a first
line for everybody, specialists behind it, and remote support by the prefecture. Its numbers are not set yet; those of
`fixtures/rates/consultation.toml` are assumptions, dated, to be replaced. Only places change, and who is served.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time
from functools import lru_cache
from itertools import cycle

from matching.domain import (
    Accepting,
    Community,
    Field,
    NeedKind,
    Opening,
    Resource,
    ResourceKind,
    Stage,
    Weekday,
    Where,
)
from matching.scenario.names import fresh, refused
from matching.shipped import FIXTURES

MODELS = ("by_sector", "cross_sector")
REMOTE = "remote-support"


@dataclass(frozen=True, slots=True)
class StaffConsultation:
    """Consultation is staffed by a standard: `by_sector`, or `cross_sector`; `staff` in full-time equivalents, or the
    standard's for the population of the town.
    """

    model: str
    staff: float | None = None


@dataclass(frozen=True, slots=True)
class Standard:
    """The assumptions: people in consultation for each full-time equivalent, staff for 10,000 people, remote places."""

    people_per_staff: float
    staff_per_10k: Mapping[Field, float]
    staff_per_10k_together: float
    remote_places_per_10k: float


@lru_cache(maxsize=1)
def standard() -> Standard:
    """The dated assumptions of the house."""
    told = tomllib.loads((FIXTURES / "rates" / "consultation.toml").read_text(encoding="utf-8"))
    return Standard(
        told["people_per_staff"]["value"],
        {Field(name): row["value"] for name, row in told["by_sector"].items()},
        told["cross_sector"]["value"],
        told["remote_support"]["value"],
    )


def staffed(town: Community, edit: StaffConsultation) -> Community:
    """The town with its first line of consultation staffed by the standard.

    Raises:
        InputError: another model, or a town without a first line of consultation, or without its population.
    """
    if edit.model not in MODELS:
        raise refused("model", edit.model, " / ".join(MODELS) + " のどれかです", f"should be one of {MODELS}")
    first = [one for one in town.resources if NeedKind.CONSULTATION in one.serves and one.stage == Stage.FIRST_LINE]
    people = sum(area.population or 0 for area in town.areas if area.tier != 1) or sum(
        area.population or 0 for area in town.areas
    )
    if not first or not people:
        ja = "身近な相談の窓口（serves=consultation, stage=first_line）と、areas.csv の人口が要ります"
        en = "needs a first line of consultation (stage first_line) and the population in areas.csv"
        raise refused("model", edit.model, ja, en)
    if edit.model == "by_sector":
        return _by_sector(town, first, people, edit.staff)
    return _cross_sector(town, first, people, edit.staff)


def _by_sector(town: Community, first: list[Resource], people: int, staff: float | None) -> Community:
    """Each window serves its own field; windows that name none are given to the fields in turn."""
    fields = list(standard().staff_per_10k)
    turn = cycle(fields)
    of = {one.resource_id: one.fields or (next(turn),) for one in sorted(first, key=lambda r: r.resource_id)}
    every = {field: standard().staff_per_10k[field] * people / 10_000 for field in fields}
    scale = 1.0 if staff is None else staff / sum(every.values())
    windows = {field: [name for name, served in of.items() if served[0] == field] for field in fields}
    share = {name: scale * every[field] / len(names) for field, names in windows.items() for name in names}
    return _with_staff(town, {name: (served, share.get(name, 0.0)) for name, served in of.items()})


def _cross_sector(town: Community, first: list[Resource], people: int, staff: float | None) -> Community:
    """Every window serves everybody, and the prefecture's remote support takes some more, by telephone or screen."""
    together = standard().staff_per_10k_together * people / 10_000 if staff is None else staff
    after = _with_staff(town, {one.resource_id: ((), together / len(first)) for one in first})
    name = REMOTE if all(r.resource_id != REMOTE for r in town.resources) else fresh(
        REMOTE, (r.resource_id for r in town.resources)
    )  # fmt: skip
    remote = Resource(
        name, "遠隔の相談支援（県）", ResourceKind.PROFESSIONAL, Where.ONLINE, serves=(NeedKind.CONSULTATION,),
        stage=Stage.REMOTE_SUPPORT, accepting=Accepting.ASK_FIRST, confirmed_on=town.info.week_of,
    )  # fmt: skip
    places = max(1, round(standard().remote_places_per_10k * people / 10_000))
    opening = Opening(f"{name}-wed", name, Weekday.WED, time(9), time(17), capacity=places, stay_minutes=30)
    return replace(after, resources=(*after.resources, remote), openings=(*after.openings, opening))


def _with_staff(town: Community, by: Mapping[str, tuple[tuple[Field, ...], float]]) -> Community:
    """Windows with these fields and staff; their places are those of the staff, shared by their openings."""
    count: dict[str, int] = {}
    for opening in town.openings:
        count[opening.resource_id] = count.get(opening.resource_id, 0) + 1
    resources = tuple(
        replace(one, fields=by[one.resource_id][0], staff_fte=round(by[one.resource_id][1], 2))
        if one.resource_id in by
        else one
        for one in town.resources
    )
    openings = tuple(
        replace(o, capacity=_places(by[o.resource_id][1], count[o.resource_id]), comfortable_load=None)
        if o.resource_id in by
        else o
        for o in town.openings
    )
    return replace(town, resources=resources, openings=openings)


def _places(staff: float, openings: int) -> int:
    return round(staff * standard().people_per_staff / openings)

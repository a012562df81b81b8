"""Whom the steps help, in tables without small cells: areas, sexes and 75+, never so few that somebody could be known.

People are counted once, at the first step that brings one of their needs a place. Steps in a row are told together
until they help five people or more, and numbers are told as multiples of five at least. Nothing is told of areas or
groups step by step: a step names its area already.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.develop import Development
from matching.domain import Resident
from matching.small_cells import SMALL, hidden_cells, told, with_totals

GROUPS = ("female", "female_75", "male", "male_75", "other")
"""Sex, and whether 75 or older; `other` where either is not known."""
BANDS = ((50, "50+"), (20, "20–49"), (10, "10–19"), (5, "5–9"), (1, "1–4"))
"""How many still wait, only in bands."""


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told; None stands for a hidden count of one or more.

    Attributes:
        bundles: numbers of steps (counted from 0) that are told together, in their order.
        people: for each bundle, and last for all of them, how many people find a place.
        areas, groups: of all of them, those of each area of the town and of each of GROUPS; who is nobody is left out.
        waiting: kinds of need with the band of how many wait still, most of them first.
    """

    bundles: tuple[tuple[int, ...], ...]
    people: tuple[int | None, ...]
    areas: Mapping[str, int | None]
    groups: Mapping[str, int | None]
    waiting: tuple[tuple[str, str], ...]


def told_of(done: Development) -> Told:
    """The tables of a development."""
    resident_of = {need.need_id: need.resident_id for need in done.town.needs}
    known = {r.resident_id: r for r in done.town.residents}
    seen: set[str] = set()
    helped: list[list[Resident]] = []
    for taken in done.taken:
        new = sorted({resident_of[name] for name in taken.gains} - seen)
        seen.update(new)
        helped.append([known[one] for one in new])
    bundles = bundled([len(some) for some in helped])
    year = done.town.info.week_of.year
    everybody = [person for some in helped for person in some]
    in_area, in_group = Counter(r.area_id for r in everybody), Counter(group_of(r, year) for r in everybody)
    steps = _line([sum(len(helped[number]) for number in some) for some in bundles])
    return Told(
        bundles,
        steps,
        _rows([area.area_id for area in done.town.areas], in_area),
        _rows(GROUPS, in_group),
        _waiting(done),
    )


def bundled(helped: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Steps in a row put together until they help enough people to be told; what is left joins the last."""
    out: list[list[int]] = []
    people = SMALL
    for number, more in enumerate(helped):
        if people >= SMALL:
            out.append([])
            people = 0
        out[-1].append(number)
        people += more
    if len(out) > 1 and people < SMALL:
        last = out.pop()
        out[-1] += last
    return tuple(tuple(some) for some in out)


def group_of(person: Resident, year: int) -> str:
    """Which of GROUPS a person is counted in."""
    if person.sex not in ("female", "male") or person.birth_year is None:
        return "other"
    return f"{person.sex}_75" if year - person.birth_year >= 75 else person.sex


def band(count: int) -> str:
    """In which band a count is told."""
    return next((name for least, name in BANDS if count >= least), "0")


def coarse(count: int | None) -> int | None:
    """A count as a multiple of five at least, so that two answers (more steps, another budget) tell no few people."""
    return None if count is None else count // SMALL * SMALL


def _line(counts: Sequence[int]) -> tuple[int | None, ...]:
    """Counts and their sum, as far as they may be told."""
    table = with_totals(np.array(counts, np.int64))
    return tuple(coarse(count) for count in told(table, hidden_cells(table)))


def _rows(names: Sequence[str], counts: Mapping[str, int]) -> dict[str, int | None]:
    line = _line([counts.get(name, 0) for name in names])
    return {name: count for name, count in zip(names, line, strict=False) if counts.get(name, 0)}


def _waiting(done: Development) -> tuple[tuple[str, str], ...]:
    kind = {need.need_id: need.kind for need in done.town.needs}
    counted: dict[str, int] = {}
    for name in done.waiting:
        counted[kind[name].value] = counted.get(kind[name].value, 0) + 1
    bands = [name for _, name in BANDS]
    order = sorted((bands.index(band(many)), name) for name, many in counted.items())
    return tuple((name, bands[at]) for at, name in order)

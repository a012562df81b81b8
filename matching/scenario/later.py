"""将来の年: how many people of each age an area will have, by cohort change, and who would ask then. An estimate.

Of two published dates of `population` each cohort's change is taken (Hamilton & Perry 1962): who was 70–74 is 75–79
five years later, so many for each who was there. It is repeated up to the year asked for, and scaled so that the town
has as many people as its own projection says. Under the youngest cohort's age, births are kept as they are.
Residents with needs then stand as often as their area, sex and age grow; whoever has an arrangement stays one person.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.domain import Community, Resident
from matching.scenario.demand import grown, of_residents
from matching.scenario.names import refused

_Band = tuple[int, int | None]
_Table = dict[tuple[str, str], dict[_Band, float]]
"""People by area and sex, then by age band (the last without an end)."""
SENIOR = 65


@dataclass(frozen=True, slots=True)
class LaterYear:
    """A later year: as many people as the municipality's own projection says, in all or (better) of 65 and over."""

    year: int
    people: int = 0
    people_65plus: int = 0


def later(town: Community, edit: LaterYear) -> Community:
    """The town with as many who ask as the year would have.

    Raises:
        InputError: the two dates are not there, do not fit each other or the year; or no projection is told.
    """
    if not (edit.people or edit.people_65plus):
        ja = "年の推計人口（people か people_65plus）を、市町村の推計から書いてください"
        en = "needs the town's own projection of that year: people or people_65plus"
        raise refused("year", str(edit.year), ja, en)
    now, then = projected(town, edit)
    share = _Growth(now, then)
    who = {one.resident_id: one for one in town.residents}
    free = sorted(of_residents(town), key=lambda one: _place(who[one], town.info.week_of.year))
    until = np.cumsum([share(who[one], town.info.week_of.year) for one in free])
    times = np.diff(np.floor(until + 0.5), prepend=0.0).astype(int)
    return grown(town, dict(zip(free, times.tolist(), strict=True)))


def projected(town: Community, edit: LaterYear) -> tuple[_Table, _Table]:
    """People of the last published date, and of the year asked for."""
    first, last = _dates(town, edit)
    step = last - first
    before, now = _table(town, first), _table(town, last)
    then = now
    for _ in range((edit.year - last) // step):
        then = {key: _next(before.get(key, {}), now[key], then[key], step) for key in now}
    of = SENIOR if edit.people_65plus else 0
    told = edit.people_65plus or edit.people
    reached = sum(people for bands in then.values() for (age, _), people in bands.items() if age >= of)
    scale = told / reached if reached else 1.0
    return now, {
        key: {band: people * (scale if band[0] >= of else 1.0) for band, people in bands.items()}
        for key, bands in then.items()
    }


def _dates(town: Community, edit: LaterYear) -> tuple[int, int]:
    years = sorted({row.year for row in town.population if row.year is not None})
    if len(years) < 2:
        ja = "population.csv に二つの年の人口が要ります（今は" + "、".join(map(str, years)) + "）"
        en = f"population.csv needs two dates to see how cohorts change (it has {years})"
        raise refused("year", str(edit.year), ja, en)
    first, last = years[-2:]
    widths = {row.age_to - row.age_from + 1 for row in town.population if row.age_to is not None and row.year == last}
    if len(widths) != 1 or (last - first) % widths.pop():
        ja = f"年齢の区切りと、{first}年から{last}年までの間が合いません。5歳ごと、5年おきが普通です"
        en = f"age bands do not fit the time from {first} to {last}. Maybe five years of age, five years apart?"
        raise refused("year", str(edit.year), ja, en)
    if edit.year <= last or (edit.year - last) % (last - first):
        ja = f"{last}年から{last - first}年ごとの年にしてください"
        en = f"should be {last} and a multiple of {last - first} years"
        raise refused("year", str(edit.year), ja, en)
    return first, last


def _table(town: Community, year: int) -> _Table:
    out: _Table = defaultdict(dict)
    for row in town.population:
        if row.year == year:
            bands = out[row.area_id, row.sex]
            band = row.age_from, row.age_to
            bands[band] = bands.get(band, 0.0) + row.people
    return dict(out)


def _next(
    before: Mapping[_Band, float], now: Mapping[_Band, float], then: Mapping[_Band, float], step: int
) -> dict[_Band, float]:
    """One step later than `then`, each cohort changed as from `before` to `now`."""
    out = {}
    for age, end in now:
        were = [band for band in before if band[0] + step >= age and (end is None or band[0] + step <= end)]
        origin = sum(before[band] for band in were)
        if age < step or not origin:
            out[age, end] = then[age, end]
            continue
        come = sum(then.get(band, 0.0) for band in were)
        out[age, end] = come * now[age, end] / origin
    return out


class _Growth:
    """How many stand in the year for each person now: of the area, sex and age; of fewer where those are not told."""

    def __init__(self, now: _Table, then: _Table) -> None:
        self._now, self._then = now, then

    def __call__(self, person: Resident, year: int) -> float:
        age = None if person.birth_year is None else year - person.birth_year
        for area, sex, old in ((person.area_id, person.sex, age), (person.area_id, "", age), ("", "", age)):
            was, will = (self._people(table, area, sex, old) for table in (self._now, self._then))
            if was:
                return will / was
        return 1.0

    @staticmethod
    def _people(table: _Table, area: str, sex: str, age: int | None) -> float:
        return sum(
            people
            for (where, of), bands in table.items()
            if (not area or where == area) and (not sex or of == sex)
            for (start, end), people in bands.items()
            if age is None or (start <= age and (end is None or age <= end))
        )


def _place(person: Resident, year: int) -> tuple[str, str, int]:
    """People of one area, sex and age stand beside each other, so that fractions add up where they belong."""
    return person.area_id, person.sex, year - (person.birth_year or year)

"""待っている方: who agreed to be matched and has a need without a place, as the register stands today."""

from collections import Counter

from matching.domain import Community, Resident, Sharing
from matching.indicators.cells import AGE, AREA, SEX, SEXES, Indicator, counted, sex_of, town_wide

AGES = ("under_75", "75+", "unknown")
ORDER = {SEX: SEXES, AGE: AGES}


def waiting(town: Community) -> Indicator:
    """Of the people who agreed and have a need, those of whom at least one has no place."""
    if not town.placements:  # that nobody holds a place, or that nobody wrote it down
        return Indicator("waiting", lacks=("placements",))
    some, none = _people(town)
    year = town.info.week_of.year
    known = {one.resident_id: one for one in town.residents}
    by_area = {one: (known[one].area_id,) for one in some | none}
    by_group = {one: (sex_of(known[one].sex), _age(known[one], year)) for one in some | none}
    tables = tuple(
        counted(axes, Counter(key[one] for one in none).items(), Counter(key.values()).items(), ORDER)
        for axes, key in (((AREA,), by_area), ((SEX, AGE), by_group))
    )
    return Indicator("waiting", cells=tables)


def waiting_weeks(town: Community) -> Indicator:
    """How many whole weeks these people have waited on average, where since when is known."""
    known = {one.resident_id: one.waiting_since for one in town.residents}
    today = town.info.week_of
    weeks = [max((today - since).days, 0) // 7 for one in _people(town)[1] if (since := known[one]) is not None]
    if not weeks:
        return Indicator("waiting_weeks", lacks=("residents.waiting_since",))
    return Indicator("waiting_weeks", cells=town_wide(sum(weeks), len(weeks), len(weeks), told=False))


def _people(town: Community) -> tuple[set[str], set[str]]:
    """Who agreed: those with a need that holds a place, and those with one that does not (one person may be both)."""
    agreed = {one.resident_id for one in town.residents if one.sharing is Sharing.CONSENT}
    held = {one.need_id for one in town.placements}
    has = {need.resident_id for need in town.needs if need.need_id in held}
    lacks = {need.resident_id for need in town.needs if need.need_id not in held}
    return has & agreed, lacks & agreed


def _age(one: Resident, year: int) -> str:
    if one.birth_year is None:
        return "unknown"
    return "75+" if year - one.birth_year >= 75 else "under_75"

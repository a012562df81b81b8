"""通いの場の参加率・社会参加率: what the municipality's own tables say; nothing is estimated from cases.

Only people of 65 and more are counted. A row whose ages cannot be told to lie there is left out and told so. Where an
area and the areas in it are both in a table, those in it count, so that nobody stands in it twice.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from matching.domain import Area, Community, NeedKind, Resource, Where
from matching.errors import Facts
from matching.indicators.cells import AGE, AREA, SEX, SEXES, Indicator, counted, sex_of

AGES = ("65-74", "75+", "65+")
"""Bands as they are told; 65+ where the table does not part them at 75."""
ORDER: Mapping[str, tuple[str, ...]] = {SEX: SEXES, AGE: AGES}
QUESTIONS = ("q5_activity_weekly", "社会参加（週1回以上）")
"""How `survey.csv` names whether a person takes part in anything once a week or more (ニーズ調査 問5, all items)."""
YES, NO = ("yes", "はい"), ("no", "いいえ")
NOWHERE = ""
"""The area of what lies in none that is counted."""
_BAND = re.compile(r"^\s*(\d{1,3})\s*歳?\s*(?:(?:[-–~〜～]|から)\s*(\d{1,3})?\s*歳?|\+|以上)\s*(?:以上)?\s*$")
Row = tuple[tuple[str, str, str], int]


def participation(town: Community) -> Indicator:
    """通いの場の参加率: who came in the last month told, of the residents of 65 and more of the last year told."""
    code = "participation"
    month = max((row.month for row in town.attendance if _month_is_over(row.month, town.info.week_of)), default="")
    years = [row.year for row in town.population if row.year is not None and row.year <= town.info.week_of.year]
    year = max(years, default=None)
    people = [row for row in town.population if row.year == year]
    inner = _innermost(town.areas, {row.area_id for row in people})
    residents: list[Row] = []
    cut = False
    for row in people:
        age = age_of(row.age_from, row.age_to)
        cut |= age is None and (row.age_to is None or row.age_to >= 65)
        if age and row.area_id in inner:
            residents.append(((row.area_id, sex_of(row.sex), age), row.people))
    lacks = (*(() if month else ("attendance",)), *(() if residents and not cut else ("population",)))
    if lacks:
        return Indicator(code, lacks=lacks)
    places = {row.resource_id: _area_in(town.areas, row, inner) for row in town.resources if _is_a_gathering(row)}
    left_out: Counter[str] = Counter()
    came: list[Row] = []
    for visit in town.attendance:
        if visit.month == month and visit.resource_id in places:
            age = band_of(visit.age_band)
            if age:
                came.append(((places[visit.resource_id], sex_of(visit.sex), age), visit.people))
            elif age is None:
                left_out["age_unknown"] += visit.people
    cells = counted((AREA, SEX, AGE), came, residents, ORDER)
    recorded = {visit.resource_id for visit in town.attendance if visit.month == month} & places.keys()
    facts: Facts = {"month": month, "year": str(year), "places": len(places), "recorded": len(recorded)}
    return Indicator(code, facts, (cells,), (), left_out)


def social_participation(town: Community) -> Indicator:
    """社会参加率: of those who answered the survey, who takes part in anything once a week or more."""
    code = "social_participation"
    rows = [row for row in town.survey if row.question in QUESTIONS and row.answer in (*YES, *NO)]
    year = max((row.year for row in rows if row.year is not None), default=None)
    rows = [row for row in rows if row.year == year]
    inner = _innermost(town.areas, {row.area_id for row in rows})
    left_out: Counter[str] = Counter()
    answers: list[tuple[Row, bool]] = []
    for row in rows:
        age = band_of(row.age_band)
        if age and row.area_id in inner:
            answers.append((((row.area_id, sex_of(row.sex), age), row.people), row.answer in YES))
        elif age is None:
            left_out["age_unknown"] += row.people
    if not answers:
        return Indicator(code, lacks=("survey",), left_out=left_out)
    cells = counted((AREA, SEX, AGE), (one for one, yes in answers if yes), (one for one, _ in answers), ORDER)
    return Indicator(code, {"year": str(year or "")}, (cells,), (), left_out)


def band_of(text: str) -> str | None:
    """The band of AGES that a text such as `75-84`, `75+` or `75歳以上` lies in; "" under 65; None if not sure."""
    found = _BAND.match(text)
    return age_of(int(found[1]), int(found[2]) if found[2] else None) if found else None


def age_of(first: int, last: int | None) -> str | None:
    """The band of AGES that ages lie in, both ends inclusive; "" if all are under 65; None if some are and some not."""
    if last is not None and last < 65:
        return ""
    if first < 65:
        return None
    if first >= 75:
        return "75+"
    return "65-74" if last is not None and last <= 74 else "65+"


def _month_is_over(month: str, today: date) -> bool:
    """Whether a month told is not one to come; the month itself counts as far as it is told."""
    return bool(month) and month <= f"{today:%Y-%m}"


def _is_a_gathering(row: Resource) -> bool:
    """Whether a resource is a 通いの場: people go there, and it serves participation."""
    return row.where is Where.THERE and (not row.serves or NeedKind.PARTICIPATION in row.serves)


def _innermost(areas: Iterable[Area], told: set[str]) -> set[str]:
    """The areas of a table that hold no other area of it."""
    known = {area.area_id: area for area in areas}
    return told - {above for area in told for above in _above(known, area)}


def _above(known: Mapping[str, Area], area: str) -> Iterator[str]:
    """The areas that an area lies in, from the inside out."""
    seen = {area}
    while area in known and (area := known[area].parent_id) and area not in seen:
        seen.add(area)
        yield area


def _area_in(areas: Iterable[Area], row: Resource, inner: set[str]) -> str:
    """The counted area that a resource lies in; NOWHERE where it lies in none."""
    known = {area.area_id: area for area in areas}
    return next((area for area in (row.area_id, *_above(known, row.area_id)) if area in inner), NOWHERE)

"""Lists of towns with people by age and sex -> areas and population counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from matching.domain import Area, PopulationCount
from matching.exchange.open_data.addresses import Degrees, Gazetteer, misplaced
from matching.exchange.open_data.import_table import Bands, ListRule
from matching.exchange.open_data.sheets import Row


@dataclass(frozen=True, slots=True)
class Counted:
    """People of one row: its counts, and the day they were counted."""

    counts: tuple[PopulationCount, ...]
    day: date | None

    def people(self, age_from: int = 0) -> int:
        """How many are of this age or older, by whole bands."""
        return sum(count.people for count in self.counts if count.age_from >= age_from)


def read_areas(rows: Sequence[Row], rule: ListRule, city_id: str) -> tuple[list[Area], list[Counted]]:
    """Areas of tier 2 under the city, their misplaced points mended and told, and their people."""
    points = [read_point(row) for row in rows]
    names = [row.name() for row in rows]
    for at, guess in misplaced(list(zip(names, points, strict=True))).items():
        was = points[at]
        now = f"{guess[0]:.6f},{guess[1]:.6f}" if guess else "-"
        role = "point" if "point" in rows[at].headers else "latitude"
        rows[at].tell("point_misplaced", role, f"{names[at]} {was[0]:.6f},{was[1]:.6f}" if was else names[at], now)
        points[at] = guess
    areas, counted = [], []
    for row, name, point in zip(rows, names, points, strict=True):
        area_id = f"{rule.slug}-{row.number:04d}"
        people = read_people(row, rule, area_id)
        areas.append(_area(Area(area_id, name, 2, city_id), point, people if rule.bands else None))
        counted.append(people)
    return areas, counted


def _area(area: Area, point: Degrees | None, people: Counted | None) -> Area:
    if point is not None:
        area = replace(area, latitude=point[0], longitude=point[1])
    if people is None:
        return area
    return replace(
        area, population=people.people(), population_65plus=people.people(65), population_75plus=people.people(75)
    )


def city_of(area_id: str, name: str, areas: Sequence[Area]) -> Area:
    """The municipality over its areas: their people, and the middle of where they live."""
    placed = [(a, a.population or 1) for a in areas if a.latitude is not None and a.longitude is not None]
    weight = sum(people for _, people in placed)
    city = Area(area_id, name, 1)
    if placed:
        city = replace(
            city,
            latitude=round(sum((a.latitude or 0) * n for a, n in placed) / weight, 6),
            longitude=round(sum((a.longitude or 0) * n for a, n in placed) / weight, 6),
        )
    if not areas or any(area.population is None for area in areas):
        return city
    return replace(
        city,
        population=sum(area.population or 0 for area in areas),
        population_65plus=sum(area.population_65plus or 0 for area in areas),
        population_75plus=sum(area.population_75plus or 0 for area in areas),
    )


def read_population(rows: Sequence[Row], rule: ListRule, gazetteer: Gazetteer) -> list[Counted | None]:
    """People of areas known already; None (told) where no area has the name."""
    found: list[Counted | None] = []
    for row in rows:
        area = gazetteer.by_name(row.name())
        if area is None:
            row.tell("area_unknown", "name", row.raw("name"))
        found.append(read_people(row, rule, area.area_id) if area else None)
    return found


def read_people(row: Row, rule: ListRule, area_id: str) -> Counted:
    """The bands of one row, checked against its total."""
    day = read_day(row, rule)
    if rule.bands is None:
        return Counted((), day)
    year = day.year if day else None
    counts = tuple(_bands(row, rule.bands, area_id, year))
    counted = Counted(counts, day)
    total = row.raw("total").strip()
    if total and _whole(total) != counted.people():
        row.tell("sum_differs", "total", total, str(counted.people()))
    return counted


def _bands(row: Row, bands: Bands, area_id: str, year: int | None) -> list[PopulationCount]:
    last = [age - 1 for age in bands.ages[1:]]
    counts = []
    for sex, columns in (("male", bands.male), ("female", bands.female)):
        for column, age_from, age_to in zip(columns, bands.ages, [*last, None], strict=True):
            text = row.text(f"band:{column}")
            people = _whole(text)
            if people is None:
                row.tell("number_unread", f"band:{column}", text, "0")
            counts.append(PopulationCount(area_id, year, sex, age_from, age_to, people or 0))
    return counts


def _whole(text: str) -> int | None:
    text = text.replace(",", "").strip()
    return int(float(text)) if re.fullmatch(r"\d+(?:\.0+)?", text) else None


def read_day(row: Row, rule: ListRule) -> date | None:
    """The day that a row states."""
    text = row.text("date")
    if not text:
        return None
    for style in (rule.date_format, "%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(text, style).date()
        except ValueError:
            continue
    row.tell("date_unread", "date", text)
    return None


def read_point(row: Row) -> Degrees | None:
    """The coordinates of a row, in one cell or two; swapped ones are turned round, unreadable ones told."""
    texts = row.text("point").split(",") if row.raw("point").strip() else [row.text("latitude"), row.text("longitude")]
    if not any(text.strip() for text in texts):
        return None
    role = "point" if row.raw("point").strip() else "latitude"
    stated = ",".join(text.strip() for text in texts)
    if len(texts) != 2 or not all(re.fullmatch(r"\s*-?\d{1,3}(?:\.\d+)?\s*", text) for text in texts):
        row.tell("point_unreadable", role, stated)
        return None
    latitude, longitude = (float(text) for text in texts)
    if abs(latitude) > 90 >= abs(longitude):
        latitude, longitude = longitude, latitude
        row.tell("point_swapped", role, stated, f"{latitude},{longitude}")
    if abs(latitude) > 90 or abs(longitude) > 180 or not (latitude or longitude):
        row.tell("point_unreadable", role, stated)
        return None
    return latitude, longitude

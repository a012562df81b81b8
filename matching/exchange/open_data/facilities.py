"""Rows of facilities -> resources with openings where the table says what they serve, else places for later."""

import hashlib
import re
from dataclasses import dataclass

from matching.domain import Accepting, Area, Opening, Place, Resource
from matching.domain.resource import MOST_PLACES
from matching.exchange.open_data.addresses import Degrees, Gazetteer, kilometres, place_of
from matching.exchange.open_data.areas import read_day, read_point
from matching.exchange.open_data.hours import Stated, Week, read_week
from matching.exchange.open_data.import_table import ListRule, ResourceSpec
from matching.exchange.open_data.sheets import Row

FAR_FROM_ADDRESS_KM = 6.0
"""Towns in the hills are that wide; further off, either the address or the point is wrong."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a row is: its area, its point, and the area's own point as a stand-in where it has none."""

    area_id: str
    point: Degrees | None


def read_site(row: Row, gazetteer: Gazetteer, city: Area) -> Site:
    """Area by address, else by the nearest town; a missing point is the area's, and told."""
    point, address = read_point(row), row.text("address")
    area = gazetteer.by_address(address) if address else None
    if area is None and point is not None:
        area = gazetteer.nearest(point)
        if area is not None:
            row.tell("area_nearest", "address", address, area.name)
    middle = place_of(area) if area else None
    if point is None:
        point = middle
        row.tell("point_missing" if point else "point_unknown", "latitude", address, area.name if area else "")
    elif middle is not None and area is not None and kilometres(point, middle) > FAR_FROM_ADDRESS_KM:
        stated = f"{area.name} ← {kilometres(point, middle):.1f} km → {point[0]},{point[1]}"
        row.tell("point_far", "latitude", stated, f"{middle[0]},{middle[1]}")
        point = middle
    return Site(area.area_id if area else city.area_id, point)


def read_place(row: Row, rule: ListRule, site: Site) -> Place:
    """A place for later development: where it is and how many it holds, nothing of what it might serve."""
    latitude, longitude = site.point or (None, None)
    place_id = f"{_slug(rule.slug)}-{row.number:04d}"
    return Place(place_id, row.name(), rule.file, site.area_id, latitude, longitude, read_capacity(row))


def read_resource(row: Row, rule: ListRule, site: Site) -> tuple[Resource, list[Opening]]:
    """A resource to be asked first, and one opening for every weekday whose hours are stated."""
    spec = rule.resource
    if spec is None:
        raise ValueError(f"{rule.file}: no [list.resource]")
    resource_id = f"{_slug(rule.slug)}-{row.number:04d}"
    latitude, longitude = site.point or (None, None)
    min_age, max_age = _ages(row, spec)
    resource = Resource(
        resource_id=resource_id,
        name=row.name(),
        kind=spec.kind,
        area_id=site.area_id,
        latitude=latitude,
        longitude=longitude,
        features=_features(row, rule),
        activities=spec.activities,
        roles=spec.roles,
        serves=spec.serves,
        fields=spec.fields,
        stage=spec.stage,
        min_age=min_age,
        max_age=max_age,
        accepting=Accepting.ASK_FIRST,
        confirmed_on=read_day(row, rule),
        fee_yen=_fee(row),
    )
    return resource, _openings(row, resource_id, spec.stay_minutes)


def _slug(text: str) -> str:
    """Letters, digits, `-` and `_` of a file's name, so that an identifier stays opaque text."""
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")
    return slug if slug == text else f"list-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _openings(row: Row, resource_id: str, stay_minutes: int | None) -> list[Opening]:
    week = _week(row)
    if not week.slots:
        row.tell("hours_missing", "days")
        return []
    capacity = read_capacity(row)
    if capacity is None:
        row.tell("capacity_missing", "capacity")
    if stay_minutes is not None:
        row.tell("stay_assumed", "hours", "", str(stay_minutes))
    openings: dict[str, Opening] = {}
    for slot in week.slots:
        number = 1 + sum(one.weekday is slot.weekday for one in openings.values())
        opening_id = f"{resource_id}-{slot.weekday}" + (f"-{number}" if number > 1 else "")
        openings[opening_id] = Opening(
            opening_id,
            resource_id,
            slot.weekday,
            slot.start,
            slot.end,
            weeks_of_month=slot.weeks,
            capacity=capacity,
            stay_minutes=stay_minutes,
        )
    return list(openings.values())


_TOLD_AT = {
    "days_unread": "days",
    "note_unread": "note",
    "hours_open": "hours",
    "hours_unread": "hours",
    "end_24": "end",
}


def _week(row: Row) -> Week:
    cells = {role: row.raw(role) for role in ("days", "start", "end", "hours", "closed", "note")}
    for role, text in cells.items():
        if re.search("[０-９：]", text):
            row.tell("full_width", role, text)
        if "\n" in text.strip():
            row.tell("newline", role, text)
    week = read_week(Stated(**cells))
    for code, text in week.told:
        row.tell(code, _TOLD_AT[code], text)
    return week


def read_capacity(row: Row) -> int | None:
    """「40」, 「３８人」, 「50人ぐらい」 (told); several numbers or a text stay empty and are told."""
    text = row.text("capacity").replace(",", "")
    if not text or text in {"-", "－", "ー", "—", "なし", "無し"}:
        return None
    plain = re.fullmatch(r"(\d+)(?:\.0+)?", text)
    found = plain or re.fullmatch(
        r"(?:約|定員)?\s*(\d+)\s*(?:人|名|席)?\s*(?:程度|ぐらい|くらい|まで|以内)?\s*(?:[（(].*[)）])?", text
    )
    if not found or len(found.group(1)) > 6 or int(found.group(1)) > MOST_PLACES:
        row.tell("capacity_text", "capacity", text)
        return None
    if not plain:
        row.tell("capacity_read", "capacity", text, found.group(1))
    return int(found.group(1))


def _fee(row: Row) -> int | None:
    text = row.text("fee").replace(",", "")
    if not text:
        return None
    if re.fullmatch(r"無料|なし|無し", text):
        return 0
    found = re.fullmatch(r"(\d+)(?:\.0+)?\s*円?", text)
    if not found:
        row.tell("fee_text", "fee", text)
    return int(found.group(1)) if found else None


_SCHOOL = re.compile(r"(小学|中学)\s*(\d)\s*[~〜～\-年生から]*\s*(\d)?")


def _ages(row: Row, spec: ResourceSpec) -> tuple[int | None, int | None]:
    """The ages of the table, unless the row says school years or plain ages."""
    text = row.text("ages")
    if not text:
        return spec.min_age, spec.max_age
    school = _SCHOOL.match(text)
    if school:
        base = 5 if school.group(1) == "小学" else 11
        first, last = int(school.group(2)), int(school.group(3) or school.group(2))
        return base + min(first, last), base + max(first, last) + 1
    plain = re.fullmatch(r"(\d+)歳以上", text)
    if plain:
        return int(plain.group(1)), spec.max_age
    row.tell("ages_text", "ages", text)
    return spec.min_age, spec.max_age


def _features(row: Row, rule: ListRule) -> tuple[str, ...]:
    found = [one.feature for one in rule.features if re.search(one.says, row.raw(f"feature:{one.column}"))]
    return tuple(dict.fromkeys(found))

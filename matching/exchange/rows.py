"""Why a row of good cells is refused: what its cells say of each other."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from matching.errors import Facts

Why = tuple[str, str, Facts]
"""(column, code, facts)."""


def why_not(values: Mapping[str, Any]) -> list[Why]:
    """Every reason found, by the columns that the row has; empty where none of these fits."""
    return [*_hours(values), *_orders(values), *_points(values), *_oneself(values), *_ride_day(values)]


def _hours(values: Mapping[str, Any]) -> list[Why]:
    start, end = values.get("start"), values.get("end")
    if not isinstance(start, time) or not isinstance(end, time) or start < end:
        return []
    maybe = "23:59" if end == time(0) else f"{end:%H:%M}–{start:%H:%M}" if end < start else ""
    return [("end", "ends_before_it_begins", {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}", "maybe": maybe})]


def _orders(values: Mapping[str, Any]) -> list[Why]:
    out: list[Why] = []
    for low_name, high_name in (("min_age", "max_age"), ("age_from", "age_to")):
        low, high = values.get(low_name), values.get(high_name)
        if low is not None and high is not None and low > high:
            facts = {"low_name": low_name, "low": low, "high_name": high_name, "high": high}
            out.append((low_name, "above", facts))
    return out


def _points(values: Mapping[str, Any]) -> list[Why]:
    out: list[Why] = []
    for name, latitude in values.items():
        other = name.removesuffix("latitude") + "longitude"
        if name.endswith("latitude") and (latitude is None) != (values[other] is None):
            facts = {"latitude": _or_empty(latitude), "longitude": _or_empty(values[other])}
            out.append((name if latitude is None else other, "half_a_point", facts))
    return out


def _or_empty(value: float | None) -> str:
    return "–" if value is None else str(value)


def _oneself(values: Mapping[str, Any]) -> list[Why]:
    if "other_id" in values and values["other_id"] == values["resident_id"]:
        return [("other_id", "oneself", {"value": values["other_id"]})]
    if values.get("returns") and values["returns"] == values["ride_id"]:
        return [("returns", "returns_itself", {"value": values["returns"]})]
    return []


def _ride_day(values: Mapping[str, Any]) -> list[Why]:
    if "ride_id" in values and (values["date"] is None) == (values["weekday"] is None):
        return [("date", "date_or_weekday", {})]
    return []

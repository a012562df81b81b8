"""The page of what is missing, for a council or a coordinator: A4, one file, made from the document alone."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.gaps.tables import OTHERS, PARTS, TOWN_WIDE, shown_columns
from matching.causes import CAUSES
from matching.domain import Community, NeedKind, Weekday
from matching.errors import Lang
from matching.small_cells import HIDDEN
from matching.texts import word

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent
PLACED = ("つながる", "placed")
MOST_WORTH = 15
"""Changes that are told on paper; all of them stand in the document."""
HOURS = {"morning": ("午前", "morning"), "afternoon": ("午後", "afternoon"), "evening": ("夕方から", "evening")}


def gaps_page(town: Community, document: Mapping[str, Any], lang: Lang) -> str:
    """Render the page; everything that goes in is escaped."""
    at = 0 if lang == "ja" else 1
    areas = {area.area_id: area.name or area.area_id for area in town.areas} | {
        OTHERS: ("ほかの地区", "other areas")[at]
    }
    kinds = {kind.value: word("kind", kind, lang) for kind in NeedKind} | {OTHERS: ("ほかの種類", "other kinds")[at]}
    columns = shown_columns(document["areas"])
    whole = document["areas"][-1]
    causes = [(CAUSES[cause][at], whole["outcomes"][cause]) for cause in columns if cause != "placed"]
    causes.sort(key=lambda one: -1 if one[1] is None else one[1], reverse=True)
    return _environment().get_template("gaps.html.j2").render(
        lang=lang,
        ja=lang == "ja",
        town=town.info,
        coordinator=document["view"] == "coordinator",
        proven=document["status"] == "optimal",
        needs=shown(whole["needs"]),
        placed=shown(whole["outcomes"]["placed"]),
        causes=[(name, shown(count), count or 0) for name, count in causes],
        most=max((count or 0 for _, count in causes), default=0) or 1,
        headings=[PLACED[at] if one == "placed" else CAUSES[one][at] for one in columns],
        by_area=_rows(document["areas"], "area", areas, columns, at),
        by_kind=_rows(document["kinds"], "kind", kinds, columns, at),
        hours=_hours(document["hours"], lang),
        parts=[one["text"] for one in document["parts"]],
        not_told=document["parts_not_told"],
        worth=[one["text"] for one in document["worth"][:MOST_WORTH]],
        more_worth=max(0, len(document["worth"]) - MOST_WORTH),
        waiting=[{**one, "area": areas.get(one["area"], one["area"]), "kind": kinds[one["kind"]]}
                 for one in document.get("waiting", ())],
    )  # fmt: skip


def shown(count: int | None) -> str:
    """A count as it stands on paper."""
    return HIDDEN if count is None else f"{count:,}"


def _rows(
    rows: Sequence[Mapping[str, Any]], axis: str, names: Mapping[str, str], columns: Sequence[str], at: int
) -> list[tuple[str, str, list[str]]]:
    named = {**names, TOWN_WIDE: ("町全体", "the town")[at]}
    return [
        (named.get(row[axis], row[axis]), shown(row["needs"]), [shown(row["outcomes"][one]) for one in columns])
        for row in rows
    ]


def _hours(rows: Sequence[Mapping[str, Any]], lang: Lang) -> list[tuple[str, list[tuple[str, int]]]]:
    """A row a part of the day: how many of those who wait have time, and how many openings there are, by weekday."""
    at = 0 if lang == "ja" else 1
    cell = {(row["weekday"], row["part"]): (shown(row["waiting"]), int(row["openings"])) for row in rows}
    return [(HOURS[name][at], [cell[day.value, name] for day in Weekday]) for name, _, _ in PARTS]


@cache
def _environment() -> "Environment":
    """Everything is escaped; a name that is not there is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip

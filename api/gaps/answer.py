"""What is missing in a town as a document that a council may see, in numbers of needs and in sentences."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from matching.errors import Lang, Text
from matching.gaps.causes import CAUSES
from matching.small_cells import SMALL, hidden_cells, is_small, told, with_totals
from matching.texts import word

if TYPE_CHECKING:
    from matching.domain import Resource
    from matching.gaps import Gaps, Worth
    from matching.gaps.demand import HallSet

TOWN_WIDE = "*"
"""The row and column of totals."""
_PART = Text(
    "{what}の{needs}件が、{openings}か所{places}席を分け合っています。{short}件は、どう組んでも入れません。",
    "{needs} needs ({what}) share {places} places at {openings} openings; whatever the plan, {short} have none.",
)
_TIGHTEST = Text(
    "とくに、うち{needs}件には{openings}か所{places}席しかありません。",
    "Of them, {needs} have only {places} places at {openings} openings.",
)
_WORTH = {
    "place": Text("{place}にあと1席あれば、つながる件数が{n}増えます。", "one more place at {place}: {n} more placed"),
    "helper_hour": Text(
        "{place}の時間が月にあと1時間あれば、つながる件数が{n}増えます。",
        "one more hour a month of {place}: {n} more placed",
    ),
}


def gaps_document(found: "Gaps", lang: Lang, seconds: float) -> dict[str, object]:
    """The document `tsunagu.gaps/1`; a number that may not be told is None (docs/gaps.md)."""
    outcomes = ("placed", *CAUSES)
    areas = sorted({person.area_id for person in found.town.residents})
    rows, hidden = _table(found, areas, outcomes)
    parts = [one for one in found.parts if _people(found, one[0]) >= SMALL]
    return {
        "format": "tsunagu.gaps/1",
        "town": found.town.info.name,
        "inputs_digest": found.inputs_digest,
        "status": "optimal" if found.optimal else "feasible",
        "seconds": round(seconds, 3),
        "areas": [
            {"area": area, "needs": cells[-1], "outcomes": dict(zip(outcomes, cells[:-1], strict=True))}
            for area, cells in zip((*areas, TOWN_WIDE), _rows(rows, hidden), strict=True)
        ],
        "parts": [_part(found, whole, tight, lang) for whole, tight in parts],
        "parts_not_told": len(found.parts) - len(parts),
        "free_openings": len(found.free),
        "worth": [_worth(found, one, lang) for one in found.worth if one.placed > 0],
    }


def gaps_json(found: "Gaps", lang: Lang, seconds: float) -> str:
    """The document as text; the same input gives the same bytes but for `seconds`."""
    return json.dumps(gaps_document(found, lang, seconds), ensure_ascii=False, indent=1) + "\n"


def _table(found: "Gaps", areas: Sequence[str], outcomes: Sequence[str]) -> tuple["np.ndarray", "np.ndarray"]:
    """Needs by area and outcome with totals, and what of it is hidden: cells of one to four people."""
    people = {person.resident_id: person for person in found.town.residents}
    needs = np.zeros((len(areas), len(outcomes)), np.int64)
    who: dict[tuple[int, int], set[str]] = {}
    for need, outcome in zip(found.town.needs, found.outcome, strict=True):
        row, column = areas.index(people[need.resident_id].area_id), outcomes.index(outcome)
        needs[row, column] += 1
        for cell in ((row, column), (row, -1), (-1, column), (-1, -1)):
            who.setdefault(cell, set()).add(need.resident_id)
    table = with_totals(needs)
    small = np.zeros(table.shape, np.bool_)
    for cell, persons in who.items():
        small[cell] = is_small(len(persons))
    return table, hidden_cells(table, small)


def _rows(table: "np.ndarray", hidden: "np.ndarray") -> Iterable[list[int | None]]:
    return [told(row, out) for row, out in zip(table, hidden, strict=True)]


def _people(found: "Gaps", one: "HallSet") -> int:
    return len({found.town.needs[row].resident_id for row in one.needs.tolist()})


def _part(found: "Gaps", whole: "HallSet", tight: "HallSet", lang: Lang) -> dict[str, object]:
    """One over-demanded part; of its areas and kinds those of five people or more are named."""
    areas, kinds = _named(found, whole)
    names = {area.area_id: area.name or area.area_id for area in found.town.areas}
    listed = [names.get(area, area) for area in areas] + [word("kind", kind, lang) for kind in kinds]
    what = ("・" if lang == "ja" else ", ").join(listed) or ("いくつかの地区" if lang == "ja" else "several areas")
    numbers = {"needs": len(whole.needs), "openings": len(whole.openings), "places": whole.places, "short": whole.short}
    text = _PART.render(lang, {"what": what, **numbers})
    tightest = None
    if len(tight.needs) < len(whole.needs) and _people(found, tight) >= SMALL:
        tightest = {"needs": len(tight.needs), "openings": len(tight.openings), "places": tight.places}
        text += ("" if lang == "ja" else " ") + _TIGHTEST.render(lang, tightest)
    return {**numbers, "areas": areas, "kinds": kinds, "tightest": tightest, "text": text}


def _named(found: "Gaps", one: "HallSet") -> tuple[list[str], list[str]]:
    people = {person.resident_id: person.area_id for person in found.town.residents}
    seen = {(found.town.needs[row].resident_id, found.town.needs[row].kind.value) for row in one.needs.tolist()}
    areas = Counter(people[person] for person in {person for person, _ in seen})
    kinds = Counter(kind for _, kind in seen)
    return sorted(a for a, n in areas.items() if n >= SMALL), sorted(k for k, n in kinds.items() if n >= SMALL)


def _worth(found: "Gaps", one: "Worth", lang: Lang) -> dict[str, object]:
    resource = next(r for r in found.town.resources if r.resource_id == one.resource_id)
    place = place_name(found, resource, lang)
    text = _WORTH[one.what].render(lang, {"place": place, "n": one.placed})
    return {"what": one.what, "place": place, "placed": one.placed, "exact": one.exact, "text": text}


def place_name(found: "Gaps", resource: "Resource", lang: Lang) -> str:
    """A place by its name; where one person is behind it, or it visits, only what it is and where."""
    if resource.kind.value != "volunteer" and not resource.resident_id and resource.where.value != "visit":
        return resource.name or word("resource_kind", resource.kind, lang)
    area = next((a.name for a in found.town.areas if a.area_id == resource.area_id), "")
    helper = "担い手" if lang == "ja" else "a helper"
    return f"{helper}（{area}）" if lang == "ja" else f"{helper} ({area})"

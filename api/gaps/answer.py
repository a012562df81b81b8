"""What is missing in a town as a document that a council may see, in numbers of needs and in sentences."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from api.gaps.parts import part_rows
from api.gaps.tables import hour_rows, outcome_rows
from matching.causes import CAUSES
from matching.errors import Lang, Text
from matching.texts import word

if TYPE_CHECKING:
    from matching.domain import Resource
    from matching.gaps import Gaps

_WORTH = {
    "place": Text(
        "{place}{times}にあと1席あれば、つながる件数が{n}増えます。",
        "one more place at {place}{times}: {n} more placed",
    ),
    "place_less": Text(
        "{place}{times}が1席減ると、つながる件数が{n}減ります。", "one place fewer at {place}{times}: {n} fewer placed"
    ),
    "helper_hour": Text(
        "{place}の時間が月にあと1時間あれば、つながる件数が{n}増えます。",
        "one more hour a month of {place}: {n} more placed",
    ),
    "driver": Text(
        "{place}に運転する方があと1人いれば、つながる件数が{n}増えます。", "one more driver of {place}: {n} more placed"
    ),
    "car": Text("{place}に車があと1台あれば、つながる件数が{n}増えます。", "one more car of {place}: {n} more placed"),
}
_NO_MORE = {
    "driver": Text(
        "{place}に運転する方があと1人いても、つながる件数は変わりません。", "one more driver of {place}: no more placed"
    ),
    "car": Text(
        "{place}に車があと1台あっても、つながる件数は変わりません。", "one more car of {place}: no more placed"
    ),
}
"""What was tried and changes nothing is told too where it costs a person or a car."""
_TIMES = Text("（{times}つの枠のどれか）", " (any of {times} openings)")


def gaps_document(found: "Gaps", lang: Lang, seconds: float) -> dict[str, object]:
    """The document `tsunagu.gaps/1`; a number that may not be told is None (docs/data.md)."""
    tables = outcome_rows(found)
    parts = part_rows(found, lang)
    return {
        "format": "tsunagu.gaps/1",
        "view": "council",
        "town": found.town.info.name,
        "inputs_digest": found.inputs_digest,
        "status": "optimal" if found.optimal else "feasible",
        "seconds": round(seconds, 3),
        "areas": tables["area"],
        "kinds": tables["kind"],
        "hours": hour_rows(found),
        "parts": parts,
        "parts_not_told": len(found.parts) - len(parts),
        "free_openings": len(found.free),
        "worth": _worths(found, lang),
        "worth_known": {"openings": len(found.town.openings), "more": found.worth.more, "fewer": found.worth.fewer},
    }


def coordinator_document(found: "Gaps", lang: Lang, seconds: float) -> dict[str, object]:
    """The same with `waiting`: each need of those who agreed that waits, by its opaque id; for coordinators alone."""
    people = {person.resident_id: person for person in found.town.residents}
    parts = {int(row): number for number, (whole, _) in enumerate(found.parts) for row in whole.needs}
    waiting: list[dict[str, Any]] = []
    for row, (need, outcome) in enumerate(zip(found.town.needs, found.outcome, strict=True)):
        if outcome not in ("placed", "no_consent"):
            since = people[need.resident_id].waiting_since
            weeks = None if since is None else max((found.town.info.week_of - since).days, 0) // 7
            cause = CAUSES[outcome][0 if lang == "ja" else 1]
            waiting.append({"need": need.need_id, "area": people[need.resident_id].area_id, "kind": need.kind.value,
                            "urgency": need.urgency, "weeks": weeks, "cause": outcome, "text": cause,
                            "part": parts.get(row)})  # fmt: skip
    waiting.sort(key=lambda one: (one["cause"], -(one["weeks"] or 0), one["need"]))
    return {**gaps_document(found, lang, seconds), "view": "coordinator", "waiting": waiting}


def gaps_json(document: dict[str, object]) -> str:
    """A document as text; the same input gives the same bytes but for `seconds`."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _worths(found: "Gaps", lang: Lang) -> list[dict[str, object]]:
    """What changes the plan; openings of one place with the same worth are told together, with how many `openings`."""
    resources = {row.resource_id: row for row in found.town.resources}
    some = [one for one in found.worth.told if one.placed or one.what in _NO_MORE]
    keys = []
    for one in some:
        name = _rides_name if one.what in _NO_MORE else place_name
        keys.append((one.what, name(found, resources[one.resource_id], lang), one.placed, one.exact))
    return [_worth(*key, times, lang) for key, times in Counter(keys).items()]


def _worth(what: str, place: str, placed: int, exact: bool, times: int, lang: Lang) -> dict[str, object]:
    several = _TIMES.render(lang, {"times": times}) if times > 1 else ""
    text = (_WORTH if placed else _NO_MORE)[what].render(lang, {"place": place, "n": abs(placed), "times": several})
    return {"what": what, "place": place, "openings": times, "placed": placed, "exact": exact, "text": text}


def place_name(found: "Gaps", resource: "Resource", lang: Lang) -> str:
    """A place by its name; where one person is behind it, or it visits, only what it is and where."""
    if resource.kind.value != "volunteer" and not resource.resident_id and resource.where.value != "visit":
        return resource.name or word("resource_kind", resource.kind, lang)
    area = next((a.name for a in found.town.areas if a.area_id == resource.area_id), "")
    helper = "担い手" if lang == "ja" else "a helper"
    return f"{helper}（{area}）" if lang == "ja" else f"{helper} ({area})"


def _rides_name(found: "Gaps", resource: "Resource", lang: Lang) -> str:
    """Who drives, by where they do."""
    area = next((a.name for a in found.town.areas if a.area_id == resource.area_id), "")
    return f"送迎（{area}）" if lang == "ja" else f"the rides ({area})"

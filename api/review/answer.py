"""The answer `tsunagu.review/1`: a town at two dates, in numbers that may be told, with each indicator's formula."""

import json
from typing import Any

from matching.errors import Lang
from matching.indicators.texts import ABOUT
from matching.review import LINES, Both, Review
from matching.review.indicators import Cell
from matching.study.compare import Counts


def review_document(found: Review, digests: tuple[str, str], lang: Lang) -> dict[str, Any]:
    """The whole document; what may not be told is None."""
    return {
        "format": "tsunagu.review/1",
        "town": found.town,
        "room": "consent",
        "before": {"as_of": found.dates[0].isoformat(), "inputs_digest": digests[0]},
        "after": {"as_of": found.dates[1].isoformat(), "inputs_digest": digests[1]},
        "needs": [{"line": name, **_counts(found.lines[name])} for name in LINES],
        "resources": {
            "before": found.resources.before,
            "after": found.resources.after,
            "new": list(found.resources.new),
            "gone": list(found.resources.gone),
        },
        "helpers": dict(zip(("before", "after"), found.helpers, strict=True)),
        "openings": dict(zip(("before", "after"), found.openings, strict=True)),
        "places": dict(zip(("before", "after"), found.places, strict=True)),
        "ties": [{"kind": kind, "new": new, "gone": gone} for kind, (new, gone) in found.ties.items()],
        "indicators": [_indicator(one, lang) for one in found.indicators],
    }


def review_json(document: dict[str, Any]) -> str:
    """The document as text; the same two towns give the same bytes."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _counts(told: Counts) -> dict[str, Any]:
    return {
        "people": told.people,
        "areas": [{"area": name, "people": count} for name, count in told.areas.items()],
        "groups": [{"group": name, "people": count} for name, count in told.groups.items()],
    }


def _indicator(one: Both, lang: Lang) -> dict[str, Any]:
    about = ABOUT[one.code]
    facts = dict.fromkeys(("month", "year", "places", "recorded"), "—")
    return {
        "code": one.code,
        "name": about.name.render(lang, {}),
        "state": one.state,
        "unit": about.unit,
        "target": about.target,
        "formula": about.formula.render(lang, facts),
        "lacks": {"before": list(one.lacks[0]), "after": list(one.lacks[1])},
        "before": _cell(one.town[0]),
        "after": _cell(one.town[1]),
        "rows": [
            {"where": dict(where), "before": _cell(first), "after": _cell(last)} for where, first, last in one.rows
        ],
    }


def _cell(told: Cell) -> dict[str, float | int | None]:
    return {"part": told.part, "whole": told.whole, "value": told.value}

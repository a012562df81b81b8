"""The indicators of a town as a document that a council may see; each number has its formula beside it."""

import json
from collections.abc import Sequence
from typing import Any

from matching.domain import Community
from matching.errors import Lang, Text
from matching.indicators import Indicator, Row, told_of
from matching.indicators.texts import ABOUT, HIDDEN, LACKS, UNKNOWN
from matching.small_cells import is_small

_UNIT = {"places": Text("{n:.2f} 席/件", "{n:.2f} places a need"), "weeks": Text("{n:.0f} 週", "{n:.0f} weeks")}


def indicators_document(
    town: Community, found: Sequence[Indicator], digest: str, lang: Lang, seconds: float
) -> dict[str, Any]:
    """The document `tsunagu.indicators/1`; a number that is not known or may not be told is None."""
    return {
        "format": "tsunagu.indicators/1",
        "town": town.info.name,
        "inputs_digest": digest,
        "as_of": town.info.week_of.isoformat(),
        "seconds": round(seconds, 3),
        "indicators": [_one(one, lang) for one in found],
    }


def indicators_json(document: dict[str, Any]) -> str:
    """The document as text; the same input gives the same bytes but for `seconds`."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def shown(value: float, unit: str, lang: Lang) -> str:
    """A value as it stands on paper."""
    return f"{100 * value:.1f} %" if unit == "share" else _UNIT[unit].render(lang, {"n": value})


def _one(one: Indicator, lang: Lang) -> dict[str, Any]:
    about, told = ABOUT[one.code], told_of(one)
    lacks = [LACKS[table].render(lang, {}) for table in one.lacks]
    if told.state == "unknown":
        text = UNKNOWN.render(lang, {"lacks": ("、" if lang == "ja" else ", ").join(lacks)})
    elif told.town.value is None:
        text = HIDDEN.render(lang, {})
    else:
        text = shown(told.town.value, about.unit, lang)
    facts = {"month": "—", "year": "—", "places": "—", "recorded": "—", **one.facts}
    return {
        "code": one.code,
        "name": about.name.render(lang, {}),
        "state": told.state,
        "unit": about.unit,
        "target": about.target,
        **_numbers(told.town),
        "text": text,
        "formula": about.formula.render(lang, facts),
        "note": about.note.render(lang, facts),
        "source": about.source.render(lang, {}),
        "lacks": list(one.lacks),
        "left_out": {reason: None if is_small(people) else people for reason, people in one.left_out.items()},
        "rows": [{**row.where, **_numbers(row)} for row in told.rows],
    }


def _numbers(row: Row) -> dict[str, float | int | None]:
    return {"part": row.part, "whole": row.whole, "value": row.value}

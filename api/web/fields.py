"""One column of the register as a field of a form: its label and hint, what may be chosen, and what was sent for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from api.bodies import COUNTED
from api.report.texts import TEXTS
from api.web.desk import Desk
from api.web.texts import has_text, say_in
from matching.domain import REFERENCES
from matching.errors import Lang
from matching.exchange.columns import Column
from matching.exchange.meanings import COLUMNS_JA
from matching.texts import WORDS, word

VOCABULARY: Mapping[str, str] = {
    "serves": "kind", "fields": "fields", "modes": "mode", "weekday": "weekday", "requires": "features",
    "features": "features", "activities": "activities", "strengths": "activities", "roles": "activities",
    "languages": "languages",
}  # fmt: skip
"""The vocabulary whose words a column holds, by its name; other words stand in the catalogue under their column."""
SPARE_SPANS = 2
"""Empty rows behind the spans that are there, so that one can be added without a script."""
ASIDE = re.compile("\uff08([^\uff08\uff09]*)\uff09$")
"""What stands in brackets at the end of a column's meaning."""
SPLIT = re.compile(r"[;；、,\n]")


@dataclass(frozen=True, slots=True)
class Field:
    """What a template needs: `kind` is one of text, number, date, time, choice, ticks, spans."""

    name: str
    kind: str
    label: str
    hint: str
    required: bool
    value: Any
    choices: Sequence[tuple[str, str]] = ()
    more: str | None = None
    """Of ticks: words of an open vocabulary that are not among the choices; None where there can be none."""


Names = Mapping[str, Mapping[str, str]]


def field_of(noun: str, column: Column, desk: Desk, value: Any, names: Names) -> Field:
    """The field of a column with a value as it is answered by the API; None is empty."""
    label, hint = label_of(noun, column.name, desk)
    kind, choices = _kind(noun, column, desk, names)
    shown = "" if value is None else value
    if kind == "ticks":
        held = [str(one) for one in shown or ()]
        known = {one for one, _ in choices}
        return Field(column.name, kind, label, hint, column.required, [one for one in held if one in known], choices,
                     "、".join(one for one in held if one not in known) if _open(column) else None)  # fmt: skip
    if kind == "spans":
        spans = [tuple(re.split(r"[ -]", str(one))) for one in shown or ()]
        return Field(column.name, kind, label, hint, column.required, [*spans, *[("", "", "")] * SPARE_SPANS], choices)
    if column.cell.kind == "list":
        shown = ";".join(str(one) for one in shown or ())
    if column.cell.kind == "boolean":
        shown = "true" if shown in (True, "true") else "false"
    return Field(column.name, kind, label, hint, column.required, shown, choices)


def label_of(noun: str, name: str, desk: Desk) -> tuple[str, str]:
    """What a column is called, and what else is to be known; in English its own name says it."""
    if desk.lang == "en":
        return name.removesuffix("_id").replace("_", " ").capitalize(), ""
    label, _, hint = COLUMNS_JA[noun].get(name, name).replace(": ", "。").partition("。")
    return ASIDE.sub("", label), hint


@cache
def choices_of(noun: str, name: str) -> Sequence[str]:
    """The nouns that a column points to."""
    return next((targets for table, column, targets in REFERENCES if (table, column) == (noun, name)), ())


def _kind(noun: str, column: Column, desk: Desk, names: Names) -> tuple[str, Sequence[tuple[str, str]]]:
    cell = column.cell
    targets = choices_of(noun, column.name)
    if len(targets) == 1 and targets[0] in names:
        told = list(names[targets[0]].items())
        return ("ticks" if cell.kind == "list" else "choice"), told
    if cell.kind == "list":
        return _kind_of_list(noun, column, desk)
    if cell.kind == "boolean":
        return "choice", [("true", desk.say("yes")), ("false", desk.say("no"))]
    if cell.words or column.known:
        return "choice", [(one, word_of(noun, column.name, one, desk)) for one in cell.words or column.known]
    return {"integer": "number", "number": "number", "date": "date", "time": "time"}.get(cell.kind, "text"), ()


def _kind_of_list(noun: str, column: Column, desk: Desk) -> tuple[str, Sequence[tuple[str, str]]]:
    item = column.cell.item
    assert item is not None
    if item.kind == "span":
        return "spans", [(one, word("weekday", one, desk.lang)) for one in WORDS["weekday"]]
    words = column.cell.words or item.words or column.known or tuple(WORDS.get(VOCABULARY.get(column.name, ""), ()))
    if not words:
        return "text", ()
    return "ticks", [(one, word_of(noun, column.name, one, desk)) for one in words]


def _open(column: Column) -> bool:
    """Whether other words than the known ones may be written."""
    item = column.cell.item
    return item is not None and item.kind == "string" and not (column.cell.words or item.words)


def word_of(noun: str, name: str, value: str, desk: Desk) -> str:
    """A word of a column for people."""
    return _word(noun, name, value, desk.lang)


@lru_cache(20_000)
def _word(noun: str, name: str, value: str, lang: Lang) -> str:
    if (noun, name) == ("resources", "kind"):
        return TEXTS[f"resource.{value}"].render(lang, {})
    vocabulary = "kind" if (noun, name) == ("needs", "kind") else VOCABULARY.get(name, "")
    if vocabulary:
        return word(vocabulary, value, lang)
    say = say_in(lang)
    return say(f"choice.{name}.{value}") if has_text(f"choice.{name}.{value}") else value


def told_cell(noun: str, column: Column, value: Any, desk: Desk, names: Names) -> str:
    """One cell of a list for people."""
    if value is None and column.name in COUNTED:
        return desk.say("few")
    if value in (None, "", []):
        return ""
    targets = choices_of(noun, column.name)
    held = value if isinstance(value, list) else [value]
    if len(targets) == 1 and targets[0] in names:
        return "、".join(names[targets[0]].get(one, one) for one in held)
    if isinstance(value, bool):
        return desk.say("yes" if value else "no")
    return "、".join(word_of(noun, column.name, str(one), desk) for one in held)


def sent_by(column: Column, desk: Desk) -> Any:
    """What a form sent for a column, as a body of the API holds it; what is no number stays text, to be refused."""
    if column.cell.kind != "list":
        return _one(column.cell.kind, desk.sent(column.name))
    item = column.cell.item
    assert item is not None
    if item.kind == "span":
        days, begins, ends = (desk.form.get(f"{column.name}.{part}", []) for part in ("day", "from", "to"))
        return [f"{day} {begin}-{end}" for day, begin, end in zip(days, begins, ends, strict=False) if day]
    typed = [part.strip() for text in desk.form.get(f"{column.name}.more", []) for part in SPLIT.split(text)]
    ticked = [part.strip() for text in desk.form.get(column.name, []) for part in SPLIT.split(text)]
    return [_one(item.kind, part) for part in dict.fromkeys([*ticked, *typed]) if part]


def _one(kind: str, text: str) -> Any:
    if text == "":
        return None
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text
